package drill_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/keygen"
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

// options are those of a rehearsal with so many clients, whose chances are always the same.
func options(clients int) drill.Options {
	return drill.Options{Now: time.Now, Clients: clients, Rand: mathrand.New(mathrand.NewPCG(1, 2))}
}

func run(t *testing.T, plan *drill.Plan, o drill.Options) *drill.Rehearsal {
	t.Helper()
	r, err := drill.Run(t.Context(), plan, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRun(t *testing.T) {
	t.Parallel()
	key, begin := newKey(t), time.Now()
	r := run(t, drill.NewPlan(key, begin), options(0))
	if !r.Right() {
		t.Errorf("%+v", r)
	}
	want := []txtrecord.Status{txtrecord.Off, txtrecord.Test, txtrecord.On, txtrecord.Off}
	if len(r.Steps) != len(want) {
		t.Fatalf("%d steps", len(r.Steps))
	}
	for i := range r.Steps {
		checkStep(t, &r.Steps[i], want[i], &key.PublicKey)
		if !r.Steps[i].At.Equal(begin) {
			t.Errorf("%s: at %s, and the clock stands at %s", want[i], r.Steps[i].At, begin)
		}
	}
	if conn, err := net.Dial("tcp", r.Server); err == nil {
		conn.Close()
		t.Error("the name server is still there")
	}
}

func checkStep(t *testing.T, s *drill.Step, want txtrecord.Status, key *rsa.PublicKey) {
	t.Helper()
	if s.Status != want || !s.Right() || s.Err != nil || s.Took <= 0 || len(s.Parts) == 0 || !s.Published() {
		t.Errorf("%s: %+v", want, s)
	}
	state := verify.State(want)
	if s.Report.Verdict != verify.Valid || s.Report.State != (verify.Products{InternetAccess: state, PrivateAccess: state}) || len(s.Report.Findings) > 0 {
		t.Errorf("%s: %s %v %v", want, s.Report.Verdict, s.Report.State, s.Report.Findings)
	}
	rrset := s.Set.RRSets[0]
	set, err := txtrecord.Verify(rrset.Values, txtrecord.Scheme{}, key)
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
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	begin := time.Now()
	r, err := drill.Run(ctx, drill.NewPlan(newKey(t), begin), options(0))
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 2*time.Second {
		t.Errorf("%v after %s", err, time.Since(begin))
	}
	if r != nil && r.Right() {
		t.Error("a cancelled rehearsal went right")
	}
}

// In mid-rehearsal, among the steps, the clients and the faults.
func TestCancelledMidway(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(drill.Progress) bool{
		"steps":   func(p drill.Progress) bool { return p.Step == 3 },
		"clients": func(p drill.Progress) bool { return p.Step == 2 && p.Switched == 50 },
		"faults":  func(p drill.Progress) bool { return p.Fault == drill.Faults[1].Name },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := options(100)
			o.Faults = drill.Faults
			o.Progress = func(p drill.Progress) {
				if at(p) {
					cancel()
				}
			}
			r, err := drill.Run(ctx, drill.NewPlan(newKey(t), time.Now()), o)
			if !errors.Is(err, context.Canceled) || r == nil || r.Right() || len(r.Faults) > 2 {
				t.Errorf("%v, %+v", err, r)
			}
		})
	}
}

// Whoever has another key than the format's gets no rehearsal that went right.
func TestWrongKey(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		t.Fatal(err)
	}
	o := options(0)
	o.Faults = drill.Faults[:1]
	r := run(t, drill.NewPlan(key, time.Now()), o)
	if _, ok := errors.AsType[*txtrecord.KeyError](r.Steps[0].Err); !ok || r.Right() || len(r.Steps) != 1 || r.Steps[0].Right() {
		t.Errorf("%+v", r)
	}
	if _, ok := errors.AsType[*txtrecord.KeyError](r.Faults[0].Err); !ok || r.Faults[0].Right() {
		t.Errorf("the fault: %v", r.Faults[0].Err)
	}
}

func TestRight(t *testing.T) {
	t.Parallel()
	o := options(20)
	o.Faults = drill.Faults[:2]
	whole := run(t, drill.NewPlan(newKey(t), time.Now()), o)
	for name, change := range map[string]func(*drill.Rehearsal){
		"no step":        func(r *drill.Rehearsal) { r.Steps = nil },
		"a step missing": func(r *drill.Rehearsal) { r.Steps = r.Steps[:3] },
		"a step failed":  func(r *drill.Rehearsal) { r.Steps[1].Err = errors.New("x") },
		"another state":  func(r *drill.Rehearsal) { r.Steps[1].Report.State.PrivateAccess = verify.StateOn },
		"an error":       func(r *drill.Rehearsal) { r.Steps[3].Report.Add(verify.CodeServersDiffer, "x") },
		"a curve off": func(r *drill.Rehearsal) {
			c := *r.Steps[2].Curve
			c.Seen = make([]time.Duration, 20)
			r.Steps[2].Curve = &c
		},
		"a curve of another TTL": func(r *drill.Rehearsal) { r.Steps[2].Change.Memory += time.Second },
		"no fault":               func(r *drill.Rehearsal) { r.Faults = nil },
		"a fault unnamed":        func(r *drill.Rehearsal) { r.Faults[0].Found.Findings = nil },
		"a fault stays":          func(r *drill.Rehearsal) { r.Faults[0].Mended = r.Faults[0].Found },
		"a fault failed":         func(r *drill.Rehearsal) { r.Faults[0].Err = errors.New("x") },
		"a fault told of as less": func(r *drill.Rehearsal) {
			found := &r.Faults[1].Found
			found.Findings = slices.Clone(found.Findings)
			for i := range found.Findings {
				found.Findings[i].Severity = verify.Info
			}
		},
		"a fault told of as more": func(r *drill.Rehearsal) {
			found := &r.Faults[1].Found
			found.Findings = append(slices.Clone(found.Findings), verify.Finding{Code: verify.CodeServersDiffer, Severity: verify.Error})
		},
		"a fault still found": func(r *drill.Rehearsal) {
			r.Faults[1].Mended.Findings = []verify.Finding{{Code: verify.CodeServerSilent, Severity: verify.Warning}}
		},
		"no record": func(r *drill.Rehearsal) {
			r.Steps[0].Report = verify.Report{Judgement: verify.Judgement{Verdict: verify.None}}
		},
	} {
		r := *whole
		r.Steps, r.Faults = slices.Clone(whole.Steps), slices.Clone(whole.Faults)
		change(&r)
		if r.Right() {
			t.Errorf("%s: right", name)
		}
	}
	if !whole.Right() {
		t.Error("the whole is wrong")
	}
}

// Each change is followed, on a clock that the clients move, and nothing takes as long as
// it would.
func TestClients(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	var switched []int
	o := options(200)
	o.Progress = func(p drill.Progress) { switched = append(switched, p.Switched) }
	r := run(t, drill.NewPlan(newKey(t), begin), o)
	if !r.Right() {
		t.Fatalf("%+v", r)
	}
	at := begin
	for i, s := range r.Steps {
		memory := drill.TTL
		if i == 0 {
			memory = drill.NegativeTTL
		}
		if s.Curve == nil || s.Curve.Clients != 200 || len(s.Curve.Seen) != 200 || s.Curve.Change != s.Change || s.Change.Memory != memory {
			t.Fatalf("%s: %+v of %+v", s.Title, s.Curve, s.Change)
		}
		if wait := s.At.Sub(at); wait != memory {
			t.Errorf("%s: %s after the step before had ended, and warming takes %s", s.Title, wait, memory)
		}
		at = s.At.Add(s.Curve.Seen[199])
	}
	if slices.Max(switched) != 200 {
		t.Errorf("at most %d clients were told of", slices.Max(switched))
	}
}

// What verify says to each fault is what the fault is about, and nothing is left of it.
func TestFaults(t *testing.T) {
	t.Parallel()
	o := options(0)
	o.Faults = drill.Faults
	r := run(t, drill.NewPlan(newKey(t), time.Now()), o)
	want := map[string]struct {
		status, servers int
		verdict         verify.Verdict
		codes           []verify.Code
	}{
		"stale-secondary":  {verify.StatusWrong, 2, verify.Conflict, []verify.Code{verify.CodeServersDiffer, verify.CodeSerialsDiffer}},
		"dead-server":      {verify.StatusDone, 3, verify.Valid, []verify.Code{verify.CodeServerUnreachable, verify.CodeServerSilent}},
		"appending-tool":   {verify.StatusWrong, 2, verify.Conflict, []verify.Code{"several-sets"}},
		"cut-at-semicolon": {verify.StatusWrong, 2, verify.Invalid, []verify.Code{verify.CodeCutAtSemicolon}},
	}
	if len(r.Faults) != len(want) {
		t.Fatalf("%d faults", len(r.Faults))
	}
	for i := range r.Faults {
		f := &r.Faults[i]
		w := want[f.Name]
		if !f.Right() || f.Found.ExitStatus() != w.status || f.Found.Verdict != w.verdict || len(f.Found.Servers) != w.servers {
			t.Errorf("%s: %v, status %d, %s, %d servers", f.Name, f.Err, f.Found.ExitStatus(), f.Found.Verdict, len(f.Found.Servers))
		}
		for _, code := range w.codes {
			if !slices.ContainsFunc(f.Found.Findings, func(found verify.Finding) bool { return found.Code == code }) {
				t.Errorf("%s: no %s in %v", f.Name, code, f.Found.Findings)
			}
		}
		if !slices.Equal(f.Mended.Findings, nil) || len(f.Mended.Servers) != 2 {
			t.Errorf("%s: once mended: %v at %d servers", f.Name, f.Mended.Findings, len(f.Mended.Servers))
		}
	}
	if !r.Right() {
		t.Error("the rehearsal is wrong")
	}
}

const keysDir = "../../testdata/keys"

func testKey(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.LoadPrivateKey(filepath.Join(keysDir, name+".private.pem"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// start is when the first window of the kits of these tests begins.
var start = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// kitOf is a kit of weeks that overlap by a day, with what a test has otherwise.
func kitOf(t *testing.T, count int, change func(*kit.Options)) (*kit.Folder, kit.Policy) {
	t.Helper()
	return kitIn(t, filepath.Join(t.TempDir(), "kit"), count, change)
}

// kitIn writes such a kit into a folder.
func kitIn(t *testing.T, dir string, count int, change func(*kit.Options)) (*kit.Folder, kit.Policy) {
	t.Helper()
	key := testKey(t, "test-a")
	o := kit.Options{
		Domain: "dr.example.org", Type: txtrecord.AllProducts, TTL: 60, Zone: "example.org",
		Plan:     kit.Plan{Start: start, Window: 7 * 24 * time.Hour, Overlap: 24 * time.Hour, Count: count},
		Location: time.UTC, Key: &key.PublicKey, Made: start, Version: "v1.2.3",
	}
	if change != nil {
		change(&o)
	}
	k, err := kit.Make(t.Context(), o, func(a txtrecord.Activation) ([]string, error) { return txtrecord.Sign(a, o.Scheme, key) })
	if err != nil {
		t.Fatal(err)
	}
	draft, err := kit.Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := draft.Write(t.Context(), k); err != nil {
		t.Fatal(err)
	}
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return folder, kit.Policy{Keys: []verify.Key{{PublicKey: &key.PublicKey, Name: keygen.Fingerprint(&key.PublicKey)}}, Scheme: o.Scheme, At: start, Version: "v1.2.3"}
}

func kitPlan(t *testing.T, count int, change func(*kit.Options)) *drill.Plan {
	t.Helper()
	plan, err := drill.KitPlan(kitOf(t, count, change))
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// seen is what a step of a kit's rehearsal shows, for comparison.
type seen struct {
	title   string
	status  txtrecord.Status
	set     string
	after   time.Duration // since the first window began
	state   verify.State
	changed bool
}

func TestKit(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	r := run(t, kitPlan(t, 2, nil), options(0))
	want := []seen{
		{"stand ready", "off", "off", 0, verify.StateOff, true},
		{"rehearse with test", "test", "test-01", 2*day - time.Second, verify.StateTest, true},
		{"switch on", "on", "on-01", 4*day - time.Second, verify.StateOn, true},
		{"renew", "on", "on-02", 6*day + 12*time.Hour, verify.StateOn, true},
		{"rehearse with test", "test", "test-02", 8*day + 16*time.Hour, verify.StateTest, true},
		{"switch on", "on", "on-02", 10*day + 20*time.Hour, verify.StateOn, true},
		{"last second", "on", "on-02", 13 * day, verify.StateOn, false},
		{"ended by itself", "on", "on-02", 13*day + time.Second, verify.StateExpired, false},
		{"come back", "off", "off", 13*day + time.Second, verify.StateOff, true},
	}
	var got []seen
	for _, s := range r.Steps {
		got = append(got, seen{s.Title, s.Status, s.SetName, s.At.Sub(start), s.Report.State.PrivateAccess, s.Published()})
		if !s.Right() || s.Report.State.InternetAccess != s.Want {
			t.Errorf("%s: %v %s", s.Title, s.Err, s.Report.Sentence())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}
	if !r.Right() || r.Kit.Windows != 2 || r.Kit.Over != 0 || r.Domain != "dr.example.org" || r.Zone != "example.org" || len(r.Kit.Digest) != 64 {
		t.Errorf("%t %+v %s", r.Right(), r.Kit, r.Domain)
	}
}

// Whatever the windows are, every set is picked in its own, and the rehearsal goes right.
func TestKitsOfAllShapes(t *testing.T) {
	t.Parallel()
	pss, err := txtrecord.ParseScheme("values+nok+pss")
	if err != nil {
		t.Fatal(err)
	}
	most := kit.MaxCount
	if testing.Short() { // under the race detector
		most = 8
	}
	for name, test := range map[string]struct {
		count  int
		change func(*kit.Options)
	}{
		"one window":            {1, nil},
		"as many as may be":     {most, nil},
		"no overlap":            {3, func(o *kit.Options) { o.Plan.Overlap = 0 }},
		"nearly all overlap":    {4, func(o *kit.Options) { o.Plan.Overlap = o.Plan.Window - time.Hour }},
		"seconds":               {3, func(o *kit.Options) { o.Plan.Window, o.Plan.Overlap = 2*time.Second, time.Second }},
		"one second":            {2, func(o *kit.Options) { o.Plan.Window, o.Plan.Overlap = time.Second, 0 }},
		"for Internet Access":   {2, func(o *kit.Options) { o.Type, o.Forwarding = txtrecord.InternetAccess, txtrecord.FailClose }},
		"for Private Access":    {2, func(o *kit.Options) { o.Type = txtrecord.PrivateAccess }},
		"bound to the domain":   {2, func(o *kit.Options) { o.BindDomain = true }},
		"another scheme":        {2, func(o *kit.Options) { o.Scheme = pss }},
		"long ago":              {2, func(o *kit.Options) { o.Plan.Start = time.Unix(86400, 0) }},
		"the end of time":       {1, func(o *kit.Options) { o.Plan.Start = time.Unix(txtrecord.MaxInstant-7*86400, 0) }},
		"the apex of the zone":  {2, func(o *kit.Options) { o.Domain, o.Zone = "example.org", "example.org" }},
		"where the server's is": {2, func(o *kit.Options) { o.Domain = "ns.example.org" }},
		"a long TTL":            {2, func(o *kit.Options) { o.TTL = 86400 }},
		"a TTL of a second":     {2, func(o *kit.Options) { o.TTL = 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, policy := kitOf(t, test.count, test.change)
			policy.At = folder.Manifest.LastEnd().Add(-time.Second)
			plan, err := drill.KitPlan(folder, policy)
			if err != nil {
				t.Fatal(err)
			}
			o := options(0)
			o.Faults = drill.Faults[:1]
			r := run(t, plan, o)
			if !r.Right() {
				last := r.Steps[len(r.Steps)-1]
				t.Errorf("step %d, %s of %s at %s: %v %s; %v", len(r.Steps), last.Title, last.SetName, last.At, last.Err, last.Report.Sentence(), r.Faults[0].Err)
			}
			taken := map[string]bool{}
			for _, s := range r.Steps {
				taken[s.SetName] = true
			}
			if len(taken) != 1+2*test.count || len(r.Steps) != 1+3*test.count-1+3 {
				t.Errorf("%d sets in %d steps", len(taken), len(r.Steps))
			}
		})
	}
}

func TestKitWindowsThatAreOver(t *testing.T) {
	t.Parallel()
	folder, policy := kitOf(t, 3, nil)
	for _, test := range []struct {
		after time.Duration
		over  int
		first string // set for on that is over, empty for none
	}{
		{-time.Hour, 0, ""},
		{7 * 24 * time.Hour, 0, ""},
		{7*24*time.Hour + time.Second, 1, "on-01"},
		{14 * 24 * time.Hour, 2, "on-01"},
	} {
		policy.At = start.Add(test.after)
		plan, err := drill.KitPlan(folder, policy)
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, plan, options(0))
		first := ""
		for _, s := range r.Steps {
			if s.Over && s.Status == txtrecord.On && first == "" {
				first = s.SetName
			}
			if s.Over != (!s.Window.End.IsZero() && s.Window.End.Before(policy.At)) {
				t.Errorf("after %s: %s is over: %t", test.after, s.SetName, s.Over)
			}
		}
		if !r.Right() || r.Kit.Over != test.over || first != test.first {
			t.Errorf("after %s: %t, %d windows are over, the first %q", test.after, r.Right(), r.Kit.Over, first)
		}
	}
}

// What is not fit to be used is not rehearsed.
func TestUnfitKit(t *testing.T) {
	t.Parallel()
	other := testKey(t, "test-b")
	folder, trusting := kitOf(t, 1, nil)
	for name, test := range map[string]struct {
		change func(*kit.Policy)
		code   kit.Code
	}{
		"no key":      {func(p *kit.Policy) { p.Keys = nil }, kit.CodeUnchecked},
		"another key": {func(p *kit.Policy) { p.Keys = []verify.Key{{PublicKey: &other.PublicKey, Name: "other"}} }, kit.CodeKeyDiffers},
		"over":        {func(p *kit.Policy) { p.At = start.Add(365 * 24 * time.Hour) }, kit.CodeExpired},
		"of another":  {func(p *kit.Policy) { p.Domain = "dr.example.net" }, kit.CodeOtherDomain},
	} {
		policy := trusting
		test.change(&policy)
		plan, err := drill.KitPlan(folder, policy)
		unfit, ok := errors.AsType[*drill.UnfitKitError](err)
		if !ok || plan != nil || unfit.Findings[0].Code != test.code || !strings.Contains(err.Error(), string(test.code)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A file that is changed between the check and its step is not published.
func TestKitChangedMeanwhile(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kit")
	folder, policy := kitIn(t, dir, 1, nil)
	plan, err := drill.KitPlan(folder, policy)
	if err != nil {
		t.Fatal(err)
	}
	file, _ := folder.Manifest.Sets[2].File("json")
	if err := os.Rename(filepath.Join(dir, file.Path), filepath.Join(t.TempDir(), "gone")); err != nil {
		t.Fatal(err)
	}
	r := run(t, plan, options(0))
	last := r.Steps[len(r.Steps)-1]
	if _, ok := errors.AsType[*kit.DamageError](last.Err); !ok || r.Right() || last.Published() || last.SetName != "on-01" || last.Change != (propagation.Change{}) {
		t.Errorf("%+v", last)
	}
}

func TestKitWithClients(t *testing.T) {
	t.Parallel()
	r := run(t, kitPlan(t, 2, nil), options(50))
	if !r.Right() {
		t.Fatalf("%+v", r)
	}
	for _, s := range r.Steps {
		if (s.Curve != nil) != s.Published() {
			t.Errorf("%s: published %t, curve %v", s.Title, s.Published(), s.Curve)
		}
	}
}

// Clients take their time: a window has to have room for them.
func TestClientsNeedRoom(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		window, overlap time.Duration
		fits            bool
	}{
		{time.Hour, 20 * time.Minute, true},
		{20 * time.Minute, 10 * time.Minute, false},
		{time.Hour, 10 * time.Second, false},
		{time.Second, 0, false},
	} {
		plan := kitPlan(t, 2, func(o *kit.Options) { o.Plan.Window, o.Plan.Overlap = test.window, test.overlap })
		r, err := drill.Run(t.Context(), plan, options(3))
		short, ok := errors.AsType[*drill.ShortWindowError](err)
		if ok == test.fits || (err == nil) != test.fits || test.fits && !r.Right() {
			t.Errorf("%s, %s: %v", test.window, test.overlap, err)
		}
		if ok && (short.Set == "" || short.Hint() == "" || short.Change <= verify.PollInterval || short.Until.Before(short.From)) {
			t.Errorf("%+v", short)
		}
	}
}

// Who follows the hint gets a rehearsal, whatever the TTL is.
func TestShortWindowHint(t *testing.T) {
	t.Parallel()
	for _, ttl := range []uint32{1, 30, 60, 900, 86400} {
		short := kitPlan(t, 3, func(o *kit.Options) { o.TTL, o.Plan.Window, o.Plan.Overlap = ttl, 5*time.Minute, time.Minute })
		_, err := drill.Run(t.Context(), short, options(3))
		unfit, ok := errors.AsType[*drill.ShortWindowError](err)
		if !ok {
			t.Fatalf("TTL %d: %v", ttl, err)
		}
		advised := regexp.MustCompile(`--overlap (\S+) and --window (\S+),`).FindStringSubmatch(unfit.Hint())
		if advised == nil {
			t.Fatal(unfit.Hint())
		}
		overlap, err := time.ParseDuration(advised[1])
		if err != nil {
			t.Fatal(err)
		}
		window, err := time.ParseDuration(advised[2])
		if err != nil {
			t.Fatal(err)
		}
		for _, longer := range []time.Duration{0, time.Minute, time.Hour, 24 * time.Hour} {
			plan := kitPlan(t, 3, func(o *kit.Options) { o.TTL, o.Plan.Window, o.Plan.Overlap = ttl, window+longer, overlap })
			if r, err := drill.Run(t.Context(), plan, options(3)); err != nil || !r.Right() {
				t.Errorf("TTL %d, --overlap %s, --window %s: %v", ttl, overlap, window+longer, err)
			}
		}
	}
}

// What is found in a kit that is no error is in the plan.
func TestKitWarnings(t *testing.T) {
	t.Parallel()
	folder, policy := kitOf(t, 1, func(o *kit.Options) { o.TTL = 86400 })
	plan, err := drill.KitPlan(folder, policy)
	if err != nil {
		t.Fatal(err)
	}
	var codes []kit.Code
	for _, f := range plan.Kit.Findings {
		codes = append(codes, f.Code)
	}
	if !slices.Equal(codes, []kit.Code{kit.CodeEndsSoon, kit.CodeTTL}) {
		t.Errorf("%v", codes)
	}
}

// The parts that steps name are those of the runbook that lies in the kit.
func TestPartsAreTheRunbooks(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "kit")
	plan, err := drill.KitPlan(kitIn(t, dir, 2, nil))
	if err != nil {
		t.Fatal(err)
	}
	book, err := os.ReadFile(filepath.Join(dir, kit.MarkdownFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range run(t, plan, options(0)).Steps {
		for _, part := range s.Parts {
			if !strings.Contains(string(book), "\n## "+part+"\n") {
				t.Errorf("%s: the runbook has no %q", s.Title, part)
			}
		}
		if len(s.Parts) == 0 {
			t.Errorf("%s names no part", s.Title)
		}
	}
}

func ExampleFaults() {
	for _, f := range drill.Faults {
		fmt.Println(f.Name)
	}
	// Output:
	// stale-secondary
	// dead-server
	// appending-tool
	// cut-at-semicolon
}
