//go:build !windows

package main

import "os"

// takesEscapes reports whether a terminal acts on escape sequences; TERM says where not.
func takesEscapes(*os.File) bool { return true }
