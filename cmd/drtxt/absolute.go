package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// absolute makes a path independent of the current folder, where that can be found out.
// What ".." means behind a symbolic link only the system knows: there it is left in.
func absolute(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if !slices.Contains(elements(path), "..") {
		return full
	}
	folder, err := os.Getwd()
	if err != nil {
		return path
	}
	if typed := folder + string(filepath.Separator) + path; leavesLink(typed) {
		return typed
	}
	return full
}

func elements(path string) []string {
	return strings.Split(filepath.FromSlash(path), string(filepath.Separator))
}

// leavesLink reports whether ".." in an absolute path stands behind a symbolic link, or
// behind what cannot be looked at.
func leavesLink(path string) bool {
	at := filepath.VolumeName(path) + string(filepath.Separator)
	for _, element := range elements(strings.TrimPrefix(path, filepath.VolumeName(path))) {
		if element != ".." {
			at = filepath.Join(at, element)
			continue
		}
		info, err := os.Lstat(at)
		if err != nil || info.Mode()&os.ModeSymlink != 0 {
			return true
		}
		at = filepath.Dir(at)
	}
	return false
}
