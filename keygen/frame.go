package keygen

import (
	"bytes"
	"encoding/pem"
	"strconv"
	"strings"
)

const asciiSpace = " \t\r\n"

// decode returns the one PEM block that data consists of. [pem.Decode] skips
// whatever is no whole block, so that its answer is not taken at its word.
func (w wanted) decode(data []byte) (*pem.Block, error) {
	text := bytes.Trim(data, asciiSpace)
	if err := w.checkFrame(text); err != nil {
		return nil, err
	}
	block, rest := pem.Decode(text)
	if block == nil {
		return nil, w.refuse(ErrDamaged, "its PEM block does not decode")
	}
	if err := w.checkBlock(block, text, rest); err != nil {
		clear(block.Bytes)
		return nil, err
	}
	return block, nil
}

// checkFrame refuses text that is not one PEM block from its first byte on.
func (w wanted) checkFrame(text []byte) error {
	begin := []byte("-----BEGIN ")
	switch blocks := bytes.Count(text, begin); {
	case len(text) == 0:
		return w.refuse(ErrEmpty, "")
	case bytes.HasPrefix(text, []byte("ssh-")):
		return w.refuse(ErrOpenSSH, "")
	case blocks == 0:
		return w.refuse(ErrNotPEM, "")
	case blocks > 1:
		return w.refuse(ErrManyBlocks, strconv.Itoa(blocks))
	case !bytes.HasPrefix(text, begin):
		return w.refuse(ErrJunk, "before it")
	}
	return nil
}

// checkBlock refuses a block of another label, with headers (RFC 1421 §4.6),
// with something after it, or whose base64 is not how it would be written.
func (w wanted) checkBlock(block *pem.Block, text, rest []byte) error {
	switch kind, found := w.judgeLabel(block.Type); {
	case kind != nil:
		return w.refuse(kind, found)
	case strings.HasSuffix(block.Headers["Proc-Type"], "ENCRYPTED"):
		return notRead("PEM headers, the key one MD5 of the passphrase")
	case len(block.Headers) > 0:
		return w.refuse(ErrHeaders, "")
	case len(bytes.Trim(rest, asciiSpace)) > 0:
		return w.refuse(ErrJunk, "after it")
	case !encodesTo(block, text):
		return w.refuse(ErrDamaged, "its base64 is not canonical")
	}
	return nil
}

// judgeLabel returns nil for a label that is wanted, else the kind of refusal
// and what the label tells beyond it.
func (w wanted) judgeLabel(label string) (kind *Kind, found string) {
	switch label {
	case labelPKIX, labelPKCS1Public:
		if w == wantPrivate {
			return ErrPublicGiven, ""
		}
		return nil, ""
	case labelPKCS8, labelPKCS1Private:
		if w == wantPublic {
			return ErrPrivateGiven, ""
		}
		return nil, ""
	case labelEncrypted:
		if w == wantPublic {
			return ErrPrivateGiven, "encrypted"
		}
		return nil, ""
	case "CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE":
		return ErrCertificate, ""
	case "EC PRIVATE KEY":
		return ErrNotRSA, "EC"
	case "DSA PRIVATE KEY":
		return ErrNotRSA, "DSA"
	case "OPENSSH PRIVATE KEY":
		return ErrOpenSSH, ""
	}
	return ErrOtherBlock, strconv.Quote(label)
}

// encodesTo reports whether block, written anew, is text but for white space.
func encodesTo(block *pem.Block, text []byte) bool {
	encoded := encodePEM(block.Type, block.Bytes)
	defer clear(encoded)
	want, got := withoutSpace(encoded), withoutSpace(text)
	defer clear(want)
	defer clear(got)
	return bytes.Equal(want, got)
}

// withoutSpace returns a copy of text without white space, sized beforehand so
// that growing leaves no copy behind.
func withoutSpace(text []byte) []byte {
	bare := make([]byte, 0, len(text))
	for _, b := range text {
		if !strings.ContainsRune(asciiSpace, rune(b)) {
			bare = append(bare, b)
		}
	}
	return bare
}
