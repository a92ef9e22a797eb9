package dnsquery_test

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A counter counts what is opened and what is still open.
type counter struct{ opened, open atomic.Int32 }

type counted struct {
	net.Conn
	close func()
}

func (c counted) Close() error {
	c.close()
	return c.Conn.Close()
}

func (c *counter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c.opened.Add(1)
	c.open.Add(1)
	return counted{conn, sync.OnceFunc(func() { c.open.Add(-1) })}, nil
}

func countingClient(t *testing.T, s *faultserver.Server) (*dnsquery.Client, *counter) {
	client, count := newClient(t, s), new(counter)
	client.Dial = count.dial
	return client, count
}

// Questions to the same server share a connection, until CloseIdle.
func TestPool(t *testing.T) {
	t.Parallel()
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, good)
			client, count := countingClient(t, s)
			for range 3 {
				if _, err := ask(t.Context(), client, s.Over(over)); err != nil {
					t.Fatal(err)
				}
			}
			if count.opened.Load() != 1 || count.open.Load() != 1 {
				t.Errorf("%d connections, %d open", count.opened.Load(), count.open.Load())
			}
			client.CloseIdle()
			if over == dnsquery.HTTPS {
				settle(func() int { client.CloseIdle(); return int(count.open.Load()) }) // see TestNothingLeft
			}
			if count.open.Load() != 0 {
				t.Error("CloseIdle left a connection open")
			}
			if _, err := ask(t.Context(), client, s.Over(over)); err != nil || count.opened.Load() != 2 {
				t.Errorf("after CloseIdle: %v, %d connections", err, count.opened.Load())
			}
			ids := map[uint16]bool{}
			for _, q := range s.Queries() {
				ids[q.Id] = true
			}
			if want := map[bool]int{true: 1, false: 4}[over == dnsquery.HTTPS]; len(ids) < want-1 || len(ids) > want { // two may be equal by chance
				t.Errorf("%d ids in four questions", len(ids))
			}
		})
	}
}

// Each server has its own connections, and so has each transport.
func TestPoolKeepsApart(t *testing.T) {
	t.Parallel()
	one, other := everywhere(t, good), plain(t, good, good)
	client, count := countingClient(t, one)
	for range 2 {
		for _, server := range []dnsquery.Server{one.Over(dnsquery.UDP), one.Over(dnsquery.TCP), one.Over(dnsquery.TLS), other.Over(dnsquery.UDP), other.Over(dnsquery.TCP)} {
			got, err := ask(t.Context(), client, server)
			if err != nil || got.Address != server.Address() || got.Transport != server.Transport {
				t.Errorf("%s: got %+v, %v", server, got, err)
			}
		}
	}
	if count.opened.Load() != 5 {
		t.Errorf("%d connections", count.opened.Load())
	}
}

// What the server closed while it stood idle is replaced without a word.
func TestPoolClosedByServer(t *testing.T) {
	t.Parallel()
	for _, over := range []dnsquery.Transport{dnsquery.TCP, dnsquery.TLS} {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
				r := good(q)
				r.Close = true
				return r
			})
			client, count := countingClient(t, s)
			for n := range 5 {
				if _, err := ask(t.Context(), client, s.Over(over)); err != nil {
					t.Errorf("question %d: %v", n, err)
				}
			}
			if s.Asked(over) != 5 || count.opened.Load() != 5 {
				t.Errorf("asked %d times on %d connections", s.Asked(over), count.opened.Load())
			}
		})
	}
}

// A connection that was closed in the middle is not taken for one that stood idle.
func TestPoolNoEndlessRetry(t *testing.T) {
	t.Parallel()
	s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
		if q.N == 1 {
			return good(q)
		}
		return cut(nil)
	})
	client, count := countingClient(t, s)
	if _, err := ask(t.Context(), client, s.Over(dnsquery.TCP)); err != nil {
		t.Fatal(err)
	}
	answer, err := ask(t.Context(), client, s.Over(dnsquery.TCP))
	if answer != nil || !isReplyError(err) || s.Asked(dnsquery.TCP) != 3 || count.opened.Load() != 2 || count.open.Load() != 0 {
		t.Errorf("got %+v, %v, asked %d times, %d connections, %d open", answer, err, s.Asked(dnsquery.TCP), count.opened.Load(), count.open.Load())
	}
}

// A UDP port is not used for long.
func TestPoolChangesPort(t *testing.T) {
	t.Parallel()
	s := plain(t, good, nil)
	client, count := countingClient(t, s)
	for n := 1; n <= 129; n++ {
		if _, err := ask(t.Context(), client, s.Over(dnsquery.UDP)); err != nil {
			t.Fatal(err)
		}
		if want := int32((n + 63) / 64); count.opened.Load() != want || count.open.Load() > 1 {
			t.Fatalf("after %d questions: %d sockets, %d open", n, count.opened.Load(), count.open.Load())
		}
	}
}

// A socket on which a question failed is not used for another.
func TestPoolGivesUpFailed(t *testing.T) {
	t.Parallel()
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, silent)
			client, count := countingClient(t, s)
			client.Timeout = 3 * short
			if _, err := ask(t.Context(), client, s.Over(over)); !isTimeout(err) {
				t.Error(err)
			}
			if count.open.Load() != 0 || count.opened.Load() == 0 {
				t.Errorf("%d connections, %d open", count.opened.Load(), count.open.Load())
			}
		})
	}
}

// A reply to an earlier question that comes again is not the answer to this one.
func TestPoolLateDuplicate(t *testing.T) {
	t.Parallel()
	var earlier []byte
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		if earlier == nil {
			earlier = faultserver.Packed(faultserver.Answer(q, record("v=1;b=off")))
			return faultserver.SendBytes(earlier, earlier)
		}
		return faultserver.SendBytes(earlier, goodWire(q))
	}, nil)
	client, count := countingClient(t, s)
	for _, want := range []string{"v=1;b=off", "v=1;b=on", "v=1;b=on"} {
		got, err := ask(t.Context(), client, s.Over(dnsquery.UDP))
		if err != nil || !slices.Equal(texts(got), []string{want}) {
			t.Fatalf("got %+v, %v, want %q", got, err, want)
		}
	}
	if count.opened.Load() != 1 {
		t.Errorf("%d sockets", count.opened.Load())
	}
}

// Everything may be done at the same time.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
		return faultserver.Send(faultserver.Answer(q, faultserver.TXT(q.Question[0].Name, 30, q.Question[0].Name)))
	})
	client, count := countingClient(t, s)
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			name := dns.Fqdn(string(rune('a'+i%26)) + ".example.com")
			for _, over := range transports {
				got, err := client.Ask(t.Context(), s.Over(over), dnsquery.Question{Name: name, Type: dns.TypeTXT})
				if err != nil || !slices.Equal(texts(got), []string{name}) {
					t.Errorf("%s: got %+v, %v", over, got, err)
				}
			}
		})
		wait.Go(client.CloseIdle)
	}
	wait.Wait()
	settle(func() int { client.CloseIdle(); return int(count.open.Load()) })
	if count.open.Load() != 0 {
		t.Errorf("%d connections are open", count.open.Load())
	}
}
