package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/internal/vectors"
)

// Every vector through the command, in both forms of its result.
func TestVectors(t *testing.T) {
	t.Parallel()
	all, err := vectors.Load(vectorsDir)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 120 {
		t.Fatalf("only %d vectors", len(all))
	}
	for _, v := range all {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			args := vectorArguments(t, v)
			checkVectorJSON(t, v, drtxt(append(args, "--format", "json")...))
			checkVectorTable(t, v, drtxt(args...))
			checkVectorExplained(t, v, args)
		})
	}
}

// vectorArguments writes the records to a file and makes the command line that
// judges them.
func vectorArguments(t *testing.T, v vectors.Vector) []string {
	t.Helper()
	format, content := vectorFile(v.Records)
	args := []string{"verify", "--file", writeTemp(t, "records", content), "--file-format", format, "--at", fmt.Sprint(v.At)}
	if v.Domain != "" {
		args = append(args, v.Domain)
	}
	if v.Scheme != "" {
		args = append(args, "--scheme", v.Scheme)
	}
	for _, name := range v.Public {
		args = append(args, "--public", publicKey(name))
	}
	return args
}

// vectorFile writes records as bare values where each is one, else as dig prints them.
func vectorFile(records [][]string) (format, content string) {
	if !slices.ContainsFunc(records, func(record []string) bool { return !isBareValue(record) }) {
		for _, record := range records {
			content += record[0] + "\n"
		}
		return "values", content
	}
	for _, record := range records {
		quoted := make([]string, len(record))
		for i, text := range record {
			quoted[i] = presentation.Quote(text)
		}
		content += strings.Join(quoted, " ") + "\n"
	}
	return "dig", content
}

func isBareValue(record []string) bool {
	return len(record) == 1 && strings.TrimSpace(record[0]) != "" && record[0][0] != '"' &&
		!strings.ContainsFunc(record[0], func(r rune) bool { return r < ' ' || r > '~' })
}

func checkVectorJSON(t *testing.T, v vectors.Vector, r result) {
	t.Helper()
	r.want(t, v.Exit)
	got := r.verification(t)
	state := fmt.Sprintf("zia=%s zpa=%s", got.State["zia"], got.State["zpa"])
	if got.Verdict != v.Verdict || state != v.State || got.ExitStatus != v.Exit || got.At != v.At {
		t.Errorf("verdict %s, %s, exit_status %d, at %d; want %s, %s, %d, %d\n%s",
			got.Verdict, state, got.ExitStatus, got.At, v.Verdict, v.State, v.Exit, v.At, clip(r.stdout))
	}
	if canonical := !got.has("not-canonical", "warning") && !got.has("several-strings", "warning"); got.Verdict != "invalid" && got.Verdict != "conflict" && got.Verdict != "none" && canonical != v.Canonical {
		t.Errorf("canonical %t, want %t", canonical, v.Canonical)
	}
	if err := schemas(t).verification(r.stdout); err != nil {
		t.Error(err)
	}
	checkQuiet(t, r)
}

func checkVectorTable(t *testing.T, v vectors.Vector, r result) {
	t.Helper()
	r.want(t, v.Exit)
	if !strings.Contains(r.stdout, "\nverdict: "+v.Verdict+"; ") {
		t.Errorf("the verdict is missing in: %s", clip(r.stdout))
	}
	checkQuiet(t, r)
}

// checkVectorExplained has the same records explained, with and without a judgement.
func checkVectorExplained(t *testing.T, v vectors.Vector, verifyArgs []string) {
	t.Helper()
	_, content := vectorFile(v.Records)
	if content == "" {
		return // explain refuses an empty input
	}
	args := []string{"explain"}
	for i := 1; i < len(verifyArgs); i++ {
		switch verifyArgs[i] {
		case "--file":
			i++
		case v.Domain:
			args = append(args, "--domain", v.Domain)
		default:
			args = append(args, verifyArgs[i])
		}
	}
	status := 0 // without a key, whatever the verdict
	if len(v.Public) > 0 {
		status = v.Exit
	}
	checkQuiet(t, call{stdin: strings.NewReader(content)}.run(args...).want(t, status))
	r := call{stdin: strings.NewReader(content)}.run(append(args, "--format", "json")...).want(t, status)
	checkQuiet(t, r)
	if err := schemas(t).explanation(r.stdout); err != nil {
		t.Error(err)
	}
}

// checkQuiet asserts that a result is printable and that nothing was said besides.
func checkQuiet(t *testing.T, r result) {
	t.Helper()
	if err := checkPrintable(r.stdout); err != nil {
		t.Error(err)
	}
	if r.stderr != "" {
		t.Errorf("on standard error: %s", clip(r.stderr))
	}
}
