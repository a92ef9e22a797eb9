package dnsquery

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// When what is done within a question's timeout while nothing comes, in sixths of it:
// the question again, and again, then at once over TCP and without EDNS, since UDP
// or EDNS may be what does not get through.
var (
	againAt    = [tries - 1]time.Duration{2, 3}
	fallbackAt = time.Duration(4)
)

const parts = 6

// A datagramExchange is one question on one UDP socket.
type datagramExchange struct {
	client  *Client
	server  Server
	conn    *pooled
	queries []*query  // those sent: a reply may be to any of them
	tries   int       // how often one was sent
	asked   time.Time // by the client's clock
	begin   time.Time // by this machine's, as deadlines are
	limit   time.Duration
	stream  chan streamResult // what TCP brought, nil before it is asked
}

type streamResult struct {
	answer *Answer
	err    error
}

// overUDP asks over UDP, and goes on over TCP if the reply is not whole or none comes.
func (c *Client) overUDP(ctx context.Context, server Server, q *query) (*Answer, error) {
	conn, err := c.connect(ctx, "udp", server)
	if err != nil {
		return nil, err
	}
	x := &datagramExchange{client: c, server: server, conn: conn, asked: c.now(), begin: time.Now()}
	deadline, _ := ctx.Deadline() // Ask sets one; the caller's may be sooner
	x.limit = deadline.Sub(x.begin)
	interrupted := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	answer, err := x.run(ctx, q)
	if interrupted() && err == nil {
		c.idle.put(conn)
	} else {
		conn.Close()
	}
	_, triedBoth := errors.AsType[*FallbackError](err)
	torn, isReply := errors.AsType[*ReplyError](err)
	switch {
	case err == nil || triedBoth || isReply && !torn.torn || isTimeout(err) || ctx.Err() != nil:
		return answer, err
	case isReply:
		return c.insteadOf(ctx, torn, server, q)
	}
	// The network refuses UDP, which says nothing about TCP.
	answer, streamErr := c.overStream(ctx, server.over(TCP), q)
	if streamErr != nil {
		return nil, &FallbackError{Reason: err, Err: streamErr}
	}
	answer.UDPSilent = true
	return answer, nil
}

// insteadOf asks over TCP, because the reply over UDP was torn.
func (c *Client) insteadOf(ctx context.Context, torn *ReplyError, server Server, q *query) (*Answer, error) {
	answer, err := c.overStream(ctx, server.over(TCP), q)
	if err != nil {
		return nil, &FallbackError{Reason: torn, Err: err}
	}
	answer.Truncated = true
	return answer, nil
}

// over is the same server by another transport.
func (s Server) over(t Transport) Server {
	s.Transport = t
	return s
}

// connect takes an idle connection to the server, or opens one.
func (c *Client) connect(ctx context.Context, network string, server Server) (*pooled, error) {
	key := network + " " + server.Address()
	if conn := c.idle.take(key); conn != nil {
		return conn, nil
	}
	conn, err := c.dial(ctx, network, server.Address())
	if err != nil {
		return nil, err
	}
	return &pooled{Conn: conn, key: key}, nil
}

// run sends the question at its times and reads until an answer or the end.
func (x *datagramExchange) run(ctx context.Context, q *query) (*Answer, error) {
	if err := x.send(q.fresh()); err != nil {
		return nil, err
	}
	for _, at := range againAt {
		x.conn.SetReadDeadline(x.begin.Add(x.limit * at / parts))
		answer, err := x.read(ctx)
		if !errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
			return answer, err
		}
		x.conn.Write(x.queries[0].packed) // whether that went well shows in what is read
		x.tries++
	}
	x.conn.SetReadDeadline(x.begin.Add(x.limit * fallbackAt / parts))
	answer, err := x.read(ctx)
	if !errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
		return answer, err
	}
	return x.fallBack(ctx, q)
}

func (x *datagramExchange) send(q *query) error {
	x.queries = append(x.queries, q)
	x.tries++
	_, err := x.conn.Write(q.packed)
	return err
}

// fallBack asks over TCP and, where EDNS was in the question, once without it over
// UDP; the first answer counts.
func (x *datagramExchange) fallBack(ctx context.Context, q *query) (*Answer, error) {
	ctx, cancel := context.WithCancel(ctx)
	var tcp sync.WaitGroup
	defer tcp.Wait() // so that it does not move the deadline of a later question
	defer cancel()
	x.conn.SetReadDeadline(x.begin.Add(x.limit)) // before TCP can cut it short
	x.stream = make(chan streamResult, 1)
	tcp.Go(func() {
		answer, err := x.client.overStream(ctx, x.server.over(TCP), q)
		x.stream <- streamResult{answer, err}
		if err == nil {
			x.conn.SetReadDeadline(time.Unix(1, 0)) // no need to wait for UDP
		}
	})
	if q.edns {
		x.send(q.withoutEDNS().fresh())
	}
	answer, err := x.read(ctx)
	if err == nil {
		return answer, nil
	}
	torn, ok := errors.AsType[*ReplyError](err)
	isTorn := ok && torn.torn
	if !isTorn && !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, err
	}
	fromStream := <-x.stream // it ends when the context does
	if fromStream.err != nil {
		if isTorn {
			return nil, &FallbackError{Reason: torn, Err: fromStream.err}
		}
		return nil, err
	}
	answer = fromStream.answer
	answer.Truncated, answer.UDPSilent = isTorn, !isTorn
	answer.WithoutEDNS = isTorn && torn.withoutEDNS
	return answer, nil
}

// read reads until a reply to one of the queries, or the deadline that was set.
func (x *datagramExchange) read(ctx context.Context) (*Answer, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err() // ended before the deadline was set, which undid the interruption
	}
	buffer := buffers.Get().(*datagram)
	defer buffers.Put(buffer)
	for {
		n, err := x.conn.Read(buffer[:])
		if err != nil {
			return nil, err
		}
		for _, q := range x.queries {
			answer, err := readReply(buffer[:n], q)
			if err == errStray {
				continue
			}
			if torn, ok := errors.AsType[*ReplyError](err); ok && !q.edns {
				return nil, &ReplyError{Reason: torn.Reason, torn: torn.torn, withoutEDNS: true}
			}
			if answer != nil {
				answer.Transport, answer.RoundTrip = UDP, x.client.now().Sub(x.asked)
				answer.WithoutEDNS, answer.Tries = !q.edns, x.tries
				answer.Address = remoteAddress(x.conn)
			}
			return answer, err
		}
	}
}

func remoteAddress(conn net.Conn) string {
	if address := conn.RemoteAddr(); address != nil {
		return address.String()
	}
	return ""
}
