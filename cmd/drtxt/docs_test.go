//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"mvdan.cc/sh/v3/syntax"

	"github.com/drtxt/drtxt/internal/leaks"
)

// The commands of docs/rotation.md are run as they stand there, in their order, by the
// shell, against a name server of the test in place of theirs. This is what holds then.
func TestRotationPlanned(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	r.sh("drtxt record off dr.example.com --key old/dr_privatekey.pem --passphrase-file old-passphrase.txt --format json --out off.json", 0)
	r.sh("drtxt publish --records off.json --public old/dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key --undo-dir elsewhere --confirm dr.example.com", 0)
	r.sh("rm off.json", 0)
	r.sh("drtxt record on dr.example.com --for 8h --key old/dr_privatekey.pem --passphrase-file old-passphrase.txt --format json --out on-forgotten.json", 0)
	older := r.fingerprint("old")

	steps := r.run("Planned")
	newer := r.fingerprint("new")

	accepting := steps.one(t, "--public old/dr_publickey.pem --public new/dr_publickey.pem --expect off", "--format json")
	if !strings.Contains(lastLine(accepting.stdout), "key "+older) {
		t.Errorf("with both keys accepted it is not said that the old one fits:\n%s", accepting.stdout)
	}
	published := steps.one(t, "drtxt publish")
	if !strings.Contains(published.stderr, older) || !strings.Contains(published.stderr, newer) {
		t.Errorf("the difference does not name both keys:\n%s", published.stderr)
	}
	if watched := steps.one(t, "drtxt watch"); !strings.Contains(watched.stdout, newer) {
		t.Errorf("watch does not name the new key:\n%s", watched.stdout)
	}
	if live := steps.one(t, "--format json", "keygen", "record"); !strings.Contains(live.stdout, `"key": "`+newer+`"`) {
		t.Errorf("the new key is not named:\n%s", live.stdout)
	}
	// What --until off would have been content with.
	r.sh("drtxt watch dr.example.com --until off --server ns1.example.com --public old/dr_publickey.pem --public new/dr_publickey.pem --timeout 1s", 0)
	r.sh("drtxt verify dr.example.com --server ns1.example.com --public new/dr_publickey.pem --expect off", 0)
	r.has("new", "dr_privatekey.pem", "dr_publickey.pem")
	r.has("old", "dr_publickey.pem")
	r.has(".", "elsewhere", "new", "new-passphrase.txt", "off.json", "old", "on-"+nextYears+"-03.json", "update.key")
}

func TestRotationWhenTheKeyWasStolen(t *testing.T) {
	t.Parallel()
	r := newRotation(t)
	r.sh("drtxt record on dr.example.com --no-end --key old/dr_privatekey.pem --passphrase-file old-passphrase.txt --format json --out thief.json", 0)
	r.sh("drtxt publish --records thief.json --public old/dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key --undo-dir elsewhere --confirm dr.example.com", 0)

	steps := r.run("When the key was stolen")
	if found := steps.one(t, "drtxt verify"); !strings.Contains(found.stdout, "not as expected") && !strings.Contains(found.stdout, "expected off") {
		t.Errorf("it is not said that on was not expected:\n%s", found.stdout)
	}
	// The thief signs and publishes once more: the monitors that know the new key alone see it.
	r.sh("drtxt publish --records thief.json --public old/dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key --undo-dir elsewhere --confirm dr.example.com", 0)
	r.sh("drtxt verify dr.example.com --server ns1.example.com --public new/dr_publickey.pem --expect off", 1)
	r.sh("drtxt verify dr.example.com --server ns1.example.com --public new/dr_publickey.pem", 1)
	r.has("old", "dr_privatekey.pem", "dr_publickey.pem") // needed until the end
}

// nextYears is a year that has not begun: the document names one that will pass.
var nextYears = strconv.Itoa(time.Now().UTC().Year() + 2)

// A rotation is a folder with the files that the document takes for granted, and the name
// server that stands for its.
type rotation struct {
	t           *testing.T
	dir, server string
}

func newRotation(t *testing.T) *rotation {
	t.Helper()
	r := &rotation{t: t, dir: t.TempDir(), server: servePrimary(t)}
	for name, content := range map[string]string{
		"old-passphrase.txt": leaks.Mark + " passphrase of the old key\n",
		"update.key":         updateKeyFile,
	} {
		if err := os.WriteFile(filepath.Join(r.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r.sh("drtxt keygen --dir old --passphrase-file old-passphrase.txt", 0)
	return r
}

// sh has the shell run a line, which must end with this status.
func (r *rotation) sh(line string, status int) result {
	r.t.Helper()
	line = strings.NewReplacer("ns1.example.com", r.server, "2031", nextYears).Replace(line)
	cmd := exec.CommandContext(r.t.Context(), "sh", "-c", line)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(r.dir, "state"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	got := newResult(wait(r.t, cmd), stdout.String(), stderr.String())
	if got.status != status {
		r.t.Fatalf("%s\nexit status %d, want %d\nstdout: %s\nstderr: %s", line, got.status, status, clip(got.stdout), clip(got.stderr))
	}
	return got
}

// A step is a command of a document, and what it showed.
type step struct {
	documentedCommand
	result
}

type steps []step

// one returns the first step whose line has what it must have, and nothing else.
func (s steps) one(t *testing.T, has string, lacks ...string) step {
	t.Helper()
	for _, step := range s {
		lacking := true
		for _, word := range lacks {
			lacking = lacking && !strings.Contains(step.line, word)
		}
		if lacking && strings.Contains(step.line, has) {
			return step
		}
	}
	t.Fatalf("there is no command with %q", has)
	return step{}
}

// run runs the commands of a section.
func (r *rotation) run(section string) steps {
	r.t.Helper()
	var done steps
	for _, command := range documentedCommands(r.t, "rotation.md", section) {
		done = append(done, step{command, r.sh(command.line, command.status)})
	}
	return done
}

func (r *rotation) fingerprint(folder string) string {
	r.t.Helper()
	said := r.sh("drtxt keygen inspect "+folder+"/dr_publickey.pem --format json", 0).stdout
	_, after, found := strings.Cut(said, `"fingerprint": "`)
	fingerprint, _, closed := strings.Cut(after, `"`)
	if !found || !closed {
		r.t.Fatalf("no fingerprint in %s", said)
	}
	return fingerprint
}

// has asserts what is in a folder.
func (r *rotation) has(folder string, names ...string) {
	r.t.Helper()
	if got, want := files(r.t, filepath.Join(r.dir, folder)), strings.Join(names, " "); got != want {
		r.t.Errorf("%s holds %q, want %q", folder, got, want)
	}
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// A documentedCommand is one that a document has its readers type.
type documentedCommand struct {
	line   string
	status int // that it says it ends with
}

// documentedCommands are those in a section of second order, one each, in the blocks that
// are marked as the shell's.
func documentedCommands(t *testing.T, document, section string) []documentedCommand {
	t.Helper()
	var commands []documentedCommand
	for _, block := range shellBlocks(t, document, section) {
		file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX), syntax.KeepComments(true)).Parse(strings.NewReader(block), document)
		if err != nil {
			t.Fatal(err)
		}
		for _, stmt := range file.Stmts {
			command := documentedCommand{line: block[stmt.Pos().Offset():stmt.End().Offset()]}
			for _, comment := range stmt.Comments {
				if _, err := fmt.Sscanf(comment.Text, " exit status %d", &command.status); err != nil {
					t.Errorf("%s: the comment %q is no exit status", document, comment.Text)
				}
			}
			commands = append(commands, command)
		}
	}
	if len(commands) == 0 {
		t.Fatalf("%s: there is no command in the section %q", document, section)
	}
	return commands
}

func shellBlocks(t *testing.T, document, section string) []string {
	t.Helper()
	var blocks []string
	heading, inside := "", false
	for line := range strings.Lines(readText(t, docsPath(document))) {
		switch {
		case !inside && strings.HasPrefix(line, "## "):
			heading = strings.TrimSpace(line[len("## "):])
		case line == "```sh\n":
			inside = true
			if heading == section {
				blocks = append(blocks, "")
			}
		case line == "```\n":
			inside = false
		case inside && heading == section:
			blocks[len(blocks)-1] += line
		}
	}
	return blocks
}

// documents are those whose links and flags are held against what is there.
func documents(t *testing.T) []string {
	t.Helper()
	inDocs, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(inDocs) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	return append(inDocs, "../../README.md", "../../SECURITY.md", "../../CONTRIBUTING.md")
}

var linkTarget = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Every link inside the project leads to a file, and to a heading in it.
func TestDocumentsLink(t *testing.T) {
	t.Parallel()
	found := 0
	for _, document := range documents(t) {
		for _, match := range linkTarget.FindAllStringSubmatch(readText(t, document), -1) {
			path, anchor, _ := strings.Cut(match[1], "#")
			if strings.Contains(path, "://") {
				continue
			}
			found++
			target := document
			if path != "" {
				target = filepath.Join(filepath.Dir(document), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link %q leads nowhere: %v", document, match[1], err)
			} else if anchor != "" && !slices.Contains(anchors(readText(t, target)), anchor) {
				t.Errorf("%s: the link %q leads to no heading", document, match[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("%d links", found)
	}
}

func readText(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// anchors are those of the headings, as GitHub makes them.
func anchors(text string) []string {
	var found []string
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); strings.HasPrefix(heading, " ") && len(heading) < len(line) {
			kept := func(r rune) rune {
				switch {
				case r == ' ':
					return '-'
				case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
					return unicode.ToLower(r)
				}
				return -1
			}
			found = append(found, strings.Map(kept, strings.TrimSpace(heading)))
		}
	}
	return found
}

// The flags that the documents about secrets speak of exist.
func TestDocumentsNameKnownFlags(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	var learn func(*cobra.Command)
	learn = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(flag *pflag.Flag) { known["--"+flag.Name] = true })
		cmd.PersistentFlags().VisitAll(func(flag *pflag.Flag) { known["--"+flag.Name] = true })
		for _, sub := range cmd.Commands() {
			learn(sub)
		}
	}
	learn(newRoot(&environment{}, nil))
	for _, document := range []string{docsPath("rotation.md"), docsPath("security.md"), "../../SECURITY.md"} {
		named := regexp.MustCompile(`--[a-z][a-z-]+`).FindAllString(readText(t, document), -1)
		if len(named) == 0 {
			t.Errorf("%s names no flag", document)
		}
		for _, flag := range named {
			if !known[flag] {
				t.Errorf("%s: there is no flag %s", document, flag)
			}
		}
	}
}
