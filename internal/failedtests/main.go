// Command failedtests shows of the output of `go test -v` what is worth reading: how every
// package ended, and of those that failed what the failing tests and no test in
// particular printed.
//
//	go run ./internal/failedtests OUTPUT
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: failedtests OUTPUT")
		os.Exit(2)
	}
	if err := showFile(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "failedtests:", err)
		os.Exit(2)
	}
}

func showFile(out io.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return show(out, file)
}

func show(out io.Writer, in io.Reader) error {
	p := newPackageOutput()
	for reader := bufio.NewReader(in); ; {
		line, err := reader.ReadString('\n')
		if line != "" {
			if p.take(strings.TrimSuffix(line, "\n")) {
				p.show(out)
				p = newPackageOutput()
			}
		}
		if errors.Is(err, io.EOF) {
			p.show(out) // it was cut off, unless it is empty
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// A packageOutput is what the tests of one package printed.
type packageOutput struct {
	lines  []printedLine
	test   string          // whose lines come
	failed map[string]bool // by test
	passed bool
}

// A printedLine belongs to a test, or to none.
type printedLine struct{ test, text string }

func newPackageOutput() *packageOutput { return &packageOutput{failed: map[string]bool{}} }

var (
	// switched is when another test goes on.
	switched = regexp.MustCompile(`^=== (?:RUN|PAUSE|CONT|NAME) +(\S*)`)
	// verdict is how a test ended. What it printed last may not have ended its line.
	verdict = regexp.MustCompile(`--- (PASS|FAIL|SKIP): (\S+) \(\d+\.\d+s\)$`)
	// ended is how a package ended.
	ended = regexp.MustCompile(`^(ok  |FAIL|\?   )\t`)
	// general is what no test printed: the outcome, crashes, errors of the compiler.
	general = regexp.MustCompile(`^(PASS$|FAIL$|panic: |fatal error: |exit status |signal: |# )`)
)

// take takes a line and reports whether that is the last one of the package.
func (p *packageOutput) take(line string) (last bool) {
	if found := switched.FindStringSubmatch(line); found != nil {
		p.test = found[1]
		return false
	}
	if found := verdict.FindStringSubmatch(line); found != nil {
		p.test = found[2]
		p.failed[p.test] = found[1] == "FAIL"
	}
	found := ended.FindStringSubmatch(line)
	if found != nil || general.MatchString(line) {
		p.test = ""
	}
	p.lines = append(p.lines, printedLine{p.test, line})
	p.passed = found != nil && found[1] != "FAIL"
	return found != nil
}

// most is how many of the last lines are shown of a package that failed without a failing
// test.
const most = 50

// show prints what is worth reading. Errors of the compiler may stand before another
// package, which passed.
func (p *packageOutput) show(out io.Writer) {
	whole := len(p.lines) // from where on every line is shown
	if !p.passed && !slices.Contains(slices.Collect(maps.Values(p.failed)), true) {
		whole = max(0, len(p.lines)-most)
	}
	test := ""
	for i, l := range p.lines {
		if l.text == "PASS" || l.test != "" && i < whole && (p.passed || !p.failed[l.test]) {
			continue
		}
		if l.test != test && l.test != "" {
			fmt.Fprintln(out, "===", l.test)
		}
		test = l.test
		fmt.Fprintln(out, l.text)
	}
}
