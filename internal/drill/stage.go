package drill

import (
	"context"
	"crypto/rand"
	"net"
	"time"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify"
)

// edges are addresses that stand for the Private Service Edges' (RFC 5737).
var edges = []string{"192.0.2.1", "198.51.100.1"}

// The key that updates are signed with; its secret is made anew for each name server.
const (
	updateKey       = "drill."
	updateAlgorithm = "hmac-sha256"
)

// A nameServer is one that is embedded in the program.
type nameServer interface {
	Addr() string
	Close() error
}

func startNameServer(ctx context.Context, config nameserver.Config) (nameServer, error) {
	return nameserver.Start(ctx, config)
}

// A stage is an embedded name server with the zone of a plan, and what can change it.
type stage struct {
	server   nameServer
	update   dnsupdate.Client
	standing txtrecord.WireRRSet
}

// newStage starts a name server on which there are the addresses alone.
func newStage(ctx context.Context, p *Plan, now func() time.Time) (*stage, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	ttl := uint32(p.TTL / time.Second)
	server, err := p.serve(ctx, nameserver.Config{
		Zones: []nameserver.Zone{{
			Name: p.Zone, Serial: 1, TTL: 300, NegativeTTL: uint32(NegativeTTL / time.Second),
			Records: []txtrecord.RRSet{{Name: p.Domain + ".", Type: "A", TTL: ttl, Values: edges}},
		}},
		Keys: []nameserver.Key{{Name: updateKey, Algorithm: updateAlgorithm, Secret: secret}},
		Now:  now,
	})
	if err != nil {
		return nil, err
	}
	return &stage{server: server, update: dnsupdate.Client{
		Server: server.Addr(),
		Zone:   p.Zone,
		Key:    dnsupdate.Key{Name: updateKey, Algorithm: updateAlgorithm, Secret: secret},
		Now:    now,
	}}, nil
}

func (s *stage) addr() string { return s.server.Addr() }

func (s *stage) close() { s.server.Close() }

// memory is how long a resolver may hold the answer that stands now.
func (s *stage) memory() time.Duration {
	if s.standing.RDATA == nil {
		return NegativeTTL
	}
	return time.Duration(s.standing.TTL) * time.Second
}

// publish puts a set in the place of the one that stands.
func (s *stage) publish(ctx context.Context, set txtrecord.RRSet) error {
	next, err := set.Wire()
	if err != nil {
		return err
	}
	if err := s.update.Replace(ctx, dnsupdate.Change{Old: s.standing, New: next}); err != nil {
		return err
	}
	s.standing = next
	return nil
}

// request is what drtxt verify asks where it is given these servers, and the sets that have
// to stand there, where they are known.
func (p *Plan) request(at time.Time, expected verify.Expectation, records []txtrecord.RRSet, servers ...string) verify.Request {
	request := verify.Request{Policy: p.Policy, Records: records}
	request.Policy.Domain, request.Policy.At = p.Domain, at
	request.Policy.Expected, request.Policy.Type = expected, p.Type
	for _, server := range servers {
		host, port, err := net.SplitHostPort(server)
		if err != nil {
			panic("an address that no socket has: " + server)
		}
		request.Servers = append(request.Servers, verify.Server{Host: host, Port: port})
	}
	return request
}

// check carries a verification out; questionTimeout bounds each question, 0 for as usual.
func check(ctx context.Context, request verify.Request, questionTimeout time.Duration) verify.Report {
	var checker verify.Checker
	checker.Client.Timeout = questionTimeout
	defer checker.Client.CloseIdle()
	return checker.Check(ctx, request)
}
