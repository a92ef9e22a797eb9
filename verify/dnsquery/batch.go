package dnsquery

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// A Reply is what came of one of several questions: an answer or an error, as
// [Client.Ask] returns them.
type Reply struct {
	Answer *Answer
	Err    error
}

// firstPass is the share of the timeout, in sixths, in which answers to questions that
// were sent together are waited for.
const firstPass = 1

// AskAll asks a server several questions at once, within the time that one may take.
// Over UDP they go out together on one socket; what does not come back at once, or not
// whole, is asked for by itself as [Client.Ask] does.
func (c *Client) AskAll(ctx context.Context, server Server, questions []Question) []Reply {
	if len(questions) == 1 {
		answer, err := c.Ask(ctx, server, questions[0])
		return []Reply{{answer, err}}
	}
	limit := cmp.Or(c.Timeout, DefaultTimeout)
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	replies := make([]Reply, len(questions))
	if server.Transport == UDP {
		c.askTogether(ctx, server, questions, replies, time.Now().Add(limit*firstPass/parts))
	}
	var wait sync.WaitGroup
	for i, question := range questions {
		if replies[i].Answer == nil {
			wait.Go(func() { replies[i] = c.askAfterwards(ctx, server, question) })
		}
	}
	wait.Wait()
	return replies
}

// askAfterwards asks what did not come back when it was asked together with others.
func (c *Client) askAfterwards(ctx context.Context, server Server, question Question) Reply {
	answer, err := c.Ask(ctx, server, question)
	if answer != nil && answer.Tries > 0 {
		answer.Tries++
	}
	return Reply{answer, err}
}

// askTogether fills in those replies whose answers come until the deadline and can
// count. What goes wrong is left to be found again.
func (c *Client) askTogether(ctx context.Context, server Server, questions []Question, replies []Reply, deadline time.Time) {
	conn, err := c.connect(ctx, "udp", server)
	if err != nil {
		return
	}
	x := &togetherExchange{client: c, conn: conn, begin: c.now(), replies: replies}
	conn.SetReadDeadline(deadline)
	interrupted := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	x.send(questions)
	x.read()
	if interrupted() && x.open == 0 {
		c.idle.put(conn)
	} else {
		conn.Close()
	}
}

// A togetherExchange is several questions on one UDP socket.
type togetherExchange struct {
	client  *Client
	conn    *pooled
	begin   time.Time
	queries []*query // nil for those that are settled
	open    int
	replies []Reply
}

func (x *togetherExchange) send(questions []Question) {
	x.queries = make([]*query, len(questions))
	for i, question := range questions {
		q, err := newQuery(question)
		if err != nil {
			continue
		}
		q = q.fresh()
		if _, err := x.conn.Write(q.packed); err == nil {
			x.queries[i] = q
			x.open++
		}
	}
}

// read takes replies until all questions are settled, or nothing more comes.
func (x *togetherExchange) read() {
	buffer := buffers.Get().(*datagram)
	defer buffers.Put(buffer)
	for x.open > 0 {
		n, err := x.conn.Read(buffer[:])
		if err != nil {
			return
		}
		x.settle(buffer[:n])
	}
}

// settle takes a reply to one of the questions; anything else is passed over.
func (x *togetherExchange) settle(raw []byte) {
	for i, q := range x.queries {
		if q == nil {
			continue
		}
		answer, err := readReply(raw, q)
		if err == errStray {
			continue
		}
		x.queries[i] = nil
		x.open--
		if err == nil && !worthRetrying(answer) {
			answer.Transport, answer.RoundTrip, answer.Address = UDP, x.client.now().Sub(x.begin), remoteAddress(x.conn)
			answer.Tries = 1
			x.replies[i].Answer = answer
		}
		return
	}
}
