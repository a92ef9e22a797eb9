package readiness

import (
	"cmp"
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
	served := a.servedAddresses()
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
		a.conclude(Addresses, "no designated edge has an address to compare with")
		return
	}
	if len(served.told) == 0 {
		a.undetermined = true
		a.concludeUnknown(Addresses, "%s; the edges have %s", served.inWords(), countedByType(wanted, netip.Addr.IsValid))
		return
	}
	compared := a.compareAddresses(served, wanted)
	a.noteNotAsked(served)
	conclude, untold := a.conclude, served.untoldByAll()
	if len(untold) > 0 || served.compared(nil) == 0 {
		a.undetermined, conclude = true, a.concludeUnknown
	} else if served.aliases > 0 {
		conclude = a.concludeUnknown
	}
	compares := func(address netip.Addr) bool { return !slices.Contains(untold, typeOf(address)) }
	conclude(Addresses, "%s%s, %s", compared.inWords(countedByType(wanted, compares)), notTold(untold), served.where(untold))
}

// served is what the name servers have at the name.
type served struct {
	// told are those that said it for one type at least.
	told []serverAddresses
	// silent are the addresses of those that said it for none.
	silent []string
	// asked is how many there are. Not among them are those that nothing here can reach
	// because a whole family of addresses cannot be reached, which verify says.
	asked int
	// aliases is how many have an alias at the name, which is not followed.
	aliases int
}

// A serverAddresses is what one server has at the name.
type serverAddresses struct {
	server    string
	addresses []netip.Addr
	// untold are the types that it did not say anything about.
	untold []string
}

// tells reports whether the server said whether it has an address.
func (s *serverAddresses) tells(address netip.Addr) bool {
	return !slices.Contains(s.untold, typeOf(address))
}

var addressTypes = []string{"A", "AAAA"}

func typeOf(address netip.Addr) string {
	if address.Is4() {
		return addressTypes[0]
	}
	return addressTypes[1]
}

func (a *Assessment) servedAddresses() served {
	var all served
	for i := range a.Report.Servers {
		s := &a.Report.Servers[i]
		if s.Role != verify.Authoritative || a.outOfReach(s) {
			continue
		}
		all.asked++
		if a.isAlias(s) { // of which there is a finding
			all.aliases++
			continue
		}
		one := serverAddresses{server: s.Address}
		for _, rrtype := range addressTypes {
			addresses, told := s.Addresses(a.Report.Policy.Domain, rrtype)
			if one.addresses = append(one.addresses, addresses...); !told {
				one.untold = append(one.untold, rrtype)
			}
		}
		if len(one.untold) == len(addressTypes) || !s.Told() {
			all.silent = append(all.silent, cmp.Or(s.Address, s.Server))
		} else {
			all.told = append(all.told, one)
		}
	}
	return all
}

// outOfReach reports whether a server's address is of a family that there is no route to from
// here, while the other works. One that has a route and is silent is one that did not answer.
func (a *Assessment) outOfReach(s *verify.ServerReport) bool {
	said := func(f verify.Finding) bool { return f.Code == verify.CodeFamilyUnreachable }
	if s.Outcome != verify.Unroutable || !slices.ContainsFunc(a.Report.Findings, said) {
		return false
	}
	family, ok := familyOf(s)
	return ok && !slices.ContainsFunc(a.Report.Servers, func(other verify.ServerReport) bool {
		of, known := familyOf(&other)
		return other.Role == verify.Authoritative && known && of == family && other.Outcome != verify.Unroutable
	})
}

// familyOf is the type that a server's own address would have; false where it has none.
func familyOf(s *verify.ServerReport) (string, bool) {
	at, err := netip.ParseAddrPort(s.Address)
	return typeOf(at.Addr().Unmap()), err == nil
}

// isAlias reports whether a server has an alias at the name.
func (a *Assessment) isAlias(s *verify.ServerReport) bool {
	return s.Outcome == verify.Alias || slices.ContainsFunc(a.Report.Findings, func(f verify.Finding) bool {
		return f.Code == verify.CodeCNAME && f.Server == s.Address
	})
}

func (s served) inWords() string {
	switch {
	case len(s.told) > 0:
	case s.aliases > 0:
		return "the name is an alias, which is not followed"
	default:
		return "no name server could be asked"
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
	return countedByType(all, netip.Addr.IsValid) + " at the name"
}

// where says how many of the servers said everything but for the types that none did.
func (s served) where(untold []string) string {
	compared := s.compared(untold)
	if compared == s.asked {
		return "at " + counted(s.asked, "name server")
	}
	return fmt.Sprintf("at %d of %s", compared, counted(s.asked, "name server"))
}

// compared counts the servers that said everything but for these types.
func (s served) compared(untold []string) int {
	n := 0
	for _, server := range s.told {
		if len(server.untold) == len(untold) {
			n++
		}
	}
	return n
}

// untoldByAll are the types that no server said anything about.
func (s served) untoldByAll() []string {
	return slices.DeleteFunc(slices.Clone(addressTypes), func(rrtype string) bool {
		return slices.ContainsFunc(s.told, func(server serverAddresses) bool { return !slices.Contains(server.untold, rrtype) })
	})
}

func notTold(types []string) string {
	if len(types) == 0 {
		return ""
	}
	return "; " + strings.Join(types, ", ") + " not told"
}

// countedByType counts addresses, those that compare. A type of which none does is left out.
func countedByType(addresses []netip.Addr, compares func(netip.Addr) bool) string {
	var words []string
	for _, one := range []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()} {
		n := 0
		for _, address := range addresses {
			if address.Is4() == one.Is4() {
				n++
			}
		}
		if compares(one) {
			words = append(words, fmt.Sprintf("%d %s", n, typeOf(one)))
		}
	}
	return strings.Join(words, " and ")
}

// noteNotAsked warns of servers that were not compared, or not for every type.
func (a *Assessment) noteNotAsked(s served) {
	if len(s.silent) > 0 {
		a.add(Addresses, Findings.New(CodeAddressNotAsked, "", "%s could not be asked for A and AAAA records, and %s not compared", strings.Join(s.silent, ", "), wasOrWere(s.silent)))
	}
	for _, rrtype := range addressTypes {
		var servers []string
		for _, server := range s.told {
			if slices.Contains(server.untold, rrtype) {
				servers = append(servers, server.server)
			}
		}
		if len(servers) > 0 {
			a.add(Addresses, Findings.New(CodeAddressNotAsked, "", "%s did not answer for %s records, and %s not compared for them", strings.Join(servers, ", "), rrtype, wasOrWere(servers)))
		}
	}
}

func wasOrWere(things []string) string {
	if len(things) == 1 {
		return "was"
	}
	return "were"
}

// A comparison counts addresses that differ somewhere.
type comparison struct {
	// missing are those without which an edge is not found, spare the IPv6 addresses of edges
	// that have another address there.
	missing, spare, foreign int
}

func (c comparison) inWords(wanted string) string {
	if c == (comparison{}) {
		return wanted + ", as the edges have"
	}
	words := fmt.Sprintf("%s: %d missing, %d foreign", wanted, c.missing, c.foreign)
	if c.spare > 0 {
		words += fmt.Sprintf(", %d AAAA not there", c.spare)
	}
	return words
}

// compareAddresses adds a finding for all servers that differ from the edges in the same way.
func (a *Assessment) compareAddresses(s served, wanted []netip.Addr) comparison {
	lacking, sparing, beside := newDifferences(), newDifferences(), newDifferences()
	for i := range s.told {
		server := &s.told[i]
		needed, spare := a.absentAt(server)
		lacking.note(server.server, among(wanted, needed))
		sparing.note(server.server, among(wanted, spare))
		beside.note(server.server, without(server.addresses, wanted))
	}
	owners, strangers := ownersOf(a.Edges), strangersOf(a.Edges)
	for _, d := range lacking.all {
		a.addDifference(CodeAddressMissing, d, owners, "missing").Advice = a.adviceMissing()
	}
	for _, d := range sparing.all {
		a.addDifference(CodeAAAAMissing, d, owners, "missing")
	}
	for _, d := range beside.all {
		a.addDifference(CodeAddressForeign, d, strangers, "what no designated edge contributes, and stands").Advice = a.adviceForeign()
	}
	return comparison{lacking.count(), sparing.count(), beside.count()}
}

// absentAt are the addresses of edges that a server says it does not have: those that are
// needed, IPv4 addresses and the last that an edge has, and those that are not.
func (a *Assessment) absentAt(s *serverAddresses) (needed, spare map[netip.Addr]bool) {
	standing := map[netip.Addr]bool{}
	for _, address := range s.addresses {
		standing[address] = true
	}
	needed, spare = map[netip.Addr]bool{}, map[netip.Addr]bool{}
	for _, g := range a.Edges.Groups {
		for _, e := range g.Edges {
			isThere := func(c edges.Contribution) bool { return standing[c.Address] }
			found := slices.ContainsFunc(e.Addresses, isThere)
			lost := !slices.ContainsFunc(e.Addresses, func(c edges.Contribution) bool { return isThere(c) || !s.tells(c.Address) })
			for _, c := range e.Addresses {
				switch {
				case isThere(c) || !s.tells(c.Address):
				case c.Address.Is4() || lost:
					needed[c.Address] = true
				case found:
					spare[c.Address] = true
				}
			}
		}
	}
	for address := range needed { // by one edge, if not by another
		delete(spare, address)
	}
	return needed, spare
}

func (a *Assessment) addDifference(code finding.Code, d *difference, named map[netip.Addr]string, what string) *Finding {
	verb := "is"
	if len(d.addresses) > 1 {
		verb = "are"
	}
	a.add(Addresses, Findings.New(code, "", "%s %s %s at %s", some(d.addresses, named), verb, what, strings.Join(d.servers, ", ")))
	return &a.Findings[len(a.Findings)-1]
}

// adviceMissing says how to publish the addresses of the edges.
func (a *Assessment) adviceMissing() string {
	return "publish the addresses of the edges: `" + a.commands().PublishEdges + "`; if other servers have them, look at the transfer to this one"
}

// adviceForeign says how to take addresses out, by family: publishing replaces the sets that
// there are, and takes none away.
func (a *Assessment) adviceForeign() string {
	designate := "designate its edge for disaster recovery in the portal and export again"
	if a.fromInventory() {
		designate = "enter it at a designated edge in the inventory"
	}
	takenOut := "A and AAAA records"
	aaaa := ""
	if !slices.ContainsFunc(a.Edges.Addresses(), netip.Addr.Is6) {
		takenOut = "A records"
		aaaa = fmt.Sprintf("; AAAA records are taken out with nsupdate (`update delete %s. AAAA`) or by hand", a.Report.Policy.Domain)
	}
	if !slices.ContainsFunc(a.Edges.Addresses(), netip.Addr.Is4) {
		takenOut = "AAAA records"
		aaaa = fmt.Sprintf("; A records are taken out with nsupdate (`update delete %s. A`) or by hand", a.Report.Policy.Domain)
	}
	return fmt.Sprintf("if it is an edge's that is to serve, %s; if not, publish those of the edges, which takes other %s out: `%s`%s", designate, takenOut, a.commands().PublishEdges, aaaa)
}

// fromInventory reports whether the edges come from an inventory of our own.
func (a *Assessment) fromInventory() bool {
	for _, g := range a.Edges.Groups {
		for _, e := range g.Edges {
			for _, c := range e.Addresses {
				return c.From == edges.FromInventory
			}
		}
	}
	return false
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
				owners[c.Address] = strconv.Quote(e.Label())
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
			switch {
			case !g.Counts:
				why = g.Why
			case e.Counts:
				why = "designated, and not an address that it contributes"
			}
			for _, text := range slices.Concat(e.Publish, e.Listen, []string{e.Public, e.BrokerPublic}) {
				if address, err := netip.ParseAddr(text); err == nil {
					strangers[address.Unmap()] = fmt.Sprintf("of %q in %q: %s", e.Label(), g.Label(), why)
				}
			}
		}
	}
	return strangers
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

// count counts the addresses, each once.
func (d *differences) count() int {
	seen := map[netip.Addr]bool{}
	for _, difference := range d.all {
		for _, address := range difference.addresses {
			seen[address] = true
		}
	}
	return len(seen)
}

// among are those of the addresses that are in a set.
func among(addresses []netip.Addr, set map[netip.Addr]bool) []netip.Addr {
	return slices.DeleteFunc(slices.Clone(addresses), func(address netip.Addr) bool { return !set[address] })
}

// without are the addresses that are not among others.
func without(addresses, others []netip.Addr) []netip.Addr {
	known := make(map[netip.Addr]bool, len(others))
	for _, address := range others {
		known[address] = true
	}
	return slices.DeleteFunc(slices.Clone(addresses), func(address netip.Addr) bool { return known[address] })
}
