package keygen

import (
	"crypto/rand"
	"encoding/binary"
)

const (
	passphraseWords = 10
	wordBits        = 10
	longestWord     = 7 // bytes
)

// GeneratePassphrase returns a passphrase of ten words joined by hyphens, each drawn
// from the same 1024 with equal chance: 100 bits. Its randomness is crypto/rand's. No
// other copy of it exists; the caller clears it after use.
func GeneratePassphrase() []byte {
	var random [2 * passphraseWords]byte
	defer clear(random[:])
	rand.Read(random[:]) // never fails
	// Growing it would leave a copy behind.
	passphrase := make([]byte, 0, passphraseWords*(longestWord+1))
	for i := 0; i < len(random); i += 2 {
		if i > 0 {
			passphrase = append(passphrase, '-')
		}
		passphrase = append(passphrase, wordOf(random[i:])...)
	}
	return passphrase
}

// wordOf is the word that two random bytes choose. Each is chosen by the same number of
// pairs, because the number of words divides 2^16.
func wordOf(pair []byte) string {
	return words[binary.BigEndian.Uint16(pair)%uint16(len(words))]
}
