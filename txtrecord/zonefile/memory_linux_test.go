//go:build !race

package zonefile

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

// zoneToEdit names the file that a child process edits.
const zoneToEdit = "ZONEFILE_TEST_EDIT"

// peakMemory is the most memory, in bytes, that a process of its own had resident when
// it had edited the file.
func peakMemory(tb testing.TB, path string) int {
	tb.Helper()
	program, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	child := exec.Command(program, "-test.run", "^TestEditInChild$", "-test.v")
	child.Env = append(os.Environ(), zoneToEdit+"="+path)
	out, err := child.CombinedOutput()
	if err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	peak := regexp.MustCompile(`VmHWM:\s*(\d+) kB`).FindSubmatch(out)
	if peak == nil {
		tb.Fatalf("no peak in\n%s", out)
	}
	kilobytes, err := strconv.Atoi(string(peak[1]))
	if err != nil {
		tb.Fatal(err)
	}
	return 1024 * kilobytes
}

// TestEditInChild does nothing unless [peakMemory] runs it.
func TestEditInChild(t *testing.T) {
	if path := os.Getenv(zoneToEdit); path != "" {
		editOnce(t, path)
		t.Logf("%s", readFile(t, "/proc/self/status"))
	}
}

// An edit takes at most four times the memory of the file.
func TestMemory(t *testing.T) {
	data := millionRecords()
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, data)
	peak := peakMemory(t, path)
	ratio := float64(peak) / float64(len(data))
	t.Logf("%d MB for a file of %d MB: %.2f times", peak>>20, len(data)>>20, ratio)
	if ratio > 4 {
		t.Errorf("%.2f times the file", ratio)
	}
}
