package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// What was typed before the question was seen answers nothing, whatever it was.
func TestTypedAheadIsDiscarded(t *testing.T) {
	t.Parallel()
	for _, ahead := range []string{"", "dr.example.com\n", "\x04dr.example.com\n", "\x04\x04\ndr.example.com\n\x04", "dr.example.com"} {
		typing, terminal := pseudoterminal.Open(t)
		fmt.Fprint(typing, ahead)
		if err := discardTyped(terminal, quietAfterEnd); err != nil {
			t.Errorf("after %q: %v", ahead, err)
		}
		fmt.Fprint(typing, "later\n")
		if line, err := bufio.NewReader(terminal).ReadString('\n'); line != "later\n" || err != nil {
			t.Errorf("after %q: %q, %v", ahead, line, err)
		}
	}
}

// An openQuestion is a publication's question at a terminal of its own.
type openQuestion struct {
	typing, terminal *os.File
	shown            strings.Builder // to be read once it is answered
	answered         chan error
}

func askAtTerminal(t *testing.T) *openQuestion {
	t.Helper()
	a := &openQuestion{answered: make(chan error, 1)}
	a.typing, a.terminal = pseudoterminal.Open(t)
	again, err := os.OpenFile(a.terminal.Name(), os.O_RDWR|syscall.O_NOCTTY, 0) // which is closed with the question
	if err != nil {
		t.Fatal(err)
	}
	env := &environment{err: &a.shown, errTerminal: true, openTerminal: func() (io.ReadCloser, error) { return again, nil }}
	go func() { a.answered <- askFor(t.Context(), env, "dr.example.com") }()
	return a
}

// paste types a text again and again, with pauses. It ends with the question, and returns
// the error of that and the longest time between two.
func (a *openQuestion) paste(text string, pause time.Duration, times int) (gap time.Duration, answered bool, err error) {
	for last := time.Now(); times > 0; times-- {
		select {
		case err := <-a.answered:
			return gap, true, err
		case <-time.After(pause):
		}
		fmt.Fprint(a.typing, text)
		gap, last = max(gap, time.Since(last)), time.Now()
	}
	return gap, false, nil
}

// What is pasted over a slow line arrives in parts, and none of it confirms anything.
func TestPasteDoesNotConfirm(t *testing.T) {
	t.Parallel()
	const name = "dr.example.com\n"
	for description, test := range map[string]struct {
		first, text string
		pause       time.Duration
		times       int
		allowed     time.Duration // between two parts, for the machine may be slower than the line
		endless     bool
	}{
		"lines":                       {"", name, 60 * time.Millisecond, 6, 240 * time.Millisecond, false},
		"bursts":                      {name, name + name, 300 * time.Millisecond, 5, 900 * time.Millisecond, false},
		"bursts after an end":         {"\x04", name, 400 * time.Millisecond, 4, 900 * time.Millisecond, false},
		"lines that keep coming":      {"", name, 100 * time.Millisecond, 200, 240 * time.Millisecond, true},
		"bursts that keep coming":     {name, name, 300 * time.Millisecond, 60, 900 * time.Millisecond, true},
		"ends of input that keep on":  {"", "\x04", 20 * time.Millisecond, 1000, 240 * time.Millisecond, true},
		"somebody who leans on a key": {"", "\n", 30 * time.Millisecond, 1000, 240 * time.Millisecond, true},
	} {
		t.Run(description, func(t *testing.T) {
			t.Parallel()
			for range 5 {
				a := askAtTerminal(t)
				fmt.Fprint(a.typing, test.first)
				gap, answered, err := a.paste(test.text, test.pause, test.times)
				if !answered && !test.endless {
					time.Sleep(1500 * time.Millisecond)
					fmt.Fprint(a.typing, "something else\n")
					err = <-a.answered
				}
				if gap >= test.allowed {
					continue
				}
				if err == nil {
					t.Error("a paste confirmed it")
				}
				refused, ok := errors.AsType[*failure](err)
				if errors.Is(err, errInputKeepsComing) != test.endless || !ok || refused.status != statusRefused {
					t.Errorf("after all gaps up to %s: %v", gap, err)
				}
				if test.endless == strings.Contains(a.shown.String(), confirmQuestion) {
					t.Errorf("shown %q", a.shown.String())
				}
				return
			}
			t.Fatal("the parts never arrived in time")
		})
	}
}

// What is typed at the question is the answer if it ends with Enter, and what comes along
// with it is not left for a shell.
func TestConfirmationTyped(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]bool{
		"dr.example.com\n":                          true,
		"DR.Example.COM.\n":                         true,
		"dr.example.com\na command for the shell\n": true,
		"dr.example.com\nhalf a command":            true,
		"dr.example.com\x04\x04":                    false,
		"dr.example.com\x04\x04a command\n":         false,
		"\x04":                                      false,
		"\n":                                        false,
		"dr.example.net\na command\n":               false,
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			a := askAtTerminal(t)
			time.Sleep(600 * time.Millisecond) // it is asked by then
			fmt.Fprint(a.typing, typed)
			var err error
			select {
			case err = <-a.answered:
			case <-time.After(20 * time.Second):
				t.Fatal("it waits still")
			}
			if refused, ok := errors.AsType[*failure](err); (err == nil) != want || !want && (!ok || refused.status != statusRefused) {
				t.Errorf("%v", err)
			}
			fmt.Fprint(a.typing, "later\n")
			if line, err := bufio.NewReader(a.terminal).ReadString('\n'); line != "later\n" || err != nil {
				t.Errorf("a shell would read %q, %v", line, err)
			}
		})
	}
}
