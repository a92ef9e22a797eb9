//go:build unix && !linux

package main

// forbidCoreDumps keeps secrets in memory from being written to a disk should the
// program crash.
func forbidCoreDumps() { limitCoreDumps() }
