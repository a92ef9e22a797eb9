// Package vectors reads the test vectors in testdata/vectors, for tests of several
// packages. The README there describes the files.
package vectors

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/drtxt/drtxt/internal/presentation"
)

// A Vector is one file: records, and what they must be judged to be.
type Vector struct {
	Name    string
	Expect  string
	Public  []string // file names in testdata/keys
	Scheme  string   // empty: the default
	At      int64    // seconds since the epoch
	Domain  string
	State   string // "zia=… zpa=…"
	Verdict string
	Exit    int
	// Canonical is false where a set that is not refused differs from canonical
	// form.
	Canonical bool
	Comment   string
	// Records are the TXT records, each of one or more character-strings.
	Records [][]string
}

// ErrNone says that a folder holds no vector: a test on nothing must not pass.
var ErrNone = errors.New("no vectors found")

// Load reads every vector of a folder. None at all is an error.
func Load(dir string) ([]Vector, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("%s: %w", dir, ErrNone)
	}
	all := make([]Vector, len(paths))
	for i, path := range paths {
		if all[i], err = read(path); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return all, nil
}

func read(path string) (Vector, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Vector{}, err
	}
	v := Vector{Name: strings.TrimSuffix(filepath.Base(path), ".txt"), Canonical: true}
	header, body, ok := strings.Cut(string(data), "\n\n")
	if !ok {
		return v, errors.New("no blank line after the header")
	}
	for line := range strings.SplitSeq(header, "\n") {
		if err := v.set(line); err != nil {
			return v, err
		}
	}
	for line := range strings.Lines(body) {
		record, err := parseRecord(strings.TrimSuffix(line, "\n"))
		if err != nil {
			return v, err
		}
		v.Records = append(v.Records, record)
	}
	return v, nil
}

func parseRecord(line string) ([]string, error) {
	if strings.HasPrefix(line, `"`) {
		return presentation.QuotedStrings(line)
	}
	return []string{line}, nil
}

func (v *Vector) set(line string) (err error) {
	name, value, ok := strings.Cut(line, ": ")
	if !ok {
		return fmt.Errorf("header %q has no value", line)
	}
	switch name {
	case "expect":
		v.Expect = value
	case "public":
		v.Public = append(v.Public, value)
	case "scheme":
		v.Scheme = value
	case "at":
		v.At, err = strconv.ParseInt(value, 10, 64)
	case "domain":
		v.Domain = value
	case "state":
		v.State = value
	case "verdict":
		v.Verdict = value
	case "exit":
		v.Exit, err = strconv.Atoi(value)
	case "canonical":
		v.Canonical = value != "no"
	case "signed-by":
	case "comment":
		v.Comment = value
	default:
		err = fmt.Errorf("unknown header %q", name)
	}
	return err
}
