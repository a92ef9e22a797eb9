package faultserver

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// newTLS makes an authority and the server's certificate from it.
func newTLS(t testing.TB, script Script) (*tls.Config, *x509.CertPool) {
	t.Helper()
	authority := template("test authority")
	authority.IsCA, authority.BasicConstraintsValid = true, true
	authority.KeyUsage = x509.KeyUsageCertSign
	authorityKey := newKey(t)
	root := sign(t, authority, authority, authorityKey, authorityKey)

	leaf := template("test server")
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	if leaf.DNSNames = script.Names; script.Names == nil {
		leaf.DNSNames = []string{"localhost"}
		leaf.IPAddresses = []net.IP{script.Address.Addr().AsSlice()}
	}
	if script.Expired {
		leaf.NotAfter = time.Now().Add(-time.Minute)
	}
	leafKey := newKey(t)
	certificate := tls.Certificate{
		Certificate: [][]byte{sign(t, leaf, root, leafKey, authorityKey).Raw},
		PrivateKey:  leafKey,
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	return &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{"dot"}}, roots
}

func template(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(time.Hour),
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t testing.TB, certificate, issuer *x509.Certificate, key, issuerKey *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	raw, err := x509.CreateCertificate(rand.Reader, certificate, issuer, &key.PublicKey, issuerKey)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}
