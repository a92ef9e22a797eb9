package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A zoneView is the zone that a server sees a name in.
type zoneView struct {
	apex, primary string
	serial        uint32
}

// zoneSeenBy takes the zone out of whatever a server said with a SOA record in it.
func zoneSeenBy(s *ServerReport, domain string) (zoneView, bool) {
	for _, r := range s.replies {
		if r.err != nil || r.question.Name != domain {
			continue
		}
		for _, section := range [...][]dnsquery.Record{r.answer.Records, r.answer.Authority} {
			for i := range section {
				record := &section[i]
				if record.Type == dns.TypeSOA && dns.IsSubDomain(record.Owner, dns.Fqdn(domain)) {
					return zoneView{record.Owner, record.Host, record.Serial}, true
				}
			}
		}
	}
	return zoneView{}, false
}

// primariesOf lists the primaries that the authoritative servers name in their SOA
// records, which are several where several providers serve the zone, and the zone.
func primariesOf(told []ServerReport, domain string) (primaries []string, apex string) {
	for i := range told {
		if view, ok := zoneSeenBy(&told[i], domain); ok && !slices.Contains(primaries, view.primary) {
			primaries, apex = append(primaries, view.primary), view.apex
		}
	}
	return primaries, apex
}

// otherZone reports whether a resolver sees the domain in another zone than the
// authoritative servers have, and says which.
func otherZone(s *ServerReport, told []ServerReport, domain string) (zones string, other bool) {
	primaries, apex := primariesOf(told, domain)
	theirs, ok := zoneSeenBy(s, domain)
	if !ok || len(primaries) == 0 || theirs.apex == apex && slices.Contains(primaries, theirs.primary) {
		return "", false
	}
	return fmt.Sprintf("%s with primary %s, they have %s with %s", quote(theirs.apex), quote(theirs.primary), quote(apex), quote(primaries[0])), true
}

// serialFindings says which servers have another serial than the others.
func serialFindings(told []ServerReport, domain string) []Finding {
	var serials []uint32
	at := map[uint32][]string{}
	for i := range told {
		if view, ok := zoneSeenBy(&told[i], domain); ok {
			if at[view.serial] == nil {
				serials = append(serials, view.serial)
			}
			at[view.serial] = append(at[view.serial], told[i].Address)
		}
	}
	if len(serials) < 2 {
		return nil
	}
	var parts []string
	for _, serial := range serials {
		parts = append(parts, fmt.Sprintf("%s: %d", strings.Join(at[serial], ", "), serial))
	}
	why := ", a secondary lags"
	if primaries, _ := primariesOf(told, domain); len(primaries) > 1 {
		why = ", and different primaries"
	}
	return []Finding{newFinding(CodeSerialsDiffer, "the servers have different serials of the zone"+why+": "+strings.Join(parts, "; "))}
}

// misplacedName is where records stand whose owner name was entered without its final
// dot: below the zone once more.
func misplacedName(domain, apex string) string { return domain + "." + apex }

// findMisplaced looks there, where no server has anything at the domain itself.
func (r *run) findMisplaced(ctx context.Context, told []ServerReport) []Finding {
	for i := range told {
		if told[i].Outcome == Alias || told[i].content != "" {
			return nil
		}
	}
	view, ok := zoneSeenBy(&told[0], r.policy.Domain)
	server, err := dnsquery.ParseServer(told[0].Address)
	if !ok || view.apex == "." || err != nil {
		return nil
	}
	question := dnsquery.Question{Name: misplacedName(r.policy.Domain, view.apex), Type: dns.TypeTXT}
	return misplacedFinding(r.ask(ctx, server, question), told[0].Address)
}

func misplacedFinding(r reply, address string) []Finding {
	misplaced := ServerReport{Role: Authoritative}
	if misplaced.note(r); !misplaced.Told() || misplaced.content == "" {
		return nil
	}
	finding := newFinding(CodeTrailingDot, fmt.Sprintf("nothing stands at the name, but %s has disaster recovery records: the final dot is missing", r.question.Name))
	finding.Server = address
	return []Finding{finding}
}

// nameServers are those that the zone itself names.
func (s *ServerReport) nameServers() []string {
	var names []string
	for _, r := range s.replies {
		if r.question.Type != dns.TypeNS || !r.tells(Authoritative) {
			continue
		}
		for _, record := range r.answer.Records {
			names = append(names, record.Host)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// delegationFindings says how the servers were found, and where parent and zone
// disagree about them.
func (r *run) delegationFindings(servers []ServerReport) []Finding {
	d := r.delegated
	switch {
	case d == nil:
		return nil
	case d.cut == nil && errors.Is(d.err, delegation.ErrIntercepted):
		return []Finding{newFinding(CodeServerIntercepted, "port 53 seems intercepted here: what should be the root servers answers as a resolver does, without authority")}
	case d.cut == nil:
		return []Finding{newFinding(CodeDelegationUnknown, "the name servers of the zone could not be found: "+reason(d.err))}
	}
	zone := strings.TrimSuffix(d.cut.Zone, ".")
	if zone == "" {
		zone = "the root"
	}
	findings := []Finding{newFinding(CodeDelegation, fmt.Sprintf("the zone is %s: %s", zone, countServers(servers)))}
	if dns.CountLabel(d.cut.Zone) < 2 {
		findings = append(findings, newFinding(CodeNoZone, "the name lies in no zone of its own: the way ends at "+zone))
	}
	if r.authoritative.more {
		findings = append(findings, newFinding(CodeTooManyServers, fmt.Sprintf("the zone has more name servers or addresses than are asked (%d, %d)", maxNameServers, maxAddresses)))
	}
	if d.cut.Told() {
		findings = append(findings, newFinding(CodeDelegationFromResolver, fmt.Sprintf("the delegation could not be followed from the root (%s); %s named the servers", reason(d.err), resolverName(d.cut.Via))))
	} else {
		findings = append(findings, r.disagreements(servers)...)
	}
	return findings
}

func countServers(servers []ServerReport) string {
	names, addresses := map[string]bool{}, 0
	for i := range servers {
		names[servers[i].Server] = true
		if servers[i].Address != "" {
			addresses++
		}
	}
	return fmt.Sprintf("name servers %d, addresses %d", len(names), addresses)
}

// disagreements compares the delegation with what the zone says of its own servers.
func (r *run) disagreements(servers []ServerReport) []Finding {
	var delegatedTo []string
	for _, server := range r.delegated.cut.Servers {
		delegatedTo = append(delegatedTo, strings.TrimSuffix(server.Name, "."))
	}
	var findings []Finding
	for i := range servers {
		s := &servers[i]
		own := s.nameServers()
		for i, name := range own {
			own[i] = strings.TrimSuffix(name, ".")
		}
		parentOnly, zoneOnly := without(delegatedTo, own), without(own, delegatedTo)
		if len(own) == 0 || len(parentOnly)+len(zoneOnly) == 0 {
			continue
		}
		var parts []string
		if len(parentOnly) > 0 {
			parts = append(parts, "only the parent zone names "+strings.Join(parentOnly, ", "))
		}
		if len(zoneOnly) > 0 {
			parts = append(parts, "only the zone itself names "+strings.Join(zoneOnly, ", "))
		}
		finding := newFinding(CodeDelegationDiffers, "the parent zone and the zone do not name the same servers: "+quoteBare(strings.Join(parts, "; ")))
		if !slices.ContainsFunc(findings, finding.same) {
			finding.Server = s.Address
			findings = append(findings, finding)
		}
	}
	for _, g := range r.authoritative.glue {
		finding := newFinding(CodeGlueDiffers, fmt.Sprintf("the parent zone has the address %s for %s, the name's own zone has %s", listAddresses(g.glue), quoteBare(g.name), listAddresses(g.own)))
		finding.Server = g.name
		findings = append(findings, finding)
	}
	return findings
}

// without returns what is in a and not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

func listAddresses[A fmt.Stringer](addresses []A) string {
	if len(addresses) == 0 {
		return "none"
	}
	var texts []string
	for _, a := range addresses {
		texts = append(texts, a.String())
	}
	return strings.Join(texts, ", ")
}

// trustworthy says whether a resolver's AD bit proves anything (RFC 4035 §4.9.3).
func trustworthy(s *ServerReport) string {
	switch {
	case isLoopback(s.Address):
		return ", on this machine"
	case s.named && (s.asked.Transport == dnsquery.TLS || s.asked.Transport == dnsquery.HTTPS):
		return ", over an authenticated connection"
	}
	return "; that proves nothing, because the way to it is not protected"
}
