package verify_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// What this machine could not ask is neither a dead server nor an absent record: it must
// not pass as a silent one beside a good one.
func TestNoSocketToSpare(t *testing.T) {
	good := zoneServer(t, 30, signed(t, window(txtrecord.On))...)
	starved := verify.Server{Host: "192.0.2.1", Port: "53"}
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS} {
		checker := quick()
		checker.Client.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasPrefix(address, "192.0.2.1:") {
				return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", lack)}
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		policy := asking(t)
		policy.Expected = verify.ExpectOn
		got := checker.Check(t.Context(), request([]verify.Server{good, starved}, policy))
		if f, ok := findingOf(got.Judgement, verify.CodeNotAsked); !ok || got.Verdict != verify.Unreachable || got.ExitStatus() != 4 || got.AsExpected || !strings.Contains(f.Message, lack.Error()) {
			t.Errorf("%v: %s, exit status %d: %v", lack, got.Verdict, got.ExitStatus(), got.Findings)
		}
		if got.Servers[1].Outcome != verify.NotAsked {
			t.Errorf("%v: %s", lack, got.Servers[1].Outcome)
		}
	}
}

// Many verifications at once, most of them at dead servers, use up every slot: what is
// not asked in time is not called silent.
func TestNoSlotInTime(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := &virtualnet.Net{RoundTrip: liveRoundTrip}
		var dead []verify.Server
		for i := range 600 {
			address := fmt.Sprintf("2001:db8:dead::%x", i)
			n.Add(address, mute)
			dead = append(dead, verify.Server{Host: address, Port: "53"})
		}
		n.Add("192.0.2.1", virtualnet.Zones(publishedZone(30, onSet(t)...)))
		checker := liveChecker(t, n)
		done := make(chan struct{})
		go func() {
			defer close(done)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			checker.Check(ctx, verify.Request{Policy: asking(t), Servers: dead})
		}()
		time.Sleep(time.Millisecond) // the dead come first
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		got := checker.Check(ctx, verify.Request{Policy: asking(t), Servers: []verify.Server{{Host: "192.0.2.1", Port: "53"}}})
		if _, ok := findingOf(got.Judgement, verify.CodeNotAsked); !ok || got.ExitStatus() != 4 {
			t.Errorf("exit status %d: %v", got.ExitStatus(), got.Findings)
		}
		<-done
	})
}

// Name servers that name ever more name servers are bounded, and that not all were asked
// is an error.
func TestFloodOfNameServers(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		var made atomic.Int32
		flood := func(query *dns.Msg) *dns.Msg {
			question := query.Question[0]
			reply := virtualnet.Zones(publishedZone(30, onSet(t)...))(query)
			switch {
			case question.Qtype == dns.TypeNS:
				reply.Answer, reply.Ns = nil, nil
				for range 30 {
					rr, _ := dns.NewRR(fmt.Sprintf("example.com. 300 IN NS n%d.example.com.", made.Add(1)))
					reply.Answer = append(reply.Answer, rr)
				}
			case question.Qtype == dns.TypeA && strings.HasPrefix(question.Name, "n") && question.Name != "ns1.example.com.":
				reply.Rcode, reply.Ns = dns.RcodeSuccess, nil
				for range 16 {
					i := made.Add(1)
					address := fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
					rr, _ := dns.NewRR(question.Name + " 300 IN A " + address)
					reply.Answer = append(reply.Answer, rr)
				}
			}
			return reply
		}
		for _, address := range exampleServers {
			n.Add(address, flood)
		}
		begin := time.Now()
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t)})
		if took := time.Since(begin); len(got.Servers) > 200 || took > 10*time.Second {
			t.Errorf("%d servers after %v", len(got.Servers), took)
		}
		if _, ok := findingOf(got.Judgement, verify.CodeTooManyServers); !ok || got.ExitStatus() != 1 {
			t.Errorf("exit status %d", got.ExitStatus())
		}
	})
}

// One record of the set with another TTL is not what was expected, whatever the others
// have.
func TestEveryTTLIsHeld(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	for _, ttls := range [][2]uint32{{30, 86400}, {86400, 30}, {29, 30}} {
		server := replying(t, func(m *dns.Msg) { m.Answer = []dns.RR{txt(ttls[0], on[0]), txt(ttls[1], on[1])} })
		r := request([]verify.Server{server}, asking(t))
		r.Records = []txtrecord.RRSet{rrset("TXT", 30, on...)}
		got := quick().Check(t.Context(), r)
		if _, ok := findingOf(got.Judgement, verify.CodeTTLNotExpected); !ok || got.ExitStatus() != 1 {
			t.Errorf("%v: exit status %d: %v", ttls, got.ExitStatus(), got.Findings)
		}
	}
}

// A resolver that had something that was never right, and is right when it is asked
// again, leaves a trace.
func TestUnsteadyResolver(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		right, asked := recursive(publishedZone(30, onSet(t)...)), new(atomic.Int32)
		n.Add(resolverAt, func(query *dns.Msg) *dns.Msg {
			reply := right(query)
			if query.Question[0].Qtype == dns.TypeTXT {
				if asked.Add(1) == 1 {
					reply.Answer = []dns.RR{txt(30, "v=1;evil")}
				}
			}
			return reply
		})
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: []dnsquery.Server{plainResolver(resolverAt)}})
		if f, ok := findingOf(got.Judgement, verify.CodeResolverUnsteady); !ok || f.Severity != verify.Warning || got.ExitStatus() != 0 {
			t.Errorf("exit status %d: %v", got.ExitStatus(), got.Findings)
		}
	})
}

// A resolver that was named and cannot be asked for the addresses that are expected is
// named in a finding.
func TestResolverWithoutAddresses(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...) + edgeAddress)
		right := recursive(publishedZone(30, onSet(t)...) + edgeAddress)
		n.Add(resolverAt, notFor(dns.TypeA, func(query *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(query, dns.RcodeServerFailure) }, right))
		got := liveChecker(t, n).Check(t.Context(), verify.Request{
			Policy: asking(t), Resolvers: []dnsquery.Server{plainResolver(resolverAt)}, Records: []txtrecord.RRSet{rrset("A", 30, "203.0.113.7")},
		})
		if got.Verdict != verify.Unreachable || got.ExitStatus() != 4 || !says(got, verify.CodeResolverNotAsked, "A records") {
			t.Errorf("%s, exit status %d: %v", got.Verdict, got.ExitStatus(), got.Findings)
		}
	})
}

// Servers that were named and cannot be asked are not made up for by a resolver.
func TestResolverForNamedServers(t *testing.T) {
	resolver := zoneServer(t, 30, signed(t, window(txtrecord.On))...)
	r := request([]verify.Server{silent(t)}, asking(t))
	r.Resolvers = []dnsquery.Server{{Transport: dnsquery.UDP, Host: resolver.Host, Port: resolver.Port}}
	r.Policy.Expected = verify.ExpectOn
	if got := quick().Check(t.Context(), r); got.Verdict != verify.Unreachable || got.ExitStatus() != 4 || got.AsExpected {
		t.Errorf("%s, exit status %d: %v", got.Verdict, got.ExitStatus(), got.Findings)
	}
}

// Without a key, a set that nobody checked meets no expectation because only addresses
// are asked about.
func TestAddressesOnly(t *testing.T) {
	r := request([]verify.Server{zoneServer(t, 30, signed(t, window(txtrecord.On))...)}, asking(t))
	r.Policy.Keys, r.Policy.AddressesOnly = nil, true
	if got := quick().Check(t.Context(), r); got.Verdict != verify.Unchecked || got.ExitStatus() != 0 {
		t.Errorf("%s, exit status %d", got.Verdict, got.ExitStatus())
	}
	r.Policy.Expected = verify.ExpectOn
	if got := quick().Check(t.Context(), r); got.ExitStatus() != 1 || got.AsExpected {
		t.Errorf("expecting on: %s, exit status %d", got.Verdict, got.ExitStatus())
	}
}
