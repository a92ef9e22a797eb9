// Package targets reads a list of domains to verify, as a stream: it holds one line
// at a time, so that a list of a million domains takes no more memory than one of ten.
//
// A line is one target. Blank lines, and comments, which have '#' as their very first
// character, are skipped. The first other line says once which shape the file has:
//
//   - JSON lines, if it begins with '{': each line is one object with the members
//     "domain", "public", "expect", "type" and "server". "public" and "server" are a
//     string or an array of strings; a string is one value, blanks and all. Nothing is
//     trimmed. An empty array means absent, an empty string is refused.
//   - CSV with a header, if its first field is "domain", in upper or lower case. The
//     other columns are any of the same names, in any order.
//   - CSV without a header: the columns are domain, public, expect, server, type. One
//     domain a line is this shape too.
//
// In CSV a field may be quoted (RFC 4180 §2) within its line. Blanks around a field are
// dropped, blanks within "public" and "server" separate several values, so a path that
// holds a blank needs JSON. An empty field, or one that is missing at the end of a
// line, means absent.
//
// A line that cannot be read is an error of its own, and the next one is read all the
// same. Only what leaves the whole file without a meaning ends the stream: UTF-16, a
// header with unknown or repeated columns, a JSON array over many lines.
//
// Shapes are all that is checked here; whether a domain, a key or an expectation is
// good is for the caller to say.
package targets

import (
	"bytes"
	"io"
)

// A Target is one domain to verify, and how. What the line does not say is empty.
type Target struct {
	// Line is the number, from 1, of the line that the target stands in.
	Line int
	// Domain is as written, never empty.
	Domain string
	// Public are names of files with public keys, Servers the name servers to ask.
	Public, Servers []string
	// Expect and Type are the status that is expected, and the activation type that
	// this is about.
	Expect, Type string
}

// single returns where the value of that name belongs, nil if it is none that holds a
// single text.
func (t *Target) single(name string) *string {
	switch name {
	case "domain":
		return &t.Domain
	case "expect":
		return &t.Expect
	case "type":
		return &t.Type
	}
	return nil
}

// list is the same for names that hold several texts.
func (t *Target) list(name string) *[]string {
	switch name {
	case "public":
		return &t.Public
	case "server":
		return &t.Servers
	}
	return nil
}

func known(name string) bool {
	var t Target
	return t.single(name) != nil || t.list(name) != nil
}

// A Reader reads targets one by one.
type Reader struct {
	lines *lines
	// parse reads a line of the file's shape, nil as long as that is not known.
	parse func(line []byte) (Target, error)
	// err ended the stream, and is returned ever after.
	err error
}

// NewReader returns a reader of the targets in r. It reads ahead.
func NewReader(r io.Reader) *Reader { return &Reader{lines: newLines(r)} }

// Read returns how many bytes of the input are dealt with so far. Unlike Next it may be
// called from another goroutine, to show progress.
func (r *Reader) Read() int64 { return r.lines.read.Load() }

// Next returns the next target, and [io.EOF] behind the last.
//
// A [*LineError] means that this line is broken; the next call goes on behind it. Any
// other error is final: a [*FileError] if the whole file cannot be understood, else the
// error of the underlying reader, as it is.
func (r *Reader) Next() (Target, error) {
	for r.err == nil {
		line, fault := r.content()
		if r.err != nil {
			break
		}
		if r.parse == nil && r.recognise(line, fault) {
			continue
		}
		return r.target(line, fault)
	}
	return Target{}, r.err
}

// content returns the next line that is neither blank nor a comment, and what is wrong
// with its text. It sets err where the input ends.
func (r *Reader) content() ([]byte, error) {
	for {
		line, fault, err := r.lines.next()
		switch {
		case err != nil:
			r.err = err
			return nil, nil
		case bytes.HasPrefix(line, []byte("#")):
			// Whatever is in a comment is no concern of ours.
		case fault != nil:
			return line, fault
		case !blank(line):
			return line, checkText(string(line))
		}
	}
}

func blank(line []byte) bool { return len(bytes.Trim(line, " \t")) == 0 }

// recognise finds out the shape of the file from its first line, be that line itself
// broken or not: were the shape taken from a later one, a broken header would give the
// lines below it another meaning. It reports whether there is no target in this line,
// as it is the header or the end.
func (r *Reader) recognise(line []byte, fault error) bool {
	start := bytes.TrimLeft(line, " ")
	switch {
	case len(start) == 0:
		// The beginning of a line that is too long, and blank as far as we hold it.
		return false
	case start[0] == '{':
		r.parse = parseJSON
		return false
	case start[0] == '[':
		r.err = &FileError{Line: r.lines.number, Err: ErrArray}
		return true
	}
	table, isHeader, err := newTable(line, fault)
	if err != nil {
		r.err = &FileError{Line: r.lines.number, Err: err}
		return true
	}
	r.parse = table.parse
	return isHeader
}

// target reads a line that is neither blank, a comment, nor a header.
func (r *Reader) target(line []byte, fault error) (Target, error) {
	if fault != nil {
		return Target{}, &LineError{Line: r.lines.number, Err: fault}
	}
	t, err := r.parse(line)
	if err == nil && t.Domain == "" {
		err = ErrNoDomain
	}
	if err != nil {
		return Target{}, &LineError{Line: r.lines.number, Err: err}
	}
	t.Line = r.lines.number
	return t, nil
}
