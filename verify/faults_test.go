package verify_test

import (
	"context"
	"errors"
	"math/bits"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A vantage is the place that a faulty server has in a verification: several of them
// as bits.
type vantage int

const (
	onlyServer vantage = 1 << iota // the only authoritative server, over UDP with TCP behind it
	onlyTCP                        // the same, its UDP port closed
	besideGood                     // an authoritative server beside one that is right
	overUDP                        // a resolver that was named, beside a server that is right
	overTCP
	overTLS
	overHTTPS

	anyServer   = onlyServer | onlyTCP
	anyResolver = overUDP | overTCP | overTLS | overHTTPS
)

var vantageNames = map[vantage]string{
	onlyServer: "alone", onlyTCP: "alone over TCP", besideGood: "beside",
	overUDP: "resolver udp", overTCP: "resolver tcp", overTLS: "resolver tls", overHTTPS: "resolver https",
}

var resolverTransports = map[vantage]dnsquery.Transport{
	overUDP: dnsquery.UDP, overTCP: dnsquery.TCP, overTLS: dnsquery.TLS, overHTTPS: dnsquery.HTTPS,
}

// each yields the single vantages.
func (v vantage) each(yield func(vantage) bool) {
	for one := onlyServer; one <= overHTTPS; one <<= 1 {
		if v&one != 0 && !yield(one) {
			return
		}
	}
}

// A fault is a row of the table: a server that is not as it should be, and what is to
// be said of it. It is run from the vantages that its sights list; it does not apply
// over the others.
type fault struct {
	name   string
	script func() faultserver.Script
	sights []sight
	// waits says that the fault shows only once a question's time is over.
	waits bool
	// host is where the server seems to be, in place of its own address.
	host string
	// unroutable has connections fail.
	unroutable func(network, address string) bool
}

// A sight is what a fault looks like from some vantages.
type sight struct {
	from     vantage
	overcome bool // warnings alone, by the contract: nothing else may end in 0
	verdict  verify.Verdict
	exit     int
	outcome  verify.Outcome // of the faulty server
	// codes are those of all errors and warnings, and those of severity info that the
	// row is about.
	codes []verify.Code
}

const (
	// faultTimeout is a question's time where a fault waits for its end.
	faultTimeout = 600 * time.Millisecond
	// ampleTimeout is one that no other fault may run into.
	ampleTimeout = 10 * time.Second
	// faultLimit bounds every verification: a resolver may be asked four times, once
	// after a pause of 1.1 s, and the machine may be busy.
	faultLimit = 8 * time.Second
)

// A faultRun is a fault seen from one vantage.
type faultRun struct {
	fault
	sight
	from   vantage
	good   verify.Server
	policy verify.Policy
}

// TestFaults has every fault seen from everywhere it applies. Those that wait have
// small timeouts, so that they run after those that keep the machine busy.
func TestFaults(t *testing.T) {
	z := newFaultZone(t)
	good, policy := z.start(t), asking(t)
	policy.Expected = verify.ExpectOn
	var prompt, waiting []faultRun
	for _, f := range z.faults() {
		for _, s := range f.sights {
			for from := range s.from.each {
				run := faultRun{f, s, from, good, policy}
				if f.waits {
					waiting = append(waiting, run)
				} else {
					prompt = append(prompt, run)
				}
			}
		}
	}
	runAll(t, prompt)
	runAll(t, waiting)
}

// runAll runs many at a time, whatever the number of processors: they wait for the
// most part.
func runAll(t *testing.T, runs []faultRun) {
	const atOnce = 48
	slots := make(chan struct{}, atOnce)
	var wait sync.WaitGroup
	for _, r := range runs {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			t.Run(r.name+"/"+vantageNames[r.from], r.run)
		})
	}
	wait.Wait()
}

// The table itself: 0 stands exactly where the contract allows it, and no vantage has
// two sights of the same fault.
func TestFaultTable(t *testing.T) {
	names, vantages := map[string]bool{}, 0
	for _, f := range newFaultZone(t).faults() {
		if names[f.name] {
			t.Errorf("%q stands twice", f.name)
		}
		names[f.name] = true
		var seen vantage
		for _, s := range f.sights {
			if seen&s.from != 0 || s.from == 0 {
				t.Errorf("%s: vantages %b beside %b", f.name, s.from, seen)
			}
			seen |= s.from
			if s.overcome != (s.exit == verify.StatusDone) {
				t.Errorf("%s: overcome %t, exit status %d", f.name, s.overcome, s.exit)
			}
		}
		vantages += bits.OnesCount(uint(seen))
	}
	if len(names) < 50 || vantages < 250 {
		t.Errorf("only %d faults from %d vantages", len(names), vantages)
	}
}

func (r faultRun) run(t *testing.T) {
	script := r.script()
	script.NoUDP = script.NoUDP || r.from == onlyTCP
	server := faultserver.Start(t, script)
	checker := r.checker(server)
	t.Cleanup(checker.Client.CloseIdle)

	begin := time.Now()
	got := checker.Check(t.Context(), r.request(server))
	if took := time.Since(begin); took > faultLimit {
		t.Errorf("took %s", took)
	}
	r.compare(t, got)
	r.failsClosed(t, got)
	checkForm(t, got)
	if r.from == onlyServer {
		r.expectNone(t, checker, server)
	}
}

func (r faultRun) checker(server *faultserver.Server) *verify.Checker {
	timeout := ampleTimeout
	if r.waits {
		timeout = faultTimeout
	}
	return &verify.Checker{Client: dnsquery.Client{Timeout: timeout, RootCAs: server.Roots(), Dial: r.dial}}
}

func (r faultRun) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if r.unroutable != nil && r.unroutable(network, address) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("no way to get there")}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

func (r faultRun) request(server *faultserver.Server) verify.Request {
	transport, isResolver := resolverTransports[r.from]
	if !isResolver {
		transport = dnsquery.UDP
	}
	faulty := server.Over(transport)
	if r.host != "" {
		faulty.Host = r.host
	}
	request := verify.Request{Policy: r.policy}
	if r.from&anyServer == 0 {
		request.Servers = append(request.Servers, r.good)
	}
	if isResolver {
		request.Resolvers = []dnsquery.Server{faulty}
	} else {
		request.Servers = append(request.Servers, verify.Server{Host: faulty.Host, Port: faulty.Port})
	}
	return request
}

// compare holds a report against what the table says.
func (r faultRun) compare(t *testing.T, got verify.Report) {
	t.Helper()
	if got.Verdict != r.verdict || got.ExitStatus() != r.exit {
		t.Errorf("%s, exit status %d, want %s, %d", got.Verdict, got.ExitStatus(), r.verdict, r.exit)
	}
	if found, want := r.told(got), sortedCodes(r.codes); !slices.Equal(found, want) {
		t.Errorf("findings %q, want %q", found, want)
	}
	if o := faulty(got).Outcome; o != r.outcome {
		t.Errorf("the server is reported as %q, want %q", o, r.outcome)
	}
	if t.Failed() {
		for _, f := range got.Findings {
			t.Logf("%s %s: %s", f.Severity, f.Code, f.Message)
		}
	}
}

// told are the codes of the errors and warnings in a report, and of what else the row
// asks for.
func (r faultRun) told(got verify.Report) []verify.Code {
	var found []verify.Code
	for _, f := range got.Findings {
		if f.Severity != verify.Info || slices.Contains(r.codes, f.Code) {
			found = append(found, f.Code)
		}
	}
	return sortedCodes(found)
}

func sortedCodes(codes []verify.Code) []verify.Code {
	return slices.Compact(slices.Sorted(slices.Values(codes)))
}

// faulty is the server that the row is about: it is always named last.
func faulty(got verify.Report) verify.ServerReport { return got.Servers[len(got.Servers)-1] }

// failsClosed holds what is true of every row, whatever the table says.
func (r faultRun) failsClosed(t *testing.T, got verify.Report) {
	t.Helper()
	server, exit := faulty(got), got.ExitStatus()
	if exit == verify.StatusDone != r.overcome {
		t.Errorf("exit status %d, overcome %t", exit, r.overcome)
	}
	if r.overcome && (!got.AsExpected || !hasSeverity(got, verify.Warning) || hasSeverity(got, verify.Error)) {
		t.Errorf("as expected %t, which warnings alone should qualify: %v", got.AsExpected, got.Findings)
	}
	if got.AsExpected && got.Verdict != verify.Valid {
		t.Errorf("%s, and as expected", got.Verdict)
	}
	if exit == verify.StatusNoRecord && !saysNothing(server.Outcome) {
		t.Errorf("exit status %d with outcome %s", exit, server.Outcome)
	}
	if !server.Told() && r.from != besideGood && exit != verify.StatusUndetermined && exit != verify.StatusWrong {
		t.Errorf("exit status %d, and the server could not be asked", exit)
	}
	unknown := got.Verdict == verify.Invalid || got.Verdict == verify.Conflict || got.Verdict == verify.Unreachable
	if unknown != (got.State == both(verify.StateUndetermined)) && got.Verdict != verify.None {
		t.Errorf("%s, state %v", got.Verdict, got.State)
	}
}

func hasSeverity(got verify.Report, s verify.Severity) bool {
	return slices.ContainsFunc(got.Findings, func(f verify.Finding) bool { return f.Severity == s })
}

// saysNothing reports whether an outcome says that there is nothing: neither silence
// nor an error does.
func saysNothing(o verify.Outcome) bool { return o == verify.NoData || o == verify.NameError }

// expectNone asks once more for somebody who wants nothing to stand there: only a
// server that says so can satisfy that.
func (r faultRun) expectNone(t *testing.T, checker *verify.Checker, server *faultserver.Server) {
	t.Helper()
	r.policy.Expected = verify.ExpectNone
	got := checker.Check(t.Context(), r.request(server))
	if done := got.ExitStatus() == verify.StatusDone; done != saysNothing(r.outcome) {
		t.Errorf("expecting none: %s, exit status %d", got.Verdict, got.ExitStatus())
	}
}

// checkForm holds a report's texts and its JSON form against the report.
func checkForm(t *testing.T, got verify.Report) {
	t.Helper()
	texts := []string{got.Sentence()}
	for _, f := range got.Findings {
		texts = append(texts, f.Message, f.Advice, f.Server)
	}
	for _, text := range texts {
		if !printable(text) {
			t.Errorf("not printable: %q", text)
		}
	}
	form := decoded(t, got)
	servers, findings := form["servers"].([]any), form["findings"].([]any)
	if form["verdict"] != string(got.Verdict) || form["exit_status"] != float64(got.ExitStatus()) || len(servers) != len(got.Servers) || len(findings) != len(got.Findings) {
		t.Errorf("as JSON: %v", form)
	}
	if last := servers[len(servers)-1].(map[string]any); last["outcome"] != string(faulty(got).Outcome) || last["role"] != string(faulty(got).Role) {
		t.Errorf("as JSON: %v", last)
	}
	for i, f := range findings {
		if f := f.(map[string]any); f["code"] != string(got.Findings[i].Code) || f["severity"] != string(got.Findings[i].Severity) || f["advice"] == "" {
			t.Errorf("as JSON: %v", f)
		}
	}
}
