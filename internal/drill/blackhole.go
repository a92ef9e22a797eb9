package drill

import "net"

// A blackHole is a port on loopback, of UDP and TCP, that takes everything and says
// nothing.
type blackHole struct {
	udp *net.UDPConn
	tcp *net.TCPListener
}

// portAttempts is how many free UDP ports are tried for one whose TCP port is free too.
const portAttempts = 16

func newBlackHole() (hole *blackHole, err error) {
	hole = new(blackHole)
	for range portAttempts {
		if hole.udp, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
			return nil, err
		}
		port := hole.udp.LocalAddr().(*net.UDPAddr).AddrPort()
		if hole.tcp, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(port)); err == nil {
			return hole, nil
		}
		hole.udp.Close()
	}
	return nil, err
}

func (h *blackHole) addr() string { return h.tcp.Addr().String() }

func (h *blackHole) close() {
	h.udp.Close()
	h.tcp.Close()
}
