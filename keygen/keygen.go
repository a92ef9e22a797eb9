// Package keygen makes, reads and writes the key pairs that sign disaster
// recovery records, and names them by their fingerprint.
//
// # Keys
//
// A key is what [txtrecord.CheckKey] allows: RSA, 2048 bits, exponent 65537.
// Private keys have exactly two primes (RFC 8017 §3.2). What is read or written
// here holds to that.
//
// # Files
//
// A key file is PEM text (RFC 7468 §2): exactly one block, without headers,
// and around it nothing but space, tab, CR and LF. The block's label is
//
//	PRIVATE KEY            PKCS #8, read and written (RFC 5958 §2, RFC 7468 §10)
//	ENCRYPTED PRIVATE KEY  PKCS #8, read and written (RFC 5958 §3, RFC 7468 §11)
//	RSA PRIVATE KEY        PKCS #1, read (RFC 8017 appendix A.1.2)
//	PUBLIC KEY             SubjectPublicKeyInfo, read and written (RFC 5280 §4.1.2.7, RFC 7468 §13)
//	RSA PUBLIC KEY         PKCS #1, read (RFC 8017 appendix A.1.1)
//
// # Encryption
//
// A private key is encrypted with PBES2 (RFC 8018 §6.2). Written is one
// profile, which OpenSSL 3.0 reads:
//
//	derivation  scrypt, N=16384, r=8, p=5 (RFC 7914 §7)
//	salt        16 random bytes
//	cipher      AES-256-CBC with a random initialisation vector (RFC 8018 appendix B.2.5)
//
// Read is what OpenSSL and step write too:
//
//	derivation  scrypt with N up to 2^17, a power of two, r up to 8, p up to 16
//	            PBKDF2 with up to 10,000,000 iterations of HMAC-SHA-256 or
//	            HMAC-SHA-512, which is named (RFC 8018 §5.2, appendices A.2 and B.1.2)
//	salt        8 to 64 bytes
//	cipher      AES-128-CBC, AES-192-CBC or AES-256-CBC; a key length that the
//	            derivation names has to be the cipher's
//	ciphertext  whole blocks, up to 8 KiB
//
// The structure is strict DER with nothing behind it. All this is checked before
// a passphrase is asked for and before anything is derived, so that a file from
// elsewhere cannot ask for more. What is encrypted otherwise is refused by the
// name of what it uses ([ErrEncryption]), PBKDF2 without a named function among
// it, which means HMAC-SHA-1, and keys in PEM with Proc-Type headers (RFC 1421
// §4.6.1.1), whose derivation is one MD5. Inside has to be a PKCS #8 structure
// like an unencrypted one.
//
// What held a passphrase, a derived key or a private key as bytes is cleared
// after use, as far as it is this package's: hash functions, big integers and
// crypto/pbkdf2, which takes a string, keep copies that nobody can reach.
//
// # Errors
//
// Every refusal is a [*FileError]. Its [Kind] is one of this package's Err
// variables, for [errors.Is]; its Hint gives the way out. No error holds a
// byte of a key.
package keygen
