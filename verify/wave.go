package verify

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"slices"
	"sync"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A wave is servers that are asked at once, and their reports.
type wave struct {
	run *run
	// cut is the zone that the servers should have, nil where they were named.
	cut *delegation.Cut
	// alone says that there is but one server, at one address.
	alone  bool
	cancel context.CancelFunc
	// confirmed says that these are certainly the servers to ask; until then nobody
	// hears of them, and what is to be told is kept.
	confirmed bool
	untold    []ServerReport
	// proven is closed once a server has answered with authority for the domain in the
	// cut's zone.
	proven chan struct{}
	prove  sync.Once

	wait    sync.WaitGroup
	mu      sync.Mutex
	names   map[string]bool          // of name servers that were seen
	at      map[string]*ServerReport // by address
	more    bool                     // there were more than are asked
	reports []*ServerReport
	glue    []glueDifference
}

// newWave makes a wave that can be dropped until it is confirmed.
func (r *run) newWave(ctx context.Context) (*wave, context.Context) {
	w := &wave{run: r, proven: make(chan struct{}), names: map[string]bool{}, at: map[string]*ServerReport{}}
	ctx, w.cancel = context.WithCancel(ctx)
	return w, ctx
}

// zone is the zone that the servers should have, the root where that is not known.
func (w *wave) zone() string {
	if w.cut == nil {
		return "."
	}
	return w.cut.Zone
}

// finish waits for all reports.
func (w *wave) finish() {
	w.wait.Wait()
	w.cancel()
}

// add puts a report into the wave.
func (w *wave) add(report ServerReport) *ServerReport {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reports = append(w.reports, &report)
	return &report
}

// claim adds a report for an address, or returns nil if there is one already. An
// address that several names lead to belongs to the one that was named first.
func (w *wave) claim(place int, name, address string) *ServerReport {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known := w.at[address]; known != nil {
		if place < known.place {
			known.place, known.Server = place, name
		}
		return nil
	}
	if w.cut != nil && len(w.at) >= maxAddresses { // whoever names servers wants them all
		w.more = true
		return nil
	}
	report := &ServerReport{Server: name, Address: address, Role: Authoritative, place: place}
	w.at[address] = report
	w.reports = append(w.reports, report)
	return report
}

// tell reports progress, one report at a time. What is told of a wave that is not yet
// confirmed is kept until it is.
func (w *wave) tell(report *ServerReport) {
	if w.run.request.Progress == nil {
		return
	}
	w.run.progress.Lock()
	defer w.run.progress.Unlock()
	w.mu.Lock()
	copied := *report
	w.mu.Unlock()
	if !w.confirmed {
		w.untold = append(w.untold, copied)
		return
	}
	w.run.request.Progress(copied)
}

// confirm makes the wave the one that counts.
func (w *wave) confirm() {
	w.run.progress.Lock()
	defer w.run.progress.Unlock()
	w.confirmed = true
	for _, report := range w.untold {
		w.run.request.Progress(report)
	}
	w.untold = nil
}

// first reports whether a name server was not seen before, and is one to be asked.
func (w *wave) first(name string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names[name] {
		return false
	}
	if len(w.names) >= maxNameServers {
		w.more = true
		return false
	}
	w.names[name] = true
	return true
}

// The most name servers of a zone that are asked, and addresses of all of them together:
// no zone that serves anybody has so many, and a hostile one could name any number.
const (
	maxNameServers = 64
	maxAddresses   = 128
)

// sorted returns the reports in the order in which the servers were named.
func (w *wave) sorted() []ServerReport {
	var reports []ServerReport
	for _, report := range w.reports {
		reports = append(reports, *report)
	}
	slices.SortStableFunc(reports, func(a, b ServerReport) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(len(a.Address), len(b.Address)), cmp.Compare(a.Address, b.Address))
	})
	return reports
}

// ask asks a server at one address everything at once, in the background. The same
// address is asked once.
func (w *wave) ask(ctx context.Context, place int, name, address string) {
	report := w.claim(place, name, address)
	if report == nil {
		return
	}
	w.start(func() {
		w.tell(report)
		w.askEverything(ctx, report)
		w.tell(report)
		w.discover(ctx, report)
	})
}

// start does something beside everything else, or at once where there is nothing else.
func (w *wave) start(do func()) {
	if w.alone {
		do()
		return
	}
	w.wait.Go(do)
}

// questions are what an authoritative server is asked.
func (w *wave) questions() []dnsquery.Question {
	domain := w.run.policy.Domain
	all := []dnsquery.Question{{Name: domain, Type: dns.TypeTXT}, {Name: domain, Type: dns.TypeA}, {Name: domain, Type: dns.TypeAAAA}}
	if !w.unmatched() {
		all = append(all, dnsquery.Question{Name: domain, Type: dns.TypeSOA})
	}
	if w.cut != nil {
		all = append(all, dnsquery.Question{Name: w.cut.Zone, Type: dns.TypeNS})
	}
	return all
}

// unmatched reports whether there is nobody to compare a server's view of the zone with:
// it is a single one, and no resolver stands beside it.
func (w *wave) unmatched() bool { return w.alone && len(w.run.request.Resolvers) == 0 }

func (w *wave) askEverything(ctx context.Context, report *ServerReport) {
	server, err := dnsquery.ParseServer(report.Address)
	if err != nil {
		report.note(reply{err: err})
		return
	}
	sibling, question := w.siblingAt(report.Address)
	report.replies = w.run.askAll(ctx, server, append(w.questions(), question...))
	report.note(report.replies[0])
	if w.cut != nil && report.Told() {
		if view, ok := zoneSeenBy(report, w.run.policy.Domain); ok && view.apex == w.cut.Zone {
			w.prove.Do(func() { close(w.proven) })
		}
	}
	w.noteSibling(report, sibling)
	if report.Told() {
		report.Judgement = judgeAnswer(report, *w.run.policy)
	}
}

// unknownName is the report on a server whose name has no address.
func unknownName(ctx context.Context, place int, name string, err error) ServerReport {
	outcome := UnknownName
	if ctx.Err() == context.Canceled {
		outcome, err = NotCompleted, ctx.Err()
	}
	return ServerReport{Server: name, Role: Authoritative, Outcome: outcome, Err: err, place: place}
}

// A FamilyError says that a host has no address of the only family that is asked for.
type FamilyError struct{ Family dnsquery.Family }

func (e *FamilyError) Error() string { return "no " + e.Family.String() + " address" }

// withoutAddress says that a host has no address, of the family where one is asked for.
func withoutAddress(family dnsquery.Family) error {
	if family == dnsquery.AnyFamily {
		return delegation.ErrNoAddress
	}
	return &FamilyError{family}
}

// lookUp returns the addresses of a host. It takes no longer than a question may, so
// that a resolver out of reach leaves time for the servers given by address.
func (c *Checker) lookUp(ctx context.Context, host string) ([]string, error) {
	if address, err := netip.ParseAddr(host); err == nil {
		if !c.Client.Family.Has(address) {
			return nil, withoutAddress(c.Client.Family)
		}
		return []string{host}, nil
	}
	resolver := c.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(c.Client.Timeout, dnsquery.DefaultTimeout))
	defer cancel()
	// LookupNetIP ends as soon as the context does; LookupHost does not.
	found, err := resolver.LookupNetIP(ctx, "ip", host)
	var addresses []string
	for _, address := range found {
		if c.Client.Family.Has(address) {
			addresses = append(addresses, address.Unmap().String())
		}
	}
	if err == nil && len(addresses) == 0 {
		err = withoutAddress(c.Client.Family)
	}
	return addresses, err
}
