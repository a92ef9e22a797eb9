package drill

import (
	"net"

	"github.com/drtxt/drtxt/internal/loopback"
)

// A blackHole is a port on loopback, of UDP and TCP, that takes everything and says
// nothing.
type blackHole struct {
	udp *net.UDPConn
	tcp *net.TCPListener
}

func newBlackHole() (*blackHole, error) {
	tcp, udp, err := loopback.Listen(loopback.IPv4)
	if err != nil {
		return nil, err
	}
	return &blackHole{udp, tcp}, nil
}

func (h *blackHole) addr() string { return h.tcp.Addr().String() }

func (h *blackHole) close() {
	h.udp.Close()
	h.tcp.Close()
}
