package apiexport

import (
	"encoding/json"
	"fmt"
	"strings"
)

const (
	// maxDepth is how deep values may lie in each other.
	maxDepth = 64
	// maxValues is how many values a file may hold, which bounds the memory that is taken:
	// those of some 25,000 edges.
	maxValues = 1_000_000
)

// requireStrict refuses two members of the same name in one object, of which one would be
// read and the other seen, and what is too much. The text was found to be JSON before.
func requireStrict(page string, whole json.RawMessage, most int) error {
	w := &walker{page: page, cursor: cursor{text: whole}, most: most}
	return w.value()
}

// A walker goes through all values of a text.
type walker struct {
	cursor
	page string
	path []pathStep
	// values were seen, of most that there may be.
	values, most int
}

// A pathStep is a member, or an element if member is nil.
type pathStep struct {
	member json.RawMessage
	index  int
}

func (w *walker) fail(kind *Kind, detail string) error {
	var path strings.Builder
	for _, s := range w.path {
		if s.member == nil {
			fmt.Fprintf(&path, "[%d]", s.index)
		} else {
			path.WriteString(step(unquote(s.member)))
		}
	}
	return &Error{Page: w.page, Where: strings.TrimPrefix(path.String(), "."), Kind: kind, Detail: detail}
}

func (w *walker) value() error {
	if w.values++; w.values > w.most {
		return w.fail(ErrTooLarge, fmt.Sprintf("it holds more than %d values", w.most))
	}
	first := w.next()
	if first != '{' && first != '[' {
		w.scalar()
		return nil
	}
	if len(w.path) >= maxDepth {
		return w.fail(ErrShape, fmt.Sprintf("values lie in each other more than %d deep", maxDepth))
	}
	w.enter()
	inside := w.elements
	if first == '{' {
		inside = w.members
	}
	if err := inside(); err != nil {
		return err
	}
	w.at++ // the closing bracket
	return nil
}

func (w *walker) members() error {
	seen := map[string]bool{}
	for w.more() {
		raw := w.name()
		w.path = append(w.path, pathStep{member: raw})
		name := unquote(raw)
		if seen[name] {
			return w.fail(ErrDuplicate, "the member stands there twice")
		}
		seen[name] = true
		if err := w.value(); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return nil
}

func (w *walker) elements() error {
	for i := 0; w.more(); i++ {
		w.path = append(w.path, pathStep{index: i})
		if err := w.value(); err != nil {
			return err
		}
		w.path = w.path[:len(w.path)-1]
	}
	return nil
}
