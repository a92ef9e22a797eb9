package dnsupdate_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

// serve runs a server that hands each connection to handle, and returns a client
// for it.
func serve(t *testing.T, handle func(*dns.Conn)) *dnsupdate.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			handle(&dns.Conn{Conn: conn})
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-ended
	})
	return clientOf(listener.Addr().String())
}

// read returns the request as it came.
func read(conn *dns.Conn) *dns.Msg {
	wire, err := conn.ReadMsgHeader(nil)
	request := new(dns.Msg)
	if err == nil {
		_ = request.Unpack(wire)
	}
	return request
}

// signer signs replies as a server would that knows the key.
type signer struct {
	key    dnsupdate.Key
	change func(*dns.TSIG)
	tamper func(wire []byte)
}

func (s signer) reply(t *testing.T, request, reply *dns.Msg) []byte {
	requestTSIG := request.IsTsig()
	reply.SetTsig(s.key.Name, dns.CanonicalName(s.key.Algorithm), 300, time.Now().Unix())
	if s.change != nil {
		s.change(reply.IsTsig())
	}
	wire, _, err := dns.TsigGenerate(reply, base64.StdEncoding.EncodeToString(s.key.Secret), requestTSIG.MAC, false)
	if err != nil {
		t.Error(err)
	}
	if s.tamper != nil {
		s.tamper(wire)
	}
	return wire
}

// Whatever a server replies, only a signed success of this very update is one.
func TestReplies(t *testing.T) {
	honest := signer{key: key}
	signed := func(s signer, change func(*dns.Msg)) func(*testing.T, *dns.Msg) []byte {
		return func(t *testing.T, request *dns.Msg) []byte {
			reply := new(dns.Msg).SetReply(request)
			change(reply)
			return s.reply(t, request, reply)
		}
	}
	unsigned := func(change func(*dns.Msg)) func(*testing.T, *dns.Msg) []byte {
		return func(t *testing.T, request *dns.Msg) []byte {
			reply := new(dns.Msg).SetReply(request)
			change(reply)
			wire, err := reply.Pack()
			if err != nil {
				t.Error(err)
			}
			return wire
		}
	}
	same := func(*dns.Msg) {}
	withRcode := func(rcode int) func(*dns.Msg) { return func(m *dns.Msg) { m.Rcode = rcode } }
	otherSecret, otherName, otherAlgorithm := key, key, key
	otherSecret.Secret = []byte("other")
	otherName.Name = "other."
	otherAlgorithm.Algorithm = "hmac-sha1"

	cases := []struct {
		title string
		reply func(*testing.T, *dns.Msg) []byte
		want  any // nil, an error in the outcome that is unknown, or another error
	}{
		{"signed success", signed(honest, same), nil},
		{"signed success without a zone section", signed(honest, func(m *dns.Msg) { m.Question = nil }), nil},
		{"zone section in capitals", signed(honest, func(m *dns.Msg) { m.Question[0].Name = "EXAMPLE.com." }), nil},
		{"unsigned success", unsigned(same), dnsupdate.ErrUnsigned},
		{"wrong id", signed(honest, func(m *dns.Msg) { m.Id++ }), dnsupdate.ErrReply},
		{"wrong opcode", signed(honest, func(m *dns.Msg) { m.Opcode = dns.OpcodeQuery }), dnsupdate.ErrReply},
		{"a request", signed(honest, func(m *dns.Msg) { m.Response = false }), dnsupdate.ErrReply},
		{"wrong zone", signed(honest, func(m *dns.Msg) { m.Question[0].Name = "example.net." }), dnsupdate.ErrReply},
		{"wrong zone type", signed(honest, func(m *dns.Msg) { m.Question[0].Qtype = dns.TypeA }), dnsupdate.ErrReply},
		{"two zones", signed(honest, func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }), dnsupdate.ErrReply},
		{"signed with another secret", signed(signer{key: otherSecret}, same), dns.ErrSig},
		{"signed with another key", signed(signer{key: otherName}, same), dns.ErrKey},
		{"signed with another algorithm", signed(signer{key: otherAlgorithm}, same), dns.ErrKey},
		{"signed an hour ago", signed(signer{key: key, change: func(r *dns.TSIG) { r.TimeSigned -= 3600 }}, same), dns.ErrTime},
		{"refusal made a success on the way", signed(signer{key: key, tamper: func(wire []byte) { wire[3] = 0 }}, withRcode(dns.RcodeRefused)), dns.ErrSig},
		{"success with a TSIG error", signed(signer{key: key, change: func(r *dns.TSIG) { r.Error = dns.RcodeBadTrunc }}, same),
			dnsupdate.RefusedError{TSIGError: dns.RcodeBadTrunc, Authenticated: true}},
		{"signed refusal", signed(honest, withRcode(dns.RcodeRefused)), dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true}},
		{"unsigned refusal", unsigned(withRcode(dns.RcodeNotImplemented)), dnsupdate.RefusedError{Rcode: dns.RcodeNotImplemented}},
		{"signed conflict", signed(honest, withRcode(dns.RcodeYXRrset)), dnsupdate.ConflictError{Rcode: dns.RcodeYXRrset}},
		{"unsigned conflict", unsigned(withRcode(dns.RcodeYXRrset)), dnsupdate.RefusedError{Rcode: dns.RcodeYXRrset}},
		{"NOTAUTH, signed: the library cannot tell", signed(honest, withRcode(dns.RcodeNotAuth)), dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth}},
		{"garbage", func(*testing.T, *dns.Msg) []byte { return slices.Repeat([]byte{0xa7}, 40) }, dnsupdate.ErrReply},
		{"less than a header", func(*testing.T, *dns.Msg) []byte { return []byte{1, 2, 3} }, dns.ErrShortRead},
		{"closed without a reply", func(*testing.T, *dns.Msg) []byte { return nil }, io.EOF},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			client := serve(t, func(conn *dns.Conn) {
				if wire := c.reply(t, read(conn)); wire != nil {
					_, _ = conn.Write(wire)
				}
			})
			err := client.Replace(t.Context(), dnsupdate.Change{New: txt("one")})
			switch want := c.want.(type) {
			case nil:
				if err != nil {
					t.Error(err)
				}
			case dnsupdate.RefusedError:
				want.Server = client.Server
				if got, ok := errors.AsType[*dnsupdate.RefusedError](err); !ok || *got != want {
					t.Errorf("%v, want %v", err, &want)
				}
			case dnsupdate.ConflictError:
				want.Server = client.Server
				if got, ok := errors.AsType[*dnsupdate.ConflictError](err); !ok || *got != want {
					t.Errorf("%v, want %v", err, &want)
				}
			case error:
				if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, want) {
					t.Errorf("%v, want an unknown outcome because of %v", err, want)
				}
			}
		})
	}
}

func TestCannotConnect(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close() // the port is refused now
	err = clientOf(listener.Addr().String()).Replace(t.Context(), dnsupdate.Change{New: txt("one")})
	if _, ok := errors.AsType[*dnsupdate.NotSentError](err); !ok {
		t.Error(err)
	}
	if _, ok := errors.AsType[*net.OpError](err); !ok {
		t.Error(err)
	}
}

// A connection that fails in writing has not delivered the message.
func TestCannotWrite(t *testing.T) {
	client := serve(t, func(*dns.Conn) {})
	client.DialContext = func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		return here, there.Close()
	}
	err := client.Replace(t.Context(), dnsupdate.Change{New: txt("one")})
	if _, ok := errors.AsType[*dnsupdate.NotSentError](err); !ok || !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// The end of the context ends the wait for a reply at once, and the outcome is
// unknown: the message was sent.
func TestCancelledInMidExchange(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	client := serve(t, func(conn *dns.Conn) {
		read(conn)
		cancel()
		<-release
	})
	t.Cleanup(func() { close(release) }) // before serve's, which waits for handle
	err := within(t, func() error { return client.Replace(ctx, dnsupdate.Change{New: txt("one")}) })
	if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestDeadlineInMidExchange(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	client := serve(t, func(conn *dns.Conn) { read(conn); <-ctx.Done(); read(conn) })
	err := within(t, func() error { return client.Replace(ctx, dnsupdate.Change{New: txt("one")}) })
	if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := within(t, func() error { return clientOf("127.0.0.1:1").Replace(ctx, dnsupdate.Change{New: txt("one")}) })
	if _, ok := errors.AsType[*dnsupdate.NotSentError](err); !ok || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// within fails the test if the call takes longer than any of these may.
func within(t *testing.T, call func() error) error {
	t.Helper()
	result := make(chan error, 1)
	go func() { result <- call() }()
	select {
	case err := <-result:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("does not return")
		return nil
	}
}
