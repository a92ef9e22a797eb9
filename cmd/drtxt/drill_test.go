package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// Whatever is rehearsed, and whatever becomes of it, fits the schema.
func TestDrillsFitTheSchema(t *testing.T) {
	t.Parallel()
	kitArgs := []string{"--kit", newKit(t, "--count", "2"), "--public", publicKey("test-a.public.pem")}
	for name, args := range map[string][]string{
		"faults":  {"--fault", "all"},
		"clients": {"--clients", "30"},
		"kit":     kitArgs,
		"all":     append(slices.Clone(kitArgs), "--clients", "3", "--fault", "cut-at-semicolon", "--fault", "stale-secondary"),
	} {
		r := drtxt(append([]string{"drill", "--format", "json"}, args...)...).want(t, 0)
		if err := schemas(t).drill(r.stdout); err != nil {
			t.Errorf("%s: %v\n%s", name, err, r.stdout)
		}
	}
	for name, r := range map[string]*drill.Rehearsal{"wrong": wrongRehearsal(), "kit": {Plan: drill.Plan{Domain: drill.Domain, Kit: &drill.Kit{Digest: strings.Repeat("a", 64), Made: testNow, Version: "v1", Windows: 1}}, Steps: []drill.Step{{Status: "off", Err: errors.New("x")}}}} {
		text, err := drillAsJSON(r)
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas(t).drill(string(text)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
}

func TestDrillSchemaRefuses(t *testing.T) {
	t.Parallel()
	whole := drtxt("drill", "--format", "json", "--kit", newKit(t, "--count", "2"), "--public", publicKey("test-a.public.pem"), "--clients", "3", "--fault", "all").want(t, 0).stdout
	for path, value := range map[string]any{
		"kit.manifest_sha256": "x", "kit.windows": 0, "kit.extra": 1, "clients": 0, "took_ms": nil, "steps.1.set": "../on", "steps.1.runbook": []any{},
		"steps.1.state": "scheduled", "steps.1.published": nil, "steps.1.at": -1, "steps.1.window_over": false, "steps.1.curve.agrees": false, "steps.1.curve.switched.0.share": 2,
		"steps.1.curve.extra": 1, "steps.1.curve.tells": nil, "steps.1.curve.failed_lookups": nil, "steps.1.curve.seen_seconds": nil, "steps.1.curve.seen_seconds.0": -1, "kit.findings": []any{}, "kit.findings.0.severity": "error", "faults": []any{}, "faults.0.fault": "flood", "faults.0.right": false, "faults.0.mended": nil, "faults.0.mended.exit_status": 1, "faults.0.error": "x",
		"faults.0.not_named": []any{"x"}, "faults.0.not_mended": []any{"x"}, "faults.0.exit_status_expected": nil, "faults.0.verification": nil, "faults.0.values": []any{"v=1"},
	} {
		if schemas(t).drill(changed(t, whole, path, value)) == nil {
			t.Errorf("%s = %v is accepted", path, value)
		}
	}
}

// wrongRehearsal is one in which everything went wrong that can.
func wrongRehearsal() *drill.Rehearsal {
	stale := drill.Faults[slices.IndexFunc(drill.Faults, func(f drill.Fault) bool { return f.Name == "stale-secondary" })]
	policy := verify.Policy{At: testNow, Domain: drill.Domain, Expected: verify.ExpectOn}
	unasked := verify.NewReport(verify.Judgement{Verdict: verify.Invalid, State: verify.Products{InternetAccess: verify.StateUndetermined, PrivateAccess: verify.StateUndetermined}}, policy)
	unasked.Add(verify.CodeCutAtSemicolon, "record 1: the value is only \"v=1\"\x1b[31m")
	change := propagation.Change{Memory: 30 * time.Second, Interval: verify.PollInterval}
	return &drill.Rehearsal{
		Plan: drill.Plan{Domain: drill.Domain, Zone: drill.Zone, TTL: drill.TTL}, Began: testNow, Took: time.Second, Clients: 4,
		Steps: []drill.Step{
			{Title: "switch on", Parts: []string{"Part 3: Switch on"}, Status: "on", Want: verify.StateOn, At: testNow, Report: unasked, Change: change,
				Curve: &clients.Curve{Clients: 4, Resolvers: 4, Change: change, Seen: []time.Duration{time.Second, time.Second}}},
			{Title: "come back", Parts: []string{"Part 6: Come back"}, Status: "off", Want: verify.StateOff, Err: errors.New("no port\x1b[31m")},
		},
		Faults: []drill.FaultReport{{Fault: stale, Found: unasked, Mended: unasked}, {Fault: stale, Err: errors.New("no port\x1b[31m")}},
	}
}

// A rehearsal that went wrong says so, in every format, and what it was.
func TestWrongDrillSaysSo(t *testing.T) {
	t.Parallel()
	table, err := drillTable(&environment{}, &drillResult{Rehearsal: wrongRehearsal()})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"table": string(table), "protocol": string(drillProtocol(&drillResult{Rehearsal: wrongRehearsal()}))} {
		if err := checkPrintable(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range []string{"The rehearsal went WRONG", "DIFFERS", "never", "cut-at-semicolon", "NOT named by verify: no servers-differ", "could NOT be made", "no port"} {
			if !strings.Contains(strings.NewReplacer("`", "").Replace(text), want) {
				t.Errorf("%s does not say %q:\n%s", name, want, text)
			}
		}
		if strings.Contains(text, "went right") {
			t.Errorf("%s says that it went right:\n%s", name, text)
		}
	}
	if text, err := drillAsJSON(wrongRehearsal()); err != nil || !strings.Contains(string(text), `"right": false`) || strings.Contains(string(text), `"right": true`) {
		t.Errorf("%v\n%s", err, text)
	}
}

// recordValues are the values of all sets of a kit.
func recordValues(t *testing.T, dir string) []string {
	t.Helper()
	var values []string
	for _, pattern := range []string{"on/*.txt", "test/*.txt", "off/*.txt"} {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, path := range paths {
			values = append(values, strings.Fields(readIn(t, path))...)
		}
	}
	return values
}

// piece is how much of a signature may be shown: verify names sets by their first eight
// characters.
const piece = 12

// shownOf finds a piece of a record's signature in a text.
func shownOf(values []string, text string) string {
	text = strings.NewReplacer(`\u002b`, "+", `\u002f`, "/", "`", "").Replace(text)
	for _, value := range values {
		_, signature, _ := strings.Cut(value, "bh=")
		for i := 0; i+piece <= len(signature); i++ {
			if strings.Contains(text, signature[i:i+piece]) {
				return signature[i : i+piece]
			}
		}
	}
	return ""
}

// The records of a kit activate: no output holds any, whatever is rehearsed, and however it
// ends.
func TestDrillShowsNoRecords(t *testing.T) {
	t.Parallel()
	dir := newKit(t, "--count", "2")
	values := recordValues(t, dir)
	if shownOf(values, values[0]) == "" || shownOf(values, "x `"+values[3]+"`") == "" {
		t.Fatal("a record that is shown is not found")
	}
	public := publicKey("test-a.public.pem")
	damaged := newKit(t, "--count", "2")
	values = append(values, recordValues(t, damaged)...)
	if err := os.WriteFile(filepath.Join(damaged, "on", "on-02.json"), []byte(readIn(t, filepath.Join(damaged, "on", "on-01.json"))), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args   []string
		status int
	}{
		{[]string{"--kit", dir, "--public", public}, 0},
		{[]string{"--kit", dir, "--public", public, "--clients", "5", "--fault", "all"}, 0},
		{[]string{"--kit", dir, "--public", public, "--at-random"}, 2},
		{[]string{"--kit", dir}, 1},
		{[]string{"--kit", dir, "--public", publicKey("test-b.public.pem")}, 1},
		{[]string{"--kit", dir, "--public", public, "--scheme", "values"}, 1},
		{[]string{"--kit", damaged, "--public", public}, 1},
	} {
		for _, format := range []string{"table", "json", "markdown"} {
			protocol := filepath.Join(t.TempDir(), "protocol.md")
			args := append([]string{"drill", "--format", format, "--markdown=" + protocol}, test.args...)
			r := drtxt(args...)
			if r.status != test.status {
				t.Errorf("%q: status %d, want %d\n%s", args, r.status, test.status, r.stderr)
			}
			written, _ := os.ReadFile(protocol)
			if (written != nil) != (test.status == 0) {
				t.Errorf("%q: the protocol has %d bytes", args, len(written))
			}
			if piece := shownOf(values, r.stdout+r.stderr+string(written)); piece != "" {
				t.Errorf("%q shows %s", args, piece)
			}
		}
	}
}

// What a kit's records are held against comes from elsewhere, as with kit verify.
func TestDrillTakesNoKeyFromTheKit(t *testing.T) {
	t.Parallel()
	dir := newKit(t)
	inside := filepath.Join(dir, "dr_publickey.pem")
	if err := os.WriteFile(inside, []byte(readIn(t, publicKey("test-a.public.pem"))), 0o600); err != nil {
		t.Fatal(err)
	}
	drtxt("drill", "--kit", dir, "--public", inside).refused(t, 2, "lies in the kit")
	drtxt("drill", "--kit", dir, "--public", publicKey("test-a.public.pem")).refused(t, 1, "kit-file-foreign", "drtxt kit verify")
}

// The protocol is Markdown that keeps its structure, with all that an auditor asks for.
func TestDrillProtocol(t *testing.T) {
	t.Parallel()
	protocol := filepath.Join(t.TempDir(), "protocol.md")
	dir := newKit(t, "--count", "2")
	r := drtxt("drill", "--kit", dir, "--public", publicKey("test-a.public.pem"), "--clients", "40", "--fault", "all", "--markdown="+protocol).want(t, 0)
	text := readIn(t, protocol)
	if err := checkPrintable(text); err != nil {
		t.Error(err)
	}
	digest := drtxt("kit", "verify", dir, "--public", publicKey("test-a.public.pem"), "--format", "json").want(t, 0)
	var kit struct {
		Manifest string `json:"manifest_sha256"`
	}
	if err := json.Unmarshal([]byte(digest.stdout), &kit); err != nil {
		t.Fatal(err)
	}
	plain := strings.NewReplacer("`", "").Replace(text)
	for _, want := range []string{
		"# Disaster recovery rehearsal: dr.example.com\n", "All steps went right, and every fault was named; whether clients follow as computed is not told by 40 simulated clients: it takes 1000; in ", "| TTL of the records | 30 seconds |", "| Begun at | " + testNow.UTC().Format(time.RFC3339),
		"drtxt " + versionName(), kit.Manifest, fingerprintA, "as documented, not confirmed against the vendor's tool", "| Simulated clients | 40 |",
		"| stand ready |", "| on-01 |", "| renew | on-02 |", "| last second |", "| ended by itself | on-02 | - | on, ended | valid | verified | 20", "| come back | off |",
		"- Part 3: Switch on\n", "- Part 8: Rehearse with test\n", "seconds after the change", "| Share, per cent |", "| 100 | ", "| too few to tell |", "| at most 4 minutes 20 seconds |", "kit-ends-soon", "- clock-near-end: steps 7 to 8\n", "can make a curve differ", "### Fault dead-server: named by verify, and mended",
		"error servers-differ", "Mended:", "The vendor's clients, connectors and edges were not there.", "nothing outside the program was touched", "- Name: ____", "- Date: ____", "- Remarks: ____",
	} {
		if !strings.Contains(strings.ReplaceAll(plain, "**", ""), want) {
			t.Errorf("there is no %q in\n%s", want, text)
		}
	}
	if headings := regexp.MustCompile(`(?m)^## .*$`).FindAllString(text, -1); !slices.Equal(headings, []string{"## Steps", "## Simulated clients", "## Faults", "## Limits", "## To be filled in"}) {
		t.Errorf("%q", headings)
	}
	if !strings.Contains(r.stderr, "the protocol") || !strings.HasPrefix(r.stdout, "Rehearsal of a kit of 2 windows") {
		t.Errorf("%s\n%s", r.stderr, r.stdout)
	}
}

// What is said to a fault is what verify says, to the letter.
func TestDrillFaultsAreShownAsVerifyShowsThem(t *testing.T) {
	t.Parallel()
	values := signedBetween(t, 1800000000, 1800028800)
	stale := signedBetween(t, 1800000000, 1800000001)
	primary, secondary := serve(t, txt("dr.example.com", 30, values...)), serve(t, txt("dr.example.com", 30, stale...))
	told := drtxt("verify", "dr.example.com", "--server", primary, "--server", secondary, "--expect", "on", "--public", publicKey("test-a.public.pem"), "--at", "1800000000").want(t, 1).stdout
	shown := drtxt("drill", "--fault", "stale-secondary").want(t, 0).stdout
	advice := regexp.MustCompile(`(?m)^ *error servers-differ: .*\n *-> .*$`)
	first, second := advice.FindString(told), advice.FindString(shown)
	_, toldAdvice, _ := strings.Cut(first, "->")
	_, shownAdvice, _ := strings.Cut(second, "->")
	if toldAdvice == "" || toldAdvice != shownAdvice || !strings.Contains(shown, "    The name servers do not serve the same for dr.example.com") || !strings.Contains(shown, "exit status 1") {
		t.Errorf("verify says\n%s\nand the drill\n%s", told, shown)
	}
}

func TestDrillRefuses(t *testing.T) {
	t.Parallel()
	dir := newKit(t)
	public := publicKey("test-a.public.pem")
	for _, test := range []struct {
		args string
		says string
	}{
		{"--clients 0", "--clients 0 is not from 1 to 100000"},
		{"--clients -1", "--clients -1 is not from 1 to 100000"},
		{"--clients 100001", "--clients 100001 is not from 1 to 100000"},
		{"--clients many", "is not a whole number"},
		{"--fault flood", "--fault \"flood\" is not one of"},
		{"--fault dead-servr", "--fault \"dead-servr\" is not one of"},
		{"--public " + public, "about --kit, which is not given"},
		{"--scheme values", "about --kit, which is not given"},
		{"--kit " + dir + " --keep " + filepath.Join(t.TempDir(), "k"), "--keep is not for a rehearsal of a kit"},
		{"--kit " + t.TempDir() + " --public " + public, "holds no kit"},
		{"--kit " + dir + " --public " + public + " --out " + dir + "/x", "lies in the folder of a kit"},
		{"--kit " + dir + " --public " + public + " --markdown=" + dir + "/x", "lies in the folder of a kit"},
		{"--kit " + dir + " --public " + public + " --markdown=" + public, "--markdown would overwrite"},
		{"--kit " + dir + " --public " + public + " --out " + public, "--out would overwrite"},
		{"--markdown=x --out x", "--markdown would overwrite \"x\""},
		{"--markdown=nowhere/x", "writing into \"nowhere\""},
		{"--markdown=.", "is a directory"},
		{"--markdown --format json", "contradict each other"},
		{"--markdown x y", "--markdown takes one file: \"y\" is one too many"},
		{"x", "unknown command"},
		{"--markdown=x y", "--markdown takes one file: \"y\" is one too many"},
		{"--kit " + newKit(t, "--window", "10m", "--overlap", "1m") + " --public " + public + " --clients 3", "there is no time for clients to follow"},
	} {
		drtxt(append([]string{"drill"}, strings.Fields(test.args)...)...).refused(t, 2, test.says)
	}
}

// Windows that are over are rehearsed too, and marked; a kit that is over is refused.
func TestDrillMarksWindowsThatAreOver(t *testing.T) {
	t.Parallel()
	dir, public := newKit(t, "--count", "3"), publicKey("test-a.public.pem")
	r := call{now: testNow.Add(14 * 24 * time.Hour)}.run("drill", "--kit", dir, "--public", public).want(t, 0)
	for _, want := range []string{"Of the windows 2 had ended before", " on-01*    switch on ", " test-02*  rehearse", "* its window had ended before", "All steps went right"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("there is no %q in\n%s", want, r.stdout)
		}
	}
	if strings.Contains(r.stdout, "-03*") {
		t.Errorf("a window that is open is marked:\n%s", r.stdout)
	}
	call{now: testNow.Add(365 * 24 * time.Hour)}.run("drill", "--kit", dir, "--public", public).refused(t, 1, "kit-expired", "drtxt kit verify")
}

// The tables fit a terminal of 80 columns, whatever is rehearsed.
func TestDrillTablesFitATerminal(t *testing.T) {
	t.Parallel()
	dir, public := newKit(t, "--count", "12"), publicKey("test-a.public.pem")
	for name, r := range map[string]result{
		"plain":            drtxt("drill", "--clients", "1000"),
		"few":              drtxt("drill", "--clients", "3"),
		"kit":              call{now: testNow.Add(14 * 24 * time.Hour)}.run("drill", "--kit", dir, "--public", public),
		"kit with clients": drtxt("drill", "--kit", dir, "--public", public, "--clients", "3"),
	} {
		r.want(t, 0)
		rows := regexp.MustCompile(`(?m)^(STEP|SHARE|[0-9]+ +%?) .*$`).FindAllString(r.stdout, -1)
		if len(rows) < 5 {
			t.Errorf("%s: %d rows\n%s", name, len(rows), r.stdout)
		}
		for _, row := range rows {
			if len(row) > 80 {
				t.Errorf("%s: %d columns: %s", name, len(row), row)
			}
		}
	}
	for line := range strings.Lines(newDrillCommand(&environment{}).Long) {
		if len(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("help: %s", line)
		}
	}
}

// drilledCurve is the form of a curve, as far as an auditor computes it again.
type drilledCurve struct {
	Clients  int       `json:"clients"`
	Memory   float64   `json:"memory_seconds"`
	Tells    bool      `json:"tells"`
	Distance float64   `json:"distance"`
	Seen     []float64 `json:"seen_seconds"`
}

// The figures of a curve can be computed again from the times that stand beside them.
func TestDrillCurvesCanBeComputedAgain(t *testing.T) {
	t.Parallel()
	for clientCount, seen := range map[int]int{40: 40, 1000: 1000, 1500: 1000} {
		r := drtxt("drill", "--clients", strconv.Itoa(clientCount), "--format", "json").want(t, 0)
		var rehearsal struct {
			Steps []struct{ Curve drilledCurve }
		}
		if err := json.Unmarshal([]byte(r.stdout), &rehearsal); err != nil {
			t.Fatal(err)
		}
		for i, s := range rehearsal.Steps {
			c := &s.Curve
			again := clients.Curve{Clients: len(c.Seen), Change: propagation.Change{Memory: time.Duration(c.Memory) * time.Second, Interval: verify.PollInterval}}
			for _, seconds := range c.Seen {
				again.Seen = append(again.Seen, time.Duration(seconds*float64(time.Second)))
			}
			if off := math.Abs(again.Distance() - c.Distance); len(c.Seen) != seen || off > 0.0011 || clientCount <= 1000 && off > 1e-6 {
				t.Errorf("%d clients, step %d: %d times, and a distance of %f in place of %f", clientCount, i+1, len(c.Seen), again.Distance(), c.Distance)
			}
			if c.Tells != (clientCount >= 1000) || !slices.IsSorted(c.Seen) {
				t.Errorf("%d clients, step %d: they tell: %t", clientCount, i+1, c.Tells)
			}
		}
	}
}

// An endingContext ends at the so-manieth look at it.
type endingContext struct {
	context.Context
	looks int
}

func (c *endingContext) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// What is kept is kept as a whole: whenever it is interrupted, there is nothing of it.
func TestDrillKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	key := testSigner(t, "test-a.private.pem")
	r, err := drill.Run(t.Context(), drill.NewPlan(key, testNow), drill.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	records := 4 * len(export.Formats)
	for _, looks := range []int{0, 1, records / 2, records, records + 1} { // one before each file, and one at the end
		dir := t.TempDir()
		o := drillOptions{keep: filepath.Join(dir, "kept"), made: key}
		if err := o.beginKeeping(); err != nil {
			t.Fatal(err)
		}
		err := o.keepRehearsal(&endingContext{t.Context(), looks}, &environment{err: io.Discard}, r)
		if discarded := o.discard(); discarded != nil {
			t.Error(discarded)
		}
		left := files(t, dir)
		if looks <= records && (!errors.Is(err, context.Canceled) || left != "") {
			t.Errorf("after %d looks: %v, and there is %s", looks, err, left)
		}
		if looks > records && (err != nil || left != "kept" || len(strings.Fields(files(t, o.keep))) != 2+records) {
			t.Errorf("after %d looks: %v, and there is %s", looks, err, left)
		}
	}
}

// A step that failed before anything was published says nothing of who would have seen it.
func TestDrillStepThatWasNotPublished(t *testing.T) {
	t.Parallel()
	r := &drill.Rehearsal{Plan: drill.Plan{Domain: drill.Domain, TTL: drill.TTL}, Steps: []drill.Step{{Title: "switch on", Parts: []string{"Part 3: Switch on"}, Status: "on", Err: errors.New("no port")}}}
	table, err := drillTable(&environment{}, &drillResult{Rehearsal: r})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(table), "would have seen") || !strings.Contains(string(table), "1     on     -       -        3     WRONG\n") {
		t.Errorf("%s", table)
	}
	if protocol := string(drillProtocol(&drillResult{Rehearsal: r})); !strings.Contains(protocol, "| on | - | - | - | - | - | 3 | 0 | WRONG |") {
		t.Errorf("%s", protocol)
	}
	if form, err := drillAsJSON(r); err != nil || !strings.Contains(string(form), `"clients_switched_within_seconds": 0`) {
		t.Errorf("%v\n%s", err, form)
	}
}

// Each way in which verify can fail a fault is told.
func TestDrillFaultResults(t *testing.T) {
	t.Parallel()
	key := testSigner(t, "test-a.private.pem")
	r, err := drill.Run(t.Context(), drill.NewPlan(key, testNow), drill.Options{Now: time.Now, Faults: drill.Faults[:1]})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*drill.FaultReport)
		want   string
	}{
		"right":        {func(*drill.FaultReport) {}, "named by verify, and mended"},
		"not named":    {func(f *drill.FaultReport) { f.Found.Findings = nil }, "NOT named by verify: no servers-differ, as gravely as it is"},
		"other status": {func(f *drill.FaultReport) { f.Status = 0 }, "NOT named by verify: it ended in 1, not in 0"},
		"left":         {func(f *drill.FaultReport) { f.Mended = f.Found }, "NOT mended: servers-differ is still found"},
		"not right":    {func(f *drill.FaultReport) { f.Mended.AsExpected = false }, "NOT mended"},
	} {
		f := r.Faults[0]
		test.change(&f)
		if got := drillFaultResult(&f); got != test.want || f.Right() != (name == "right") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// How many clients it takes is said for every change, not for the first.
func TestDrillSaysHowManyClientsItTakes(t *testing.T) {
	t.Parallel()
	step := func(memory time.Duration) drill.Step {
		change := propagation.Change{Memory: memory, Interval: verify.PollInterval}
		return drill.Step{Curve: &clients.Curve{Clients: 20, Resolvers: 20, Change: change}}
	}
	for want, steps := range map[string][]drill.Step{
		"it takes 1000":                   {step(time.Minute)},
		"it takes 10000":                  {step(time.Minute), step(5 * time.Second), step(time.Minute)},
		"at a TTL of 0.001 seconds none":  {step(time.Minute), step(time.Millisecond), step(5 * time.Second)},
		"is not told by 20 simulated cli": {step(time.Minute)},
	} {
		if said := drillUntold(&drill.Rehearsal{Steps: steps}); !strings.Contains(said, want) {
			t.Errorf("%q does not say %q", said, want)
		}
	}
	if said := drillUntold(&drill.Rehearsal{Steps: []drill.Step{{}}}); said != "" {
		t.Errorf("without clients it says %q", said)
	}
}
