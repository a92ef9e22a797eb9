package kit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/verify"
)

// allocated is how many bytes are allocated while something is done. What runs beside it
// counts too, so tests that use it are not parallel.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// setFiles are the paths of all files of sets.
func setFiles(m *kit.Manifest) []string {
	var found []string
	for _, s := range m.Sets {
		for _, f := range s.Files {
			found = append(found, f.Path)
		}
	}
	return found
}

// A file of another size than the manifest says is not read.
func TestHugeFilesAreNotRead(t *testing.T) {
	dir := write(t, options(t))
	for _, size := range []int64{kit.MaxFile, 1 << 40} {
		var huge []string
		for _, name := range paths(t, dir) {
			info, err := os.Stat(filepath.Join(dir, name))
			if err != nil || info.IsDir() || name == kit.ManifestFile {
				continue
			}
			if err := os.Truncate(filepath.Join(dir, name), size); err != nil {
				t.Fatal(err)
			}
			huge = append(huge, name)
		}
		var report *kit.Report
		if n := allocated(func() { report = check(t, dir, policy(t)) }); n > 8<<20 {
			t.Errorf("%d bytes: %d were allocated", size, n)
		}
		for _, name := range huge {
			if !slices.ContainsFunc(report.Findings, func(f kit.Finding) bool {
				return f.Code == kit.CodeFileChanged && f.Path == name && strings.HasPrefix(f.Message, fmt.Sprintf("it has %d bytes", size))
			}) {
				t.Errorf("%s: %v", name, report.Findings)
			}
		}
	}
}

// What does not belong to the set that is picked is not read, and what a manifest may name
// is bounded.
func TestTakeReadsOneSet(t *testing.T) {
	dir := write(t, options(t))
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	var others []string
	for _, name := range setFiles(folder.Manifest) {
		if filepath.Dir(name) != "off" && len(others) < kit.MaxFiles/kit.MaxFile-1 {
			others = append(others, name)
		}
	}
	for _, name := range others {
		if err := os.Truncate(filepath.Join(dir, name), kit.MaxFile); err != nil {
			t.Fatal(err)
		}
	}
	fixDigests(t, dir, nil)
	var picked *kit.Picked
	if n := allocated(func() { picked, err = take(t, dir, "off", "json", policy(t)) }); err != nil || n > kit.MaxFile {
		t.Errorf("%v; %d bytes were allocated", err, n)
	} else if picked.Judgement.Verdict != verify.Valid {
		t.Errorf("it is %s", picked.Judgement.Verdict)
	}
	fixDigests(t, dir, func(m *kit.Manifest) {
		for i := range m.Documents {
			m.Documents[i].Size = kit.MaxFile
		}
	})
	if _, err := kit.Open(dir); !is[*kit.ManifestError](err) {
		t.Errorf("a manifest with more: %v", err)
	}
}

// Of a file that grows after the folder was listed no more is read than it may have.
func TestFileThatGrows(t *testing.T) {
	dir := write(t, options(t))
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "on/on-01.json"), 64<<20); err != nil {
		t.Fatal(err)
	}
	var report *kit.Report
	if n := allocated(func() { report = folder.Check(policy(t)) }); n > 8<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
	if !has(report.Findings, kit.CodeFileChanged, "on/on-01.json") || !slices.Equal(codes(report.Findings), []kit.Code{kit.CodeFileChanged}) {
		t.Errorf("%v", report.Findings)
	}
}
