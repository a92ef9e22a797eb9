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
//	PRIVATE KEY      PKCS #8, read and written (RFC 5958 §2, RFC 7468 §10)
//	RSA PRIVATE KEY  PKCS #1, read (RFC 8017 appendix A.1.2)
//	PUBLIC KEY       SubjectPublicKeyInfo, read and written (RFC 5280 §4.1.2.7, RFC 7468 §13)
//	RSA PUBLIC KEY   PKCS #1, read (RFC 8017 appendix A.1.1)
//
// Encrypted private keys are recognised and refused.
//
// # Errors
//
// Every refusal is a [*FileError]. Its [Kind] is one of this package's Err
// variables, for [errors.Is]; its Hint gives the way out. No error holds a
// byte of a key.
package keygen
