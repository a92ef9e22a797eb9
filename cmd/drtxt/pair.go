package main

import (
	"crypto/rsa"
	"slices"

	"github.com/drtxt/drtxt/keygen"
)

// checkPair refuses a private key file whose public key, where that is known without a
// passphrase, is none of those that are to be believed.
func (s *signing) checkPair() error {
	if s.key == "" || len(s.public) == 0 {
		return nil
	}
	inspection, err := keygen.Inspect(s.key)
	if err != nil || inspection.PublicKey == nil {
		return err
	}
	public, err := s.publicKeys()
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(public, func(p *rsa.PublicKey) bool { return p.Equal(inspection.PublicKey) }) {
		return s.mismatch(inspection.PublicKey, public)
	}
	return nil
}
