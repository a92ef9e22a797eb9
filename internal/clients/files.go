package clients

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/drtxt/drtxt/internal/loopback"
)

// FewestResolvers is how many resolvers there are, for as many clients or more, where the
// process may not open files for [MaxResolvers].
const FewestResolvers = 50

// filesPerResolver are its sockets, for UDP and for TCP.
const filesPerResolver = 2

// clientSockets is how many sockets clients keep open at once.
const clientSockets = 16

// filesBeside is how many files a population has open at most besides those of its
// resolvers: the sockets that clients keep, and what one look-up takes at both ends of each
// of its ways, with some to spare for whoever works beside it.
func filesBeside(clients int) int { return min(clients, clientSockets) + 16 }

// advisedFiles is a limit of open files that is enough for every population.
const advisedFiles = 1024

// A TooFewFilesError says that the system does not let the process open as many files,
// sockets among them, as a population needs.
type TooFewFilesError struct {
	// Clients is how many there were to be.
	Clients int
	// Needed is how many files they need at least, besides those that are open for other
	// reasons.
	Needed int
	// Possible is how many clients could be had, zero where that is not known.
	Possible int
	// Err is what the system said.
	Err error
}

func (e *TooFewFilesError) Error() string {
	return fmt.Sprintf("too few open files are allowed for %d simulated clients, which need %d beside what is open already: %v", e.Clients, e.Needed, e.Err)
}

func (e *TooFewFilesError) Unwrap() error { return e.Err }

// Hint is the way out.
func (e *TooFewFilesError) Hint() string {
	fewer := ""
	if e.Possible > 0 {
		fewer = fmt.Sprintf(", or simulate at most %d clients", e.Possible)
	}
	return fmt.Sprintf("run it from a shell that allows %d open files (ulimit -n %[1]d; ulimit -Hn says how many it allows at most)%s", advisedFiles, fewer)
}

// explained is an error as it is, or a [*TooFewFilesError] if that is behind it. possible is
// how many clients could be had, zero where that is not known.
func (p *Population) explained(err error, possible int) error {
	if !isTooManyFiles(err) {
		return err
	}
	clients := p.options.Clients
	needed := filesPerResolver*min(clients, FewestResolvers) + filesBeside(clients)
	return &TooFewFilesError{Clients: clients, Needed: needed, Possible: possible, Err: err}
}

// isTooManyFiles reports whether the process, or the system, has as many files open as it
// may.
func isTooManyFiles(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE)
}

// A reserve keeps files open so that there will be room for others.
type reserve []net.PacketConn

// newReserve opens so many files. It is to be released, an error or not.
func newReserve(files int) (reserve, error) {
	var r reserve
	for range files {
		socket, err := net.ListenPacket("udp", netip.AddrPortFrom(loopback.IPv4, 0).String())
		if err != nil {
			return r, err
		}
		r = append(r, socket)
	}
	return r, nil
}

func (r reserve) release() {
	for _, socket := range r {
		socket.Close()
	}
}
