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
			[]string{"; 2 of 2 took a connection on TCP 443.", "192.0.2.2  inventory  connected, ", "that something listens there was seen, not what"}},
		{"one refuses", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil, "192.0.2.2": syscall.ECONNREFUSED}, verify.StatusWrong,
			[]string{"; 1 of 2 took", "192.0.2.2  inventory  refused", "error edge-port-refused: 192.0.2.2: "}},
		{"one is silent", []string{"192.0.2.1", "192.0.2.2"}, network{"192.0.2.1": nil}, verify.StatusWrong,
			[]string{"192.0.2.2  inventory  no answer", "error edge-port-silent: 192.0.2.2: "}},
		{"all are silent", []string{"192.0.2.1", "192.0.2.2"}, network{}, verify.StatusUndetermined,
			[]string{"; 0 of 2 took", "warning edge-port-silent: 192.0.2.1, 192.0.2.2: "}},
		{"one family has no route", []string{"192.0.2.1", "2001:db8::1"}, network{"192.0.2.1": nil, "2001:db8::1": unroutable}, verify.StatusDone,
			[]string{"no route", "warning edge-port-not-tried: 2001:db8::1: "}},
		{"nothing has a route", []string{"192.0.2.1"}, network{"192.0.2.1": unroutable}, verify.StatusUndetermined, []string{"warning edge-port-not-tried: "}},
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
		{"groups.0.edges.0.aside", nil}, {"groups.0.edges.0.aside.0.what", ""}, {"probe.port", 80}, {"probe.undetermined", true}, {"probe.undetermined", nil}, {"probe.results", nil},
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
