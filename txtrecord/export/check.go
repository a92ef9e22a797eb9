package export

import (
	"cmp"
	"net/netip"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// check refuses a set that this form of a format cannot carry, so that what is written
// needs no escaping anywhere and is taken by the host.
func (f Format) check(set *RecordSet) error {
	empty := len(set.RRSets) == 0
	for i := range set.RRSets {
		if err := f.checkRRSet(set, &set.RRSets[i]); err != nil {
			return err
		}
		empty = empty || len(set.RRSets[i].Values) == 0
	}
	if empty && !f.data {
		return &EmptyError{}
	}
	for _, identifier := range set.Target.identifiers() {
		if f.Heeds(identifier.flag, "") && !identifier.safe() {
			return &IdentifierError{identifier.flag, identifier.value}
		}
	}
	if f.Heeds("zone", "") && len(set.RRSets) > 0 {
		return checkZone(set)
	}
	return nil
}

func (f Format) checkRRSet(set *RecordSet, rrset *txtrecord.RRSet) error {
	if rrset.Name != set.RRSets[0].Name {
		return &NameError{rrset.Name, "is not the only one of the set"}
	}
	if canonical, err := txtrecord.CanonicalDomain(rrset.Name); err != nil || canonical+"." != rrset.Name {
		return &NameError{rrset.Name, "is not an absolute domain name in lower case"}
	}
	if err := f.CheckTTL(rrset.TTL, set.Target); err != nil {
		return err
	}
	for _, value := range rrset.Values {
		if err := f.checkValue(rrset.Type, value, &set.Target); err != nil {
			return err
		}
	}
	return nil
}

func (f Format) checkValue(recordType, value string, target *Target) error {
	if !plain(value) {
		return &ValueError{value}
	}
	switch recordType {
	case "TXT":
		length := len(value)
		if f.escapes != nil {
			length += f.escapes(value, target)
		}
		if limit := cmp.Or(f.LongestText, 255); length > limit {
			return &TextLengthError{length, limit, length > len(value)}
		}
	case "A", "AAAA":
		address, err := netip.ParseAddr(value)
		if err != nil || address.String() != value || address.Is4() != (recordType == "A") {
			return &ValueError{value}
		}
	default:
		return &TypeError{recordType}
	}
	return nil
}

func checkZone(set *RecordSet) error {
	if _, err := txtrecord.CanonicalDomain(set.Zone); err != nil {
		return &NameError{set.Zone, "is not that of a zone"}
	}
	if name := set.name(); name != set.Zone && !strings.HasSuffix(name, "."+set.Zone) {
		return &NameError{name, "does not lie in the zone " + set.Zone}
	}
	return nil
}

// plain reports whether a value consists of letters, digits and =;+/.-_: alone, so
// that no format needs to escape anything but, for octoDNS, the semicolon. The colon is
// for IPv6 addresses.
func plain(value string) bool {
	for i := range len(value) {
		if !alphanumeric(value[i]) && strings.IndexByte("=;+/.-_:", value[i]) < 0 {
			return false
		}
	}
	return value != ""
}

func alphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
