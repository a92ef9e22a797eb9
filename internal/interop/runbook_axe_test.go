//go:build interop

package interop

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// The version of axe-core whose rules the page keeps to, and the integrity of the package
// as the registry of npm has it.
const (
	axePackage   = "axe-core@4.14.1"
	axeFile      = "axe-core-4.14.1.tgz"
	axeIntegrity = "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=="
)

// loadAxe returns the script of axe-core, out of the package in bin, or else from the
// registry. It is exactly the one that is meant, or the test fails.
func loadAxe(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "bin", axeFile))
	if errors.Is(err, os.ErrNotExist) {
		dir := t.TempDir()
		must(t, "npm", "pack", "--silent", "--pack-destination", dir, axePackage)
		data, err = os.ReadFile(filepath.Join(dir, axeFile))
	}
	if err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(data)
	if integrity := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); integrity != axeIntegrity {
		t.Fatalf("%s has the integrity %s, want %s", axePackage, integrity, axeIntegrity)
	}
	return unpack(t, data, "package/axe.min.js")
}

// unpack returns a file of a package.
func unpack(t *testing.T, archive []byte, name string) string {
	t.Helper()
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for files := tar.NewReader(plain); ; {
		header, err := files.Next()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if header.Name != name {
			continue
		}
		content, err := io.ReadAll(files)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
}
