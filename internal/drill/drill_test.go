package drill_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

var generate = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, txtrecord.KeyBits) })

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestRun(t *testing.T) {
	key := newKey(t)
	begin := time.Now()
	r, err := drill.Run(t.Context(), key, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("took %s", took)
	}
	if !r.Right() || r.Key != key {
		t.Errorf("%+v", r)
	}
	want := []txtrecord.Status{txtrecord.Off, txtrecord.Test, txtrecord.On, txtrecord.Off}
	if len(r.Steps) != len(want) {
		t.Fatalf("%d steps", len(r.Steps))
	}
	for i := range r.Steps {
		checkStep(t, &r.Steps[i], want[i], key)
	}
	if conn, err := net.Dial("tcp", r.Server); err == nil {
		conn.Close()
		t.Error("the name server is still there")
	}
}

func checkStep(t *testing.T, s *drill.Step, want txtrecord.Status, key *rsa.PrivateKey) {
	t.Helper()
	if s.Status != want || !s.Right() || s.Err != nil || s.Took <= 0 {
		t.Errorf("%s: %+v", want, s)
	}
	state := verify.State(want)
	if s.Report.Verdict != verify.Valid || s.Report.State != (verify.Products{InternetAccess: state, PrivateAccess: state}) || len(s.Report.Findings) > 0 {
		t.Errorf("%s: %s %v %v", want, s.Report.Verdict, s.Report.State, s.Report.Findings)
	}
	rrset := s.Set.RRSets[0]
	set, err := txtrecord.Verify(rrset.Values, txtrecord.Scheme{}, &key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	if set.Activation.Status != want || set.Activation.End.IsZero() != (want == txtrecord.Off) || rrset.Name != drill.Domain+"." || rrset.TTL != 30 {
		t.Errorf("%s: published %+v", want, rrset)
	}
	if len(s.Report.Servers) != 1 || s.Report.Servers[0].Outcome != verify.Answered {
		t.Errorf("%s: %+v", want, s.Report.Servers)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begin := time.Now()
	r, err := drill.Run(ctx, newKey(t), time.Now)
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 2*time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
	if r != nil && r.Right() {
		t.Error("a cancelled rehearsal went right")
	}
}

// In mid-rehearsal: the clock, which every step reads first, pulls the plug.
func TestCancelledMidway(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls atomic.Int32
	r, err := drill.Run(ctx, newKey(t), func() time.Time {
		if calls.Add(1) == 12 {
			cancel()
		}
		return time.Now()
	})
	if !errors.Is(err, context.Canceled) || r == nil || r.Right() || len(r.Steps) == 0 || len(r.Steps) > 3 {
		t.Errorf("%v, %+v", err, r)
	}
}

// jumping is a clock that goes ahead by jump from a moment on that the test chooses.
type jumping struct {
	calls atomic.Int32
	from  int32
	jump  time.Duration
}

func (c *jumping) now() time.Time {
	if c.calls.Add(1) >= c.from {
		return time.Now().Add(c.jump)
	}
	return time.Now()
}

// A clock that jumps must not leave a rehearsal right: wherever it jumps, either
// the update's TSIG is refused, or the records of the step have ended by the time
// they are verified, or every step was carried out in the same time.
func TestClockJumps(t *testing.T) {
	key := newKey(t)
	counting := &jumping{from: 1 << 30}
	if r, err := drill.Run(t.Context(), key, counting.now); err != nil || !r.Right() {
		t.Fatal(r, err)
	}
	var refused, expired int
	for from := range counting.calls.Load() {
		clock := &jumping{from: from + 1, jump: 9 * time.Hour}
		r, err := drill.Run(t.Context(), key, clock.now)
		if err != nil {
			t.Fatal(err)
		}
		last := r.Steps[len(r.Steps)-1]
		switch {
		case r.Right():
		case last.Right():
			t.Errorf("jump at call %d: the rehearsal went wrong and its last step right", from+1)
		case last.Err != nil:
			refused++
		case last.Report.State.PrivateAccess == verify.StateExpired:
			expired++
			if last.Report.Verdict != verify.Valid || last.Report.ExitStatus() != verify.StatusWrong {
				t.Errorf("jump at call %d: %s, %d", from+1, last.Report.Verdict, last.Report.ExitStatus())
			}
		default:
			t.Errorf("jump at call %d: %+v", from+1, last)
		}
	}
	if refused == 0 || expired < 2 {
		t.Errorf("%d steps were refused and %d expired; test and on each must expire once", refused, expired)
	}
}

// Whoever has another key than the format's gets no rehearsal that went right.
func TestWrongKey(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	r, err := drill.Run(t.Context(), key, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*txtrecord.KeyError](r.Steps[0].Err); !ok || r.Right() || len(r.Steps) != 1 || r.Steps[0].Right() {
		t.Errorf("%+v", r)
	}
}

func TestCannotBegin(t *testing.T) {
	if r, err := drill.Run(t.Context(), newKey(t), nil); err == nil || r != nil {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestRight(t *testing.T) {
	whole, err := drill.Run(t.Context(), newKey(t), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*drill.Rehearsal){
		"no step":         func(r *drill.Rehearsal) { r.Steps = nil },
		"a step missing":  func(r *drill.Rehearsal) { r.Steps = r.Steps[:3] },
		"a step failed":   func(r *drill.Rehearsal) { r.Steps[1].Err = errors.New("x") },
		"not as expected": func(r *drill.Rehearsal) { r.Steps[1].Report.AsExpected = false },
		"an error":        func(r *drill.Rehearsal) { r.Steps[3].Report.Add(verify.CodeServersDiffer, "x") },
		"no record": func(r *drill.Rehearsal) {
			r.Steps[0].Report = verify.Report{Judgement: verify.Judgement{Verdict: verify.None}}
		},
	} {
		r := *whole
		r.Steps = append([]drill.Step{}, whole.Steps...)
		change(&r)
		if r.Right() {
			t.Errorf("%s: right", name)
		}
	}
	if !whole.Right() {
		t.Error("the whole is wrong")
	}
}
