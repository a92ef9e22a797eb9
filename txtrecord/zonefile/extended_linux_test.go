package zonefile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// accessList is a POSIX access control list: rw- for the owner, r-- for user 1234, the
// group and others, in the form of the kernel's posix_acl_xattr.h.
var accessList = []byte{2, 0, 0, 0,
	1, 0, 6, 0, 255, 255, 255, 255,
	2, 0, 4, 0, 0xd2, 4, 0, 0,
	4, 0, 4, 0, 255, 255, 255, 255,
	0x10, 0, 4, 0, 255, 255, 255, 255,
	0x20, 0, 4, 0, 255, 255, 255, 255,
}

func TestExtendedAttributesAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zone")
	writeFile(t, path, head)
	attributes := map[string][]byte{"user.drtxt.test": []byte("kept\x00"), "user.empty": {}, "system.posix_acl_access": accessList}
	for name, value := range attributes {
		if err := unix.Setxattr(path, name, value, 0); err != nil {
			if errors.Is(err, unix.EOPNOTSUPP) {
				t.Skipf("the file system has no %s", name)
			}
			t.Fatal(err)
		}
	}
	if err := edited(t, path).Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	for name, want := range attributes {
		got := make([]byte, 100)
		n, err := unix.Getxattr(path, name, got)
		if err != nil || string(got[:n]) != string(want) {
			t.Errorf("%s is %q, want %q, %v", name, got[:max(n, 0)], want, err)
		}
	}
}

// A new file gets the default list of its directory, which the old one may not have.
func TestDefaultAccessListIsNotTakenOver(t *testing.T) {
	directory := t.TempDir()
	path := filepath.Join(directory, "zone")
	writeFile(t, path, head)
	if err := unix.Setxattr(directory, "system.posix_acl_default", accessList, 0); err != nil {
		t.Skipf("the file system has no access control lists: %v", err)
	}
	if err := edited(t, path).Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n, err := unix.Getxattr(path, "system.posix_acl_access", make([]byte, 100)); !errors.Is(err, unix.ENODATA) {
		t.Errorf("the new file has a list of %d bytes, %v", n, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o644 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
