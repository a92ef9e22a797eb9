package dnsupdate_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
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

// A reply is what a server makes of a request; nil: it closes without one.
type reply = func(t *testing.T, request *dns.Msg) []byte

// unsigned is a reply without signature, changed.
func unsigned(change func(*dns.Msg)) reply {
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

func same(*dns.Msg) {}

func withRcode(rcode int) func(*dns.Msg) { return func(m *dns.Msg) { m.Rcode = rcode } }

// Whatever a server replies, only a signed success of this very update is one.
func TestReplies(t *testing.T) {
	honest := signer{key: key}
	signed := func(s signer, change func(*dns.Msg)) reply {
		return func(t *testing.T, request *dns.Msg) []byte {
			reply := new(dns.Msg).SetReply(request)
			change(reply)
			return s.reply(t, request, reply)
		}
	}
	otherSecret, otherName, otherAlgorithm := key, key, key
	otherSecret.Secret = []byte("other")
	otherName.Name = "other."
	otherAlgorithm.Algorithm = "hmac-sha1"

	cases := []struct {
		title string
		reply reply
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
		{"signed conflict", signed(honest, withRcode(dns.RcodeYXRrset)), dnsupdate.ConflictError{Rcode: dns.RcodeYXRrset, Authenticated: true}},
		{"unsigned conflict", unsigned(withRcode(dns.RcodeYXRrset)), dnsupdate.RefusedError{Rcode: dns.RcodeYXRrset}},
		{"NOTAUTH, signed: the library cannot tell", signed(honest, withRcode(dns.RcodeNotAuth)), dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth}},
		{"garbage", func(*testing.T, *dns.Msg) []byte { return slices.Repeat([]byte{0xa7}, 40) }, dnsupdate.ErrReply},
		{"less than a header", func(*testing.T, *dns.Msg) []byte { return []byte{1, 2, 3} }, dns.ErrShortRead},
		{"closed without a reply", func(*testing.T, *dns.Msg) []byte { return nil }, io.EOF},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			checkOutcome(t, serve(t, replying(t, c.reply)), c.want)
		})
	}
}

// replying is a server that reads a request and sends that reply to it.
func replying(t *testing.T, reply reply) func(*dns.Conn) {
	return func(conn *dns.Conn) {
		if wire := reply(t, read(conn)); wire != nil {
			_, _ = conn.Write(wire)
		}
	}
}

// checkOutcome sends an update and compares what Replace returns with nil, a value of
// RefusedError or ConflictError, or why the outcome is unknown.
func checkOutcome(t *testing.T, client *dnsupdate.Client, want any) {
	t.Helper()
	err := client.Replace(t.Context(), dnsupdate.Change{New: wire(txt("one"))})
	switch want := want.(type) {
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
	default:
		t.Fatalf("no outcome: %v", want)
	}
}

// withoutKey returns the client as it is without a key.
func withoutKey(client *dnsupdate.Client) *dnsupdate.Client {
	client.Key, client.WithoutKey, client.Now = dnsupdate.Key{}, true, nil
	return client
}

// Without a key there is nothing to go by but that the reply belongs to the update,
// and its code. What it says is marked as not authenticated.
func TestRepliesWithoutKey(t *testing.T) {
	signed := func(t *testing.T, request *dns.Msg) []byte {
		reply := new(dns.Msg).SetReply(request)
		reply.SetTsig(key.Name, dns.HmacSHA256, 300, time.Now().Unix())
		wire, _, err := dns.TsigGenerate(reply, base64.StdEncoding.EncodeToString(key.Secret), "", false)
		if err != nil {
			t.Error(err)
		}
		return wire
	}
	cases := []struct {
		title string
		reply reply
		want  any
	}{
		{"success", unsigned(same), nil},
		{"success without a zone section", unsigned(func(m *dns.Msg) { m.Question = nil }), nil},
		{"something stands", unsigned(withRcode(dns.RcodeYXRrset)), dnsupdate.ConflictError{Rcode: dns.RcodeYXRrset}},
		{"nothing stands", unsigned(withRcode(dns.RcodeNXRrset)), dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset}},
		{"refusal", unsigned(withRcode(dns.RcodeRefused)), dnsupdate.RefusedError{Rcode: dns.RcodeRefused}},
		{"not its zone", unsigned(withRcode(dns.RcodeNotAuth)), dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth}},
		{"out of order", unsigned(withRcode(dns.RcodeServerFailure)), dnsupdate.RefusedError{Rcode: dns.RcodeServerFailure}},
		{"signed all the same", signed, dnsupdate.ErrReply},
		{"wrong id", unsigned(func(m *dns.Msg) { m.Id++ }), dnsupdate.ErrReply},
		{"wrong id, conflict", unsigned(func(m *dns.Msg) { m.Id++; m.Rcode = dns.RcodeYXRrset }), dnsupdate.ErrReply},
		{"wrong opcode", unsigned(func(m *dns.Msg) { m.Opcode = dns.OpcodeQuery }), dnsupdate.ErrReply},
		{"a request", unsigned(func(m *dns.Msg) { m.Response = false }), dnsupdate.ErrReply},
		{"wrong zone", unsigned(func(m *dns.Msg) { m.Question[0].Name = "example.net." }), dnsupdate.ErrReply},
		{"wrong zone class", unsigned(func(m *dns.Msg) { m.Question[0].Qclass = dns.ClassCHAOS }), dnsupdate.ErrReply},
		{"two zones", unsigned(func(m *dns.Msg) { m.Question = append(m.Question, m.Question[0]) }), dnsupdate.ErrReply},
		{"cut in a record", cut(unsigned(func(m *dns.Msg) { m.Answer = []dns.RR{large()} })), dnsupdate.ErrReply},
		{"records that nobody asked for", unsigned(func(m *dns.Msg) { m.Answer = []dns.RR{large()} }), nil},
		{"garbage", func(*testing.T, *dns.Msg) []byte { return slices.Repeat([]byte{0xa7}, 40) }, dnsupdate.ErrReply},
		{"less than a header", func(*testing.T, *dns.Msg) []byte { return []byte{1, 2, 3} }, dns.ErrShortRead},
		{"closed without a reply", func(*testing.T, *dns.Msg) []byte { return nil }, io.EOF},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			checkOutcome(t, withoutKey(serve(t, replying(t, c.reply))), c.want)
		})
	}
}

// large is a record of almost as many octets as a message may have.
func large() dns.RR {
	return &dns.RFC3597{
		Hdr:   dns.RR_Header{Name: "example.com.", Rrtype: 65280, Class: dns.ClassINET},
		Rdata: strings.Repeat("a7", 65000),
	}
}

func cut(whole reply) reply {
	return func(t *testing.T, request *dns.Msg) []byte {
		wire := whole(t, request)
		return wire[:len(wire)/2]
	}
}

// Without a key an update carries no signature, and the server that wants one says so.
func TestWithoutKey(t *testing.T) {
	client := withoutKey(serve(t, func(conn *dns.Conn) {
		request := read(conn)
		reply := new(dns.Msg).SetReply(request)
		if request.Opcode != dns.OpcodeUpdate || len(request.Extra) != 0 || len(request.Ns) != 1 {
			reply.Rcode = dns.RcodeFormatError
		}
		_ = conn.WriteMsg(reply)
	}))
	checkOutcome(t, client, nil)

	server, client := start(t)
	checkOutcome(t, withoutKey(client), dnsupdate.RefusedError{Rcode: dns.RcodeRefused})
	checkStanding(t, server, txt())
}

// A reply that never comes to its end is waited for as long as the context lets it,
// and no longer.
func TestTrickle(t *testing.T) {
	for title, change := range map[string]func(*dnsupdate.Client) *dnsupdate.Client{
		"with a key":    func(c *dnsupdate.Client) *dnsupdate.Client { return c },
		"without a key": withoutKey,
	} {
		t.Run(title, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			client := change(serve(t, func(conn *dns.Conn) {
				read(conn)
				_, err := conn.Conn.Write([]byte{0xff, 0xff}) // a message of 65,535 octets is to come
				for err == nil {
					_, err = conn.Conn.Write([]byte{0})
					time.Sleep(5 * time.Millisecond)
				}
			}))
			err := within(t, func() error { return client.Replace(ctx, dnsupdate.Change{New: wire(txt("one"))}) })
			if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
		})
	}
}

// A connection that ends in the middle of a reply leaves the outcome unknown.
func TestReplyEndsEarly(t *testing.T) {
	client := withoutKey(serve(t, func(conn *dns.Conn) {
		wire := unsigned(same)(t, read(conn))
		_, _ = conn.Conn.Write(append([]byte{0, byte(len(wire))}, wire[:len(wire)-1]...))
	}))
	checkOutcome(t, client, io.ErrUnexpectedEOF)
}

func TestCannotConnect(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close() // the port is refused now
	err = clientOf(listener.Addr().String()).Replace(t.Context(), dnsupdate.Change{New: wire(txt("one"))})
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
	err := client.Replace(t.Context(), dnsupdate.Change{New: wire(txt("one"))})
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
	err := within(t, func() error { return client.Replace(ctx, dnsupdate.Change{New: wire(txt("one"))}) })
	if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestDeadlineInMidExchange(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	client := serve(t, func(conn *dns.Conn) { read(conn); <-ctx.Done(); read(conn) })
	err := within(t, func() error { return client.Replace(ctx, dnsupdate.Change{New: wire(txt("one"))}) })
	if _, ok := errors.AsType[*dnsupdate.OutcomeUnknownError](err); !ok || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := within(t, func() error { return clientOf("127.0.0.1:1").Replace(ctx, dnsupdate.Change{New: wire(txt("one"))}) })
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
