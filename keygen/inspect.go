package keygen

import (
	"crypto/rsa"
	"encoding/pem"
	"io/fs"
)

// The values of [Inspection.Kind].
const (
	KindPrivate = "private"
	KindPublic  = "public"
)

// The values of [Inspection.Format].
const (
	FormatPKCS8          = "PKCS #8"
	FormatEncryptedPKCS8 = "encrypted PKCS #8"
	FormatPKCS1          = "PKCS #1"
	FormatPublicKeyInfo  = "SubjectPublicKeyInfo"
)

// An Inspection is what can be said about a key file without its passphrase.
type Inspection struct {
	// Kind is [KindPrivate] or [KindPublic].
	Kind string
	// Format is one of the Format constants.
	Format string
	// Encryption is how the private key is encrypted, nil if it is not.
	Encryption *Encryption
	// PublicKey is the key, or its public half, nil where nothing tells it.
	PublicKey *rsa.PublicKey
	// FromBeside says that PublicKey is what the file beside an encrypted
	// private key holds: that the two belong together is known after
	// decrypting alone.
	FromBeside bool
	// Mode is the file's permission bits; see [ModeChecked] for what they mean.
	Mode fs.FileMode
}

// Inspect says what the key file at path is, private or public, without a
// passphrase. It reports the mode and refuses no exposed file; everything else
// that [LoadPrivateKey] and [LoadPublicKey] refuse it refuses likewise, but for
// what an encrypted key holds inside.
func Inspect(path string) (Inspection, error) {
	file, info, err := openRegular(path)
	if err != nil {
		return Inspection{}, err
	}
	defer file.Close()
	data, err := readCapped(file, path)
	if err != nil {
		return Inspection{}, err
	}
	defer clear(data)
	inspection, err := inspect(data, path)
	if err != nil {
		return Inspection{}, atPath(err, path)
	}
	inspection.Mode = info.Mode().Perm()
	return inspection, nil
}

// inspect judges the content of the key file at path.
func inspect(data []byte, path string) (Inspection, error) {
	block, err := wantEither.decode(data)
	if err != nil {
		return Inspection{}, err
	}
	defer clear(block.Bytes)
	switch block.Type {
	case labelPKIX:
		return inspectPublic(block, FormatPublicKeyInfo)
	case labelPKCS1Public:
		return inspectPublic(block, FormatPKCS1)
	case labelEncrypted:
		return inspectEncrypted(block.Bytes, path)
	case labelPKCS8:
		return inspectPrivate(block, FormatPKCS8, path)
	}
	return inspectPrivate(block, FormatPKCS1, path)
}

func inspectPublic(block *pem.Block, format string) (Inspection, error) {
	key, err := parsePublic(block)
	if err != nil {
		return Inspection{}, err
	}
	return Inspection{Kind: KindPublic, Format: format, PublicKey: key}, nil
}

// inspectPrivate inspects an unencrypted private key.
func inspectPrivate(block *pem.Block, format, path string) (Inspection, error) {
	key, err := parsePrivate(block, nil)
	if err != nil {
		return Inspection{}, err
	}
	inspection := Inspection{Kind: KindPrivate, Format: format, PublicKey: &key.PublicKey}
	return inspection, checkBeside(path, &key.PublicKey)
}

func inspectEncrypted(der []byte, path string) (Inspection, error) {
	encrypted, err := readEncrypted(der)
	if err != nil {
		return Inspection{}, err
	}
	inspection := Inspection{Kind: KindPrivate, Format: FormatEncryptedPKCS8, Encryption: encrypted.describe()}
	public, err := loadBeside(path)
	if err != nil {
		return Inspection{}, err
	}
	inspection.PublicKey, inspection.FromBeside = public, public != nil
	return inspection, nil
}
