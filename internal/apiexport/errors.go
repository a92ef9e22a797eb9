package apiexport

import (
	"strconv"
	"strings"
)

// A Kind is a class of refusal. It is compared with [errors.Is].
type Kind struct {
	// Says is the error's sentence; DETAIL stands for what was found.
	Says string
	// Way is the way out.
	Way string
}

func (k *Kind) Error() string { return k.Says }

// What is refused.
var (
	ErrEmpty     = &Kind{"the file is empty", "export again, and look whether the file has content before you rely on it"}
	ErrTooLarge  = &Kind{"the file is too large: DETAIL", "export in smaller pages, and name every file"}
	ErrUTF16     = &Kind{"the file is UTF-16, as PowerShell's > writes it", "save it as UTF-8, in PowerShell with: Out-File -Encoding utf8"}
	ErrNotJSON   = &Kind{"the file is not JSON: DETAIL", "save the answer of the API as it is, without an editor between"}
	ErrTruncated = &Kind{"the JSON ends too early: the file was cut short", "export again: what is missing cannot be told"}
	ErrShape     = &Kind{"DETAIL", "save the whole answer of the API, as it is"}
	ErrPartial   = &Kind{"the export is incomplete: DETAIL", "ask the API for every page (?page=1, ?page=2 and so on), save each to a file, and name all files"}
	ErrEndpoint  = &Kind{"this is another list: DETAIL", ""} // the hint names the endpoint
	ErrDuplicate = &Kind{"DETAIL", "remove what is there twice, or export again"}
	ErrType      = &Kind{"DETAIL", "export again; if the API writes it so, tell whoever maintains this program"}
)

// An Error says why an export was refused. It never quotes a value, save the id or the name
// of what stands there twice.
type Error struct {
	// Page is the name of the file; empty where it is about all of them.
	Page string
	// Where is the place in it: a path, such as list[3].serviceEdges[0].publishIps, or a
	// line and a column; empty where it is about the whole.
	Where string
	// Kind is one of this package's Err variables, or of the package that read on.
	Kind *Kind
	// Detail is what was found.
	Detail string
	// Way takes the place of the kind's, if it is not empty.
	Way string
}

func (e *Error) Error() string {
	var text strings.Builder
	if e.Page != "" {
		text.WriteString(strconv.Quote(e.Page) + ": ")
	}
	if e.Where != "" {
		text.WriteString(e.Where + ": ")
	}
	text.WriteString(strings.ReplaceAll(e.Kind.Says, "DETAIL", e.Detail))
	return text.String()
}

// Unwrap returns the Kind.
func (e *Error) Unwrap() error { return e.Kind }

// Hint is the way out.
func (e *Error) Hint() string {
	if e.Way != "" {
		return e.Way
	}
	return e.Kind.Way
}
