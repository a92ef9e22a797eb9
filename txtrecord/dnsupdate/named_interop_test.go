//go:build interop

package dnsupdate_test

import (
	"path/filepath"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

const namedConf = `
options {
	directory "DIR";
	pid-file "DIR/named.pid";
	session-keyfile "DIR/session.key";
	listen-on port PORT { 127.0.0.1; };
	listen-on-v6 { none; };
	recursion no;
	dnssec-validation no;
	notify no;
};
controls { };
key "drill." { algorithm hmac-sha256; secret "DRILL_SECRET"; };
key "bystander." { algorithm hmac-sha256; secret "BYSTANDER_SECRET"; };
zone "example.com" {
	type primary;
	file "example.com.zone";
	update-policy { grant drill. name dr.example.com. TXT A AAAA; grant drill. name alias.example.com. TXT; };
};
zone "example.org" {
	type primary;
	file "example.org.zone";
	allow-update { 127.0.0.1; };
};
`

// bind is as RFC 2136 and RFC 8945 have it. What is refused by the policy is refused
// under its signature.
var bind = peer{
	name:  "BIND",
	start: startNamed,
	refuses: refusals{
		wrongSecret:    dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadSig},
		unknownKey:     dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
		wrongAlgorithm: dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
		clockOff:       dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime},
		foreignZone:    dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth},
		foreignKey:     dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true},
		withoutKey:     dnsupdate.RefusedError{Rcode: dns.RcodeRefused},
		name:           &dnsupdate.RefusedError{Rcode: dns.RcodeRefused, Authenticated: true},
	},
	passesOverCNAME: true,
}

func startNamed(t testing.TB) *running { return runNamed(t, namedConf) }

func runNamed(t testing.TB, conf string) *running {
	t.Helper()
	port := freePort(t)
	dir := write(t, map[string]string{
		"named.conf": fill(conf, port), "example.com.zone": zoneFile, "example.org.zone": zoneFile,
	})
	return run(t, loopback(port), "named", "-g", "-n", "2", "-c", filepath.Join(dir, "named.conf"))
}
