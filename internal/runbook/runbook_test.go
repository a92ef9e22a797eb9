package runbook_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"mvdan.cc/sh/v3/syntax"

	"github.com/drtxt/drtxt/internal/runbook"
	"github.com/drtxt/drtxt/internal/runbook/runbooktest"
	"github.com/drtxt/drtxt/txtrecord"
)

var start = time.Date(2026, 12, 1, 5, 10, 55, 0, time.UTC)

// signed is the runbook of the tests, signed once.
var signed struct {
	sync.Once
	*runbook.Runbook
}

// newRunbook is a copy of it that may be changed.
func newRunbook(t *testing.T) *runbook.Runbook {
	t.Helper()
	signed.Do(func() { signed.Runbook = runbooktest.New(t, start) })
	r := *signed.Runbook
	r.Sets = slices.Clone(r.Sets)
	for i := range r.Sets {
		r.Sets[i].Values = slices.Clone(r.Sets[i].Values)
		r.Sets[i].Files = slices.Clone(r.Sets[i].Files)
	}
	return &r
}

// documents are both of a runbook.
type documents struct{ markdown, html string }

func write(t *testing.T, r *runbook.Runbook) documents {
	t.Helper()
	markdown, err := r.Markdown()
	if err != nil {
		t.Fatal(err)
	}
	page, err := r.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return documents{string(markdown), string(page)}
}

// tree is the HTML page as a browser without script would have it.
func (d documents) tree(t *testing.T) *html.Node {
	t.Helper()
	return parse(t, d.html)
}

// rendered is the Markdown document as GitHub would have it.
func (d documents) rendered(t *testing.T) *html.Node {
	t.Helper()
	var b bytes.Buffer
	if err := goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(d.markdown), &b); err != nil {
		t.Fatal(err)
	}
	return parse(t, b.String())
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// kits are runbooks of every shape.
func kits(t *testing.T) map[string]*runbook.Runbook {
	kits := map[string]*runbook.Runbook{}
	with := func(name string, change func(*runbook.Runbook)) {
		r := newRunbook(t)
		change(r)
		kits[name] = r
	}
	with("usual", func(*runbook.Runbook) {})
	with("Internet Access, fail-close", func(r *runbook.Runbook) {
		r.Type, r.Forwarding = txtrecord.InternetAccess, txtrecord.FailClose
	})
	with("Private Access, no forwarding", func(r *runbook.Runbook) {
		r.Type, r.Forwarding = txtrecord.PrivateAccess, txtrecord.NoForwarding
	})
	with("UTC, nothing known of publish and trust", func(r *runbook.Runbook) {
		r.Location, r.ZoneAssumed = time.UTC, false
		r.Publish = []string{"--server", runbook.NameServer, "--zone", r.Zone, "--tsig-file", runbook.TSIGFile}
		r.Trust = []string{"--public", runbook.PublicKeyPEM}
	})
	with("a zone file, fail-close", func(r *runbook.Runbook) {
		r.Publish, r.Forwarding = []string{"--zone-file", "/etc/bind/zone", "--zone", r.Zone}, txtrecord.FailClose
	})
	with("asks servers of its own", func(r *runbook.Runbook) {
		r.Asking = []string{"--server", "ns1.example.com", "--server", "[2001:db8::1]:5353", "--resolver", "tls://dns.example.net"}
	})
	with("every format", func(r *runbook.Runbook) { runbooktest.EveryFormat(t, r) })
	with("one window, one file", func(r *runbook.Runbook) {
		r.Sets = []runbook.Set{r.Sets[0], r.Sets[1], r.Sets[9]}
		for i := range r.Sets {
			r.Sets[i].Files = r.Sets[i].Files[:1]
		}
	})
	with("the longest TTL", func(r *runbook.Runbook) { r.TTL = 86400 })
	with("fifty-two windows", func(r *runbook.Runbook) {
		for i := 9; i <= 52; i++ {
			last := r.Sets[len(r.Sets)-1]
			last.Name, last.Start, last.End = fmt.Sprintf("on-%02d", i), last.Start.AddDate(0, 0, 6), last.End.AddDate(0, 0, 6)
			r.Sets = append(r.Sets, last)
		}
	})
	return kits
}

func TestEveryValueStandsInBothDocuments(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			for _, set := range r.Sets {
				for _, value := range set.Values {
					if !strings.Contains(d.html, "<code>"+value+"</code>") {
						t.Errorf("%s: not in the HTML page: %s", set.Name, value)
					}
					if !strings.Contains(d.markdown, "```text\n"+value+"\n```\n") {
						t.Errorf("%s: not in the Markdown document: %s", set.Name, value)
					}
				}
				for _, file := range set.Files {
					if !strings.Contains(d.html, file.Path) || !strings.Contains(d.markdown, file.Path) {
						t.Errorf("%s: %s is not named", set.Name, file.Path)
					}
				}
			}
		})
	}
}

// A record must stand under the name and the window of its own set, and no other.
func TestValuesStandWithTheirSet(t *testing.T) {
	r := newRunbook(t)
	d := write(t, r)
	_, section, _ := strings.Cut(d.markdown, "## Part 9")
	for _, set := range r.Sets[1:] {
		_, after, found := strings.Cut(section, "### "+set.Name+"\n")
		own, _, _ := strings.Cut(after, "### ")
		for _, want := range append([]string{set.Start.Format(time.DateTime) + " UTC", set.End.Format(time.DateTime) + " UTC"}, set.Values...) {
			if !found || !strings.Contains(own, want) {
				t.Errorf("%s: no %q below its heading", set.Name, want)
			}
		}
	}
	var records int
	for n := range d.tree(t).Descendants() {
		if attribute(n, "class") != "record" {
			continue
		}
		records++
		set := r.Sets[slices.IndexFunc(r.Sets, func(s runbook.Set) bool { return s.Name == attribute(n, "data-set") })]
		if got := values(n); !slices.Equal(got, set.Values) {
			t.Errorf("%s has the values %q", set.Name, got)
		}
		if set.Status != txtrecord.Off && (attribute(n, "data-start") != fmt.Sprint(set.Start.Unix()) || attribute(n, "data-end") != fmt.Sprint(set.End.Unix()) || attribute(n, "data-status") != string(set.Status)) {
			t.Errorf("%s: the script is told another window", set.Name)
		}
	}
	if records != len(r.Sets) {
		t.Errorf("%d records, want %d", records, len(r.Sets))
	}
}

func values(n *html.Node) []string {
	var values []string
	for d := range n.Descendants() {
		if d.DataAtom == atom.Pre && attribute(d, "class") == "value" {
			values = append(values, allText(d))
		}
	}
	return values
}

// What is said is said in both, in the same order.
func TestBothDocumentsSayTheSame(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			markdown, page := said(d.rendered(t)), said(d.tree(t))
			for i := range min(len(markdown), len(page)) {
				if markdown[i] != page[i] {
					t.Fatalf("after %q:\n  Markdown: %q\n  HTML: %q", markdown[max(0, i-8):i], markdown[i:min(i+8, len(markdown))], page[i:min(i+8, len(page))])
				}
			}
			if len(markdown) != len(page) || len(page) < 500 {
				t.Errorf("%d words and %d", len(markdown), len(page))
			}
		})
	}
}

// said are the words of a page, without what only one of the documents can have: pictures,
// and lines to write on.
func said(root *html.Node) []string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.DataAtom == atom.Head, n.Data == "svg", n.DataAtom == atom.Script:
			return
		case n.DataAtom == atom.Code && attribute(n, "class") == "language-chart":
			return
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Type == html.ElementNode && !inline[n.DataAtom] {
			b.WriteByte(' ')
		}
	}
	walk(root)
	text := strings.ReplaceAll(b.String(), "____________________", "")
	return strings.Fields(text)
}

var inline = map[atom.Atom]bool{atom.Strong: true, atom.Code: true, atom.A: true, atom.Span: true}

func allText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestSaysWhatItMust(t *testing.T) {
	r := newRunbook(t)
	d := write(t, r)
	page := strings.Join(said(d.tree(t)), " ")
	for _, want := range []string{
		"can switch to disaster recovery until 2027-01-19 05:10:55 UTC (Tue 2027-01-19 06:10 +0100)",
		"neither the vendor's cloud nor a single sign-on that runs through it",
		"Who decides:", "Signature:",
		"No new enrolments, no policy changes. The portal is unavailable.",
		"Clients do not come back by themselves",
		"test is not harmless",
		"curl 'localhost:8500/zpn/zpn_dr/resolve_dr_domain?record_type=txt'",
		"curl 'localhost:9000/assistant/zpn_dr/resolve_dr_domain?record_type=txt'",
		"DR mode is activated!", "Safe Mode",
		"drtxt kit verify . --public /etc/drtxt/dr_publickey.pem",
		"drtxt kit pick . --status on --public /etc/drtxt/dr_publickey.pem | drtxt publish --dry-run --server ns1.example.com --zone example.com --tsig-file /etc/drtxt/update.key --public /etc/drtxt/dr_publickey.pem",
		"drtxt watch dr.example.com --until on --public /etc/drtxt/dr_publickey.pem",
		"drtxt verify dr.example.com --expect on --public /etc/drtxt/dr_publickey.pem",
		"drtxt kit pick . --status off", "drtxt watch dr.example.com --until off",
		"dig +norecurse +short TXT dr.example.com @NAME-SERVER",
		"100 % 3 min 50 s", "50 % 1 min 55 s",
		"as documented, not confirmed against the vendor's tool",
		"Each window begins 1 d before the one before it ends.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	decide, publish := strings.Index(page, "One person decides"), strings.Index(page, "drtxt publish")
	if decide < 0 || publish < decide {
		t.Error("it acts before it decides")
	}
}

func TestTheSameRunbookGivesTheSameBytes(t *testing.T) {
	first, again := write(t, runbooktest.New(t, start)), write(t, runbooktest.New(t, start))
	if first != again {
		t.Error("they differ")
	}
}

// hostile text wants to be more than text: to HTML, to Markdown, to a shell.
var hostile = []string{
	`</code></pre></style></script><script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`, `' onload='alert(1)`,
	`<!-- `, `]]>`, `&lt;b&gt;`, `&#60;b>`,
	"`", "``` x", "```", "`````", "~~~", "`a``b```c````", " `x` ",
	`**x**`, `_x_`, `~~x~~`, `[x](javascript:alert(1))`, `![x](https://x.example/x.png)`, `<https://x.example>`,
	`https://x.example/`, `www.x.example`, `WWW.x.example`, `x@x.example`, `mailto:x@x.example`,
	`a | b`, `\`, `\|`, `\\|`, `| --- |`, `#heading`, `- item`, `1. item`, `1) item`, `> quote`, `===`, `---`, `+ x`,
	`$(touch x)`, "`touch x`", `'; touch x; '`, `"$HOME"`, `!x`, `%s%d%n`, `{{.}}`,
	`héllo 世界`, `- [x] Done`, `:smile: @user #1`,
}

// stringFields are what sets the fields that hold text from outside.
var stringFields = map[string]func(*runbook.Runbook, string){
	"version":      func(r *runbook.Runbook, s string) { r.Version = s },
	"key":          func(r *runbook.Runbook, s string) { r.Key = s },
	"scheme":       func(r *runbook.Runbook, s string) { r.Scheme = s },
	"confirmation": func(r *runbook.Runbook, s string) { r.Confirmation = "x " + s + " x" },
	"publish":      func(r *runbook.Runbook, s string) { r.Publish = []string{"--tsig-file", s} },
	"trust":        func(r *runbook.Runbook, s string) { r.Trust = []string{"--public", s} },
	"asking":       func(r *runbook.Runbook, s string) { r.Asking = []string{"--server", s} },
	"value":        func(r *runbook.Runbook, s string) { r.Sets[12].Values[0] = s },
	"format":       func(r *runbook.Runbook, s string) { r.Sets[9].Files[3].Format = s },
	"path":         func(r *runbook.Runbook, s string) { r.Sets[9].Files[3].Path = "on/" + s },
	"effect": func(r *runbook.Runbook, s string) {
		r.Sets[9].Files[3].Effect = []string{"x " + strings.ReplaceAll(s, "`", "'") + " x"}
	},
	"apply": func(r *runbook.Runbook, s string) {
		// Backticks mean code in the sentences there, and are themselves in the commands.
		r.Sets[9].Files[3].Apply = []string{"x " + strings.ReplaceAll(s, "`", "'") + " x", "  x " + s}
	},
}

func TestHostileTextIsText(t *testing.T) {
	everywhere := func(text string) documents {
		r := newRunbook(t)
		for _, set := range stringFields {
			set(r, text)
		}
		return write(t, r)
	}
	harmless := everywhere("innocuous")
	wantPage, wantMarkdown := shape(harmless.tree(t)), shape(harmless.rendered(t))
	want := shown(strings.Join(said(harmless.tree(t)), " "), "innocuous")
	for _, text := range hostile {
		got := everywhere(text)
		page, markdown := got.tree(t), got.rendered(t)
		if gotPage := shape(page); gotPage != wantPage {
			t.Errorf("%q changes the HTML page: %s", text, difference(wantPage, gotPage))
		}
		if gotMarkdown := shape(markdown); gotMarkdown != wantMarkdown {
			t.Errorf("%q changes the Markdown document: %s", text, difference(wantMarkdown, gotMarkdown))
		}
		inPage, inMarkdown := strings.Join(said(page), " "), strings.Join(said(markdown), " ")
		if inPage != inMarkdown {
			t.Errorf("%q is not the same in both: %s", text, difference(inPage, inMarkdown))
		}
		if n := shown(inPage, text); n < want {
			t.Errorf("%q is shown as it is %d times, want %d", text, n, want)
		}
	}
}

// shown is how often text stands in the words of a page: as it is, or quoted for a shell.
// Twice backticks are not what they were: those in a sentence.
func shown(words, text string) int {
	text = strings.Join(strings.Fields(text), " ")
	n := strings.Count(words, text)
	if quoted := strings.ReplaceAll(text, `'`, `'\''`); quoted != text {
		n += strings.Count(words, quoted)
	}
	if strings.Contains(text, "`") {
		n += 2
	}
	return n
}

// The lines on a file are sentences and commands. In sentences backticks stand around
// code, in pairs; FILE stands for what differs from window to window.
func TestHowFilesAreApplied(t *testing.T) {
	r := newRunbook(t)
	r.Sets[9].Files[3] = runbook.File{Format: "powerdns", Path: "on/on-01.json", Apply: []string{
		"HEADER holds `X-API-Key: KEY`, in", "one line:", "  curl --data-binary @on/on-01.json", "An odd `one:", "  sh on/on-01.json",
	}}
	want := "As `powerdns`:\n\nHEADER holds `X-API-Key: KEY`, in one line:\n\n```sh\ncurl --data-binary @FILE\n```\n\nAn odd \\`one:\n\n```sh\nsh FILE\n```\n"
	if d := write(t, r); !strings.Contains(d.markdown, want) {
		t.Errorf("no\n%s\nin\n%s", want, d.markdown)
	}
}

// shape is a document without its text: the elements, and their attributes but for those
// that may hold text.
func shape(root *html.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == html.TextNode || attribute(n, "class") == "piece" {
			continue
		}
		fmt.Fprintf(&b, "%d %s", n.Type, n.Data)
		for _, a := range n.Attr {
			fmt.Fprintf(&b, " %s=%s", a.Key, a.Val)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func difference(want, got string) string {
	i := 0
	for i < min(len(want), len(got)) && want[i] == got[i] {
		i++
	}
	from := max(0, i-40)
	return fmt.Sprintf("%q, want %q", got[from:min(len(got), i+60)], want[from:min(len(want), i+60)])
}

// A shell must take every command apart into the words that it was made of.
func TestCommandsAreForAShell(t *testing.T) {
	r := newRunbook(t)
	for _, text := range hostile {
		r.Publish, r.Trust = []string{"--tsig-file", text}, []string{"--public", text}
		markdown := write(t, r).markdown
		var found int
		for _, block := range regexp.MustCompile("(?s)```+sh\n(.*?)\n```+\n").FindAllStringSubmatch(markdown, -1) {
			for _, words := range simpleCommands(t, block[1]) {
				if at := slices.Index(words, "--public"); at >= 0 {
					found++
					if words[at+1] != text {
						t.Errorf("%q becomes %q", text, words[at+1])
					}
				}
			}
		}
		if found < 15 {
			t.Errorf("%q: only %d commands with --public", text, found)
		}
	}
}

// simpleCommands are the words of each command of a line, as a shell has them. What is
// not literal or in single quotes fails the test.
func simpleCommands(t *testing.T, line string) [][]string {
	t.Helper()
	file, err := syntax.NewParser().Parse(strings.NewReader(line), "")
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	var commands [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		call, ok := node.(*syntax.CallExpr)
		if !ok {
			return true
		}
		var words []string
		for _, word := range call.Args {
			var b strings.Builder
			for _, part := range word.Parts {
				switch part := part.(type) {
				case *syntax.Lit:
					b.WriteString(strings.ReplaceAll(part.Value, `\`, ""))
				case *syntax.SglQuoted:
					b.WriteString(part.Value)
				default:
					t.Errorf("%s: a %T", line, part)
				}
			}
			words = append(words, b.String())
		}
		commands = append(commands, words)
		return true
	})
	return commands
}

func TestWhatCannotBeShownIsRefused(t *testing.T) {
	for field, set := range stringFields {
		for _, text := range []string{"a\nb", "a\tb", "\x1b[2J", "a\u202eb", "\xff", "\x00", "a\u2028b"} {
			r := newRunbook(t)
			set(r, text)
			for name, write := range map[string]func() ([]byte, error){"Markdown": r.Markdown, "HTML": r.HTML} {
				if page, err := write(); page != nil || !isContentError(err) {
					t.Errorf("%s %q: %s is written, error %v", field, text, name, err)
				}
			}
		}
	}
}

func isContentError(err error) bool {
	_, ok := errors.AsType[*runbook.ContentError](err)
	return ok && err.Error() != ""
}

func TestRefusals(t *testing.T) {
	for name, change := range map[string]func(*runbook.Runbook){
		"no domain":              func(r *runbook.Runbook) { r.Domain = "" },
		"upper case":             func(r *runbook.Runbook) { r.Domain = "DR.example.com" },
		"final dot":              func(r *runbook.Runbook) { r.Zone = "example.com." },
		"markup in the domain":   func(r *runbook.Runbook) { r.Domain = "<b>.example.com" },
		"no flags of publish":    func(r *runbook.Runbook) { r.Publish = nil },
		"no flags of trust":      func(r *runbook.Runbook) { r.Trust = nil },
		"no location":            func(r *runbook.Runbook) { r.Location = nil },
		"no type":                func(r *runbook.Runbook) { r.Type = txtrecord.NoType },
		"no set":                 func(r *runbook.Runbook) { r.Sets = nil },
		"no off":                 func(r *runbook.Runbook) { r.Sets = r.Sets[1:] },
		"no test":                func(r *runbook.Runbook) { r.Sets = append(r.Sets[:1], r.Sets[9:]...) },
		"no on":                  func(r *runbook.Runbook) { r.Sets = r.Sets[:9] },
		"no values":              func(r *runbook.Runbook) { r.Sets[3].Values = nil },
		"no window":              func(r *runbook.Runbook) { r.Sets[3].End = time.Time{} },
		"a window for off":       func(r *runbook.Runbook) { r.Sets[0].Start, r.Sets[0].End = start, start },
		"no name":                func(r *runbook.Runbook) { r.Sets[3].Name = "" },
		"a name with markup":     func(r *runbook.Runbook) { r.Sets[3].Name = `x"><b>` },
		"a name in upper case":   func(r *runbook.Runbook) { r.Sets[3].Name = "On-1" },
		"two of one name":        func(r *runbook.Runbook) { r.Sets[3].Name = "on-01" },
		"an unknown forwarding":  func(r *runbook.Runbook) { r.Forwarding = "wf" },
		"an unknown status":      func(r *runbook.Runbook) { r.Sets[3].Status = "maybe" },
		"a window the other way": func(r *runbook.Runbook) { r.Sets[3].Start, r.Sets[3].End = r.Sets[3].End, r.Sets[3].Start },
	} {
		r := newRunbook(t)
		change(r)
		if page, err := r.HTML(); page != nil || !isContentError(err) {
			t.Errorf("%s: written, error %v", name, err)
		}
		if page, err := r.Markdown(); page != nil || !isContentError(err) {
			t.Errorf("%s: written as Markdown, error %v", name, err)
		}
	}
}

// The page may run its one script and use its one style sheet, and load nothing.
func TestContentSecurityPolicy(t *testing.T) {
	root := write(t, newRunbook(t)).tree(t)
	var policies, sources []string
	for n := range root.Descendants() {
		if attribute(n, "http-equiv") == "Content-Security-Policy" {
			policies = append(policies, attribute(n, "content"))
		}
		if n.DataAtom == atom.Style || n.DataAtom == atom.Script {
			sum := sha256.Sum256([]byte(allText(n)))
			sources = append(sources, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		}
		for _, a := range n.Attr {
			if a.Key == "style" || a.Key == "src" || a.Key == "action" || strings.HasPrefix(a.Key, "on") || a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
	}
	if len(sources) != 2 {
		t.Fatalf("%d style sheets and scripts", len(sources))
	}
	want := fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", sources[0], sources[1])
	if !reflect.DeepEqual(policies, []string{want}) {
		t.Errorf("policy %q, want %q", policies, want)
	}
}

// Headings go down one level at a time, and every link leads to one.
func TestHeadingsAndLinks(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			ids, level := map[string]bool{}, 0
			root := d.tree(t)
			for n := range root.Descendants() {
				if id := attribute(n, "id"); id != "" {
					if ids[id] {
						t.Errorf("two elements are #%s", id)
					}
					ids[id] = true
				}
				if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
					if at := int(n.Data[1] - '0'); at > level+1 || at == 1 && level > 0 {
						t.Errorf("<h%d> after <h%d>: %s", at, level, allText(n))
					}
					level = int(n.Data[1] - '0')
				}
			}
			for n := range root.Descendants() {
				if target, ok := strings.CutPrefix(attribute(n, "href"), "#"); ok && !ids[target] {
					t.Errorf("a link to #%s leads nowhere", target)
				}
			}
			// What GitHub makes of a heading.
			anchors := map[string]bool{}
			for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(d.markdown, -1) {
				anchors[strings.ReplaceAll(regexp.MustCompile(`[^a-z0-9 -]`).ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
			}
			for _, m := range regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(d.markdown, -1) {
				if !anchors[m[1]] {
					t.Errorf("a link of the Markdown document to #%s leads nowhere", m[1])
				}
			}
		})
	}
}
