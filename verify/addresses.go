package verify

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
)

var addressTypes = []uint16{dns.TypeA, dns.TypeAAAA}

// Addresses are the addresses of a type, A or AAAA, that the server has at the domain that
// was asked for, sorted, each once. Where told is false the server did not say, or the name
// is an alias, whose target is not followed: that is never none.
func (s *ServerReport) Addresses(domain, rrtype string) (addresses []netip.Addr, told bool) {
	r, asked := s.replyTo(domain, dns.StringToType[rrtype])
	if !asked || !r.tells(s.Role) || r.answer.CNAME != "" {
		return nil, false
	}
	for _, record := range r.answer.Records {
		addresses = append(addresses, record.Address)
	}
	slices.SortFunc(addresses, netip.Addr.Compare)
	return slices.Compact(addresses), true
}

// addressesAt are the addresses of a type that a server has for the domain, sorted, with
// the records' TTLs, and whether it said so.
func (s *ServerReport) addressesAt(domain string, rrtype uint16) (addresses []string, ttls []uint32, told bool) {
	r, asked := s.replyTo(domain, rrtype)
	if !asked || !r.tells(s.Role) {
		return nil, nil, false
	}
	for _, record := range r.answer.Records {
		addresses, ttls = append(addresses, record.Address.String()), append(ttls, record.TTL)
	}
	slices.Sort(addresses)
	return slices.Compact(addresses), ttls, true
}

// aliasAt is the name that a server's answer to a question for addresses has the domain be
// an alias of, empty where it is none.
func (s *ServerReport) aliasAt(domain string, rrtype uint16) string {
	r, asked := s.replyTo(domain, rrtype)
	if !asked || !r.tells(s.Role) {
		return ""
	}
	return r.answer.CNAME
}

// aliasFindings refuses an alias that a server answers a question for addresses with. Where
// the question for TXT has the same answer, [judgeAnswer] refused it.
func (r *run) aliasFindings(told []ServerReport) []Finding {
	var findings []Finding
	for i := range told {
		if told[i].Outcome == Alias {
			continue
		}
		var types []string
		target := ""
		for _, rrtype := range addressTypes {
			if alias := told[i].aliasAt(r.policy.Domain, rrtype); alias != "" {
				types, target = append(types, dns.TypeToString[rrtype]), alias
			}
		}
		if target == "" {
			continue
		}
		finding := newFinding(CodeCNAME, fmt.Sprintf("asked for %s records, the server answers that the name is an alias of %s, and the clients find no addresses of its own", strings.Join(types, " and "), quote(target)))
		finding.Server = told[i].Address
		findings = append(findings, finding)
	}
	return findings
}

// addressFindings says whether the name has the addresses that Private Access needs,
// and whether the servers agree on them.
func (r *run) addressFindings(report *Report, told []ServerReport) []Finding {
	if report.Set == nil {
		return nil
	}
	var findings []Finding
	some, unknown := false, ""
	for _, rrtype := range addressTypes {
		var seen []string
		at := map[string][]string{}
		for i := range told {
			if told[i].aliasAt(r.policy.Domain, rrtype) != "" {
				some = true // whatever the target has: [run.aliasFindings] said what is wrong
				continue
			}
			addresses, _, ok := told[i].addressesAt(r.policy.Domain, rrtype)
			if !ok {
				unknown = told[i].Address // or not asked, because there is one of the other type
				continue
			}
			some = some || len(addresses) > 0
			text := listOrNone(addresses)
			if at[text] == nil {
				seen = append(seen, text)
			}
			at[text] = append(at[text], told[i].Address)
		}
		if len(seen) > 1 {
			for i, text := range seen {
				seen[i] = strings.Join(at[text], ", ") + ": " + text
			}
			findings = append(findings, newFinding(CodeAddressesDiffer, fmt.Sprintf("the servers have different %s records at the name: %s", dns.TypeToString[rrtype], strings.Join(seen, "; "))))
		}
	}
	switch {
	case some:
	case unknown != "":
		finding := newFinding(CodeAddressesNotAsked, "whether the name has A or AAAA records could not be asked")
		finding.Server = unknown
		findings = append(findings, finding)
	default:
		findings = append(findings, noAddress(report.Set.Activation.Type))
	}
	return findings
}

// noAddress is a warning where the set names Private Access, whose clients connect to
// these addresses.
func noAddress(product txtrecord.Type) Finding {
	finding := newFinding(CodeNoAddress, "the name has neither A nor AAAA records; the A records carry the addresses of the Private Service Edges")
	if product == txtrecord.InternetAccess {
		finding.Severity = Info
		finding.Advice = "nothing to do while the records are for Internet Access alone"
	}
	return finding
}

func listOrNone(texts []string) string {
	if len(texts) == 0 {
		return "none"
	}
	return strings.Join(texts, ", ")
}

// recordFindings holds every authoritative server against the exact records that are
// expected. What no server can be asked for is noted in r.unasked.
func (r *run) recordFindings(report *Report, told []ServerReport) []Finding {
	var findings []Finding
	for _, expected := range r.request.Records {
		asked := false
		for i := range told {
			finding, ok := r.expectedAt(&told[i], expected)
			asked = asked || ok
			if finding.Code != "" {
				finding.Server = told[i].Address
				findings = append(findings, finding)
			}
		}
		r.unasked = r.unasked || !asked
	}
	return findings
}

// expectedAt holds one server against one expected RRset. It returns an empty finding
// where all is as expected, and false where the server could not be asked.
func (r *run) expectedAt(s *ServerReport, expected txtrecord.RRSet) (Finding, bool) {
	values, ttls, code := ours(s.records), s.ttls(), CodeRecordsNotExpected
	if expected.Type != "TXT" {
		var ok bool
		code = CodeAddressesNotExpected
		if values, ttls, ok = s.addressesAt(r.policy.Domain, dns.StringToType[expected.Type]); !ok {
			return newFinding(CodeAddressesNotAsked, fmt.Sprintf("%s could not be asked for %s records", s.Address, expected.Type)), false
		}
	} else if len(values) == 0 && s.Outcome != Alias {
		return Finding{}, true // that there is none is what the verdict says
	}
	want := canonicalValues(expected)
	switch {
	case !slices.Equal(values, want):
		return newFinding(code, fmt.Sprintf("%s serves %s", s.Address, inPlaceOf(expected.Type, values, want))), true
	}
	for _, ttl := range ttls {
		if ttl != expected.TTL {
			return newFinding(CodeTTLNotExpected, fmt.Sprintf("%s serves the %s set with a TTL of %d s, expected was %d s", s.Address, expected.Type, ttl, expected.TTL)), true
		}
	}
	return Finding{}, true
}

// ours are the disaster recovery records among all, sorted.
func ours(records []TXT) []string {
	var values []string
	for _, txt := range records {
		if txtrecord.IsOurs(txt.Text()) {
			values = append(values, txt.Text())
		}
	}
	slices.Sort(values)
	return values
}

// canonicalValues are an RRset's values as they compare: sorted, addresses in their
// usual form.
func canonicalValues(set txtrecord.RRSet) []string {
	values := slices.Clone(set.Values)
	for i, value := range values {
		if address, err := netip.ParseAddr(value); err == nil && set.Type != "TXT" {
			values[i] = address.String()
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// inPlaceOf says how what is served differs from what is expected.
func inPlaceOf(rrtype string, values, want []string) string {
	extra, missing := without(values, want), without(want, values)
	text := fmt.Sprintf("%d %s records, %d are expected", len(values), rrtype, len(want))
	switch {
	case len(missing) == 0:
		return text + ": beside the expected ones stands " + shorten(extra)
	case len(extra) == 0:
		return text + ": missing is " + shorten(missing)
	}
	return text + ": there is " + shorten(extra) + " in place of " + shorten(missing)
}

// shorten prints values as far as they tell sets apart.
func shorten(values []string) string {
	const most, longest = 4, 80
	var texts []string
	for _, value := range values[:min(len(values), most)] {
		short, _, _ := strings.Cut(value, ";bh=")
		if len(short) > longest {
			short = short[:longest] + "..."
		}
		texts = append(texts, quote(short))
	}
	if more := len(values) - most; more > 0 {
		texts = append(texts, fmt.Sprintf("%d more", more))
	}
	return strings.Join(texts, ", ")
}
