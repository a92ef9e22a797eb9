package keygen

import (
	"crypto/aes"
	"crypto/cipher"
)

// encryptCBC encrypts plain with AES in CBC mode and padding (RFC 8018 appendix
// B.2.5). No copy of plain is left behind.
func encryptCBC(key, iv, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	padding := aes.BlockSize - len(plain)%aes.BlockSize
	text := make([]byte, len(plain)+padding)
	copy(text, plain)
	for i := len(plain); i < len(text); i++ {
		text[i] = byte(padding)
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
	return text, nil
}

// decryptCBC undoes encryptCBC, the padding included; it returns false where
// that does not fit. The ciphertext is one block or more, iv one block.
func decryptCBC(key, iv, ciphertext []byte) (plain []byte, ok bool) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, false
	}
	text := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, ciphertext)
	plain, ok = withoutPadding(text)
	if !ok {
		clear(text)
	}
	return plain, ok
}

// withoutPadding takes the padding off (RFC 5652 §6.3): 1 to 16 bytes, each of
// which tells how many they are.
func withoutPadding(text []byte) (plain []byte, ok bool) {
	padding := int(text[len(text)-1])
	if padding < 1 || padding > aes.BlockSize {
		return nil, false
	}
	plain = text[:len(text)-padding]
	for _, b := range text[len(plain):] {
		if int(b) != padding {
			return nil, false
		}
	}
	return plain, true
}
