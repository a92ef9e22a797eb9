package edges

import (
	"net/netip"
	"slices"
)

// A purpose is what a prefix is set aside for.
type purpose struct {
	prefix netip.Prefix
	// what it is, in words, and the document that says so.
	what, document string
}

func special(prefix, what, document string) purpose {
	return purpose{netip.MustParsePrefix(prefix), what, document}
}

// purposes are the IANA registries of special-purpose addresses (RFC 6890 and what was
// registered since), without those for documentation, and what neither registry lists
// though no host can have it: multicast, and all of IPv6 that is not global unicast.
var purposes = []purpose{
	special("0.0.0.0/8", "an address of this network", "RFC 791"),
	special("10.0.0.0/8", private, "RFC 1918"),
	special("100.64.0.0/10", "an address behind a provider's translation", "RFC 6598"),
	special("127.0.0.0/8", "a loopback address", "RFC 1122"),
	special("169.254.0.0/16", "a link-local address", "RFC 3927"),
	special("172.16.0.0/12", private, "RFC 1918"),
	special("192.0.0.0/24", "an address for protocol assignments", "RFC 6890"),
	special("192.31.196.0/24", "an address of AS112", "RFC 7535"),
	special("192.52.193.0/24", "an address for automatic multicast tunnelling", "RFC 7450"),
	special("192.88.99.0/24", "an address of 6to4 relays", "RFC 7526"),
	special("192.168.0.0/16", private, "RFC 1918"),
	special("192.175.48.0/24", "an address of AS112", "RFC 7534"),
	special("198.18.0.0/15", "an address for benchmarks", "RFC 2544"),
	special("224.0.0.0/4", "a multicast address", "RFC 5771"),
	special("240.0.0.0/4", "a reserved address", "RFC 1112"),

	special("::1/128", "a loopback address", "RFC 4291"),
	special("64:ff9b::/96", "an IPv4 address translated to IPv6", "RFC 6052"),
	special("64:ff9b:1::/48", "an IPv4 address translated to IPv6", "RFC 8215"),
	special("100::/64", "an address whose traffic is discarded", "RFC 6666"),
	special("100:0:0:1::/64", "a dummy address", "RFC 9780"),
	special("2001::/32", "an address of Teredo", "RFC 4380"),
	special("2001::/23", "an address for protocol assignments", "RFC 2928"),
	special("2002::/16", "an address of 6to4", "RFC 3056"),
	special("2620:4f:8000::/48", "an address of AS112", "RFC 7534"),
	special("5f00::/16", "an identifier of segment routing", "RFC 9602"),
	special("fc00::/7", private, "RFC 4193"),
	special("fe80::/10", "a link-local address", "RFC 4291"),
	special("fec0::/10", "a site-local address", "RFC 3879"),
	special("ff00::/8", "a multicast address", "RFC 4291"),
}

// private is what the addresses of inner networks are.
const private = "a private address"

// documentation are the prefixes that stand in examples.
var documentation = []purpose{
	special("192.0.2.0/24", "an address for documentation", "RFC 5737"),
	special("198.51.100.0/24", "an address for documentation", "RFC 5737"),
	special("203.0.113.0/24", "an address for documentation", "RFC 5737"),
	special("2001:db8::/32", "an address for documentation", "RFC 3849"),
	special("3fff::/20", "an address for documentation", "RFC 9637"),
}

// globalUnicast is the part of IPv6 that hosts have their public addresses from (RFC 4291
// section 2.4, and IANA's allocations since).
var globalUnicast = netip.MustParsePrefix("2000::/3")

// purposeOf is what an address is set aside for; ok is false where it is an ordinary one.
func purposeOf(address netip.Addr) (what purpose, ok bool) {
	for _, p := range purposes {
		if p.prefix.Contains(address) {
			return p, true
		}
	}
	if address.Is6() && !globalUnicast.Contains(address) {
		return purpose{what: "not a global unicast address", document: "RFC 4291"}, true
	}
	return purpose{}, false
}

func isDocumentation(address netip.Addr) bool {
	return slices.ContainsFunc(documentation, func(p purpose) bool { return p.prefix.Contains(address) })
}
