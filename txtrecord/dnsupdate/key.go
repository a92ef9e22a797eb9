package dnsupdate

import (
	"encoding/base64"
	"fmt"
	"io"
	"slices"

	"github.com/miekg/dns"
)

// A Key signs updates (RFC 8945).
type Key struct {
	// Name is the name that the server knows the key by, a domain name.
	Name string
	// Algorithm is "hmac-sha256", "hmac-sha384" or "hmac-sha512".
	Algorithm string
	// Secret is known to server and client. No way of printing a Key shows it.
	Secret []byte `json:"-"`
}

// String returns algorithm and name, in the place of the secret a placeholder.
func (k Key) String() string { return k.Algorithm + ":" + k.Name + ":[secret]" }

// GoString is [Key.String].
func (k Key) GoString() string { return k.String() }

// Format writes [Key.String], whatever the verb: %x or %d would else print the
// secret.
func (k Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// algorithms are those that are offered, all of them still sound.
var algorithms = []string{dns.HmacSHA256, dns.HmacSHA384, dns.HmacSHA512}

// check returns an error of class [ErrInput] for a key that cannot sign.
func (k Key) check() error {
	if _, ok := dns.IsDomainName(k.Name); !ok || len(k.Secret) == 0 {
		return fmt.Errorf("%w: TSIG key %q: no secret, or no domain name", ErrInput, k.Name)
	}
	if !slices.Contains(algorithms, dns.CanonicalName(k.Algorithm)) {
		return fmt.Errorf("%w: TSIG algorithm %q", ErrInput, k.Algorithm)
	}
	return nil
}

func (k Key) isZero() bool { return k.Name == "" && k.Algorithm == "" && len(k.Secret) == 0 }

// secret is in base64, as the library takes it.
func (k Key) secret() string { return base64.StdEncoding.EncodeToString(k.Secret) }

// is reports whether a TSIG record names this key and its algorithm.
func (k Key) is(t *dns.TSIG) bool {
	return dns.CanonicalName(t.Hdr.Name) == dns.CanonicalName(k.Name) &&
		dns.CanonicalName(t.Algorithm) == dns.CanonicalName(k.Algorithm)
}
