package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// askHidden asks at the terminal for something that must not be seen, whatever standard
// input is. The caller clears the answer.
func askHidden(ctx context.Context, env *environment, question string) ([]byte, error) {
	terminal, err := env.terminal()
	if err != nil {
		return nil, err
	}
	defer terminal.Close()
	fmt.Fprint(env.err, printableLine(question))
	answer, err := readHidden(ctx, terminal)
	fmt.Fprintln(env.err) // the end of line that was typed was not shown either
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// readHidden reads a line that the terminal does not show, and leaves the terminal as it
// was, however it ends.
func readHidden(ctx context.Context, terminal io.Reader) ([]byte, error) {
	if device, ok := terminal.(*os.File); ok {
		var release func()
		ctx, release = withoutStops(ctx)
		defer release()
		show, err := hideInput(device)
		if err != nil {
			return nil, err
		}
		defer show() // the read may go on after an interruption
	}
	line, err := unlessDone(ctx, 0, func() ([]byte, error) {
		line, ended, err := readLine(terminal, maxPassphrase)
		if err == nil && !ended && len(line) == 0 {
			err = io.EOF
		}
		return line, err
	})
	return line, err
}

// askingError says what a passphrase was needed for that could not be asked for, and
// what gives it otherwise.
func askingError(err error, need, hint string) error {
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errNoTerminal):
		return refusal(errors.New(need+": nobody can be asked for it here"), hint)
	case errors.Is(err, io.EOF):
		return refusal(errors.New(need+": none was given"), "type it, or "+hint)
	}
	return refusal(pathError("reading from", "the terminal", err), hint)
}
