package signer

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"
)

const (
	// maxOutput is how many bytes of standard output a program may write.
	maxOutput = 4 << 10
	// maxErrorOutput is how many bytes of its standard error are passed on.
	maxErrorOutput = 64 << 10
)

// encodedSize is the length of a signature in base64.
var encodedSize = base64.StdEncoding.EncodedLen(signatureSize)

// decodeSignature takes the signature out of all that a program wrote.
func decodeSignature(output []byte) ([]byte, error) {
	if len(output) == 0 {
		return nil, &Error{Kind: ErrNoOutput}
	}
	if len(output) == signatureSize {
		return output, nil
	}
	text := strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(string(output))
	if len(text) != encodedSize {
		return nil, &Error{Kind: ErrOutput, Found: fmt.Sprintf("%d bytes, %d without white space", len(output), len(text))}
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, &Error{Kind: ErrOutput, Found: fmt.Sprintf("%d characters, which are not strict base64", len(text))}
	}
	if len(signature) != signatureSize {
		return nil, &Error{Kind: ErrOutput, Found: fmt.Sprintf("base64 of %d bytes", len(signature))}
	}
	return signature, nil
}

// A cappedBuffer keeps what is written, and calls overflow when it is too much.
type cappedBuffer struct {
	bytes    []byte
	overflow func()
}

func (b *cappedBuffer) Write(p []byte) (int, error) {
	if len(b.bytes)+len(p) > maxOutput {
		b.overflow()
		return 0, io.ErrShortWrite
	}
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}

// A cappedWriter passes on the first left bytes. It takes all the rest as well: a program
// must not come to a halt because nobody reads what it has to say.
type cappedWriter struct {
	to   io.Writer
	left int
	open bool // the last line has no end yet
}

const droppedNote = "\n[more of the signer's standard error is not shown]\n"

func (w *cappedWriter) Write(p []byte) (int, error) {
	shown := p[:min(len(p), w.left)]
	if len(shown) > 0 {
		w.left -= len(shown)
		w.open = shown[len(shown)-1] != '\n'
		if _, err := w.to.Write(shown); err != nil {
			w.to, w.left = io.Discard, 0
		}
	}
	if len(shown) < len(p) {
		io.WriteString(w.to, droppedNote)
		w.to = io.Discard
	}
	return len(p), nil
}

// endLine ends the last line, so that what is said next begins one of its own.
func (w *cappedWriter) endLine() {
	if w.open {
		io.WriteString(w.to, "\n")
	}
}
