//go:build !unix

package main

import "os"

// umask does not exist here: new files take the folder's access list.
func umask() os.FileMode { return 0 }
