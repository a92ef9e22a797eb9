package txtrecord

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"slices"
)

// A Scheme is one reading of what the vendor's pages leave open: which bytes the
// signature is over, and how it is padded. Its name is a body, followed by
// modifiers in this order:
//
//	prefix            the exact bytes of part 1 before "n="
//	trimmed           the same without the last semicolon
//	values            the values of the tags before n, in the record's order
//	values-semicolon  the same, joined with semicolons
//
//	+nok    without the tag k
//	+nod    without the tag d
//	+pss    RSASSA-PSS (RFC 8017 §8.1) instead of RSASSA-PKCS1-v1_5 (§8.2)
//	+twice  the SHA-256 digest of the bytes is itself the message
//
// The zero Scheme is prefix, the default. Schemes are comparable.
type Scheme struct {
	body                             body
	omitType, omitDomain, pss, twice bool
}

type body uint8

const (
	prefix body = iota
	trimmed
	values
	valuesSemicolon
)

var bodyNames = [...]string{"prefix", "trimmed", "values", "values-semicolon"}

// A SchemeError says that a scheme's name is unknown.
type SchemeError struct{ Name string }

func (e *SchemeError) Error() string { return fmt.Sprintf("unknown scheme %q", e.Name) }

// ParseScheme returns the scheme of that name, or a [*SchemeError].
func ParseScheme(name string) (Scheme, error) {
	for _, s := range Schemes() {
		if s.String() == name {
			return s, nil
		}
	}
	return Scheme{}, &SchemeError{Name: name}
}

// Schemes returns every scheme, the plainest first.
func Schemes() []Scheme {
	var all []Scheme
	for modifiers := range 1 << 4 {
		for b := range bodyNames {
			all = append(all, Scheme{
				body:       body(b),
				omitType:   modifiers&1 != 0,
				omitDomain: modifiers&2 != 0,
				pss:        modifiers&4 != 0,
				twice:      modifiers&8 != 0,
			})
		}
	}
	return all
}

// String is the scheme's name.
func (s Scheme) String() string {
	name := bodyNames[s.body]
	for _, m := range [...]struct {
		set  bool
		name string
	}{{s.omitType, "+nok"}, {s.omitDomain, "+nod"}, {s.pss, "+pss"}, {s.twice, "+twice"}} {
		if m.set {
			name += m.name
		}
	}
	return name
}

// MarshalText writes the name.
func (s Scheme) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the name; its error is a [*SchemeError].
func (s *Scheme) UnmarshalText(text []byte) (err error) {
	*s, err = ParseScheme(string(text))
	return err
}

// Covers reports whether the signature is over the tag's value. The tags n, p and
// bh never are.
func (s Scheme) Covers(tag string) bool {
	return !slices.Contains(endingTags[:], tag) && !s.omits(tag)
}

// Ambiguous reports whether two different records can have the same signed bytes:
// where values are joined with nothing, digits can move from one to the next.
func (s Scheme) Ambiguous() bool { return s.body == values }

// PSS reports whether the scheme pads by RSASSA-PSS.
func (s Scheme) PSS() bool { return s.pss }

func (s Scheme) omits(tag string) bool {
	return s.omitType && tag == "k" || s.omitDomain && tag == "d"
}

// Message returns what the signature is over, before it is hashed with SHA-256,
// for the first part of a set. It takes the bytes as received and cuts them by the
// tags' offsets.
func (s Scheme) Message(part1 *Record) []byte {
	message := s.bytes(part1)
	if s.twice {
		digest := sha256.Sum256(message)
		return digest[:]
	}
	return message
}

func (s Scheme) bytes(part1 *Record) []byte {
	tags := part1.Tags[:part1.bodyTags]
	message := make([]byte, 0, part1.bodyEnd)
	for _, tag := range tags {
		if s.omits(tag.Name) {
			continue
		}
		switch s.body {
		case prefix, trimmed:
			end := tag.ValueOffset() + len(tag.Value)
			message = append(append(message, part1.Text[tag.Offset:end]...), ';')
		case values:
			message = append(message, tag.Value...)
		case valuesSemicolon:
			message = append(append(message, tag.Value...), ';')
		}
	}
	if s.body == trimmed || s.body == valuesSemicolon {
		return message[:max(0, len(message)-1)]
	}
	return message
}

// options are what the signer is asked for.
func (s Scheme) options() crypto.SignerOpts {
	if s.pss {
		return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	}
	return crypto.SHA256
}

// check is the RSA verification of a joined signature.
func (s Scheme) check(key *rsa.PublicKey, part1 *Record, signature []byte) error {
	return s.checkMessage(key, s.Message(part1), signature)
}

func (s Scheme) checkMessage(key *rsa.PublicKey, message, signature []byte) error {
	digest := sha256.Sum256(message)
	if s.pss {
		return rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto})
	}
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature)
}
