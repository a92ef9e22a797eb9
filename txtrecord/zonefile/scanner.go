package zonefile

import "bytes"

// A scanner takes a zone file apart into statements, byte for byte. It knows where
// things stand; what they mean is read by the DNS library, see [judge].
type scanner struct {
	data []byte
	// offset and line are where the next statement begins.
	offset, line int
	inheritance
}

// next returns the next statement, and false at the end of the file. What
// the one behind it inherits is set by [scanner.follow].
func (s *scanner) next() (statement, bool) {
	if s.offset >= len(s.data) {
		return statement{}, false
	}
	found := statement{start: s.offset, line: s.line}
	t := tokens{data: s.data, offset: s.offset}
	found.read(&t)
	t.skip()
	found.end = t.offset
	if t.stray > 0 {
		found.stray = s.line + t.stray - 1
	}
	s.offset = t.offset
	s.line += t.lines
	return found, true
}

// read reads the fields before the RDATA.
func (s *statement) read(t *tokens) {
	first, ok := t.next()
	if !ok {
		return
	}
	if first.start == s.start {
		s.owner = first
		if directive(first.of(t.data), s) {
			s.argument, _ = t.next()
			return
		}
		if first, ok = t.next(); !ok {
			return
		}
	}
	s.kind = record
	for ; ok; first, ok = t.next() {
		token := first.of(t.data)
		switch {
		case s.class.empty() && isClass(token):
			s.class = first
		case s.ttl.empty() && isTTL(token):
			s.ttl = first
		default:
			s.rrtype, s.rdata = first, first.end
			_, s.hasData = t.next()
			return
		}
	}
}

// directive sets the kind of a statement that begins with the name of a directive.
func directive(token []byte, s *statement) bool {
	if token[0] != '$' {
		return false
	}
	switch {
	case len(token) == len("$ttl") && equalFold(token, "$ttl"):
		s.kind = ttlDirective
	case len(token) == len("$origin") && equalFold(token, "$origin"):
		s.kind = originDirective
	case len(token) == len("$include") && equalFold(token, "$include"):
		s.kind = includeDirective
	case len(token) == len("$generate") && equalFold(token, "$generate"):
		s.kind = generateDirective
	default:
		return false
	}
	return true
}

// follow sets what the statements behind this one inherit.
func (s *scanner) follow(found *statement) {
	switch found.kind {
	case originDirective:
		if name := found.argument.of(s.data); len(name) > 0 {
			s.origin = absolute(name, s.origin)
		}
	case ttlDirective:
		if ttl, ok := readTTL(found.argument.of(s.data)); ok {
			s.fix(ttl)
		}
	case includeDirective, generateDirective:
		s.cross(found.kind)
	case record:
		s.pass(found.owner.of(s.data), s.origin, found.ttl.of(s.data), found.rrtype.of(s.data))
	}
}

// tokens reads the tokens of one statement.
type tokens struct {
	data   []byte
	offset int
	// depth is that of the parentheses, lines the line ends that were passed.
	depth, lines int
	ended        bool
	// stray is the line, from 1 where the tokens begin, of the first carriage return that
	// is in no comment, string in quotes, or line end; 0: there is none.
	stray int
}

// next returns the next token, and false at the end of the statement, which is passed.
// Parentheses, comments and, within parentheses, line ends are white space.
func (t *tokens) next() (span, bool) {
	for !t.ended && t.offset < len(t.data) {
		switch t.data[t.offset] {
		case ' ', '\t':
			t.offset++
		case '\r':
			t.carriageReturn()
		case '(':
			t.depth++
			t.offset++
		case ')':
			t.depth--
			t.offset++
		case ';':
			t.comment()
		case '\n':
			t.lineEnd()
		case '"':
			start := t.offset
			t.quoted()
			return span{start, t.offset}, true
		default:
			return t.word(), true
		}
	}
	return span{t.offset, t.offset}, false
}

// skip goes on to the end of the statement.
func (t *tokens) skip() {
	for !t.ended && t.offset < len(t.data) {
		switch t.data[t.offset] {
		case '(':
			t.depth++
		case ')':
			t.depth--
		case ';':
			t.comment()
			continue
		case '\n':
			t.lineEnd()
			continue
		case '"':
			t.quoted()
			continue
		case '\\':
			t.escape()
			continue
		case '\r':
			t.carriageReturn()
			continue
		}
		t.offset++
	}
}

// carriageReturn passes one, which belongs to a line end with others between them at
// most.
func (t *tokens) carriageReturn() {
	t.offset++
	if t.offset < len(t.data) && (t.data[t.offset] == '\n' || t.data[t.offset] == '\r') || t.stray > 0 {
		return
	}
	t.stray = t.lines + 1
}

// word passes a token without quotes.
func (t *tokens) word() span {
	start := t.offset
	for t.offset < len(t.data) {
		switch t.data[t.offset] {
		case ' ', '\t', '\r', '\n', '(', ')', ';', '"':
			return span{start, t.offset}
		case '\\':
			t.escape()
		default:
			t.offset++
		}
	}
	return span{start, t.offset}
}

// escape passes a backslash and what it escapes; a line end cannot be.
func (t *tokens) escape() {
	t.offset++
	if t.offset < len(t.data) && t.data[t.offset] != '\n' && t.data[t.offset] != '\r' {
		t.offset++
	}
}

// quoted passes a string in quotes. Line ends in it count as part of it.
func (t *tokens) quoted() {
	t.offset++
	for t.offset < len(t.data) {
		switch t.data[t.offset] {
		case '"':
			t.offset++
			return
		case '\\':
			t.escape()
			continue
		case '\n':
			t.lines++
		}
		t.offset++
	}
}

// comment goes on to the line end.
func (t *tokens) comment() {
	length := bytes.IndexByte(t.data[t.offset:], '\n')
	if length < 0 {
		length = len(t.data) - t.offset
	}
	t.offset += length
}

// lineEnd passes a line end, which ends the statement outside of parentheses.
func (t *tokens) lineEnd() {
	t.offset++
	t.lines++
	t.ended = t.depth <= 0
}
