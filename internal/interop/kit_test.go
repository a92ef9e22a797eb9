//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// A signedKit is a kit on the disk, with what its manifest says.
type signedKit struct {
	dir, public string
	manifest    struct {
		Sets []struct {
			Name  string
			Files []struct{ Path, Format, SHA256 string }
		}
		Documents []struct{ Path, SHA256 string }
	}
}

func newSignedKit(t *testing.T, more ...string) *signedKit {
	t.Helper()
	private, public := keyPair(t)
	k := &signedKit{dir: filepath.Join(t.TempDir(), "kit"), public: public}
	must(t, drtxt, append([]string{"kit", "dr.example.com", "--out", k.dir, "--key", private, "--zone", "example.com", "--count", "3"}, more...)...)
	if err := json.Unmarshal([]byte(k.file(t, "manifest.json")), &k.manifest); err != nil {
		t.Fatal(err)
	}
	if len(k.manifest.Sets) != 7 || len(k.manifest.Documents) != 2 {
		t.Fatalf("%+v", k.manifest)
	}
	return k
}

func (k *signedKit) file(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(k.dir, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// each calls do with every set: its name, and its files by their formats.
func (k *signedKit) each(t *testing.T, do func(name string, files map[string]string)) {
	t.Helper()
	for _, set := range k.manifest.Sets {
		files := map[string]string{}
		for _, f := range set.Files {
			files[f.Format] = k.file(t, f.Path)
		}
		do(set.Name, files)
	}
}

// openssl verifies every set that was signed ahead, and no set as another's.
func TestOpenSSLVerifiesKits(t *testing.T) {
	t.Parallel()
	k := newSignedKit(t, "--bind-domain", "--forwarding", "fail-open")
	signatures, bodies := map[string]string{}, map[string]string{}
	k.each(t, func(name string, files map[string]string) {
		bodies[name], signatures[name] = bodyAndSignature(t, files["text"])
		if !opensslVerifies(t, k.public, bodies[name], signatures[name]) {
			t.Errorf("%s: openssl does not verify %q", name, files["text"])
		}
	})
	if opensslVerifies(t, k.public, bodies["on-02"], signatures["on-01"]) || opensslVerifies(t, k.public, bodies["on-01"], signatures["test-01"]) {
		t.Error("openssl verifies a set with the signature of another")
	}
}

// The digests of the manifest are those that sha256sum has, and its own is the one that
// was printed.
func TestSHA256SumOfKits(t *testing.T) {
	t.Parallel()
	k := newSignedKit(t, "--format", "route53", "--format", "windows")
	var list strings.Builder
	for _, set := range k.manifest.Sets {
		for _, f := range set.Files {
			fmt.Fprintf(&list, "%s  %s\n", f.SHA256, filepath.Join(k.dir, f.Path))
		}
	}
	for _, d := range k.manifest.Documents {
		fmt.Fprintf(&list, "%s  %s\n", d.SHA256, filepath.Join(k.dir, d.Path))
	}
	if said := must(t, "sha256sum", "--check", "--strict", writeTemp(t, "list", list.String())); strings.Count(said, ": OK\n") != 7*6+2 {
		t.Errorf("sha256sum says\n%s", said)
	}
	sum, _, _ := strings.Cut(must(t, "sha256sum", filepath.Join(k.dir, "manifest.json")), " ")
	if said := must(t, drtxt, "kit", "verify", k.dir, "--public", k.public, "--format", "json"); !strings.Contains(said, `"manifest_sha256": "`+sum+`"`) {
		t.Errorf("the digest of the manifest is %s, and not in %s", sum, said)
	}
}

// The zone files of a kit give the values back.
func TestZoneCheckersReadKits(t *testing.T) {
	t.Parallel()
	newSignedKit(t).each(t, func(name string, files map[string]string) {
		file := writeTemp(t, "example.com.zone", zoneHead+files["zone"])
		for tool, dump := range map[string]string{
			"named-checkzone": must(t, "named-checkzone", "-i", "local", "-D", "example.com", file),
			"ldns-read-zone":  must(t, "ldns-read-zone", file),
		} {
			if got := quotedTXT(dump); !slices.Equal(got, values(files["text"])) {
				t.Errorf("%s: %s reads %q, want %q", name, tool, got, values(files["text"]))
			}
		}
		must(t, "nsd-checkzone", "example.com", file)
		must(t, "kzonecheck", "-o", "example.com", file)
	})
}

// nsupdate puts each set of a kit in the place of what stands.
func TestNsupdateTakesKits(t *testing.T) {
	t.Parallel()
	bind := startUpdatable(t, oldRecords)
	_, port, _ := net.SplitHostPort(bind.server)
	newSignedKit(t).each(t, func(name string, files map[string]string) {
		script := strings.Replace(files["nsupdate"], "\n; server YOUR-NAME-SERVER\n", "\nserver 127.0.0.1 "+port+"\n", 1)
		must(t, "nsupdate", "-v", "-k", bind.key, writeTemp(t, "script", script))
		if got := digValues(t, bind.server); !slices.Equal(got, values(files["text"])) {
			t.Errorf("%s: dig sees %q, want %q", name, got, values(files["text"]))
		}
	})
}

// Whenever kit is killed, there is nothing at its place, or a whole kit.
func TestKillKit(t *testing.T) {
	private, public := keyPair(t)
	var struck tally
	killSeriesOf(t, func(t *testing.T, kills int) {
		base := t.TempDir()
		command := func(dir string) *exec.Cmd {
			return exec.Command(drtxt, "kit", "dr.example.com", "--out", dir, "--key", private, "--count", "4", "--window", "2d", "--overlap", "1h")
		}
		usual := medianOf(func() {
			if err := command(filepath.Join(tempIn(t, base), "kit")).Run(); err != nil {
				t.Fatal(err)
			}
		})
		at := &aim{usual: usual, turn: usual * 3 / 4}
		for struckHere := 0; struckHere < kills/3; { // each is slow: it waits for the disk
			parent := tempIn(t, base)
			dir := filepath.Join(parent, "kit")
			if rand.N(2) == 0 { // an empty folder that is there already
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
			}
			killed := killWhen(t, command(dir), func() { time.Sleep(at.delay()) })
			state := kitIn(t, parent, public)
			at.learn(state == "a whole kit")
			switch {
			case killed:
				struckHere++
				struck.add(state)
			case state != "a whole kit":
				t.Errorf("it ended by itself and has written %s", state)
			default:
				struck.add("too late")
			}
			if err := os.RemoveAll(parent); err != nil {
				t.Fatal(err)
			}
		}
	})
	struck.want(t, "nothing", "a part beside its place", "a whole kit")
}

// kitIn says what stands in a folder, and fails the test if there is a kit that is not
// whole.
func kitIn(t *testing.T, parent, public string) string {
	t.Helper()
	entries, err := os.ReadDir(parent)
	if err != nil {
		t.Fatal(err)
	}
	state := "nothing"
	for _, entry := range entries {
		switch {
		case entry.Name() == "kit":
			if inside, err := os.ReadDir(filepath.Join(parent, "kit")); err == nil && len(inside) == 0 {
				continue
			}
			must(t, drtxt, "kit", "verify", filepath.Join(parent, "kit"), "--public", public)
			return "a whole kit"
		case strings.HasPrefix(entry.Name(), ".drtxt-kit-"):
			state = "a part beside its place"
		default:
			t.Errorf("%s is left", entry.Name())
		}
	}
	return state
}
