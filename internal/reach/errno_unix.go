//go:build !windows

package reach

import "syscall"

// The system's codes for the outcomes. A reset in the middle of the handshake is a refusal
// of some balancers and firewalls.
var (
	refused    = []syscall.Errno{syscall.ECONNREFUSED, syscall.ECONNRESET}
	unroutable = []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT}
	timedOut   = []syscall.Errno{syscall.ETIMEDOUT}
	// exhausted are the limits of a process, and of the whole machine.
	exhausted = []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS}
)
