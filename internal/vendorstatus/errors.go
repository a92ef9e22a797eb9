package vendorstatus

import "strconv"

// An Error says why a file was refused. [errors.Is] finds its Kind.
type Error struct {
	// Page is the file.
	Page string
	// Kind is the class: one of this package's Err variables.
	Kind *Kind
}

// A Kind is a class of refusal.
type Kind struct{ says, hint string }

func (k *Kind) Error() string { return k.says }

// The classes of refusal.
var (
	ErrEmpty    = &Kind{"is empty", hintCommand}
	ErrTooLarge = &Kind{"is larger than 1 MiB", hintCommand}
	ErrUTF16    = &Kind{"is not UTF-8 text", "save it anew as UTF-8: PowerShell's > and some editors write UTF-16"}
	ErrHTML     = &Kind{"is a web page", hintCommand}
	// ErrRefused is a paste of curl's own error instead of an answer.
	ErrRefused = &Kind{"holds an error of curl and no answer",
		"the command is run on the host itself: on a Private Service Edge " + EdgeCommand + ", on an App Connector " + ConnectorCommand}
	ErrNoStatus = &Kind{"holds none of the lines that are looked for", hintCommand}
)

const hintCommand = "paste what this answers on a Private Service Edge: " + EdgeCommand + ", or on an App Connector: " + ConnectorCommand +
	"; lines that begin with `DR activation domain:`, `DR publickey uploaded:` and `DR Max auth interval secs:` are looked for"

// Error returns one line that holds nothing from the file.
func (e *Error) Error() string { return strconv.Quote(e.Page) + " " + e.Kind.says }

// Unwrap returns the Kind.
func (e *Error) Unwrap() error { return e.Kind }

// Hint returns what to do about it.
func (e *Error) Hint() string { return e.Kind.hint }
