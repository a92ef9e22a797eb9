package drill_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/loopback"
	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify"
)

// A liar stands before a name server, and is not true to what it is told.
type liar struct {
	*nameserver.Server
	config nameserver.Config
	domain string
	tcp    *net.TCPListener
	udp    *net.UDPConn
	// forgets says that an update of one set by another is taken back, unseen.
	forgets func(before, after txtrecord.RRSet) bool
	// answers alters what is answered to a question at an instant.
	answers func(reply *dns.Msg, at time.Time)
}

// lie has a plan use liars.
func lie(t *testing.T, p *drill.Plan, as liar) {
	t.Helper()
	p.ServeBy(func(ctx context.Context, config nameserver.Config) (drill.NameServer, error) {
		server, err := nameserver.Start(ctx, config)
		if err != nil {
			return nil, err
		}
		l := as
		l.Server, l.config, l.domain = server, config, p.Domain+"."
		if l.tcp, l.udp, err = loopback.Listen(loopback.IPv4); err != nil {
			return nil, err
		}
		go l.serveTCP()
		go l.serveUDP()
		return &l, nil
	})
}

func (l *liar) Addr() string { return l.tcp.Addr().String() }

func (l *liar) Close() error {
	return errors.Join(l.tcp.Close(), l.udp.Close(), l.Server.Close())
}

func (l *liar) serveTCP() {
	for {
		conn, err := l.tcp.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			message := dns.Conn{Conn: conn}
			for {
				asked, err := message.ReadMsgHeader(nil)
				if err != nil {
					return
				}
				message.Write(l.respond("tcp", asked))
			}
		}()
	}
}

func (l *liar) serveUDP() {
	buffer := make([]byte, 1<<16)
	for {
		n, client, err := l.udp.ReadFromUDPAddrPort(buffer)
		if err != nil {
			return
		}
		l.udp.WriteToUDPAddrPort(l.respond("udp", buffer[:n]), client)
	}
}

// respond hands a message on, and lies about the reply.
func (l *liar) respond(network string, asked []byte) []byte {
	before, _ := l.RRSet(l.domain, "TXT")
	conn, err := dns.Dial(network, l.Server.Addr())
	if err != nil {
		return nil
	}
	defer conn.Close()
	conn.UDPSize = 1 << 15
	conn.Write(asked)
	raw, err := conn.ReadMsgHeader(nil)
	if err != nil {
		return nil
	}
	after, _ := l.RRSet(l.domain, "TXT")
	changed := before.Values != nil && after.Values != nil && !slices.Equal(before.Values, after.Values)
	if changed && l.forgets != nil && l.forgets(before, after) {
		l.restore(after, before)
	}
	var reply dns.Msg
	if l.answers == nil || reply.Unpack(raw) != nil || reply.Opcode != dns.OpcodeQuery {
		return raw
	}
	l.answers(&reply, l.config.Now())
	reply.Compress = true
	altered, err := reply.Pack()
	if err != nil {
		return nil
	}
	return altered
}

func (l *liar) restore(from, to txtrecord.RRSet) {
	old, err := from.Wire()
	if err != nil {
		panic(err)
	}
	next, err := to.Wire()
	if err != nil {
		panic(err)
	}
	key := l.config.Keys[0]
	client := dnsupdate.Client{
		Server: l.Server.Addr(), Zone: l.config.Zones[0].Name, Now: l.config.Now,
		Key: dnsupdate.Key{Name: key.Name, Algorithm: key.Algorithm, Secret: key.Secret},
	}
	if err := client.Replace(context.Background(), dnsupdate.Change{Old: old, New: next}); err != nil {
		panic(err)
	}
}

func isOn(set txtrecord.RRSet) bool { return strings.Contains(set.Values[0], ";b=on") }

// double doubles the TTLs of records.
func double(records []dns.RR) {
	for _, rr := range records {
		if rr.Header().Rrtype != dns.TypeOPT {
			rr.Header().Ttl *= 2
		}
		if soa, ok := rr.(*dns.SOA); ok {
			soa.Minttl *= 2
		}
	}
}

// A step is right only if the very set stands that was published, by its TTL.
func TestLyingServers(t *testing.T) {
	t.Parallel()
	ended := start.Add(13 * 24 * time.Hour)
	for name, test := range map[string]struct {
		as      liar
		clients int
		step    string // the one that goes wrong, empty for none
		code    verify.Code
	}{
		"true":             {step: ""},
		"true, followed":   {clients: 20, step: ""},
		"on stays":         {as: liar{forgets: func(before, after txtrecord.RRSet) bool { return isOn(before) && isOn(after) }}, step: "renew", code: verify.CodeRecordsNotExpected},
		"a longer TTL":     {as: liar{answers: func(reply *dns.Msg, _ time.Time) { double(reply.Answer) }}, step: "stand ready", code: verify.CodeTTLNotExpected},
		"a longer silence": {as: liar{answers: func(reply *dns.Msg, _ time.Time) { double(reply.Ns) }}, clients: 20, step: "stand ready"},
		"another TTL, looked at": {as: liar{answers: func(reply *dns.Msg, at time.Time) {
			if !at.Before(ended) {
				double(reply.Answer)
			}
		}}, step: "last second", code: verify.CodeTTLNotExpected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := kitPlan(t, 2, nil)
			lie(t, plan, test.as)
			checkWrongStep(t, run(t, plan, options(test.clients)), test.step, test.code)
		})
	}
}

// checkWrongStep wants a step, the last one, to be wrong because of a finding, if any.
func checkWrongStep(t *testing.T, r *drill.Rehearsal, title string, code verify.Code) {
	t.Helper()
	last := &r.Steps[len(r.Steps)-1]
	if title == "" {
		if !r.Right() {
			t.Errorf("%s: %v %s", last.Title, last.Err, last.Report.Sentence())
		}
		return
	}
	if r.Right() || last.Right() || last.Title != title || last.Err != nil {
		t.Errorf("%t, %q went %t: %v", r.Right(), last.Title, last.Right(), last.Err)
	}
	found := slices.ContainsFunc(last.Report.Findings, func(f verify.Finding) bool { return f.Code == code })
	if code != "" && !found || code == "" && (last.Followed() || last.Report.ExitStatus() != verify.StatusDone) {
		t.Errorf("%q: no %q in %v", title, code, last.Report.Findings)
	}
}

// Where this machine lets nothing be rehearsed, that is what is said.
func TestNotBegun(t *testing.T) {
	t.Parallel()
	for cause, hint := range map[error]string{
		syscall.EMFILE:        "ulimit -n",
		syscall.ENFILE:        "ulimit -n",
		syscall.EADDRNOTAVAIL: "127.0.0.1",
	} {
		plan := drill.NewPlan(newKey(t), time.Now())
		plan.ServeBy(func(context.Context, nameserver.Config) (drill.NameServer, error) {
			return nil, fmt.Errorf("listen: %w", cause)
		})
		r, err := drill.Run(t.Context(), plan, options(0))
		unbegun, ok := errors.AsType[*drill.NotBegunError](err)
		if !ok || r != nil || !errors.Is(err, cause) || !strings.Contains(unbegun.Hint(), hint) {
			t.Errorf("%v: %v, %v", cause, r, err)
		}
	}
}

// A server that is not to be reached over loopback is no fault of the records.
func TestUnreachableLoopback(t *testing.T) {
	t.Parallel()
	for _, clients := range []int{0, 2} {
		plan := drill.NewPlan(newKey(t), time.Now())
		plan.ServeBy(func(ctx context.Context, config nameserver.Config) (drill.NameServer, error) {
			server, err := nameserver.Start(ctx, config)
			if err == nil {
				err = server.Close()
			}
			return server, err
		})
		_, err := drill.Run(t.Context(), plan, options(clients))
		unbegun, ok := errors.AsType[*drill.NotBegunError](err)
		if !ok || !strings.Contains(unbegun.Hint(), "127.0.0.1") {
			t.Errorf("%d clients: %v", clients, err)
		}
	}
}

// Where it lets not all be, the way out is with what could not.
func TestTooFewFilesForFaults(t *testing.T) {
	t.Parallel()
	started := 0
	plan := drill.NewPlan(newKey(t), time.Now())
	plan.ServeBy(func(ctx context.Context, config nameserver.Config) (drill.NameServer, error) {
		if started++; started > 1 {
			return nil, syscall.EMFILE
		}
		return nameserver.Start(ctx, config)
	})
	o := options(0)
	o.Faults = drill.Faults[:1]
	r := run(t, plan, o)
	if err := r.Faults[0].Err; !errors.Is(err, syscall.EMFILE) || !strings.Contains(drill.Hint(err), "ulimit -n") || r.Right() {
		t.Errorf("%v: %q", err, drill.Hint(err))
	}
	if drill.Hint(errors.New("x")) != "" {
		t.Error("a way out of anything")
	}
}

// A domain may be so long that nothing fits below it.
func TestLongDomain(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(strings.Repeat("a", 62)+".", 3) + strings.Repeat("a", 61)
	if len(long) != 250 {
		t.Fatal(len(long))
	}
	plan := kitPlan(t, 1, func(o *kit.Options) { o.Domain, o.Zone = long, long })
	o := options(10)
	o.Faults = drill.Faults
	r := run(t, plan, o)
	for i := range r.Faults {
		if f := &r.Faults[i]; !f.Right() {
			t.Errorf("%s: %v, missed %v", f.Name, f.Err, f.Missed())
		}
	}
	if last := r.Steps[len(r.Steps)-1]; !r.Right() {
		t.Errorf("%s: %v %s", last.Title, last.Err, last.Report.Sentence())
	}
}

// A step that could not publish claims nothing of who would see it, and is a step that went
// wrong: something was rehearsed.
func TestServerEndsMidway(t *testing.T) {
	t.Parallel()
	var server *nameserver.Server
	plan := drill.NewPlan(newKey(t), time.Now())
	plan.ServeBy(func(ctx context.Context, config nameserver.Config) (_ drill.NameServer, err error) {
		server, err = nameserver.Start(ctx, config)
		return server, err
	})
	o := options(0)
	o.Progress = func(p drill.Progress) {
		if p.Step == 2 {
			server.Close()
		}
	}
	r := run(t, plan, o)
	last := r.Steps[len(r.Steps)-1]
	if _, ok := errors.AsType[*dnsupdate.NotSentError](last.Err); !ok || len(r.Steps) != 2 || r.Right() || last.Published() || last.Change != (propagation.Change{}) {
		t.Errorf("%+v", last)
	}
}
