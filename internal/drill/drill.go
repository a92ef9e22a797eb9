// Package drill rehearses a disaster recovery switch: it makes a key and a zone on
// an embedded name server, publishes off, test, on and off by DNS update, and
// verifies each over real sockets. Nothing outside the process is touched.
package drill

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net"
	"time"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// The names of the rehearsal (RFC 2606 §3).
const (
	Zone   = "example.com"
	Domain = "dr.example.com"
)

// TTL is that of the records in the rehearsal, NegativeTTL how long it may be
// remembered there that nothing stands.
const (
	TTL         = 30 * time.Second
	NegativeTTL = time.Minute
)

// edges stand for the Private Service Edges' addresses (RFC 5737).
var edges = []txtrecord.RRSet{{Name: Domain + ".", Type: "A", TTL: uint32(TTL / time.Second), Values: []string{"192.0.2.1", "198.51.100.1"}}}

// window is how long on and test last in the rehearsal.
const window = 8 * time.Hour

// stepTimeout bounds what one step may take on loopback.
const stepTimeout = 5 * time.Second

// A Step is one change and what was then seen of it.
type Step struct {
	// Status is what was asked for.
	Status txtrecord.Status
	// Set is what was published.
	Set export.RecordSet
	// Report is the live verification afterwards.
	Report verify.Report
	// ClientDelay is how long it would take at most, in earnest, until every client
	// had seen the step: the TTL of what stood before, and one look-up. An estimate.
	ClientDelay time.Duration
	// Took is the time from signing to the verdict.
	Took time.Duration
	// Err is why the step could not be carried out, nil otherwise.
	Err error
}

// Right reports whether the step was published and verified as expected.
func (s *Step) Right() bool {
	return s.Err == nil && s.Report.ExitStatus() == verify.StatusDone && s.Report.AsExpected
}

// A Rehearsal is what [Run] did.
type Rehearsal struct {
	Key    *rsa.PrivateKey
	Server string // host:port of the embedded name server
	Steps  []Step
}

// Right reports whether every step went right.
func (r *Rehearsal) Right() bool {
	for i := range r.Steps {
		if !r.Steps[i].Right() {
			return false
		}
	}
	return len(r.Steps) == len(statuses)
}

// statuses are published in this order: a standing off first, so that the name is
// never remembered as empty.
var statuses = [...]txtrecord.Status{txtrecord.Off, txtrecord.Test, txtrecord.On, txtrecord.Off}

// Run carries out the rehearsal. Key generation is up to the caller. An error means
// that it could not begin; what goes wrong in a step is in the step, and ends the
// rehearsal there.
func Run(ctx context.Context, key *rsa.PrivateKey, now func() time.Time) (*Rehearsal, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	server, err := nameserver.Start(ctx, nameserver.Config{
		Zones: []nameserver.Zone{{Name: Zone, Serial: 1, TTL: 300, NegativeTTL: uint32(NegativeTTL / time.Second), Records: edges}},
		Keys:  []nameserver.Key{{Name: updateKey, Algorithm: updateAlgorithm, Secret: secret}},
		Now:   now,
	})
	if err != nil {
		return nil, fmt.Errorf("starting the embedded name server: %w", err)
	}
	defer server.Close()
	r := &rehearsal{
		Rehearsal: Rehearsal{Key: key, Server: server.Addr()},
		now:       now,
		update: dnsupdate.Client{
			Server: server.Addr(),
			Zone:   Zone,
			Key:    dnsupdate.Key{Name: updateKey, Algorithm: updateAlgorithm, Secret: secret},
			Now:    now,
		},
	}
	for _, status := range statuses {
		if !r.step(ctx, status) {
			break
		}
	}
	return &r.Rehearsal, ctx.Err()
}

const (
	updateKey       = "drill.example.com."
	updateAlgorithm = "hmac-sha256"
)

type rehearsal struct {
	Rehearsal
	now      func() time.Time
	update   dnsupdate.Client
	standing txtrecord.WireRRSet
}

// step publishes one status and verifies it; it reports whether to go on.
func (r *rehearsal) step(ctx context.Context, status txtrecord.Status) bool {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	begin := r.now()
	s := Step{Status: status, ClientDelay: verify.PollInterval + TTL}
	if r.standing.RDATA == nil {
		s.ClientDelay = verify.PollInterval + NegativeTTL
	}
	s.Set, s.Err = r.sign(status, begin)
	if s.Err == nil {
		s.Err = r.publish(ctx, s.Set.RRSets[0])
	}
	if s.Err == nil {
		s.Report, s.Err = r.verify(ctx, status)
	}
	s.Took = r.now().Sub(begin)
	r.Steps = append(r.Steps, s)
	return s.Right()
}

func (r *rehearsal) sign(status txtrecord.Status, now time.Time) (export.RecordSet, error) {
	activation := txtrecord.Activation{Type: txtrecord.AllProducts, Status: status}
	if status != txtrecord.Off {
		activation.End = now.Add(window).Truncate(time.Second).UTC()
	}
	values, err := txtrecord.Sign(activation, txtrecord.Scheme{}, r.Key)
	if err != nil {
		return export.RecordSet{}, err
	}
	return export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: Domain + ".", Type: "TXT", TTL: uint32(TTL / time.Second), Values: values}},
		Activation: export.NewActivation(activation),
		Signed:     true,
		Key:        keygen.Fingerprint(&r.Key.PublicKey),
		Scheme:     txtrecord.Scheme{}.String(),
		Zone:       Zone,
	}, nil
}

func (r *rehearsal) publish(ctx context.Context, set txtrecord.RRSet) error {
	next, err := set.Wire()
	if err != nil {
		return err
	}
	if err := r.update.Replace(ctx, dnsupdate.Change{Old: r.standing, New: next}); err != nil {
		return err
	}
	r.standing = next
	return nil
}

func (r *rehearsal) verify(ctx context.Context, status txtrecord.Status) (verify.Report, error) {
	host, port, err := net.SplitHostPort(r.Server)
	if err != nil {
		return verify.Report{}, err
	}
	var checker verify.Checker
	defer checker.Client.CloseIdle()
	report := checker.Check(ctx, verify.Request{
		Servers: []verify.Server{{Host: host, Port: port}},
		Policy: verify.Policy{
			Keys:     []verify.Key{{PublicKey: &r.Key.PublicKey, Name: keygen.Fingerprint(&r.Key.PublicKey)}},
			At:       r.now(),
			Domain:   Domain,
			Expected: verify.Expectation(status),
			Type:     txtrecord.AllProducts,
		},
	})
	return report, nil
}
