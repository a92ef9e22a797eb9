package readiness

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/internal/edges"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/verify"
)

// assessAddresses holds the addresses that each name server has at the name against those of
// the edges. TTLs are another matter.
func (a *Assessment) assessAddresses() {
	served := servedAddresses(a.Report)
	if a.Edges == nil {
		a.conclude(Addresses, "%s; of which edges is not known", served.inWords())
		if row := &a.Rows[len(a.Rows)-1]; row.Result == OK {
			row.Result = NotChecked
		}
		return
	}
	a.add(Addresses, a.Edges.Findings...)
	wanted := a.Edges.Addresses()
	if len(wanted) == 0 {
		a.conclude(Addresses, "no edge is designated that has an address, so there is nothing to compare with")
		return
	}
	missing, foreign := a.compareAddresses(served, wanted)
	if len(served.told) == 0 {
		a.undetermined = true
		a.concludeUnknown(Addresses, "no name server could be asked for them; the edges have %s", countedByType(wanted))
		return
	}
	a.noteNotAsked(served)
	where := fmt.Sprintf("at %s", counted(len(served.told), "server"))
	if missing+foreign == 0 {
		a.conclude(Addresses, "the edges have %s, and nothing else stands %s", countedByType(wanted), where)
		return
	}
	a.conclude(Addresses, "the edges have %s; %d missing, %d foreign %s", countedByType(wanted), missing, foreign, where)
}

// served is what the name servers have at the name.
type served struct {
	// told are those that said it for both types.
	told []serverAddresses
	// notAsked are the addresses of those that said what records there are, and not this.
	notAsked []string
}

type serverAddresses struct {
	server    string
	addresses []netip.Addr
}

func servedAddresses(r *verify.Report) served {
	var all served
	for i := range r.Servers {
		s := &r.Servers[i]
		if s.Role != verify.Authoritative || !s.Told() {
			continue
		}
		v4, toldV4 := s.Addresses(r.Policy.Domain, "A")
		v6, toldV6 := s.Addresses(r.Policy.Domain, "AAAA")
		switch {
		case toldV4 && toldV6:
			all.told = append(all.told, serverAddresses{s.Address, slices.Concat(v4, v6)})
		case s.Outcome != verify.Alias: // of which there is a finding
			all.notAsked = append(all.notAsked, s.Address)
		}
	}
	return all
}

func (s served) inWords() string {
	if len(s.told) == 0 {
		return "no name server could be asked for them"
	}
	seen := map[netip.Addr]bool{}
	var all []netip.Addr
	for _, server := range s.told {
		for _, address := range server.addresses {
			if !seen[address] {
				seen[address] = true
				all = append(all, address)
			}
		}
	}
	return countedByType(all) + " at the name"
}

func countedByType(addresses []netip.Addr) string {
	v4 := 0
	for _, address := range addresses {
		if address.Is4() {
			v4++
		}
	}
	return fmt.Sprintf("%d A and %d AAAA", v4, len(addresses)-v4)
}

// noteNotAsked warns of servers that were not compared while others were.
func (a *Assessment) noteNotAsked(s served) {
	said := func(f Finding) bool { return f.Code == finding.Code(verify.CodeAddressesNotAsked) }
	if len(s.notAsked) > 0 && !slices.ContainsFunc(a.Findings, said) {
		a.add(Addresses, Findings.New(CodeAddressNotAsked, "", "%s could not be asked for A and AAAA records, and was not compared", strings.Join(s.notAsked, ", ")))
	}
}

// compareAddresses adds a finding for all servers that differ from the edges in the same way.
// It returns how many addresses are missing somewhere, and how many are foreign somewhere;
// IPv6 addresses are not missed.
func (a *Assessment) compareAddresses(s served, wanted []netip.Addr) (missing, foreign int) {
	lacking, beside := newDifferences(), newDifferences()
	for _, server := range s.told {
		lacking.note(server.server, without(wanted, server.addresses))
		beside.note(server.server, without(server.addresses, wanted))
	}
	owners := ownersOf(a.Edges)
	for _, d := range lacking.all {
		is4 := func(address netip.Addr) bool { return address.Is4() }
		v6 := slices.DeleteFunc(slices.Clone(d.addresses), is4)
		if v4 := without(d.addresses, v6); len(v4) > 0 {
			a.addDifference(CodeAddressMissing, v4, owners, d.servers, "missing")
		}
		if len(v6) > 0 {
			a.addDifference(CodeAAAAMissing, v6, owners, d.servers, "missing")
		}
	}
	strangers := strangersOf(a.Edges)
	for _, d := range beside.all {
		a.addDifference(CodeAddressForeign, d.addresses, strangers, d.servers, "no designated edge's, and stands")
	}
	return lacking.count(netip.Addr.Is4), beside.count(netip.Addr.IsValid)
}

func (a *Assessment) addDifference(code finding.Code, addresses []netip.Addr, named map[netip.Addr]string, servers []string, what string) {
	subject := ""
	if len(addresses) == 1 {
		subject = addresses[0].String()
	}
	verb := "is"
	if len(addresses) > 1 {
		verb = "are"
	}
	a.add(Addresses, Findings.New(code, subject, "%s %s %s at %s", some(addresses, named), verb, what, strings.Join(servers, ", ")))
}

// mostNamed is how many addresses a message names.
const mostNamed = 5

// some names addresses, with what is known of them.
func some(addresses []netip.Addr, named map[netip.Addr]string) string {
	var words []string
	for _, address := range addresses[:min(len(addresses), mostNamed)] {
		word := address.String()
		if name := named[address]; name != "" {
			word += " (" + name + ")"
		}
		words = append(words, word)
	}
	if more := len(addresses) - mostNamed; more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

// ownersOf names the edges that contribute addresses.
func ownersOf(s *edges.Selection) map[netip.Addr]string {
	owners := map[netip.Addr]string{}
	for _, g := range s.Groups {
		for _, e := range g.Edges {
			for _, c := range e.Addresses {
				owners[c.Address] = quoted(e.Edge.Name)
			}
		}
	}
	return owners
}

// strangersOf names the edges that have an address and do not contribute it, and why.
func strangersOf(s *edges.Selection) map[netip.Addr]string {
	strangers := map[netip.Addr]string{}
	for _, g := range s.Groups {
		for _, e := range g.Edges {
			why := e.Why
			if !g.Counts {
				why = g.Why
			}
			for _, text := range slices.Concat(e.Publish, e.Listen, []string{e.Public, e.BrokerPublic}) {
				if address, err := netip.ParseAddr(text); err == nil {
					strangers[address.Unmap()] = fmt.Sprintf("of %s in %s: %s", quoted(e.Edge.Name), quoted(g.Name), why)
				}
			}
		}
	}
	return strangers
}

// quoted is a name from outside as a message has it.
func quoted(name string) string {
	const longest = 80
	if characters := []rune(name); len(characters) > longest {
		name = string(characters[:longest]) + "…"
	}
	return strconv.Quote(name)
}

// differences are servers by the addresses in which they differ.
type differences struct {
	all []*difference
	at  map[string]*difference
}

type difference struct {
	addresses []netip.Addr
	servers   []string
}

func newDifferences() *differences { return &differences{at: map[string]*difference{}} }

func (d *differences) note(server string, addresses []netip.Addr) {
	if len(addresses) == 0 {
		return
	}
	key := fmt.Sprint(addresses)
	if d.at[key] == nil {
		d.at[key] = &difference{addresses: addresses}
		d.all = append(d.all, d.at[key])
	}
	d.at[key].servers = append(d.at[key].servers, server)
}

// count counts the addresses that are of a kind, each once.
func (d *differences) count(is func(netip.Addr) bool) int {
	seen := map[netip.Addr]bool{}
	for _, difference := range d.all {
		for _, address := range difference.addresses {
			if is(address) {
				seen[address] = true
			}
		}
	}
	return len(seen)
}

// without are the addresses that are not among others.
func without(addresses, others []netip.Addr) []netip.Addr {
	known := make(map[netip.Addr]bool, len(others))
	for _, address := range others {
		known[address] = true
	}
	return slices.DeleteFunc(slices.Clone(addresses), func(address netip.Addr) bool { return known[address] })
}
