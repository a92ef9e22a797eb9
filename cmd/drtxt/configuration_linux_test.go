package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/leaks"
)

// A configuredUser has a configuration of one domain, and an encrypted key.
type configuredUser struct {
	t    *testing.T
	home string
}

func newConfiguredUser(t *testing.T, server string) *configuredUser {
	t.Helper()
	u := &configuredUser{t, t.TempDir()}
	folder := filepath.Join(u.home, "drtxt")
	drtxt("keygen", "--dir", folder, "--passphrase-file", passphraseFile(t)).want(t, 0)
	for name, content := range map[string]string{
		"update.key": updateKeyFile,
		"drtxt.yaml": fmt.Sprintf(`for: 8h
domains:
  dr.example.com:
    public: dr_publickey.pem
    key: dr_privatekey.pem
    zone: example.com
    server: %[1]q
    publish:
      server: %[1]q
      tsig-file: update.key
`, server),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return u
}

// command is a line of the shell, in the user's home.
func (u *configuredUser) command(line string) *exec.Cmd {
	cmd := exec.CommandContext(u.t.Context(), "sh", "-c", line)
	cmd.Dir = u.home
	cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+u.home, "XDG_STATE_HOME="+filepath.Join(u.home, "state"))
	return cmd
}

// types has the user type a line at a terminal.
func (u *configuredUser) types(line string) *session {
	u.t.Helper()
	return startAtTerminal(u.t, u.command(line))
}

// schedules has a line run where no terminal is.
func (u *configuredUser) schedules(line, stdin string) result {
	u.t.Helper()
	cmd := u.command(line)
	var stdout, stderr bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &stdout, &stderr
	status := wait(u.t, cmd)
	leaks.Check(u.t, "a stream", stdout.String()+stderr.String())
	return result{status, stdout.String(), stderr.String()}
}

// With a configuration of one domain the road from the key to the DNS and back needs no
// flag: a passphrase, and the domain's name, are typed at the terminal.
func TestConfiguredRoad(t *testing.T) {
	t.Parallel()
	u := newConfiguredUser(t, servePrimary(t))

	s := u.types("drtxt record on --format json | drtxt publish")
	s.answer("Passphrase of ", testPassphrase+"\n")
	s.expect(confirmQuestion)
	s.press("dr.example.org\n")
	s.end(2)
	u.schedules("drtxt verify", "").want(t, 3)

	s = u.types("drtxt record on --format json | drtxt publish")
	s.answer("Passphrase of ", testPassphrase+"\n")
	s.expect(confirmQuestion)
	s.press("dr.example.com\n")
	s.end(0)
	if shown := s.screen(); !strings.Contains(s.stdout.String(), "verdict: valid") || !strings.Contains(shown, "in 8 hours") {
		t.Errorf("standard output %q, shown %q", s.stdout.String(), shown)
	}
	for _, line := range []string{"drtxt verify", "drtxt verify --expect on", "drtxt watch --until on"} {
		s := u.types(line)
		s.end(0)
		if !strings.Contains(s.stdout.String(), "verdict: valid") {
			t.Errorf("%s: %q", line, s.stdout.String())
		}
	}

	// Without somebody to type it, a flag is needed.
	s = u.types("drtxt record off --format json")
	s.answer("Passphrase of ", testPassphrase+"\n")
	s.end(0)
	off := s.stdout.String()
	u.schedules("drtxt publish", off).refused(t, 2, "nobody can be asked here", "--confirm dr.example.com")
	u.schedules("drtxt publish --confirm dr.example.com", off).want(t, 0)
	u.schedules("drtxt verify --expect off", "").want(t, 0)
}
