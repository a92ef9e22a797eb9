//go:build interop

package interop

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The edges of the test's own network: one that takes connections over both families, one
// where nothing listens, one that does not answer, and addresses that nothing leads to.
const (
	openEdgeV4   = "203.0.113.10"
	openEdgeV6   = "2001:db8::10"
	closedEdge   = "203.0.113.11"
	silentEdge   = "203.0.113.12"
	nowhereEdge  = "203.0.113.13"
	nowhereEdge6 = "2001:db8:1::13"
)

// A probeForm is the part of the JSON of edges that is about the probe.
type probeForm struct {
	Probe struct {
		Undetermined bool
		Results      []struct{ Address, Outcome string }
	}
	Findings   []struct{ Code, Severity, Subject string }
	ExitStatus int `json:"exit_status"`
}

// The probe tells a listener from a closed port, from silence, and from where there is no
// way; it sends nothing, and ends in time.
func TestEdgesProbe(t *testing.T) {
	t.Parallel()
	ownNetwork(t, openEdgeV4+"/32", openEdgeV6+"/128", closedEdge+"/32", silentEdge+"/32")
	var taken, bytes atomic.Int64
	for _, address := range []string{openEdgeV4, openEdgeV6} {
		awaitAddress(t, address)
		listenAsEdge(t, address, &taken, &bytes)
	}
	fallSilent(t, silentEdge)
	for _, test := range []struct {
		addresses []string
		status    int
		want      string
	}{
		{[]string{openEdgeV4, openEdgeV6}, 0, "203.0.113.10 connected, 2001:db8::10 connected"},
		{[]string{openEdgeV4, closedEdge}, 1, "203.0.113.10 connected, 203.0.113.11 refused; error edge-port-refused 203.0.113.11"},
		{[]string{openEdgeV4, silentEdge}, 1, "203.0.113.10 connected, 203.0.113.12 timeout; error edge-port-silent 203.0.113.12"},
		{[]string{openEdgeV4, nowhereEdge}, 1, "203.0.113.10 connected, 203.0.113.13 unroutable; error edge-port-silent 203.0.113.13"},
		{[]string{openEdgeV4, nowhereEdge6}, 0, "203.0.113.10 connected, 2001:db8:1::13 unroutable; warning edge-port-not-tried 2001:db8:1::13"},
		{[]string{silentEdge}, 4, "203.0.113.12 timeout; warning edge-port-silent 203.0.113.12; undetermined"},
		{[]string{nowhereEdge, nowhereEdge6}, 4, "203.0.113.13 unroutable, 2001:db8:1::13 unroutable; warning edge-port-not-tried 203.0.113.13, 2001:db8:1::13; undetermined"},
	} {
		file := writeTemp(t, "edges.json", exportOf(test.addresses))
		begin := time.Now()
		r := run(t, "", drtxt, "edges", file, "--probe", "--format", "json")
		if took := time.Since(begin); took > 10*time.Second {
			t.Errorf("%q: it took %s", test.addresses, took)
		}
		if got := probeSaid(t, r.out); got != test.want || r.status != test.status {
			t.Errorf("%q: status %d, %s\nwant %d, %s\n%s%s", test.addresses, r.status, got, test.status, test.want, r.out, r.err)
		}
		records := run(t, "", drtxt, "edges", file, "--probe", "--domain", "dr.example.com")
		if want := strings.Join(test.addresses, "\n") + "\n"; records.out != want || records.status != test.status {
			t.Errorf("%q: status %d, the records are %q\n%s", test.addresses, records.status, records.out, records.err)
		}
	}
	if taken.Load() != 12 || bytes.Load() != 0 {
		t.Errorf("%d connections, %d bytes; want 12 and none", taken.Load(), bytes.Load())
	}
}

// exportOf is an export with an edge for each address.
func exportOf(addresses []string) string {
	var list []string
	for i, address := range addresses {
		list = append(list, fmt.Sprintf(`{"id":"e%d","name":"edge-%[1]d","enabled":true,"publishIps":[%q]}`, i+1, address))
	}
	return `{"totalPages":1,"list":[{"id":"1","name":"Frankfurt","useInDrMode":true,"enabled":true,"serviceEdges":[` + strings.Join(list, ",") + `]}]}`
}

// probeSaid is what a probe found, on one line.
func probeSaid(t *testing.T, text string) string {
	t.Helper()
	var form probeForm
	if err := json.Unmarshal([]byte(text), &form); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var results []string
	for _, r := range form.Probe.Results {
		results = append(results, r.Address+" "+r.Outcome)
	}
	said := []string{strings.Join(results, ", ")}
	for _, f := range form.Findings {
		if strings.HasPrefix(f.Code, "edge-port-") {
			said = append(said, f.Severity+" "+f.Code+" "+f.Subject)
		}
	}
	if form.Probe.Undetermined {
		said = append(said, "undetermined")
	}
	return strings.Join(said, "; ")
}

// awaitAddress waits until a port of the address that nobody uses refuses connections: the
// system takes a moment to be ready for an IPv6 address.
func awaitAddress(t *testing.T, address string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort(address, "444"), 100*time.Millisecond)
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			return
		case err == nil:
			conn.Close()
			t.Fatalf("something listens at port 444 of %s", address)
		case time.Now().After(end):
			t.Fatalf("%s cannot be used: %v", address, err)
		}
	}
}

// listenAsEdge takes connections on TCP 443, and counts them and what they send.
func listenAsEdge(t *testing.T, address string, taken, bytes *atomic.Int64) {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "443"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			taken.Add(1)
			go func() {
				defer conn.Close()
				n, _ := io.Copy(io.Discard, conn)
				bytes.Add(n)
			}()
		}
	}()
}

// fallSilent makes TCP 443 of an address one that drops whoever would connect: its queue has
// room for one, and that one is in it.
func fallSilent(t *testing.T, address string) {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(socket) })
	place := syscall.SockaddrInet4{Port: 443, Addr: netip.MustParseAddr(address).As4()}
	if err := syscall.Bind(socket, &place); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(socket, 0); err != nil {
		t.Fatal(err)
	}
	waiting, err := net.DialTimeout("tcp", net.JoinHostPort(address, "443"), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { waiting.Close() })
}
