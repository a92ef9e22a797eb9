package verify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A chain is how many round trips a verification has that depend on each other: what
// takes longer than they do waited for something that it need not wait for.
//
// By delegation there are three. The root's referral to com has to come before a server
// of com can be asked, and its referral to example.com before the zone's own servers can
// be. Those are then asked everything at once: for the records, for what stands beside
// them, for their own addresses, and whether there is a further cut on the way to the
// domain. Where the servers are named, there is that last one alone.
const (
	chainFromRoot = 3
	chainOfNamed  = 1
)

// mostOfChain is what a verification may take, in round trips of its chain.
const mostOfChain = 1.3

const thirteen = 13

func thirteenth(i int) string { return fmt.Sprintf("192.0.2.%d", 100+i) }

// thirteenServers is an internet whose example.com has thirteen name servers at an IPv4
// address each, with a set at the domain.
func thirteenServers(t testing.TB, roundTrip time.Duration) *virtualnet.Net {
	var delegated strings.Builder
	for i := range thirteen {
		fmt.Fprintf(&delegated, "example.com. 300 IN NS ns%02d.example.com.\nns%02d.example.com. 300 IN A %s\n", i, i, thirteenth(i))
	}
	soa := "example.com. 300 IN SOA ns00.example.com. . 1 1 1 1 60\n"
	n := &virtualnet.Net{RoundTrip: roundTrip}
	n.Add(rootAt, virtualnet.Zones(liveRoot))
	delegateInCom(n, delegated.String())
	for i := range thirteen {
		serveAt(n, soa+delegated.String()+txtAt(domain+".", 30, onSet(t)...)+edgeAddress, thirteenth(i))
	}
	return n
}

func namedThirteen() []verify.Server {
	var servers []verify.Server
	for i := range thirteen {
		servers = append(servers, verify.Server{Host: thirteenth(i), Port: "53"})
	}
	return servers
}

var thirteenWays = map[string]struct {
	servers []verify.Server
	chain   int
}{
	"by delegation": {nil, chainFromRoot},
	"named":         {namedThirteen(), chainOfNamed},
}

func TestSpeedOfThirteenServers(t *testing.T) {
	for name, way := range thirteenWays {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := thirteenServers(t, liveRoundTrip)
				begin := time.Now()
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Servers: way.servers})
				took := time.Since(begin)
				if got.ExitStatus() != 0 || len(got.Servers) != thirteen {
					t.Errorf("exit status %d, %q", got.ExitStatus(), liveRows(got.Servers))
				}
				if ratio := timesChain(took, way.chain, liveRoundTrip); ratio > mostOfChain {
					t.Errorf("took %v, %.2f times a chain of %d round trips", took, ratio, way.chain)
				}
			})
		})
	}
}

func timesChain(took time.Duration, chain int, roundTrip time.Duration) float64 {
	return float64(took) / float64(time.Duration(chain)*roundTrip)
}

// soon is within which the servers that answer are shown, whatever others do.
const soon = 300 * time.Millisecond

// shownSoon counts the servers whose answers are shown soon.
func shownSoon(begin time.Time, count *int) func(verify.ServerReport) {
	return func(s verify.ServerReport) {
		if s.Outcome == verify.Answered && time.Since(begin) <= soon {
			*count++
		}
	}
}

// Three dead servers cost the time of one question together, not that of three, and do
// not hold up what is shown of the others.
func TestSpeedWithDeadServers(t *testing.T) {
	for name, way := range thirteenWays {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := thirteenServers(t, liveRoundTrip)
				for _, dead := range []int{0, 5, 12} {
					n.Add(thirteenth(dead), mute)
				}
				begin, shown := time.Now(), 0
				got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Servers: way.servers, Progress: shownSoon(begin, &shown)})
				// Before the dead are asked, somebody has to name them.
				most := dnsquery.DefaultTimeout + time.Duration(way.chain-1)*liveRoundTrip
				if took := time.Since(begin); took > most || got.ExitStatus() != 0 {
					t.Errorf("took %v, more than %v; exit status %d", took, most, got.ExitStatus())
				}
				if shown != thirteen-3 {
					t.Errorf("%d servers were shown within %v, want 10", shown, soon)
				}
			})
		})
	}
}

// Whether the domain is a zone of its own is asked of the servers of the zone above, one
// after the other, and nothing is shown before that is known. A server that has answered
// for the domain with authority has told it: that dead ones are asked first, as those at
// IPv4 addresses are, must not hold it up.
func TestSpeedWithMostServersDead(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		for _, dead := range []string{firstAt, secondAt} {
			n.Add(dead, mute)
		}
		shown := 0
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Progress: shownSoon(time.Now(), &shown)})
		if shown != 2 || got.ExitStatus() != 0 {
			t.Errorf("%d servers were shown within %v, want 2; exit status %d", shown, soon, got.ExitStatus())
		}
	})
}

// BenchmarkThirteenServers reports how many times its chain of round trips a verification
// takes, in real time: what it computes is in it.
func BenchmarkThirteenServers(b *testing.B) {
	for name, way := range thirteenWays {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			n, policy := thirteenServers(b, liveRoundTrip), asking(b)
			var took time.Duration
			for b.Loop() {
				checker := &verify.Checker{Roots: liveRoots}
				checker.Client.Dial = n.Dial
				begin := time.Now()
				got := checker.Check(b.Context(), verify.Request{Policy: policy, Servers: way.servers})
				took += time.Since(begin)
				checker.Client.CloseIdle()
				if got.ExitStatus() != 0 {
					b.Fatal(got.Findings)
				}
			}
			b.ReportMetric(timesChain(took, way.chain, liveRoundTrip)/float64(b.N), "times-chain")
		})
	}
}
