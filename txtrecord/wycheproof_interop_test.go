//go:build interop

package txtrecord

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// wycheproofModule is fetched, and pinned here, because it is too large for go.mod.
const wycheproofModule = "github.com/c2sp/wycheproof@v0.0.0-20260902155932-3fa63dd0344a"

// wycheproofFile is one of the module's files of test vectors, as far as it is used.
type wycheproofFile struct {
	NumberOfTests int
	TestGroups    []struct {
		Sha          string
		PublicKeyDer string
		Tests        []struct {
			TcID                      int
			Comment, Msg, Sig, Result string
		}
	}
}

// fetchWycheproof returns the folder of the module, whose checksum the go command
// has verified.
func fetchWycheproof(t *testing.T) string {
	t.Helper()
	download := exec.Command("go", "mod", "download", "-json", wycheproofModule)
	download.Dir = t.TempDir() // outside this module
	out, err := download.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil || module.Dir == "" {
		t.Fatalf("no folder in %s: %v", out, err)
	}
	return filepath.Join(module.Dir, "testvectors_v1")
}

func readWycheproof(t *testing.T, path string) wycheproofFile {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file wycheproofFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

func decodeHex(t *testing.T, text string) []byte {
	t.Helper()
	data, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wycheproofCounts is what became of a file's tests.
type wycheproofCounts struct {
	Valid, Invalid             int // accepted and refused, as they have to be
	Acceptable, AcceptedOfThem int // left to the implementation
	RefusedKeys                int // tests whose key the policy refuses
	OtherSalt                  int // invalid by the length of their salt alone, and accepted
}

// Wycheproof's signatures come over messages of their own, so they go through the
// function in which every verification of this package ends. One that it calls
// acceptable lacks the NULL in DigestInfo; it is counted and refused. The PSS files
// ask for one length of salt; a scheme takes any, so those that differ in nothing
// else are counted apart.
func TestWycheproof(t *testing.T) {
	dir := fetchWycheproof(t)
	for _, test := range []struct {
		file string
		pss  bool
		want wycheproofCounts
	}{
		{"rsa_signature_2048_sha256_test.json", false, wycheproofCounts{Valid: 7, Invalid: 249, Acceptable: 1, RefusedKeys: 2}},
		{"rsa_pss_2048_sha256_mgf1_32_test.json", true, wycheproofCounts{Valid: 63, Invalid: 39, OtherSalt: 6}},
		{"rsa_pss_2048_sha256_mgf1_0_test.json", true, wycheproofCounts{Valid: 61, Invalid: 38, OtherSalt: 4}},
	} {
		t.Run(test.file, func(t *testing.T) {
			file := readWycheproof(t, filepath.Join(dir, test.file))
			got := runWycheproof(t, file, Scheme{pss: test.pss})
			t.Logf("%d tests: %+v", file.NumberOfTests, got)
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if sum := got.Valid + got.Invalid + got.Acceptable + got.RefusedKeys + got.OtherSalt; sum != file.NumberOfTests || sum == 0 {
				t.Errorf("%d tests were run of %d", sum, file.NumberOfTests)
			}
		})
	}
}

func runWycheproof(t *testing.T, file wycheproofFile, scheme Scheme) (counts wycheproofCounts) {
	t.Helper()
	for _, group := range file.TestGroups {
		public, err := x509.ParsePKIXPublicKey(decodeHex(t, group.PublicKeyDer))
		if err != nil || group.Sha != "SHA-256" {
			t.Fatalf("a group of %s: %v", group.Sha, err)
		}
		key := public.(*rsa.PublicKey)
		if err := CheckKey(key); err != nil {
			if fault, ok := errors.AsType[*KeyError](err); !ok || fault.Exponent != 3 {
				t.Errorf("the key is refused: %v", err)
			}
			counts.RefusedKeys += len(group.Tests)
			continue
		}
		for _, test := range group.Tests {
			err := scheme.checkMessage(key, decodeHex(t, test.Msg), decodeHex(t, test.Sig))
			switch {
			case test.Result == "valid" && err == nil:
				counts.Valid++
			case test.Result == "invalid" && err != nil:
				counts.Invalid++
			case scheme.pss && strings.HasPrefix(test.Comment, "s_len changed to "):
				counts.OtherSalt++
			case test.Result == "acceptable":
				counts.Acceptable++
				if err == nil {
					counts.AcceptedOfThem++
				}
			default:
				t.Errorf("test %d (%s) is %s: %v", test.TcID, test.Comment, test.Result, err)
			}
		}
	}
	return counts
}
