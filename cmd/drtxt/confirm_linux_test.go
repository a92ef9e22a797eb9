package main

import (
	"bufio"
	"fmt"
	"testing"

	"github.com/drtxt/drtxt/internal/pseudoterminal"
)

// What was typed before the question was seen answers nothing, whatever it was.
func TestTypedAheadIsDiscarded(t *testing.T) {
	t.Parallel()
	for _, ahead := range []string{"", "dr.example.com\n", "\x04dr.example.com\n", "\x04\x04\ndr.example.com\n\x04"} {
		typing, terminal := pseudoterminal.Open(t)
		fmt.Fprint(typing, ahead)
		discardTyped(terminal)
		fmt.Fprint(typing, "later\n")
		if line, err := bufio.NewReader(terminal).ReadString('\n'); line != "later\n" || err != nil {
			t.Errorf("after %q: %q, %v", ahead, line, err)
		}
	}
}
