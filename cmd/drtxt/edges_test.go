package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/verify"
)

// inventoryOf is an inventory with an edge for each of the addresses.
func inventoryOf(t *testing.T, addresses ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("groups:\n  - name: Frankfurt\n    disaster-recovery: true\n    edges:\n")
	for i, address := range addresses {
		fmt.Fprintf(&b, "      - {name: edge-%d, addresses: [%q]}\n", i+1, address)
	}
	return writeTemp(t, "inventory.yaml", b.String())
}

// A network says what comes of dialling an address: nil connects, an error is one of the
// system's, and what it does not name is silent.
type network map[string]error

func (n network) dial(ctx context.Context, _, address string) (net.Conn, error) {
	host, _, _ := net.SplitHostPort(address)
	err, known := n[host]
	switch {
	case !known:
		<-ctx.Done()
		return nil, ctx.Err()
	case err != nil:
		return nil, &net.OpError{Op: "dial", Err: err}
	}
	one, other := net.Pipe()
	other.Close()
	return one, nil
}

// edges runs the command in this network.
func (n network) edges(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	env := &environment{
		in: strings.NewReader(""), out: &stdout, err: &stderr, now: func() time.Time { return testNow },
		getenv: func(string) string { return "" }, terminalSize: func() (int, int) { return 80, 24 },
	}
	o := new(edgesOptions)
	o.probing.prober.Dial = n.dial
	cmd := o.command(env)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	return newResult(conclude(env, cmd.ExecuteContext(ctx)), stdout.String(), stderr.String())
}

// What a probe finds, and the status that it ends in; the record set is printed whatever
// that is.
func TestEdgesProbe(t *testing.T) {
	t.Parallel()
	unroutable := error(syscall.ENETUNREACH)
	for _, test := range []struct {
		name      string
		addresses []string
		network   network
		status    int
		table     []string
	}{
		{"all connect", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil, "192.0.2.2": nil}, verify.StatusDone,
			[]string{"; 2 of 2 took a connection on TCP 443.", "ADDRESS    PROBE          WHY\n", "192.0.2.2  connected, ", "that something listens there was seen, not what"}},
		{"one refuses", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil, "192.0.2.2": syscall.ECONNREFUSED}, verify.StatusWrong,
			[]string{"; 1 of 2 took", "192.0.2.2  refused        inventory", "error edge-port-refused: 192.0.2.2: "}},
		{"one is silent", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil}, verify.StatusWrong,
			[]string{"192.0.2.2  no answer      inventory", "error edge-port-silent: 192.0.2.2: "}},
		{"all are silent", []string{"192.0.2.1", "192.0.2.2"}, network{}, verify.StatusUndetermined,
			[]string{"; 0 of 2 took", "warning edge-port-silent: 192.0.2.1, 192.0.2.2: "}},
		{"one family has no route", []string{"192.0.2.1", "2001:db8::1"}, network{"192.0.2.1": nil, "2001:db8::1": unroutable}, verify.StatusDone,
			[]string{"no route", "warning edge-port-not-tried: 2001:db8::1: "}},
		{"nothing has a route", []string{"192.0.2.1"}, network{"192.0.2.1": unroutable}, verify.StatusUndetermined, []string{"warning edge-port-not-tried: "}},
		{"the machine forbids one", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil, "192.0.2.2": syscall.EACCES}, verify.StatusUndetermined, []string{"; 1 of 2 took", "warning edge-port-not-tried: 192.0.2.2: "}},
		{"the machine has no sockets", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil, "192.0.2.2": syscall.EMFILE}, verify.StatusUndetermined, []string{"no more sockets or open files", "-> raise the limit of open files"}},
		{"the machine forbids it", []string{"192.0.2.1"}, network{"192.0.2.1": syscall.EACCES}, verify.StatusUndetermined, []string{"not tried"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file := inventoryOf(t, test.addresses...)
			args := []string{file, "--probe", "--probe-timeout", "50ms"}
			table := test.network.edges(t.Context(), args...).want(t, test.status)
			for _, words := range test.table {
				if !strings.Contains(table.stdout, words) {
					t.Errorf("%q is missing in\n%s", words, table.stdout)
				}
			}
			asJSON := test.network.edges(t.Context(), append(args, "--format", "json")...).want(t, test.status)
			if err := schemas(t).validate("edges", asJSON.stdout); err != nil {
				t.Errorf("%v in %s", err, asJSON.stdout)
			}
			records := test.network.edges(t.Context(), append(args, "--domain", "dr.example.com")...).want(t, test.status)
			if records.stdout != strings.Join(test.addresses, "\n")+"\n" || strings.Contains(records.stderr, "TCP 443 was not tried") {
				t.Errorf("%s%s", records.stdout, records.stderr)
			}
		})
	}
}

// A probe tries what is to be published, and nothing else.
func TestEdgesProbesOneFamily(t *testing.T) {
	t.Parallel()
	file := inventoryOf(t, "192.0.2.1", "2001:db8::1")
	r := network{"192.0.2.1": nil, "2001:db8::1": syscall.ECONNREFUSED}.edges(t.Context(), file, "-4", "--probe").want(t, 0)
	if !strings.Contains(r.stdout, "; 1 of 1 took") || strings.Contains(r.stdout, "refused") {
		t.Error(r.stdout)
	}
}

func TestEdgesProbeInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	r := network{}.edges(ctx, inventoryOf(t, "192.0.2.1"), "--domain", "dr.example.com", "--probe", "--probe-timeout", "1m").want(t, statusInterrupted)
	if r.stdout != "" {
		t.Errorf("a result of what was interrupted: %s", r.stdout)
	}
}

// Too many addresses of a type are not published, unless they are left out.
func TestEdgesTooMany(t *testing.T) {
	t.Parallel()
	addresses := []string{"192.0.2.1"}
	for i := range 501 {
		addresses = append(addresses, fmt.Sprintf("2001:db8::%x", i+1))
	}
	file := inventoryOf(t, addresses...)
	r := drtxt("edges", file, "--domain", "dr.example.com").want(t, 1)
	if r.stdout != "" || !strings.Contains(r.stderr, "(edges-too-many)") {
		t.Errorf("%s%s", clip(r.stdout), clip(r.stderr))
	}
	drtxt("edges", file, "-6").want(t, 1)
	if r := drtxt("edges", file, "--domain", "dr.example.com", "-4").want(t, 0); r.stdout != "192.0.2.1\n" {
		t.Error(r.stdout)
	}
}

// Names in an export can hold anything: none of it reaches a terminal as it is, and none
// breaks a table.
func TestEdgesHostileNames(t *testing.T) {
	t.Parallel()
	for _, evil := range hostile {
		text := "x" + strings.ToValidUTF8(evil, "?") + "|`y"
		export := fmt.Sprintf(`{"totalPages":1,"list":[{"id":"1","name":%s,"useInDrMode":true,"enabled":true,"serviceEdges":[{"id":"2","name":%s,"enabled":true,"publishIps":["203.0.113.1",%s]}]}]}`,
			mustJSON(t, "g"+text), mustJSON(t, "e"+text), mustJSON(t, text))
		file := writeTemp(t, "export.json", export)
		for _, args := range [][]string{{}, {"--format", "json"}, {"--format", "markdown"}, {"--domain", "dr.example.com"}, {"--domain", "dr.example.com", "--format", "zone"}} {
			r := drtxt(append([]string{"edges", file}, args...)...).want(t, 0)
			for _, stream := range []string{r.stdout, r.stderr} {
				if err := checkPrintable(strings.ReplaceAll(stream, "\t", " ")); err != nil {
					t.Errorf("%q %v: %v", evil, args, err)
				}
			}
		}
	}
}

// A large export is shown in no more lines than somebody can use, and soon: groups that are
// not designated have a line each, whatever is in them.
func TestEdgesOfALargeExport(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"totalPages":1,"list":[`)
	for group := range 100 {
		if group > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"g%d","name":"group %[1]d","useInDrMode":%t,"enabled":true,"serviceEdges":[`, group, group == 0)
		for edge := range 100 {
			if edge > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"e%d-%d","name":"edge %[1]d-%[2]d","enabled":true,"publishIps":["198.51.100.%[2]d","10.%[1]d.0.%[2]d","host-%[2]d.example.com"]}`, group, edge)
		}
		b.WriteString("]}")
	}
	b.WriteString("]}")
	file := writeTemp(t, "export.json", b.String())
	begin := time.Now()
	r := drtxt("edges", file).want(t, 0)
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
	if lines := strings.Count(r.stdout, "\n"); lines < 199 || lines > 230 {
		t.Errorf("%d lines", lines)
	}
	if !strings.HasPrefix(r.stdout, "100 edges of 1 designated group give ") || !strings.Contains(r.stdout, "and 95 more") {
		t.Error(clip(r.stdout))
	}
}

// A name of a megabyte is a name of 80 characters wherever it is shown, and of 24 in the
// table.
func TestEdgesCutsNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 1<<20)
	var b strings.Builder
	fmt.Fprintf(&b, `{"totalPages":1,"list":[{"id":%q,"name":%[1]q,"useInDrMode":true,"enabled":true,"serviceEdges":[`, long)
	for i := range 400 {
		fmt.Fprintf(&b, `{"id":"%d%[2]s","name":"%[1]d%[2]s","enabled":true,"publishIps":["9.9.%d.%d","%[2]s"]},`, i, long[:200], i/200, i%200)
	}
	fmt.Fprintf(&b, `{"name":%q,"enabled":true,"publishIps":["9.8.8.8"]}]},{"name":"%[1]s2","useInDrMode":false}]}`, long)
	file := writeTemp(t, "export.json", b.String())
	for _, args := range [][]string{{}, {"--format", "json"}, {"--format", "markdown"}, {"--domain", "dr.example.com"}} {
		r := drtxt(append([]string{"edges", file}, args...)...).want(t, 0)
		if len(r.stdout)+len(r.stderr) > 1<<20 {
			t.Errorf("%v: %d bytes", args, len(r.stdout)+len(r.stderr))
		}
		shown := strings.NewReplacer(`\u00e4`, "ä", `\u2026`, "…").Replace(r.stdout + r.stderr)
		if strings.Contains(shown, strings.Repeat("ä", 81)) {
			t.Errorf("%v: a name of more than 80 characters", args)
		}
		if len(args) > 1 && args[0] == "--format" && !strings.Contains(shown, strings.Repeat("ä", 80)+"…") {
			t.Errorf("%v: a name is cut short of 80 characters", args)
		}
	}
	cell := strings.Repeat("ä", 23) + "…"
	if r := drtxt("edges", file).want(t, 0); !strings.Contains(r.stdout, "\n"+cell+"  "+cell+"  yes     9.8.8.8") {
		t.Error(clip(r.stdout))
	}
}

// The text of the help fits into 80 columns.
func TestEdgesHelpIsNarrow(t *testing.T) {
	t.Parallel()
	help := drtxt("edges", "--help").want(t, 0).stdout
	prose, flags, _ := strings.Cut(help, "\nFlags:\n")
	for line := range strings.Lines(prose) {
		if line = strings.TrimRight(line, "\n"); len(line) > 80 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	for _, flag := range []string{"--domain", "--ttl ", "--probe ", "--probe-timeout", "--ipv4", "--ipv6", "--format"} {
		for line := range strings.Lines(flags) {
			if strings.Contains(line, flag) && len(line) > 81 {
				t.Errorf("%d columns: %s", len(line), line)
			}
		}
	}
}

// A schema that lets everything through proves nothing.
func TestEdgesSchemaRefuses(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "export.json", `{"totalPages":1,"list":[{"id":"1","name":"g","useInDrMode":true,"enabled":true,"serviceEdges":[{"id":"2","name":"e","enabled":true,"publishIps":["203.0.113.1","10.0.0.1","2001:db8::1"]},{"id":"4","enabled":false}]},{"id":"3","useInDrMode":false}]}`)
	text := network{"203.0.113.1": nil, "2001:db8::1": nil}.edges(t.Context(), file, "--probe", "--format", "json").want(t, 0).stdout
	if err := schemas(t).validate("edges", text); err != nil {
		t.Fatalf("unchanged: %v\n%s", err, text)
	}
	for _, change := range []struct {
		path  string
		value any
	}{
		{"schema", "drtxt/edges/v2"}, {"schema", nil}, {"extra", 1}, {"origin", "csv"}, {"complete", "true"}, {"files", []any{}}, {"a", nil}, {"a", []any{"2001:db8::1"}},
		{"aaaa", []any{"203.0.113.1"}}, {"groups", nil}, {"findings", nil}, {"findings.0.severity", "error"}, {"findings.0.severity", "fatal"}, {"findings.0.advice", ""},
		{"findings.0.code", "Edge"}, {"findings.0.server", "x"}, {"exit_status", 1}, {"exit_status", 2}, {"exit_status", 4}, {"groups.0.extra", 1}, {"groups.0.designated", nil},
		{"groups.0.designated", false}, {"groups.0.enabled", false}, {"groups.0.counts", false}, {"groups.0.counts", nil}, {"groups.0.file", nil}, {"groups.0.edges", nil},
		{"groups.0.edges.0.counts", false}, {"groups.0.edges.0.password", "x"}, {"groups.0.edges.0.addresses.0.from", "listen address"}, {"groups.0.edges.0.addresses.0.address", "10"},
		{"groups.0.edges.0.aside", nil}, {"groups.0.edges.0.aside.0.what", ""}, {"probe.port", 80}, {"probe.undetermined", true}, {"probe.results.0.outcome", "failed"}, {"probe.undetermined", nil}, {"probe.results", nil},
		{"probe.results.0.outcome", "maybe"}, {"probe.results.0.took_ms", -1}, {"probe.results.0.address", "x"}, {"probe.timeout_ms", 1.5},
	} {
		if schemas(t).validate("edges", changed(t, text, change.path, change.value)) == nil {
			t.Errorf("%s = %v is accepted", change.path, change.value)
		}
	}
	var seen struct {
		A, AAAA []string
		Groups  []struct {
			Name                string
			Designated, Enabled *bool
			Edges               []struct {
				Addresses []struct{ Address, From string }
				Aside     []struct{ Entry, What string }
			}
		}
		Probe struct {
			TimeoutMS int64 `json:"timeout_ms"`
		}
	}
	if err := json.Unmarshal([]byte(text), &seen); err != nil {
		t.Fatal(err)
	}
	if last := seen.Groups[1]; last.Designated == nil || *last.Designated || last.Enabled != nil {
		t.Errorf("what the export does not say is said: %+v", last)
	}
	edge := seen.Groups[0].Edges[0]
	if fmt.Sprint(seen.A, seen.AAAA, edge.Addresses) != "[203.0.113.1] [2001:db8::1] [{203.0.113.1 publish address} {2001:db8::1 publish address}]" || edge.Aside[0].Entry != "10.0.0.1" || seen.Probe.TimeoutMS != 3000 {
		t.Errorf("%+v", seen)
	}
}

// A subject can be a word of the message, and is shown all the same.
func TestFindingSubjects(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "edges.json", `{"totalPages":1,"list":[
		{"id":"1","name":"group","enabled":false,"useInDrMode":true,"serviceEdges":[{"id":"11","name":"x","enabled":true,"publishIps":["192.0.2.1"]}]},
		{"id":"2","name":"g","enabled":true,"useInDrMode":true,"serviceEdges":[{"id":"21","name":"e","enabled":true,"publishIps":[]}]}]}`)
	for format, want := range map[string][]string{
		"table":    {"error edges-none: 1 edge", "warning group-disabled: group: the group is", "warning edge-without-address: e: the edge is"},
		"markdown": {"`edges-none`: 1 edge", "`group-disabled`: group: the group is", "`edge-without-address`: e: the edge is"},
		"text":     {"error: 1 edge", "warning: group: the group is", "warning: e: the edge is"},
	} {
		args := []string{"edges", file, "--format", format}
		if format == "text" {
			args = append(args, "--domain", "dr.example.com")
		}
		r := drtxt(args...).want(t, verify.StatusWrong)
		for _, words := range want {
			if !strings.Contains(r.stdout+r.stderr, words) {
				t.Errorf("%s: %q is missing in\n%s%s", format, words, r.stdout, r.stderr)
			}
		}
	}
}

// A name server that the message of verify names is not named twice.
func TestFindingText(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]finding.Finding{
		"192.0.2.1:53 is silent":     {Code: finding.Code(verify.CodeServerSilent), Subject: "192.0.2.1:53", Message: "192.0.2.1:53 is silent"},
		"192.0.2.1:53: it is silent": {Code: finding.Code(verify.CodeServerSilent), Subject: "192.0.2.1:53", Message: "it is silent"},
		"it is silent":               {Code: finding.Code(verify.CodeServerSilent), Message: "it is silent"},
		"edge: the edge is":          {Code: edges.CodeEdgeDisabled, Subject: "edge", Message: "the edge is"},
	} {
		if got := findingText(f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// The line for Nagios names what its finding is about.
func TestCheckNagiosSubject(t *testing.T) {
	t.Parallel()
	a := &readiness.Assessment{Gathered: readiness.Gathered{Report: reportWith("dr.example.com")}}
	a.Findings = []readiness.Finding{{Area: readiness.Addresses, Finding: edges.Findings.New(edges.CodeWithoutAddress, "e", "the edge has no address")}}
	if line := checkNagiosLine(a); !strings.Contains(line, " edge-without-address: e: the edge has no address") {
		t.Error(line)
	}
}

// A file that is too large is refused by whoever reads it: a status is shorter than an export.
func TestExportTooLarge(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "large.json", strings.Repeat(" ", apiexport.MaxSize+2))
	r := drtxt("edges", file).want(t, 2)
	if !strings.Contains(r.stderr, "the file is too large: it has more than 64 MiB") || !strings.Contains(r.stderr, apiexport.ErrTooLarge.Way) {
		t.Error(r.stderr)
	}
	r = drtxt("check", "dr.example.com", "--public", publicKey("test-a.public.pem"), "--vendor-status", file).want(t, 2)
	if !strings.Contains(r.stderr, "the file is too large: it has more than 1 MiB") || !strings.Contains(r.stderr, vendorstatus.EdgeCommand) {
		t.Error(r.stderr)
	}
}
