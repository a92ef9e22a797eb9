package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkVoice holds the text of a failure against the contract: lines that begin with
// "drtxt: ", in lower case and without a full stop, then one hint, and nothing that
// a terminal would act upon or that only the program's authors understand.
func checkVoice(stderr string) error {
	if err := checkPrintable(stderr); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	lines = slices.DeleteFunc(lines, isNote)
	if len(lines) < 2 {
		return fmt.Errorf("%d lines, want a sentence and a hint", len(lines))
	}
	sentences, hint := lines[:len(lines)-1], lines[len(lines)-1]
	for _, sentence := range sentences {
		said, ok := strings.CutPrefix(sentence, "drtxt: ")
		if !ok {
			return fmt.Errorf("a line does not begin with drtxt: %q", sentence)
		}
		if err := checkSentence(said); err != nil {
			return err
		}
	}
	said, ok := strings.CutPrefix(hint, "hint: ")
	if !ok {
		return fmt.Errorf("the last line is no hint: %q", hint)
	}
	return checkSentence(said)
}

// notes are what may be said before what is wrong: a name that was converted, a warning,
// and what was to be published.
var notes = regexp.MustCompile(`^(domain: |warning: | {2}|\S+ (at the server|in the zone file) \S+ \(zone \S+\)$|what stands now .*:$|every client will have seen it |Type the domain's name )`)

func isNote(line string) bool { return notes.MatchString(line) }

func checkSentence(text string) error {
	first, _ := utf8.DecodeRuneInString(text)
	for _, foreign := range []string{"goroutine ", "panic:", ".go:", "%!", "0xc0"} {
		if strings.Contains(text, foreign) {
			return fmt.Errorf("a message of the program's insides: %q", text)
		}
	}
	switch {
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("an empty sentence")
	case strings.HasSuffix(text, "."):
		return fmt.Errorf("a full stop: %q", text)
	case unicode.IsUpper(first) && !strings.HasPrefix(text, "DRTXT_"):
		return fmt.Errorf("upper case: %q", text)
	}
	return nil
}

// checkPrintable refuses whatever a terminal could act upon: everything but printable
// characters and the ends of lines.
func checkPrintable(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("bytes that are not UTF-8")
	}
	for i, r := range text {
		if r != '\n' && !unicode.IsPrint(r) {
			return fmt.Errorf("%U at byte %d, behind %q", r, i, clip(text[max(0, i-40):i]))
		}
	}
	return nil
}

func TestVoiceCheckItself(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"drtxt: no private key\nhint: add one\n",
		"drtxt: DRTXT_X is ignored\ndrtxt: \"on\" needs an end\nhint: add --for 8h\n",
	} {
		if err := checkVoice(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "drtxt: no private key\n", "no private key\nhint: add one\n", "drtxt: No key\nhint: add one\n",
		"drtxt: no key.\nhint: add one\n", "drtxt: no key\nhint: add one.\n", "drtxt: no key\nhint: \n",
		"drtxt: a\x1b[31m\nhint: b\n", "drtxt: a\u202e\nhint: b\n", "drtxt: a\xff\nhint: b\n", "drtxt: a\u009b\nhint: b\n",
		"drtxt: a\ngoroutine 1 [running]:\nhint: b\n", "drtxt: main.go:7\nhint: b\n",
	} {
		if checkVoice(bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
}
