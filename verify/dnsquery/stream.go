package dnsquery

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"time"
)

// A datagram is as much of one as is read. A reply may have udpSize bytes; what is longer
// than this is torn, and asked for over TCP.
type datagram [16384]byte

var buffers = sync.Pool{New: func() any { return new(datagram) }}

// overStream asks over TCP or TLS. A connection that stood idle may have been closed
// by the server meanwhile (RFC 7766 §6.2.4): then a new one is opened.
func (c *Client) overStream(ctx context.Context, server Server, q *query) (*Answer, error) {
	begin := c.now()
	for {
		conn, err := c.connectStream(ctx, server)
		if err != nil {
			return nil, err
		}
		answer, err := c.exchangeFramed(ctx, conn, q.fresh())
		if err != nil && conn.used && ctx.Err() == nil {
			continue
		}
		if answer != nil {
			answer.Transport, answer.RoundTrip = server.Transport, c.now().Sub(begin)
			answer.Address = remoteAddress(conn)
		}
		return answer, err
	}
}

// connectStream connects, and over TLS shakes hands.
func (c *Client) connectStream(ctx context.Context, server Server) (*pooled, error) {
	if server.Transport == TCP {
		return c.connect(ctx, "tcp", server)
	}
	key := server.String()
	if conn := c.idle.take(key); conn != nil {
		return conn, nil
	}
	raw, err := c.dial(ctx, "tcp", server.Address())
	if err != nil {
		return nil, err
	}
	config := c.tlsConfig(server.Host)
	config.NextProtos = []string{"dot"} // RFC 7858 §11 registers it
	conn := tls.Client(raw, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return &pooled{Conn: conn, key: key}, nil
}

// exchangeFramed sends one query and reads one message. It ends as soon as the context
// does, because the end moves the connection's deadline into the past.
func (c *Client) exchangeFramed(ctx context.Context, conn *pooled, q *query) (*Answer, error) {
	interrupted := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	answer, err := askFramed(conn, q)
	if interrupted() && err == nil {
		c.idle.put(conn)
	} else {
		conn.Close()
	}
	return answer, err
}

func askFramed(conn net.Conn, q *query) (*Answer, error) {
	if _, err := conn.Write(q.framed()); err != nil {
		return nil, err
	}
	raw, err := readFramed(conn)
	if err != nil {
		return nil, err
	}
	return readReply(raw, q)
}

// errClosed marks a connection that the server closed before its reply was whole.
var errClosed = &ReplyError{Reason: "the connection was closed before the reply was whole"}

// readFramed reads a message with its length before it (RFC 1035 §4.2.2).
func readFramed(conn net.Conn) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, closed(err)
	}
	// The length is a claim: memory is taken for what comes.
	var raw bytes.Buffer
	_, err := io.CopyN(&raw, conn, int64(binary.BigEndian.Uint16(length[:])))
	return raw.Bytes(), closed(err)
}

func closed(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errClosed
	}
	return err
}
