package dnsquery_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// withoutEDNSAlone is a path on which queries with EDNS are lost.
func withoutEDNSAlone(answer answerer) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if q.IsEdns0() != nil {
			return silent(q)
		}
		return answer(q)
	}
}

func late(delay time.Duration, answer answerer) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		r := answer(q)
		r.Delay = delay
		return r
	}
}

func fromThe(n int, answer answerer) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if q.N < n {
			return silent(q)
		}
		return answer(q)
	}
}

// What does not get through is found out within the timeout, and said.
func TestFallback(t *testing.T) {
	t.Parallel()
	const timeout = 1800 * time.Millisecond
	const untilFallback = timeout * 4 / 6
	cases := map[string]struct {
		udp, tcp                          answerer
		over                              dnsquery.Transport
		withoutEDNS, truncated, udpSilent bool
		asked                             int // over UDP
		least, most                       time.Duration
	}{
		"at once":               {good, good, "udp", false, false, false, 1, 0, timeout / 3},
		"the second answered":   {fromThe(2, good), good, "udp", false, false, false, 2, timeout / 3, timeout / 2},
		"the third answered":    {fromThe(3, good), good, "udp", false, false, false, 3, timeout / 2, untilFallback},
		"UDP silent":            {silent, late(timeout/18, good), "tcp", false, false, true, 4, untilFallback, timeout},
		"EDNS lost, no TCP":     {withoutEDNSAlone(good), nil, "udp", true, false, false, 4, untilFallback, timeout},
		"EDNS lost, TCP silent": {withoutEDNSAlone(good), silent, "udp", true, false, false, 4, untilFallback, timeout},
		"EDNS lost, cut without it": {withoutEDNSAlone(truncated), late(timeout/9, good), "tcp", true, true, false, 4,
			untilFallback, timeout},
		"EDNS lost, torn without it": {withoutEDNSAlone(tornAtRecord), late(timeout/9, good), "tcp", true, true, false, 4,
			untilFallback, timeout},
		"answered late, before TCP": {late(untilFallback+timeout/18, good), late(timeout/6, good), "udp", false, false, false, 4,
			untilFallback, timeout},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := plain(t, c.udp, c.tcp)
			begin := time.Now()
			got, err := query(t, s, timeout)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(begin); took < c.least || took > c.most {
				t.Errorf("took %s, want %s to %s", took, c.least, c.most)
			}
			if got.Transport != c.over || got.WithoutEDNS != c.withoutEDNS || got.Truncated != c.truncated || got.UDPSilent != c.udpSilent {
				t.Errorf("got %+v", got)
			}
			if !slices.Equal(texts(got), []string{"v=1;b=on"}) || got.Address != s.Over(c.over).Address() || got.RoundTrip <= 0 {
				t.Errorf("got %+v", got)
			}
			if n := s.Asked(dnsquery.UDP); n != c.asked {
				t.Errorf("asked %d times over UDP, want %d", n, c.asked)
			}
		})
	}
}

// The same query is sent again, and another one without EDNS.
func TestQueriesWhileSilent(t *testing.T) {
	t.Parallel()
	s := plain(t, silent, nil)
	if _, err := query(t, s, 3*short); !isTimeout(err) {
		t.Error(err)
	}
	queries := s.Queries()
	if len(queries) != 4 {
		t.Fatalf("%d queries", len(queries))
	}
	for i, q := range queries {
		if (q.Id == queries[0].Id) != (i < 3) || (q.IsEdns0() != nil) != (i < 3) {
			t.Errorf("query %d: %v", i, q)
		}
	}
}

// A port that refuses UDP says nothing about TCP, and need not be waited for.
func TestUDPRefused(t *testing.T) {
	t.Parallel()
	s := faultserver.Start(t, faultserver.Script{Answer: good, NoUDP: true})
	begin := time.Now()
	got, err := query(t, s, ample)
	if err != nil || !got.UDPSilent || got.Truncated || got.WithoutEDNS || got.Transport != dnsquery.TCP || time.Since(begin) > ample/8 {
		t.Errorf("got %+v, %v after %s", got, err, time.Since(begin))
	}
	closed := faultserver.Start(t, faultserver.Script{NoUDP: true, NoTCP: true})
	begin = time.Now()
	got, err = query(t, closed, ample)
	if got != nil || err == nil || !isNetwork(err) || time.Since(begin) > ample/8 {
		t.Errorf("got %+v, %v after %s", got, err, time.Since(begin))
	}
}

// TCP that answers with a failure is an answer, though it came late.
func TestFailureOverTCP(t *testing.T) {
	t.Parallel()
	got, err := query(t, plain(t, silent, failing(dns.RcodeServerFailure)), 4*short)
	if err != nil || got.Rcode != dns.RcodeServerFailure || !got.UDPSilent {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Both failures are told.
func TestFallbackError(t *testing.T) {
	t.Parallel()
	tornWire := func(q *faultserver.Query) faultserver.Reply { return faultserver.SendBytes(goodWire(q)[:40]) }
	for name, c := range map[string]struct {
		udp, tcp answerer
		reason   string
		is       func(error) bool
	}{
		"truncated, TCP refused":           {truncated, nil, "truncated", isType[*net.OpError]},
		"torn, TCP refused":                {tornWire, nil, "malformed", isType[*net.OpError]},
		"truncated, TCP closed":            {truncated, streamFaults["closed at once"], "truncated", isReplyError},
		"truncated, TCP silent":            {truncated, silent, "truncated", isType[net.Error]},
		"truncated without EDNS, refused":  {withoutEDNSAlone(truncated), nil, "truncated", isType[*net.OpError]},
		"truncated without EDNS, TCP torn": {withoutEDNSAlone(truncated), late(short/2, tornAtRecord), "truncated", isReplyError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := query(t, plain(t, c.udp, c.tcp), 4*short)
			both, ok := errors.AsType[*dnsquery.FallbackError](err)
			if answer != nil || !ok {
				t.Fatalf("got %+v, %v (%T)", answer, err, err)
			}
			if both.Reason == nil || !strings.Contains(both.Reason.Error(), c.reason) || both.Err == nil || !c.is(both.Err) || errors.Unwrap(err) != both.Err {
				t.Errorf("got %+v", both)
			}
			if !strings.Contains(err.Error(), both.Reason.Error()) || !strings.Contains(err.Error(), both.Err.Error()) {
				t.Errorf("the text is %q", err)
			}
		})
	}
}

// Datagrams that belong to no question neither end the wait nor make it longer.
func TestFlood(t *testing.T) {
	t.Parallel()
	flood := make([][]byte, 4000)
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		q.Id ^= 1
		stray := goodWire(q)
		for i := range flood {
			flood[i] = stray
		}
		return faultserver.SendBytes(slices.Clone(flood)...)
	}, nil)
	begin := time.Now()
	answer, err := query(t, s, short)
	if took := time.Since(begin); answer != nil || !isTimeout(err) || took < short || took > 2*short {
		t.Errorf("got %+v, %v after %s", answer, err, took)
	}

	// A flood that never ends, by a connection that always has another datagram.
	client := &dnsquery.Client{Timeout: short, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &flooded{Conn: conn}, err
	}}
	begin = time.Now()
	answer, err = ask(t.Context(), client, plain(t, silent, nil).Over(dnsquery.UDP))
	if took := time.Since(begin); answer != nil || !isTimeout(err) || took < short || took > 2*short {
		t.Errorf("got %+v, %v after %s", answer, err, took)
	}
}

// A flooded connection brings datagrams until its deadline.
type flooded struct {
	net.Conn
	until atomic.Pointer[time.Time]
}

func (f *flooded) SetReadDeadline(t time.Time) error {
	f.until.Store(&t)
	return f.Conn.SetReadDeadline(t)
}

func (f *flooded) Read(p []byte) (int, error) {
	if !time.Now().Before(*f.until.Load()) {
		return f.Conn.Read(p)
	}
	return copy(p, "neither a reply nor anything else"), nil
}
