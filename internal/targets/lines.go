package targets

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// MaxLine is the most bytes that a line may have, without its end.
const MaxLine = 64 << 10

// maxSkipped bounds what is skipped of a line that is too long, in bytes: what goes on
// for ever, such as a device, is no list.
const maxSkipped = 16 << 20

const byteOrderMark = "\xEF\xBB\xBF"

// lines cuts the input into lines.
type lines struct {
	in *bufio.Reader
	// number is that of the line returned last, from 1.
	number int
	// rest means that a line was too long and its rest is still to be read.
	rest bool
	// end is why there is nothing more to read. It is kept since a reader may be read
	// again behind its end, where a terminal would ask for more.
	end  error
	read atomic.Int64
}

func newLines(r io.Reader) *lines {
	return &lines{in: bufio.NewReaderSize(r, len(byteOrderMark)+MaxLine+len("\r\n"))}
}

// next returns a line without its end, good until the next call, and what is wrong with
// its length. Of a line that is too long it returns the beginning. The last result is
// why there is no more line.
func (l *lines) next() (line []byte, fault, err error) {
	for skipped := 0; l.rest; {
		part, err := l.slice()
		if err != nil {
			return nil, nil, err
		}
		if skipped += len(part); skipped > maxSkipped {
			return nil, nil, &FileError{Line: l.number, Err: ErrEndless}
		}
	}
	line, err = l.slice()
	if err != nil {
		return nil, nil, err
	}
	l.number++
	if l.number == 1 {
		if bytes.HasPrefix(line, []byte("\xFF\xFE")) || bytes.HasPrefix(line, []byte("\xFE\xFF")) {
			return nil, nil, &FileError{Line: 1, Err: ErrUTF16}
		}
		line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	}
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) > MaxLine { // as it is whenever there is a rest
		return line, ErrTooLong, nil
	}
	return line, nil, nil
}

// slice reads up to the end of the line, or as much as the buffer holds. What stands in
// front of an error other than the end is dropped: a domain cut short could be another
// domain.
func (l *lines) slice() ([]byte, error) {
	if l.end != nil {
		return nil, l.end
	}
	part, err := l.in.ReadSlice('\n')
	l.read.Add(int64(len(part)))
	l.rest = err == bufio.ErrBufferFull && len(part) == l.in.Size() // not an error of the underlying reader
	if err == nil || l.rest {
		return part, nil
	}
	l.end = err
	if err == io.EOF && len(part) > 0 {
		return part, nil
	}
	return nil, err
}

// checkText says what in a text is no readable character.
func checkText(text string) error {
	for i, c := range text {
		switch {
		case c == utf8.RuneError:
			return fmt.Errorf("%w, at column %d", ErrNotUTF8, i+1)
		case unicode.IsControl(c):
			return fmt.Errorf("the control character %U at column %d", c, i+1)
		}
	}
	return nil
}
