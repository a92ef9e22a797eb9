//go:build !unix

package kit

import "os"

// ModeChecked tells whether [Folder.Check] looks at who can read a kit. Windows has no
// such bits, and its access control lists are not read.
const ModeChecked = false

const openFlags = os.O_RDONLY
