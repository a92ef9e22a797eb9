package dnsquery_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// streamFaults are what may go wrong on a connection; each ends the question at once.
var streamFaults = map[string]answerer{
	"closed at once":          func(*faultserver.Query) faultserver.Reply { return cut(nil) },
	"closed in the length":    func(q *faultserver.Query) faultserver.Reply { return cut(framed(q)[:1]) },
	"closed after the length": func(q *faultserver.Query) faultserver.Reply { return cut(framed(q)[:2]) },
	"closed in the message":   func(q *faultserver.Query) faultserver.Reply { return cut(framed(q)[:30]) },
	"length that promises more": func(q *faultserver.Query) faultserver.Reply {
		wire := framed(q)
		binary.BigEndian.PutUint16(wire, uint16(len(wire)))
		return cut(wire)
	},
	"length that cuts": func(q *faultserver.Query) faultserver.Reply {
		wire := framed(q)
		binary.BigEndian.PutUint16(wire, uint16(len(wire)-2-4))
		return cut(wire)
	},
	"length zero": func(*faultserver.Query) faultserver.Reply { return cut([]byte{0, 0}) },
	"truncated":   truncated,
	"wrong id": func(q *faultserver.Query) faultserver.Reply {
		q.Id ^= 1
		return good(q)
	},
	"torn at a record": tornAtRecord,
}

func framed(q *faultserver.Query) []byte { return faultserver.Framed(goodWire(q)) }

// TCP and TLS alone: UDP has no part in it.
func TestStreamAlone(t *testing.T) {
	t.Parallel()
	s := everywhere(t, good)
	client := newClient(t, s)
	for _, over := range []dnsquery.Transport{dnsquery.TCP, dnsquery.TLS} {
		got, err := ask(t.Context(), client, s.Over(over))
		if err != nil {
			t.Fatal(over, err)
		}
		if got.Transport != over || got.Address != s.Over(over).Address() || !slices.Equal(texts(got), []string{"v=1;b=on"}) ||
			got.Truncated || got.UDPSilent || got.WithoutEDNS || got.RoundTrip <= 0 {
			t.Errorf("%s: %+v", over, got)
		}
	}
	if len(s.Queries()) != 2 || s.Asked(dnsquery.UDP) != 0 {
		t.Errorf("%d queries, %d of them over UDP", len(s.Queries()), s.Asked(dnsquery.UDP))
	}
}

func TestStreamFaults(t *testing.T) {
	t.Parallel()
	for _, over := range []dnsquery.Transport{dnsquery.TCP, dnsquery.TLS} {
		for name, fault := range streamFaults {
			t.Run(string(over)+" "+name, func(t *testing.T) {
				t.Parallel()
				s := everywhere(t, fault)
				begin := time.Now()
				answer, err := ask(t.Context(), newClient(t, s), s.Over(over))
				if answer != nil || !isReplyError(err) || time.Since(begin) > ample/2 {
					t.Errorf("got %+v, %v after %s", answer, err, time.Since(begin))
				}
				if len(s.Queries()) != 1 {
					t.Errorf("asked %d times", len(s.Queries()))
				}
			})
		}
	}
}

// A port that refuses, and a server that says nothing.
func TestStreamUnreachable(t *testing.T) {
	t.Parallel()
	refusing := plain(t, good, nil)
	if answer, err := ask(t.Context(), newClient(t, refusing), refusing.Over(dnsquery.TCP)); answer != nil || err == nil || !isNetwork(err) {
		t.Errorf("refused: got %+v, %v", answer, err)
	}
	for name, script := range map[string]faultserver.Script{"silent": {}, "no handshake": {NoHandshake: true}} {
		for _, over := range []dnsquery.Transport{dnsquery.TCP, dnsquery.TLS, dnsquery.HTTPS} {
			t.Run(name+" "+string(over), func(t *testing.T) {
				t.Parallel()
				s := faultserver.Start(t, script)
				client := newClient(t, s)
				client.Timeout = short
				begin := time.Now()
				answer, err := ask(t.Context(), client, s.Over(over))
				if took := time.Since(begin); answer != nil || !isTimeout(err) || took < short || took > 3*short {
					t.Errorf("got %+v, %v after %s", answer, err, took)
				}
			})
		}
	}
}

// A server that cannot prove its name is not asked, over TLS and HTTPS.
func TestCertificates(t *testing.T) {
	t.Parallel()
	unknown := faultserver.Start(t, faultserver.Script{}).Roots()
	cases := map[string]struct {
		script faultserver.Script
		host   string // in place of the address
		roots  *x509.CertPool
		now    time.Duration // from now
		is     func(error) bool
	}{
		"wrong name":          {script: faultserver.Script{Names: []string{"other.example"}}, is: isType[x509.HostnameError]},
		"wrong name, by name": {script: faultserver.Script{Names: []string{"other.example"}}, host: "localhost", is: isType[x509.HostnameError]},
		"address not in it":   {script: faultserver.Script{Names: []string{"localhost"}}, is: isType[x509.HostnameError]},
		"expired":             {script: faultserver.Script{Expired: true}, is: isType[x509.CertificateInvalidError]},
		"expired by our time": {now: 2 * time.Hour, is: isType[x509.CertificateInvalidError]},
		"unknown authority":   {roots: unknown, is: isType[x509.UnknownAuthorityError]},
		"right name":          {script: faultserver.Script{Names: []string{"localhost"}}, host: "localhost"},
		"right address":       {},
	}
	for name, c := range cases {
		for _, over := range []dnsquery.Transport{dnsquery.TLS, dnsquery.HTTPS} {
			t.Run(name+" "+string(over), func(t *testing.T) {
				t.Parallel()
				script := c.script
				script.Answer = good
				s := faultserver.Start(t, script)
				client := newClient(t, s)
				client.Now = func() time.Time { return time.Now().Add(c.now) }
				client.Family = dnsquery.IPv4 // localhost may be ::1 first
				if c.roots != nil {
					client.RootCAs = c.roots
				}
				server := s.Over(over)
				if c.host != "" {
					server.Host = c.host
				}
				answer, err := ask(t.Context(), client, server)
				if c.is == nil {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if _, ok := errors.AsType[*tls.CertificateVerificationError](err); answer != nil || !ok || !c.is(err) || len(s.Queries()) > 0 {
					t.Errorf("got %+v, %v (%T)", answer, err, err)
				}
			})
		}
	}
}

func isType[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A server from before EDNS is asked without it, whatever the transport.
func TestWithoutEDNS(t *testing.T) {
	t.Parallel()
	for _, code := range []int{dns.RcodeFormatError, dns.RcodeNotImplemented} {
		s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
			if q.IsEdns0() != nil {
				return failing(code)(q)
			}
			return good(q)
		})
		client := newClient(t, s)
		for _, over := range transports {
			got, err := ask(t.Context(), client, s.Over(over))
			if err != nil || !got.WithoutEDNS || got.Transport != over || len(got.Records) != 1 || s.Asked(over) != 2 {
				t.Errorf("%s: got %+v, %v, asked %d times", over, got, err, s.Asked(over))
			}
		}
	}
}
