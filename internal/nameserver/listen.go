package nameserver

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"

	"github.com/drtxt/drtxt/internal/loopback"
)

// Limits of a message in octets.
const (
	maxMessage = 65535 // RFC 1035 §4.2.2: the length field over TCP
	minUDP     = 512   // RFC 1035 §4.2.1: what every client takes
	maxUDP     = 1232  // what no path fragments (DNS Flag Day 2020)
)

// listenAddress returns the address to listen on, 127.0.0.1 for none.
func listenAddress(address netip.Addr) (netip.Addr, error) {
	if !address.IsValid() {
		return loopback.IPv4, nil
	}
	if address = address.Unmap(); !address.IsLoopback() {
		return netip.Addr{}, fmt.Errorf("%w: %s is no loopback address", ErrConfig, address)
	}
	return address, nil
}

func (s *Server) serveUDP(context.Context) error {
	buffer := make([]byte, maxMessage)
	for {
		n, client, err := s.udp.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return err
		}
		if reply := s.respond(buffer[:n], udpLimit); reply != nil {
			// A reply that is not delivered is a lost packet: the client asks again.
			_, _ = s.udp.WriteToUDPAddrPort(reply, client)
		}
	}
}

func (s *Server) serveTCP(ctx context.Context) error {
	for {
		conn, err := s.tcp.Accept()
		if err != nil {
			return err
		}
		s.running.Go(func() { s.serveConn(ctx, conn) })
	}
}

// serveConn answers one query after the other (RFC 7766 §6.2.1) until the client
// ends, sends what gets no reply, or the server ends. There is no idle timeout:
// only programs on this machine connect.
func (s *Server) serveConn(ctx context.Context, conn net.Conn) {
	ctx, done := context.WithCancel(ctx)
	defer done()
	s.running.Go(func() {
		<-ctx.Done()
		conn.Close()
	})
	for {
		query, err := readMessage(conn)
		if err != nil {
			return
		}
		reply := s.respond(query, tcpLimit)
		if reply == nil || writeMessage(conn, reply) != nil {
			return
		}
	}
}

// readMessage reads a message and the two octets of its length before it (RFC
// 1035 §4.2.2).
func readMessage(r io.Reader) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(r, length[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(r, message)
	return message, err
}

// writeMessage writes length and message at once (RFC 7766 §8).
func writeMessage(w io.Writer, message []byte) error {
	framed := binary.BigEndian.AppendUint16(nil, uint16(len(message)))
	_, err := w.Write(append(framed, message...))
	return err
}
