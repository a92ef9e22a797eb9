package vendorstatus_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/finding/findingtest"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/verify"
)

const (
	folder = "../../testdata/vendor/status"
	domain = "dr.example.com"
	// secret is in fixtures where no output may hold it.
	secret = "TEST-ONLY-SECRET"
)

// fixtures are the files of the folder, by name: what they hold, as inWords says it, and
// what is found in it; or why they are refused.
var fixtures = map[string]struct {
	holds    []string
	findings []string
	refused  *vendorstatus.Kind
}{
	"edge.txt": {holds: []string{"2 dr.example.com yes 336h0m0s"}, findings: []string{"info status-authentication-age 2"}},
	"bare.txt": {holds: []string{"1 DR.example.com. yes 12h0m0s"}, findings: []string{"warning status-authentication-age 1"}},
	"several.txt": {
		holds: []string{"2 dr.example.com yes 336h0m0s", "8 dr.example.net no 336h0m0s", "12  no 24h0m0s", "15 dr.example.com yes 0s"},
		findings: []string{"error status-domain-differs 8", "error status-key-not-uploaded 8 12", "error status-domain-absent 12",
			"warning status-authentication-age 15", "info status-authentication-age 2 8", "info status-authentication-age 12"},
	},
	"glued-prompt.txt": {holds: []string{"2 dr.example.com yes 336h0m0s", "5 dr.example.com yes 336h0m0s", "7 unanswered"},
		findings: []string{"warning status-unanswered 7", "info status-authentication-age 2 5"}},
	"crlf.txt":            {holds: []string{"2 dr.example.com yes 336h0m0s"}, findings: []string{"info status-authentication-age 2"}},
	"byte-order-mark.txt": {holds: []string{"1 DR.example.com. yes 12h0m0s"}, findings: []string{"warning status-authentication-age 1"}},
	"recorded.txt":        {holds: []string{"2 dr.example.com yes 336h0m0s"}, findings: []string{"info status-authentication-age 2"}},
	"mail.txt":            {holds: []string{"5 dr.example.com yes 336h0m0s"}, findings: []string{"info status-authentication-age 5"}},
	"verbose.txt":         {holds: []string{"9 dr.example.com yes 336h0m0s"}, findings: []string{"info status-authentication-age 9"}},
	"null.txt": {holds: []string{"1  no 336h0m0s"},
		findings: []string{"error status-domain-absent 1", "error status-key-not-uploaded 1", "info status-authentication-age 1"}},
	"other-version.txt": {
		holds:    []string{"2 dr.example.com absent - DR mode; DR publickey fingerprint; DR publickey uploaded; DR Max auth interval secs; DR provisioning token"},
		findings: []string{"warning status-key-unknown 2", "info status-authentication-age 2", "info status-line-unknown 2"},
	},
	"overflow.txt": {holds: []string{"1 dr.example.com yes - DR Max auth interval secs", "4 dr.example.com yes - DR Max auth interval secs", "7 dr.example.com yes 2562047h47m16s"},
		findings: []string{"info status-authentication-age 1 4", "info status-line-unknown 1 4", "info status-authentication-age 7"}},
	"cut-short.txt": {holds: []string{"2 dr.example.com absent -"}, findings: []string{"warning status-key-unknown 2", "info status-authentication-age 2"}},
	"unanswered.txt": {holds: []string{"1 unanswered", "4 dr.example.com yes 336h0m0s"},
		findings: []string{"warning status-unanswered 1", "info status-authentication-age 4"}},
	"refused.txt":     {refused: vendorstatus.ErrRefused},
	"empty.txt":       {refused: vendorstatus.ErrEmpty},
	"blank.txt":       {refused: vendorstatus.ErrEmpty},
	"page.txt":        {refused: vendorstatus.ErrHTML},
	"other-lines.txt": {refused: vendorstatus.ErrNoStatus},
	"utf-16.txt":      {refused: vendorstatus.ErrUTF16},
}

func TestFixtures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != len(fixtures) {
		t.Errorf("%d files for %d rows: %v", len(files), len(fixtures), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, ok := fixtures[filepath.Base(file)]
			if !ok {
				t.Fatal("no row says what is expected of it")
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: data})
			if want.refused != nil {
				wantRefusal(t, err, want.refused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var holds []string
			for _, status := range all {
				holds = append(holds, inWords(t, status))
			}
			if !slices.Equal(holds, want.holds) {
				t.Errorf("it holds\n%q, want\n%q", holds, want.holds)
			}
			var findings []string
			for _, f := range vendorstatus.Judge(all, domain) {
				findings = append(findings, fmt.Sprintf("%s %s %s", f.Severity, f.Code, lines(f.Subject)))
			}
			if !slices.Equal(findings, want.findings) {
				t.Errorf("findings\n%q, want\n%q", findings, want.findings)
			}
			if text := fmt.Sprintf("%+v %+v", all, vendorstatus.Judge(all, domain)); strings.Contains(text, secret) {
				t.Errorf("a secret came out: %s", text)
			}
		})
	}
}

// inWords is a status on one line: its line, domain, key, interval and unknown lines.
func inWords(t *testing.T, s vendorstatus.Status) string {
	t.Helper()
	if s.Page != "FILE" || s.Where() != "FILE:"+strconv.Itoa(s.Line) {
		t.Errorf("%q stands in %q", s.Where(), s.Page)
	}
	if s.Unanswered {
		return strconv.Itoa(s.Line) + " unanswered"
	}
	interval := "-"
	if s.HasMaxAuthentication {
		interval = s.MaxAuthentication.String()
	} else if s.MaxAuthentication != 0 {
		t.Errorf("%v without a line for it", s.MaxAuthentication)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s", s.Line, s.Domain, s.KeyUploaded, interval, strings.Join(s.Unknown, "; ")))
}

// lines are the line numbers of a subject.
func lines(subject string) string {
	return strings.NewReplacer("FILE:", "", ", ", " ").Replace(subject)
}

func wantRefusal(t *testing.T, err error, kind *vendorstatus.Kind) {
	t.Helper()
	refusal, ok := errors.AsType[*vendorstatus.Error](err)
	if !ok || !errors.Is(err, kind) {
		t.Fatalf("%v, want %v", err, kind)
	}
	if !strings.HasPrefix(refusal.Error(), `"FILE" `) || refusal.Hint() == "" {
		t.Errorf("error %q, hint %q", refusal, refusal.Hint())
	}
}

// Whoever gave the wrong file learns what to run.
func TestHintsNameTheCommands(t *testing.T) {
	t.Parallel()
	for _, kind := range []*vendorstatus.Kind{vendorstatus.ErrEmpty, vendorstatus.ErrHTML, vendorstatus.ErrNoStatus, vendorstatus.ErrRefused, vendorstatus.ErrTooLarge} {
		hint := (&vendorstatus.Error{Page: "FILE", Kind: kind}).Hint()
		if !strings.Contains(hint, vendorstatus.EdgeCommand) || !strings.Contains(hint, vendorstatus.ConnectorCommand) {
			t.Errorf("%v: %q", kind, hint)
		}
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	_, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: make([]byte, 1<<20+1)})
	wantRefusal(t, err, vendorstatus.ErrTooLarge)
}

// The messages hold both sides, quoted.
func TestMessages(t *testing.T) {
	t.Parallel()
	all := []vendorstatus.Status{{
		Page: "FILE", Line: 7, Domain: "dr\x1b[2J.example.com", KeyUploaded: apiexport.Yes,
		MaxAuthentication: 36 * time.Hour, HasMaxAuthentication: true, Unknown: []string{"DR \x1b[2J", "DR b", "DR c", "DR d", "DR e", "DR f", "DR g"},
	}}
	want := []string{
		`its activation domain is "dr\x1b[2J.example.com", not "dr.example.com"`,
		"it says that the longest authentication interval is 1 day 12 hours; from when it counts is not documented",
		`lines that are not known, or have another value than the published ones: "DR \x1b[2J", "DR b", "DR c", "DR d", "DR e" and 2 more`,
	}
	var got []string
	for _, f := range vendorstatus.Judge(all, domain) {
		got = append(got, f.Message)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// An interval that an outage of one night outlasts is a warning, a day is none.
func TestShortAuthentication(t *testing.T) {
	t.Parallel()
	for interval, want := range map[time.Duration]verify.Severity{0: verify.Warning, 24*time.Hour - time.Second: verify.Warning, 24 * time.Hour: verify.Info} {
		s := vendorstatus.Status{Page: "FILE", Line: 1, Domain: domain, KeyUploaded: apiexport.Yes, MaxAuthentication: interval, HasMaxAuthentication: true}
		findings := vendorstatus.Judge([]vendorstatus.Status{s}, domain)
		if len(findings) != 1 || findings[0].Severity != want {
			t.Errorf("%v: %+v, want %s", interval, findings, want)
		}
	}
}

// A hundred hosts with one mistake are one line.
func TestManyHosts(t *testing.T) {
	t.Parallel()
	paste := strings.Repeat("DR activation domain: dr.example.net\nDR publickey uploaded: YES\nDR Max auth interval secs: 1209600\n", 1000)
	all, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: []byte(paste)})
	if err != nil || len(all) != 1000 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	findings := vendorstatus.Judge(all, domain)
	if len(findings) != 2 || !strings.HasSuffix(findings[0].Subject, "FILE:13 and 995 more") || !finding.Failed(findings) {
		t.Errorf("%+v", findings)
	}
}

// Every fixture is explained to whoever looks at it.
func TestFixturesAreExplained(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../testdata/vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(data), "\n## status\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for name := range fixtures {
		if strings.Count(section, "| `"+name+"` |") != 1 {
			t.Errorf("%s has not one row", name)
		}
	}
	if rows := strings.Count(section, "\n| `"); rows != len(fixtures) {
		t.Errorf("%d rows for %d files", rows, len(fixtures))
	}
}

func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	findingtest.Documented(t, "../../docs/findings.md", "Status of edges and connectors", vendorstatus.Findings)
}
