package zonefile

import (
	"bytes"
	"io"
)

// A text is a zone file's bytes in pieces, which are never copied.
type text [][]byte

// size is in bytes.
func (t text) size() (size int) {
	for _, piece := range t {
		size += len(piece)
	}
	return size
}

// lines is how many lines it has, the last with or without an end.
func (t text) lines() (lines int) {
	var last byte = '\n'
	for _, piece := range t {
		lines += bytes.Count(piece, newline)
		if len(piece) > 0 {
			last = piece[len(piece)-1]
		}
	}
	if last != '\n' {
		lines++
	}
	return lines
}

// WriteTo writes it all.
func (t text) WriteTo(w io.Writer) (written int64, err error) {
	for _, piece := range t {
		n, err := w.Write(piece)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// A textReader reads a text. The DNS library asks for single bytes.
type textReader struct {
	piece    []byte
	rest     text
	finished text
	offset   int
}

func newTextReader(t text) *textReader { return &textReader{rest: t} }

// ReadByte returns the next byte.
func (r *textReader) ReadByte() (byte, error) {
	for r.offset == len(r.piece) {
		if len(r.rest) == 0 {
			return 0, io.EOF
		}
		if len(r.piece) > 0 {
			r.finished = append(r.finished, r.piece)
		}
		r.piece, r.rest, r.offset = r.rest[0], r.rest[1:], 0
	}
	b := r.piece[r.offset]
	r.offset++
	return b, nil
}

// Read is there for the sake of [io.Reader].
func (r *textReader) Read(p []byte) (n int, err error) {
	for n < len(p) {
		b, err := r.ReadByte()
		if err != nil {
			return n, err
		}
		p[n] = b
		n++
	}
	return n, nil
}

// consumed is how many bytes were read.
func (r *textReader) consumed() int { return r.finished.size() + r.offset }

// line is the number of the line, from 1, that the last byte read belongs to: a line
// end belongs to the line that it ends.
func (r *textReader) line() int {
	line := 1
	for _, piece := range r.finished {
		line += bytes.Count(piece, newline)
	}
	line += bytes.Count(r.piece[:r.offset], newline)
	if r.offset > 0 && r.piece[r.offset-1] == '\n' {
		line--
	}
	return line
}

var newline = []byte("\n")
