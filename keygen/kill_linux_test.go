package keygen_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/drtxt/drtxt/keygen"
)

func init() { children["pairs"] = writePairs }

// writePairs writes pair after pair, into the directories 0, 1, 2… below
// args[0], until it is killed.
func writePairs(args []string) {
	key := testKey()
	fmt.Println("ready")
	for i := range 100_000 {
		if err := keygen.WritePair(filepath.Join(args[0], strconv.Itoa(i)), key); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// Whenever the process is killed, a directory holds nothing, the whole public
// key alone, or the whole pair.
func TestKill(t *testing.T) {
	t.Parallel()
	kills := 240
	if testing.Short() {
		kills = 24
	}
	public, private := encoded(t, testKey())
	count := make(map[string]int)
	for range kills {
		base := t.TempDir()
		killAtRandom(t, child(t, "pairs", base))
		dirs := names(t, base)
		for i := range dirs {
			if !slices.Contains(dirs, strconv.Itoa(i)) {
				t.Fatalf("foreign names in %q", dirs)
			}
			state := pairState(t, filepath.Join(base, strconv.Itoa(i)), public, private)
			if i < len(dirs)-1 && state != "pair" {
				t.Errorf("a directory that was left behind holds %s", state)
			}
			if i == len(dirs)-1 {
				count[state]++
			}
		}
		os.RemoveAll(base)
	}
	t.Logf("where the kill struck: %v", count)
	if len(count) < 2 {
		t.Errorf("only one state was ever seen: %v", count)
	}
}

// killAtRandom starts command, waits until it is ready and up to 20 ms more,
// and kills it.
func killAtRandom(t *testing.T, command *exec.Cmd) {
	t.Helper()
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, len("ready"))); err != nil {
		t.Errorf("the child: %v", err)
	}
	time.Sleep(rand.N(20 * time.Millisecond))
	command.Process.Signal(unix.SIGKILL)
	command.Wait()
	if stderr.Len() > 0 {
		t.Errorf("the child: %s", stderr.String())
	}
}

// pairState names what dir holds, and fails if that is anything else than
// nothing, the public key, or the pair.
func pairState(t *testing.T, dir string, public, private []byte) string {
	t.Helper()
	state, files := "", names(t, dir)
	switch {
	case len(files) == 0:
		return "nothing"
	case slices.Equal(files, []string{keygen.PublicKeyFile}):
		state = "public alone"
	case slices.Equal(files, []string{keygen.PrivateKeyFile, keygen.PublicKeyFile}):
		state = "pair"
		wantContent(t, filepath.Join(dir, keygen.PrivateKeyFile), private)
	default:
		t.Fatalf("the directory holds %q", files)
	}
	wantContent(t, filepath.Join(dir, keygen.PublicKeyFile), public)
	return state
}

func wantContent(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("%s holds %d bytes, want the %d of the key", path, len(got), len(want))
	}
}
