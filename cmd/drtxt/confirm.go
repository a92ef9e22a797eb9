package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// confirm has the domain's name typed, or takes it from --confirm. It returns an error
// unless it is the name.
func confirm(ctx context.Context, env *environment, given, domain string) error {
	if given == "" {
		return askFor(ctx, env, domain)
	}
	if name, err := canonicalDomain(given); err != nil || name != domain {
		return refusal(fmt.Errorf("--confirm names %s, and the records are for %s; nothing was changed", quoted(given), domain), "check what is to be published, then give its own domain with --confirm")
	}
	return nil
}

// A quiet is how long nothing has to come before what was typed is taken to be all of it.
type quiet struct {
	untouched time.Duration // where nothing was there
	disturbed time.Duration // once something was: a paste over a slow line comes in bursts
}

var (
	// quietAfterPaste is for a question that changes something.
	quietAfterPaste = quiet{250 * time.Millisecond, time.Second}
	quietAfterEnd   = quiet{10 * time.Millisecond, 10 * time.Millisecond}
)

// errInputKeepsComing says that none of what comes can be told from an answer.
var errInputKeepsComing = errors.New("input keeps coming, and nothing was changed")

// discardTyped takes away what was typed before the question was seen, until nothing has
// come for so long. It refuses to go on where that does not happen.
func discardTyped(terminal io.Reader, quiet quiet) error {
	t, ok := terminal.(*os.File)
	if !ok {
		return nil
	}
	defer discardUnread(t)
	if t.SetReadDeadline(time.Now().Add(quiet.untouched)) != nil { // a terminal of this system cannot be waited for
		time.Sleep(quiet.disturbed)
		return nil
	}
	defer t.SetReadDeadline(time.Time{})
	if !readTyped(t, quiet.disturbed) {
		return refusal(errInputKeepsComing, "stop pasting, and run it again")
	}
	return nil
}

// readTyped reads lines until none has come for so long. It reports whether that happened:
// it does not wait for ever for somebody who leans on a key.
func readTyped(t *os.File, quiet time.Duration) bool {
	const longest, mostEnds = 3 * time.Second, 100
	limit := time.Now().Add(longest)
	discarded := make([]byte, 1024)
	for ends := 0; ends < mostEnds && time.Now().Before(limit); { // an end of input, as Ctrl-D makes it, is not the end of what was typed
		switch _, err := t.Read(discarded); {
		case errors.Is(err, io.EOF):
			ends++
		case err != nil:
			return true
		}
		if t.SetReadDeadline(time.Now().Add(quiet)) != nil {
			return true
		}
	}
	return false
}

const confirmQuestion = "Type the domain's name to go ahead (anything else leaves all as it is): "

// askFor asks at the terminal: standard input may be a pipe with the records.
func askFor(ctx context.Context, env *environment, domain string) error {
	terminal, err := env.terminal()
	if err != nil {
		return refusal(errors.New("nobody can be asked here to confirm it; nothing was changed"), "add --confirm "+domain+", or --dry-run to look only")
	}
	defer terminal.Close()
	line, err := readConfirmation(ctx, env, terminal)
	_ = discardTyped(terminal, quietAfterEnd) // a shell would take it for commands
	switch {
	case ctx.Err() != nil:
		env.note("nothing was changed")
		return ctx.Err()
	case errors.Is(err, errInputKeepsComing):
		return err
	case err != nil && !errors.Is(err, io.EOF):
		return refusal(pathError("reading from", "the terminal", err), "add --confirm "+domain)
	}
	if name, notName := txtrecord.CanonicalDomain(strings.TrimSpace(line)); err != nil || notName != nil || name != domain {
		return refusal(errors.New("it was not confirmed; nothing was changed"), "run it again, and type "+domain+" and Enter")
	}
	return nil
}

// readConfirmation asks, and returns the line that was typed. The error is io.EOF where
// the line was not ended with Enter.
func readConfirmation(ctx context.Context, env *environment, terminal io.Reader) (string, error) {
	if err := discardTyped(terminal, quietAfterPaste); err != nil {
		return "", err
	}
	fmt.Fprint(env.err, confirmQuestion)
	line, err := unlessDone(ctx, 0, func() (string, error) { return bufio.NewReader(terminal).ReadString('\n') })
	if err != nil {
		fmt.Fprintln(env.err) // the terminal has not shown an end of line
	}
	return line, err
}
