package calibration

import (
	"bytes"
	"crypto"
	_ "crypto/md5"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/binary"
	"math"
	"math/big"
	"slices"
)

// unhashed stands for no hash: the message itself.
const unhashed crypto.Hash = 0

// hashes are those known here, the likelier first.
var hashes = []crypto.Hash{
	crypto.SHA256, crypto.SHA1, crypto.SHA512, crypto.SHA384, crypto.SHA224, crypto.MD5,
	crypto.SHA512_256, crypto.SHA512_224, crypto.SHA3_256, crypto.SHA3_512, crypto.SHA3_384, crypto.SHA3_224,
}

// ofSize are the hashes whose digests have that many bytes.
func ofSize(size int) []crypto.Hash {
	var all []crypto.Hash
	for _, hash := range hashes {
		if hash.Size() == size {
			all = append(all, hash)
		}
	}
	return all
}

func sum(hash crypto.Hash, parts ...[]byte) []byte {
	if hash == unhashed {
		return slices.Concat(parts...)
	}
	h := hash.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// leastPadding is how many bytes 255 EMSA-PKCS1-v1_5 has at least (RFC 8017 §9.2).
const leastPadding = 8

// unpad takes away 0, 1, bytes 255, 0 (RFC 8017 §9.2).
func unpad(encoded []byte) (content []byte, ok bool) {
	inner, ok := bytes.CutPrefix(encoded, []byte{0, 1})
	if !ok {
		return nil, false
	}
	padding := 0
	for padding < len(inner) && inner[padding] == 0xff {
		padding++
	}
	if padding < leastPadding || padding == len(inner) || inner[padding] != 0 {
		return nil, false
	}
	return inner[padding+1:], true
}

// A digestInfo is how a DigestInfo begins (RFC 8017 §9.2, note 1).
type digestInfo struct {
	hash        crypto.Hash
	withoutNull bool
	prefix      []byte
}

var digestInfos = makeDigestInfos()

func parseDigestInfo(content []byte) (info digestInfo, digest []byte, ok bool) {
	for _, info := range digestInfos {
		if digest, ok := bytes.CutPrefix(content, info.prefix); ok && len(digest) == info.hash.Size() {
			return info, digest, true
		}
	}
	return digestInfo{}, nil, false
}

func makeDigestInfos() []digestInfo {
	nist := func(last byte) []byte { return []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last} }
	var all []digestInfo
	for _, h := range []struct {
		hash       crypto.Hash
		identifier []byte // of the object
	}{
		{crypto.MD5, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05}},
		{crypto.SHA1, []byte{0x2b, 0x0e, 0x03, 0x02, 0x1a}},
		{crypto.SHA256, nist(1)}, {crypto.SHA384, nist(2)}, {crypto.SHA512, nist(3)}, {crypto.SHA224, nist(4)},
		{crypto.SHA512_224, nist(5)}, {crypto.SHA512_256, nist(6)},
		{crypto.SHA3_224, nist(7)}, {crypto.SHA3_256, nist(8)}, {crypto.SHA3_384, nist(9)}, {crypto.SHA3_512, nist(10)},
	} {
		size := byte(h.hash.Size())
		for _, null := range [][]byte{{5, 0}, nil} {
			algorithm := slices.Concat([]byte{6, byte(len(h.identifier))}, h.identifier, null)
			sequence := slices.Concat([]byte{0x30, byte(len(algorithm))}, algorithm, []byte{4, size})
			all = append(all, digestInfo{h.hash, null == nil, append([]byte{0x30, byte(len(sequence)) + size}, sequence...)})
		}
	}
	return all
}

// A saltedBlock is what EMSA-PSS consists of (RFC 8017 §9.1.1, figure 2).
type saltedBlock struct {
	mask       crypto.Hash // of the mask generation function
	hash, salt []byte
	zeros      int // how many bytes 0 stand before the 1
}

// hashSizes are the lengths that a hash value can have, the likelier first.
var hashSizes = []int{32, 20, 64, 48, 28, 16}

// unmask finds what can be EMSA-PSS: behind the masked block a hash value and the trailer,
// and in the block, once the mask is taken off, bytes 0, a 1 and a salt. bits is emBits.
func unmask(encoded []byte, bits int) []saltedBlock {
	encoded = encoded[len(encoded)-(bits+7)/8:]
	spare := 8*len(encoded) - bits // bits that have to be 0
	if encoded[len(encoded)-1] != 0xbc || encoded[0]>>(8-spare) != 0 {
		return nil
	}
	var all []saltedBlock
	for _, size := range hashSizes {
		end := len(encoded) - size - 1
		hash := encoded[end : end+size]
		for _, mask := range hashes {
			block := mgf1(mask, hash, end)
			for i, b := range encoded[:end] {
				block[i] ^= b
			}
			block[0] &= 0xff >> spare
			salt := bytes.TrimLeft(block, "\x00")
			if len(salt) > 0 && salt[0] == 1 {
				all = append(all, saltedBlock{mask, hash, salt[1:], end - len(salt)})
			}
		}
	}
	return all
}

// sureZeros is how many bytes 0 before the salt of PSS do not come about by chance: less
// than once in 10^12 signatures.
const sureZeros = 4

// chance is that of any other signature to look like EMSA-PSS with at least that many
// bytes 0 under a modulus: to have the spare bits and the trailer, and under one of the
// masks at one of the sizes the bytes 0 and the 1.
func chance(zeros int, modulus *big.Int) float64 {
	bits := modulus.BitLen() - 1
	below, _ := new(big.Rat).SetFrac(new(big.Int).Lsh(big.NewInt(1), uint(bits)), modulus).Float64()
	spare := (8 - bits%8) % 8
	once := math.Exp2(float64(spare-8*(zeros+1))) * 256 / 255
	tries := float64(len(hashSizes) * len(hashes))
	return -math.Expm1(tries*math.Log1p(-once)) * below / 256
}

// hashPSS is the hash value of EMSA-PSS (RFC 8017 §9.1.1, steps 5 and 6).
func hashPSS(hash crypto.Hash, message, salt []byte) []byte {
	return sum(hash, make([]byte, 8), sum(hash, message), salt)
}

// mgf1 is the mask generation function of RFC 8017 appendix B.2.1.
func mgf1(hash crypto.Hash, seed []byte, length int) []byte {
	var mask []byte
	for counter := uint32(0); len(mask) < length; counter++ {
		mask = append(mask, sum(hash, seed, binary.BigEndian.AppendUint32(nil, counter))...)
	}
	return mask[:length]
}
