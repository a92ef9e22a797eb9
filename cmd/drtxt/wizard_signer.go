package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

func (w *wizard) askSigned() *question {
	return yesOrNo(question{
		title:  "Are the records to be signed?",
		preset: yesNo(!w.unsigned),
		help: `Signed records are two, with a signature that clients check by the public key in the vendor's portal. Answer yes if there is a public key in the portal.
Unsigned is one record, which anybody who can change the DNS could have made. What clients do with it if the portal has a public key is not documented.`,
	}, func(yes bool) error {
		w.unsigned = !yes
		if w.unsigned {
			w.say("Warning: what clients do with an unsigned record if the portal has a public key is not documented.")
		}
		return nil
	})
}

func (w *wizard) askNewKey() *question {
	if w.unsigned {
		return nil
	}
	q := question{
		title: "Is a new key pair to be made?",
		about: "During an incident answer no: clients know a new key only once its public half is in the vendor's portal.",
		help: `The key pair signs the records. The private key stays here, the public key goes into the vendor's portal: into the disaster recovery settings, and into the app profiles of Client Connector.
Answer no if there is a pair already, in a file or in a device. Answer yes on a quiet day, for the first time or to replace the pair.`,
	}
	if w.newKey || w.signerKnown() {
		q.preset = yesNo(w.newKey)
	}
	return yesOrNo(q, func(yes bool) error {
		w.newKey = yes
		return nil
	})
}

// signerKnown reports whether there is something to sign with already.
func (w *wizard) signerKnown() bool {
	return w.key != "" || w.signerConfigured() || isThere(keygen.PrivateKeyFile)
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// signerConfigured reports whether a program or an agent is set to sign.
func (w *wizard) signerConfigured() bool {
	return w.record.signing.command != "" || w.record.signing.agent
}

// usesConfigured reports whether that is what signs.
func (w *wizard) usesConfigured() bool {
	return !w.unsigned && !w.newKey && w.signerConfigured() && !w.otherKey
}

func (w *wizard) askSigner() *question {
	if w.unsigned || w.newKey || !w.signerConfigured() {
		return nil
	}
	configured := "the SSH agent, as configured"
	if command := w.record.signing.command; command != "" {
		configured = "the program " + quoted(command) + ", as configured"
	}
	q := &question{
		title:   "What signs the records?",
		choices: []choice{{"configured", configured}, {"file", "a private key in a file"}},
		preset:  "configured",
		help:    "The configuration names a program or an agent that signs, because the key is in a device or elsewhere. Answer file if this once a key in a file is to sign.",
		accept:  w.acceptSigner,
	}
	if w.otherKey {
		q.preset = "file"
	}
	return q
}

func (w *wizard) acceptSigner(answer string) error {
	if answer == "configured" {
		s := w.record.signing
		s.passphrase = noPassphrase()
		scheme, err := txtrecord.ParseScheme(w.record.scheme)
		if err := errors.Join(err, s.check(w.env, scheme)); err != nil {
			return refusal(err, "answer file if there is a key in a file; or quit, and mend the configuration")
		}
	}
	w.otherKey = answer == "file"
	return nil
}

// The answers in place of a file where what is configured is missing.
const (
	answerNewPair  = "new"
	answerUnsigned = "unsigned"
)

func (w *wizard) askKey() *question {
	if w.unsigned || w.newKey || w.usesConfigured() {
		return nil
	}
	q := &question{
		title:  "In which file is the private key?",
		prompt: "file",
		preset: w.key,
		help: `The file that drtxt keygen or the vendor's tool wrote, mostly dr_privatekey.pem. If it is encrypted, its passphrase is asked for at the end.
It is only read. A file that others can read is refused.`,
		accept: w.acceptKey,
	}
	if q.preset == "" && isThere(keygen.PrivateKeyFile) {
		q.preset = keygen.PrivateKeyFile
	}
	if missing := w.gone.inWords(); missing != "" {
		q.about, q.open, q.prompt = missing+"\nType another file, or one of these.", true, "file, or "+answerNewPair+", or "+answerUnsigned
		q.choices = []choice{
			{answerNewPair, "make a new key pair"},
			{answerUnsigned, "one record without signature"},
		}
	}
	return q
}

// askPublic asks for the public key that drtxt record would want to hold the private one
// against, where the configured one is missing.
func (w *wizard) askPublic() *question {
	if !w.lacksPublic() {
		return nil
	}
	q := &question{
		title:  "In which file is the public key?",
		about:  "What is configured cannot be used: " + w.gone["public"] + ".\nType none if it is not at hand: then the line that makes the same does not run before it is there.",
		prompt: "file, or none",
		preset: w.public,
		help:   "The public half of the pair, mostly dr_publickey.pem: what was uploaded to the vendor's portal. The records are held against it.",
		accept: w.acceptPublic,
	}
	if beside := publicBeside(w.key); q.preset == "" && isThere(beside) {
		q.preset = beside
	}
	return q
}

// lacksPublic reports whether a key file signs, and the public key that is configured for
// it is missing.
func (w *wizard) lacksPublic() bool {
	_, missing := w.gone["public"]
	return missing && len(w.record.signing.public) == 0 && !w.unsigned && !w.newKey
}

func (w *wizard) acceptPublic(answer string) error {
	if strings.EqualFold(answer, leftOut) {
		w.public = leftOut
		return nil
	}
	path := expandHome(answer)
	if _, err := keygen.LoadPublicKey(path); err != nil {
		return err
	}
	s := signing{key: w.key, public: []string{path}}
	if err := s.checkPair(); err != nil {
		return err
	}
	w.public = path
	return nil
}

// errLocked says that the passphrase comes later.
var errLocked = errors.New("the key is encrypted")

// checkLocked checks a private key file as far as that can be done without its passphrase.
func checkLocked(path string) error {
	_, err := keygen.LoadPrivateKey(path, false, func() ([]byte, error) { return nil, errLocked })
	switch {
	case errors.Is(err, errLocked):
		return nil
	case errors.Is(err, keygen.ErrExposed):
		return refusal(err, "chmod 600 "+shellwords.Word(path)+" in another terminal, then answer again")
	}
	return err
}

func (w *wizard) acceptKey(answer string) error {
	if len(w.gone) > 0 && (answer == answerNewPair || answer == answerUnsigned) {
		w.newKey, w.unsigned = answer == answerNewPair, answer == answerUnsigned
		return nil
	}
	path := expandHome(answer)
	if err := checkLocked(path); err != nil {
		return err
	}
	s := signing{key: path, public: w.record.signing.public}
	if err := s.checkPair(); err != nil {
		return err
	}
	w.key = path
	return nil
}

// expandHome puts the user's folder in the place of the ~ that a shell would replace.
func expandHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if home, err := os.UserHomeDir(); ok && err == nil && (rest == "" || os.IsPathSeparator(rest[0])) {
		return filepath.Join(home, rest)
	}
	return path
}

// signing are the flags that say what signs.
func (w *wizard) signing() signing {
	s := w.record.signing
	if w.usesConfigured() {
		s.passphrase = noPassphrase()
		return s
	}
	none := signing{passphrase: noPassphrase(), timeout: s.timeout}
	switch {
	case w.unsigned:
	case w.newKey:
		none.key = filepath.Join(w.folder, keygen.PrivateKeyFile)
	default:
		none.key, none.public, none.passphrase = w.key, s.public, s.passphrase
		if w.public != "" && w.public != leftOut {
			none.public = []string{w.public}
		}
	}
	return none
}

func noPassphrase() passphraseSource { return passphraseSource{fd: noDescriptor} }

func (w *wizard) signerInWords() string {
	s := w.signing()
	switch {
	case w.unsigned:
		return "no"
	case w.newKey:
		return "with a new key pair, " + quoted(publicBeside(s.key)) + " and " + quoted(s.key)
	case s.agent:
		return "by the SSH agent"
	case s.command != "":
		return "by the program " + quoted(s.command)
	}
	return "with the private key in " + quoted(s.key)
}
