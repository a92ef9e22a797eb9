package publish

import (
	"fmt"
	"net/netip"

	"github.com/drtxt/drtxt/internal/presentation"
	"github.com/drtxt/drtxt/txtrecord"
)

func addressText(rdata []byte) string {
	address, ok := netip.AddrFromSlice(rdata)
	if !ok {
		return presentation.Quote(string(rdata))
	}
	return address.String()
}

// parseText is the inverse of [Text].
func parseText(rrtype, text string) ([]byte, error) {
	if rrtype == "TXT" {
		strings, err := presentation.QuotedStrings(text)
		if err != nil {
			return nil, fmt.Errorf("the TXT record %q: %w", text, err)
		}
		return txtrecord.TXTData(strings...)
	}
	wire, err := txtrecord.RRSet{Type: rrtype, Values: []string{text}}.Wire()
	if err != nil {
		return nil, err
	}
	return wire.RDATA[0], nil
}
