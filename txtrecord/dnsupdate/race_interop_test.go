//go:build interop

package dnsupdate_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

const rounds = 200

// Two publishers have both read what stands, and both have their connection, before
// either sends. Exactly one of them has its way, and the other learns of it: in every
// second round the set stood and is replaced, in the others nothing did.
func TestInteropRace(t *testing.T) {
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		var wins [2]int
		stands := records()
		for round := range rounds {
			if round%2 == 0 {
				remove(t, server.address, &stands)
			}
			sets := [2]txtrecord.WireRRSet{contender(round, 0), contender(round, 1)}
			errs := race(t, server.address, stands, sets)
			winner := judge(t, round, server.address, stands, errs)
			wins[winner]++
			stands = sets[winner]
			checkReadBack(t, server.address, stands)
		}
		t.Logf("of %d rounds the two won %d", rounds, wins)
	})
}

// contender is the set that one of the two wants, of two records and with its own TTL.
func contender(round, which int) txtrecord.WireRRSet {
	return withTTL(records([]string{fmt.Sprint(round, which, "p=1")}, []string{fmt.Sprint(round, which, "p=2")}), uint32(30+which))
}

// remove takes away what stands.
func remove(t *testing.T, server string, stands *txtrecord.WireRRSet) {
	t.Helper()
	if len(stands.RDATA) > 0 {
		if err := replace(t, clientOf(server), dnsupdate.Change{Old: *stands}); err != nil {
			t.Fatal(err)
		}
	}
	*stands = records()
}

// race lets two clients go at the same time, and returns what came of it.
func race(t *testing.T, server string, old txtrecord.WireRRSet, sets [2]txtrecord.WireRRSet) (errs [2]error) {
	t.Helper()
	var line, finished sync.WaitGroup
	line.Add(len(sets))
	for i, set := range sets {
		client := clientOf(server)
		client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				line.Done() // the other one need not wait
				return nil, err
			}
			return &starter{Conn: conn, line: &line}, nil
		}
		finished.Go(func() { errs[i] = replace(t, client, dnsupdate.Change{Old: old, New: set}) })
	}
	finished.Wait()
	return errs
}

// A starter is a connection on which nothing is written before all the others are
// about to write.
type starter struct {
	net.Conn
	line *sync.WaitGroup
	once sync.Once
}

func (s *starter) Write(p []byte) (int, error) {
	s.once.Do(func() {
		s.line.Done()
		s.line.Wait()
	})
	return s.Conn.Write(p)
}

// judge returns which of the two won, of whom there must be one.
func judge(t *testing.T, round int, server string, old txtrecord.WireRRSet, errs [2]error) int {
	t.Helper()
	winner := 0
	if errs[0] != nil {
		winner = 1
	}
	want := dnsupdate.ConflictError{Server: server, Rcode: dns.RcodeNXRrset, Authenticated: true}
	if len(old.RDATA) == 0 {
		want.Rcode = dns.RcodeYXRrset
	}
	got, ok := errors.AsType[*dnsupdate.ConflictError](errs[1-winner])
	if errs[winner] != nil || !ok || *got != want {
		t.Fatalf("round %d: %v", round, errs)
	}
	return winner
}
