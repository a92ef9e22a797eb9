package reach_test

import (
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/drtxt/drtxt/internal/reach"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	four, six := "192.0.2.", "2001:db8::"
	for _, test := range []struct {
		name         string
		results      []reach.Result
		want         string // severity, code, subject and message, a line each
		undetermined bool
	}{
		{"nothing", nil, "", false},
		{"all connect", all(four, "connected", "connected"), "", false},
		{"one refuses", all(four, "connected", "refused"), "error edge-port-refused 192.0.2.2: the connection was refused", false},
		{"a refusal is an answer", all(four, "timeout", "refused"), "error edge-port-silent 192.0.2.1: there was no answer\nerror edge-port-refused 192.0.2.2: the connection was refused", false},
		{"all refuse", all(four, "refused"), "error edge-port-refused 192.0.2.1: the connection was refused", false},
		{"one is silent", all(four, "connected", "timeout", "timeout"), "error edge-port-silent 192.0.2.2, 192.0.2.3: there was no answer", false},
		{"all are silent", all(four, "timeout", "timeout"), "warning edge-port-silent 192.0.2.1, 192.0.2.2: there was no answer", true},
		{"there is no way out", all(four, "unroutable"), "warning edge-port-not-tried 192.0.2.1: not tried: there is no route from here", true},
		{"no way to one where there is one to another", all(four, "connected", "unroutable"), "error edge-port-silent 192.0.2.2: there was no answer: the network says that the address cannot be reached", false},
		{"no way for one family", append(all(six, "unroutable"), all(four, "connected")...), "warning edge-port-not-tried 2001:db8::1: not tried: there is no route from here", false},
		{"no way for one family, silence in the other", append(all(four, "timeout"), all(six, "unroutable")...), "warning edge-port-silent 192.0.2.1: there was no answer\nwarning edge-port-not-tried 2001:db8::1: not tried: there is no route from here", true},
		{"prevented here", all(four, "failed", "timeout", "connected"), "error edge-port-silent 192.0.2.2: there was no answer\nwarning edge-port-not-tried 192.0.2.1: not tried: something on this machine prevents it", true},
		{"all prevented here", all(four, "failed"), "warning edge-port-not-tried 192.0.2.1: not tried: something on this machine prevents it", true},
		{"one prevented here", all(four, "connected", "failed"), "warning edge-port-not-tried 192.0.2.2: not tried: something on this machine prevents it", true},
		{"no more sockets", []reach.Result{{Address: netip.MustParseAddr("192.0.2.1"), Outcome: reach.Connected}, {Address: netip.MustParseAddr("192.0.2.2"), Outcome: reach.Failed, Err: &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}}},
			"warning edge-port-not-tried 192.0.2.2: not tried: this machine has no more sockets or open files", true},
		{"interrupted", all(four, "connected", "interrupted"), "warning edge-port-not-tried 192.0.2.2: not tried: it was interrupted", false},
		{"many", all(four, strings.Fields("connected timeout timeout timeout timeout timeout timeout timeout")...), "error edge-port-silent 192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5, 192.0.2.6 and 2 more: there was no answer", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			findings, undetermined := reach.Judge(test.results)
			var lines []string
			for _, f := range findings {
				lines = append(lines, string(f.Severity)+" "+string(f.Code)+" "+f.Subject+": "+f.Message)
				if f.Advice == "" {
					t.Errorf("%s: no advice", f.Code)
				}
			}
			if got := strings.Join(lines, "\n"); got != test.want || undetermined != test.undetermined {
				t.Errorf("undetermined %t\n%s\nwant %t\n%s", undetermined, got, test.undetermined, test.want)
			}
		})
	}
}

// all are outcomes of addresses that end in 1, 2, 3 and so on.
func all(prefix string, outcomes ...string) []reach.Result {
	var results []reach.Result
	for i, outcome := range outcomes {
		address := netip.MustParseAddr(prefix + string(rune('1'+i)))
		results = append(results, reach.Result{Address: address, Outcome: reach.Outcome(outcome)})
	}
	return results
}

// Advice for a port that is silent depends on whether anything answered.
func TestJudgeAdvice(t *testing.T) {
	t.Parallel()
	some, _ := reach.Judge(all("192.0.2.", "connected", "timeout"))
	none, _ := reach.Judge(all("192.0.2.", "timeout", "timeout"))
	if some[0].Advice == none[0].Advice || !strings.Contains(none[0].Advice, "this network first") {
		t.Errorf("%q, %q", some[0].Advice, none[0].Advice)
	}
}
