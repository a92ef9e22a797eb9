package cachingresolver

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// tries is how often a question is sent over UDP within its timeout.
const tries = 3

// errStray marks a message that is not a reply to the question: anybody on this machine
// can send one.
var errStray = errors.New("not a reply to the question")

// ask asks the authoritative server, and takes no other answer than an authoritative one
// that there is something or that there is nothing.
func (r *Resolver) ask(at place) (*dns.Msg, error) {
	r.asked.Add(1)
	ctx, cancel := context.WithTimeout(r.ctx, r.config.Timeout)
	defer cancel()
	query := new(dns.Msg).SetQuestion(at.name, at.rrtype)
	query.RecursionDesired = false
	query.SetEdns0(maxUDP, false)
	reply, err := r.overUDP(ctx, query)
	if err == nil && reply.Truncated {
		reply, err = r.overTCP(ctx, query)
	}
	switch {
	case err != nil:
		return nil, err
	case reply.Truncated || reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError || !reply.Authoritative:
		return nil, fmt.Errorf("the authoritative server answers %s, authoritative %t", dns.RcodeToString[reply.Rcode], reply.Authoritative)
	}
	return reply, nil
}

// overUDP sends the question until a reply comes.
func (r *Resolver) overUDP(ctx context.Context, query *dns.Msg) (*dns.Msg, error) {
	conn, release, err := r.connect(ctx, "udp")
	if err != nil {
		return nil, err
	}
	defer release()
	for range tries {
		if err := conn.WriteMsg(query); err != nil {
			return nil, err
		}
		conn.SetReadDeadline(time.Now().Add(r.config.Timeout / tries))
		reply, err := read(ctx, conn, query)
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return reply, err
		}
	}
	return nil, os.ErrDeadlineExceeded
}

func (r *Resolver) overTCP(ctx context.Context, query *dns.Msg) (*dns.Msg, error) {
	conn, release, err := r.connect(ctx, "tcp")
	if err != nil {
		return nil, err
	}
	defer release()
	deadline, _ := ctx.Deadline() // ask sets one
	conn.SetReadDeadline(deadline)
	if err := conn.WriteMsg(query); err != nil {
		return nil, err
	}
	return read(ctx, conn, query)
}

// connect returns a connection on which reading ends when the context does.
func (r *Resolver) connect(ctx context.Context, network string) (conn *dns.Conn, release func(), err error) {
	raw, err := new(net.Dialer).DialContext(ctx, network, r.config.Upstream)
	if err != nil {
		return nil, nil, err
	}
	stop := context.AfterFunc(ctx, func() { raw.Close() })
	return &dns.Conn{Conn: raw, UDPSize: bufferSize}, func() { stop(); raw.Close() }, nil
}

// read reads until the reply to the query.
func read(ctx context.Context, conn *dns.Conn, query *dns.Msg) (*dns.Msg, error) {
	for {
		raw, err := conn.ReadMsgHeader(nil)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, dns.ErrShortRead) {
			continue // over UDP: no message at all
		}
		if err != nil {
			return nil, err
		}
		if reply, err := parse(raw, query); err != errStray {
			return reply, err
		}
	}
}

// parse takes a message apart. It is no reply to the query if its id, question or opcode
// is another's, and none that counts if it holds fewer records than it says.
func parse(raw []byte, query *dns.Msg) (*dns.Msg, error) {
	reply := new(dns.Msg)
	err := reply.Unpack(raw)
	if reply.Id != query.Id || !reply.Response || reply.Opcode != dns.OpcodeQuery {
		return nil, errStray
	}
	if reply.Truncated {
		return reply, nil // whatever of it is missing: it is asked for again
	}
	if err != nil {
		return nil, err
	}
	if len(reply.Question) != 1 || !sameQuestion(reply.Question[0], query.Question[0]) {
		return nil, errStray
	}
	for i, section := range [...][]dns.RR{reply.Answer, reply.Ns, reply.Extra} {
		if int(binary.BigEndian.Uint16(raw[6+2*i:])) != len(section) {
			return nil, errors.New("the reply ends before its last record")
		}
	}
	return reply, nil
}

func sameQuestion(a, b dns.Question) bool {
	return strings.EqualFold(a.Name, b.Name) && a.Qtype == b.Qtype && a.Qclass == b.Qclass
}
