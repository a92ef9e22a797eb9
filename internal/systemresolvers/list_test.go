//go:build !windows

package systemresolvers

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func TestRead(t *testing.T) {
	for text, want := range map[string]string{
		"nameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch example.com\n": "[192.0.2.1 2001:db8::1]",
		"# nameserver 192.0.2.1\nnameserver fe80::1%eth0\n":                  "[fe80::1%eth0]",
		"nameserver not-an-address\n":                                        "[]",
		"":                                                                   "[]",
	} {
		path := filepath.Join(t.TempDir(), "resolv.conf")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := read(path)
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%q: %v, %v, want %s", text, got, err, want)
		}
	}
	if _, err := read(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("a file that does not exist was read")
	}
}
