package reach

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// The system's codes for the outcomes, which are not those that package syscall has by the
// same names. A reset in the middle of the handshake is a refusal of some balancers and
// firewalls.
var (
	refused    = []syscall.Errno{windows.WSAECONNREFUSED, windows.WSAECONNRESET}
	unroutable = []syscall.Errno{windows.WSAENETUNREACH, windows.WSAEHOSTUNREACH, windows.WSAENETDOWN, windows.WSAEHOSTDOWN, windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT}
	timedOut   = []syscall.Errno{windows.WSAETIMEDOUT}
	// exhausted are the limits of a process, and of the whole machine.
	exhausted = []syscall.Errno{windows.WSAEMFILE, windows.WSAENOBUFS}
)
