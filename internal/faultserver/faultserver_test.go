package faultserver_test

import (
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

var transports = []dnsquery.Transport{dnsquery.UDP, dnsquery.TCP, dnsquery.TLS, dnsquery.HTTPS}

// The same script answers over everything, and what came is counted apart.
func TestEveryTransport(t *testing.T) {
	t.Parallel()
	s := faultserver.Start(t, faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
		return faultserver.Send(faultserver.Answer(q, faultserver.TXT(q.Question[0].Name, 30, "a", string(q.Over))))
	}})
	client := &dnsquery.Client{RootCAs: s.Roots()}
	defer client.CloseIdle()
	for _, over := range transports {
		for n := range 2 {
			got, err := client.Ask(t.Context(), s.Over(over), dnsquery.Question{Name: "x.example", Type: dns.TypeTXT})
			if err != nil || got.Transport != over || got.Records[0].Strings[1] != string(over) {
				t.Errorf("%s: %+v, %v", over, got, err)
			}
			if s.Asked(over) != n+1 {
				t.Errorf("asked %d times over %s", s.Asked(over), over)
			}
		}
	}
	if all := s.Queries(); len(all) != 8 || all[7].N != 2 || all[7].HTTP == nil || all[6].Over != dnsquery.HTTPS {
		t.Errorf("%d queries", len(all))
	}
}

// A server is a right one, too: it cuts over UDP what does not fit.
func TestSendFitting(t *testing.T) {
	t.Parallel()
	s := faultserver.Start(t, faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
		m := faultserver.Answer(q)
		for range 10 {
			m.Answer = append(m.Answer, faultserver.TXT(q.Question[0].Name, 30, string(make([]byte, 250))))
		}
		return faultserver.SendFitting(q, m)
	}})
	client := new(dnsquery.Client)
	defer client.CloseIdle()
	got, err := client.Ask(t.Context(), s.Over(dnsquery.UDP), dnsquery.Question{Name: "x.example", Type: dns.TypeTXT})
	if err != nil || !got.Truncated || len(got.Records) != 10 {
		t.Errorf("%+v, %v", got, err)
	}
}

// A port that refuses does so at once.
func TestRefusing(t *testing.T) {
	t.Parallel()
	s := faultserver.Start(t, faultserver.Script{NoUDP: true, NoTCP: true})
	if conn, err := net.Dial("tcp", s.Over(dnsquery.TCP).Address()); err == nil {
		conn.Close()
		t.Error("something listens on TCP")
	}
	conn, err := net.Dial("udp", s.Over(dnsquery.UDP).Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write(make([]byte, 12))
	_, err = conn.Read(make([]byte, 12))
	if timeout, ok := err.(net.Error); !ok || timeout.Timeout() {
		t.Errorf("%v, want a refusal", err)
	}
}

// What a server does in the middle of something ends with its test.
func TestNothingLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("server", func(t *testing.T) {
		s := faultserver.Start(t, faultserver.Script{Answer: func(*faultserver.Query) faultserver.Reply {
			return faultserver.Reply{Delay: time.Hour}
		}})
		client := &dnsquery.Client{RootCAs: s.Roots(), Timeout: 100 * time.Millisecond}
		for _, over := range transports {
			if _, err := client.Ask(t.Context(), s.Over(over), dnsquery.Question{Name: "x.example", Type: dns.TypeTXT}); err == nil {
				t.Errorf("an answer over %s", over)
			}
		}
		client.CloseIdle()
	})
	for range 200 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}
