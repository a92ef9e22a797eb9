package reach_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/drtxt/drtxt/internal/reach"
)

func addresses(texts ...string) []netip.Addr {
	var all []netip.Addr
	for _, text := range texts {
		all = append(all, netip.MustParseAddr(text))
	}
	return all
}

func outcomes(results []reach.Result) []reach.Outcome {
	var all []reach.Outcome
	for _, r := range results {
		all = append(all, r.Outcome)
	}
	return all
}

// A real listener, and a real port where nothing listens.
func TestProbeListener(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := listener.(*net.TCPListener).SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	sent := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			_, err = conn.Read(make([]byte, 1))
		}
		sent <- err
	}()
	prober := reach.Prober{Port: listener.Addr().(*net.TCPAddr).AddrPort().Port()}
	got := prober.Probe(t.Context(), addresses("127.0.0.1"), nil)
	if got[0].Outcome != reach.Connected || got[0].Err != nil || got[0].Took <= 0 || got[0].Address != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("%+v", got)
	}
	if err := <-sent; err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the connection was not closed without a byte: %v", err)
	}
	listener.Close()
	got = prober.Probe(t.Context(), addresses("127.0.0.1"), nil)
	if got[0].Outcome != reach.Refused || got[0].Err == nil {
		t.Errorf("%+v", got)
	}
}

// dialing answers as the table says, by the address without its port.
func dialing(answers map[string]error) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		err, known := answers[host]
		switch {
		case network != "tcp" || port != "443":
			return nil, fmt.Errorf("dialled %s %s", network, address)
		case !known: // nobody answers
			<-ctx.Done()
			return nil, &net.OpError{Op: "dial", Net: network, Err: ctx.Err()}
		case err != nil:
			return nil, &net.OpError{Op: "dial", Net: network, Err: err}
		}
		one, other := net.Pipe()
		other.Close()
		return one, nil
	}
}

// What an error of dialling means, in the order of what was asked for.
func TestProbeOutcomes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		prober := reach.Prober{Dial: dialing(map[string]error{
			"192.0.2.1":   nil,
			"192.0.2.2":   os.NewSyscallError("connect", syscall.ECONNREFUSED),
			"192.0.2.4":   syscall.EHOSTUNREACH,
			"2001:db8::1": syscall.ENETUNREACH,
			"2001:db8::2": syscall.EADDRNOTAVAIL,
			"192.0.2.5":   syscall.EACCES,
			"192.0.2.6":   syscall.ETIMEDOUT,
			"192.0.2.7":   syscall.ECONNRESET,
		})}
		asked := addresses("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "2001:db8::1", "2001:db8::2", "192.0.2.5", "192.0.2.6", "192.0.2.7")
		begin := time.Now()
		var told []netip.Addr
		got := prober.Probe(t.Context(), asked, func(r reach.Result) { told = append(told, r.Address) })
		want := []reach.Outcome{
			reach.Connected, reach.Refused, reach.TimedOut, reach.Unroutable, reach.Unroutable,
			reach.Unroutable, reach.Failed, reach.TimedOut, reach.Refused,
		}
		if !slices.Equal(outcomes(got), want) {
			t.Errorf("%v, want %v", outcomes(got), want)
		}
		for i, r := range got {
			if r.Address != asked[i] || (r.Err == nil) != (r.Outcome == reach.Connected) {
				t.Errorf("place %d: %+v", i, r)
			}
		}
		if took := time.Since(begin); took != reach.DefaultTimeout || got[2].Took != took {
			t.Errorf("took %s, the silent one %s", took, got[2].Took)
		}
		if len(told) != len(asked) || told[len(told)-1] != asked[2] {
			t.Errorf("progress told of %v", told)
		}
	})
}

func TestProbeBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var now, most int
		var mu sync.Mutex
		count := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			now += by
			most = max(most, now)
		}
		prober := reach.Prober{AtOnce: 3, Timeout: time.Second, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			count(1)
			defer count(-1)
			<-ctx.Done()
			return nil, ctx.Err()
		}}
		begin := time.Now()
		prober.Probe(t.Context(), make([]netip.Addr, 7), nil)
		if took := time.Since(begin); most != 3 || took != 3*time.Second {
			t.Errorf("%d at once, in %s", most, took)
		}
	})
}

// scarce is a machine with that many sockets. Who gets one connects in a second.
type scarce struct {
	mu        sync.Mutex
	left      int
	connected int
}

func (s *scarce) take(by int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left < by {
		return false
	}
	s.left -= by
	return true
}

func (s *scarce) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	if !s.take(1) {
		return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("socket", syscall.EMFILE)}
	}
	defer s.take(-1)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	s.connected++
	s.mu.Unlock()
	one, other := net.Pipe()
	other.Close()
	return one, nil
}

// Where sockets are scarce fewer addresses are tried at once, and each is tried.
func TestProbeWithFewSockets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, sockets := range []int{1, 7, 64} {
			machine := &scarce{left: sockets}
			told := 0
			begin := time.Now()
			got := (&reach.Prober{Dial: machine.dial}).Probe(t.Context(), make([]netip.Addr, 500), func(reach.Result) { told++ })
			if i := slices.IndexFunc(got, func(r reach.Result) bool { return r.Outcome != reach.Connected }); i >= 0 {
				t.Errorf("%d sockets: %+v", sockets, got[i])
			}
			if want := time.Duration((500+sockets-1)/sockets) * time.Second; time.Since(begin) != want || told != 500 || machine.connected != 500 {
				t.Errorf("%d sockets: took %s, want %s; %d told, %d connected", sockets, time.Since(begin), want, told, machine.connected)
			}
		}
	})
}

// Others on the machine may take the sockets for a while, or for good.
func TestProbeWithoutSockets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		machine := &scarce{left: 0}
		time.AfterFunc(2*time.Second, func() { machine.take(-1) })
		got := (&reach.Prober{Dial: machine.dial}).Probe(t.Context(), make([]netip.Addr, 3), nil)
		if want := []reach.Outcome{reach.Connected, reach.Connected, reach.Connected}; !slices.Equal(outcomes(got), want) {
			t.Errorf("%v, want %v", outcomes(got), want)
		}
		begin := time.Now()
		got = (&reach.Prober{Dial: new(scarce).dial}).Probe(t.Context(), make([]netip.Addr, 500), nil)
		if took := time.Since(begin); took > 4*time.Second || slices.ContainsFunc(got, func(r reach.Result) bool { return r.Outcome != reach.Failed || r.Err == nil }) {
			t.Errorf("took %s, %v", took, outcomes(got)[:5])
		}
		if _, undetermined := reach.Judge(got); !undetermined {
			t.Error("nothing could be tried, and something is known")
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begin = time.Now()
		got = (&reach.Prober{Dial: new(scarce).dial}).Probe(ctx, make([]netip.Addr, 3), nil)
		if took := time.Since(begin); took != time.Second || got[2].Outcome != reach.Interrupted {
			t.Errorf("interrupted after %s: %v", took, outcomes(got))
		}
	})
}

// Once interrupted, nothing else is begun, and what was refused before still was.
func TestProbeInterrupted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		var dialled atomic.Int64
		answers := dialing(map[string]error{"192.0.2.1": nil, "192.0.2.2": syscall.ECONNREFUSED})
		prober := reach.Prober{AtOnce: 3, Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			dialled.Add(1)
			return answers(ctx, network, address)
		}}
		asked := addresses("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6", "192.0.2.7")
		got := prober.Probe(ctx, asked, nil)
		want := []reach.Outcome{reach.Connected, reach.Refused, reach.Interrupted, reach.Interrupted, reach.Interrupted, reach.Interrupted, reach.Interrupted}
		if !slices.Equal(outcomes(got), want) || dialled.Load() != 5 {
			t.Errorf("%v, %d dialled", outcomes(got), dialled.Load())
		}
		if got[2].Took != time.Second || got[6].Took != 0 || got[6].Err == nil {
			t.Errorf("%+v", got)
		}
	})
}

// What the address answered while the context ended, it answered.
func TestProbeAnsweredAtTheEnd(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]reach.Outcome{
		syscall.ECONNREFUSED: reach.Refused, syscall.EHOSTUNREACH: reach.Unroutable, syscall.EACCES: reach.Interrupted, context.Canceled: reach.Interrupted,
	} {
		ctx, cancel := context.WithCancel(t.Context())
		prober := reach.Prober{Dial: func(context.Context, string, string) (net.Conn, error) {
			cancel()
			return nil, err
		}}
		if got := prober.Probe(ctx, addresses("192.0.2.1"), nil); got[0].Outcome != want {
			t.Errorf("%v: %s, want %s", err, got[0].Outcome, want)
		}
	}
}

func TestProbeNothing(t *testing.T) {
	t.Parallel()
	if got := new(reach.Prober).Probe(t.Context(), nil, nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
