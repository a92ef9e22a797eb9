//go:build interop

package dnsupdate_test

import (
	"path/filepath"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

const knotConf = `
server:
  rundir: "DIR"
  listen: 127.0.0.1@PORT
log:
- target: stderr
  any: info
database:
  storage: "DIR"
control:
  listen: "DIR/control"
key:
- id: drill.
  algorithm: hmac-sha256
  secret: DRILL_SECRET
- id: bystander.
  algorithm: hmac-sha256
  secret: BYSTANDER_SECRET
acl:
- id: publish
  key: drill.
  action: update
  update-type: [TXT, A, AAAA]
  update-owner: name
  update-owner-match: equal
  update-owner-name: [dr, alias]
- id: anybody
  address: 127.0.0.1
  action: update
zone:
- domain: example.com
  storage: "DIR"
  file: example.com.zone
  acl: publish
- domain: example.org
  storage: "DIR"
  file: example.org.zone
  acl: anybody
`

// knot says NOTAUTH where another says REFUSED: it looks for a rule that allows the
// update, and where there is none the key is not known as one that may. So nothing of
// this is authenticated.
var knot = peer{
	name:  "Knot",
	start: startKnot,
	refuses: refusals{
		wrongSecret:    dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadSig},
		unknownKey:     dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
		wrongAlgorithm: dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
		clockOff:       dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime},
		foreignZone:    dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth},
		foreignKey:     dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
		withoutKey:     dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth},
		name:           &dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey},
	},
	passesOverCNAME: true,
}

func startKnot(t testing.TB) *running {
	t.Helper()
	port := freePort(t)
	dir := write(t, map[string]string{"knot.conf": fill(knotConf, port), "example.com.zone": zoneFile, "example.org.zone": zoneFile})
	return run(t, loopback(port), "knotd", "-c", filepath.Join(dir, "knot.conf"))
}
