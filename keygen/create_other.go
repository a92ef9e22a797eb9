//go:build !linux

package keygen

// create makes the file path with data in it; see [createNamed] for what a
// kill can leave.
func create(path string, data []byte) error {
	return createNamed(path, data)
}
