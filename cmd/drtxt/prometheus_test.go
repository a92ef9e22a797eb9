package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/drtxt/drtxt/verify"
)

// exposed parses the text format into values by name and labels, and asserts what
// every file must be: no family twice, all of type gauge and with a help text.
func exposed(t *testing.T, data []byte) map[string]float64 {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, clip(string(data)))
	}
	values := map[string]float64{}
	for name, family := range families {
		if family.GetType().String() != "GAUGE" || family.GetHelp() == "" {
			t.Errorf("%s is %s, help %q", name, family.GetType(), family.GetHelp())
		}
		for _, metric := range family.GetMetric() {
			key := name
			for _, label := range metric.GetLabel() {
				key += fmt.Sprintf(" %s=%s", label.GetName(), label.GetValue())
			}
			if _, twice := values[key]; twice {
				t.Errorf("%s stands there twice", key)
			}
			values[key] = metric.GetGauge().GetValue()
		}
	}
	checkContiguous(t, data, len(families))
	return values
}

// checkContiguous asserts that each family is described once, and that its samples
// follow.
func checkContiguous(t *testing.T, data []byte, families int) {
	t.Helper()
	var names []string
	for line := range strings.Lines(string(data)) {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE "), " ")
		name, _, _ = strings.Cut(name, "{")
		names = append(names, name)
	}
	if got := slices.Compact(names); len(got) != families {
		t.Errorf("%d families, in pieces %q", families, clip(strings.Join(got, " ")))
	}
	for _, kind := range []string{"# HELP ", "# TYPE "} {
		if n := strings.Count("\n"+string(data), "\n"+kind); n != families {
			t.Errorf("%d lines of %sfor %d families", n, kind, families)
		}
	}
}

// written is what metrics hold.
func written(t *testing.T, m *metrics) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.writeTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestMetricsOfTwoDomains(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	defer m.close()
	good := on(testNow.Add(time.Hour))
	missing := verify.NewReport(verify.Judgement{Verdict: verify.None, State: verify.Products{InternetAccess: verify.StateNone, PrivateAccess: verify.StateNone}}, verify.Policy{Domain: "dr.example.org", At: testNow.Add(time.Minute)})
	for _, report := range []*verify.Report{&good, &missing} {
		if err := m.add(report); err != nil {
			t.Fatal(err)
		}
	}
	got := exposed(t, written(t, m))
	want := map[string]float64{
		"drtxt_verification_timestamp_seconds domain=dr.example.com": float64(testNow.Unix()),
		"drtxt_verification_timestamp_seconds domain=dr.example.org": float64(testNow.Unix() + 60),
		"drtxt_record_end_timestamp_seconds domain=dr.example.com":   float64(testNow.Unix() + 3600),
		"drtxt_exit_status domain=dr.example.com":                    0,
		"drtxt_exit_status domain=dr.example.org":                    3,
	}
	for domain, in := range map[string]struct{ verdict, state string }{"dr.example.com": {"valid", "on"}, "dr.example.org": {"none", "none"}} {
		for _, verdict := range enumerated(t, "verdict") {
			want["drtxt_verdict domain="+domain+" verdict="+verdict] = float64(oneIf(verdict == in.verdict))
		}
		for _, state := range enumerated(t, "state") {
			for _, product := range []string{"zia", "zpa"} {
				want["drtxt_state domain="+domain+" product="+product+" state="+state] = float64(oneIf(state == in.state))
			}
		}
	}
	for key, value := range want {
		if v, ok := got[key]; !ok || v != value {
			t.Errorf("%s is %v (there: %t), want %v", key, v, ok, value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d samples, want %d", len(got), len(want))
	}
}

// enumerated are the verdicts or states that the schema lists.
func enumerated(t *testing.T, what string) []string {
	t.Helper()
	data, err := os.ReadFile(docsPath("verification.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	type enum struct {
		Enum []string `json:"enum"`
	}
	var schema struct {
		Properties struct {
			Verdict enum `json:"verdict"`
		} `json:"properties"`
		Defs struct {
			State enum `json:"state"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	values := schema.Properties.Verdict.Enum
	if what == "state" {
		values = schema.Defs.State.Enum
	}
	if len(values) == 0 {
		t.Fatalf("the schema lists no %s", what)
	}
	return values
}

func TestLabelValue(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"dr.example.com": "dr.example.com", `a"b`: `a\"b`, `a\b`: `a\\b`, "a\nb": `a\nb`, "\\\"\n": `\\\"\n`, "a{b}=,c#": "a{b}=,c#",
	} {
		if got := labelValue(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// A domain can bear any byte; a reader gets what a terminal would show.
func TestMetricsOfHostileDomains(t *testing.T) {
	t.Parallel()
	for _, evil := range append(hostileMarkdown, hostile...) {
		data, err := renderMetrics(reportWith("x" + evil + "y"))
		if err != nil {
			t.Fatal(err)
		}
		if err := checkPrintable(string(data)); err != nil {
			t.Error(err)
		}
		domain := " domain=" + printableLine("x"+evil+"y")
		silent := "drtxt_server_answered" + domain + " server=ns2.example.com address= role=authoritative"
		got := exposed(t, data)
		if value, there := got[silent]; !there || value != 0 {
			t.Errorf("%s is %v (there: %t)", silent, value, there)
		}
		if key := "drtxt_exit_status" + domain; len(got) != 26 || got[key] != 1 {
			t.Errorf("%q: %d samples, exit status %v", evil, len(got), got[key])
		}
	}
}

// Many domains are spooled and come out as they would from memory. Nothing is left.
func TestMetricsOfManyDomains(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	m := newMetrics()
	want := make([]bytes.Buffer, len(metricFamilies))
	for i := range 20000 {
		report := on(testNow.Add(time.Duration(i) * time.Second))
		report.Policy.Domain = fmt.Sprintf("dr%d.example.com", i)
		report.Key = fingerprintA
		report.Servers = []verify.ServerReport{{Server: "ns1.example.com", Address: "192.0.2.1:53", Role: verify.Authoritative, Outcome: verify.Answered}}
		if err := m.add(&report); err != nil {
			t.Fatal(err)
		}
		one, err := renderMetrics(&report)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(one)) {
			for j, family := range metricFamilies {
				if strings.HasPrefix(line, family.name+"{") || i == 0 && strings.HasPrefix(line[1:], " HELP "+family.name+" ") || i == 0 && strings.HasPrefix(line[1:], " TYPE "+family.name+" ") {
					want[j].WriteString(line)
				}
			}
		}
	}
	got := written(t, m)
	var all []byte
	for j := range want {
		all = append(all, want[j].Bytes()...)
	}
	if !bytes.Equal(got, all) {
		t.Errorf("%d bytes come out, want %d others", len(got), len(all))
	}
	if again := written(t, m); !bytes.Equal(again, got) {
		t.Error("written twice, it differs")
	}
	if values := exposed(t, got); len(values) != 20000*(1+8+14+1+1+1+1) {
		t.Errorf("%d samples", len(values))
	}
	for i := range m.spools {
		if s := &m.spools[i]; s.file == nil || cap(s.recent) > 2*spoolMemory {
			t.Errorf("%s: file %v, %d bytes in memory", metricFamilies[i].name, s.file, cap(s.recent))
		}
	}
	if err := m.close(); err != nil {
		t.Error(err)
	}
	if left := files(t, dir); left != "" {
		t.Errorf("left behind: %s", left)
	}
}

// No room for the spool: an error that says where, and nothing left.
func TestMetricsWithoutRoom(t *testing.T) {
	missing := t.TempDir() + "/none"
	t.Setenv("TMPDIR", missing)
	t.Setenv("TMP", missing)
	m := newMetrics()
	defer m.close()
	var err error
	for i := range 20000 {
		report := on(time.Time{})
		report.Policy.Domain = fmt.Sprintf("dr%d.example.com", i)
		report.Key = fingerprintA
		if err = m.add(&report); err != nil {
			break
		}
	}
	if err == nil || !strings.Contains(err.Error(), "none") {
		t.Errorf("the error is %v", err)
	}
	if _, hint := classify(err); !strings.Contains(hint, "TMPDIR") {
		t.Errorf("the hint is %q", hint)
	}
}

// Each server has one series, whatever its name; what cannot be told apart has one too.
func TestMetricsOfServers(t *testing.T) {
	t.Parallel()
	report := on(time.Time{})
	report.Servers = []verify.ServerReport{
		{Server: `ns"1\`, Address: "192.0.2.1:53", Role: verify.Authoritative, Outcome: verify.Answered},
		{Server: `ns"1\`, Address: "192.0.2.2:53", Role: verify.Authoritative, Outcome: verify.TimedOut},
		{Server: `ns"1\`, Address: "192.0.2.2:53", Role: verify.Authoritative, Outcome: verify.Answered},
		{Server: `ns"1\`, Address: "192.0.2.1:53", Role: verify.Recursive, Outcome: verify.Lame},
	}
	data, err := renderMetrics(&report)
	if err != nil {
		t.Fatal(err)
	}
	got := exposed(t, data)
	for key, want := range map[string]float64{
		`address=192.0.2.1:53 role=authoritative`: 1,
		`address=192.0.2.2:53 role=authoritative`: 0,
		`address=192.0.2.1:53 role=resolver`:      0,
	} {
		if value, ok := got[`drtxt_server_answered domain=dr.example.com server=ns"1\ `+key]; !ok || value != want {
			t.Errorf("%s is %v (there: %t), want %v in:\n%s", key, value, ok, want, data)
		}
	}
}

func TestMetricsRefuseADomainTwice(t *testing.T) {
	t.Parallel()
	domains := newDomainSet()
	for _, domain := range []string{"dr.example.com", "dr.example.org"} {
		if err := domains.add(domain); err != nil {
			t.Fatal(err)
		}
	}
	err := domains.add("dr.example.com")
	if _, ok := errors.AsType[*domainTwiceError](err); !ok {
		t.Errorf("the error is %v", err)
	}
	if status, hint := classify(err); status != statusRefused || hint == "" {
		t.Errorf("status %d, hint %q", status, hint)
	}
}

// A reader that takes no more is told of.
func TestMetricsCannotBeWritten(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	defer m.close()
	report := on(time.Time{})
	if err := m.add(&report); err != nil {
		t.Fatal(err)
	}
	whole := written(t, m)
	for most := range len(whole) {
		if err := m.writeTo(&shortWriter{most}); !errors.Is(err, io.ErrShortWrite) {
			t.Fatalf("after %d bytes: %v", most, err)
		}
	}
}

// A shortWriter takes so many bytes and no more.
type shortWriter struct{ most int }

func (w *shortWriter) Write(p []byte) (int, error) {
	n := min(len(p), w.most)
	w.most -= n
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}

func TestMetricsOfTheCommand(t *testing.T) {
	t.Parallel()
	server := serve(t, txt("dr.example.com", 30, "v=1;k=all;b=test;x=1900000000"))
	out := writeTemp(t, "drtxt.prom", "")
	drtxt("verify", "dr.example.com", "--server", server, "--allow-unsigned", "--expect", "on", "--format", "prometheus", "--out", out).want(t, 1)
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := exposed(t, data)
	for key, want := range map[string]float64{
		"drtxt_verification_timestamp_seconds domain=dr.example.com":       float64(testNow.Unix()),
		"drtxt_verdict domain=dr.example.com verdict=unsigned":             1,
		"drtxt_verdict domain=dr.example.com verdict=valid":                0,
		"drtxt_state domain=dr.example.com product=zpa state=test":         1,
		"drtxt_record_end_timestamp_seconds domain=dr.example.com":         1900000000,
		"drtxt_exit_status domain=dr.example.com":                          1,
		"drtxt_state domain=dr.example.com product=zia state=undetermined": 0,
	} {
		if value, ok := got[key]; !ok || value != want {
			t.Errorf("%s is %v (there: %t), want %v", key, value, ok, want)
		}
	}
}
