// Command leakscan searches the output of `go test -v` for the secrets of this project's
// tests (see package leaks) and names the lines that hold one:
//
//	go run ./internal/leaks/leakscan OUTPUT KEYS…
//
// KEYS are the folders of the private test keys. It ends in 0 where there is no secret, in
// 1 where there is one, and in 2 where that cannot be said: no output of tests, no keys.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/drtxt/drtxt/internal/leaks"
)

func main() { os.Exit(run(os.Stdout, os.Stderr, os.Args[1:])) }

const (
	statusClean  = 0
	statusLeak   = 1
	statusFailed = 2
)

// errNoTests is for a file that is empty or something else, and so proves nothing.
var errNoTests = errors.New("this is no output of `go test -v`: no test begins in it")

func run(stdout, stderr io.Writer, args []string) int {
	if len(args) < 2 {
		fmt.Fprintln(stderr, "usage: leakscan OUTPUT KEYS...")
		return statusFailed
	}
	report, err := scan(args[0], args[1:])
	if err != nil {
		fmt.Fprintln(stderr, "leakscan:", err)
		return statusFailed
	}
	for _, leak := range report.Leaks {
		fmt.Fprintf(stdout, "%s:%d: %s\n", args[0], leak.Line, leak.What)
	}
	fmt.Fprintf(stdout, "%d leaks in %d lines of %d tests\n", len(report.Leaks), report.Lines, report.Tests)
	if len(report.Leaks) > 0 {
		return statusLeak
	}
	return statusClean
}

func scan(path string, keys []string) (leaks.Report, error) {
	finder, err := leaks.Load(keys...)
	if err != nil {
		return leaks.Report{}, err
	}
	file, err := os.Open(path)
	if err != nil {
		return leaks.Report{}, err
	}
	defer file.Close()
	report, err := finder.Scan(file)
	if err == nil && report.Tests == 0 {
		err = fmt.Errorf("%s: %w", path, errNoTests)
	}
	return report, err
}
