package dnsquery_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

func TestHTTPSRequest(t *testing.T) {
	t.Parallel()
	s := everywhere(t, good)
	server := s.Over(dnsquery.HTTPS)
	server.Path = "/some/where"
	got, err := ask(t.Context(), newClient(t, s), server)
	if err != nil {
		t.Fatal(err)
	}
	if got.Transport != dnsquery.HTTPS || got.Address != server.Address() || !slices.Equal(texts(got), []string{"v=1;b=on"}) ||
		got.Truncated || got.UDPSilent || got.WithoutEDNS || got.RoundTrip <= 0 {
		t.Errorf("got %+v", got)
	}
	q := s.Queries()[0]
	if q.HTTP.Method != http.MethodPost || q.HTTP.URL.String() != "/some/where" || q.HTTP.ProtoMajor != 2 || q.Id != 0 ||
		q.HTTP.Header.Get("Content-Type") != "application/dns-message" || q.HTTP.Header.Get("Accept") != "application/dns-message" {
		t.Errorf("asked %+v by %+v", q.Msg, q.HTTP)
	}
	if len(s.Queries()) != 1 {
		t.Errorf("asked %d times", len(s.Queries()))
	}
}

// What a cache held for a while lasts that much less.
func TestAge(t *testing.T) {
	t.Parallel()
	for age, want := range map[string]struct {
		ttl      uint32
		negative time.Duration
	}{
		"":                        {300, 60 * time.Second},
		"0":                       {300, 60 * time.Second},
		"20":                      {280, 40 * time.Second},
		"100":                     {200, 0},
		"300":                     {0, 0},
		"301":                     {0, 0},
		"4294967295":              {0, 0},
		"4294967296":              {0, 0},
		"99999999999999999999999": {0, 0},
		"-5":                      {300, 60 * time.Second},
		"soon":                    {300, 60 * time.Second},
	} {
		s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
			rr := faultserver.TXT(owner, 300, "v=1;b=on")
			m := faultserver.Answer(q, rr)
			m.Ns = []dns.RR{&dns.SOA{Hdr: header("example.com.", dns.TypeSOA, 300), Ns: ".", Mbox: ".", Minttl: 60}}
			m.Extra = []dns.RR{&dns.A{Hdr: header("example.com.", dns.TypeA, 300), A: []byte{192, 0, 2, 1}}}
			r := faultserver.Send(m)
			if age != "" {
				r.HTTP.Header = http.Header{"Age": {age}}
			}
			return r
		})
		got, err := ask(t.Context(), newClient(t, s), s.Over(dnsquery.HTTPS))
		if err != nil {
			t.Fatal(age, err)
		}
		if got.NegativeTTL != want.negative {
			t.Errorf("age %q: negative TTL %s, want %s", age, got.NegativeTTL, want.negative)
		}
		for _, section := range [][]dnsquery.Record{got.Records, got.Authority, got.Additional} {
			if len(section) != 1 || section[0].TTL != want.ttl {
				t.Errorf("age %q: %+v, want TTL %d", age, section, want.ttl)
			}
		}
	}
}

// withHTTP is a good answer, but for what HTTP says.
func withHTTP(h faultserver.HTTP) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		r := good(q)
		r.HTTP = h
		return r
	}
}

// shortened promises a longer body than it sends.
func shortened(q *faultserver.Query) faultserver.Reply {
	r := faultserver.SendBytes(goodWire(q)[:20])
	r.HTTP.Header = http.Header{"Content-Length": {"500"}}
	return r
}

func contentType(kind string) http.Header { return http.Header{"Content-Type": {kind}} }

func TestHTTPSFaults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answer answerer
		is     func(error) bool
	}{
		"status 500": {withHTTP(faultserver.HTTP{Status: 500}), isReplyError},
		"status 404": {withHTTP(faultserver.HTTP{Status: 404}), isReplyError},
		"status 204": {func(*faultserver.Query) faultserver.Reply {
			return faultserver.Reply{HTTP: faultserver.HTTP{Status: 204}}
		}, isReplyError},
		"status 201":       {withHTTP(faultserver.HTTP{Status: 201}), isReplyError},
		"redirect":         {withHTTP(faultserver.HTTP{Status: 307, Header: http.Header{"Location": {"/dns-query"}}}), isReplyError},
		"moved":            {withHTTP(faultserver.HTTP{Status: 301, Header: http.Header{"Location": {"/dns-query"}}}), isReplyError},
		"HTML":             {withHTTP(faultserver.HTTP{Header: contentType("text/html")}), isReplyError},
		"JSON":             {withHTTP(faultserver.HTTP{Header: contentType("application/dns-json")}), isReplyError},
		"no content type":  {withHTTP(faultserver.HTTP{Header: http.Header{"Content-Type": nil}}), isReplyError},
		"bad content type": {withHTTP(faultserver.HTTP{Header: contentType("application/dns-message; =")}), isReplyError},
		"endless body":     {withHTTP(faultserver.HTTP{Endless: true}), isReplyError},
		"endless error":    {withHTTP(faultserver.HTTP{Status: 500, Endless: true}), isReplyError},
		"one byte too long": {func(q *faultserver.Query) faultserver.Reply {
			wire := goodWire(q)
			return faultserver.SendBytes(append(wire, make([]byte, dns.MaxMsgSize+1-len(wire))...))
		}, isReplyError},
		"empty body": {func(*faultserver.Query) faultserver.Reply { return faultserver.SendBytes([]byte{}) }, isReplyError},
		"text": {func(*faultserver.Query) faultserver.Reply {
			return faultserver.SendBytes([]byte("not a message at all"))
		}, isReplyError},
		"torn":       {func(q *faultserver.Query) faultserver.Reply { return faultserver.SendBytes(goodWire(q)[:40]) }, isReplyError},
		"truncated":  {truncated, isReplyError},
		"another id": {func(q *faultserver.Query) faultserver.Reply { q.Id = 7; return good(q) }, isReplyError},
		"other name": {func(q *faultserver.Query) faultserver.Reply {
			m := faultserver.Answer(q, record("v=1;b=on"))
			m.Question[0].Name = "example.com."
			return faultserver.Send(m)
		}, isReplyError},
		"closed":           {func(*faultserver.Query) faultserver.Reply { return cut(nil) }, nil},
		"body shorter":     {func(q *faultserver.Query) faultserver.Reply { return shortened(q) }, nil},
		"closed in a body": {func(q *faultserver.Query) faultserver.Reply { r := shortened(q); r.Close = true; return r }, nil},
		"endless header":   {withHTTP(faultserver.HTTP{Header: http.Header{"X": {strings.Repeat("x", 1<<20)}}}), isNetwork},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, c.answer)
			begin := time.Now()
			answer, err := ask(t.Context(), newClient(t, s), s.Over(dnsquery.HTTPS))
			if answer != nil || err == nil || c.is != nil && !c.is(err) || isTimeout(err) {
				t.Errorf("got %+v, %v (%T)", answer, err, err)
			}
			if took := time.Since(begin); took > ample/4 {
				t.Errorf("took %s", took)
			}
			if n := s.Asked(dnsquery.HTTPS); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

// The type of content may have parameters, and is the same in whatever case.
func TestHTTPSContentType(t *testing.T) {
	t.Parallel()
	s := everywhere(t, withHTTP(faultserver.HTTP{Header: contentType("Application/DNS-Message; charset=x")}))
	if _, err := ask(t.Context(), newClient(t, s), s.Over(dnsquery.HTTPS)); err != nil {
		t.Error(err)
	}
}
