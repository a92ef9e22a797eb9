//go:build interop

package interop

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"
)

// A resolver listens for every transport, each at its own host:port.
type resolver struct{ plain, tls, https string }

// urls are the resolver's addresses as --resolver takes them.
func (r resolver) urls() map[string]string {
	return map[string]string{
		"udp":   "udp://" + r.plain,
		"tcp":   "tcp://" + r.plain,
		"tls":   "tls://" + r.tls,
		"https": "https://" + r.https + "/dns-query",
	}
}

// flags name all of them to the program.
func (r resolver) flags() []string {
	var flags []string
	for _, url := range r.urls() {
		flags = append(flags, "--resolver", url)
	}
	return flags
}

// resolvers start every kind of resolver that speaks DNS over TLS and HTTPS. Each asks
// one authoritative server.
var resolvers = map[string]func(t testing.TB, upstream string, c certificate) resolver{
	"BIND": encryptedBIND, "Unbound": encryptedUnbound,
}

// BIND and Unbound answer over each transport, and kdig agrees. Without the authority
// that signed the certificate neither of the encrypted ones counts.
func TestEncryptedResolversAreAsked(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	server := startBIND(t, zoneHead+lines+edges)
	for name, start := range resolvers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCertificate(t)
			r := start(t, server, c)
			args := append(r.flags(), "--server", server, "--public", s.public, "--expect", "on")
			v := verifyIn(t, []string{"SSL_CERT_FILE=" + c.authority}, args...)
			v.want(t, 0, "valid")
			v.wantWarnings(t)
			wantTransports(t, v, r)
			wantSeen(t, r.plain, pair)
			for _, encrypted := range [][]string{{r.tls, "+tls"}, {r.https, "+https=/dns-query"}} {
				if got := seenBy(t, "kdig", encrypted[0], encrypted[1], "+tls-ca="+c.authority); !slices.Equal(got, values(pair)) {
					t.Errorf("kdig %s sees %q", encrypted[1], got)
				}
			}
			wantUntrusted(t, r, args)
		})
	}
}

// wantTransports checks that every resolver answered by the transport that its URL says.
func wantTransports(t testing.TB, v *verification, r resolver) {
	t.Helper()
	var got []string
	for _, s := range v.Servers {
		if s.Role == "resolver" && s.Outcome == "answer" && s.Verdict == "valid" {
			got = append(got, s.Transport)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"https", "tcp", "tls", "udp"}) {
		t.Errorf("answers came over %q\n%s", got, v.text)
	}
	want := []string{r.plain, r.plain, r.tls, r.https}
	slices.Sort(want)
	if got := v.addressesOf("resolver"); !slices.Equal(got, want) {
		t.Errorf("asked were %q, want %q", got, want)
	}
}

// wantUntrusted checks what comes of the same without the authority's certificate.
func wantUntrusted(t testing.TB, r resolver, args []string) {
	t.Helper()
	v := verifyLive(t, args...)
	v.want(t, 4, "unreachable")
	v.wantWarnings(t, "certificate-invalid")
	var named []string
	for _, f := range v.Findings {
		if f.Code == "certificate-invalid" {
			named = append(named, f.Server)
		}
	}
	slices.Sort(named)
	if want := []string{r.urls()["https"], r.urls()["tls"]}; !slices.Equal(named, want) {
		t.Errorf("certificate-invalid names %q, want %q", named, want)
	}
	for _, encrypted := range [][]string{{r.tls, "+tls"}, {r.https, "+https=/dns-query"}} {
		if got := askTool(t, "kdig", encrypted[0], "+short", "dr.example.com", "TXT", encrypted[1], "+tls-hostname=127.0.0.1", "+tls-ca"); got != "" {
			t.Errorf("kdig %s trusts the certificate: %q", encrypted[1], got)
		}
	}
}

func encryptedBIND(t testing.TB, upstream string, c certificate) resolver {
	t.Helper()
	plain, tls, https := freePort(t), freePort(t), freePort(t)
	host, port, _ := net.SplitHostPort(upstream)
	runBIND(t, openFolder(t), fmt.Sprintf(`recursion yes; allow-recursion { 127.0.0.0/8; };
forward only; forwarders { %s port %s; };
listen-on port %s { 127.0.0.1; };
listen-on port %s tls ours { 127.0.0.1; };
listen-on port %s tls ours http ours { 127.0.0.1; };`, host, port, plain, tls, https),
		fmt.Sprintf(`tls ours { cert-file %q; key-file %q; };
http ours { endpoints { "/dns-query"; }; };`, c.chain, c.key),
	).awaitZone(t, "127.0.0.1:"+plain)
	return resolver{"127.0.0.1:" + plain, "127.0.0.1:" + tls, "127.0.0.1:" + https}
}

func encryptedUnbound(t testing.TB, upstream string, c certificate) resolver {
	t.Helper()
	plain, tls, https := freePort(t), freePort(t), freePort(t)
	address := "127.0.0.1:" + plain
	runUnbound(t, openFolder(t), address, fmt.Sprintf(`  interface: 127.0.0.1@%[1]s
  interface: 127.0.0.1@%[2]s
  tls-port: %[1]s
  https-port: %[2]s
  tls-service-pem: %[3]q
  tls-service-key: %[4]q
`, tls, https, c.chain, c.key), stubZone(upstream)).awaitZone(t, address)
	return resolver{address, "127.0.0.1:" + tls, "127.0.0.1:" + https}
}

// A certificate for 127.0.0.1 is made for one test, with the authority that signed it;
// these are the files.
type certificate struct{ authority, chain, key string }

func newCertificate(t testing.TB) certificate {
	t.Helper()
	dir := openFolder(t)
	authorityKey, serverKey := newECKey(t), newECKey(t)
	authority := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "test authority"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	server := &x509.Certificate{
		SerialNumber: big.NewInt(2),
		Subject:      pkix.Name{CommonName: "test resolver"},
		NotBefore:    authority.NotBefore,
		NotAfter:     authority.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	key, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	return certificate{
		authority: writeIn(t, dir, "authority.pem", signCertificate(t, authority, authority, authorityKey, authorityKey)),
		chain:     writeIn(t, dir, "server.pem", signCertificate(t, server, authority, serverKey, authorityKey)),
		key:       writeIn(t, dir, "server.key", pemText("PRIVATE KEY", key)),
	}
}

func newECKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func signCertificate(t testing.TB, subject, issuer *x509.Certificate, subjectKey, issuerKey *ecdsa.PrivateKey) string {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, subject, issuer, &subjectKey.PublicKey, issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	return pemText("CERTIFICATE", der)
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
