package drill

import (
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// A Kit says which kit is rehearsed.
type Kit struct {
	// Digest is the SHA-256 digest of its manifest, in hexadecimal.
	Digest string
	// Made is when it was made, Version by which version of the program.
	Made    time.Time
	Version string
	// Windows is how many there are, Over how many of them ended before the rehearsal.
	Windows, Over int
	// Findings are what was found in it, no errors among them, the gravest first.
	Findings []kit.Finding
}

// An UnfitKitError says that a kit is not to be rehearsed, because it is not to be used.
type UnfitKitError struct {
	Domain string
	// Findings are errors, the gravest first.
	Findings []kit.Finding
}

func (e *UnfitKitError) Error() string {
	first := e.Findings[0]
	text := first.Message
	if first.Path != "" {
		text = first.Path + ": " + text
	}
	text = fmt.Sprintf("the kit for %s is not fit to be rehearsed: %s (%s)", e.Domain, text, first.Code)
	if more := len(e.Findings) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

// KitPlan makes the plan of a rehearsal of a kit. The kit is checked first, and nothing but
// what the policy trusts is believed; its At is now. The error is an [*UnfitKitError].
//
// The clock goes to the first window, and from one to the next: off stands; in each window
// come test and on; and where one window and the next overlap, the on of the one is
// renewed by that of the other. The last on is left to end by itself, before off comes.
func KitPlan(folder *kit.Folder, policy kit.Policy) (*Plan, error) {
	m, findings := folder.Manifest, folder.Check(policy).Findings
	if grave := errorsAmong(findings); grave != nil {
		return nil, &UnfitKitError{m.Domain, grave}
	}
	tests, ons, off := m.WindowsOf(txtrecord.Test), m.WindowsOf(txtrecord.On), m.WindowsOf(txtrecord.Off)[0]
	p := &Plan{
		Domain: m.Domain, Zone: m.Zone, Type: txtrecord.Type(m.Type), TTL: time.Duration(m.TTL) * time.Second,
		Policy: verify.Policy{Keys: policy.Keys, Scheme: policy.Scheme, SchemeOpen: policy.SchemeOpen, Location: policy.Location},
		Kit:    &Kit{Digest: folder.Digest, Made: m.MadeAt(), Version: m.Version, Windows: len(ons), Findings: findings},
		source: &kitSource{folder, policy},
		begin:  ons[0].Window().Start,
		serve:  startNameServer,
	}
	p.addOff(off, titleReady, prepare, p.begin, ons[0].Window().End)
	for i := range ons {
		p.addWindow(tests, ons, i)
	}
	p.addEnd(ons[len(ons)-1])
	p.addOff(off, titleBack, comeBack, m.LastEnd().Add(time.Second), time.Time{})
	p.mark(policy.At)
	return p, nil
}

func errorsAmong(findings []kit.Finding) []kit.Finding {
	var grave []kit.Finding
	for _, f := range findings {
		if f.Severity == verify.Error {
			grave = append(grave, f)
		}
	}
	return grave
}

func (p *Plan) addOff(set *kit.Set, title, part string, at, until time.Time) {
	p.steps = append(p.steps, planned{Step: stepOf(set, title, part), at: at, from: at, until: until})
}

// addWindow adds what happens in one window: the renewal by it, in the middle of the time
// that it shares with the one before, then test and on.
func (p *Plan) addWindow(tests, ons []*kit.Set, i int) {
	from, until := ons[i].Window().Start, ons[i].Window().End
	if i+1 < len(ons) {
		until = ons[i+1].Window().Start.Add(-time.Second) // from there on the next is picked
	}
	if i > 0 {
		shared := ons[i-1].Window().End
		if until.Before(shared) {
			shared = until
		}
		middle := between(from, shared, 1, 2)
		p.steps = append(p.steps, planned{Step: stepOf(ons[i], titleRenew, whileOn), at: middle, from: from, until: shared})
		from = middle
	}
	p.steps = append(p.steps,
		planned{Step: stepOf(tests[i], titleTest, withTest), at: between(from, until, 1, 3), from: from, until: until},
		planned{Step: stepOf(ons[i], titleOn, switchOn, arrive), at: between(from, until, 2, 3), from: from, until: until})
}

// addEnd adds the dead man's switch: on stands in the last second of its window, and not in
// the next.
func (p *Plan) addEnd(last *kit.Set) {
	end := last.Window().End
	on, expired := stepOf(last, titleLast, whileOn), stepOf(last, titleEnded, whileOn)
	expired.Want = verify.StateExpired
	p.steps = append(p.steps,
		planned{Step: on, at: end, from: end, until: end, looked: true},
		planned{Step: expired, at: end.Add(time.Second), from: end.Add(time.Second), until: end.Add(time.Second), looked: true})
}

// between is the whole second at a fraction of the way.
func between(from, to time.Time, part, of int64) time.Time {
	return time.Unix(from.Unix()+(to.Unix()-from.Unix())*part/of, 0).UTC()
}

func stepOf(set *kit.Set, title string, parts ...string) Step {
	return Step{
		Title: title, Parts: parts, Status: txtrecord.Status(set.Status), Want: verify.State(set.Status),
		SetName: set.Name, Window: set.Window(),
	}
}

// mark says which windows were over at an instant, and finds one for the faults: that
// instant where a window is open, else the first that is rehearsed.
func (p *Plan) mark(now time.Time) {
	for i := range p.steps {
		s := &p.steps[i]
		s.Over = !s.Window.End.IsZero() && s.Window.End.Unix() < now.Unix()
		if s.Title != titleOn {
			continue
		}
		if s.Over {
			p.Kit.Over++
		}
		if p.faultsAt.IsZero() || s.Window.Contains(now) {
			p.faultsAt = s.at
		}
	}
}

// A kitSource takes the records of a plan out of a kit.
type kitSource struct {
	folder *kit.Folder
	policy kit.Policy
}

func (s *kitSource) take(status txtrecord.Status, at time.Time) (string, export.RecordSet, error) {
	set, err := s.folder.Manifest.Pick(status, at)
	if err != nil {
		return "", export.RecordSet{}, err
	}
	policy := s.policy
	policy.At = at
	picked, err := s.folder.Take(set, "json", policy)
	if err != nil {
		return "", export.RecordSet{}, err
	}
	return set.Name, *picked.Records, nil
}
