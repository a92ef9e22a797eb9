package verify_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const watchInterval = 10 * time.Second

// A watched is a watch over the internet of these tests, and what it saw.
type watched struct {
	*verify.Watch
	net    *virtualnet.Net
	begin  time.Time
	rounds []seenRound
}

// A seenRound is what is kept of a round.
type seenRound struct {
	verify.Round
	at      time.Duration // its end, after the beginning
	exit    int
	answers int // questions that the resolver had been asked
}

// watch waits for a signed on, with one system's resolver.
func watch(t *testing.T, n *virtualnet.Net) *watched {
	checker := liveChecker(t, n)
	checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
	w := &watched{net: n, begin: time.Now()}
	w.Watch = &verify.Watch{Checker: checker, Interval: watchInterval, Timeout: 10 * time.Second}
	w.Request.Policy = asking(t)
	w.Request.Policy.Expected = verify.ExpectOn
	w.Each = func(r verify.Round) {
		w.rounds = append(w.rounds, seenRound{r, time.Since(w.begin), r.Report.ExitStatus(), n.Asked(resolverAt)})
	}
	return w
}

// after has something happen in the network some time after the watch began.
func (w *watched) after(d time.Duration, do func()) { time.AfterFunc(time.Until(w.begin.Add(d)), do) }

// run watches for an hour at most: one that never ends is to fail, not to go on.
func (w *watched) run(t *testing.T) (verify.Round, error) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	return w.Run(ctx)
}

// statuses are the rounds' exit statuses in a row, each change once.
func (w *watched) statuses() []int {
	var all []int
	for _, r := range w.rounds {
		all = append(all, r.exit)
	}
	return slices.Compact(all)
}

// check holds what every watch must keep to against what was seen.
func (w *watched) check(t *testing.T, last verify.Round, statuses ...int) {
	t.Helper()
	if got := w.statuses(); !slices.Equal(got, statuses) {
		t.Errorf("the statuses are %v, want %v", got, statuses)
		return
	}
	for i, r := range w.rounds {
		if r.Number != i+1 {
			t.Errorf("round %d is called %d", i+1, r.Number)
		}
		if (r.exit == 0) != (i == len(w.rounds)-1 && statuses[len(statuses)-1] == 0) {
			t.Errorf("round %d of %d ended in %d", r.Number, len(w.rounds), r.exit)
		}
	}
	if last.Number != len(w.rounds) || last.Number > 0 && last.Report.ExitStatus() != w.rounds[last.Number-1].exit {
		t.Errorf("the last round is %d of %d", last.Number, len(w.rounds))
	}
}

// The zone changes server by server, then the resolver forgets what stood before. The
// watch ends with the first round that begins after that, and the resolver is not asked
// before all servers are right: that would have it remember the old answer.
func TestWatch(t *testing.T) {
	on := publishedZone(30, onSet(t)...)
	const changed, whole, forgotten = 25 * time.Second, 55 * time.Second, 300 * time.Second
	for name, c := range map[string]struct {
		before   string
		first    int // status of the first rounds
		memory   time.Duration
		expected verify.Expectation
	}{
		"off before":     {publishedZone(300, offSet(t)...), 1, 300 * time.Second, verify.ExpectOn},
		"nothing before": {strings.Replace(exampleZone(1), " 1 1 1 60", " 1 1 1 300", 1), 3, 300 * time.Second, verify.ExpectOn},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n, c, cache := newInternet(c.before), c, caching(c.before)
				n.Add(resolverAt, cache.host)
				w := watch(t, n)
				w.after(changed, func() { serveAt(n, on, firstAt, firstAt6); cache.see(on) })
				w.after(whole, func() { serveAt(n, on, secondAt, secondAt6) })
				last, err := w.run(t)
				if err != nil {
					t.Fatal(err)
				}
				w.check(t, last, slices.Compact([]int{c.first, 1, 5, 0})...)
				w.checkResolverLast(t)
				w.checkEnd(t, forgotten)
				w.checkEstimate(t, whole, c.memory)
				if last.BeforeUnknown {
					t.Error("it is said to have been right from the start")
				}
			})
		})
	}
}

func (w *watched) checkResolverLast(t *testing.T) {
	t.Helper()
	for _, r := range w.rounds {
		if right := r.exit == 5 || r.exit == 0; right != (r.answers > 0) {
			t.Errorf("round %d ended in %d, the resolver had been asked %d questions", r.Number, r.exit, r.answers)
		}
	}
}

// checkEnd says that the watch ended with the first round that could see all right.
func (w *watched) checkEnd(t *testing.T, right time.Duration) {
	t.Helper()
	last := w.rounds[len(w.rounds)-1].at
	// A round asks a resolver that lags twice, and lasts as long as that.
	if latest := right + watchInterval*14/10 + 3*time.Second; last < right || last > latest {
		t.Errorf("it ended after %v, want %v to %v", last, right, latest)
	}
}

// checkEstimate holds the instant by which every client has seen the change against when
// it was there, and how long what stood before may be remembered.
func (w *watched) checkEstimate(t *testing.T, there, memory time.Duration) {
	t.Helper()
	seen := false
	for _, r := range w.rounds {
		if r.exit != 5 && r.exit != 0 {
			if !r.Right.IsZero() || !r.Seen().IsZero() {
				t.Errorf("round %d: right at %v, seen at %v", r.Number, r.Right, r.Seen())
			}
			continue
		}
		right := r.Right.Sub(w.begin)
		if first := !seen; first && (right < there || right > r.at) {
			t.Errorf("right at %v, want %v to %v", right, there, r.at)
		}
		seen = true
		if estimate := r.Seen().Sub(r.Right); r.Remembered != memory || estimate != memory+verify.PollInterval {
			t.Errorf("remembered for %v, seen after another %v", r.Remembered, estimate)
		}
		if r.Right != w.rounds[len(w.rounds)-1].Right {
			t.Errorf("round %d: right at %v", r.Number, right)
		}
	}
}

// What was right turns wrong again: the count begins anew.
func TestWatchBackToWrong(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		on, off := publishedZone(30, onSet(t)...), publishedZone(300, offSet(t)...)
		n, cache := newInternet(off), caching(off)
		n.Add(resolverAt, cache.host)
		w := watch(t, n)
		w.after(20*time.Second, func() { serveAt(n, on, exampleServers...); cache.see(on) })
		w.after(60*time.Second, func() { serveAt(n, off, secondAt, secondAt6) })
		w.after(100*time.Second, func() { serveAt(n, on, secondAt, secondAt6) })
		last, err := w.run(t)
		if err != nil {
			t.Fatal(err)
		}
		w.check(t, last, 1, 5, 1, 5, 0)
		var first time.Time
		for _, r := range w.rounds {
			switch {
			case r.exit == 1 && !r.Right.IsZero():
				t.Errorf("round %d is right since %v", r.Number, r.Right)
			case r.exit == 5 && first.IsZero():
				first = r.Right
			}
		}
		if again := last.Right.Sub(w.begin); first.IsZero() || again < 100*time.Second || again > 117*time.Second {
			t.Errorf("right at %v, then at %v", first.Sub(w.begin), again)
		}
	})
}

// The servers are down at first, and right when they come up: what stood before them is
// not known, and is not said to have been nothing.
func TestWatchOfServersThatComeUp(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		up := virtualnet.Zones(publishedZone(30, onSet(t)...))
		for _, address := range exampleServers {
			n.Add(address, mute)
		}
		w := watch(t, n)
		w.after(8*time.Second, func() {
			for _, address := range exampleServers {
				n.Add(address, up)
			}
		})
		last, err := w.Run(t.Context())
		if err != nil || last.Number < 2 || !last.BeforeUnknown || last.Remembered != 30*time.Second {
			t.Errorf("%v, round %d, unknown %t, %v", err, last.Number, last.BeforeUnknown, last.Remembered)
		}
	})
}

// Where all is right at once there is one round, and what stood before is not known.
func TestWatchRightFromStart(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		on := publishedZone(30, onSet(t)...)
		n := newInternet(on)
		n.Add(resolverAt, recursive(on))
		w := watch(t, n)
		last, err := w.run(t)
		if w.check(t, last, 0); err != nil || last.Number != 1 || !last.BeforeUnknown || time.Since(w.begin) > time.Second {
			t.Errorf("%v, round %d after %v", err, last.Number, time.Since(w.begin))
		}
	})
}

// An askedAt notes when a host is asked for the domain's TXT records.
type askedAt struct {
	mu    sync.Mutex
	times []time.Time
}

func (a *askedAt) note(host virtualnet.Host) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		if q := query.Question[0]; q.Name == domain+"." && q.Qtype == dns.TypeTXT {
			a.mu.Lock()
			a.times = append(a.times, time.Now())
			a.mu.Unlock()
		}
		return host(query)
	}
}

// No server is asked the same again sooner than the interval says, nor much later. The
// way there must not matter: it is longer in the first round, which has to find the
// delegation.
func TestWatchInterval(t *testing.T) {
	on, off := publishedZone(30, onSet(t)...), publishedZone(30, offSet(t)...)
	for name, c := range map[string]struct {
		servers   []verify.Server
		roundTrip time.Duration
	}{
		"servers named":       {[]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, liveRoundTrip},
		"servers named, slow": {[]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, 300 * time.Millisecond},
		"by delegation":       {nil, 0},
		"by delegation, slow": {nil, 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				const interval = time.Second
				n, asked := newInternet(off), new(askedAt)
				n.RoundTrip = c.roundTrip
				n.Add(firstAt, asked.note(virtualnet.Zones(off)))
				n.Add(resolverAt, recursive(on))
				w := watch(t, n)
				w.Interval, w.Request.Servers = interval, c.servers
				w.after(30*interval, func() {
					n.Add(firstAt, asked.note(virtualnet.Zones(on)))
					serveAt(n, on, firstAt6, secondAt, secondAt6)
				})
				if _, err := w.run(t); err != nil {
					t.Fatal(err)
				}
				// The way there, and a round itself, may come on top of the pause.
				asked.check(t, interval, interval*14/10+8*c.roundTrip+10*time.Millisecond)
				if len(asked.times) != len(w.rounds) {
					t.Errorf("%d questions in %d rounds", len(asked.times), len(w.rounds))
				}
			})
		})
	}
}

// check holds the time from each question to the next against the interval and the most
// that is added to it: two fifths at random.
func (a *askedAt) check(t *testing.T, least, most time.Duration) {
	t.Helper()
	distinct := map[time.Duration]bool{}
	for i := range a.times[1:] {
		pause := a.times[i+1].Sub(a.times[i])
		distinct[pause] = true
		if pause < least || pause > most {
			t.Errorf("question %d came %v after the one before", i+2, pause)
		}
	}
	if len(a.times) < 20 || len(distinct) < 5 {
		t.Errorf("%d questions, %d different pauses", len(a.times), len(distinct))
	}
}

// A round that lasts longer than the interval is followed by the next one, but never by
// two at once.
func TestWatchSlowRounds(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		off := publishedZone(30, offSet(t)...)
		n := newInternet(off)
		n.Add(secondAt, mute)
		n.Add(resolverAt, mute)
		w := watch(t, n)
		w.Interval = time.Second
		ctx, cancel := context.WithTimeout(t.Context(), 21*time.Second)
		defer cancel()
		last, err := w.Run(ctx)
		if w.check(t, last, 1); !errors.Is(err, context.DeadlineExceeded) || last.Number < 6 || last.Number > 10 {
			t.Errorf("%v after %d rounds", err, last.Number)
		}
	})
}

// The end of the whole wait, or whoever interrupts it, leaves the last round that was
// completed.
func TestWatchEnds(t *testing.T) {
	for name, c := range map[string]struct {
		after    time.Duration
		cancel   bool
		statuses []int
		least    int // rounds
	}{
		"timeout":                  {25 * time.Second, false, []int{1}, 2},
		"timeout in the first":     {70 * time.Millisecond, false, []int{4}, 1}, // better than nothing
		"interrupted":              {25 * time.Second, true, []int{1}, 2},
		"interrupted in the first": {70 * time.Millisecond, true, nil, 0},
		"interrupted before":       {0, true, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(publishedZone(30, offSet(t)...))
				w := watch(t, n)
				ctx, cancel := context.WithTimeout(t.Context(), c.after)
				want := context.DeadlineExceeded
				if c.cancel {
					ctx, cancel = context.WithCancel(t.Context())
					w.after(c.after, cancel)
					want = context.Canceled
				}
				defer cancel()
				last, err := w.Run(ctx)
				if !errors.Is(err, want) || last.Number < c.least || time.Since(w.begin) != c.after {
					t.Errorf("%v after %v, round %d", err, time.Since(w.begin), last.Number)
				}
				w.check(t, last, c.statuses...)
			})
		})
	}
}

// The wait ends in the middle of the second round, whose servers have not all answered:
// the first is what is known.
func TestWatchEndsInTheMiddle(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, offSet(t)...))
		w := watch(t, n)
		w.after(5*time.Second, func() { n.Add(secondAt, mute) })
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		// The second round asks at once, within 14 s of the first, and waits for 2 s.
		asked := new(askedAt)
		n.Add(firstAt, asked.note(virtualnet.Zones(publishedZone(30, onSet(t)...))))
		go func() {
			for ctx.Err() == nil {
				time.Sleep(100 * time.Millisecond)
				asked.mu.Lock()
				if len(asked.times) == 2 {
					cancel()
				}
				asked.mu.Unlock()
			}
		}()
		last, err := w.Run(ctx)
		if w.check(t, last, 1); !errors.Is(err, context.Canceled) || last.Number != 1 || len(asked.times) != 2 {
			t.Errorf("%v, round %d", err, last.Number)
		}
	})
}

// A server that does not answer is warned about, and holds nothing up beside a good one.
func TestWatchSilentServer(t *testing.T) {
	on := publishedZone(30, onSet(t)...)
	for name, c := range map[string]struct {
		change func(*virtualnet.Net)
		code   verify.Code
	}{
		"silent":          {func(n *virtualnet.Net) { n.Add(secondAt, mute) }, verify.CodeServerSilent},
		"lame":            {func(n *virtualnet.Net) { n.Add(secondAt, refusing) }, verify.CodeServerLame},
		"system resolver": {func(n *virtualnet.Net) { n.Add(resolverAt, mute) }, verify.CodeResolverNotAsked},
	} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(on)
				n.Add(resolverAt, recursive(on))
				c.change(n)
				w := watch(t, n)
				last, err := w.run(t)
				w.check(t, last, 0)
				if f, ok := findingOf(last.Report.Judgement, c.code); err != nil || !ok || f.Severity != verify.Warning {
					t.Errorf("%v, %+v", err, f)
				}
			})
		})
	}
}

// A set is renewed while it is in force: the old one is valid and on, which is not what
// is waited for.
func TestWatchRenewal(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		later := window(txtrecord.On)
		later.End = later.End.Add(time.Hour)
		renewed := signed(t, later)
		old, fresh := publishedZone(60, onSet(t)...), publishedZone(30, renewed...)
		n, cache := newInternet(old), caching(old)
		n.Add(resolverAt, cache.host)
		w := watch(t, n)
		w.Request.Policy.Expected = verify.NoExpectation
		w.Request.Records = []txtrecord.RRSet{rrset("TXT", 30, renewed...)}
		w.after(25*time.Second, func() { serveAt(n, fresh, exampleServers...); cache.see(fresh) })
		last, err := w.run(t)
		if err != nil {
			t.Fatal(err)
		}
		w.check(t, last, 1, 5, 0)
		w.checkResolverLast(t)
		w.checkEnd(t, 60*time.Second)
		w.checkEstimate(t, 25*time.Second, 60*time.Second)
		if got := last.Report.End(); !got.Equal(later.End) {
			t.Errorf("the set ends at %v", got)
		}
	})
}

// Each round is judged by the clock: a set comes into force while it is watched.
func TestWatchClock(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		begin := time.Now()
		on := publishedZone(30, signed(t, txtrecord.Activation{
			Type: txtrecord.AllProducts, Status: txtrecord.On, Start: begin.Add(45 * time.Second), End: begin.Add(time.Hour),
		})...)
		n := newInternet(on)
		n.Add(resolverAt, recursive(on))
		w := watch(t, n)
		w.Now = time.Now
		last, err := w.run(t)
		if err != nil {
			t.Fatal(err)
		}
		w.check(t, last, 1, 0)
		w.checkEnd(t, 45*time.Second)
	})
}

// A named resolver that is silent leaves all undetermined; the watch goes on.
func TestWatchNamedResolverSilent(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		on := publishedZone(30, onSet(t)...)
		n := newInternet(on)
		n.Add(resolverAt, mute)
		w := watch(t, n)
		w.Request.Resolvers = []dnsquery.Server{plainResolver(resolverAt)}
		w.after(30*time.Second, func() { n.Add(resolverAt, recursive(on)) })
		last, err := w.run(t)
		if w.check(t, last, 4, 0); err != nil {
			t.Error(err)
		}
		if right := last.Right.Sub(w.begin); right > 5*time.Second {
			t.Errorf("the authoritative servers are said to be right since %v", right)
		}
	})
}
