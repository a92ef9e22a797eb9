package clients

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/cachingresolver"
	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/internal/virtualclock"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const domain = "dr.example.com"

// negativeTTL is that of the authority's zone.
const negativeTTL = 90 * time.Second

// An authority is an authoritative server whose records can be changed at any time.
type authority struct {
	*faultserver.Server

	mu    sync.Mutex
	value string
	ttl   time.Duration
	fails bool
}

func newAuthority(t testing.TB) *authority {
	a := &authority{}
	a.Server = faultserver.Start(t, faultserver.Script{Answer: a.answer})
	return a
}

// set makes one record stand, or none where the value is empty.
func (a *authority) set(value string, ttl time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.value, a.ttl = value, ttl
}

func (a *authority) fail(fails bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fails = fails
}

func (a *authority) answer(q *faultserver.Query) faultserver.Reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	m := faultserver.Answer(q)
	switch {
	case a.fails:
		m.Rcode = dns.RcodeRefused
	case a.value == "":
		m.Rcode = dns.RcodeNameError
		m.Ns = []dns.RR{&dns.SOA{Hdr: dns.RR_Header{Name: "example.com.", Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 300}, Ns: "ns.example.com.", Mbox: "hostmaster.example.com.", Minttl: uint32(negativeTTL / time.Second)}}
	default:
		m.Answer = []dns.RR{faultserver.TXT(domain+".", uint32(a.ttl/time.Second), a.value)}
	}
	return faultserver.Send(m)
}

// A scene is a population and the authority that its resolvers ask.
type scene struct {
	*Population
	t         testing.TB
	authority *authority
	clock     *virtualclock.Clock
}

func options(a *authority, clients int, seed uint64) Options {
	return Options{
		Clients: clients, Server: a.Over(dnsquery.UDP).Address(), Domain: domain, Interval: verify.PollInterval,
		Clock: virtualclock.New(time.Unix(1_800_000_000, 0)), Rand: rand.New(rand.NewPCG(seed, 1)),
	}
}

func newScene(t testing.TB, clients int, seed uint64, setUp func(int, *cachingresolver.Config)) *scene {
	t.Helper()
	a := newAuthority(t)
	if setUp == nil {
		setUp = func(int, *cachingresolver.Config) {}
	}
	o := options(a, clients, seed)
	p, err := start(context.WithoutCancel(t.Context()), o, setUp)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return &scene{p, t, a, o.Clock}
}

// change warms the population with one value, empty for none, and follows the change to
// another.
func (s *scene) change(from string, ttl time.Duration, to string) *Curve {
	s.t.Helper()
	curve, err := s.tryChange(from, ttl, to)
	if err != nil {
		s.t.Fatal(err)
	}
	return curve
}

func (s *scene) tryChange(from string, ttl time.Duration, to string) (*Curve, error) {
	s.t.Helper()
	s.authority.set(from, ttl)
	if err := s.Warm(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.authority.set(to, ttl)
	return s.Follow(s.t.Context(), isValue(to), nil)
}

// isValue accepts one value, or none where it is empty.
func isValue(want string) func([]string) bool {
	if want == "" {
		return func(values []string) bool { return len(values) == 0 }
	}
	return func(values []string) bool { return slices.Equal(values, []string{want}) }
}

// played is when clients see a change, and how many look-ups that takes, worked out from
// what was drawn, without a socket.
func played(d *draw, change propagation.Change) (seen []time.Duration, lookups int) {
	for client, phase := range d.phase {
		at := part(phase, change.Interval)
		for lookups++; at < part(d.left[d.behind[client]], change.Memory); lookups++ {
			at += change.Interval
		}
		seen = append(seen, at)
	}
	slices.Sort(seen)
	return seen, lookups
}

// wantAsDrawn checks that every client saw the change when it had to.
func wantAsDrawn(t *testing.T, s *scene, curve *Curve) {
	t.Helper()
	want, _ := played(&s.drawn, curve.Change)
	if curve.Failed > 0 || len(curve.Seen) != len(want) {
		t.Fatalf("%d look-ups failed, %d clients have switched, want %d", curve.Failed, len(curve.Seen), len(want))
	}
	for i, at := range curve.Seen {
		if at != want[i] {
			t.Fatalf("client %d saw it after %s, drawn was %s", i+1, at, want[i])
		}
	}
}

// Whatever is drawn, sockets and caches give exactly what it leads to.
func TestCurveIsWhatWasDrawn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		clients  int
		from, to string
		ttl      time.Duration
		memory   time.Duration
	}{
		{1, "off", "on", 30 * time.Second, 30 * time.Second},
		{7, "off", "on", 30 * time.Second, 30 * time.Second},
		{200, "off", "on", 200 * time.Second, 200 * time.Second},
		{201, "off", "on", 15 * time.Minute, 15 * time.Minute},
		{399, "off", "on", 7 * time.Second, 7 * time.Second},
		{1000, "off", "on", 30 * time.Second, 30 * time.Second},
		{300, "off", "on", 0, 0},
		{300, "", "on", 30 * time.Second, negativeTTL},
		{300, "on", "", 30 * time.Second, 30 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d clients, %q to %q, %s", test.clients, test.from, test.to, test.ttl), func(t *testing.T) {
			t.Parallel()
			s := newScene(t, test.clients, 7, nil)
			curve := s.change(test.from, test.ttl, test.to)
			want := propagation.Change{Memory: test.memory, Interval: verify.PollInterval}
			if curve.Change != want || curve.Clients != test.clients || curve.Resolvers != min(test.clients, MaxResolvers) {
				t.Errorf("%+v behind %d of %d, want %+v", curve.Change, curve.Resolvers, curve.Clients, want)
			}
			wantAsDrawn(t, s, curve)
			if !curve.Agrees() {
				t.Errorf("distance %.3f, allowed %.3f", curve.Distance(), curve.Allowed())
			}
		})
	}
}

// What is asked of whom: every client until it has switched, every resolver once its
// answer has run out, and never while it holds one.
func TestQuestions(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1000, 3, nil)
	s.authority.set("off", 30*time.Second)
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := s.upstream(); got != MaxResolvers {
		t.Errorf("warming took %d questions of the resolvers", got)
	}
	s.authority.set("on", 30*time.Second)
	begin, before := s.clock.Now(), s.authority.Asked(dnsquery.UDP)
	var told []int
	var times []time.Duration
	curve, err := s.Follow(t.Context(), isValue("on"), func(switched int, at time.Duration) { told, times = append(told, switched), append(times, at) })
	if err != nil {
		t.Fatal(err)
	}
	asks := map[int]time.Duration{}
	_, lookups := played(&s.drawn, curve.Change)
	if curve.Lookups != lookups || len(told) != lookups {
		t.Errorf("%d look-ups, %d told of, want %d", curve.Lookups, len(told), lookups)
	}
	// A resolver asks again when a client comes and its answer has run out.
	upstream := 0
	for _, at := range times {
		client := clientAt(&s.drawn, at)
		r := s.drawn.behind[client]
		until, asked := asks[r]
		if !asked {
			until = part(s.drawn.left[r], curve.Change.Memory)
		}
		if at >= until {
			upstream++
			asks[r] = at + 30*time.Second
		}
	}
	if after := s.authority.Asked(dnsquery.UDP); curve.Upstream != upstream || after-before != upstream {
		t.Errorf("the resolvers asked %d questions, %d came, want %d", curve.Upstream, after-before, upstream)
	}
	if !slices.IsSorted(told) || !slices.IsSorted(times) || told[len(told)-1] != 1000 || times[len(times)-1] != curve.Seen[999] {
		t.Error("progress does not go ahead to the end")
	}
	if got := s.clock.Now().Sub(begin); got != curve.Seen[999] {
		t.Errorf("the clock stands at %s, the last client switched after %s", got, curve.Seen[999])
	}
}

// clientAt is the client that looks at a time.
func clientAt(d *draw, at time.Duration) int {
	return slices.IndexFunc(d.phase, func(phase float64) bool {
		return part(phase, verify.PollInterval) == at%verify.PollInterval
	})
}

// One change after the other, as in a rehearsal: each is seen as if it were the first.
func TestSeveralChanges(t *testing.T) {
	t.Parallel()
	s := newScene(t, 500, 5, nil)
	for _, change := range []struct {
		from, to string
		ttl      time.Duration
	}{{"", "off", 60 * time.Second}, {"off", "test", 60 * time.Second}, {"test", "on", 30 * time.Second}, {"on", "off", 10 * time.Minute}, {"off", "", time.Second}} {
		curve := s.change(change.from, change.ttl, change.to)
		if wantAsDrawn(t, s, curve); !curve.Agrees() {
			t.Errorf("%q to %q: distance %.3f, allowed %.3f", change.from, change.to, curve.Distance(), curve.Allowed())
		}
	}
}

// Clients that have not switched are told of, and seen in the curve.
func TestChangeThatDoesNotCome(t *testing.T) {
	t.Parallel()
	s := newScene(t, 50, 5, nil)
	curve, err := s.tryChange("off", 30*time.Second, "off")
	if err != nil || len(curve.Seen) != 50 {
		t.Errorf("%v, %v", curve, err) // there was nothing to wait for
	}
	s.authority.set("off", 30*time.Second)
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	curve, err = s.Follow(t.Context(), isValue("on"), nil)
	failed, ok := errors.AsType[*NotSwitchedError](err)
	if !ok || failed.Switched != 0 || failed.Clients != 50 || failed.After != 460*time.Second || curve == nil || curve.Agrees() || curve.Distance() != 1 {
		t.Errorf("%v, %v", curve, err)
	}
}

// A resolver that fails tells nothing: its clients have not seen that nothing stands.
func TestFailureIsNoAbsence(t *testing.T) {
	t.Parallel()
	s := newScene(t, 20, 5, nil)
	s.authority.set("on", 30*time.Second)
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.authority.fail(true)
	curve, err := s.Follow(t.Context(), isValue(""), nil)
	if failed, ok := errors.AsType[*NotSwitchedError](err); !ok || failed.Switched != 0 || curve.Lookups < 20 || curve.Failed == 0 || curve.Failed > curve.Lookups {
		t.Errorf("%v, %v", curve, err)
	}
	if err := s.Warm(t.Context()); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("warmed by a server that fails: %v", err)
	}
	if _, err := s.Follow(t.Context(), isValue(""), nil); !errors.Is(err, ErrNotWarm) {
		t.Errorf("followed after that: %v", err)
	}
	s.authority.fail(false)
	if curve := s.change("on", 30*time.Second, ""); !curve.Agrees() {
		t.Error("it does not agree once the server is well")
	}
}

// A resolver that gets no answer holds none: the population is not warm.
func TestResolverThatGetsNothing(t *testing.T) {
	t.Parallel()
	s := newScene(t, 20, 5, func(i int, c *cachingresolver.Config) {
		if i == 7 {
			c.Upstream = "127.0.0.1:9" // nobody is there
		}
	})
	s.authority.set("off", 30*time.Second)
	if err := s.Warm(t.Context()); !errors.Is(err, ErrNoAnswer) || !strings.Contains(err.Error(), s.resolvers[7].Failure().Error()) {
		t.Errorf("%v", err)
	}
}

func TestNotWarm(t *testing.T) {
	t.Parallel()
	s := newScene(t, 5, 5, nil)
	follow := func() error {
		_, err := s.Follow(t.Context(), isValue("on"), nil)
		return err
	}
	if err := follow(); !errors.Is(err, ErrNotWarm) {
		t.Errorf("never warmed: %v", err)
	}
	s.change("off", 30*time.Second, "on")
	if err := follow(); !errors.Is(err, ErrNotWarm) {
		t.Errorf("followed twice: %v", err)
	}
	if err := s.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.clock.Set(s.clock.Now().Add(time.Second))
	if err := follow(); !errors.Is(err, ErrNotWarm) {
		t.Errorf("the clock was moved: %v", err)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	for title, spoil := range map[string]func(*Options){
		"no clients":       func(o *Options) { o.Clients = 0 },
		"negative clients": func(o *Options) { o.Clients = -1 },
		"too many clients": func(o *Options) { o.Clients = MaxClients + 1 },
		"no server":        func(o *Options) { o.Server = "" },
		"a server's name":  func(o *Options) { o.Server = "localhost:53" },
		"no domain":        func(o *Options) { o.Domain = "" },
		"not a domain":     func(o *Options) { o.Domain = "a..b" },
		"no interval":      func(o *Options) { o.Interval = 0 },
		"no clock":         func(o *Options) { o.Clock = nil },
		"no chance":        func(o *Options) { o.Rand = nil },
	} {
		o := options(a, 10, 1)
		spoil(&o)
		if p, err := New(t.Context(), o); !errors.Is(err, ErrOptions) || p != nil {
			t.Errorf("%s: %v", title, err)
		}
	}
	o := options(a, 10, 1)
	o.Server = "192.0.2.1:53"
	if p, err := New(t.Context(), o); !errors.Is(err, cachingresolver.ErrConfig) || p != nil {
		t.Errorf("not on loopback: %v", err)
	}
}

// openFiles is how many files and sockets the process has open, where that can be seen.
func openFiles() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// Cancelled at any moment, it ends at once, and once closed nothing is left: neither
// goroutines nor sockets. Not parallel, for it counts.
func TestNothingIsLeft(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it would close what is forgotten
	a := newAuthority(t)
	a.set("off", 30*time.Second)
	goroutines, files := runtime.NumGoroutine(), openFiles()
	for _, stop := range []int{0, 1, 150, 999} {
		ctx, cancel := context.WithCancel(t.Context())
		p, err := New(context.WithoutCancel(ctx), options(a, 1000, 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Warm(ctx); err != nil {
			t.Fatal(err)
		}
		if stop == 0 {
			cancel()
		}
		looked := 0
		curve, err := p.Follow(ctx, isValue("on"), func(int, time.Duration) {
			if looked++; looked == stop {
				cancel()
			}
			if got := openFiles() - files; got > filesPerResolver*MaxResolvers+filesBeside(1000) {
				t.Errorf("%d files are open after %d look-ups", got, looked)
			}
		})
		if !errors.Is(err, context.Canceled) || curve != nil || looked != stop {
			t.Errorf("cancelled after %d look-ups: %v, %v, %d", stop, curve, err, looked)
		}
		if err := p.Warm(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("warmed after that: %v", err)
		}
		p.Close()
		p.Close()
		if got := openFiles(); got > files {
			t.Errorf("%d files are open once it is closed, before %d", got, files)
		}
	}
	noGoroutinesAbove(t, goroutines)
}

// noGoroutinesAbove waits for goroutines that are about to end.
func noGoroutinesAbove(t *testing.T, before int) {
	t.Helper()
	for range 500 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}

// Where one resolver cannot be started, those before it are ended. Not parallel, for it
// counts.
func TestResolverThatCannotStart(t *testing.T) {
	a := newAuthority(t)
	goroutines, files := runtime.NumGoroutine(), openFiles()
	p, err := start(context.WithoutCancel(t.Context()), options(a, 20, 1), func(i int, c *cachingresolver.Config) {
		if i == 10 {
			c.Now = nil
		}
	})
	if !errors.Is(err, cachingresolver.ErrConfig) || p != nil || openFiles() > files {
		t.Errorf("%v, %d files are open, before %d", err, openFiles(), files)
	}
	noGoroutinesAbove(t, goroutines)
}

// The resolvers end with the context of New: what goes on after that fails.
func TestContextEndsResolvers(t *testing.T) {
	a := newAuthority(t)
	a.set("off", 30*time.Second)
	goroutines := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	p, err := New(ctx, options(a, 20, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	cancel()
	for _, r := range p.resolvers {
		r.Close()
	}
	if _, err := p.Follow(t.Context(), isValue("off"), nil); err == nil {
		t.Error("clients look up at resolvers that have ended")
	}
	p.Close()
	noGoroutinesAbove(t, goroutines)
}

// A cancellation while a look-up waits for a server that is silent.
func TestCancelledInMidLookUp(t *testing.T) {
	t.Parallel()
	silent := faultserver.Start(t, faultserver.Script{})
	ctx, cancel := context.WithCancel(t.Context())
	o := options(&authority{Server: silent}, 3, 1)
	p, err := New(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	time.AfterFunc(100*time.Millisecond, cancel)
	begin := time.Now()
	if err := p.Warm(ctx); !errors.Is(err, context.Canceled) || time.Since(begin) > 5*time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
}

// The largest population is followed within a minute, as the benchmark shows; here a tenth
// of it in a tenth of that.
func TestSpeed(t *testing.T) {
	for clients, limit := range map[int]time.Duration{1000: 2 * time.Second, MaxClients / 10: 6 * time.Second} {
		s := newScene(t, clients, 1, nil)
		begin := time.Now()
		curve := s.change("off", 30*time.Second, "on")
		if took := time.Since(begin); took > limit {
			t.Errorf("%d clients took %s", clients, took)
		}
		if !curve.Agrees() {
			t.Errorf("%d clients: distance %.4f, allowed %.4f", clients, curve.Distance(), curve.Allowed())
		}
		t.Logf("%d clients: %d look-ups, %d questions upstream, in %s", clients, curve.Lookups, curve.Upstream, time.Since(begin).Round(time.Millisecond))
		s.Close()
	}
}

func BenchmarkLargestPopulation(b *testing.B) {
	for b.Loop() {
		s := newScene(b, MaxClients, 1, nil)
		if curve := s.change("off", 30*time.Second, "on"); !curve.Agrees() {
			b.Errorf("distance %.4f, allowed %.4f", curve.Distance(), curve.Allowed())
		}
		s.Close()
	}
}
