package zonefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
)

// journalSuffix is what BIND appends to the path of a zone file, as it is configured.
const journalSuffix = ".jnl"

// The header of a BIND journal: 16 bytes of format, the positions of its first
// transaction and behind its last, each a serial number and an offset of 32 bits, and
// more that matters to the server alone.
const (
	journalHeader     = 64
	journalBegin      = 16
	journalEnd        = 24
	journalFormatSize = 16
)

// journalFormats are those of BIND 9: since 9.16.12, and before.
var journalFormats = []string{";BIND LOG V9.2\n", ";BIND LOG V9\n"}

var errJournal = errors.New("it is not a journal of BIND 9")

// checkJournals looks for journals beside the file, and beside each symbolic link that
// leads to it: the server may know the zone by any of these paths.
func (f *File) checkJournals() error {
	for _, path := range f.source.trail {
		if err := f.checkJournal(path + journalSuffix); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) checkJournal(path string) error {
	serial, empty, err := readJournal(path)
	refusal := &Error{Path: f.path, Zone: f.zone.text, Found: strconv.Quote(path)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case f.options.IgnoreJournal:
		f.warnings = append(f.warnings, JournalIgnored{Path: path})
		return nil
	case err != nil:
		refusal.Kind, refusal.Err = ErrJournalUnknown, withoutPath(err)
		return refusal
	case empty:
		serial = f.Serial()
	case serial != f.Serial() && !newer(f.Serial(), serial):
		refusal.Kind = ErrJournalAhead
		refusal.Found += fmt.Sprintf(" ends with serial %d, the file has %d", serial, f.Serial())
		return refusal
	}
	f.warnings = append(f.warnings, JournalPresent{Path: path, Serial: serial})
	return nil
}

// readJournal returns the serial number that the zone has after the last transaction,
// or that there is none.
func readJournal(path string) (serial uint32, empty bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false, err
	}
	if !info.Mode().IsRegular() {
		return 0, false, errNotRegular
	}
	file, err := os.Open(path)
	if err != nil {
		return 0, false, err
	}
	defer file.Close()
	header := make([]byte, journalHeader)
	if _, err := io.ReadFull(file, header); err != nil {
		return 0, false, errJournal
	}
	format := strings.TrimRight(string(header[:journalFormatSize]), "\x00")
	if format != journalFormats[0] && format != journalFormats[1] {
		return 0, false, errJournal
	}
	begin := binary.BigEndian.Uint32(header[journalBegin+4:])
	end := binary.BigEndian.Uint32(header[journalEnd+4:])
	if begin > end || int64(end) > info.Size() {
		return 0, false, errJournal
	}
	return binary.BigEndian.Uint32(header[journalEnd:]), begin == end, nil
}
