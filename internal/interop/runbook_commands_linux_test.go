//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// The commands of the page with drtxt, and those without it that ask the name servers, work
// as they stand there, one after the other, from the preparation to the way back and the
// rehearsal.
func TestRunbookCommands(t *testing.T) {
	for name, windows := range map[string][]string{
		"several windows": {"--window", "7d", "--overlap", "1d", "--count", "8", "--start", ago(6*24*time.Hour + 12*time.Hour)},
		"one window":      {"--window", "7d", "--count", "1", "--start", ago(12 * time.Hour), "--bind-domain", "--forwarding", "fail-close"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNight(t, windows...)
			n.publish("off/off.json") // as on a quiet day
			for _, command := range n.commands() {
				if strings.HasPrefix(command, "drtxt kit pick . --status on") && !strings.Contains(command, "|") {
					n.publish("on/on-01.json") // which is still open, for the next to take its place
				}
				n.run(command)
			}
			if n.answered != n.publications || n.publications < 4 {
				t.Errorf("%d questions, and %d publications", n.answered, n.publications)
			}
		})
	}
}

func ago(d time.Duration) string { return time.Now().Add(-d).UTC().Format(time.RFC3339) }

// A night is a kit, a name server that takes updates, and somebody at a terminal who does
// what the page of the kit says.
type night struct {
	kitFolder
	t        *testing.T
	private  string
	primary  *primary
	reaching []string // flags of publish
	home     string
	// publications are the commands that ask; answered how often somebody was asked.
	publications, answered int
	// standing are the values that were published last, sorted.
	standing []string
}

// newNight makes a kit of which the configuration says how its zone is reached.
func newNight(t *testing.T, windows ...string) *night {
	t.Helper()
	n := &night{t: t, primary: startBINDPrimary(t, zoneHead+foreign), home: t.TempDir()}
	n.private, n.public = keyPair(t)
	n.reaching = n.primary.own(t)
	n.dir = filepath.Join(t.TempDir(), "kit")
	configuration := writeTemp(t, "drtxt.yaml", fmt.Sprintf("domains:\n  dr.example.com:\n    zone: example.com\n    publish:\n      server: %q\n      tsig-file: %s\n",
		n.primary.address, n.reaching[slices.Index(n.reaching, "--tsig-file")+1]))
	must(t, drtxt, append([]string{"kit", "dr.example.com", "--config", configuration, "--out", n.dir, "--key", n.private}, windows...)...)
	return n
}

// commands are the blocks of the page that are tried, with what is to be filled in.
func (n *night) commands() []string {
	n.t.Helper()
	host, port, _ := net.SplitHostPort(n.primary.address)
	fill := strings.NewReplacer("@NAME-SERVER", "@"+host+" -p "+port, "PRIVATE_KEY", n.private, "FOLDER", filepath.Join(n.t.TempDir(), "new"))
	var commands []string
	for _, block := range n.blocks(n.t) {
		if strings.HasPrefix(block, "drtxt ") || strings.HasPrefix(block, "dig +norecurse ") {
			commands = append(commands, fill.Replace(block))
		}
	}
	if len(commands) < 22 {
		n.t.Fatalf("only %d commands: %q", len(commands), commands)
	}
	return commands
}

// publish puts a set of the kit in its place without a question.
func (n *night) publish(path string) {
	n.t.Helper()
	args := append([]string{"XDG_STATE_HOME=" + n.home, drtxt, "publish", "--records", filepath.Join(n.dir, path), "--public", n.public, "--confirm", "dr.example.com"}, n.reaching...)
	must(n.t, "env", args...)
}

// run has a shell run a command in the folder of the kit, and looks at what stands then.
func (n *night) run(command string) {
	n.t.Helper()
	n.t.Log(command)
	asked := n.answered
	r := n.atTerminal(command)
	if r.status != 0 {
		n.t.Fatalf("%s\nends in %d\n%s", command, r.status, r.err)
	}
	n.lookFor(command, shownLines(r.err))
	if !strings.Contains(command, "drtxt publish") {
		return
	}
	if strings.Contains(command, "--dry-run") {
		if n.answered != asked {
			n.t.Errorf("%s\nasks", command)
		}
		return
	}
	n.publications++
	standing := slices.DeleteFunc(digValues(n.t, n.primary.address), func(value string) bool { return !strings.HasPrefix(value, "v=1;") })
	if want := n.meant(command); !slices.Equal(slices.Sorted(slices.Values(standing)), want) {
		n.t.Errorf("%s\npublishes %q, want %q", command, standing, want)
	}
	n.standing = slices.Sorted(slices.Values(standing))
}

// shownLines are those that a terminal shows, without colours.
func shownLines(shown string) []string {
	plain := regexp.MustCompile("\x1b\\[[0-9]*m|\r").ReplaceAllString(shown, "")
	return strings.Split(strings.TrimSuffix(plain, "\n"), "\n")
}

// lookFor finds in what a command shows the lines that the page says to look for: the last
// ones, since the first ones scroll away.
func (n *night) lookFor(command string, lines []string) {
	n.t.Helper()
	begins := func(beginning string) func(string) bool {
		return func(line string) bool { return strings.HasPrefix(line, beginning) }
	}
	count := func(accept func(string) bool) (found int) {
		for _, line := range lines {
			if accept(line) {
				found++
			}
		}
		return found
	}
	last, ok := lines[len(lines)-1], true
	switch {
	case strings.HasPrefix(command, "dig "):
		ok = count(begins(`"v=1`)) == 2
		for _, value := range n.standing {
			ok = ok && slices.Contains(lines, `"`+value+`"`)
		}
	case strings.Contains(command, "--dry-run"):
		ok = begins("nothing was changed")(last) && count(regexp.MustCompile(`^ +\+ .*b=on`).MatchString) == 2
	case strings.Contains(command, "drtxt publish"):
		ok = begins("undo: ")(last) && slices.ContainsFunc(lines[len(lines)-5:], begins("verdict: valid"))
	case strings.HasPrefix(command, "drtxt watch"):
		ok = begins("reached ")(last)
	case strings.HasPrefix(command, "drtxt verify") && strings.Contains(command, "--expect"):
		ok = begins("verdict: valid, as expected")(last)
	case strings.HasPrefix(command, "drtxt kit verify"):
		ok = begins("verdict: valid")(last) && count(begins("error ")) == 0
	}
	if !ok {
		n.t.Errorf("%s\ndoes not show what the page says:\n%s", command, strings.Join(lines, "\n"))
	}
}

// meant are the values that a publication is about, sorted: those of the set that is open
// longest, or those that the command before it has left.
func (n *night) meant(command string) []string {
	n.t.Helper()
	_, rest, picked := strings.Cut(command, "--status ")
	if !picked {
		return slices.Sorted(slices.Values(n.left()))
	}
	status, _, _ := strings.Cut(rest, " ")
	for _, name := range []string{status + "-02", status + "-01"} {
		if _, err := os.Stat(filepath.Join(n.dir, status, name+".txt")); err == nil {
			return slices.Sorted(slices.Values(n.values(n.t, name)))
		}
	}
	return slices.Sorted(slices.Values(n.values(n.t, status)))
}

// left are the values in the file beside the kit.
func (n *night) left() []string {
	n.t.Helper()
	data, err := os.ReadFile(filepath.Join(filepath.Dir(n.dir), "on.json"))
	if err != nil {
		n.t.Fatal(err)
	}
	var records struct {
		RRSets []struct{ Values []string } `json:"rrsets"`
	}
	if err := json.Unmarshal(data, &records); err != nil || len(records.RRSets) != 1 {
		n.t.Fatalf("%v: %s", err, data)
	}
	return records.RRSets[0].Values
}

// atTerminal runs a command at a terminal, where the name of the domain is typed once it
// is asked for. The variables stand for what a real night has and the test has not: name
// servers that the delegation leads to.
func (n *night) atTerminal(command string) result {
	n.t.Helper()
	typing, terminal := pseudoterminal.Open(n.t)
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = n.dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(drtxt)+":"+os.Getenv("PATH"), "HOME="+n.home, "XDG_CONFIG_HOME="+n.home, "XDG_STATE_HOME="+n.home,
		"DRTXT_SERVER="+n.primary.address)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = terminal, terminal, terminal
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	terminal.Close()
	ended := make(chan struct{})
	var shown strings.Builder
	go func() {
		defer close(ended)
		buffer := make([]byte, 1<<10)
		for answered := false; ; {
			count, err := typing.Read(buffer)
			shown.Write(buffer[:count])
			if !answered && strings.Contains(shown.String(), "Type the domain's name to go ahead") {
				answered = true
				n.answered++
				fmt.Fprintln(typing, "dr.example.com")
			}
			if err != nil { // nobody has the terminal open any more
				return
			}
		}
	}()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		cmd.Process.Kill()
		<-ended
		n.t.Errorf("%s\ndoes not end", command)
	}
	cmd.Wait()
	return newResult(n.t, command, "", shown.String(), cmd.ProcessState.ExitCode())
}
