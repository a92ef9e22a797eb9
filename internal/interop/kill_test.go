//go:build interop

package interop

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
)

// kills is how often a command is killed while it runs, in so many series side by side.
const kills, killSeries = 500, 4

// A tally counts where the kills struck.
type tally struct {
	mu     sync.Mutex
	counts map[string]int
}

func (c *tally) add(where string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	c.counts[where]++
}

// want checks that kills struck at each of these places.
func (c *tally) want(t *testing.T, places ...string) {
	t.Helper()
	t.Logf("where the kills struck: %v", c.counts)
	for _, place := range places {
		if c.counts[place] == 0 {
			t.Errorf("no kill struck %s", place)
		}
	}
}

// killSeriesOf runs a series of kills several times at once.
func killSeriesOf(t *testing.T, series func(t *testing.T, kills int)) {
	t.Run("series", func(t *testing.T) {
		for i := range killSeries {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				series(t, kills/killSeries)
			})
		}
	})
}

// killWhen starts a command, kills it when the given wait is over, and reports whether
// that was what ended it.
func killWhen(t *testing.T, cmd *exec.Cmd, wait func()) (killed bool) {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	wait()
	cmd.Process.Kill()
	err := cmd.Wait()
	leaks.Check(t, "standard error of drtxt", errs.String())
	exit, ok := errors.AsType[*exec.ExitError](err)
	if err != nil && (!ok || exit.ExitCode() >= 0) {
		t.Fatalf("%q: %v\n%s", cmd.Args, err, errs.String())
	}
	return err != nil
}

// An aim chooses when to kill: anywhere in the run, or around the moment at which the
// outcome turns.
type aim struct {
	usual, turn time.Duration
	shots       int
}

func (a *aim) delay() time.Duration {
	if a.shots++; a.shots%3 == 0 {
		return rand.N(a.usual * 3 / 2)
	}
	return max(0, a.turn-a.usual/8+rand.N(a.usual/4))
}

// learn moves towards the moment at which it is as often too late as too early.
func (a *aim) learn(late bool) {
	if step := a.usual / 40; late {
		a.turn = max(0, a.turn-step)
	} else {
		a.turn += step
	}
}

// medianOf is the median time that something takes.
func medianOf(do func()) time.Duration {
	var took []time.Duration
	for range 5 {
		begin := time.Now()
		do()
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// hosts fill a zone, so that writing it takes some time.
var hosts = func() string {
	var b strings.Builder
	for i := range 10000 {
		fmt.Fprintf(&b, "host%d IN A 192.0.2.%d\n", i, i%256)
	}
	return b.String()
}()

// An editedFile is a zone file that is published to again and again.
type editedFile struct {
	*publisher
	path   string
	serial int
	stands int // which of the sets
	sets   [2]recordSet
}

const editedMode = 0o640

func newEditedFile(t *testing.T, o *publisher, sets [2]recordSet) *editedFile {
	t.Helper()
	f := &editedFile{publisher: o.apart(t), path: filepath.Join(t.TempDir(), "zone"), serial: 1, sets: sets}
	if err := errors.Join(os.WriteFile(f.path, []byte(f.text(0, 1)), editedMode), os.Chmod(f.path, editedMode)); err != nil {
		t.Fatal(err)
	}
	return f
}

// text is the whole file with one of the sets.
func (f *editedFile) text(set, serial int) string {
	head := strings.Replace(zoneHead, "hostmaster 1 ", fmt.Sprintf("hostmaster %d ", serial), 1)
	return head + strings.Join(f.sets[set].lines, "") + foreign + hosts
}

// args publish the set that does not stand.
func (f *editedFile) args() []string {
	return append([]string{"--zone-file", f.path}, confirmed(f.sets[1-f.stands].file)...)
}

func (f *editedFile) command() *exec.Cmd {
	cmd := exec.Command(drtxt, append([]string{"publish", "--public", f.public}, f.args()...)...)
	cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+f.state)
	return cmd
}

// publishWhole publishes without being killed.
func (f *editedFile) publishWhole(t *testing.T) {
	t.Helper()
	f.publish(t, f.args()...).want(t, "not killed", 0)
	if !f.look(t) {
		t.Fatal("nothing was written")
	}
	if left := f.clearAway(t); left {
		t.Error("a temporary file is left, and nobody was killed")
	}
}

// look reports whether the file is the new one, and fails the test unless it is that or
// the old one.
func (f *editedFile) look(t *testing.T) (replaced bool) {
	t.Helper()
	data, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(f.path); err != nil || info.Mode() != editedMode {
		t.Errorf("%v, %v", info, err)
	}
	switch string(data) {
	case f.text(f.stands, f.serial):
		return false
	case f.text(1-f.stands, f.serial+1):
		f.stands, f.serial = 1-f.stands, f.serial+1
		return true
	}
	t.Fatalf("the file is a mix: %d bytes, the old one has %d, the new one %d", len(data), len(f.text(f.stands, f.serial)), len(f.text(1-f.stands, f.serial+1)))
	return false
}

// clearAway removes what a kill can leave, which must be named as is promised, and undo
// files, which must be whole. It reports whether a part of a zone file was left.
func (f *editedFile) clearAway(t *testing.T) (left bool) {
	t.Helper()
	for _, dir := range []string{filepath.Dir(f.path), filepath.Join(f.state, "drtxt", "undo")} {
		entries, err := os.ReadDir(dir)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		for _, entry := range entries {
			path := filepath.Join(dir, entry.Name())
			temporary := strings.HasPrefix(entry.Name(), ".drtxt-")
			switch {
			case path == f.path:
				continue
			case dir == filepath.Dir(f.path) && !temporary:
				t.Errorf("%s is left", path)
			case !temporary:
				wantUndoFile(t, path)
			}
			left = left || dir == filepath.Dir(f.path)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	return left
}

// wantUndoFile checks that an undo file is whole, and for nobody else.
func wantUndoFile(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var undo struct {
		Schema  string
		Changes []struct{ Before, After struct{ Records []string } }
	}
	if err := json.Unmarshal(data, &undo); err != nil || undo.Schema != "drtxt/undo/v1" || len(undo.Changes) != 1 ||
		len(undo.Changes[0].Before.Records) != 2 || len(undo.Changes[0].After.Records) != 2 {
		t.Errorf("%s: %v\n%s", path, err, data)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// Whenever publish --zone-file is killed, the file is the old one or the new one, and the
// next publication works.
func TestKillPublishZoneFile(t *testing.T) {
	o := newPublisher(t)
	sets := [2]recordSet{o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)}
	var struck tally
	killSeriesOf(t, func(t *testing.T, kills int) {
		f := newEditedFile(t, o, sets)
		usual := medianOf(func() { f.publishWhole(t) })
		at := &aim{usual: usual, turn: usual / 2}
		for struckHere := 0; struckHere < kills; {
			killed := killWhen(t, f.command(), func() { time.Sleep(at.delay()) })
			replaced := f.look(t)
			part := f.clearAway(t)
			at.learn(replaced)
			if killed {
				struckHere++
			}
			switch {
			case !killed && !replaced:
				t.Fatal("it ended by itself, and has written nothing")
			case !killed:
				struck.add("too late")
			case replaced:
				struck.add("after the replacement")
			case part:
				struck.add("while writing")
			default:
				struck.add("before")
			}
			if killed && (part || rand.N(10) == 0) {
				f.publishWhole(t)
			}
		}
		f.publishWhole(t)
	})
	struck.want(t, "before", "while writing", "after the replacement")
}

// Whenever keygen is killed, there are no keys, the public key alone, or both, whole.
func TestKillKeygen(t *testing.T) {
	var struck tally
	killSeriesOf(t, func(t *testing.T, kills int) {
		base := t.TempDir()
		usual := medianOf(func() { must(t, drtxt, "keygen", "--no-passphrase", "--dir", tempIn(t, base)) })
		writing := 5 * time.Millisecond // or less, which shows
		for struckHere := 0; struckHere < kills; {
			dir := filepath.Join(tempIn(t, base), "keys")
			wait := func() { awaitFolder(dir, 10*usual); time.Sleep(rand.N(writing)) }
			if struckHere%5 == 0 {
				wait = func() { time.Sleep(rand.N(usual * 3 / 2)) }
			}
			killed := killWhen(t, exec.Command(drtxt, "keygen", "--no-passphrase", "--dir", dir), wait)
			state := keysIn(t, dir)
			switch {
			case killed:
				struckHere++
				struck.add(state)
				writing = writing * 21 / 20
			case state != "both":
				t.Errorf("it ended by itself and has written %s", state)
			default:
				struck.add("too late")
				writing = writing * 19 / 20
			}
		}
	})
	struck.want(t, "none", "the public key alone", "both")
}

// tempIn makes a new folder in a folder.
func tempIn(t *testing.T, base string) string {
	t.Helper()
	dir, err := os.MkdirTemp(base, "")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// awaitFolder waits until there is a folder, which keygen makes when it has the key.
func awaitFolder(dir string, limit time.Duration) {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(100 * time.Microsecond) {
		if _, err := os.Stat(dir); err == nil {
			return
		}
	}
}

// keysIn says which keys are in a folder, and fails the test unless they are whole.
func keysIn(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	const private, public = "dr_privatekey.pem", "dr_publickey.pem"
	switch {
	case len(names) == 0:
		return "none"
	case slices.Equal(names, []string{public}):
		readPublic(t, filepath.Join(dir, public))
		return "the public key alone"
	case slices.Equal(names, []string{private, public}):
		if !readPrivate(t, filepath.Join(dir, private)).PublicKey.Equal(readPublic(t, filepath.Join(dir, public))) {
			t.Errorf("the keys in %s are no pair", dir)
		}
		return "both"
	}
	t.Errorf("the folder holds %q", names)
	return ""
}

func readPublic(t *testing.T, path string) *rsa.PublicKey {
	t.Helper()
	key, err := x509.ParsePKIXPublicKey(readPEM(t, path, "PUBLIC KEY"))
	public, ok := key.(*rsa.PublicKey)
	if err != nil || !ok {
		t.Fatalf("%s: %v", path, err)
	}
	return public
}

func readPrivate(t *testing.T, path string) *rsa.PrivateKey {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(readPEM(t, path, "PRIVATE KEY"))
	private, ok := key.(*rsa.PrivateKey)
	if err != nil || !ok {
		t.Fatalf("%s: %v", path, err)
	}
	return private
}

// readPEM reads a file that is one PEM block and nothing else, and that nobody else can
// read.
func readPEM(t *testing.T, path, blockType string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	block, rest := pem.Decode(data)
	if block == nil || block.Type != blockType || len(rest) > 0 || !bytes.Equal(pem.EncodeToMemory(block), data) {
		t.Fatalf("%s is not whole: %q", path, data)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	return block.Bytes
}
