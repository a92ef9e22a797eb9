// Package signer signs with private keys that this process never holds: an
// external program or an SSH agent has them, and behind it may stand a hardware
// security module, a token or a key management service. A [Command] and an [Agent]
// are [crypto.MessageSigner]: they are given the message and do the hashing.
//
// Both are told the public key beforehand. They verify every signature under it
// before they return it, and never ask twice: a token counts wrong PINs.
//
// # The protocol of signer commands, version 1
//
// The program is started once for a signature, by its absolute path and with its
// arguments as they are; no shell is involved. It runs in the working directory of
// this process and gets
//
//	standard input   the exact bytes to be signed, then the end of input
//	environment      what [CommandOptions] names, and these three:
//	                 DRTXT_SIGNER_PROTOCOL=1
//	                 DRTXT_SHA256=…   SHA-256 of the message, 64 lower-case hexadecimal digits
//	                 DRTXT_PADDING=…  pkcs1v15 (RFC 8017 §8.2) or pss (§8.1)
//
// and no file descriptors but 0, 1 and 2. The hash is SHA-256 always. With pss, a
// salt of 32 bytes is asked for; one of any length is accepted. A program need not
// read its input.
//
// It answers on standard output with the signature and nothing else: exactly 256
// bytes, or else base64 (RFC 4648 §4) of 256 bytes: exactly 344 characters once
// space, tab, CR and LF are taken away. Then it ends with status 0; with any other, the
// signature does not count. More than 4 KiB of output end it at once. What it
// writes to standard error is passed on while it runs, 64 KiB of it at most; a line that
// it leaves open is ended.
//
// # How a program is ended
//
// On Unix the program leads a process group of its own. When the time limit passes
// or the context ends, the group gets SIGTERM, and one second later SIGKILL. When
// the program has ended, what is left of its group is killed. It may leave its
// output to others no longer than a second. On Windows the program and what it
// starts are a job object, which is terminated.
//
// # The terminal
//
// Where this process is in the foreground of its controlling terminal, the
// program's group takes its place while it runs, so that the program can ask for a PIN
// there. Afterwards this process is in the foreground again, and the terminal has
// its settings of before, however the program ended. Ctrl-C reaches the program alone
// meanwhile: that it died of SIGINT, or ended with status 130 as shells do then,
// makes an error that is [context.Canceled]. Ctrl-Z stops the program, not this
// process; the time limit goes on. This process ignores SIGTTIN and SIGTTOU meanwhile.
//
// A process that the program leaves behind in the foreground, with a group of its own,
// stays there; the settings of before come back all the same, once. If it is the
// session's first shell that has taken the terminal meanwhile, or the one that started
// this process, nothing is changed.
package signer

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// DefaultTimeout is the time limit where none is given. A person may have to find
// a token and to type its PIN.
const DefaultTimeout = time.Minute

// signatureSize is the length of a signature in bytes (RFC 8017 §8.1.1, §8.2.1).
const signatureSize = txtrecord.KeyBits / 8

// A padding is one of RFC 8017's, by its name in the protocol.
type padding string

const (
	pkcs1v15 padding = "pkcs1v15"
	pss      padding = "pss"
)

// paddingOf returns what is asked for, or why nobody here can sign like that.
func paddingOf(opts crypto.SignerOpts) (padding, error) {
	if opts == nil || opts.HashFunc() != crypto.SHA256 {
		return "", &Error{Kind: ErrHash}
	}
	options, ok := opts.(*rsa.PSSOptions)
	if !ok {
		return pkcs1v15, nil
	}
	switch options.SaltLength {
	case rsa.PSSSaltLengthEqualsHash, rsa.PSSSaltLengthAuto, sha256.Size:
		return pss, nil
	}
	return "", &Error{Kind: ErrPadding, Found: "PSS with another salt length than 32"}
}

// checkKey refuses a key that the format does not allow.
func checkKey(key *rsa.PublicKey) error {
	if err := txtrecord.CheckKey(key); err != nil {
		return &Error{Kind: ErrKey, Err: err}
	}
	return nil
}

// verify returns an [ErrSignature] unless the signature is the key's, and an
// [ErrOtherPadding] if that is padded otherwise than it was asked for.
func verify(key *rsa.PublicKey, message, signature []byte, asked padding) error {
	digest := sha256.Sum256(message)
	if verifies(key, digest, signature, asked) {
		return nil
	}
	for _, other := range []padding{pkcs1v15, pss} {
		if other != asked && verifies(key, digest, signature, other) {
			return &Error{Kind: ErrOtherPadding, Found: "padded as " + string(other), Wanted: string(asked)}
		}
	}
	return &Error{Kind: ErrSignature, Wanted: "one by the key " + keygen.Fingerprint(key)}
}

func verifies(key *rsa.PublicKey, digest [sha256.Size]byte, signature []byte, p padding) bool {
	if p == pss {
		return rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
	}
	return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
}
