package loopback_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/drtxt/drtxt/internal/loopback"
)

func TestListen(t *testing.T) {
	t.Parallel()
	for range 50 {
		tcp, udp, err := loopback.Listen(loopback.IPv4)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { tcp.Close(); udp.Close() })
		if got, want := tcp.Addr().(*net.TCPAddr).AddrPort(), udp.LocalAddr().(*net.UDPAddr).AddrPort(); got != want || !got.Addr().IsLoopback() {
			t.Errorf("TCP at %s, UDP at %s", got, want)
		}
	}
}

// Nothing is ever opened to others.
func TestListenElsewhere(t *testing.T) {
	t.Parallel()
	for _, address := range []netip.Addr{{}, netip.IPv4Unspecified(), netip.IPv6Unspecified(), netip.MustParseAddr("192.0.2.1")} {
		tcp, udp, err := loopback.Listen(address)
		if err == nil {
			t.Errorf("%s is listened on", address)
			tcp.Close()
			udp.Close()
		}
	}
}
