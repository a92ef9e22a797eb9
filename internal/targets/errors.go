package targets

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A LineError says that one line is broken. The lines behind it can still be read.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause.
func (e *LineError) Unwrap() error { return e.Err }

// A FileError says that nothing in the file can be understood.
type FileError struct {
	Line int // from 1, where that came to light
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

// Unwrap returns the cause: [ErrUTF16], [ErrArray], [ErrHeader],
// [ErrSeparator], [ErrEndless], a [*ColumnError], or
// what is wrong with the header's text.
func (e *FileError) Unwrap() error { return e.Err }

// What can be wrong with a whole file.
var (
	// ErrUTF16 says that the file begins with the byte order mark of UTF-16.
	ErrUTF16 = errors.New("the text is UTF-16, must be UTF-8")
	// ErrArray says that the file is a JSON array, or begins like one.
	ErrArray = errors.New("a JSON array, must be one JSON object a line")
	// ErrHeader says that the header does not have "domain" in front.
	ErrHeader = errors.New("the first column of a header must be domain")
	// ErrSeparator says that the columns of the header are not separated by commas.
	ErrSeparator = errors.New("the columns are separated by semicolons or tabs, must be by commas")
	// ErrEndless says that a line does not come to an end.
	ErrEndless = fmt.Errorf("the line does not end within %d MiB", maxSkipped>>20)
)

// A ColumnError says that a header has a column that is unknown or repeated.
type ColumnError struct {
	Name     string // raw: escape it before showing it
	Repeated bool
}

func (e *ColumnError) Error() string {
	if e.Repeated {
		return "the header has the column " + quote(e.Name) + " twice"
	}
	return "the header has the unknown column " + quote(e.Name)
}

// What can be wrong with a line, beside its syntax.
var (
	// ErrTooLong says that a line has more than [MaxLine] bytes.
	ErrTooLong = fmt.Errorf("the line is longer than %d bytes", MaxLine)
	// ErrNotUTF8 says that a text is not UTF-8, or was none before something replaced
	// what it could not read by U+FFFD.
	ErrNotUTF8 = errors.New("the text is not valid UTF-8")
	// ErrNoDomain says that a line names no domain.
	ErrNoDomain = errors.New("there is no domain")
)

// quoted is how many bytes of a foreign text are shown.
const quoted = 60

// quote shows text that comes from outside.
func quote(text string) string {
	if len(text) <= quoted {
		return strconv.QuoteToASCII(text)
	}
	end := quoted
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return strconv.QuoteToASCII(text[:end]) + "..."
}

// oneOf lists names, for a message that says what is allowed.
func oneOf(names []string) string { return strings.Join(names, ", ") }
