package main

import (
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

// A keyring loads each public key once, however many lines name it.
type keyring struct {
	keys map[string]verify.Key
	// check is asked before a file is read for the first time.
	check func(path string) error
}

// maxKeys bounds what a keyring remembers.
const maxKeys = 1024

func (k *keyring) load(paths []string) ([]verify.Key, error) {
	if k.keys == nil || len(k.keys) > maxKeys {
		k.keys = map[string]verify.Key{}
	}
	keys := make([]verify.Key, len(paths))
	for i, path := range paths {
		key, known := k.keys[path]
		if !known {
			if err := k.check(path); err != nil {
				return nil, err
			}
			public, err := keygen.LoadPublicKey(path)
			if err != nil {
				return nil, err
			}
			key = verify.Key{PublicKey: public, Name: keygen.Fingerprint(public)}
			k.keys[path] = key
		}
		keys[i] = key
	}
	return keys, nil
}
