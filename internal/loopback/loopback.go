// Package loopback opens ports that only programs of this machine reach.
package loopback

import (
	"fmt"
	"net"
	"net/netip"
)

// IPv4 is the address to listen on where nothing speaks for another (RFC 1122 §3.2.1.3).
var IPv4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// attempts is how many free UDP ports are tried for one whose TCP port is free too.
const attempts = 16

// Listen opens UDP and TCP on the same free port of an address of loopback, as a DNS server
// has them. The error says that the address is none of loopback, or is the system's.
func Listen(address netip.Addr) (tcp *net.TCPListener, udp *net.UDPConn, err error) {
	if !address.Unmap().IsLoopback() {
		return nil, nil, fmt.Errorf("%s is no loopback address", address)
	}
	for range attempts {
		udp, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(address, 0)))
		if err != nil {
			return nil, nil, err
		}
		port := udp.LocalAddr().(*net.UDPAddr).AddrPort()
		if tcp, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(port)); err == nil {
			return tcp, udp, nil
		}
		udp.Close()
	}
	return nil, nil, err
}
