package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/drtxt/drtxt/internal/systemresolvers"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// An environment is all that the commands know of the world outside: tests put
// their own in its place.
type environment struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time
	getenv   func(string) string
	// inTerminal, outTerminal and errTerminal say whether a person sits at the
	// other end. A terminal that does not take escapes counts as none to write to.
	inTerminal, outTerminal, errTerminal bool
	// terminalSize is that of the terminal behind standard error, in characters.
	terminalSize func() (width, height int)
	// openTerminal opens the terminal itself, whatever standard input is.
	openTerminal func() (io.ReadCloser, error)
	// stateFolder is where the user's programs keep what outlasts a run.
	stateFolder func() (string, error)
	// userConfigFolder is where the user's configurations are, nil if nowhere.
	userConfigFolder func() (string, error)
	// settings are those of the configuration.
	settings settings
	// systemResolvers are the recursive resolvers of this machine.
	systemResolvers func() ([]dnsquery.Server, error)
	// noColor is the flag --no-color.
	noColor bool
	// still says that no line is written over, for who has it read aloud.
	still bool
	// args are the arguments of the program, as typed.
	args []string
	// typed are the names of the flags that were typed, and not taken from the
	// environment.
	typed map[string]bool
	// helpRefused is why no help was given.
	helpRefused error
	// helpFailed is why a help text or completion script could not be written.
	helpFailed error
	// release ends the watch for Ctrl-C, nil before there is one.
	release func()
}

func systemEnvironment() *environment {
	forbidCoreDumps()
	return &environment{
		in:          os.Stdin,
		out:         os.Stdout,
		err:         os.Stderr,
		now:         time.Now,
		getenv:      os.Getenv,
		inTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		outTerminal: term.IsTerminal(int(os.Stdout.Fd())) && takesEscapes(os.Stdout),
		errTerminal: term.IsTerminal(int(os.Stderr.Fd())) && takesEscapes(os.Stderr),

		terminalSize:     sizeOfStderr,
		openTerminal:     openTerminal,
		stateFolder:      stateFolder,
		userConfigFolder: userConfigFolder,
		systemResolvers:  systemresolvers.List,
	}
}

// sizeOfStderr assumes the smallest of terminals where the size cannot be had.
func sizeOfStderr() (width, height int) {
	if width, height, err := term.GetSize(int(os.Stderr.Fd())); err == nil && width > 0 && height > 0 {
		return width, height
	}
	return 80, 24
}

// errNoTerminal says that nobody can be asked anything.
var errNoTerminal = errors.New("there is no terminal")

// terminal opens the terminal of the person who can read what standard error says.
func (env *environment) terminal() (io.ReadCloser, error) {
	if !env.errTerminal || env.openTerminal == nil {
		return nil, errNoTerminal
	}
	terminal, err := env.openTerminal()
	if errors.Is(err, syscall.ENXIO) { // standard error is one, and not this session's
		err = errNoTerminal
	}
	return terminal, err
}

func openTerminal() (io.ReadCloser, error) { return os.OpenFile(terminalDevice, os.O_RDWR, 0) }

// note tells the person at the terminal something that is not the result.
func (env *environment) note(format string, a ...any) {
	fmt.Fprintln(env.err, printableLine(fmt.Sprintf(format, a...)))
}

// typedAny reports whether one of these flags was typed.
func (env *environment) typedAny(flags ...string) bool {
	return slices.ContainsFunc(flags, func(flag string) bool { return env.typed[flag] })
}

// animated reports whether lines on standard error may be written over.
func (env *environment) animated() bool {
	return env.errTerminal && !env.still && env.getenv("TERM") != "dumb"
}

// colored reports whether results may be coloured.
func (env *environment) colored() bool {
	return env.outTerminal && !env.noColor && env.getenv("NO_COLOR") == "" && env.getenv("TERM") != "dumb"
}
