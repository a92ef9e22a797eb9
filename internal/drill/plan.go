package drill

import (
	"context"
	"crypto/rsa"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// The names of a rehearsal without a kit (RFC 2606 §3).
const (
	Zone   = "example.com"
	Domain = "dr.example.com"
)

// TTL is that of the records in a rehearsal without a kit; NegativeTTL is how long it may be
// remembered, in any, that nothing stands.
const (
	TTL         = 30 * time.Second
	NegativeTTL = time.Minute
)

// window is how long on and test last in a rehearsal without a kit.
const window = 8 * time.Hour

// A Plan says what is rehearsed, with which records, and when. [NewPlan] and [KitPlan] make
// one.
type Plan struct {
	// Domain is the disaster recovery domain, Zone the zone that it lies in.
	Domain, Zone string
	// Type are the products that the records are for.
	Type txtrecord.Type
	// TTL is that of the records.
	TTL time.Duration
	// Policy is what a verification judges by: keys, scheme, location.
	Policy verify.Policy
	// Kit is the kit that the records are taken from, nil where they are signed for it.
	Kit *Kit

	source source
	begin  time.Time
	steps  []planned
	// serve starts a name server.
	serve func(context.Context, nameserver.Config) (nameServer, error)
	// faultsAt is an instant at which the source has a set for on.
	faultsAt time.Time
}

// A source has the records of a plan.
type source interface {
	// take returns the set of a status that is valid at an instant, and its name.
	take(status txtrecord.Status, at time.Time) (name string, set export.RecordSet, err error)
}

// A planned step.
type planned struct {
	Step
	// at is when it is due. From and until are the first and the last instant at which it is
	// the same step; until is the zero time where there is none.
	at, from, until time.Time
	// looked says that nothing is published: what stands is looked at.
	looked bool
}

// The parts of the runbook that steps rehearse, by the titles that package runbook gives
// them.
const (
	prepare  = "Part 2: Prepare"
	switchOn = "Part 3: Switch on"
	arrive   = "Part 4: See it arrive"
	whileOn  = "Part 5: While it is on"
	comeBack = "Part 6: Come back"
	withTest = "Part 8: Rehearse with test"
)

// What steps rehearse, in a few words.
const (
	titleReady = "stand ready"
	titleTest  = "rehearse with test"
	titleOn    = "switch on"
	titleRenew = "renew"
	titleLast  = "last second"
	titleEnded = "ended by itself"
	titleBack  = "come back"
)

// NewPlan makes the plan of a rehearsal without a kit: a standing off first, so that the
// name is never remembered as empty, then test, on and off again, signed by a key that is
// made for it. It begins at an instant.
func NewPlan(key *rsa.PrivateKey, begin time.Time) *Plan {
	fingerprint := keygen.Fingerprint(&key.PublicKey)
	p := &Plan{
		Domain: Domain, Zone: Zone, Type: txtrecord.AllProducts, TTL: TTL,
		Policy: verify.Policy{Keys: []verify.Key{{PublicKey: &key.PublicKey, Name: fingerprint}}},
		source: &signer{key}, begin: begin, faultsAt: begin, serve: startNameServer,
	}
	for _, s := range []Step{
		{Title: titleReady, Status: txtrecord.Off, Parts: []string{prepare}},
		{Title: titleTest, Status: txtrecord.Test, Parts: []string{withTest}},
		{Title: titleOn, Status: txtrecord.On, Parts: []string{switchOn, arrive}},
		{Title: titleBack, Status: txtrecord.Off, Parts: []string{comeBack}},
	} {
		s.Want = verify.State(s.Status)
		p.steps = append(p.steps, planned{Step: s, at: begin, from: begin, until: begin.Add(window)})
	}
	return p
}

// A signer signs what is asked for with a key that was made for the rehearsal.
type signer struct{ key *rsa.PrivateKey }

func (s *signer) take(status txtrecord.Status, at time.Time) (string, export.RecordSet, error) {
	activation := txtrecord.Activation{Type: txtrecord.AllProducts, Status: status}
	if status != txtrecord.Off {
		activation.End = at.Add(window).Truncate(time.Second).UTC()
	}
	values, err := txtrecord.Sign(activation, txtrecord.Scheme{}, s.key)
	if err != nil {
		return "", export.RecordSet{}, err
	}
	return "", export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: Domain + ".", Type: "TXT", TTL: uint32(TTL / time.Second), Values: values}},
		Activation: export.NewActivation(activation),
		Signed:     true,
		Key:        keygen.Fingerprint(&s.key.PublicKey),
		Scheme:     txtrecord.Scheme{}.String(),
		Zone:       Zone,
	}, nil
}

// A ShortWindowError says that the time for a step has no room for the clients that are to
// follow it, and those before it.
type ShortWindowError struct {
	// Step is what there is no time for, Set the set that it would publish.
	Step, Set string
	// From and Until are the first and the last instant at which it can be done, Location is
	// where they are shown besides UTC.
	From, Until time.Time
	Location    *time.Location
	// Change is how long simulated clients may take for it.
	Change time.Duration
	// TTL is that of the records.
	TTL time.Duration
}

func (e *ShortWindowError) Error() string {
	return fmt.Sprintf("there is no time for clients to follow: each change may take %s, and the time for %q (%s) is from %s until %s",
		duration.Words(e.Change), e.Step, e.Set, verify.FormatInstant(e.From, e.Location), verify.FormatInstant(e.Until, e.Location))
}

// Hint is the way out. In such a window the time that only it is open has room for three
// changes, and half of the time that it shares with the next for one.
func (e *ShortWindowError) Hint() string {
	overlap := 2 * max(changeTime(e.TTL), changeTime(NegativeTTL)).Truncate(time.Minute)
	overlap += 2 * time.Minute
	return fmt.Sprintf("leave out --clients, or make a kit with --overlap %s and --window %s, or a longer window", inMinutes(overlap), inMinutes(4*overlap))
}

func inMinutes(d time.Duration) string { return fmt.Sprintf("%dm", d/time.Minute) }

// changeTime is what simulated clients may take for a change of what resolvers may hold for
// so long: they are warmed with it, and follow.
func changeTime(memory time.Duration) time.Duration { return 2*memory + verify.PollInterval }
