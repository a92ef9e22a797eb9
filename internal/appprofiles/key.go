package appprofiles

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"regexp"
	"strings"

	"github.com/drtxt/drtxt/keygen"
)

// The labels that a key without PEM around it is tried with.
const (
	labelPKIX  = "PUBLIC KEY"
	labelPKCS1 = "RSA PUBLIC KEY"
)

// ParseKey reads a public key as a portal may give it back: PEM with any line ends, also
// written \n or \r\n, or all in one line; without a final line break; with a byte order mark;
// or the base64 alone, of the DER or of the PEM. Beyond that it is as strict as
// [keygen.ParsePublicKey], whose errors it returns. They never hold anything of the text,
// which may be a private key: [keygen.ErrPrivateGiven].
func ParseKey(text string) (*rsa.PublicKey, error) {
	if isPrivateText(text) {
		return nil, &keygen.FileError{Kind: keygen.ErrPrivateGiven}
	}
	text = unescaped(text)
	if block, ok := reflowed(text); ok {
		return keygen.ParsePublicKey([]byte(block))
	}
	decoded, err := base64.StdEncoding.DecodeString(withoutBlanks(text))
	if err != nil || len(decoded) == 0 {
		return keygen.ParsePublicKey([]byte(text))
	}
	defer clear(decoded)
	if isPrivateText(string(decoded)) {
		return nil, &keygen.FileError{Kind: keygen.ErrPrivateGiven}
	}
	if block, ok := reflowed(string(decoded)); ok {
		return keygen.ParsePublicKey([]byte(block))
	}
	return parseDER(decoded)
}

// privateLabel is in the first and in the last line of every private key in PEM.
var privateLabel = regexp.MustCompile(`PRIVATE(%20|[^A-Za-z0-9])*KEY`)

// isPrivateText reports whether a text has such a label, wherever it was wrapped, and
// whatever is left of the key beside it.
func isPrivateText(text string) bool {
	return privateLabel.MatchString(withoutBlanks(writtenBreak.ReplaceAllLiteralString(text, "")))
}

// writtenBreak is a line break that was escaped, once or more often.
var writtenBreak = regexp.MustCompile(`\\+[rn]`)

// unescaped takes away what a text got on its way through portals and editors.
func unescaped(text string) string {
	text = strings.TrimPrefix(text, "\uFEFF")
	text = writtenBreak.ReplaceAllLiteralString(text, "\n")
	text = strings.TrimSpace(text)
	if len(text) > 1 && strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`) {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	return text
}

// block matches one PEM block that is the whole text, however it is broken into lines.
var block = regexp.MustCompile(`^\s*-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END ([A-Z0-9 ]+)-----\s*$`)

// reflowed puts the line breaks of a PEM block where they belong. Whether its labels are right
// is for the one who reads it.
func reflowed(text string) (string, bool) {
	parts := block.FindStringSubmatch(text)
	if parts == nil {
		return "", false
	}
	var b strings.Builder
	b.WriteString("-----BEGIN " + parts[1] + "-----\n")
	const width = 64 // RFC 7468 §2
	body := withoutBlanks(parts[2])
	for len(body) > width {
		b.WriteString(body[:width] + "\n")
		body = body[width:]
	}
	b.WriteString(body + "\n-----END " + parts[3] + "-----\n")
	return b.String(), true
}

func withoutBlanks(text string) string { return strings.Join(strings.Fields(text), "") }

// parseDER reads a key that has no label.
func parseDER(der []byte) (*rsa.PublicKey, error) {
	if isPrivate(der) {
		return nil, &keygen.FileError{Kind: keygen.ErrPrivateGiven}
	}
	label := labelPKIX
	if _, err := x509.ParsePKCS1PublicKey(der); err == nil {
		label = labelPKCS1
	}
	return keygen.ParsePublicKey(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

func isPrivate(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParseECPrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParsePKCS1PrivateKey(der)
	return err == nil
}

// A keyring reads every key once: in an export most profiles have the same.
type keyring map[string]readKey

type readKey struct {
	fingerprint string
	err         error
}

func (k keyring) read(text string) (fingerprint string, err error) {
	known, ok := k[text]
	if !ok {
		key, err := ParseKey(text)
		known = readKey{keygen.Fingerprint(key), err}
		k[text] = known
	}
	return known.fingerprint, known.err
}
