package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
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
		discardTyped(terminal, quietAfterEnd)
		fmt.Fprint(typing, "later\n")
		if line, err := bufio.NewReader(terminal).ReadString('\n'); line != "later\n" || err != nil {
			t.Errorf("after %q: %q, %v", ahead, line, err)
		}
	}
}

// A slowLine has a text pasted over it, a line at a time.
type slowLine struct{ typing *os.File }

// paste types lines, and returns the longest time between two, or before the first.
func (s slowLine) paste(line string, times int) (longest time.Duration) {
	last := time.Now()
	for range times {
		time.Sleep(60 * time.Millisecond)
		fmt.Fprint(s.typing, line)
		longest, last = max(longest, time.Since(last)), time.Now()
	}
	return longest
}

// What is pasted over a slow line arrives in parts, and none of it confirms anything.
func TestPasteDoesNotConfirm(t *testing.T) {
	t.Parallel()
	for range 5 { // the machine may be slower than the line
		typing, terminal := pseudoterminal.Open(t)
		var shown strings.Builder
		env := &environment{err: &shown, errTerminal: true, openTerminal: func() (io.ReadCloser, error) { return terminal, nil }}
		asked := make(chan error)
		go func() { asked <- askFor(t.Context(), env, "dr.example.com") }()
		gap := slowLine{typing}.paste("dr.example.com\n", 6)
		time.Sleep(600 * time.Millisecond)
		fmt.Fprint(typing, "something else\n")
		err := <-asked
		if gap >= 240*time.Millisecond {
			continue
		}
		if err == nil {
			t.Error("a paste confirmed it")
		}
		return
	}
	t.Fatal("the lines never arrived in time")
}

// Whoever leans on a key is not waited for for ever.
func TestDiscardingEnds(t *testing.T) {
	t.Parallel()
	typing, terminal := pseudoterminal.Open(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		discardTyped(terminal, quietAfterPaste)
	}()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		fmt.Fprint(typing, "\n")
		select {
		case <-done:
			return
		default:
		}
	}
	t.Error("it waits still")
}
