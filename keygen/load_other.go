//go:build !unix

package keygen

import "os"

// ModeChecked tells whether [LoadPrivateKey] looks at the permission bits.
// Windows has none, and its access control lists are not read.
const ModeChecked = false

const openFlags = os.O_RDONLY
