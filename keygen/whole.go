package keygen

import (
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"
)

// isWhole reports whether der is an undamaged PrivateKeyInfo, allowed or not.
// Of an RSA key its numbers tell that. A key for an algorithm that has no name
// here is whole unless it is an RSA key: then the identifier is damaged.
func isWhole(der []byte) bool {
	info, ok := readPrivateKeyInfo(der)
	if !ok {
		return false
	}
	id := info.algorithm.id.String()
	if id == rsaEncryption {
		return fitsTogether(info.key)
	}
	_, known := algorithms[id]
	return known || !fitsTogether(info.key)
}

// fitsTogether reports whether der is an RSAPrivateKey (RFC 8017 appendix
// A.1.2) of any size and number of primes in which n is their product and d
// the inverse of e (§3.2).
func fitsTogether(der cryptobyte.String) bool {
	content, ok := readSequence(der)
	var version int
	if !ok || !content.ReadASN1Integer(&version) {
		return false
	}
	numbers := make([]big.Int, 8) // n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p
	for i := range numbers {
		if !content.ReadASN1Integer(&numbers[i]) {
			return false
		}
	}
	primes := []*big.Int{&numbers[3], &numbers[4]}
	if !readOtherPrimes(&content, &primes) || !content.Empty() {
		return false
	}
	exponents := new(big.Int).Mul(&numbers[1], &numbers[2])
	product := big.NewInt(1)
	for _, prime := range primes {
		if !isOneBelow(prime, exponents) {
			return false
		}
		product.Mul(product, prime)
	}
	return product.Cmp(&numbers[0]) == 0
}

// readOtherPrimes appends the primes of otherPrimeInfos, if they come next.
func readOtherPrimes(der *cryptobyte.String, primes *[]*big.Int) bool {
	var infos cryptobyte.String
	if !der.ReadOptionalASN1(&infos, nil, tag.SEQUENCE) {
		return false
	}
	for !infos.Empty() {
		var info cryptobyte.String
		var prime, exponent, coefficient big.Int
		if !infos.ReadASN1(&info, tag.SEQUENCE) || !info.ReadASN1Integer(&prime) ||
			!info.ReadASN1Integer(&exponent) || !info.ReadASN1Integer(&coefficient) || !info.Empty() {
			return false
		}
		*primes = append(*primes, &prime)
	}
	return true
}

// isOneBelow reports whether number is 1 modulo prime-1.
func isOneBelow(prime, number *big.Int) bool {
	one := big.NewInt(1)
	if prime.Cmp(one) <= 0 {
		return false
	}
	remainder := new(big.Int)
	return remainder.Mod(number, new(big.Int).Sub(prime, one)).Cmp(one) == 0
}
