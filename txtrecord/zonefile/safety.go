package zonefile

import (
	"bytes"
	pathpkg "path"
	"slices"
	"strings"
)

// longestGenerate is how many bytes a $GENERATE may have. It is read anew for each of its
// records, of which there may be 65536.
const longestGenerate = 4096

const foundNUL = "a NUL byte, behind which name servers read on in different ways"

// unsafe says what makes a statement unsafe to read, because programs differ about it or
// take too long, and in which line; "" if nothing does.
func (s *statement) unsafe(data []byte) (line int, fault string) {
	switch {
	case s.stray > 0:
		return s.stray, "a carriage return within the line, where some name servers end it"
	case s.kind == generateDirective && s.end-s.start > longestGenerate:
		return s.line, "a $GENERATE of more than 4096 bytes"
	case s.kind == includeDirective && climbs(string(s.argument.of(data))):
		return s.line, `an $INCLUDE with "..", which means something else behind a symbolic link`
	}
	return 0, ""
}

// climbs reports whether a path has an element "..".
func climbs(path string) bool {
	for element := range strings.SplitSeq(slashed(path), "/") {
		if element == ".." {
			return true
		}
	}
	return false
}

// nulLine is the number of the first line that has a NUL byte, 0 if there is none.
func nulLine(data []byte) int {
	offset := bytes.IndexByte(data, 0)
	if offset < 0 {
		return 0
	}
	return 1 + bytes.Count(data[:offset], newline)
}

// examine looks for what [statement.unsafe] finds in an included file, and returns the
// relative paths that it includes.
func examine(path string, data []byte) (relative []string, err error) {
	if line := nulLine(data); line > 0 {
		return nil, &Error{Path: path, Line: line, Kind: ErrShape, Found: foundNUL}
	}
	s := scanner{data: data, line: 1}
	for found, ok := s.next(); ok; found, ok = s.next() {
		if line, fault := found.unsafe(data); fault != "" {
			return nil, &Error{Path: path, Line: line, Kind: ErrShape, Found: fault}
		}
		relative = appendRelative(relative, &found, data)
	}
	return relative, nil
}

// appendRelative appends the path of an $INCLUDE directive that has a relative one, as
// long as there are not too many.
func appendRelative(all []string, s *statement, data []byte) []string {
	if s.kind != includeDirective || len(all) > maxIncludes {
		return all
	}
	argument := string(s.argument.of(data))
	if pathpkg.IsAbs(argument) || slices.Contains(all, argument) {
		return all
	}
	return append(all, argument)
}
