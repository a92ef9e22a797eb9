package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// passing is a package that printed a lot, and passed.
const passing = `=== RUN   TestA
=== PAUSE TestA
=== CONT  TestA
    a_test.go:1: said in passing
--- PASS: TestA (0.00s)
PASS
ok  	example.com/passing	0.1s
`

// failing has two tests that run at once, one of which fails in one of its parts.
const failing = `=== RUN   TestA
=== RUN   TestB
=== RUN   TestB/one
=== NAME  TestA
    a_test.go:1: said by A
=== RUN   TestB/two
    b_test.go:2: said by two
=== NAME  TestB/one
    b_test.go:3: said by one
=== NAME  TestB
    b_test.go:4: said by B
printed by B--- FAIL: TestB (0.01s)
    --- PASS: TestB/two (0.00s)
    --- FAIL: TestB/one (0.00s)
=== NAME  TestA
    a_test.go:2: said by A
--- PASS: TestA (0.02s)
FAIL
FAIL	example.com/failing	0.1s
`

func TestShow(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ output, want string }{
		"nothing":                      {"", ""},
		"passed":                       {passing, "ok  \texample.com/passing\t0.1s\n"},
		"passed, and spoke of failing": {strings.Replace(passing, "    a_test.go:1: said in passing", "--- FAIL: TestB (0.00s)", 1), "ok  \texample.com/passing\t0.1s\n"},
		"no tests":                     {"?   \texample.com/none\t[no test files]\n", "?   \texample.com/none\t[no test files]\n"},
		"one failed":                   {passing + failing + passing + "FAIL\n", "ok  \texample.com/passing\t0.1s\n" + failedParts + "ok  \texample.com/passing\t0.1s\nFAIL\n"},
		"not compiled": {"# example.com/broken\n./a.go:1: undefined: x\n" + passing + "FAIL\texample.com/broken [build failed]\nFAIL\n",
			"# example.com/broken\n./a.go:1: undefined: x\nok  \texample.com/passing\t0.1s\nFAIL\texample.com/broken [build failed]\nFAIL\n"},
		"not compiled, said later": {strings.Replace(passing, "PASS\n", "# example.com/broken\n./a.go:1: undefined: x\nPASS\n", 1),
			"# example.com/broken\n./a.go:1: undefined: x\nok  \texample.com/passing\t0.1s\n"},
		"a panic": {"=== RUN   TestA\n=== RUN   TestB\n    b_test.go:1: said\npanic: no\n\ngoroutine 1 [running]:\nFAIL\texample.com/a\t0.1s\n",
			"=== TestB\n    b_test.go:1: said\npanic: no\n\ngoroutine 1 [running]:\nFAIL\texample.com/a\t0.1s\n"},
		"a panic of a test": {"=== RUN   TestA\n    a_test.go:1: said\n=== RUN   TestB\n    b_test.go:1: said\n--- FAIL: TestB (0.00s)\npanic: no\n\tmain.go:1\nFAIL\texample.com/a\t0.1s\n",
			"=== TestB\n    b_test.go:1: said\n--- FAIL: TestB (0.00s)\npanic: no\n\tmain.go:1\nFAIL\texample.com/a\t0.1s\n"},
		"cut off": {"=== RUN   TestA\n    a_test.go:1: said", "=== TestA\n    a_test.go:1: said\n"},
	} {
		var out strings.Builder
		if err := show(&out, strings.NewReader(test.output)); err != nil {
			t.Fatal(err)
		}
		if out.String() != test.want {
			t.Errorf("%s: shown\n%s\nwant\n%s", name, out.String(), test.want)
		}
	}
}

const failedParts = `=== TestB/one
    b_test.go:3: said by one
=== TestB
    b_test.go:4: said by B
printed by B--- FAIL: TestB (0.01s)
=== TestB/one
    --- FAIL: TestB/one (0.00s)
FAIL
FAIL	example.com/failing	0.1s
`

// Of a package that failed as a whole the end is shown, and all that no test printed.
func TestShowEnd(t *testing.T) {
	t.Parallel()
	var in, out strings.Builder
	in.WriteString("=== RUN   TestA\n")
	for i := range 1000 {
		fmt.Fprintf(&in, "line %d\n", i)
	}
	in.WriteString("fatal error: no\nFAIL\texample.com/a\t0.1s\n")
	if err := show(&out, strings.NewReader(in.String())); err != nil {
		t.Fatal(err)
	}
	shown := strings.Split(out.String(), "\n")
	if shown[0] != "=== TestA" || shown[1] != "line 952" || len(shown) != most+2 {
		t.Errorf("%d lines from %q on", len(shown), shown[:2])
	}
	out.Reset()
	crash := strings.Replace(in.String(), "line 0\n", "fatal error: no\n", 1)
	if err := show(&out, strings.NewReader(crash)); err != nil || strings.Count(out.String(), "\n") != 1002 {
		t.Errorf("%v, %d lines", err, strings.Count(out.String(), "\n"))
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func TestUnreadable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := show(&out, failingReader{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Error(err)
	}
	if err := showFile(&out, filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("a missing file is no error")
	}
}
