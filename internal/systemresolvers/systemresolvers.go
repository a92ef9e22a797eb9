// Package systemresolvers says which recursive resolvers this machine is set up to use.
package systemresolvers

import (
	"errors"
	"net/netip"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// ErrNone says that the system names no resolver.
var ErrNone = errors.New("the system names no resolver")

// List returns the system's resolvers in the order in which it asks them, which are
// asked over UDP. The error is [ErrNone], or says why the settings cannot be read.
func List() ([]dnsquery.Server, error) {
	addresses, err := list()
	if err != nil {
		return nil, err
	}
	var servers []dnsquery.Server
	seen := map[netip.Addr]bool{}
	for _, address := range addresses {
		if !seen[address] {
			seen[address] = true
			servers = append(servers, dnsquery.At(netip.AddrPortFrom(address, 53)))
		}
	}
	if len(servers) == 0 {
		return nil, ErrNone
	}
	return servers, nil
}
