// Package nameserver is an authoritative DNS server inside the process, on
// loopback, for rehearsals and tests: it answers queries over UDP and TCP
// (RFC 1035, RFC 6891, RFC 7766) and takes updates (RFC 2136) that carry a TSIG
// (RFC 8945). Nothing outside this machine can reach it.
//
// It is an authority for plain zones: no zone cuts within them, no wildcards,
// no DNSSEC, no zone transfers; a CNAME is answered, not followed.
package nameserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/drtxt/drtxt/internal/loopback"
)

// ErrConfig is the class of every error that [Start] returns because of its
// [Config].
var ErrConfig = errors.New("name server cannot be set up")

// A Config says what a [Server] serves, where, and who may change it.
type Config struct {
	// Address is the loopback address to listen on; the zero value is
	// 127.0.0.1. The port is a free one, the same for UDP and TCP.
	Address netip.Addr
	// Zones are the zones that the server has authority over.
	Zones []Zone
	// Keys may each update every zone. Without keys nothing is updated.
	Keys []Key
	// Now is the clock that TSIG times are held against. It is required.
	Now func() time.Time
}

// A Server serves its zones until its context ends or it is closed. Its
// methods may be called at the same time.
type Server struct {
	tcp   *net.TCPListener
	udp   *net.UDPConn
	keys  map[string]Key // by canonical name
	now   func() time.Time
	zones []*zone

	mu sync.RWMutex // guards the contents of the zones

	stop    context.CancelFunc
	running sync.WaitGroup
	failed  sync.Once
	err     error // why the server ended by itself; read after running
}

// Start returns a server that already takes queries at [Server.Addr]. It ends
// when ctx does, at the latest. The error is of class [ErrConfig], or says why
// there was no port to listen on.
func Start(ctx context.Context, config Config) (*Server, error) {
	address, err := listenAddress(config.Address)
	if err != nil {
		return nil, err
	}
	if config.Now == nil {
		return nil, fmt.Errorf("%w: no clock", ErrConfig)
	}
	s := &Server{now: config.Now}
	if s.keys, err = keysByName(config.Keys); err != nil {
		return nil, err
	}
	for _, zone := range config.Zones {
		z, err := newZone(zone, address)
		if err != nil {
			return nil, fmt.Errorf("zone %q: %w", zone.Name, err)
		}
		s.zones = append(s.zones, z)
	}
	if s.tcp, s.udp, err = loopback.Listen(address); err != nil {
		return nil, err
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.run(ctx, s.serveUDP)
	s.run(ctx, s.serveTCP)
	s.running.Go(func() {
		<-ctx.Done()
		s.tcp.Close()
		s.udp.Close()
	})
	return s, nil
}

// Addr returns the server's address and port, for instance "127.0.0.1:40053".
func (s *Server) Addr() string { return s.tcp.Addr().String() }

// Close ends the server, breaks off its connections and returns when nothing of
// it runs any more. It may be called again. The error says why the server had
// ended by itself, nil if it had not.
func (s *Server) Close() error {
	s.stop()
	s.running.Wait()
	return s.err
}

// run serves in a goroutine of its own and ends the whole server if that fails.
func (s *Server) run(ctx context.Context, serve func(context.Context) error) {
	s.running.Go(func() {
		err := serve(ctx)
		if ctx.Err() != nil {
			return // told to end: the error is that of the closed socket
		}
		s.failed.Do(func() { s.err = err })
		s.stop()
	})
}
