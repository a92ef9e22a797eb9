//go:build interop

package interop

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// A list of domains on one NSD, with a broken line, an absent name and a wrong record:
// every domain has its own verdict, and the worst makes the status.
func TestListOfDomainsIsVerified(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	server := startNSD(t, zoneHead+lines+edges+
		strings.ReplaceAll(strings.ReplaceAll(lines, "dr.example.com.", "wrong.example.com."), "b=on", "b=off")+
		strings.ReplaceAll(lines, "dr.example.com.", "other.example.com.")+"other 300 IN A 192.0.2.80\n")
	list := writeTemp(t, "targets.csv", strings.ReplaceAll(`domain,expect,server
dr.example.com,on,SERVER
other.example.com,on,SERVER
not..a..name,on,SERVER
absent.example.com,on,SERVER
absent.example.com,none,SERVER
wrong.example.com,,SERVER
`, "SERVER", server))
	r := run(t, "", drtxt, "verify", "--targets", list, "--public", s.public, "--format", "json")
	if r.status != 1 {
		t.Errorf("status %d", r.status)
	}
	const summary = "5 verified: 3 as they should be (0 with warnings), 1 wrong, 1 without a record, 1 broken line"
	if !strings.Contains(r.err, "line 4: ") || !strings.HasSuffix(strings.TrimSpace(r.err), summary) {
		t.Errorf("standard error is %q", r.err)
	}
	got := map[string][]string{}
	decoder := json.NewDecoder(strings.NewReader(r.out))
	for decoder.More() {
		var report json.RawMessage
		if err := decoder.Decode(&report); err != nil {
			t.Fatal(err)
		}
		v := parseVerification(t, string(report))
		got[v.Domain] = append(got[v.Domain], v.Verdict)
	}
	for domain, verdict := range map[string]string{"dr.example.com": "valid", "other.example.com": "valid", "absent.example.com": "none none", "wrong.example.com": "invalid"} {
		if strings.Join(got[domain], " ") != verdict {
			t.Errorf("%s: %q, want %s", domain, got[domain], verdict)
		}
	}
}

// The metrics of several domains at a real server are lines that Prometheus can read.
func TestMetricsOfListAreWellFormed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	server := startNSD(t, zoneHead+lines+edges)
	list := writeTemp(t, "targets.csv", "dr.example.com,,on,"+server+"\nabsent.example.com,,on,"+server+"\n")
	r := run(t, "", drtxt, "verify", "--targets", list, "--public", s.public, "--format", "prometheus")
	if r.status != 3 {
		t.Errorf("status %d\n%s", r.status, r.err)
	}
	line := regexp.MustCompile(`^(# (HELP|TYPE) drtxt_\w+ .+|drtxt_\w+\{(\w+="[^"\\]*",?)+\} \d+)$`)
	for text := range strings.Lines(r.out) {
		if !line.MatchString(strings.TrimSuffix(text, "\n")) {
			t.Errorf("not a line of metrics: %q", text)
		}
	}
	for _, want := range []string{
		`drtxt_exit_status{domain="dr.example.com"} 0`,
		`drtxt_exit_status{domain="absent.example.com"} 3`,
		`drtxt_verdict{domain="dr.example.com",verdict="valid"} 1`,
		`drtxt_verdict{domain="absent.example.com",verdict="none"} 1`,
		`drtxt_record_end_timestamp_seconds{domain="dr.example.com"} 4102444800`,
	} {
		if !strings.Contains(r.out, want+"\n") {
			t.Errorf("no %s in\n%s", want, r.out)
		}
	}
}
