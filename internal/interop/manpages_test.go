//go:build interop

package interop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// mandoc has nothing to say about the manual pages but that they bear no date, and shows
// what the help says.
func TestManualPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	must(t, drtxt, "man", "--dir", dir)
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	for _, page := range pages {
		for line := range strings.Lines(run(t, "", "mandoc", "-T", "lint", "-W", "warning", page).out) {
			if !strings.Contains(line, `missing date, using "": TH`) {
				t.Errorf("%s", line)
			}
		}
	}
	shown := must(t, "mandoc", "-T", "ascii", "-O", "width=200", filepath.Join(dir, "drtxt-record.1"))
	plain := overstruck(shown)
	for _, want := range []string{
		"drtxt-record - Make the records that switch disaster recovery on, off, or to test mode",
		"--no-end", "-o, --out FILE",
		"  drtxt record off dr.example.com --key dr_privatekey.pem --format zone\n",
		"  nsupdate     a script for nsupdate (RFC 2136)\n",
		"drtxt(1)",
	} {
		if !strings.Contains(plain, want) {
			t.Errorf("%q is missing in the page: %s", want, plain)
		}
	}
	if printed := must(t, drtxt, "man", "record"); printed != readText(t, filepath.Join(dir, "drtxt-record.1")) {
		t.Error("the page that is printed is another than the one that is written")
	}
}

// overstruck takes away the characters that a printer would print twice, or underline.
func overstruck(text string) string {
	var b strings.Builder
	runes := []rune(text)
	for i, r := range runes {
		if r != '\b' && (i+1 == len(runes) || runes[i+1] != '\b') {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func readText(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
