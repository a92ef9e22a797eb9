//go:build interop

package dnsupdate_test

import (
	"context"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

// The connection ends somewhere on the way. What became of the update is not known
// then, and reading back tells it.
func TestInteropConnectionLost(t *testing.T) {
	old, next := records([]string{"one"}), records([]string{"two"})
	cases := []struct {
		title   string
		between func(t *testing.T, client *dns.Conn, server string)
		cause   error
		carried bool // out
	}{
		{"before the server has the update", func(_ *testing.T, client *dns.Conn, _ string) {
			_, _ = client.ReadMsgHeader(nil)
		}, io.EOF, false},
		{"before the reply", func(t *testing.T, client *dns.Conn, server string) {
			forward(t, client, server)
		}, io.EOF, true},
		{"in the middle of the reply", func(t *testing.T, client *dns.Conn, server string) {
			reply := forward(t, client, server)
			_, _ = client.Conn.Write(append([]byte{0, byte(len(reply))}, reply[:len(reply)/2]...))
		}, io.ErrUnexpectedEOF, true},
		{"before the whole of its signature", func(t *testing.T, client *dns.Conn, server string) {
			reply := forward(t, client, server)
			_, _ = client.Write(reply[:len(reply)-1])
		}, dnsupdate.ErrReply, true},
	}
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		stands := records()
		for _, c := range cases {
			if err := replace(t, clientOf(server.address), dnsupdate.Change{Old: stands, New: old}); err != nil {
				t.Fatalf("%s: %v", c.title, err)
			}
			proxy := serve(t, func(conn *dns.Conn) { c.between(t, conn, server.address) })
			err := replace(t, proxy, dnsupdate.Change{Old: old, New: next})
			if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, c.cause) {
				t.Errorf("%s: %v", c.title, err)
			}
			stands = old
			if c.carried {
				stands = next
			}
			checkReadBack(t, server.address, stands)
		}
	})
}

// forward hands one message on to the server, and returns the server's reply.
func forward(t *testing.T, client *dns.Conn, server string) []byte {
	request, err := client.ReadMsgHeader(nil)
	if err != nil {
		t.Error(err)
		return nil
	}
	conn, err := (&dns.Client{Net: "tcp", Timeout: 10 * time.Second}).Dial(server)
	if err != nil {
		t.Error(err)
		return nil
	}
	defer conn.Close()
	if _, err := conn.Write(request); err != nil {
		t.Error(err)
	}
	reply, err := conn.ReadMsgHeader(nil)
	if err != nil {
		t.Error(err)
	}
	return reply
}

// A server that stands still has the update in its queue, and dies there: nothing was
// carried out, and the client cannot know.
func TestInteropKilledBefore(t *testing.T) {
	old := records([]string{"one"})
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		if err := replace(t, clientOf(server.address), dnsupdate.Change{New: old}); err != nil {
			t.Fatal(err)
		}
		if err := server.process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		err := replace(t, killing(server, 0), dnsupdate.Change{Old: old, New: records([]string{"two"})})
		if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok {
			t.Errorf("%v", err)
		}
		server.start(t)
		checkReadBack(t, server.address, old)
	})
}

// A server is killed some time after it has the update. Success that was reported is
// still there when it is back; without, it is the one set or the other, whole.
func TestInteropKilledAtAnyMoment(t *testing.T) {
	const rounds = 20
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		var succeeded, carried int
		stands := records([]string{"one"})
		// The first update is left alone: BIND 9.18 does not load a zone again whose
		// journal it was killed in making.
		if err := replace(t, clientOf(server.address), dnsupdate.Change{New: stands}); err != nil {
			t.Fatal(err)
		}
		for round := range rounds {
			next := contender(round, 0)
			err := replace(t, killing(server, time.Duration(round)*50*time.Microsecond), dnsupdate.Change{Old: stands, New: next})
			if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok && err != nil {
				t.Errorf("round %d: %v", round, err)
			}
			server.start(t)
			if err == nil {
				succeeded++
			}
			if err == nil || readBack(t, server.address, next.Name, next.Type).Equal(next) {
				carried++
				stands = next
			}
			checkReadBack(t, server.address, stands)
		}
		t.Logf("of %d updates %d were carried out, %d with a reply", rounds, carried, succeeded)
	})
}

// killing is a client whose server is killed so long after the update went out.
func killing(server *running, after time.Duration) *dnsupdate.Client {
	client := clientOf(server.address)
	client.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return &lastWords{Conn: conn, then: func() {
			time.Sleep(after)
			server.kill()
		}}, err
	}
	return client
}

// lastWords is a connection after whose first message something happens.
type lastWords struct {
	net.Conn
	then func()
}

func (c *lastWords) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.then()
	return n, err
}
