package vendorstatus_test

import (
	"errors"
	"fmt"
	"maps"
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
	refused  *apiexport.Kind
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
	"empty.txt":       {refused: apiexport.ErrEmpty},
	"blank.txt":       {refused: apiexport.ErrEmpty},
	"page.txt":        {refused: vendorstatus.ErrAnother},
	"other-lines.txt": {refused: vendorstatus.ErrNoStatus},
	"utf-16.txt":      {refused: apiexport.ErrUTF16},
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

func wantRefusal(t *testing.T, err error, kind *apiexport.Kind) {
	t.Helper()
	refusal, ok := errors.AsType[*apiexport.Error](err)
	if !ok || !errors.Is(err, kind) {
		t.Fatalf("%v, want %v", err, kind)
	}
	if !strings.HasPrefix(refusal.Error(), `"FILE": the file `) || refusal.Hint() == "" {
		t.Errorf("error %q, hint %q", refusal, refusal.Hint())
	}
}

// Whoever gave the wrong file learns what to run.
func TestHintsNameTheCommands(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		kind *apiexport.Kind
		says string
	}{
		"":                              {apiexport.ErrEmpty, "is empty"},
		"\xef\xbb\xbf \n":               {apiexport.ErrEmpty, "is empty"},
		"<!DOCTYPE html>":               {vendorstatus.ErrAnother, "no answer of an edge or connector: it is HTML"},
		"%PDF-1.7":                      {vendorstatus.ErrAnother, "it is a PDF"},
		"total 0\n":                     {vendorstatus.ErrNoStatus, "none of the lines"},
		"curl: (7) Failed to connect\n": {vendorstatus.ErrRefused, "an error of curl"},
		strings.Repeat("\n", 1<<20+1):   {apiexport.ErrTooLarge, "more than 1 MiB"},
	} {
		_, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: []byte(text)})
		wantRefusal(t, err, want.kind)
		refusal, _ := errors.AsType[*apiexport.Error](err)
		if hint := refusal.Hint(); !strings.Contains(hint, vendorstatus.EdgeCommand) || !strings.Contains(hint, vendorstatus.ConnectorCommand) {
			t.Errorf("%.20q: %q", text, hint)
		}
		if !strings.Contains(refusal.Error(), want.says) || strings.Contains(refusal.Error(), "JSON") {
			t.Errorf("%.20q: %q", text, refusal)
		}
	}
}

// What a file begins with is no matter where an answer follows.
func TestAnswerBehindOther(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"HTTP/1.1 200 OK\n\n", "<pse-2> answers:\n"} {
		all, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: []byte(before + "DR activation domain: dr.example.com\n")})
		if err != nil || len(all) != 1 {
			t.Errorf("%q: %v, %v", before, all, err)
		}
	}
}

// The messages hold both sides, quoted.
func TestMessages(t *testing.T) {
	t.Parallel()
	all := []vendorstatus.Status{{
		Page: "FILE", Line: 7, Domain: "dr\x1b[2J.example.com", KeyUploaded: apiexport.Yes,
		MaxAuthentication: 36 * time.Hour, HasMaxAuthentication: true, Unknown: []string{"DR \x1b[2J", "DR b", "DR c", "DR d", "DR e", "DR f", "DR g"},
	}}
	want := []string{
		`its activation domain is no domain name (18 characters), and should be "dr.example.com"`,
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

// What stands before the lines of a host, and around them, is read where it is plain; what is
// not read is never passed over without a word.
func TestForms(t *testing.T) {
	t.Parallel()
	lines := []string{"DR activation domain: dr.example.com", "DR publickey uploaded: YES", "DR Max auth interval secs: 1209600"}
	each := func(before, after string) string {
		text := ""
		for _, line := range lines {
			text += before + line + after + "\n"
		}
		return text
	}
	good, all := each("", ""), strings.Join([]string{"DR activation domain", "DR publickey uploaded", "DR Max auth interval secs"}, ", ")
	const right = "1 dr.example.com yes 336h0m0s"
	unread := func(line int, labels string) string { return fmt.Sprintf("%d unread %s", line, labels) }
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"as it is":           {good, []string{right}},
		"host and colon":     {each("pse-2: ", ""), []string{right}},
		"address and bar":    {each("10.0.0.7 | ", ""), []string{right}},
		"IPv6 and bar":       {each("[2001:db8::7]: ", ""), []string{right}},
		"host in brackets":   {each("[pse-2] ", ""), []string{right}},
		"a quoted mail":      {each("> ", ""), []string{right}},
		"a bar":              {each("| ", ""), []string{right}},
		"a table":            {each("| ", " |"), []string{right}},
		"a list":             {each("- ", ""), []string{right}},
		"prompt and sign":    {each("pse-2> ", ""), []string{right}},
		"lower case":         {strings.ToLower(good), []string{right}},
		"upper case":         {strings.ToUpper(each("pse-2: ", "")), []string{"1 DR.EXAMPLE.COM yes 336h0m0s"}},
		"full-width colon":   {strings.ReplaceAll(good, ": ", "\uFF1A"), []string{right}},
		"equals":             {strings.ReplaceAll(each("pse-2: ", ""), "DR publickey uploaded:", "DR publickey uploaded ="), []string{right}},
		"two hosts":          {each("pse-1: ", "") + each("pse-2: ", ""), []string{right, "4 dr.example.com yes 336h0m0s"}},
		"two hosts in turn":  {"a: " + lines[0] + "\nb: " + lines[0] + "\na: " + lines[1] + "\nb: DR publickey uploaded: NO\n", []string{"1 dr.example.com absent -", "2 dr.example.com absent -", "3  yes -", "4  no -"}},
		"JSON in one line":   {good + `{"DR activation domain": "dr.example.com", "DR publickey uploaded": "NO", "DR Max auth interval secs": 1}` + "\n", []string{right, unread(4, all)}},
		"JSON":               {good + "{\n" + `"DR activation domain": "x",` + "\n" + `"DR publickey uploaded": "NO"}` + "\n" + `{"DR activation domain": "x"}`, []string{right, unread(5, "DR activation domain, DR publickey uploaded"), unread(7, "DR activation domain")}},
		"YAML in quotes":     {good + "- 'DR publickey uploaded': NO\n", []string{right, unread(4, "DR publickey uploaded")}},
		"in a sentence":      {good + "and Oslo says DR publickey uploaded: NO\n", []string{right, unread(4, "DR publickey uploaded")}},
		"in columns":         {good + "pse-9  DR publickey uploaded\tNO\n", []string{right, unread(4, "DR publickey uploaded")}},
		"named and no value": {good + "the DR activation domain is right, and the DR publickey uploaded\n", []string{right}},
		"JSON after command": {good + "$ curl localhost:8500/zpn/zpn_dr/show_configuration\n" + `{"DR publickey uploaded": "NO"}` + "\n", []string{right, unread(5, "DR publickey uploaded")}},
		"then an answer":     {`{"DR publickey uploaded": "NO"}` + "\n" + good, []string{unread(1, "DR publickey uploaded"), "2 dr.example.com yes 336h0m0s"}},
		"curl failed":        {good + "curl: (7) Failed to connect\n", []string{right, "4 failed"}},
		"curl failed first":  {"curl: (7) Failed to connect\ncurl: (28) Timeout\n" + good, []string{"1 failed", "2 failed", "3 dr.example.com yes 336h0m0s"}},
		"curl failed there":  {each("pse-1: ", "") + "pse-2: curl: (7) Failed to connect\n", []string{right, "4 failed"}},
		"curl after command": {good + "$ curl localhost:8500/zpn/zpn_dr/show_configuration\ncurl: (7) Failed\n", []string{right, "4 failed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: []byte(c.text)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range all {
				switch {
				case len(s.Unread) > 0:
					got = append(got, unread(s.Line, strings.Join(s.Unread, ", ")))
				case s.Failed:
					got = append(got, fmt.Sprintf("%d failed", s.Line))
				default:
					got = append(got, inWords(t, s))
				}
				if warned := slices.ContainsFunc(vendorstatus.Judge([]vendorstatus.Status{s}, domain), func(f finding.Finding) bool {
					return f.Severity == verify.Warning && f.Subject == s.Where() && (f.Code == vendorstatus.CodeUnread || f.Code == vendorstatus.CodeUnanswered)
				}); warned != s.Unanswered {
					t.Errorf("%s: warned %t", s.Where(), warned)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// What is no domain name is not shown, whatever it is.
func TestDomainIsNotShown(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		strings.Repeat("a", 5000): "(5000 characters)", "-----BEGIN PRIVATE KEY-----": "(27 characters)", ".": "(1 character)",
	} {
		s := vendorstatus.Status{Page: "FILE", Line: 1, Domain: given, KeyUploaded: apiexport.Yes}
		f := vendorstatus.Judge([]vendorstatus.Status{s}, domain)[0]
		if f.Code != vendorstatus.CodeDomainDiffers || f.Message != "its activation domain is no domain name "+want+`, and should be "dr.example.com"` {
			t.Errorf("%s: %q", want, f.Message)
		}
	}
}

// Every fixture is explained to whoever looks at it.
func TestFixturesAreExplained(t *testing.T) {
	t.Parallel()
	findingtest.Explained(t, "../../testdata/vendor/README.md", "status", maps.Keys(fixtures))
}

func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	findingtest.Documented(t, "../../docs/findings.md", "Status of edges and connectors", vendorstatus.Findings)
}
