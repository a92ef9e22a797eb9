package systemresolvers

import (
	"net/netip"
	"strconv"
	"unsafe"

	"golang.org/x/sys/windows"
)

// list asks every adapter that is up for its DNS servers (GetAdaptersAddresses).
func list() ([]netip.Addr, error) {
	size := uint32(15 << 10) // what Microsoft advises to begin with
	for {
		buffer := make([]byte, size)
		first := (*windows.IpAdapterAddresses)(unsafe.Pointer(&buffer[0]))
		const flags = windows.GAA_FLAG_SKIP_UNICAST | windows.GAA_FLAG_SKIP_ANYCAST | windows.GAA_FLAG_SKIP_MULTICAST
		err := windows.GetAdaptersAddresses(windows.AF_UNSPEC, flags, 0, first, &size)
		if err == windows.ERROR_BUFFER_OVERFLOW && size > uint32(len(buffer)) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return collect(first), nil
	}
}

func collect(first *windows.IpAdapterAddresses) []netip.Addr {
	var addresses []netip.Addr
	for adapter := first; adapter != nil; adapter = adapter.Next {
		if adapter.OperStatus != windows.IfOperStatusUp {
			continue
		}
		for server := adapter.FirstDnsServerAddress; server != nil; server = server.Next {
			address, ok := netip.AddrFromSlice(server.Address.IP())
			if !ok || isPlaceholder(address.Unmap()) {
				continue
			}
			address = address.Unmap()
			if address.IsLinkLocalUnicast() && address.Is6() {
				address = address.WithZone(strconv.Itoa(int(adapter.Ipv6IfIndex)))
			}
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// isPlaceholder recognises the site-local addresses that Windows lists where an adapter
// has no IPv6 resolver.
func isPlaceholder(address netip.Addr) bool {
	return netip.MustParsePrefix("fec0:0:0:ffff::/64").Contains(address)
}
