package keygen_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/drtxt/drtxt/keygen"
)

// A pair is written once; whoever asks again is told so.
func Example() {
	parent, err := os.MkdirTemp("", "keygen")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "keys")

	if err := keygen.CheckVacant(dir); err != nil {
		log.Fatal(err)
	}
	key, err := keygen.Generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := keygen.WritePair(dir, key); err != nil {
		log.Fatal(err)
	}

	public, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(keygen.Fingerprint(public) == keygen.Fingerprint(&key.PublicKey))
	fmt.Println(errors.Is(keygen.WritePair(dir, key), keygen.ErrExists))
	// Output:
	// true
	// true
}

// A refusal says what was found, and its hint the way out.
func ExampleFileError() {
	_, err := keygen.LoadPublicKey("../testdata/keys/malformed/certificate.pem")
	if refusal, ok := errors.AsType[*keygen.FileError](err); ok {
		fmt.Println(refusal)
		fmt.Println("hint:", refusal.Hint())
	}
	// Output:
	// "../testdata/keys/malformed/certificate.pem" holds a certificate; wanted: an RSA public key, one PEM block
	// hint: it holds no private key; take the public key out of it with: openssl x509 -in "../testdata/keys/malformed/certificate.pem" -noout -pubkey
}

// The passphrase is asked for when it is needed, and never for a file that could
// not be read anyway.
func ExampleLoadPrivateKey() {
	dir, err := os.MkdirTemp("", "keygen")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	key, err := keygen.Generate()
	if err != nil {
		log.Fatal(err)
	}
	if err := keygen.WriteEncryptedPair(context.Background(), dir, key, []byte(testPassphrase)); err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, keygen.PrivateKeyFile)

	inspection, err := keygen.Inspect(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(inspection.Format, "with", inspection.Encryption.KDF)

	read, err := keygen.LoadPrivateKey(path, false, func() ([]byte, error) {
		fmt.Println("asked")
		return []byte(testPassphrase), nil
	})
	fmt.Println(read.Equal(key), err)
	_, err = keygen.LoadPrivateKey(path, false, func() ([]byte, error) { return []byte("another"), nil })
	fmt.Println(errors.Is(err, keygen.ErrPassphrase))
	// Output:
	// encrypted PKCS #8 with scrypt
	// asked
	// true <nil>
	// true
}
