package dnsquery_test

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

func TestParseServer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		server dnsquery.Server
		text   string
	}{
		"192.0.2.1":                      {dnsquery.Server{Transport: "udp", Host: "192.0.2.1", Port: "53"}, "udp://192.0.2.1"},
		"192.0.2.1:5353":                 {dnsquery.Server{Transport: "udp", Host: "192.0.2.1", Port: "5353"}, "udp://192.0.2.1:5353"},
		"ns1.example.com":                {dnsquery.Server{Transport: "udp", Host: "ns1.example.com", Port: "53"}, "udp://ns1.example.com"},
		"ns1.example.com.:0053":          {dnsquery.Server{Transport: "udp", Host: "ns1.example.com.", Port: "53"}, "udp://ns1.example.com."},
		"2001:db8::1":                    {dnsquery.Server{Transport: "udp", Host: "2001:db8::1", Port: "53"}, "udp://[2001:db8::1]"},
		"[2001:db8::1]":                  {dnsquery.Server{Transport: "udp", Host: "2001:db8::1", Port: "53"}, "udp://[2001:db8::1]"},
		"[2001:db8::1]:5353":             {dnsquery.Server{Transport: "udp", Host: "2001:db8::1", Port: "5353"}, "udp://[2001:db8::1]:5353"},
		"::1:53":                         {dnsquery.Server{Transport: "udp", Host: "::1:53", Port: "53"}, "udp://[::1:53]"},
		"[fe80::1%eth0]":                 {dnsquery.Server{Transport: "udp", Host: "fe80::1%eth0", Port: "53"}, "udp://[fe80::1%eth0]"},
		"udp://192.0.2.1/":               {dnsquery.Server{Transport: "udp", Host: "192.0.2.1", Port: "53"}, "udp://192.0.2.1"},
		"tcp://192.0.2.1":                {dnsquery.Server{Transport: "tcp", Host: "192.0.2.1", Port: "53"}, "tcp://192.0.2.1"},
		"TLS://dns.example":              {dnsquery.Server{Transport: "tls", Host: "dns.example", Port: "853"}, "tls://dns.example"},
		"tls://[2001:db8::1]:53":         {dnsquery.Server{Transport: "tls", Host: "2001:db8::1", Port: "53"}, "tls://[2001:db8::1]:53"},
		"https://dns.example":            {dnsquery.Server{Transport: "https", Host: "dns.example", Port: "443", Path: "/dns-query"}, "https://dns.example/dns-query"},
		"https://dns.example/":           {dnsquery.Server{Transport: "https", Host: "dns.example", Port: "443", Path: "/dns-query"}, "https://dns.example/dns-query"},
		"https://[::1]:8443/a/b%20c":     {dnsquery.Server{Transport: "https", Host: "::1", Port: "8443", Path: "/a/b%20c"}, "https://[::1]:8443/a/b%20c"},
		"https://dns.example:853/x":      {dnsquery.Server{Transport: "https", Host: "dns.example", Port: "853", Path: "/x"}, "https://dns.example:853/x"},
		"https://dns.example/https://x/": {dnsquery.Server{Transport: "https", Host: "dns.example", Port: "443", Path: "/https://x/"}, "https://dns.example/https://x/"},
	} {
		got, err := dnsquery.ParseServer(text)
		if err != nil || got != want.server || got.String() != want.text {
			t.Errorf("%q: got %+v, %q, %v", text, got, got.String(), err)
		}
		if again, err := dnsquery.ParseServer(got.String()); err != nil || again != got {
			t.Errorf("%q is read as %+v, %v", got.String(), again, err)
		}
	}
}

func TestParseServerRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", " ", ":", ":53", "/", "://", "udp://", "udp://:53", "https://", "https:///dns-query",
		"quic://192.0.2.1", "http://dns.example", "sdns://AAA", " udp://192.0.2.1", "udp:/192.0.2.1", "udp:192.0.2.1",
		"192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:+53", "192.0.2.1:domain", "192.0.2.1:53:53", "192.0.2.1:5 3",
		"[", "[]", "[]:53", "[::1", "::1]", "[[::1]]", "[::1]53", "[::1]:", "[192.0.2.1]", "[ns1.example.com]", "2001:db8::g", "1:2:3",
		"udp://192.0.2.1/path", "tls://dns.example/dns-query",
		"https://dns.example/dns-query{?dns}", "https://dns.example/q?dns=x", "https://dns.example/q?", "https://dns.example/q#x", "https://dns.example/q#",
		"https://dns.example/%zz", "https://dns.example/a\nb", "https://dns.example?x", "https://dns.example#x",
		"https://user@dns.example/", "https://user:word@dns.example/", "user@192.0.2.1",
		"ns1 example", "ns1\texample", "ns1\x00", "ns1\x1b[31m", "ns1\x7f", "nś1.example", "ns1\xff", `ns1"`, `ns1\`, "ns1%41", "ns1\r\nHost: x",
		"[fe80::1%\x1b[31m]", "[fe80::1%a b]", "[fe80::1%a%b]", "fe80::1%\n", "[fe80::1%]",
		strings.Repeat("[", 1000), strings.Repeat(":", 1000),
	} {
		got, err := dnsquery.ParseServer(text)
		refused, ok := errors.AsType[*dnsquery.ServerError](err)
		if !ok || got != (dnsquery.Server{}) {
			t.Errorf("%q: got %+v, %v", text, got, err)
			continue
		}
		if refused.Text != text || refused.Reason == "" || strings.ContainsFunc(err.Error(), func(r rune) bool { return !strconv.IsPrint(r) }) {
			t.Errorf("%q: the error is %q", text, err)
		}
	}
}

// What is read is written so that it is read again, and can be printed and asked.
func FuzzParseServer(f *testing.F) {
	for _, text := range []string{"192.0.2.1", "[::1]:53", "tls://dns.example", "https://dns.example:8443/dns-query", "[fe80::1%eth0]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := dnsquery.ParseServer(text)
		if err != nil {
			return
		}
		if again, err := dnsquery.ParseServer(s.String()); err != nil || again != s {
			t.Errorf("%q: %+v is read again as %+v, %v", text, s, again, err)
		}
		if strings.ContainsAny(s.Address(), " \x00\x1b\n\r/") {
			t.Errorf("%q: the address is %q", text, s.Address())
		}
	})
}

func TestAt(t *testing.T) {
	t.Parallel()
	got := dnsquery.At(netip.MustParseAddrPort("[2001:db8::1]:5353"))
	if got.String() != "udp://[2001:db8::1]:5353" || got.Address() != "[2001:db8::1]:5353" {
		t.Errorf("got %+v", got)
	}
}
