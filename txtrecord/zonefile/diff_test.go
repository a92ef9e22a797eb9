package zonefile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// numbered is a text of so many lines.
func numbered(lines int) string {
	var b strings.Builder
	for i := range lines {
		fmt.Fprintf(&b, "%d\n", i+1)
	}
	return b.String()
}

// at returns the piece that replaces one part of a text by another.
func at(t *testing.T, data, old, new string) piece {
	t.Helper()
	start := strings.Index(data, old)
	if start < 0 {
		t.Fatalf("no %q", old)
	}
	return piece{span{start, start + len(old)}, new}
}

func TestWriteDiff(t *testing.T) {
	data := numbered(20)
	end := piece{span{len(data), len(data)}, "21\n"}
	for name, c := range map[string]struct {
		data   string
		pieces []piece
		want   string
	}{
		"nothing": {data, nil, ""},
		"same":    {data, []piece{at(t, data, "\n5\n", "\n5\n")}, ""},
		"hunks apart": {data, []piece{at(t, data, "2\n3", "two\nmore\n3"), at(t, data, "10\n", "")},
			"--- P\n+++ P\n@@ -1,5 +1,6 @@\n 1\n-2\n+two\n+more\n 3\n 4\n 5\n@@ -7,7 +8,6 @@\n 7\n 8\n 9\n-10\n 11\n 12\n 13\n"},
		"hunks that meet": {data, []piece{at(t, data, "3\n4", "three\n4"), at(t, data, "10\n", "")},
			"--- P\n+++ P\n@@ -1,13 +1,12 @@\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n 7\n 8\n 9\n-10\n 11\n 12\n 13\n"},
		"at the end": {data, []piece{end}, "--- P\n+++ P\n@@ -18,3 +18,4 @@\n 18\n 19\n 20\n+21\n"},
		"all":        {"1\n", []piece{{span{0, 2}, ""}}, "--- P\n+++ P\n@@ -1 +0,0 @@\n-1\n"},
		"no line end": {"1\n2", []piece{{span{3, 3}, "\n3"}},
			"--- P\n+++ P\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n\\ No newline at end of file\n"},
		"equal lines in the change": {"1\n2\n3\n", []piece{{span{0, 6}, "1\ntwo\n3\n"}},
			"--- P\n+++ P\n@@ -1,3 +1,3 @@\n 1\n-2\n+two\n 3\n"},
		"two in a line": {"a b\n", []piece{{span{0, 1}, "x"}, {span{2, 3}, "y"}}, "--- P\n+++ P\n@@ -1 +1 @@\n-a b\n+x y\n"},
	} {
		var got bytes.Buffer
		if err := writeDiff(&got, "P", []byte(c.data), c.pieces); err != nil || got.String() != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, got.String(), c.want)
		}
	}
}

func TestDiffPath(t *testing.T) {
	for path, want := range map[string]string{
		"/etc/bind/db.example.com": "/etc/bind/db.example.com",
		"/with blank/ü":            "/with blank/ü",
		"/a\tb\nc\"d\\e\x1b[31m":   `"/a\tb\nc\"d\\e\033[31m"`,
	} {
		if got := diffPath(path); got != want {
			t.Errorf("%q is written %s, want %s", path, got, want)
		}
	}
}

// broken fails at its nth write.
type broken int

var errBroken = errors.New("broken")

func (b *broken) Write(p []byte) (int, error) {
	if *b--; *b < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	f, err := understood([]byte(head), "example.com", "dr.example.com")
	if err != nil {
		t.Fatal(err)
	}
	edit, err := f.Edit([]Change{{Type: "TXT", Add: texts("a")}}, november)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 2 {
		first, second := broken(n), broken(n)
		if err := edit.WriteDiff(&first); !errors.Is(err, errBroken) {
			t.Errorf("diff: %v", err)
		}
		if _, err := edit.WriteTo(&second); !errors.Is(err, errBroken) {
			t.Errorf("text: %v", err)
		}
	}
}
