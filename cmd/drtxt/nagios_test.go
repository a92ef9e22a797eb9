package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/drtxt/drtxt/verify"
)

// pluginLine is what a monitor reads: one line of text, one pipe, and performance data
// as the guidelines write it. Label and value of every item are its groups.
var (
	pluginLine = regexp.MustCompile(`^DRTXT (OK|WARNING|CRITICAL|UNKNOWN) - ([^|\n]+?)(?: \| ([^|\n]+))?\n?$`)
	perfItem   = regexp.MustCompile(`^'([a-z]+)'=(-?[0-9.]+)(s?)(;[0-9.]*){0,4}$`)
)

// plugin takes a line apart and fails where it is not one.
func plugin(t *testing.T, line string) (word, text string, data map[string]string) {
	t.Helper()
	parts := pluginLine.FindStringSubmatch(line)
	if parts == nil || len(line) > maxNagiosLine+1 || !utf8.ValidString(line) {
		t.Fatalf("%d bytes that are no plugin's line: %q", len(line), clip(line))
	}
	if err := checkPrintable(line); err != nil {
		t.Error(err)
	}
	data = map[string]string{}
	for item := range strings.FieldsSeq(parts[3]) {
		groups := perfItem.FindStringSubmatch(item)
		if groups == nil {
			t.Fatalf("%q is no performance data", item)
		}
		data[groups[1]] = groups[2] + groups[3]
	}
	return parts[1], parts[2], data
}

// with adds findings to a report.
func with(report verify.Report, findings ...verify.Finding) *verify.Report {
	for _, f := range findings {
		report.AddFinding(f)
	}
	return &report
}

func ended(verdict verify.Verdict) verify.Report {
	return verify.NewReport(verify.Judgement{Verdict: verdict}, verify.Policy{Domain: "dr.example.com", At: testNow})
}

func TestNagiosLine(t *testing.T) {
	t.Parallel()
	warning := verify.Finding{Code: verify.CodeTTLLong, Severity: verify.Warning, Message: "the TTL is 3600 s"}
	failure := verify.Finding{Code: verify.CodeNotAsExpected, Severity: verify.Error, Message: "it is on"}
	elsewhere := verify.Finding{Code: verify.CodeServerSilent, Severity: verify.Warning, Server: "192.0.2.1:53", Message: "no answer"}
	info := verify.Finding{Code: verify.CodeAnswerLarge, Severity: verify.Info, Message: "it is large"}
	good := on(time.Time{})
	for name, test := range map[string]struct {
		report *verify.Report
		status int
		text   string // the end of it
	}{
		"good":        {&good, 0, "with no end."},
		"info":        {with(good, info), 0, "with no end."},
		"warning":     {with(good, info, warning), 1, ". ttl-long: the TTL is 3600 s"},
		"server":      {with(good, elsewhere), 1, ". server-silent: 192.0.2.1:53: no answer"},
		"wrong":       {with(good, warning, failure), 2, ". not-as-expected: it is on"},
		"none":        {with(ended(verify.None)), 2, "There is no disaster recovery record at dr.example.com."},
		"unreachable": {with(ended(verify.Unreachable)), 3, "what clients are told is not known."},
		"pending":     {with(ended(verify.Pending)), 1, "caches still hold the old answer."},
		"pipe":        {with(good, verify.Finding{Code: verify.CodeForeign, Severity: verify.Warning, Message: "it is \"a|b\" | 'x'=1"}), 1, `foreign-txt: it is "a/b" / 'x'=1`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := nagiosStatus(test.report); got != test.status {
				t.Errorf("status %d, want %d", got, test.status)
			}
			word, text, data := plugin(t, nagiosLine(test.report))
			if word != nagiosWords[test.status] || !strings.HasSuffix(text, test.text) || !strings.HasPrefix(text, strings.TrimSpace(test.report.Sentence())) {
				t.Errorf("%s - %s", word, text)
			}
			if data["status"] != fmt.Sprint(test.report.ExitStatus()) {
				t.Errorf("performance data %v", data)
			}
		})
	}
}

// The exact form of performance data, in full and with everything absent.
func TestNagiosPerformance(t *testing.T) {
	t.Parallel()
	report := on(testNow.Add(90 * time.Minute))
	low, high := uint32(30), uint32(300)
	report.Servers = []verify.ServerReport{
		{Outcome: verify.Answered, TTL: &high, RoundTrip: 1234567 * time.Nanosecond},
		{Outcome: verify.Answered, TTL: &low, RoundTrip: 2 * time.Second},
		{Outcome: verify.NameError, RoundTrip: time.Microsecond},
		{Outcome: verify.TimedOut},
	}
	if got, want := performance(&report), "'servers'=4;;;0 'answered'=3;;;0;4 'ttl'=30s;;;0 'rtt'=2.000000s;;;0 'left'=5400s 'status'=0;;;0;5"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	report = on(testNow.Add(-time.Minute))
	if got, want := performance(&report), "'servers'=0;;;0 'answered'=0;;;0;0 'left'=-60s 'status'=0;;;0;5"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	report = on(time.Time{})
	if got := performance(&report); strings.Contains(got, "left") {
		t.Errorf("without an end: %s", got)
	}
}

func TestNagiosLineOfHostileText(t *testing.T) {
	t.Parallel()
	long := []string{strings.Repeat("x", 5000), strings.Repeat("ä", 5000), strings.Repeat("a日", 5000), strings.Repeat("|", 5000)}
	for _, evil := range append(append(long, hostileMarkdown...), hostile...) {
		report := reportWith(evil)
		if _, _, data := plugin(t, nagiosLine(report)); data["servers"] != "2" || data["status"] != "1" {
			t.Errorf("%.20q: performance data %v", evil, data)
		}
		var tally nagiosTally
		tally.add(report)
		tally.addFailure(evil)
		if _, _, data := plugin(t, tally.line()); data["critical"] != "1" || data["unknown"] != "1" {
			t.Errorf("%.20q: performance data %v", evil, data)
		}
		plugin(t, nagiosFailure("x"+evil, evil))
	}
}

func TestNagiosTally(t *testing.T) {
	t.Parallel()
	good, none, pending, unreachable := on(time.Time{}), ended(verify.None), ended(verify.Pending), ended(verify.Unreachable)
	other := ended(verify.None)
	other.Policy.Domain = "dr.example.org"
	for _, test := range []struct {
		reports []*verify.Report
		failed  int
		status  int
		line    string // its beginning
	}{
		{nil, 0, 3, "DRTXT UNKNOWN - 0 domains: 0 critical, 0 unknown, 0 warning, 0 ok | 'domains'=0;;;0 'ok'=0;;;0;0 'warning'=0;;;0;0 'critical'=0;;;0;0 'unknown'=0;;;0;0"},
		{[]*verify.Report{&good, &good}, 0, 0, "DRTXT OK - 2 domains: 0 critical, 0 unknown, 0 warning, 2 ok | 'domains'=2;;;0 'ok'=2;;;0;2 "},
		{[]*verify.Report{&good, &pending}, 0, 1, "DRTXT WARNING - 2 domains: 0 critical, 0 unknown, 1 warning, 1 ok; dr.example.com: The name servers "},
		{[]*verify.Report{&pending, &unreachable, &good}, 0, 3, "DRTXT UNKNOWN - 3 domains: 0 critical, 1 unknown, 1 warning, 1 ok; dr.example.com: No name server "},
		{[]*verify.Report{&unreachable, &none, &pending, &good}, 1, 2, "DRTXT CRITICAL - 5 domains: 1 critical, 2 unknown, 1 warning, 1 ok; dr.example.com: There is no "},
		{[]*verify.Report{&none, &other}, 0, 2, "DRTXT CRITICAL - 2 domains: 2 critical, 0 unknown, 0 warning, 0 ok; dr.example.com: There is no "},
		{[]*verify.Report{&good}, 2, 3, "DRTXT UNKNOWN - 3 domains: 0 critical, 2 unknown, 0 warning, 1 ok; line 1 | "},
	} {
		var tally nagiosTally
		for _, report := range test.reports {
			tally.add(report)
		}
		for i := range test.failed {
			tally.addFailure(fmt.Sprintf("line %d", i+1))
		}
		plugin(t, tally.line())
		if got := tally.line(); tally.status() != test.status || !strings.HasPrefix(got, test.line) {
			t.Errorf("status %d, want %d\ngot  %s\nwant %s", tally.status(), test.status, got, test.line)
		}
	}
}

// A list ends as plugins do too, with one line and nothing besides.
func TestNagiosOfManyDomains(t *testing.T) {
	t.Parallel()
	server := serve(t, txt("dr.example.com", 30, "v=1;k=all;b=on"))
	for list, status := range map[string]int{
		"dr.example.com,,off": nagiosCritical, "dr.example.com,,on": nagiosWarning, "none.example.com": nagiosCritical,
		"not a domain": nagiosUnknown, "not a domain\ndr.example.com,,off": nagiosCritical,
	} {
		r := call{stdin: strings.NewReader(list)}.run("verify", "--targets", "-", "--server", server, "--allow-unsigned", "--format", "nagios").want(t, status)
		if word, _, _ := plugin(t, r.stdout); word != nagiosWords[status] || strings.Count(r.stdout, "\n") != 1 {
			t.Errorf("%q: %s%s", list, r.stdout, r.stderr)
		}
	}
}

// Servers that could not be asked are named, as far as there is room.
func TestNagiosNamesWhoWasNotAsked(t *testing.T) {
	t.Parallel()
	report := on(testNow.Add(time.Hour))
	report.Servers = []verify.ServerReport{
		{Server: "ns1.example.com", Outcome: verify.Answered},
		{Server: "ns2.example.com", Address: "192.0.2.2:53", Outcome: verify.TimedOut},
		{Server: "ns2.example.com", Address: "[2001:db8::2]:53", Outcome: verify.TimedOut},
		{Server: "ns3.example.com", Outcome: verify.Lame},
	}
	if _, text, _ := plugin(t, nagiosLine(&report)); !strings.HasSuffix(text, "; not asked: ns2.example.com (timeout), ns3.example.com (lame)") {
		t.Errorf("%s", text)
	}
	for i := range 100 {
		report.Servers = append(report.Servers, verify.ServerReport{Server: fmt.Sprintf("ns%d.example.net", i), Outcome: verify.TimedOut})
	}
	if line := nagiosLine(&report); len(line) > maxNagiosLine {
		t.Errorf("%d bytes: %s", len(line), line)
	}
}

// What the command ends in is the plugin's status, and its only output the line.
func TestNagiosOfTheCommand(t *testing.T) {
	t.Parallel()
	server := serve(t, txt("dr.example.com", 30, "v=1;k=all;b=on;x=1900000000"), txt("slow.example.com", 3600, "v=1;k=all;b=off"))
	for _, test := range []struct {
		args   string
		status int
		text   string
	}{
		{"slow.example.com --allow-unsigned --acknowledge ttl-long --acknowledge no-address", 0, "The DNS tells "},
		{"slow.example.com --allow-unsigned", 1, "ttl-long: "},
		{"dr.example.com --allow-unsigned --expect off", 2, "not-as-expected: "},
		{"dr.example.com", 2, "unsigned: "},
		{"none.example.com", 2, "There is no disaster recovery record at none.example.com."},
		{"none.example.com --expect none", 0, "that is as expected."},
		{"dr.example.org", 3, "No name server could be asked"},
	} {
		for _, c := range []call{{}, {env: map[string]string{"DRTXT_FORMAT": "nagios"}}} {
			args := append([]string{"verify", "--server", server}, strings.Fields(test.args)...)
			if c.env == nil {
				args = append(args, "--format", "nagios")
			}
			r := c.run(args...).want(t, test.status)
			word, text, data := plugin(t, r.stdout)
			if word != nagiosWords[test.status] || !strings.Contains(text, test.text) || data["servers"] != "1" || r.stderr != "" {
				t.Errorf("%s: %s%s", test.args, r.stdout, r.stderr)
			}
		}
	}
}

// Whatever goes wrong with the command itself, a monitor reads UNKNOWN.
func TestNagiosOfFailures(t *testing.T) {
	t.Parallel()
	set := writeTemp(t, "on.txt", "v=1;k=all;b=on\n")
	empty := writeTemp(t, "dig", ";; ->>HEADER<<- opcode: QUERY, status: SERVFAIL, id: 1\n")
	environment := map[string]string{"DRTXT_FORMAT": "nagios"}
	for _, test := range []struct {
		env  map[string]string
		args string
		text string
	}{
		{nil, "verify --format nagios", "no domain is given; usage: `drtxt verify [DOMAIN] [flags]`"},
		{environment, "verify", "no domain is given; "},
		{nil, "verify --format=nagios a b", ""},
		{nil, "verify --format nagios dr.example.com --no-such-flag", "--no-such-flag"},
		{nil, "verify --no-such-flag --format nagios dr.example.com", "--no-such-flag"},
		{nil, "verify --nosuch=1 --format=nagios", "--nosuch"},
		{nil, "--format nagios verify --expect up dr.example.com", "--expect \"up\""},
		{nil, "verfy --format nagios", ""},
		{environment, "verfy", "there is no command \"verfy\"; did you mean `drtxt verify`?"},
		{nil, "verify --format table --format nagios --expect up dr.example.com", "--expect \"up\""},
		{map[string]string{"DRTXT_FORMAT": "json"}, "verify --format nagios --expect up dr.example.com", "--expect \"up\""},
		{environment, "verify --expect= dr.example.com", "--expect is empty"},
		{map[string]string{"DRTXT_FORMAT": "nagios", "DRTXT_IPV4": "perhaps"}, "verify dr.example.com", "DRTXT_IPV4"},
		{nil, "verify --format nagios --public none.pem --file " + set, "none.pem"},
		{nil, "verify --format nagios --file none.txt", "none.txt"},
		{nil, "verify --format nagios --file " + empty, ""},
		{nil, "verify --format nagios --file " + set + " --out none/x", "none"},
	} {
		r := call{env: test.env}.run(strings.Fields(test.args)...).want(t, nagiosUnknown)
		word, text, data := plugin(t, r.stdout)
		if word != "UNKNOWN" || !strings.Contains(text, test.text) || len(data) > 0 || strings.Count(r.stdout, "\n") != 1 || r.stderr != "" {
			t.Errorf("%s: %s%s", test.args, r.stdout, r.stderr)
		}
	}
}

// Who asks for another format is answered as ever.
func TestNagiosWasNotAsked(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"DRTXT_FORMAT": "nagios"}
	for _, test := range []struct {
		env  map[string]string
		args string
	}{
		{nil, "verify"},
		{nil, "verify --format"},
		{nil, "verify --format nagios --format json"},
		{nil, "verify --format=nagio dr.example.com"},
		{nil, "verify --expect on -- --format nagios"},
		{environment, "verify --format table"},
		{environment, "verify --format=json"},
	} {
		call{env: test.env}.run(strings.Fields(test.args)...).refused(t, statusRefused)
	}
}

// An output that nobody reads is told on standard error, and UNKNOWN as well.
func TestNagiosCannotBeWritten(t *testing.T) {
	t.Parallel()
	var stderr strings.Builder
	env := &environment{in: strings.NewReader(""), out: &shortWriter{}, err: &stderr, now: func() time.Time { return testNow }, getenv: func(string) string { return "" }}
	status := run(env, []string{"verify", "--format", "nagios", "--allow-unsigned", "--file", writeTemp(t, "on.txt", "v=1;k=all;b=on\n")})
	r := newResult(status, "", stderr.String()).want(t, nagiosUnknown)
	if !strings.Contains(r.stderr, io.ErrShortWrite.Error()) {
		t.Errorf("stderr %s", r.stderr)
	}
}

// Ctrl-C is no verdict: the monitor's own limit ended the plugin.
func TestNagiosInterrupted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be sent an interrupt there")
	}
	address, asked := silent(t)
	cmd := command(t, "verify", "--format", "nagios", "dr.example.com", "--server", address)
	var stdout strings.Builder
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	status := wait(t, cmd)
	if r := newResult(status, stdout.String(), "").want(t, statusInterrupted); r.stdout != "" {
		t.Errorf("standard output %q", r.stdout)
	}
}
