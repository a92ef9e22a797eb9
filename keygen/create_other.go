//go:build !linux

package keygen

import "os"

// create makes the file path as fill fills it; see [createNamed] for what a kill
// can leave.
func create(path string, fill func(*os.File) error) error {
	return createNamed(path, fill)
}
