// Package dnsquery asks one DNS server one question and accepts only an answer to
// that question: same id, question, class and owner name.
//
// It asks over UDP with EDNS (RFC 6891), again when nothing comes, over TCP (RFC 7766)
// when the reply is truncated or torn or UDP stays silent, and without EDNS where a
// server does not understand it; or over TCP, TLS (RFC 7858) or HTTPS (RFC 8484) alone.
// Records come as the values that are on the wire.
package dnsquery

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// DefaultTimeout is what one question may take, all its tries together.
const DefaultTimeout = 2 * time.Second

// tries is how often a question is asked within its timeout.
const tries = 3

// A Client asks questions. The zero Client is ready to use; it must not be copied
// after that. Its methods may be called at the same time.
type Client struct {
	// Dial opens connections; nil means a [net.Dialer]. The network is "udp" or "tcp",
	// with a 4 or 6 behind it where Family asks for one.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// Family limits what is connected to.
	Family Family
	// RootCAs are the authorities that certificates of DNS over TLS and HTTPS are held
	// against; nil means the system's.
	RootCAs *x509.CertPool
	// Timeout bounds one question, all tries together; zero means [DefaultTimeout].
	Timeout time.Duration
	// Now measures round trips, and is what certificates are held against; nil means
	// [time.Now].
	Now func() time.Time

	idle  pool
	https struct {
		once   sync.Once
		client *http.Client
	}
}

// A Question is what a server is asked.
type Question struct {
	// Name is the owner name.
	Name string
	// Type is the type of the records asked for, such as dns.TypeTXT.
	Type uint16
	// Recursive sets RD, and AD, which asks a resolver to say whether it validated
	// (RFC 6840 §5.7).
	Recursive bool
	// CheckingDisabled sets CD: a validating resolver answers even what does not
	// validate (RFC 4035 §3.2.2).
	CheckingDisabled bool
}

// Ask asks a server one question. Every response code makes an [Answer]; an error
// means that there was none: a [*ReplyError], a [*FallbackError], a
// [*tls.CertificateVerificationError], a timeout ([context.DeadlineExceeded]), a
// cancellation, or what the network said.
func (c *Client) Ask(ctx context.Context, server Server, question Question) (*Answer, error) {
	limited, cancel := context.WithTimeout(ctx, cmp.Or(c.Timeout, DefaultTimeout))
	defer cancel()
	q, err := newQuery(question)
	if err != nil {
		return nil, err
	}
	var answer *Answer
	for range tries {
		var next *Answer
		if next, err = c.exchange(limited, server, q); err != nil {
			break
		}
		answer = next
		answer.WithoutEDNS = answer.WithoutEDNS || !q.edns
		if !worthRetrying(answer) {
			break
		}
		if answer.Rcode != dns.RcodeServerFailure {
			q = q.withoutEDNS() // a server from before EDNS (RFC 6891 §7)
		}
	}
	if answer != nil && (err == nil || ctx.Err() == nil) {
		return answer, nil // it stands, even where asking again failed
	}
	return nil, withoutMask(ctx, limited, err)
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

// exchange asks once, by the server's transport.
func (c *Client) exchange(ctx context.Context, server Server, q *query) (*Answer, error) {
	switch server.Transport {
	case HTTPS:
		return c.overHTTPS(ctx, server, q)
	case TCP, TLS:
		return c.overStream(ctx, server, q)
	}
	return c.overUDP(ctx, server, q)
}

// withoutMask returns the caller's own cancellation in place of the network error
// that it led to.
func withoutMask(caller, question context.Context, err error) error {
	if _, fallback := errors.AsType[*FallbackError](err); fallback && caller.Err() == nil {
		return err
	}
	switch {
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

func (c *Client) now() time.Time {
	if c.Now == nil {
		return time.Now()
	}
	return c.Now()
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	network += c.Family.suffix()
	if c.Dial != nil {
		return c.Dial(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// tlsConfig is how certificates are checked: for the server's name, or its address
// where it was named by that (RFC 7858 §3.2, RFC 8310 §8.1).
func (c *Client) tlsConfig(name string) *tls.Config {
	return &tls.Config{ServerName: name, RootCAs: c.RootCAs, MinVersion: tls.VersionTLS12, Time: c.Now}
}
