//go:build interop

package interop

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// A proxy stands between the program and a server, and does with each message over TCP
// what a test wants.
type proxy struct {
	address  string
	listener net.Listener
	handle   func(message []byte) (reply []byte)
	serving  sync.WaitGroup
}

// startProxy starts a proxy whose handle returns the reply to each message; where there
// is none the connection ends.
func startProxy(t testing.TB, handle func(message []byte) (reply []byte)) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{address: listener.Addr().String(), listener: listener, handle: handle}
	p.serving.Go(p.accept)
	t.Cleanup(func() {
		listener.Close()
		p.serving.Wait()
	})
	return p
}

func (p *proxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.serving.Go(func() { p.serve(conn) })
	}
}

func (p *proxy) serve(conn net.Conn) {
	defer conn.Close()
	client := &dns.Conn{Conn: conn}
	for {
		conn.SetDeadline(time.Now().Add(4 * patience))
		message, err := client.ReadMsgHeader(nil)
		if err != nil {
			return
		}
		reply := p.handle(message)
		if reply == nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// forward hands a message on to a server and returns its reply, nil where none comes.
func forward(server string, message []byte) []byte {
	conn, err := (&dns.Client{Net: "tcp", Timeout: patience}).Dial(server)
	if err != nil {
		return nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := conn.Write(message); err != nil {
		return nil
	}
	reply, err := conn.ReadMsgHeader(nil)
	if err != nil {
		return nil
	}
	return reply
}

// isUpdate reports whether a message is an UPDATE (RFC 2136 §2.2).
func isUpdate(message []byte) bool { return message[2]>>3&0xF == dns.OpcodeUpdate }

// isQuestion reports whether a message asks for a type.
func isQuestion(message []byte, rrtype uint16) bool {
	var m dns.Msg
	return !isUpdate(message) && m.Unpack(message) == nil && len(m.Question) == 1 && m.Question[0].Qtype == rrtype
}
