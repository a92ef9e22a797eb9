package dnsquery

import (
	"net"
	"sync"
)

// The bounds of a pool. A UDP socket is given up after some questions, so that its
// port, which whoever forges replies must guess (RFC 5452 §9.2), does not stay.
const (
	maxIdle      = 256
	maxQuestions = 64
)

// A pool keeps connections on which a question was answered, for the next question to
// the same server.
type pool struct {
	mu    sync.Mutex
	conns map[string][]*pooled
	count int
}

// A pooled connection is used for one question at a time.
type pooled struct {
	net.Conn
	key       string
	questions int
	used      bool // it has answered before: whether it still stands is not known
}

// take returns an idle connection, nil if there is none.
func (p *pool) take(key string) *pooled {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle := p.conns[key]
	if len(idle) == 0 {
		return nil
	}
	conn := idle[len(idle)-1]
	if p.conns[key] = idle[:len(idle)-1]; len(idle) == 1 {
		delete(p.conns, key)
	}
	p.count--
	return conn
}

// put takes a connection back, or closes it where it has served its time.
func (p *pool) put(conn *pooled) {
	conn.used = true
	conn.questions++
	p.mu.Lock()
	defer p.mu.Unlock()
	if conn.questions >= maxQuestions || p.count >= maxIdle {
		conn.Close()
		return
	}
	if p.conns == nil {
		p.conns = map[string][]*pooled{}
	}
	p.conns[conn.key] = append(p.conns[conn.key], conn)
	p.count++
}

// CloseIdle closes the connections that are kept for further questions. One over HTTPS
// that has only just become idle may be kept a minute longer.
func (c *Client) CloseIdle() {
	c.httpClient().CloseIdleConnections()
	c.idle.mu.Lock()
	defer c.idle.mu.Unlock()
	for _, conns := range c.idle.conns {
		for _, conn := range conns {
			conn.Close()
		}
	}
	c.idle.conns, c.idle.count = nil, 0
}
