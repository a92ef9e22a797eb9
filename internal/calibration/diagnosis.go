package calibration

import (
	"bytes"
	"crypto"
	_ "crypto/md5"
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/binary"
	"math/big"
)

// An Origin is what can be said of a signature under which no scheme fits.
type Origin string

// The origins.
const (
	// PKCS1 says that the signature was made with the key, in RSASSA-PKCS1-v1_5, over the
	// digest of other bytes.
	PKCS1 Origin = "pkcs1v15"
	// PKCS1Data says that it was made with the key in the padding of RSASSA-PKCS1-v1_5,
	// around something other than a DigestInfo.
	PKCS1Data Origin = "pkcs1v15-data"
	// PSS says that it was made with the key, in RSASSA-PSS, over other bytes.
	PSS Origin = "pss"
	// PerhapsPSS says that it looks like RSASSA-PSS, and may do so by chance: it has so
	// long a salt that little else is left to tell it by.
	PerhapsPSS Origin = "perhaps-pss"
	// Unknown says that it was made with another key, or was altered.
	Unknown Origin = "unknown"
)

// A Diagnosis is what the bare RSA operation shows of a signature.
type Diagnosis struct {
	Origin Origin
	// Hash names the digest's algorithm, or that of PSS; empty where it is not known.
	Hash string
	// MaskHash is the hash of the mask generation function of PSS, empty otherwise.
	MaskHash string
	// Digest is that of the signed bytes, or what stands in its place; PSS does not give
	// it back.
	Digest []byte
	// Salt is the length of the salt of PSS, in bytes.
	Salt int
}

// Open applies the public operation to a signature (RFC 8017 §5.2.2), and says what it is
// that comes out.
func Open(signature []byte, key *rsa.PublicKey) Diagnosis {
	s := new(big.Int).SetBytes(signature)
	if s.Cmp(key.N) >= 0 {
		return Diagnosis{Origin: Unknown}
	}
	message := s.Exp(s, big.NewInt(int64(key.E)), key.N).FillBytes(make([]byte, key.Size()))
	if d, ok := openPKCS1(message); ok {
		return d
	}
	if d, ok := openPSS(message, key.N.BitLen()-1); ok {
		return d
	}
	return Diagnosis{Origin: Unknown}
}

// leastPadding is how many bytes 255 EMSA-PKCS1-v1_5 has at least (RFC 8017 §9.2).
const leastPadding = 8

// openPKCS1 takes 0, 1, bytes 255, 0, and what is inside (RFC 8017 §9.2).
func openPKCS1(message []byte) (Diagnosis, bool) {
	inner, ok := bytes.CutPrefix(message, []byte{0, 1})
	if !ok {
		return Diagnosis{}, false
	}
	padding := 0
	for padding < len(inner) && inner[padding] == 0xff {
		padding++
	}
	if padding < leastPadding || padding == len(inner) || inner[padding] != 0 {
		return Diagnosis{}, false
	}
	inner = inner[padding+1:]
	for _, h := range digestInfos {
		if digest, ok := bytes.CutPrefix(inner, h.prefix); ok && len(digest) == h.size {
			return Diagnosis{Origin: PKCS1, Hash: h.name, Digest: digest}, true
		}
	}
	return Diagnosis{Origin: PKCS1Data, Digest: inner}, true
}

// digestInfos are how a DigestInfo begins (RFC 8017 §9.2, note 1), and, behind those,
// without the NULL that some leave out.
var digestInfos = makeDigestInfos()

type digestInfo struct {
	name   string
	prefix []byte
	size   int
}

func makeDigestInfos() []digestInfo {
	sha2 := func(last byte) []byte { return []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last} }
	var all []digestInfo
	for _, null := range [][]byte{{5, 0}, nil} {
		for _, h := range []struct {
			hash       crypto.Hash
			identifier []byte // of the object
		}{
			{crypto.MD5, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05}},
			{crypto.SHA1, []byte{0x2b, 0x0e, 0x03, 0x02, 0x1a}},
			{crypto.SHA224, sha2(4)}, {crypto.SHA256, sha2(1)}, {crypto.SHA384, sha2(2)}, {crypto.SHA512, sha2(3)},
		} {
			size := h.hash.Size()
			object := append([]byte{6, byte(len(h.identifier))}, h.identifier...)
			algorithm := append(object, null...)
			algorithm = append([]byte{0x30, byte(len(algorithm))}, algorithm...)
			prefix := append([]byte{0x30, byte(len(algorithm) + 2 + size)}, algorithm...)
			all = append(all, digestInfo{h.hash.String(), append(prefix, 4, byte(size)), size})
		}
	}
	return all
}

// sureZeros is how many bytes 0 before the salt of PSS do not come about by chance.
const sureZeros = 4

// openPSS recognises EMSA-PSS (RFC 8017 §9.1.2): the trailer, and a masked block that
// holds bytes 0, a 1 and a salt once the mask is taken off. bits is emBits.
func openPSS(message []byte, bits int) (Diagnosis, bool) {
	message = message[len(message)-(bits+7)/8:]
	if message[len(message)-1] != 0xbc || message[0]>>(8-(8*len(message)-bits)) != 0 {
		return Diagnosis{}, false
	}
	perhaps := Diagnosis{}
	hashes := []crypto.Hash{crypto.SHA256, crypto.SHA1, crypto.SHA512, crypto.SHA384, crypto.SHA224}
	for _, hash := range hashes {
		for _, mask := range []crypto.Hash{hash, crypto.SHA1, crypto.SHA256} {
			zeros, salt, ok := unmask(message, bits, hash.Size(), mask)
			if !ok {
				continue
			}
			d := Diagnosis{Origin: PSS, Hash: hash.String(), MaskHash: mask.String(), Salt: salt}
			if zeros >= sureZeros {
				return d, true
			}
			if perhaps.Origin == "" {
				d.Origin = PerhapsPSS
				perhaps = d
			}
		}
	}
	return perhaps, perhaps.Origin != ""
}

// unmask counts the bytes 0 before the 1 of the block, and the salt behind it.
func unmask(message []byte, bits, size int, mask crypto.Hash) (zeros, salt int, ok bool) {
	end := len(message) - size - 1
	block := bytes.Clone(message[:end])
	for i, b := range mgf1(message[end:end+size], len(block), mask) {
		block[i] ^= b
	}
	block[0] &= 0xff >> (8*len(message) - bits)
	for zeros < len(block) && block[zeros] == 0 {
		zeros++
	}
	if zeros == len(block) || block[zeros] != 1 {
		return 0, 0, false
	}
	return zeros, len(block) - zeros - 1, true
}

// mgf1 is the mask generation function of RFC 8017 appendix B.2.1.
func mgf1(seed []byte, length int, hash crypto.Hash) []byte {
	var mask []byte
	for counter := uint32(0); len(mask) < length; counter++ {
		h := hash.New()
		h.Write(seed)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		mask = h.Sum(mask)
	}
	return mask[:length]
}
