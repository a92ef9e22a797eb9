//go:build interop

package dnsupdate_test

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

// eachPeer runs a test against every server.
func eachPeer(t *testing.T, test func(*testing.T, peer, *running)) {
	for _, peer := range peers {
		t.Run(peer.name, func(t *testing.T) { test(t, peer, peer.start(t)) })
	}
}

// replace gives the update the time that it may take on loopback.
func replace(t testing.TB, client *dnsupdate.Client, changes ...dnsupdate.Change) error {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	return client.Replace(ctx, changes...)
}

// digAnswer returns what stands at a name and type as dig prints it, TTL and value,
// sorted. With and without +short it must be the same.
func digAnswer(t testing.TB, server, name, rrtype string) []string {
	t.Helper()
	full, values := []string{}, []string{}
	for _, line := range dig(t, server, "+noall", "+answer", name, rrtype) {
		fields := strings.SplitN(strings.Join(strings.Fields(line), " "), " ", 5)
		full = append(full, fields[1]+" "+fields[4])
		values = append(values, fields[4])
	}
	short := dig(t, server, "+short", name, rrtype)
	if slices.Sort(values); !slices.Equal(values, slices.Sorted(slices.Values(short))) {
		t.Errorf("dig sees %q, with +short %q", values, short)
	}
	slices.Sort(full)
	return full
}

// dig returns the lines that dig prints.
func dig(t testing.TB, server string, arguments ...string) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("dig", append([]string{"-r", "@" + host, "-p", port, "+tcp", "+norecurse"}, arguments...)...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(string(out)), "\n"), func(line string) bool { return line == "" })
}

func serial(t testing.TB, server string) int {
	t.Helper()
	soa := strings.Fields(dig(t, server, "+short", signedZone, "SOA")[0])
	n, err := strconv.Atoi(soa[2])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// foreign is a record that is not ours, of several character-strings, and with every
// octet that somebody could have trouble with.
var foreign = []string{"v=spf1 -all", odd, "", "\"\\;\x00\xff", strings.Repeat("\xff", 255)}

// digForeign is the same in presentation form (RFC 1035 §5.1).
var digForeign = `"v=spf1 -all" "a\"b\\c;d\\065 $(e)\000\127\255" "" "\"\\;\000\255" "` + strings.Repeat(`\255`, 255) + `"`

// One change after the other, and what then stands: its octets, and its TTLs.
func TestInteropReplace(t *testing.T) {
	const off, on1, on2 = "v=1;k=all;b=off", "v=1;k=all;b=on;n=2;p=1;bh=a+/=", "v=1;k=all;b=on;n=2;p=2;bh=b+/="
	set := func(rrtype string, values ...string) txtrecord.WireRRSet {
		return wire(txtrecord.RRSet{Name: "dr.example.com.", Type: rrtype, TTL: 30, Values: values})
	}
	oldTXT, newTXT := records([]string{off}, foreign), records(foreign, []string{on1}, []string{on2})
	steps := []struct {
		title        string
		changes      []dnsupdate.Change
		txt, a, aaaa []string // as dig prints them
	}{
		{"where nothing stood", []dnsupdate.Change{{New: withTTL(records([]string{on1}, []string{on2}), 300)}},
			[]string{`300 "` + on1 + `"`, `300 "` + on2 + `"`}, nil, nil},
		{"replaced, with another TTL", []dnsupdate.Change{{Old: records([]string{on2}, []string{on1}), New: records([]string{off})}},
			[]string{`30 "` + off + `"`}, nil, nil},
		{"TTL alone", []dnsupdate.Change{{Old: records([]string{off}), New: withTTL(records([]string{off}), 1<<31-1)}},
			[]string{`2147483647 "` + off + `"`}, nil, nil},
		{"unchanged", []dnsupdate.Change{{Old: records([]string{off}), New: records([]string{off})}},
			[]string{`30 "` + off + `"`}, nil, nil},
		{"foreign record beside it", []dnsupdate.Change{{Old: records([]string{off}), New: withTTL(oldTXT, 300)}},
			[]string{`300 "` + off + `"`, "300 " + digForeign}, nil, nil},
		{"foreign record kept, and addresses", []dnsupdate.Change{
			{Old: oldTXT, New: newTXT}, {New: set("A", "192.0.2.1", "192.0.2.2")}, {New: set("AAAA", "2001:db8::1")}},
			[]string{`30 "` + on1 + `"`, `30 "` + on2 + `"`, "30 " + digForeign}, []string{"30 192.0.2.1", "30 192.0.2.2"}, []string{"30 2001:db8::1"}},
		{"all replaced", []dnsupdate.Change{
			{Old: newTXT, New: withTTL(records(foreign), 0)},
			{Old: set("A", "192.0.2.2", "192.0.2.1"), New: withTTL(set("A", "192.0.2.2"), 60)},
			{Old: set("AAAA", "2001:db8::1"), New: set("AAAA", "2001:db8::2", "::ffff:192.0.2.1")}},
			[]string{"0 " + digForeign}, []string{"60 192.0.2.2"}, []string{"30 ::ffff:192.0.2.1", "30 2001:db8::2"}},
		{"TXT removed, the addresses left", []dnsupdate.Change{{Old: records(foreign)}},
			nil, []string{"60 192.0.2.2"}, []string{"30 ::ffff:192.0.2.1", "30 2001:db8::2"}},
		{"the addresses removed, TXT back", []dnsupdate.Change{
			{New: records(foreign)}, {Old: set("A", "192.0.2.2")}, {Old: set("AAAA", "::ffff:192.0.2.1", "2001:db8::2")}},
			[]string{"30 " + digForeign}, nil, nil},
		{"the name removed", []dnsupdate.Change{{Old: records(foreign)}}, nil, nil, nil},
	}
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		client := clientOf(server.address)
		before := serial(t, server.address)
		for _, step := range steps {
			if err := replace(t, client, step.changes...); err != nil {
				t.Errorf("%s: %v", step.title, err)
			}
			for rrtype, want := range map[string][]string{"TXT": step.txt, "A": step.a, "AAAA": step.aaaa} {
				if got := digAnswer(t, server.address, "dr.example.com", rrtype); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
					t.Errorf("%s: dig sees %s %q, want %q", step.title, rrtype, got, want)
				}
			}
			for _, change := range step.changes {
				if len(change.New.RDATA) > 0 {
					checkReadBack(t, server.address, change.New)
				}
			}
		}
		if after := serial(t, server.address); after <= before {
			t.Errorf("serial %d, then %d: secondaries hear of nothing", before, after)
		}
	})
}

// What is not carried out is told by its kind, and changes nothing.
func TestInteropNotCarriedOut(t *testing.T) {
	stands := records(foreign, []string{"one"})
	change := []dnsupdate.Change{{Old: stands, New: records([]string{"two"})}}
	address := dnsupdate.Change{Old: wire(addresses("192.0.2.1"))}
	elsewhere := []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "ns.example.com.", Type: "TXT", TTL: 30, Values: []string{"x"}})}}
	shifted := func(by time.Duration) func(*dnsupdate.Client) {
		return func(c *dnsupdate.Client) { c.Now = func() time.Time { return time.Now().Add(by) } }
	}
	conflict := func(rcode int) any { return dnsupdate.ConflictError{Rcode: rcode, Authenticated: true} }
	same := func(*dnsupdate.Client) {}

	eachPeer(t, func(t *testing.T, peer peer, server *running) {
		refuses := peer.refuses
		cases := []struct {
			title   string
			change  func(*dnsupdate.Client)
			changes []dnsupdate.Change
			want    any // ConflictError or RefusedError, Server left out
		}{
			{"something stands", same, []dnsupdate.Change{{New: records([]string{"two"})}}, conflict(dns.RcodeYXRrset)},
			{"more stands", same, []dnsupdate.Change{{Old: records(foreign), New: records([]string{"two"})}}, conflict(dns.RcodeNXRrset)},
			{"less stands", same, []dnsupdate.Change{{Old: records(foreign, []string{"one"}, []string{"x"})}}, conflict(dns.RcodeNXRrset)},
			{"another stands", same, []dnsupdate.Change{{Old: records(foreign, []string{"on\xe5"})}}, conflict(dns.RcodeNXRrset)},
			{"cut elsewhere", same, []dnsupdate.Change{{Old: records(foreign, []string{"o", "ne"})}}, conflict(dns.RcodeNXRrset)},
			{"nothing of the second set stands", same, append(slices.Clone(change), address), conflict(dns.RcodeNXRrset)},
			{"nothing of the first set stands", same, append([]dnsupdate.Change{address}, change...), conflict(dns.RcodeNXRrset)},
			{"wrong secret", func(c *dnsupdate.Client) { c.Key.Secret = []byte("other") }, change, refuses.wrongSecret},
			{"unknown key", func(c *dnsupdate.Client) { c.Key.Name = "other." }, change, refuses.unknownKey},
			{"wrong algorithm", func(c *dnsupdate.Client) { c.Key.Algorithm = "hmac-sha512" }, change, refuses.wrongAlgorithm},
			{"clock slow", shifted(-time.Hour), change, refuses.clockOff},
			{"clock fast", shifted(time.Hour), change, refuses.clockOff},
			{"zone within the zone", func(c *dnsupdate.Client) { c.Zone = "dr.example.com" }, change, refuses.foreignZone},
			{"zone around the zone", func(c *dnsupdate.Client) { c.Zone = "com" }, change, refuses.foreignZone},
			{"key without a right", func(c *dnsupdate.Client) { c.Key = bystander }, change, refuses.foreignKey},
			{"without a key", func(c *dnsupdate.Client) { withoutKey(c) }, change, refuses.withoutKey},
		}
		if refuses.name != nil {
			cases = append(cases, struct {
				title   string
				change  func(*dnsupdate.Client)
				changes []dnsupdate.Change
				want    any
			}{"name without a right", same, elsewhere, *refuses.name})
		}
		if err := replace(t, clientOf(server.address), dnsupdate.Change{New: stands}); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			client := clientOf(server.address)
			c.change(client)
			checkError(t, c.title, server.address, replace(t, client, c.changes...), c.want)
			checkReadBack(t, server.address, stands)
		}
		if got := readBack(t, server.address, "ns.example.com.", "TXT"); len(got.RDATA) != 0 {
			t.Errorf("%s stands", inWords(got))
		}
	})
}

// checkError compares an error with a value of ConflictError or RefusedError.
func checkError(t testing.TB, title, server string, err error, want any) {
	t.Helper()
	switch want := want.(type) {
	case dnsupdate.ConflictError:
		want.Server = server
		if got, ok := errors.AsType[*dnsupdate.ConflictError](err); !ok || *got != want {
			t.Errorf("%s: %v, want %v", title, err, &want)
		}
	case dnsupdate.RefusedError:
		want.Server = server
		if got, ok := errors.AsType[*dnsupdate.RefusedError](err); !ok || *got != want {
			t.Errorf("%s: %v, want %v", title, err, &want)
		}
	default:
		t.Fatalf("%s: no error to compare with: %v", title, want)
	}
}

// Where a CNAME stands, the record is not added, whatever the server says about it.
func TestInteropCNAME(t *testing.T) {
	alias := wire(txtrecord.RRSet{Name: "alias.example.com.", Type: "TXT", TTL: 30, Values: []string{"x"}})
	eachPeer(t, func(t *testing.T, peer peer, server *running) {
		err := replace(t, clientOf(server.address), dnsupdate.Change{New: alias})
		if !peer.passesOverCNAME {
			checkError(t, "at a CNAME", server.address, err, dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true})
		} else if err != nil {
			t.Error(err)
		}
		if got, want := digAnswer(t, server.address, "alias.example.com", "TXT"), []string{"300 example.net."}; !slices.Equal(got, want) {
			t.Errorf("dig sees %q, want %q", got, want)
		}
	})
}

// RDATA is compared octet by octet (RFC 2136 §1.1.1). One server takes "One" for "one".
func TestInteropLetterCase(t *testing.T) {
	eachPeer(t, func(t *testing.T, peer peer, server *running) {
		client := clientOf(server.address)
		if err := replace(t, client, dnsupdate.Change{New: records([]string{"one"})}); err != nil {
			t.Fatal(err)
		}
		err := replace(t, client, dnsupdate.Change{Old: records([]string{"One"}), New: records([]string{"two"})})
		if !peer.foldsCase {
			checkError(t, "another case stands", server.address, err, dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset, Authenticated: true})
			checkReadBack(t, server.address, records([]string{"one"}))
			return
		}
		if err != nil {
			t.Error(err)
		}
		checkReadBack(t, server.address, records([]string{"two"}))
	})
}

// A server that takes updates without a key takes ours, and what it says is marked as
// not authenticated.
func TestInteropWithoutKey(t *testing.T) {
	set := records(foreign, []string{"one"})
	set.Name = "dr.example.org."
	other := set
	other.RDATA = other.RDATA[:1]
	eachPeer(t, func(t *testing.T, _ peer, server *running) {
		client := withoutKey(clientOf(server.address))
		client.Zone = openZone
		if err := replace(t, client, dnsupdate.Change{New: set}); err != nil {
			t.Error(err)
		}
		checkReadBack(t, server.address, set)
		checkError(t, "something stands", server.address, replace(t, client, dnsupdate.Change{New: other}), dnsupdate.ConflictError{Rcode: dns.RcodeYXRrset})
		checkError(t, "more stands", server.address, replace(t, client, dnsupdate.Change{Old: other}), dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset})
		checkReadBack(t, server.address, set)
		if err := replace(t, client, dnsupdate.Change{Old: set}); err != nil {
			t.Error(err)
		}
		if got := readBack(t, server.address, set.Name, "TXT"); len(got.RDATA) != 0 {
			t.Errorf("%s stands", inWords(got))
		}
	})
}
