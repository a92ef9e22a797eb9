package configuration

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
)

// A Kind is a class of refusal. It is compared with [errors.Is].
type Kind struct {
	// says is the error's sentence; KEY stands for the key, DETAIL for what was found.
	says string
	// hint is the way out.
	hint string
}

func (k *Kind) Error() string { return k.says }

// What is refused about the file.
var (
	ErrUnreadable = &Kind{"cannot be read", "check the path, the owner and the permissions"}
	ErrNotRegular = &Kind{"is not a regular file: it is a DETAIL", "name a file"}
	ErrWritable   = &Kind{"can be written by others (DETAIL): whoever does chooses what signs",
		"take that away with: chmod go-w FILE"}
	ErrForeign = &Kind{"belongs to another user (DETAIL), who can write it and choose what signs",
		"make a copy of your own, and name that with --config"}
	ErrTooLarge  = &Kind{"is larger than 64 KiB", "a configuration has a few lines: check the path"}
	ErrChanged   = &Kind{"was changed by somebody else meanwhile, and was left as that made it", "run it again"}
	ErrUnwritten = &Kind{"cannot be written", "check the folder and its permissions, or name another file with --config"}
)

// What is refused about its content.
var (
	ErrSyntax    = &Kind{"is not YAML: DETAIL", "write it as `scheme: prefix`, one key a line"}
	ErrEncoding  = &Kind{"is not plain UTF-8 text: DETAIL", "save it as UTF-8"} // mostly with a hint of its own
	ErrDocuments = &Kind{"there is a second document", "keep one, and delete the line --- and what belongs to the other"}
	ErrMapping   = &Kind{"there is no mapping of keys to values", "write it as `scheme: prefix`, one key a line"}
	ErrFeature   = &Kind{"there is DETAIL, which is not read", "write the value out, in plain"}
	ErrUnknown   = &Kind{"the key KEY is not known", ""} // the hint lists the keys
	ErrDisarming = &Kind{"the key KEY takes a safety away and counts only as a flag", "delete the line, and type --NAME where it is meant"}
	ErrDuplicate = &Kind{"the key KEY stands there twice", "delete one of the two lines"}
	ErrEmpty     = &Kind{"the key KEY has no value", "give it one, or delete the line"}
	ErrType      = &Kind{"the key KEY must be DETAIL", "a text that looks like a number, a date or a truth value has to stand between quotes"}
	ErrMisplaced = &Kind{"the key KEY belongs DETAIL", "move the line there"}
	ErrDomain    = &Kind{"the domain KEY DETAIL", "give the full domain name, such as dr.example.com"}
	ErrTwice     = &Kind{"the domain KEY stands there twice, before as DETAIL", "put the settings of both under one"}
	ErrMissing   = &Kind{"the key KEY names DETAIL, which does not exist", "check the path: a relative one is relative to the folder of the configuration"}
	ErrExcluded  = &Kind{"the key KEY contradicts DETAIL", "keep one of the two, or say on the command line which is meant"}
	ErrExists    = &Kind{"is there already", "edit it, or name another file with --config"}
	ErrValue     = &Kind{"the key KEY must be DETAIL", "correct the value, or delete the line"}
	ErrConfirmed = &Kind{"scheme-confirmed is about DETAIL: one of the two was changed by hand",
		"delete scheme-confirmed, and confirm the scheme with `drtxt calibrate --save`"}
	ErrUnchosen = &Kind{"the key KEY counts only in a file that you chose, and this one was found in the working directory",
		"name it with --config if you trust it, or move the key to the file in your configuration directory"}
	ErrUneditable = &Kind{"cannot be changed without touching more than the scheme: DETAIL",
		"write scheme and scheme-confirmed as `drtxt calibrate --help` shows, one key a line, or name another file with --config"}
)

// An Error says why a configuration was refused.
type Error struct {
	Path string
	// Line and Column are where, from 1; 0 where it is about the file as a whole.
	Line, Column int
	// Kind is one of this package's Err variables.
	Kind *Kind
	// Key is the key that it is about, or "".
	Key string
	// Detail is what was found, or what is wanted.
	Detail string
	// Err is the cause, or nil.
	Err error

	// hint takes the place of the kind's.
	hint string
}

func (e *Error) Error() string {
	text := strconv.Quote(e.Path)
	if e.Line > 0 {
		text += ", line " + strconv.Itoa(e.Line)
		if e.Column > 0 {
			text += ", column " + strconv.Itoa(e.Column)
		}
		text += ":"
	}
	text += " " + strings.NewReplacer("KEY", strconv.Quote(e.Key), "DETAIL", e.Detail).Replace(e.Kind.says)
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the Kind and, where there is one, the cause.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint is the way out.
func (e *Error) Hint() string {
	hint := e.hint
	if hint == "" {
		hint = e.Kind.hint
	}
	return strings.NewReplacer("NAME", e.Key, "FILE", fileWord(e.Path)).Replace(hint)
}

// fileWord is the path for a command line, or FILE where a shell would read more into
// it than a name.
func fileWord(path string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/._-+", r)
	}
	if path == "" || path[0] == '-' || strings.ContainsFunc(path, func(r rune) bool { return !plain(r) }) {
		return "FILE"
	}
	return path
}

// systemError makes a refusal of what the operating system said, without the path, which
// [fs.PathError] prints unquoted.
func systemError(kind *Kind, path string, err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrapped.Err
	}
	return &Error{Path: path, Kind: kind, Err: err}
}
