package main

import (
	"sync"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

// A keyring loads each public key once, however many lines name it.
type keyring struct {
	mu   sync.Mutex
	keys map[string]verify.Key
}

// maxKeys bounds what a keyring remembers.
const maxKeys = 1024

func (k *keyring) load(paths []string) ([]verify.Key, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keys == nil || len(k.keys) > maxKeys {
		k.keys = map[string]verify.Key{}
	}
	keys := make([]verify.Key, len(paths))
	for i, path := range paths {
		key, known := k.keys[path]
		if !known {
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
