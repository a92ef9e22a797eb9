//go:build !windows

package systemresolvers

import (
	"net/netip"

	"github.com/miekg/dns"
)

// settings is where the C library reads them (resolv.conf(5)).
const settings = "/etc/resolv.conf"

func list() ([]netip.Addr, error) { return read(settings) }

func read(path string) ([]netip.Addr, error) {
	config, err := dns.ClientConfigFromFile(path)
	if err != nil {
		return nil, err
	}
	var addresses []netip.Addr
	for _, server := range config.Servers {
		if address, err := netip.ParseAddr(server); err == nil {
			addresses = append(addresses, address)
		}
	}
	return addresses, nil
}
