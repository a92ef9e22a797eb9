// Package dnsquery asks one DNS server one question and accepts only an answer to
// that question: same id, question, class and owner name. It asks over UDP with
// EDNS (RFC 6891), again when nothing comes, and over TCP when the reply is
// truncated or torn (RFC 7766).
package dnsquery

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"time"

	"github.com/miekg/dns"
)

// udpSize is the EDNS buffer size: what passes nearly every path unfragmented.
const udpSize = 1232

// DefaultTimeout is what one question may take, all its tries together.
const DefaultTimeout = 2 * time.Second

// tries is how often a question is asked over UDP within its timeout.
const tries = 3

// A Client asks questions. The zero Client is ready to use.
type Client struct {
	// Dialer opens the connections.
	Dialer net.Dialer
	// Timeout bounds one question, all tries together; zero means [DefaultTimeout].
	Timeout time.Duration
	// Now measures round trips; nil means [time.Now].
	Now func() time.Time
}

// TXT asks a server, given as host:port, for the TXT records at an owner name,
// without asking for recursion. Every response code makes an [Answer]; an error
// means that there was none: a [*ReplyError], a timeout
// ([context.DeadlineExceeded]), a cancellation, or what the network said.
func (c *Client) TXT(ctx context.Context, server, name string) (*Answer, error) {
	timeout := c.Timeout
	if timeout == 0 {
		timeout = DefaultTimeout
	}
	question, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	query := newQuery(name)
	var answer *Answer
	var err error
	for range tries {
		answer, err = c.ask(question, server, query, timeout/tries)
		if err != nil || !worthRetrying(answer) {
			break
		}
		if answer.Rcode != dns.RcodeServerFailure {
			query.Extra = nil // a server from before EDNS (RFC 6891 §7)
		}
	}
	if answer != nil {
		answer.WithoutEDNS = query.Extra == nil
	}
	return answer, withoutMask(ctx, question, err)
}

// withoutMask returns the caller's own cancellation in place of the network error
// that it led to.
func withoutMask(caller, question context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case caller.Err() != nil:
		return caller.Err()
	case question.Err() != nil || isTimeout(err):
		return context.DeadlineExceeded
	}
	return err
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

func newQuery(name string) *dns.Msg {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	query.RecursionDesired = false
	query.SetEdns0(udpSize, false)
	return query
}

// worthRetrying reports whether asking again may help: the server said that it
// failed just now, or did not understand. That there is nothing is an answer.
func worthRetrying(answer *Answer) bool {
	switch answer.Rcode {
	case dns.RcodeServerFailure, dns.RcodeFormatError, dns.RcodeNotImplemented:
		return true
	}
	return false
}

// ask asks over UDP, and goes on over TCP if the reply is not whole.
func (c *Client) ask(ctx context.Context, server string, query *dns.Msg, again time.Duration) (*Answer, error) {
	query.Id = dns.Id()
	answer, err := c.exchange(ctx, "udp", server, query, again)
	if reply, ok := errors.AsType[*ReplyError](err); ok && reply.torn {
		return c.exchange(ctx, "tcp", server, query, 0)
	}
	return answer, err
}

// exchange sends the query and waits for its answer; over UDP it sends it again while
// none comes, and takes the answer to any of them. It ends as soon as the context
// does, because the end moves the connection's deadline into the past.
func (c *Client) exchange(ctx context.Context, network, server string, query *dns.Msg, again time.Duration) (*Answer, error) {
	packed, err := query.Pack()
	if err != nil {
		return nil, err
	}
	begin := c.now()
	conn, err := c.Dialer.DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	read := readPacket
	if network == "tcp" {
		read = readFramed
		packed = append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)
	}
	if _, err := conn.Write(packed); err != nil {
		return nil, err
	}
	if network == "udp" {
		defer sendAgain(conn, packed, again)()
	}
	for {
		raw, err := read(conn)
		if err != nil {
			return nil, err
		}
		answer, err := readReply(raw, query)
		if err == errStray && network == "udp" {
			continue
		}
		if answer != nil {
			answer.Transport, answer.RoundTrip = network, c.now().Sub(begin)
		}
		return answer, err
	}
}

// sendAgain sends a datagram again at each interval, until all tries are made or the
// function that it returns is called.
func sendAgain(conn net.Conn, packed []byte, interval time.Duration) (stop func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for range tries - 1 {
			select {
			case <-done:
				return
			case <-ticker.C:
				conn.Write(packed) // whether that went well shows in what is read
			}
		}
	}()
	return func() { close(done) }
}

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func readPacket(conn net.Conn) ([]byte, error) {
	buffer := make([]byte, dns.MaxMsgSize)
	n, err := conn.Read(buffer)
	return buffer[:n], err
}

// readFramed reads a message with its length before it (RFC 1035 §4.2.2).
func readFramed(conn net.Conn) ([]byte, error) {
	var length [2]byte
	if _, err := io.ReadFull(conn, length[:]); err != nil {
		return nil, err
	}
	raw := make([]byte, binary.BigEndian.Uint16(length[:]))
	_, err := io.ReadFull(conn, raw)
	return raw, err
}
