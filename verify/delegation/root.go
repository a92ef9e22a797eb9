package delegation

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// rootServers are the names and addresses of the root name servers, as IANA publishes
// them in named.root.
var rootServers = [...]struct{ name, v4, v6 string }{
	{"a", "198.41.0.4", "2001:503:ba3e::2:30"},
	{"b", "170.247.170.2", "2801:1b8:10::b"},
	{"c", "192.33.4.12", "2001:500:2::c"},
	{"d", "199.7.91.13", "2001:500:2d::d"},
	{"e", "192.203.230.10", "2001:500:a8::e"},
	{"f", "192.5.5.241", "2001:500:2f::f"},
	{"g", "192.112.36.4", "2001:500:12::d0d"},
	{"h", "198.97.190.53", "2001:500:1::53"},
	{"i", "192.36.148.17", "2001:7fe::53"},
	{"j", "192.58.128.30", "2001:503:c27::2:30"},
	{"k", "193.0.14.129", "2001:7fd::1"},
	{"l", "199.7.83.42", "2001:500:9f::42"},
	{"m", "202.12.27.33", "2001:dc3::35"},
}

// RootServers returns the root name servers of the public DNS.
func RootServers() []NameServer {
	servers := make([]NameServer, len(rootServers))
	for i, root := range rootServers {
		servers[i] = NameServer{
			Name: root.name + ".root-servers.net.",
			Glue: []netip.Addr{netip.MustParseAddr(root.v4), netip.MustParseAddr(root.v6)},
		}
	}
	return servers
}

var (
	// ErrNoHints says that a file names no root server with an address.
	ErrNoHints = errors.New("no NS record of the root with an address")
	// ErrTooManyHints says that a file is no file of root hints.
	ErrTooManyHints = fmt.Errorf("more than %d records", maxHints)
)

// maxHints bounds what a file can make of itself with $GENERATE.
const maxHints = 1000

// ParseHints reads root hints in the form of a zone file, as IANA publishes them. A
// server without an address is left out.
func ParseHints(r io.Reader) ([]NameServer, error) {
	var names, addresses []dnsquery.Record
	parser := dns.NewZoneParser(r, ".", "") // which reads no other file
	count := 0
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		if count++; count > maxHints {
			return nil, ErrTooManyHints
		}
		record, ok := dnsquery.NewRecord(rr)
		switch {
		case ok && record.Type == dns.TypeNS && record.Owner == ".":
			names = append(names, record)
		case ok && record.Address.IsValid():
			addresses = append(addresses, record)
		}
	}
	if err := parser.Err(); err != nil {
		return nil, err
	}
	hints := Cut{Zone: "."}
	for _, name := range names {
		hints.add(name, addresses, ".")
	}
	servers := slices.DeleteFunc(hints.Servers, func(s NameServer) bool { return len(s.Glue) == 0 })
	if len(servers) == 0 {
		return nil, ErrNoHints
	}
	return servers, nil
}
