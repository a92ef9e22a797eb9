//go:build interop

package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A publisher is an operator who signs records and publishes them.
type publisher struct {
	signer
	state string // the user's state folder, where undo files are left
}

func newPublisher(t testing.TB) *publisher {
	t.Helper()
	return &publisher{newSigner(t), t.TempDir()}
}

// apart is the same operator with a state folder of its own.
func (p *publisher) apart(t testing.TB) *publisher {
	t.Helper()
	return &publisher{p.signer, t.TempDir()}
}

// A recordSet is what `drtxt record --format json` makes, in a file.
type recordSet struct {
	file, ttl string
	// seen is the set as [standing] has it.
	seen []string
	// lines are those of the set in a zone file that drtxt has edited.
	lines []string
}

// records signs records for the domain.
func (p *publisher) records(t testing.TB, status, ttl string, more ...string) recordSet {
	t.Helper()
	return p.recordsAt(t, "dr.example.com", status, ttl, more...)
}

func (p *publisher) recordsAt(t testing.TB, domain, status, ttl string, more ...string) recordSet {
	t.Helper()
	args := append([]string{"record", status, domain, "--ttl", ttl + "s", "--key", p.private}, more...)
	set := recordSet{file: writeTemp(t, status+".json", must(t, drtxt, append(args, "--format", "json")...)), ttl: ttl}
	for _, value := range values(must(t, drtxt, args...)) {
		set.seen = append(set.seen, txtSeen(ttl, value))
		set.lines = append(set.lines, fmt.Sprintf("dr.example.com. %s IN TXT %q\n", ttl, value))
	}
	slices.Sort(set.seen)
	return set
}

// seenWith is the set as it is seen with another TTL.
func (s recordSet) seenWith(ttl string) []string {
	var seen []string
	for _, record := range s.seen {
		_, data, _ := strings.Cut(record, " ")
		seen = append(seen, ttl+" "+data)
	}
	return seen
}

// noEnd is for records that no test outlives. They are the same in every run.
var noEnd = []string{"--end", "4102444800"}

// publish runs drtxt publish.
func (p *publisher) publish(t testing.TB, args ...string) result {
	t.Helper()
	command := []string{"XDG_STATE_HOME=" + p.state, drtxt, "publish", "--public", p.public}
	return run(t, "", "env", append(command, args...)...)
}

// confirmed are the flags that publish record sets without a question.
func confirmed(files ...string) []string {
	args := []string{"--confirm", "dr.example.com"}
	for _, file := range files {
		args = append(args, "--records", file)
	}
	return args
}

// undo has the shell run the line that a publication ended with.
func (p *publisher) undo(t testing.TB, published result, more ...string) result {
	t.Helper()
	line := regexp.MustCompile(`(?m)^undo: (drtxt publish --undo .+)$`).FindStringSubmatch(published.err)
	if line == nil {
		t.Fatalf("no line that undoes it\n%s", published.err)
	}
	words := append([]string{line[1], "--confirm", "dr.example.com"}, more...)
	return run(t, "", "env", "XDG_STATE_HOME="+p.state, "PATH="+filepath.Dir(drtxt)+":"+os.Getenv("PATH"), "sh", "-c", strings.Join(words, " "))
}

// undoFiles are the paths of the undo files that are left, each of which must be whole.
func (p *publisher) undoFiles(t testing.TB) []string {
	t.Helper()
	dir := filepath.Join(p.state, "drtxt", "undo")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var files []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if data, err := os.ReadFile(path); err != nil || !json.Valid(data) {
			t.Errorf("%s: %v\n%s", path, err, data)
		}
		files = append(files, path)
	}
	return files
}

// want checks the status, and that the program says certain words on standard error.
func (r result) want(t testing.TB, title string, status int, words ...string) {
	t.Helper()
	if r.status != status {
		t.Errorf("%s: status %d, want %d\n%s%s", title, r.status, status, r.out, r.err)
	}
	for _, text := range words {
		if !strings.Contains(r.err, text) {
			t.Errorf("%s: it does not say %q\n%s", title, text, r.err)
		}
	}
}

// wantNothingToDo checks that nothing was to be done, and nothing was said to be undone.
func (r result) wantNothingToDo(t testing.TB, title string) {
	t.Helper()
	if r.status != 0 || !strings.HasPrefix(r.out, "nothing to do: ") || strings.Contains(r.err, "undo:") {
		t.Errorf("%s: there is something to do: status %d\n%s%s", title, r.status, r.out, r.err)
	}
}

// foreign is a TXT record that is not ours: two character-strings with whatever has a
// meaning in a zone file.
const foreign = `dr IN TXT "v=spf1 \"a\\b\" ; -all" "c;d \"\\;"` + "\n"

// foreignTTL is what it stands with at first.
const foreignTTL = "300"

// foreignSeen is the same as it is seen.
func foreignSeen(ttl string) string {
	return txtSeen(ttl, `v=spf1 "a\b" ; -all`, `c;d "\;`)
}

// txtSeen is a TXT record of character-strings as [standing] has it.
func txtSeen(ttl string, strings ...string) string {
	seen := ttl + " "
	for _, s := range strings {
		seen += fmt.Sprintf("%02X%X", len(s), s)
	}
	return seen
}

// together are all the records, as [standing] has them.
func together(records ...[]string) []string {
	return slices.Sorted(slices.Values(slices.Concat(records...)))
}

// standing is what dig or kdig sees of a type at a name: of each record the TTL and the
// data in hexadecimal digits (RFC 3597 §5), sorted. A server that does not answer fails
// the test.
func standing(t testing.TB, tool, server, name, rrtype string) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	form := map[string]string{"dig": "+unknownformat", "kdig": "+generic"}[tool]
	answer := must(t, tool, "@"+host, "-p", port, form, "+tcp", "+norecurse", "+noall", "+answer", name, rrtype)
	var records []string
	for line := range strings.Lines(answer) {
		fields := strings.Fields(line) // owner TTL class type \# length data
		if len(fields) < 7 || fields[4] != `\#` {
			t.Fatalf("%s prints %q", tool, line)
		}
		records = append(records, fields[1]+" "+strings.Join(fields[6:], ""))
	}
	slices.Sort(records)
	return records
}

// sets are those of the domain, as [standing] has them.
type sets struct{ txt, a, aaaa []string }

// wantStanding checks with both tools what stands at the domain.
func wantStanding(t testing.TB, title, server string, want sets) {
	t.Helper()
	for _, tool := range []string{"dig", "kdig"} {
		for rrtype, records := range map[string][]string{"TXT": want.txt, "A": want.a, "AAAA": want.aaaa} {
			if got := standing(t, tool, server, "dr.example.com", rrtype); !slices.Equal(got, records) {
				t.Errorf("%s: %s sees %s %q at %s, want %q", title, tool, rrtype, got, server, records)
			}
		}
	}
}
