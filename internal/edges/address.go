package edges

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/internal/finding"
)

// A verdict is what an entry is: an address to use, or something that is set aside.
type verdict struct {
	address netip.Addr
	// code is that of the finding about what is set aside, empty where the address is used.
	code finding.Code
	// what says what is set aside.
	what string
}

func (v verdict) used() bool { return v.code == "" }

// judge says what an entry is.
func judge(entry string) verdict {
	address, err := netip.ParseAddr(entry)
	switch {
	case err != nil:
		return judgeOther(entry)
	case address.Zone() != "":
		return verdict{code: CodeMalformed, what: "an address with a zone, which holds on one machine alone"}
	case address.Is4In6():
		return verdict{code: CodeMalformed, what: "an IPv4 address written as IPv6 (RFC 4291 section 2.5.5.2)"}
	case address.IsUnspecified():
		return verdict{code: CodeUnspecified, what: "the unspecified address"}
	}
	p, ok := purposeOf(address)
	switch {
	case !ok:
		return verdict{address: address}
	case p.what == private:
		return verdict{code: CodePrivate, what: p.what + " (" + p.document + ")"}
	}
	return verdict{code: CodeSpecial, what: p.what + " (" + p.document + ")"}
}

// judgeOther says what an entry is that is no address.
func judgeOther(entry string) verdict {
	malformed := func(what string) verdict { return verdict{code: CodeMalformed, what: what} }
	if _, err := netip.ParseAddrPort(entry); err == nil {
		return malformed("an address with a port")
	}
	first, rest, _ := strings.Cut(entry, "/")
	_, bits := strconv.Atoi(rest)
	_, from := netip.ParseAddr(first)
	from4, to4, ranged := strings.Cut(entry, "-")
	switch {
	case strings.Contains(entry, "://"):
		return malformed("a URL")
	case from == nil && bits == nil:
		return malformed("a prefix, not an address")
	case ranged && isAddress(from4) && isAddress(to4):
		return malformed("a range of addresses")
	case strings.HasPrefix(entry, "[") && isAddress(strings.Trim(entry, "[]")):
		return malformed("an address between brackets")
	case hasLeadingZeros(entry):
		return malformed("an address with leading zeros, which some programs read as octal")
	case isHostName(entry):
		return verdict{code: CodeHostName, what: "a host name"}
	}
	return malformed("neither an address nor a host name")
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

// hasLeadingZeros recognises four decimal numbers with dots between, of which one begins
// with a zero.
func hasLeadingZeros(entry string) bool {
	parts := strings.Split(entry, ".")
	for i, part := range parts {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
		parts[i] = strings.TrimLeft(part[:len(part)-1], "0") + part[len(part)-1:]
	}
	return isAddress(strings.Join(parts, "."))
}

// isHostName recognises what can be the name of a host: labels of letters, digits and
// hyphens, of which the last is no number (RFC 1123 section 2.1); underscores and U-labels too.
func isHostName(entry string) bool {
	name := strings.TrimSuffix(entry, ".")
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' || strings.ContainsFunc(label, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r > 0x7f)
		}) {
			return false
		}
	}
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
