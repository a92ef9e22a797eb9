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

// How long nothing has to come before what was typed is taken to be all of it: before a
// question that changes something, what is pasted over a slow line has to be waited for.
const (
	quietAfterPaste = 250 * time.Millisecond
	quietAfterEnd   = 10 * time.Millisecond
)

// discardTyped takes away what was typed before the question was seen, until nothing has
// come for so long.
func discardTyped(terminal io.Reader, quiet time.Duration) {
	t, ok := terminal.(*os.File)
	if !ok {
		return
	}
	if t.SetReadDeadline(time.Now().Add(quiet)) == nil {
		readTyped(t, quiet)
		_ = t.SetReadDeadline(time.Time{})
	} else { // a terminal of this system cannot be waited for
		time.Sleep(quiet)
	}
	discardUnread(t)
}

// readTyped reads lines until none has come for so long, or somebody leans on a key.
func readTyped(t *os.File, quiet time.Duration) {
	const longest, mostEnds = 2 * time.Second, 100
	limit := time.Now().Add(longest)
	discarded := make([]byte, 1024)
	for ends := 0; ends < mostEnds; { // an end of input, as Ctrl-D makes it, is not the end of what was typed
		switch _, err := t.Read(discarded); {
		case errors.Is(err, io.EOF):
			ends++
		case err != nil:
			return
		}
		if until := time.Now().Add(quiet); until.After(limit) || t.SetReadDeadline(until) != nil {
			return
		}
	}
}

const confirmQuestion = "Type the domain's name to go ahead (anything else leaves all as it is): "

// askFor asks at the terminal: standard input may be a pipe with the records.
func askFor(ctx context.Context, env *environment, domain string) error {
	terminal, err := env.terminal()
	if err != nil {
		return refusal(errors.New("nobody can be asked here to confirm it; nothing was changed"), "add --confirm "+domain+", or --dry-run to look only")
	}
	defer terminal.Close()
	discardTyped(terminal, quietAfterPaste)
	fmt.Fprint(env.err, confirmQuestion)
	line, err := unlessDone(ctx, 0, func() (string, error) { return bufio.NewReader(terminal).ReadString('\n') })
	if err != nil {
		fmt.Fprintln(env.err) // the terminal has not shown an end of line
	}
	if ctx.Err() != nil {
		env.note("nothing was changed")
		return ctx.Err()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return refusal(pathError("reading from", "the terminal", err), "add --confirm "+domain)
	}
	if name, err := txtrecord.CanonicalDomain(strings.TrimSpace(line)); err != nil || name != domain {
		return refusal(errors.New("it was not confirmed; nothing was changed"), "run it again, and type "+domain)
	}
	return nil
}
