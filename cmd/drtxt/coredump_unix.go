//go:build unix

package main

import "golang.org/x/sys/unix"

// limitCoreDumps is all that can be done, so that there is nothing to do where it fails.
func limitCoreDumps() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) }
