package keygen

import (
	"crypto/rsa"
	"strconv"

	"github.com/drtxt/drtxt/txtrecord"
)

// checkPolicy refuses a key that is not of the format's kind.
func checkPolicy(key *rsa.PublicKey) error {
	if err := txtrecord.CheckKey(key); err != nil {
		return &FileError{Kind: ErrPolicy, Err: err}
	}
	return nil
}

// checkPair applies the policy to a private key, which has two primes.
func checkPair(key *rsa.PrivateKey) error {
	if key == nil {
		return checkPolicy(nil)
	}
	if err := checkPolicy(&key.PublicKey); err != nil {
		return err
	}
	if len(key.Primes) > 2 {
		return wantPrivate.refuse(ErrMultiPrime, strconv.Itoa(len(key.Primes)))
	}
	return nil
}
