package keygen

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
)

// Fingerprint returns the name of a public key: "SHA256:" and the unpadded
// base64 (RFC 4648 §4) of SHA-256 over its DER SubjectPublicKeyInfo (RFC 5280
// §4.1.2.7). It is the same however the key was stored. It is "" for what is
// no key at all.
func Fingerprint(key *rsa.PublicKey) string {
	if key == nil || key.N == nil {
		return ""
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}
