//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"
)

// A checked is what the tests look at of check's JSON.
type checked struct {
	ExitStatus int `json:"exit_status"`
	Rows       []struct{ Area, Result, Seen string }
	Findings   []struct{ Area, Code, Severity, Subject, Message string }
}

// check runs drtxt check, with everything quick.
func check(t *testing.T, args ...string) checked {
	t.Helper()
	args = append([]string{"check", "dr.example.com", "--question-timeout", "1s", "--timeout", "4s", "--format", "json"}, args...)
	r := run(t, "", drtxt, args...)
	var c checked
	if err := json.Unmarshal([]byte(r.out), &c); err != nil || c.ExitStatus != r.status {
		t.Fatalf("%v, status %d and %d\n%s%s", err, r.status, c.ExitStatus, r.out, r.err)
	}
	return c
}

// want holds an area's result, and the codes of its errors and warnings, against what they
// should be; a text has to stand in what is said of the area.
func (c checked) want(t *testing.T, title string, status int, area, result, codes, says string) {
	t.Helper()
	var got []string
	gotResult, said := "", ""
	for _, row := range c.Rows {
		if row.Area == area {
			gotResult, said = row.Result, row.Seen
		}
	}
	for _, f := range c.Findings {
		if f.Area == area {
			said += "\n" + f.Subject + ": " + f.Message
			if f.Severity != "info" {
				got = append(got, f.Code)
			}
		}
	}
	if c.ExitStatus != status || gotResult != result || strings.Join(got, " ") != codes || !strings.Contains(said, says) {
		t.Errorf("%s: status %d, %s, %q; want %d, %s, %q and %q\n%s", title, c.ExitStatus, gotResult, got, status, result, codes, says, said)
	}
}

// inventory is an inventory of edges at these addresses, those of one edge between blanks, and one that is not designated at
// 203.0.113.20.
func inventory(t *testing.T, addresses ...string) string {
	t.Helper()
	var lines strings.Builder
	for i, address := range addresses {
		fmt.Fprintf(&lines, "      - {name: edge-%d, addresses: [%s]}\n", i+1, `"`+strings.ReplaceAll(address, " ", `", "`)+`"`)
	}
	return writeTemp(t, "edges.yaml", "groups:\n  - name: in\n    disaster-recovery: true\n    edges:\n"+lines.String()+
		"  - name: out\n    disaster-recovery: false\n    edges:\n      - {name: other, addresses: [203.0.113.20]}\n")
}

// offZone is a zone with a standing off, and A or AAAA records of these addresses at its name.
func offZone(t *testing.T) (zone func(addresses ...string) string, public string) {
	t.Helper()
	private, public := keyPair(t)
	off := must(t, drtxt, "record", "off", "dr.example.com", "--key", private, "--zone", "example.com", "--format", "zone")
	return func(addresses ...string) string {
		var lines strings.Builder
		for _, address := range addresses {
			rrtype := "A"
			if strings.Contains(address, ":") {
				rrtype = "AAAA"
			}
			fmt.Fprintf(&lines, "dr 300 IN %s %s\n", rrtype, address)
		}
		return zoneHead + off + lines.String()
	}, public
}

// The addresses that BIND and NSD serve are held against the edges, at each server by itself.
func TestCheckAddresses(t *testing.T) {
	t.Parallel()
	zone, public := offZone(t)
	edges := inventory(t, "203.0.113.10", "203.0.113.11 2001:db8::10")
	right := startBIND(t, zone("203.0.113.10", "203.0.113.11", "2001:db8::10"))
	missing := startBIND(t, zone("203.0.113.10", "2001:db8::10"))
	foreign := startNSD(t, zone("203.0.113.10", "203.0.113.11", "203.0.113.20", "2001:db8::10"))
	none := startNSD(t, zone())
	nobody := "127.0.0.1:" + freePort(t)
	at := func(servers ...string) checked {
		t.Helper()
		args := []string{"--public", public, "--edges", edges}
		for _, server := range servers {
			args = append(args, "--server", server)
		}
		return check(t, args...)
	}
	at(right).want(t, "right", 0, "addresses", "ok", "", "2 A and 1 AAAA")
	at(missing).want(t, "one is missing", 1, "addresses", "error", "check-address-missing", `203.0.113.11 ("edge-2") is missing at `+missing)
	at(foreign).want(t, "one is foreign", 1, "addresses", "error", "check-address-foreign", `203.0.113.20 (of "other" in "out": not designated`)
	at(none).want(t, "none", 1, "addresses", "error", "check-address-missing no-address", `203.0.113.10 ("edge-1"), 203.0.113.11 ("edge-2"), 2001:db8::10 ("edge-2") are missing`)
	both := at(right, missing)
	both.want(t, "two that differ", 1, "addresses", "error", "check-address-missing addresses-differ", "is missing at "+missing)
	both.want(t, "two that differ", 1, "record", "ok", "", "valid: off, at 2 name servers")
	at(missing, foreign).want(t, "two that are wrong", 1, "addresses", "error", "check-address-missing check-address-foreign addresses-differ", "1 missing, 1 foreign, at 2 name servers")
	at(right, nobody).want(t, "one is out of reach", 0, "addresses", "warning", "check-address-not-asked", "at 1 of 2 name servers")
	ipv6, v6 := inventory(t, "2001:db8::10"), startBIND(t, zone("2001:db8::10"))
	check(t, "--public", public, "--edges", ipv6, "--server", v6).want(t, "IPv6 alone", 0, "addresses", "warning", "edge-ipv6-alone", "0 A and 1 AAAA, as the edges have")
	check(t, "--public", public, "--edges", ipv6, "--server", none).want(t, "IPv6 alone, nowhere", 1, "addresses", "error", "check-address-missing no-address edge-ipv6-alone", "2001:db8::10")
	at(nobody).want(t, "nobody can be asked", 4, "addresses", "unknown", "", "could be asked")
}

// TCP 443 of the edges is tried: something listens, nothing does, nothing answers, and there
// is no way.
func TestCheckProbe(t *testing.T) {
	t.Parallel()
	const first, second, lost, unroutable = "203.0.113.10", "203.0.113.11", "203.0.113.12", "198.51.100.1"
	ownNetwork(t, first+"/32", second+"/32")
	must(t, "ip", "route", "add", lost+"/32", "dev", "lo") // where nobody has it
	zone, public := offZone(t)
	listen := func(address string) net.Listener {
		t.Helper()
		l, err := net.Listen("tcp", net.JoinHostPort(address, "443"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	accepted := make(chan struct{}, 100)
	one, two := listen(first), listen(second)
	for _, l := range []net.Listener{one, two} {
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				conn.Close()
				accepted <- struct{}{}
			}
		}()
	}
	probing := func(addresses ...string) checked {
		t.Helper()
		server := startBIND(t, zone(addresses...))
		return check(t, "--public", public, "--server", server, "--edges", inventory(t, addresses...), "--probe", "--probe-timeout", "1s")
	}
	probing(first, second).want(t, "both listen", 0, "port", "ok", "", "2 of 2 addresses")
	for range 2 {
		select {
		case <-accepted:
		case <-time.After(patience):
			t.Fatal("a listener saw no connection")
		}
	}
	probing(first, lost).want(t, "one is silent", 1, "port", "error", "edge-port-silent", lost)
	probing(lost).want(t, "all are silent", 4, "port", "unknown", "edge-port-silent", "0 of 1")
	probing(unroutable).want(t, "no way", 4, "port", "unknown", "edge-port-not-tried", unroutable)
	two.Close()
	probing(first, second).want(t, "one does not listen", 1, "port", "error", "edge-port-refused", second)
	server := startBIND(t, zone(first, second))
	check(t, "--public", public, "--server", server, "--edges", inventory(t, first, second)).want(t, "without --probe", 0, "port", "not-checked", "", "")
}
