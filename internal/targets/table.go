package targets

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// columns are those of a table without header.
var columns = []string{"domain", "public", "expect", "server", "type"}

// A table reads CSV, one line at a time, so that a quote that is not closed costs one
// line, not the rest of the file.
type table struct {
	columns []string
	// buffer is used for each line anew; a new one each time would be most of the work.
	buffer *bufio.Reader
	line   *bytes.Reader
}

// newTable makes the table that the first line announces, and reports whether that line
// is a header. A line without the looks of one may be as broken as it likes, as it says
// nothing about the others.
func newTable(line []byte, fault error) (t *table, isHeader bool, err error) {
	t = &table{columns: columns, line: bytes.NewReader(nil)}
	t.buffer = bufio.NewReader(t.line)
	first := firstField(line)
	if i := strings.IndexAny(first, ";\t"); i > 0 && known(strings.TrimSpace(first[:i])) {
		return nil, false, ErrSeparator
	}
	if first != "domain" {
		if known(first) {
			return nil, false, ErrHeader
		}
		return t, false, nil
	}
	if fault != nil {
		return nil, true, fault
	}
	names, err := t.fields(line)
	if err != nil {
		return nil, true, err
	}
	t.columns, err = headerColumns(names)
	return t, true, err
}

// firstField is the first field as it can be told from a line that may be broken
// further on, in lower case.
func firstField(line []byte) string {
	first, _, _ := bytes.Cut(line, []byte(","))
	return strings.ToLower(string(bytes.Trim(first, ` "`)))
}

func headerColumns(names []string) ([]string, error) {
	var columns []string
	for _, name := range names {
		column := strings.ToLower(name)
		if !known(column) {
			return nil, &ColumnError{Name: name}
		}
		if slices.Contains(columns, column) {
			return nil, &ColumnError{Name: name, Repeated: true}
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// parse reads a line of the table.
func (t *table) parse(line []byte) (Target, error) {
	fields, err := t.fields(line)
	if err != nil {
		return Target{}, err
	}
	if len(fields) > len(t.columns) {
		return Target{}, fmt.Errorf("%d fields, at most %d are wanted: %s", len(fields), len(t.columns), oneOf(t.columns))
	}
	var target Target
	for i, field := range fields {
		if one := target.single(t.columns[i]); one != nil {
			*one = field
		} else if field != "" {
			*target.list(t.columns[i]) = strings.Fields(field)
		}
	}
	return target, nil
}

// fields cuts a line into its fields, without the blanks around them.
func (t *table) fields(line []byte) ([]string, error) {
	if err := checkBlanks(line); err != nil {
		return nil, err
	}
	t.line.Reset(line)
	t.buffer.Reset(t.line)
	// csv takes a buffered reader of this size as it is.
	in := csv.NewReader(t.buffer)
	in.TrimLeadingSpace = true
	fields, err := in.Read()
	if err != nil {
		return nil, csvError(err)
	}
	for i := range fields {
		fields[i] = strings.Trim(fields[i], " ")
	}
	return fields, nil
}

// checkBlanks refuses blanks that are not plain spaces, such as the no-break space that
// comes with text copied from a web page: they would vanish without a word at the
// beginning of a field, and not at its end.
func checkBlanks(line []byte) error {
	for i, c := range string(line) {
		if c != ' ' && unicode.IsSpace(c) {
			return fmt.Errorf("%U at column %d is a blank, but no plain space", c, i+1)
		}
	}
	return nil
}

// csvError words what is wrong without csv's own line number, which is always 1.
func csvError(err error) error {
	fault, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case ok && errors.Is(fault.Err, csv.ErrBareQuote):
		return fmt.Errorf("a quote within a field that is not quoted, at column %d", fault.Column)
	case ok:
		return fmt.Errorf("a quoted field does not end, or goes on behind its end, at column %d", fault.Column)
	}
	return errors.New("invalid CSV")
}
