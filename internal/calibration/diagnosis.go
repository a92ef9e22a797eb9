package calibration

import (
	"bytes"
	"crypto"
	"crypto/fips140"
	"crypto/rsa"
	"math/big"
	"slices"
	"sync"

	"github.com/drtxt/drtxt/txtrecord"
)

// An Origin is what can be said of a signature under which no scheme fits.
type Origin string

// The origins.
const (
	// PKCS1 says that the signature was made with the key, in RSASSA-PKCS1-v1_5.
	PKCS1 Origin = "pkcs1v15"
	// PKCS1Data says that it was made with the key in the padding of RSASSA-PKCS1-v1_5,
	// around something that is no DigestInfo known here.
	PKCS1Data Origin = "pkcs1v15-data"
	// PSS says that it was made with the key, in RSASSA-PSS.
	PSS Origin = "pss"
	// PerhapsPSS says that it looks like RSASSA-PSS, and may do so by chance: it has so
	// long a salt that little else is left to tell it by.
	PerhapsPSS Origin = "perhaps-pss"
	// Unknown says that nothing known comes out: another key, another padding, or altered.
	Unknown Origin = "unknown"
)

// A Diagnosis is what the bare RSA operation shows of a signature.
type Diagnosis struct {
	Origin Origin
	// Reversed says that the signature is written with its last byte first, as Windows'
	// CryptSignHash does.
	Reversed bool
	// Over names the readings whose bytes were signed: bodies of schemes, or one reading
	// that is no scheme's. It is empty where none known here was.
	Over []string
	// InnerHash is the hash of the digest that was signed in place of those bytes, and
	// InnerForm how it was written, empty for its bare bytes. Both are empty where the bytes
	// themselves were signed.
	InnerHash, InnerForm string
	// Hash is what the signed bytes were hashed with; where they are not known, what
	// DigestInfo names. It is empty where it is not known, and where nothing was hashed.
	Hash string
	// NamedHash is what DigestInfo names where that is not Hash.
	NamedHash string
	// WithoutNull says that DigestInfo leaves out the NULL of its algorithm (RFC 8017
	// appendix A.2.4).
	WithoutNull bool
	// HashSize is the length of the hash value of PSS, in bytes.
	HashSize int
	// MaskHash is the hash of the mask generation function of PSS.
	MaskHash string
	// Salt is the length of the salt of PSS, in bytes.
	Salt int
	// Digest is what the padding of PKCS #1 v1.5 holds: the digest, or what stands in its
	// place. PSS does not give it back.
	Digest []byte
	// Chance is that of a signature which was made otherwise to look as much like PSS as
	// this one does; 0 for other origins than [PerhapsPSS].
	Chance float64
}

// Open applies the public operation to the signature of a set (RFC 8017 §5.2.2), and says
// what it is that comes out. domain is the name that the set stands at, empty where that is
// not known. With a key that [txtrecord.CheckKey] refuses the origin is [Unknown].
func Open(set *txtrecord.Set, domain string, key *rsa.PublicKey) (d Diagnosis) {
	if !set.Signed() || txtrecord.CheckKey(key) != nil {
		return Diagnosis{Origin: Unknown}
	}
	// Nothing is made safe by hashes here, so that those count too which FIPS 140 forbids.
	fips140.WithoutEnforcement(func() { d = openEitherWay(set, domain, key) })
	return d
}

func openEitherWay(set *txtrecord.Set, domain string, key *rsa.PublicKey) Diagnosis {
	messages := sync.OnceValue(func() []candidate { return candidates(set, domain) })
	d := openOrdered(set.Signature, messages, key)
	if d.Origin != Unknown && d.Origin != PerhapsPSS {
		return d
	}
	reversed := slices.Clone(set.Signature)
	slices.Reverse(reversed)
	if r := openOrdered(reversed, messages, key); r.Origin != Unknown && r.Origin != PerhapsPSS {
		r.Reversed = true
		return r
	}
	return d
}

// openOrdered opens a signature that is written with its first byte first, as it should be.
func openOrdered(signature []byte, messages func() []candidate, key *rsa.PublicKey) Diagnosis {
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return Diagnosis{Origin: Unknown}
	}
	encoded := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	if content, ok := unpad(encoded); ok {
		return diagnosePKCS1(content, messages)
	}
	return diagnosePSS(encoded, key.N, messages)
}

// diagnosePKCS1 says what stands in the padding. That it stands there is no chance: the
// padding takes eleven bytes at least.
func diagnosePKCS1(content []byte, messages func() []candidate) Diagnosis {
	d := Diagnosis{Origin: PKCS1Data, Digest: content}
	named := ""
	if info, digest, ok := parseDigestInfo(content); ok {
		named = info.hash.String()
		d = Diagnosis{Origin: PKCS1, Hash: named, WithoutNull: info.withoutNull, Digest: digest}
	}
	hashes := ofSize(len(d.Digest))
	if d.Origin == PKCS1Data {
		hashes = append(hashes, unhashed)
	}
	signed, ok := search(messages(), hashes, func(hash crypto.Hash, message []byte) bool {
		return bytes.Equal(sum(hash, message), d.Digest)
	})
	if ok {
		signed.describe(&d)
	}
	if d.Origin == PKCS1 && d.Hash != named {
		d.NamedHash = named
	}
	return d
}

// diagnosePSS recognises EMSA-PSS (RFC 8017 §9.1.2) by the bytes 0 before the salt, and,
// where it is over a message known here, by its hash value.
func diagnosePSS(encoded []byte, modulus *big.Int, messages func() []candidate) Diagnosis {
	best, zeros := Diagnosis{Origin: Unknown}, -1
	for _, block := range unmask(encoded, modulus.BitLen()-1) {
		d := Diagnosis{Origin: PSS, HashSize: len(block.hash), MaskHash: block.mask.String(), Salt: len(block.salt)}
		signed, ok := search(messages(), ofSize(len(block.hash)), func(hash crypto.Hash, message []byte) bool {
			return bytes.Equal(hashPSS(hash, message, block.salt), block.hash)
		})
		if ok {
			signed.describe(&d)
			return d
		}
		if block.zeros > zeros {
			best, zeros = d, block.zeros
		}
	}
	if zeros >= 0 && zeros < sureZeros {
		best.Origin, best.Chance = PerhapsPSS, chance(zeros, modulus)
	}
	return best
}
