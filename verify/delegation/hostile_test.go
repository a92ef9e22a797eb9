package delegation_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// fourOfEach is an internet in which every zone has four servers. Those of example.com
// are at 192.0.2.20 and the next addresses.
func fourOfEach(dead int) (*virtualnet.Net, []delegation.NameServer) {
	n := &virtualnet.Net{RoundTrip: roundTrip}
	var roots []delegation.NameServer
	root := ". 300 IN SOA a.root.example. . 1 1 1 1 60\n" + delegate("com.", "nic.example.", 4, "192.0.2.10")
	com := "com. 300 IN SOA ns1.nic.example. . 1 1 1 1 60\n" + delegate("example.com.", "example.com.", 4, "192.0.2.20")
	for i := range 4 {
		address := fmt.Sprintf("192.0.2.%d", i)
		roots = append(roots, server(fmt.Sprintf("%d.root.example.", i), address))
		for at, host := range map[string]virtualnet.Host{
			address:                         zones(root),
			fmt.Sprintf("192.0.2.%d", 10+i): zones(com),
			fmt.Sprintf("192.0.2.%d", 20+i): zones(exampleZone),
		} {
			if i < dead {
				host = silent
			}
			n.Add(at, host)
		}
	}
	return n, roots
}

// A dead server costs a moment, not a timeout.
func TestDeadServers(t *testing.T) {
	t.Parallel()
	fastest, slowest := time.Hour, time.Duration(0)
	for range 50 { // the order is random
		synctest.Test(t, func(t *testing.T) {
			n, roots := fourOfEach(3)
			finder, begin := newFinder(t, n), time.Now()
			finder.Roots = roots
			cut, err := finder.Find(t.Context(), "dr.example.com")
			took := time.Since(begin)
			if err != nil || cut.Zone != "example.com." || took > 3*roundTrip+3*3*stagger || (took-3*roundTrip)%stagger != 0 {
				t.Errorf("%+v, %v after %v", cut, err, took)
			}
			fastest, slowest = min(fastest, took), max(slowest, took)
		})
	}
	if fastest == slowest {
		t.Error("everybody asks the servers in the same order")
	}
}

func TestAllServersOfAZoneDead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n, roots := fourOfEach(0)
		for i := range 4 {
			n.Add(fmt.Sprintf("192.0.2.%d", 20+i), silent)
		}
		finder, begin := newFinder(t, n), time.Now()
		finder.Roots = roots
		cut, err := finder.Find(t.Context(), "dr.example.com")
		failed, ok := errors.AsType[*delegation.Error](err)
		if !ok || failed.Zone != "example.com." || !errors.Is(err, context.DeadlineExceeded) || cut != nil {
			t.Errorf("%+v, %v", cut, err)
		}
		if took, want := time.Since(begin), 2*roundTrip+3*stagger+dnsquery.DefaultTimeout; took != want {
			t.Errorf("after %v, want %v", took, want)
		}
	})
}

// One dead address of a server that is known by its name alone costs no timeout either.
func TestDeadAddressBehindAName(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(providerAt, zones(providerZone+"ns3.provider.example. 300 IN A 192.0.2.51\nns3.provider.example. 300 IN A 192.0.2.52\n"))
		n.Add(gluelessAt, silent)
		n.Add("192.0.2.51", silent)
		n.Add("192.0.2.52", zones(gluelessZone))
		finder, begin := newFinder(t, n), time.Now()
		cut, err := finder.Find(t.Context(), "x.glueless.example.com")
		if took := time.Since(begin); err != nil || cut.Zone != "glueless.example.com." || took > 8*roundTrip+3*stagger {
			t.Errorf("%+v, %v after %v", cut, err, took)
		}
	})
}

// misbehaviour is what a server of example.com can answer instead of what it should.
var misbehaviour = map[string]func(query *dns.Msg) *dns.Msg{
	"REFUSED":  withRcode(dns.RcodeRefused),
	"SERVFAIL": withRcode(dns.RcodeServerFailure),
	"upward":   refer(". 300 IN NS a.root.example."),
	"upward with a SOA record": func(q *dns.Msg) *dns.Msg {
		m := referral(q, "com. 300 IN SOA a.nic.example. . 1 1 1 1 60")
		m.Authoritative = true
		return m
	},
	"to itself":       refer("example.com. 300 IN NS ns1.example.com.\nns1.example.com. 300 IN A 192.0.2.66"),
	"sideways":        refer("victim.example.com. 300 IN NS ns.victim.example.com.\nns.victim.example.com. 300 IN A 192.0.2.66"),
	"far away":        refer("dr.example.net. 300 IN NS ns.example.net.\nns.example.net. 300 IN A 192.0.2.66"),
	"below the name":  refer("x.dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.66"),
	"nothing":         refer(""),
	"cached nothing":  cached(refer("example.com. 300 IN SOA ns1.example.com. . 7 1 1 1 60")),
	"cached cut":      cached(refer("dr.example.com. 300 IN SOA ns.dr.example.com. . 7 1 1 1 60\ndr.example.com. 300 IN NS ns.dr.example.com.")),
	"cached absence":  cached(nxdomain(refer("example.com. 300 IN SOA ns1.example.com. . 7 1 1 1 60"))),
	"absent referral": nxdomain(refer("dr.example.com. 300 IN NS ns.dr.example.com.\nns.dr.example.com. 300 IN A 192.0.2.66")),
	"cached answer": cached(func(q *dns.Msg) *dns.Msg {
		m := referral(q, "dr.example.com. 300 IN NS ns.dr.example.com.")
		m.Answer = referral(q, q.Question[0].Name+" 300 IN SOA ns.dr.example.com. . 7 1 1 1 60").Ns
		return m
	}),
	"cached alias": cached(func(q *dns.Msg) *dns.Msg {
		m := referral(q, "dr.example.com. 300 IN NS ns.dr.example.com.")
		m.Answer = referral(q, q.Question[0].Name+" 300 IN CNAME elsewhere.example.").Extra
		return m
	}),
	"sideways with authority": func(q *dns.Msg) *dns.Msg {
		m := referral(q, "victim.example.com. 300 IN SOA ns.victim.example.com. . 7 1 1 1 60")
		m.Authoritative = true
		return m
	},
}

func withRcode(rcode int) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg { return new(dns.Msg).SetRcode(query, rcode) }
}

func nxdomain(host virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		reply := host(query)
		reply.Rcode = dns.RcodeNameError
		return reply
	}
}

// cached is a host whose answers come from a resolver in between.
func cached(host virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		reply := host(query)
		reply.RecursionAvailable = true
		return reply
	}
}

func TestPassedOver(t *testing.T) {
	t.Parallel()
	for title, bad := range misbehaviour {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(exampleAt, bad) // which is asked first, for it has glue
				n.Add("192.0.2.66", zones(exampleZone))
				finder := newFinder(t, n)
				cut, err := finder.Find(t.Context(), "dr.example.com")
				if err != nil || cut.Zone != "example.com." || n.Asked(exampleAt) == 0 {
					t.Errorf("%+v, %v", cut, err)
				}
				n.Add(secondAt, bad)
				cut, err = finder.Find(t.Context(), "dr.example.com")
				failed, ok := errors.AsType[*delegation.Error](err)
				want := delegation.ErrLame
				if strings.HasPrefix(title, "cached") {
					want = delegation.ErrIntercepted
				}
				if !ok || failed.Zone != "example.com." || !errors.Is(err, want) || cut != nil {
					t.Errorf("all so: %+v, %v", cut, err)
				}
				if n.Asked("192.0.2.66") != 0 {
					t.Error("a server that nobody may name was asked")
				}
			})
		})
	}
}

// That a server answers in vain says more than that another one is not reached.
func TestLameAndNoRoute(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(rootAt, withRcode(dns.RcodeRefused))
		finder := newFinder(t, n)
		finder.Roots = []delegation.NameServer{server("a.root.example.", rootAt, "2001:db8::1")}
		if _, err := finder.Find(t.Context(), "dr.example.com"); !errors.Is(err, delegation.ErrLame) {
			t.Error(err)
		}
	})
}

// The names of servers are not looked up at servers that claim to be something else.
func TestLameForAddresses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(providerAt, func(query *dns.Msg) *dns.Msg {
			reply := zones(providerZone)(query)
			reply.Authoritative = query.Question[0].Qtype == dns.TypeSOA
			return reply
		})
		finder := newFinder(t, n)
		got, err := finder.Addresses(t.Context(), finder.Root(), "ns2.provider.example")
		if !errors.Is(err, delegation.ErrLame) {
			t.Errorf("%v, %v", got, err)
		}
	})
}

// A reply of records of another name is none.
func TestAnswerForAnotherName(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(rootAt, func(query *dns.Msg) *dns.Msg {
			reply := referral(query, "com. 300 IN NS ns.example.com.")
			reply.Authoritative = true
			reply.Answer = referral(query, "example.net. 300 IN SOA ns.example.net. . 1 1 1 1 60").Ns
			return reply
		})
		_, err := newFinder(t, n).Find(t.Context(), "dr.example.com")
		_, isReply := errors.AsType[*dnsquery.ReplyError](err)
		if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "." || !isReply {
			t.Error(err)
		}
	})
}

// Some servers set AA in a referral, and some leave out the SOA record.
func TestTolerance(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		authoritative := func(host virtualnet.Host) virtualnet.Host {
			return func(query *dns.Msg) *dns.Msg {
				reply := host(query)
				reply.Authoritative = true
				return reply
			}
		}
		n.Add(tldAt, authoritative(zones(comZone)))
		n.Add(exampleAt, authoritative(refer("")))
		cut, err := newFinder(t, n).Find(t.Context(), "dr.example.com")
		if err != nil || cut.Zone != "example.com." {
			t.Errorf("%+v, %v", cut, err)
		}
	})
}

// A zone may lie on some of its parent's servers and not on others: these refer.
func TestHostedBySomeOfTheParentsServers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		apart := exampleZone + "hosted.example.com. 300 IN NS ns.hosted.example.com.\nns.hosted.example.com. 300 IN A 192.0.2.60\n"
		n.Add(exampleAt, func(query *dns.Msg) *dns.Msg { // which tells of the zone, but not of its servers
			if query.Question[0].Qtype == dns.TypeNS {
				return withRcode(dns.RcodeRefused)(query)
			}
			return zones(exampleZone, hostedZone)(query)
		})
		n.Add(secondAt, zones(apart))
		n.Add("192.0.2.60", zones(hostedZone))
		finder := newFinder(t, n)
		for _, name := range []string{"x.hosted.example.com", "y.hosted.example.com"} {
			cut, err := finder.Find(t.Context(), name)
			if err != nil || cut.Zone != "hosted.example.com." {
				t.Errorf("%+v, %v", cut, err)
			}
		}
	})
}

// Whoever answers for com knows nothing about hosts in the zone example.
func TestGlueOutsideTheBailiwick(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		example := zones(tldZone)
		n.Add(tldAt, func(query *dns.Msg) *dns.Msg {
			if dns.IsSubDomain("example.", query.Question[0].Name) {
				return example(query)
			}
			return referral(query, "example.com. 300 IN NS ns2.provider.example.\nns2.provider.example. 300 IN A 192.0.2.66")
		})
		n.Add("192.0.2.66", zones(exampleZone))
		finder := newFinder(t, n)
		cut, err := finder.Find(t.Context(), "dr.example.com")
		if err != nil || len(cut.Servers) != 1 || cut.Servers[0].Glue != nil {
			t.Errorf("%+v, %v", cut, err)
		}
		if got := n.Asked("192.0.2.66"); got != 0 {
			t.Errorf("the glue was asked %d times", got)
		}
	})
}

// Every cut leads to a deeper one at the same server.
func TestEndlessDelegation(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		name := strings.Repeat("x.", 100) + "example.com."
		labels := dns.Split(name)
		var asked atomic.Int32
		n.Add(exampleAt, func(query *dns.Msg) *dns.Msg {
			zone := name[labels[max(0, len(labels)-2-int(asked.Add(1)))]:]
			return referral(query, fmt.Sprintf("%[1]s 300 IN NS ns.%[1]s\nns.%[1]s 300 IN A 192.0.2.21", zone))
		})
		n.Add(secondAt, silent)
		_, err := newFinder(t, n).Find(t.Context(), name)
		if _, ok := errors.AsType[*delegation.Error](err); !ok || !errors.Is(err, delegation.ErrTooLong) {
			t.Error(err)
		}
		if got := n.Asked(exampleAt); got > 24 {
			t.Errorf("%d questions", got)
		}
	})
}

// A zone in which every name is an alias ends with the name's labels.
func TestAliasesAllTheWayUp(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		alias := zones(exampleZone + "*.example.com. 300 IN CNAME elsewhere.example.\n")
		n.Add(exampleAt, alias)
		cut, err := newFinder(t, n).Find(t.Context(), strings.Repeat("x.", 100)+"example.com")
		if err != nil || cut.Zone != "example.com." || n.Asked(exampleAt) > 100 {
			t.Errorf("%+v, %v after %d questions", cut, err, n.Asked(exampleAt))
		}
	})
}

// The names of servers that lead to one another can be looked up nowhere.
func TestCircles(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"of one zone":     delegate("a.example.", "a.example.", 30, ""),
		"of two zones":    delegate("a.example.", "b.example.", 30, "") + delegate("b.example.", "a.example.", 30, ""),
		"among the roots": "",
	}
	var mesh strings.Builder
	for i := range 20 {
		for j := range 20 {
			mesh.WriteString(delegate(string(rune('a'+i))+".example.", string(rune('a'+j))+".example.", 1, ""))
		}
	}
	cases["of twenty zones"] = mesh.String()
	for title, delegations := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			begin := time.Now()
			defer func() { // outside the bubble: looking into the cache takes no virtual time
				if took := time.Since(begin); took > 2*time.Second {
					t.Errorf("%v of work", took)
				}
			}()
			synctest.Test(t, func(t *testing.T) {
				n := internet()
				n.Add(tldAt, zones("example. 300 IN SOA a.nic.example. . 1 1 1 1 60\n"+delegations))
				finder, begin := newFinder(t, n), time.Now()
				if delegations == "" {
					finder.Roots = []delegation.NameServer{server("a.root.example."), server("b.root.example.")}
				}
				_, err := finder.Find(t.Context(), "dr.a.example")
				if _, ok := errors.AsType[*delegation.Error](err); !ok {
					t.Error(err)
				}
				if took := time.Since(begin); took > 10*time.Second || n.Asked(rootAt)+n.Asked(tldAt) > 200 {
					t.Errorf("after %v, %d and %d questions", took, n.Asked(rootAt), n.Asked(tldAt))
				}
			})
		})
	}
}

// Each zone's server has its name in the next one.
func TestChain(t *testing.T) {
	t.Parallel()
	for length, want := range map[int]error{1: nil, 5: nil, 6: delegation.ErrTooLong} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				tld, texts := tldZone, []string{providerZone + "ns.x.provider.example. 300 IN A 192.0.2.30\n"}
				for i := range length {
					zone, next := fmt.Sprintf("z%d.example.", i), fmt.Sprintf("z%d.example.", i+1)
					if i == length-1 {
						next = "x.provider.example."
					}
					tld += fmt.Sprintf("%s 300 IN NS ns.%s\n", zone, next)
					texts = append(texts, fmt.Sprintf("%[1]s 300 IN SOA ns.%[1]s . 1 1 1 1 60\nns.%[1]s 300 IN A %s\n", zone, providerAt))
				}
				n := internet()
				n.Add(tldAt, zones(comZone, tld))
				n.Add(providerAt, zones(texts...))
				finder, begin := newFinder(t, n), time.Now()
				_, err := finder.Find(t.Context(), "dr.z0.example")
				if !errors.Is(err, want) {
					t.Error(err)
				}
				// Two questions to the top, and for each server's name one there
				// and one where it lies; at last the name's.
				if took, limit := time.Since(begin), time.Duration(2+2*length+1)*roundTrip; err == nil && took != limit {
					t.Errorf("after %v, want %v", took, limit)
				}
			})
		})
	}
}

// A circle beside a server that answers does no harm.
func TestCircleBesideAServer(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(tldAt, zones(comZone, tldZone+delegate("a.example.", "b.example.", 12, "")+delegate("b.example.", "a.example.", 12, "")+
			"a.example. 300 IN NS ns3.provider.example.\n"))
		n.Add(gluelessAt, zones("a.example. 300 IN SOA ns.a.example. . 1 1 1 1 60\n"))
		cut, err := newFinder(t, n).Find(t.Context(), "dr.a.example")
		if err != nil || cut.Zone != "a.example." {
			t.Errorf("%+v, %v", cut, err)
		}
	})
}

// Hundreds of name servers in a victim's zone, without glue, make a handful of questions
// to the victim (NXNSAttack).
func TestManyNameServers(t *testing.T) {
	t.Parallel()
	victims := map[string]virtualnet.Host{
		"no such hosts": zones(providerZone),
		"silent":        silent,
		"refuses":       withRcode(dns.RcodeRefused),
	}
	for title, victim := range victims {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(providerAt, victim)
				n.Add(exampleAt, refer(delegate("dr.example.com.", "x.provider.example.", 290, "")))
				finder, begin := newFinder(t, n), time.Now()
				next, err := finder.Find(t.Context(), "dr.example.com")
				if err != nil || len(next.Servers) != 32 {
					t.Fatalf("%+v, %v", next, err)
				}
				_, err = finder.Find(t.Context(), "x.dr.example.com")
				if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "dr.example.com." {
					t.Error(err)
				}
				// Each name takes an A and a AAAA question; a silent server is asked
				// each of them four times, and over TCP.
				if got := n.Asked(providerAt); got == 0 || got > 13*2*5 {
					t.Errorf("the victim was asked %d times", got)
				}
				if took := time.Since(begin); took > 15*time.Second {
					t.Errorf("after %v", took)
				}
			})
		})
	}
}

// One name server with hundreds of addresses is asked at a few of them.
func TestManyAddresses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		glue := "dr.example.com. 300 IN NS ns.dr.example.com.\n" + strings.Repeat("ns.dr.example.com. 300 IN AAAA 2001:db8:1::\n", 20)
		address := netip.MustParseAddr("2001:db8:1::")
		for range 250 {
			glue += "ns.dr.example.com. 300 IN AAAA " + address.String() + "\n"
			n.Add(address.String(), withRcode(dns.RcodeRefused))
			address = address.Next()
		}
		n.Add(exampleAt, refer(glue))
		finder := newFinder(t, n)
		_, err := finder.Find(t.Context(), "x.dr.example.com")
		if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "dr.example.com." {
			t.Error(err)
		}
		asked := 0
		for range 250 {
			address = address.Prev()
			asked += n.Asked(address.String())
		}
		if asked != 16 {
			t.Errorf("%d addresses were asked", asked)
		}
	})
}

// However many servers there are, a walk ends after some questions.
func TestManyQuestions(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		var glue strings.Builder
		var addresses []string
		for i := range 32 {
			fmt.Fprintf(&glue, "dr.example.com. 300 IN NS ns%d.dr.example.com.\n", i)
			for j := range 8 {
				address := fmt.Sprintf("2001:db8:1::%x:%x", i, j)
				fmt.Fprintf(&glue, "ns%d.dr.example.com. 300 IN AAAA %s\n", i, address)
				n.Add(address, withRcode(dns.RcodeRefused))
				addresses = append(addresses, address)
			}
		}
		n.Add(exampleAt, refer(glue.String()))
		_, err := newFinder(t, n).Find(t.Context(), "x.dr.example.com")
		if failed, ok := errors.AsType[*delegation.Error](err); !ok || failed.Zone != "dr.example.com." {
			t.Error(err)
		}
		asked := 0
		for _, address := range addresses {
			asked += n.Asked(address)
		}
		if asked != 200-3 {
			t.Errorf("%d questions", asked)
		}
	})
}
