//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Ctrl-C while something blocks that nothing but another program could end.
func TestInterruptedWhileBlocked(t *testing.T) {
	t.Parallel()
	server := serve(t)
	hints := []string{"verify", "dr.example.com", "--root-hints"}
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // it accepts connections, and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { deaf.Close() })
	p := newPublishing(t)
	publish := []string{"publish", "--public", p.public, "--zone", "example.com", "--tsig-file", p.tsig, "--confirm", "dr.example.com", "--undo-dir", p.undo, "--server", p.server}
	for name, test := range map[string]struct {
		args   []string
		file   bool // the arguments end with a pipe that nobody else opens
		stdin  bool // standard input has nothing to read
		stdout bool // nobody reads standard output
	}{
		"list on standard input":   {args: []string{"verify", "--server", server, "--targets", "-"}, stdin: true},
		"list":                     {args: []string{"verify", "--server", server, "--targets"}, file: true},
		"root hints":               {args: hints, file: true},
		"records":                  {args: []string{"verify", "--server", server, "--records"}, file: true},
		"result":                   {args: []string{"verify", "--file", writeTemp(t, "on", "v=1;k=all;b=on\n"), "--out"}, file: true},
		"result of many":           {args: []string{"verify", "--server", server, "--targets", writeTemp(t, "list", "dr.example.com\n"), "--out"}, file: true},
		"standard output":          {args: []string{"verify", "--file", writeTemp(t, "on", "v=1;k=all;b=on\n")}, stdout: true},
		"standard output, of many": {args: []string{"verify", "--server", server, "--targets", writeTemp(t, "list", "dr.example.com\n")}, stdout: true},
		"records to publish":       {args: publish, stdin: true},
		"undo file":                {args: []string{"publish", "--tsig-file", p.tsig, "--undo"}, file: true},
		"audit":                    {args: append(publish[:len(publish):len(publish)], "--records", p.on, "--audit"), file: true},
		"what stands":              {args: append(publish[:len(publish)-1:len(publish)-1], deaf.Addr().String(), "--records", p.on, "--question-timeout", "1m")},
		"standard output, lines":   {args: []string{"watch", "dr.example.com", "--until", "on", "--server", server, "--format", "json"}, stdout: true},
	} {
		for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
			t.Run(name+"/"+signal.String(), func(t *testing.T) {
				t.Parallel()
				args := test.args
				if test.file {
					path := filepath.Join(t.TempDir(), "pipe")
					if err := unix.Mkfifo(path, 0o600); err != nil {
						t.Fatal(err)
					}
					args = append(args[:len(args):len(args)], path)
				}
				cmd := command(t, args...)
				if test.stdin {
					cmd.Stdin = idlePipe(t)
				}
				if test.stdout {
					cmd.Stdout = fullPipe(t)
				}
				interruptBlocked(t, cmd, signal)
			})
		}
	}
}

// idlePipe is the end for reading of a pipe that nobody writes to.
func idlePipe(t *testing.T) *os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close(); write.Close() })
	return read
}

// fullPipe is the end for writing of a pipe that is full and that nobody reads.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close(); write.Close() })
	fd := int(write.Fd())
	if err := unix.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := unix.Write(fd, make([]byte, 4096)); errors.Is(err, unix.EAGAIN) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.SetNonblock(fd, false); err != nil {
		t.Fatal(err)
	}
	return write
}

// interruptBlocked starts a program, sends it the signal once it blocks, and asserts how
// it ends.
func interruptBlocked(t *testing.T, cmd *exec.Cmd, signal os.Signal) {
	t.Helper()
	stderr := startHearing(t, cmd)
	time.Sleep(300 * time.Millisecond) // until it blocks; before that it must end in the same way
	begin := time.Now()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	said, err := io.ReadAll(stderr)
	if err != nil {
		t.Error(err)
	}
	status, took := wait(t, cmd), time.Since(begin)
	r := newResult(status, "", string(said))
	if r.status != 130 || !strings.HasSuffix("\n"+r.stderr, "\ndrtxt: interrupted\n") || took > 3*time.Second {
		t.Errorf("status %d after %v, stderr %q", r.status, took, r.stderr)
	}
}

// startHearing starts a program and returns when it listens to signals: what it says of
// a variable that does not count comes after that.
func startHearing(t *testing.T, cmd *exec.Cmd) io.Reader {
	t.Helper()
	cmd.Env = append(os.Environ(), "DRTXT_ALLOW_UNSIGNED=1", "DRTXT_UNSIGNED=1", "DRTXT_NO_PASSPHRASE=1", "DRTXT_ALLOW_EXPOSED_KEY=1")
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stderr := bufio.NewReader(pipe)
	if line, err := stderr.ReadString('\n'); err != nil || !strings.Contains(line, "is ignored") {
		t.Fatalf("it says %q, %v", line, err)
	}
	return stderr
}

// What never ends is refused, not read for ever.
func TestEndlessInput(t *testing.T) {
	t.Parallel()
	r := execute(t, "", "verify", "--targets", "/dev/zero", "--server", "127.0.0.1:1").want(t, 2)
	if !strings.Contains(r.stderr, "does not end within 16 MiB") {
		t.Errorf("%s", r.stderr)
	}
	execute(t, "", "verify", "dr.example.com", "--root-hints", "/dev/zero").refused(t, 2, "is larger than 1 MiB", "hint: give it the root servers alone")
}

// deaf is a command that does not end at the first signal, as if it were stuck.
func deaf() {
	env := systemEnvironment()
	cmd := newVersionCommand(env)
	cmd.SetContext(context.Background())
	if err := prepare(env, cmd); err != nil {
		panic(err)
	}
	env.note("listening")
	select {}
}

// A second signal ends the program whatever it is at.
func TestSecondSignal(t *testing.T) {
	t.Parallel()
	cmd := command(t)
	path, err := exec.LookPath("drtxt-deaf")
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path, cmd.Args[0] = path, "drtxt-deaf"
	pipe, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(pipe).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	for range 30 {
		cmd.Process.Signal(os.Interrupt)
		select {
		case <-ended:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Error("it does not end")
	cmd.Process.Kill()
	<-ended
}

// What was verified before an interruption is printed, and counted.
func TestManyInterrupted(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	env := &environment{out: &stdout, err: &stderr}
	to, err := newStream(t.Context(), env, &output{format: "json"})
	if err != nil {
		t.Fatal(err)
	}
	m := manyRun{env: env}
	report := on(testNow.Add(time.Hour))
	if err := m.take(to, &verified{report: report}, false); err != nil {
		t.Fatal(err)
	}
	m.interrupted(to)
	if strings.Count(stdout.String(), "\n") != 1 || !strings.HasPrefix(stderr.String(), "drtxt: 1 verified") {
		t.Errorf("stdout %q, stderr %q", clip(stdout.String()), stderr.String())
	}
	env.out = &shortWriter{}
	if to, err = newStream(t.Context(), env, &output{format: "json"}); err != nil {
		t.Fatal(err)
	}
	if err := m.take(to, &verified{report: report}, false); err != nil {
		t.Fatal(err)
	}
	m.interrupted(to)
	if !strings.HasSuffix(stderr.String(), "; not all of it could be written\n") {
		t.Errorf("stderr %q", stderr.String())
	}
}
