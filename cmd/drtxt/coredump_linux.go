package main

import "golang.org/x/sys/unix"

// forbidCoreDumps keeps secrets in memory from being written to a disk should the
// program crash. Besides the limit the kernel has a flag, because a handler that core
// dumps are piped to may get one whatever the limit is (core(5)); the flag keeps other
// programs of the same user from looking into this one, too (ptrace(2)).
func forbidCoreDumps() {
	limitCoreDumps()
	_ = unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0)
}
