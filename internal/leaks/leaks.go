// Package leaks finds the secrets of this project's tests in what was printed while they
// ran: passphrases and PINs, all of which hold [Mark], and numbers of the private test
// keys, in the encodings that a careless line of code would print them in.
//
// It does not find what is encrypted, compressed, or printed in pieces of fewer than
// twenty characters a line.
package leaks

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

// Mark is part of every passphrase and PIN that is used in tests.
const Mark = "TEST-ONLY"

// window is how many characters in a row give a number away: in the shortest encoding
// that is 40 bits, which do not come about by accident.
const window = 20

// A Finder knows secrets and finds them in text. It can be used by several goroutines.
type Finder struct {
	// marks are the encodings of Mark.
	marks []string
	// windows has each window of each encoding of each number, and what that is.
	windows map[string]string
}

// A Leak is where a secret was found. It does not hold the secret.
type Leak struct {
	Line int    // from 1
	What string // the secret in words
}

// A Report is what a whole output held.
type Report struct {
	Lines int
	// Tests is the number of tests whose beginning was seen, as `go test -v` prints it.
	Tests int
	Leaks []Leak
}

// Scan searches everything that in has.
func (f *Finder) Scan(in io.Reader) (Report, error) {
	var report Report
	reader := bufio.NewReader(in)
	for {
		line, err := reader.ReadString('\n')
		if line != "" {
			report.Lines++
			if strings.HasPrefix(line, "=== RUN ") {
				report.Tests++
			}
			if what := f.Find(line); what != "" {
				report.Leaks = append(report.Leaks, Leak{report.Lines, what})
			}
		}
		if errors.Is(err, io.EOF) {
			return report, nil
		}
		if err != nil {
			return report, err
		}
	}
}

// Find says which secret a text holds, the first one, in words; "" for none.
func (f *Finder) Find(text string) string {
	for line := range strings.Lines(text) {
		if what := f.findIn(line); what != "" {
			return what
		}
	}
	return ""
}

// findIn is Find for one line.
func (f *Finder) findIn(line string) string {
	compact := compactHex(line)
	for _, mark := range f.marks {
		if strings.Contains(line, mark) || strings.Contains(compact, mark) {
			return "a test passphrase or PIN"
		}
	}
	if what := f.findNumber(line); what != "" {
		return what
	}
	return f.findNumber(compact)
}

func (f *Finder) findNumber(text string) string {
	for i := range len(text) - window + 1 {
		if what, found := f.windows[text[i:i+window]]; found {
			return what
		}
	}
	return ""
}
