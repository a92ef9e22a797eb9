package edges

import "net/netip"

// Families says which addresses are wanted.
type Families uint8

// The choices.
const (
	BothFamilies Families = iota
	IPv4Alone
	IPv6Alone
)

// has reports whether an address is wanted.
func (f Families) has(address netip.Addr) bool {
	return f == BothFamilies || address.Is4() == (f == IPv4Alone)
}

// wanted is the family that is asked for alone.
func (f Families) wanted() string {
	if f == IPv6Alone {
		return "IPv6"
	}
	return "IPv4"
}

// leftOut says why nothing is contributed by an edge that has addresses of the other family
// alone.
func (f Families) leftOut() string {
	if f == IPv6Alone {
		return "IPv4 alone, left out by -6"
	}
	return "IPv6 alone, left out by -4"
}

// flag is what asks for one family alone.
func (f Families) flag() string {
	if f == IPv6Alone {
		return "-6"
	}
	return "-4"
}
