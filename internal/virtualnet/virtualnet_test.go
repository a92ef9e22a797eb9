package virtualnet_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
)

const (
	parentZone = `example.com. 300 IN SOA ns.example.com. . 1 1 1 1 60
example.com. 300 IN NS ns.example.com.
ns.example.com. 300 IN A 192.0.2.1
dr.example.com. 30 IN TXT "x"
alias.example.com. 30 IN CNAME dr.example.com.
a.b.example.com. 30 IN TXT "deep"
*.wild.example.com. 30 IN TXT "wild"
child.example.com. 300 IN NS ns.child.example.com.
child.example.com. 300 IN NS ns.example.net.
ns.child.example.com. 300 IN A 192.0.2.2
ns.child.example.com. 300 IN AAAA 2001:db8::2
hosted.example.com. 300 IN NS ns.example.com.
`
	hostedZone = "hosted.example.com. 300 IN SOA ns.example.com. . 1 1 1 1 60\n"
)

// summary is what matters of a reply: the response code, AA, and the owner names and
// types of each section.
func summary(reply *dns.Msg) string {
	parts := []string{dns.RcodeToString[reply.Rcode]}
	if reply.Authoritative {
		parts = append(parts, "AA")
	}
	for _, section := range [...][]dns.RR{reply.Answer, reply.Ns, reply.Extra} {
		var records []string
		for _, rr := range section {
			records = append(records, rr.Header().Name+" "+dns.TypeToString[rr.Header().Rrtype])
		}
		parts = append(parts, "["+strings.Join(records, ", ")+"]")
	}
	return strings.Join(parts, " ")
}

func TestZones(t *testing.T) {
	t.Parallel()
	soa := "[example.com. SOA] []"
	referral := "NOERROR [] [child.example.com. NS, child.example.com. NS] [ns.child.example.com. A, ns.child.example.com. AAAA]"
	cases := map[string]struct {
		name   string
		rrtype uint16
		want   string
	}{
		"answer":                  {"dr.example.com.", dns.TypeTXT, "NOERROR AA [dr.example.com. TXT] [] []"},
		"in capitals":             {"DR.example.com.", dns.TypeTXT, "NOERROR AA [DR.example.com. TXT] [] []"},
		"no data":                 {"dr.example.com.", dns.TypeA, "NOERROR AA [] " + soa},
		"no data: names below":    {"b.example.com.", dns.TypeTXT, "NOERROR AA [] " + soa},
		"no such name":            {"absent.example.com.", dns.TypeTXT, "NXDOMAIN AA [] " + soa},
		"below an existing name":  {"x.dr.example.com.", dns.TypeTXT, "NXDOMAIN AA [] " + soa},
		"alias":                   {"alias.example.com.", dns.TypeTXT, "NOERROR AA [alias.example.com. CNAME] [] []"},
		"wildcard":                {"x.wild.example.com.", dns.TypeTXT, "NOERROR AA [x.wild.example.com. TXT] [] []"},
		"wildcard, two labels":    {"x.y.wild.example.com.", dns.TypeTXT, "NOERROR AA [x.y.wild.example.com. TXT] [] []"},
		"wildcard, no data":       {"x.wild.example.com.", dns.TypeA, "NOERROR AA [] " + soa},
		"wildcard, not at itself": {"wild.example.com.", dns.TypeTXT, "NOERROR AA [] " + soa},
		"apex":                    {"example.com.", dns.TypeNS, "NOERROR AA [example.com. NS] [] []"},
		"delegation":              {"child.example.com.", dns.TypeNS, referral},
		"below a delegation":      {"x.y.child.example.com.", dns.TypeTXT, referral},
		"deepest zone":            {"hosted.example.com.", dns.TypeSOA, "NOERROR AA [hosted.example.com. SOA] [] []"},
		"no zone":                 {"example.net.", dns.TypeSOA, "REFUSED [] [] []"},
	}
	host := virtualnet.Zones(parentZone, hostedZone)
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			reply := host(new(dns.Msg).SetQuestion(c.name, c.rrtype))
			if got := summary(reply); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// A text that is no zone is a mistake in a test, which must not pass for that.
func TestNoZone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "example.com. 300 IN SOA", "dr.example.com. 30 IN TXT x\n"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%q is taken for a zone", text)
				}
			}()
			virtualnet.Zones(text)
		}()
	}
}

func TestRootZone(t *testing.T) {
	t.Parallel()
	host := virtualnet.Zones(". 300 IN SOA a.root.example. . 1 1 1 1 60\n")
	reply := host(new(dns.Msg).SetQuestion("example.", dns.TypeNS))
	if got := summary(reply); got != "NXDOMAIN AA [] [. SOA] []" {
		t.Error(got)
	}
}

// Two queries, the second sent before the first is answered, each take one round trip,
// and a TCP connection one more.
func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for network, want := range map[string]time.Duration{"udp": time.Second, "udp4": time.Second, "tcp": 2 * time.Second, "tcp6": 2 * time.Second} {
		t.Run(network, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := &virtualnet.Net{RoundTrip: time.Second}
				n.Add("2001:db8::1", virtualnet.Zones(parentZone))
				begin := time.Now()
				conn := dial(t, n, network, "[2001:db8::1]:53")
				var ids []uint16
				for range 2 {
					query := new(dns.Msg).SetQuestion("dr.example.com.", dns.TypeTXT)
					ids = append(ids, query.Id)
					if err := conn.WriteMsg(query); err != nil {
						t.Fatal(err)
					}
				}
				for range 2 {
					reply, err := conn.ReadMsg()
					if err != nil || !slices.Contains(ids, reply.Id) || len(reply.Answer) != 1 {
						t.Errorf("%v, %v", reply, err)
					}
				}
				if took := time.Since(begin); took != want || n.Asked("2001:db8::1") != 2 {
					t.Errorf("%d queries in %v, want 2 in %v", n.Asked("2001:db8::1"), took, want)
				}
			})
		})
	}
}

func dial(t *testing.T, n *virtualnet.Net, network, address string) *dns.Conn {
	t.Helper()
	raw, err := n.Dial(t.Context(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { raw.Close() })
	if strings.HasPrefix(network, "udp") {
		raw = datagrams{raw} // by which the library tells how messages are framed
	}
	return &dns.Conn{Conn: raw, UDPSize: dns.MaxMsgSize}
}

// datagrams is a connection that looks like one of datagrams.
type datagrams struct{ net.Conn }

func (d datagrams) ReadFrom(b []byte) (int, net.Addr, error) {
	n, err := d.Read(b)
	return n, d.RemoteAddr(), err
}

func (d datagrams) WriteTo(b []byte, _ net.Addr) (int, error) { return d.Write(b) }

// Bytes that are no message are counted, and not answered.
func TestGarbage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := new(virtualnet.Net)
		n.Add("192.0.2.1", virtualnet.Zones(parentZone))
		conn, err := n.Dial(t.Context(), "udp", "192.0.2.1:53")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.Write([]byte("garbage"))
		conn.SetReadDeadline(time.Now().Add(time.Minute))
		if length, err := conn.Read(make([]byte, 1)); err == nil || n.Asked("192.0.2.1") != 1 {
			t.Errorf("%d bytes, %v, %d queries", length, err, n.Asked("192.0.2.1"))
		}
	})
}

func TestNoConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := &virtualnet.Net{RoundTrip: time.Second}
		n.Add("192.0.2.1", virtualnet.Zones(parentZone))
		soon, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		cases := []struct {
			ctx              context.Context
			network, address string
			want             error
		}{
			{t.Context(), "udp", "192.0.2.2:53", syscall.ENETUNREACH},
			{t.Context(), "tcp", "192.0.2.2:53", syscall.ENETUNREACH},
			{t.Context(), "udp", "192.0.2.1:853", syscall.ENETUNREACH},
			{soon, "tcp", "192.0.2.1:53", context.DeadlineExceeded},
			{soon, "udp", "192.0.2.1:53", context.DeadlineExceeded}, // now it is over
		}
		for _, c := range cases {
			if conn, err := n.Dial(c.ctx, c.network, c.address); !errors.Is(err, c.want) || conn != nil {
				t.Errorf("%s %s: %v, %v", c.network, c.address, conn, err)
			}
		}
		if conn, err := n.Dial(t.Context(), "udp", "ns.example.com:53"); err == nil || conn != nil {
			t.Errorf("a name: %v, %v", conn, err)
		}
	})
}

// A host can be replaced while a connection stands: a server that dies, or comes back.
func TestReplacedHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := new(virtualnet.Net)
		n.Add("192.0.2.1", virtualnet.Zones(parentZone))
		conn := dial(t, n, "tcp", "192.0.2.1:53")
		ask := func() string {
			conn.WriteMsg(new(dns.Msg).SetQuestion("dr.example.com.", dns.TypeTXT))
			conn.SetReadDeadline(time.Now().Add(time.Minute))
			reply, err := conn.ReadMsg()
			if err != nil {
				return fmt.Sprint(err)
			}
			return summary(reply)
		}
		first := ask()
		n.Add("192.0.2.1", virtualnet.Zones("example.net. 300 IN SOA . . 1 1 1 1 60\n"))
		if second := ask(); first != "NOERROR AA [dr.example.com. TXT] [] []" || second != "REFUSED [] [] []" {
			t.Errorf("%s, then %s", first, second)
		}
	})
}
