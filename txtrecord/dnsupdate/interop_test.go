//go:build interop

package dnsupdate_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

const namedConf = `
options {
	directory "%[1]s";
	pid-file "%[1]s/named.pid";
	session-keyfile "%[1]s/session.key";
	listen-on port %[2]d { 127.0.0.1; };
	listen-on-v6 { none; };
	recursion no;
	dnssec-validation no;
	notify no;
};
controls { };
key "drill." { algorithm hmac-sha256; secret "%[3]s"; };
zone "example.com" {
	type primary;
	file "example.com.zone";
	update-policy { grant drill. name dr.example.com. TXT A AAAA; grant drill. name alias.example.com. TXT; };
};
`

const zoneFile = `$TTL 300
@ SOA ns hostmaster 7 3600 600 604800 60
@ NS ns
ns A 127.0.0.1
alias CNAME example.net.
`

// startNamed runs Debian's BIND in a directory of its own until the test ends.
func startNamed(t *testing.T) *dnsupdate.Client {
	t.Helper()
	port := freePort(t)
	dir := t.TempDir()
	conf := fmt.Sprintf(namedConf, dir, port, base64.StdEncoding.EncodeToString(key.Secret))
	for name, text := range map[string]string{"named.conf": conf, "example.com.zone": zoneFile} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	command := exec.Command("named", "-g", "-n", "1", "-c", filepath.Join(dir, "named.conf"))
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		if err := command.Wait(); err != nil || t.Failed() {
			t.Logf("named: %v\n%s", err, log.String())
		}
	})
	client := clientOf(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	for range 100 {
		if conn, err := net.Dial("tcp", client.Server); err == nil {
			conn.Close()
			return client
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("named does not listen")
	return nil
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// dig returns the values at a name and type with their TTL, sorted, as dig prints
// them.
func dig(t *testing.T, server, name, rrtype string) []string {
	t.Helper()
	host, port, err := net.SplitHostPort(server)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("dig", "-r", "@"+host, "-p", port, "+tcp", "+norecurse", "+noall", "+answer", name, rrtype)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	lines := []string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.SplitN(strings.Join(strings.Fields(line), " "), " ", 5)
		lines = append(lines, fields[1]+" "+fields[4])
	}
	slices.Sort(lines)
	return lines
}

// One change after the other on the same server: what Replace returns, and what
// dig then sees.
func TestInteropNamed(t *testing.T) {
	client := startNamed(t)
	with := func(change func(*dnsupdate.Client)) *dnsupdate.Client {
		changed := *client
		change(&changed)
		return &changed
	}
	shifted := func(by time.Duration) *dnsupdate.Client {
		return with(func(c *dnsupdate.Client) { c.Now = func() time.Time { return time.Now().Add(by) } })
	}
	faster := txt("v=1;b=test", "v=1;b=test;p=2")
	faster.TTL = 5
	ns := txtrecord.RRSet{Name: "ns.example.com.", Type: "TXT", TTL: 30, Values: []string{"x"}}
	alias := txtrecord.RRSet{Name: "alias.example.com.", Type: "TXT", TTL: 30, Values: []string{"x"}}
	steps := []struct {
		title   string
		client  *dnsupdate.Client
		changes []dnsupdate.Change
		want    error    // its Server left out
		stands  []string // TXT at dr.example.com afterwards, as dig prints it
	}{
		{"first publication", client, []dnsupdate.Change{{New: txt("v=1;b=on;p=1", "v=1;b=on;p=2")}}, nil,
			[]string{`30 "v=1;b=on;p=1"`, `30 "v=1;b=on;p=2"`}},
		{"conflict: something stands", client, []dnsupdate.Change{{New: txt("x")}}, &dnsupdate.ConflictError{Rcode: dns.RcodeYXRrset},
			[]string{`30 "v=1;b=on;p=1"`, `30 "v=1;b=on;p=2"`}},
		{"conflict: more stands", client, []dnsupdate.Change{{Old: txt("v=1;b=on;p=1"), New: txt("x")}}, &dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset},
			[]string{`30 "v=1;b=on;p=1"`, `30 "v=1;b=on;p=2"`}},
		{"conflict: less stands", client, []dnsupdate.Change{{Old: txt("v=1;b=on;p=1", "v=1;b=on;p=2", "x"), New: txt("x")}}, &dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset},
			[]string{`30 "v=1;b=on;p=1"`, `30 "v=1;b=on;p=2"`}},
		{"conflict at one of two sets", client, []dnsupdate.Change{{Old: txt("v=1;b=on;p=1", "v=1;b=on;p=2"), New: txt("x")}, {Old: addresses("192.0.2.1")}}, &dnsupdate.ConflictError{Rcode: dns.RcodeNXRrset},
			[]string{`30 "v=1;b=on;p=1"`, `30 "v=1;b=on;p=2"`}},
		{"replacement, with another TTL", client, []dnsupdate.Change{{Old: txt("v=1;b=on;p=2", "v=1;b=on;p=1"), New: faster}}, nil,
			[]string{`5 "v=1;b=test"`, `5 "v=1;b=test;p=2"`}},
		{"replacement that keeps one record", client, []dnsupdate.Change{{Old: faster, New: txt("v=1;b=test", "v=2")}}, nil,
			[]string{`30 "v=1;b=test"`, `30 "v=2"`}},
		{"octets", client, []dnsupdate.Change{{Old: txt("v=1;b=test", "v=2"), New: txt(odd)}}, nil,
			[]string{`30 "a\"b\\c;d\\065 $(e)\000\127\255"`}},
		{"octets that stood, and addresses", client, []dnsupdate.Change{{Old: txt(odd), New: txt("v=1;b=off")}, {New: addresses("192.0.2.1", "192.0.2.2")}}, nil,
			[]string{`30 "v=1;b=off"`}},
		{"wrong secret", with(func(c *dnsupdate.Client) { c.Key.Secret = []byte("other") }), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadSig}, []string{`30 "v=1;b=off"`}},
		{"unknown key", with(func(c *dnsupdate.Client) { c.Key.Name = "other." }), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey}, []string{`30 "v=1;b=off"`}},
		{"wrong algorithm", with(func(c *dnsupdate.Client) { c.Key.Algorithm = "hmac-sha512" }), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey}, []string{`30 "v=1;b=off"`}},
		{"clock slow", shifted(-time.Hour), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime}, []string{`30 "v=1;b=off"`}},
		{"clock fast", shifted(time.Hour), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime}, []string{`30 "v=1;b=off"`}},
		{"not allowed by the policy", client, []dnsupdate.Change{{New: ns}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true}, []string{`30 "v=1;b=off"`}},
		{"not its zone", with(func(c *dnsupdate.Client) { c.Zone = "dr.example.com" }), []dnsupdate.Change{{Old: txt("v=1;b=off")}},
			&dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth}, []string{`30 "v=1;b=off"`}},
		{"at a CNAME: success that does nothing", client, []dnsupdate.Change{{New: alias}}, nil,
			[]string{`30 "v=1;b=off"`}},
		{"removal", client, []dnsupdate.Change{{Old: txt("v=1;b=off")}, {Old: addresses("192.0.2.2", "192.0.2.1")}}, nil,
			[]string{}},
	}
	for _, step := range steps {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		err := step.client.Replace(ctx, step.changes...)
		cancel()
		if !sameOutcome(err, step.want, client.Server) {
			t.Errorf("%s: %v, want %v", step.title, err, step.want)
		}
		if got := dig(t, client.Server, "dr.example.com", "TXT"); !slices.Equal(got, step.stands) {
			t.Errorf("%s: dig sees %q, want %q", step.title, got, step.stands)
		}
	}
	if got, want := dig(t, client.Server, "alias.example.com", "TXT"), []string{"300 example.net."}; !slices.Equal(got, want) {
		t.Errorf("at the CNAME dig sees %q, want %q", got, want)
	}
	if got := dig(t, client.Server, "dr.example.com", "A"); len(got) != 0 {
		t.Errorf("dig sees %q", got)
	}
}

// sameOutcome compares what the errors carry.
func sameOutcome(got, want error, server string) bool {
	switch want := want.(type) {
	case *dnsupdate.ConflictError:
		conflict, ok := errors.AsType[*dnsupdate.ConflictError](got)
		return ok && *conflict == dnsupdate.ConflictError{Server: server, Rcode: want.Rcode}
	case *dnsupdate.RefusedError:
		refused, ok := errors.AsType[*dnsupdate.RefusedError](got)
		want.Server = server
		return ok && *refused == *want
	}
	return got == nil
}
