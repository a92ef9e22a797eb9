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
	"strings"
	"testing"
)

// The lines of TRIAL.md are run as they stand there, in the order of its procedure, by the
// shell, against a name server of the test in place of theirs: those of the control, and
// all of the first and of the last set. Those of the sets between differ from the first's
// in folder and scheme alone. Beside them there is no line.
func TestTrialPageRuns(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		flags []string
		sets  int
		open  string // of the confirmation
	}{
		"as it is":        {nil, 32, "\n  open: [d]\n"},
		"with the domain": {[]string{"--bind-domain", "--type", "all", "--ttl", "1m"}, 64, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newTrialPage(t, c.flags...)
			control := p.lines("### The control")
			if len(control) != 6 {
				t.Fatalf("%d lines for the control", len(control))
			}
			for i, line := range control {
				p.sh(line)
				if i == 2 {
					p.stands("test", "--allow-unsigned")
				}
			}
			p.stands("off", "--allow-unsigned")

			if len(p.sets) != c.sets {
				t.Fatalf("%d sets, want %d", len(p.sets), c.sets)
			}
			first := p.lines(p.heading(0))
			for _, at := range []int{0, c.sets - 1} {
				p.follow(at, c.open)
			}
			known := len(control)
			for i, set := range p.sets {
				lines := p.lines(p.heading(i))
				known += len(lines)
				if want := renamed(first, p.sets[0], set); !slices.Equal(lines, want) {
					t.Errorf("the lines of set %d are\n%s\nwant\n%s", i+1, strings.Join(lines, "\n"), strings.Join(want, "\n"))
				}
			}
			if all := strings.Count(p.page, "\n    drtxt "); all != known {
				t.Errorf("%d lines, %d of them were looked at", all, known)
			}
		})
	}
}

// A trialPage is a folder that calibrate --trial has made, and the name server that
// stands for its.
type trialPage struct {
	t                 *testing.T
	dir, page, server string
	config            string         // the user's configuration folder
	variables         string         // the line that sets them
	sets              []trialSetJSON // as they were told when they were made
}

func newTrialPage(t *testing.T, flags ...string) *trialPage {
	t.Helper()
	p := &trialPage{t: t, dir: filepath.Join(t.TempDir(), "trial"), server: servePrimary(t), config: t.TempDir()}
	made := execute(t, "", append([]string{"calibrate", "--trial", p.dir, "trial.example.com", "--key", keyFile(t, "test-a.private.pem"), "--format", "json"}, flags...)...).want(t, 0)
	for _, set := range made.calibrated(t).Trial.Sets {
		p.sets = append(p.sets, trialSetJSON{set.Scheme, set.Folder})
	}
	p.page = readText(t, filepath.Join(p.dir, "TRIAL.md"))
	if err := os.WriteFile(filepath.Join(p.dir, "update.key"), []byte(updateKeyFile), 0o600); err != nil {
		t.Fatal(err)
	}
	p.variables = p.settingLine()
	return p
}

// settingLine is the line that sets the variables in the shell. PowerShell's sets the same.
func (p *trialPage) settingLine() string {
	p.t.Helper()
	posix := regexp.MustCompile(`\n    (SERVER=\S+ ZONE=\S+ TSIG_FILE=\S+) +# a POSIX shell\n`).FindStringSubmatch(p.page)
	power := regexp.MustCompile(`\n    (\$SERVER=.*) +# PowerShell\n`).FindStringSubmatch(p.page)
	if posix == nil || power == nil {
		p.t.Fatal("the server is not named")
	}
	if got := strings.NewReplacer("$", "", `"`, "", ";", "").Replace(strings.TrimSpace(power[1])); got != posix[1] {
		p.t.Errorf("PowerShell's variables are %s, the shell's %s", got, posix[1])
	}
	if at := strings.Index(p.page, "\n    drtxt "); at < strings.Index(p.page, posix[0]) {
		p.t.Error("a line stands before the variables that it uses are set")
	}
	return posix[1]
}

// heading is that of a set.
func (p *trialPage) heading(i int) string {
	return fmt.Sprintf("### %d. `%s`", i+1, p.sets[i].Scheme)
}

// lines are the commands below a heading.
func (p *trialPage) lines(heading string) []string {
	p.t.Helper()
	_, below, found := strings.Cut(p.page, "\n"+heading+"\n")
	if !found {
		p.t.Fatalf("there is no %s", heading)
	}
	var lines []string
	for line := range strings.Lines(below) {
		if strings.HasPrefix(line, "#") {
			break
		}
		if command, ok := strings.CutPrefix(line, "    "); ok {
			lines = append(lines, strings.TrimSuffix(command, "\n"))
		}
	}
	return lines
}

// asRun stands in for what a person adds: the name that publish asks for at the terminal,
// and, because no zone of the internet leads to the test's server, that server.
const asRun = `drtxt() {
	case $1 in
	publish) set -- "$@" --confirm trial.example.com ;;
	watch) set -- "$@" --server "$SERVER" --timeout 20s ;;
	esac
	command drtxt "$@"
}
`

// sh has the shell run a line of the page, which must end with status 0.
func (p *trialPage) sh(line string) result {
	p.t.Helper()
	script := asRun + strings.Replace(p.variables, "ns1.example.com", p.server, 1) + "\n" + line
	cmd := exec.CommandContext(p.t.Context(), "sh", "-c", script)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(p.config, "state"), "XDG_CONFIG_HOME="+p.config)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	got := newResult(wait(p.t, cmd), stdout.String(), stderr.String())
	if got.status != 0 {
		p.t.Fatalf("%s\nexit status %d\nstdout: %s\nstderr: %s", line, got.status, clip(got.stdout), clip(got.stderr))
	}
	return got
}

// stands asserts the state that the server's records mean.
func (p *trialPage) stands(status string, trust ...string) {
	p.t.Helper()
	execute(p.t, "", append([]string{"verify", "trial.example.com", "--server", p.server, "--expect", status}, trust...)...).want(p.t, 0)
}

// renamed are the lines with the folder and the scheme of the first set replaced by those of another.
func renamed(lines []string, from, to trialSetJSON) []string {
	var all []string
	for _, line := range lines {
		fields := strings.Split(line, " ")
		for i, field := range fields {
			if rest, ok := strings.CutPrefix(field, from.Folder+"/"); ok {
				fields[i] = to.Folder + "/" + rest
			}
			if field == from.Scheme {
				fields[i] = to.Scheme
			}
		}
		all = append(all, strings.Join(fields, " "))
	}
	return all
}

// follow goes through the steps of the procedure with a set: test, off, test again, off
// again, and the outcome.
func (p *trialPage) follow(set int, open string) {
	p.t.Helper()
	scheme, lines := p.sets[set].Scheme, p.lines(p.heading(set))
	if len(lines) != 5 {
		p.t.Fatalf("set %d has %d lines", set+1, len(lines))
	}
	for range 2 {
		for i, status := range []string{"test", "off"} {
			p.sh(lines[2*i])
			p.stands(status, "--public", publicKey("test-a.public.pem"), "--scheme", scheme)
			if watched := p.sh(lines[2*i+1]); !strings.Contains(watched.stdout, "scheme "+scheme+",") || !strings.Contains(watched.stdout, "verdict: valid, as expected") {
				p.t.Errorf("%s\nwatched something else: %s", lines[2*i+1], clip(watched.stdout))
			}
		}
	}
	p.sh(lines[4])
	saved := readText(p.t, filepath.Join(p.config, "drtxt", "drtxt.yaml"))
	if !strings.Contains(saved, "\nscheme: "+scheme+"\n") || !strings.Contains(saved, "\n  way: trial\n") || !strings.Contains(saved, "\n  key: "+fingerprintA+"\n") ||
		!strings.Contains(saved, open) || open == "" && strings.Contains(saved, "open:") {
		p.t.Errorf("after %s the configuration says:\n%s", lines[4], saved)
	}
}
