package dnsupdate

import (
	"errors"
	"fmt"
)

// What is wrong with a key file.
var (
	// ErrKeyFileSize is more than [MaxKeyFile].
	ErrKeyFileSize = errors.New("too large for a key file")
	// ErrKeySyntax is text that is not of BIND's grammar, or a key clause with a
	// statement missing, twice or unknown.
	ErrKeySyntax = errors.New("not as a BIND key file is written")
	// ErrNoKey is a file without a key clause.
	ErrNoKey = errors.New("there is no key in it")
	// ErrSeveralKeys is a file with more than one key clause.
	ErrSeveralKeys = errors.New("there are several keys in it")
	// ErrKeyName is a key whose name is no domain name.
	ErrKeyName = errors.New("the key's name is no domain name")
	// ErrKeyAlgorithm is any other than hmac-sha256, hmac-sha384 and hmac-sha512.
	ErrKeyAlgorithm = errors.New("the key's algorithm is not offered")
	// ErrKeySecret is a secret that is empty or not base64 (RFC 4648 §4).
	ErrKeySecret = errors.New("the key's secret is empty or not base64")
	// ErrDNSSECKey is a file K*.key or K*.private of dnssec-keygen.
	ErrDNSSECKey = errors.New("a file of dnssec-keygen, not a BIND key file")
)

// A KeyFileError says why [ParseKey] reads no key from a file. It holds nothing of
// the file's text but the name of an algorithm.
type KeyFileError struct {
	// Line is where, counted from 1; 0 where it is about the file as a whole.
	Line int
	// Algorithm is the key's where Err is [ErrKeyAlgorithm] and it is a known one,
	// such as hmac-md5, else empty.
	Algorithm string
	// Err is one of the errors above.
	Err error
}

func (e *KeyFileError) Error() string {
	text := "TSIG key file: "
	if e.Line > 0 {
		text = fmt.Sprintf("TSIG key file, line %d: ", e.Line)
	}
	text += e.Err.Error()
	if e.Err != ErrKeyAlgorithm {
		return text
	}
	if e.Algorithm != "" {
		text += ": " + e.Algorithm
	}
	return text + " (hmac-sha256, hmac-sha384 and hmac-sha512 are)"
}

func (e *KeyFileError) Unwrap() error { return e.Err }

// Hint says what to do about it.
func (e *KeyFileError) Hint() string {
	const makeOne = "`tsig-keygen -a hmac-sha256 NAME` writes one, which the server must be given too"
	switch e.Err {
	case ErrSeveralKeys:
		return "copy the key that is meant into a file of its own"
	case ErrKeyAlgorithm:
		return "use a key of an algorithm that is: " + makeOne
	}
	return `a key file holds key "NAME" { algorithm hmac-sha256; secret "BASE64"; }; and ` + makeOne
}
