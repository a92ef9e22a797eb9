//go:build interop

package dnsupdate_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
)

// The key that BIND's own programs write is read by BIND and by us, and the two agree
// on it.
func TestInteropKeyFile(t *testing.T) {
	cases := []struct {
		program, algorithm string
		arguments          []string
		// clauses is whether there is more in it than the key, which BIND is not given.
		clauses bool
	}{
		{"tsig-keygen", "hmac-sha256", []string{"-a", "hmac-sha256", "drill."}, false},
		{"tsig-keygen", "hmac-sha384", []string{"-a", "hmac-sha384", "drill."}, false},
		{"tsig-keygen", "hmac-sha512", []string{"-a", "hmac-sha512", "drill."}, false},
		{"ddns-confgen", "hmac-sha512", []string{"-q", "-a", "hmac-sha512", "-k", "drill."}, false},
		{"ddns-confgen", "hmac-sha256", []string{"-k", "drill."}, true},
		{"rndc-confgen", "hmac-sha384", []string{"-A", "hmac-sha384", "-k", "drill."}, true},
	}
	for _, c := range cases {
		t.Run(c.program+" "+strings.Join(c.arguments, " "), func(t *testing.T) {
			text := output(t, c.program, c.arguments...)
			key, err := dnsupdate.ParseKey(text)
			if err != nil {
				t.Fatal(err)
			}
			if key.Name != "drill." || key.Algorithm != c.algorithm || len(key.Secret) < 32 {
				t.Errorf("%v, a secret of %d octets", key, len(key.Secret))
			}
			clause := string(text)
			if c.clauses {
				clause = clause[strings.Index(clause, "\nkey ") : strings.Index(clause, "\n};\n")+4]
			}
			client := clientOf(runNamed(t, withKey(clause)).address)
			client.Key = key
			if err := replace(t, client, dnsupdate.Change{New: records([]string{"one"})}); err != nil {
				t.Error(err)
			}
			checkReadBack(t, client.Server, records([]string{"one"}))
		})
	}
}

// withKey returns BIND's configuration with a key clause in the place of its own.
func withKey(clause string) string {
	return strings.Replace(namedConf, `key "drill." { algorithm hmac-sha256; secret "DRILL_SECRET"; };`, clause, 1)
}

// rndc-confgen -a writes a file by itself.
func TestInteropKeyFileOfRNDC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rndc.key")
	output(t, "rndc-confgen", "-a", "-A", "hmac-sha512", "-k", "drill", "-c", path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := dnsupdate.ParseKey(text); err != nil || key.Name != "drill" || key.Algorithm != "hmac-sha512" {
		t.Errorf("%v, %v", key, err)
	}
}

// What these programs write else is refused, and it is said what it is.
func TestInteropKeyFileRefused(t *testing.T) {
	for _, algorithm := range []string{"hmac-md5", "hmac-sha1", "hmac-sha224"} {
		_, err := dnsupdate.ParseKey(output(t, "tsig-keygen", "-a", algorithm, "drill"))
		got, ok := errors.AsType[*dnsupdate.KeyFileError](err)
		if !ok || *got != (dnsupdate.KeyFileError{Line: 2, Algorithm: algorithm, Err: dnsupdate.ErrKeyAlgorithm}) {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
	dir := t.TempDir()
	output(t, "dnssec-keygen", "-K", dir, "-a", "ECDSAP256SHA256", "example.com")
	files, err := filepath.Glob(filepath.Join(dir, "Kexample.com.*"))
	if err != nil || len(files) != 2 {
		t.Fatalf("dnssec-keygen has written %q, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dnsupdate.ParseKey(text); !errors.Is(err, dnsupdate.ErrDNSSECKey) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func output(t *testing.T, program string, arguments ...string) []byte {
	t.Helper()
	out, err := exec.Command(program, arguments...).Output()
	if err != nil {
		t.Fatalf("%s: %v", program, err)
	}
	return out
}
