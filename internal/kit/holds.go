package kit

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// Holds reports whether a path leads to a file in the folder, or by way of it: as it is
// written, by any of its symbolic links, or because the file has a second name there. The
// path need not lead to anything yet. A public key that lies in a kit proves nothing of
// it.
func Holds(dir, name string) (bool, error) {
	folder, err := os.Stat(dir)
	if err != nil {
		return false, err
	}
	ways, err := waysOf(name)
	if err != nil {
		return false, err
	}
	for _, way := range ways {
		if isBelow(way, folder) {
			return true, nil
		}
	}
	return hasName(dir, name)
}

// Encloses reports whether a folder is that of a kit, whole or not, or lies in one, its
// links followed. It goes by the manifest, which has to name the schema and nothing more.
func Encloses(dir string) (bool, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return false, err
	}
	real, err := filepath.EvalSymlinks(absolute)
	if err != nil {
		return false, err
	}
	for _, folder := range []string{real, filepath.Dir(real)} { // a kit has no folders in its folders
		if namesSchema(filepath.Join(folder, ManifestFile)) {
			return true, nil
		}
	}
	return false, nil
}

// schemaFirst is how a manifest begins, also one that is broken further on.
var schemaFirst = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*\{\s*"schema"\s*:\s*"` + schemaName + `/`)
})

// namesSchema reports whether a file names the schema of manifests, of whatever version.
func namesSchema(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	file, err := os.OpenFile(path, openFlags, 0)
	if err != nil {
		return false
	}
	defer file.Close()
	data, _ := io.ReadAll(io.LimitReader(file, MaxManifest))
	var named struct{ Schema string }
	if json.Unmarshal(data, &named) == nil && strings.HasPrefix(named.Schema, schemaName+"/") {
		return true
	}
	return schemaFirst().Match(data)
}

// waysOf are the paths that a path leads over, its links followed one by one, the last the
// real one.
func waysOf(name string) ([]string, error) {
	const most = 40 // links in a row, as Linux has it
	var ways []string
	for way := name; len(ways) < most; {
		absolute, err := filepath.Abs(way)
		if err != nil {
			return nil, err
		}
		ways = append(ways, absolute)
		target, err := os.Readlink(absolute)
		if err != nil {
			break // no link
		}
		if way = target; !filepath.IsAbs(target) {
			way = filepath.Join(filepath.Dir(absolute), target)
		}
	}
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return ways, nil // nothing there, or not to be had: others say so
	}
	absolute, err := filepath.Abs(real)
	return append(ways, absolute), err
}

// isBelow reports whether one of the folders that a path lies in is this one.
func isBelow(name string, folder fs.FileInfo) bool {
	for {
		parent := filepath.Dir(name)
		if info, err := os.Stat(parent); err == nil && os.SameFile(info, folder) {
			return true
		}
		if parent == name {
			return false
		}
		name = parent
	}
}

// hasName reports whether a file has a name in a folder: another hard link.
func hasName(dir, name string) (bool, error) {
	wanted, err := os.Stat(name)
	if err != nil {
		return false, nil // nothing there
	}
	dir, err = filepath.EvalSymlinks(dir) // a link is not walked
	if err != nil {
		return false, err
	}
	found := errors.New("found")
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be read does not hide the others
		}
		if info, err := d.Info(); err == nil && os.SameFile(info, wanted) {
			return found
		}
		return nil
	})
	if errors.Is(err, found) {
		return true, nil
	}
	return false, err
}
