//go:build interop

package interop

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const raceRounds = 50

// A contender is the set that one of two operators wants.
type contender struct {
	recordSet
	status string
}

// Two operators have both read what stands, and have both sent their update, before the
// server gets either. One has their way; the other learns of it, and what stands is the
// set of the one, whole. In every other round there was a set before, in the rest
// nothing.
func TestPublishRace(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	contenders := [2]contender{
		{o.records(t, "on", "45", noEnd...), "on"},
		{o.records(t, "test", "90", noEnd...), "test"},
	}
	p := startBINDPrimary(t, zoneHead+foreign)
	start := newBarrier(len(contenders))
	gate := startProxy(t, func(message []byte) []byte {
		if isUpdate(message) && !start.await() {
			return nil
		}
		return forward(p.address, message)
	})
	flags := p.flags(t, gate.address, p.publisher)
	var wins [2]int
	for round := range raceRounds {
		stands, kept := "", []string(nil)
		if round%2 == 0 {
			stands = strings.Replace(foreign, "dr ", "dr.example.com. 300 ", 1) + "dr.example.com. 300 IN TXT \"v=1;k=all;b=off\"\n"
		}
		p.set(t, stands)
		winner := race(t, o, flags, contenders)
		wins[winner]++
		won := contenders[winner]
		if stands != "" {
			kept = []string{foreignSeen(won.ttl)}
		}
		want := together(won.seen, kept)
		if got := standing(t, "dig", p.address, "dr.example.com", "TXT"); t.Failed() || !slices.Equal(got, want) {
			t.Fatalf("round %d: dig sees %q, want %q", round, got, want)
		}
	}
	t.Logf("of %d rounds the two won %d", raceRounds, wins)
}

// race lets two operators publish at once, and returns which one won.
func race(t *testing.T, o *publisher, flags []string, contenders [2]contender) int {
	t.Helper()
	var ended [2]result
	var operators [2]*publisher
	var running sync.WaitGroup
	for i, contender := range contenders {
		operators[i] = o.apart(t)
		args := slices.Concat(flags, confirmed(contender.file))
		running.Go(func() { ended[i] = operators[i].publish(t, args...) })
	}
	running.Wait()
	winner := 0
	if ended[0].status != 0 {
		winner = 1
	}
	won, lost := ended[winner], ended[1-winner]
	won.want(t, "the winner", 0)
	if left := operators[winner].undoFiles(t); len(left) != 1 || strings.Contains(won.err, "outcome unknown") {
		t.Errorf("the winner has undo files %q\n%s", left, won.err)
	}
	lost.want(t, "the loser", 1, "somebody else changed what stands", "hint: nothing was changed: look at what stands now")
	if left := operators[1-winner].undoFiles(t); len(left) > 0 {
		t.Errorf("the loser has undo files %q", left)
	}
	_, shown, _ := strings.Cut(lost.err, "what stands now at ")
	if !strings.Contains(shown, ";b="+contenders[winner].status+";") {
		t.Errorf("the loser is not shown what stands\n%s", lost.err)
	}
	return winner
}

// A barrier holds whoever comes until a number of them has, time and again.
type barrier struct {
	size    int
	mu      sync.Mutex
	waiting int
	open    chan struct{}
}

func newBarrier(size int) *barrier { return &barrier{size: size, open: make(chan struct{})} }

// await reports whether the others came in time.
func (b *barrier) await() bool {
	b.mu.Lock()
	open := b.open
	if b.waiting++; b.waiting == b.size {
		close(open)
		b.waiting, b.open = 0, make(chan struct{})
	}
	b.mu.Unlock()
	select {
	case <-open:
		return true
	case <-time.After(patience):
		return false
	}
}
