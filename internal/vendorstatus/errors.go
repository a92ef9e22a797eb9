package vendorstatus

import (
	"errors"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// What is refused beside what [apiexport.PlainText] refuses.
var (
	// ErrAnother is another kind of file, such as a page to sign in at.
	ErrAnother = &apiexport.Kind{Says: "the file is no answer of an edge or connector: DETAIL", Way: hintCommand}
	// ErrRefused is a paste of curl's own error instead of an answer.
	ErrRefused = &apiexport.Kind{Says: "the file holds an error of curl and no answer",
		Way: "the command is run on the host itself: on a Private Service Edge " + EdgeCommand + ", on an App Connector " + ConnectorCommand}
	ErrNoStatus = &apiexport.Kind{Says: "the file holds none of the lines that are looked for", Way: hintCommand}
)

const hintCommand = "paste what this answers on a Private Service Edge: " + EdgeCommand + ", or on an App Connector: " + ConnectorCommand +
	"; lines that begin with `DR activation domain:`, `DR publickey uploaded:` and `DR Max auth interval secs:` are looked for"

// whyNone says why a file without an answer has none; refused says that curl reported an
// error of its own.
func whyNone(page apiexport.Page, refused bool) error {
	_, err := apiexport.PlainText(page)
	if other, ok := errors.AsType[*apiexport.Error](err); ok {
		switch other.Kind {
		case apiexport.ErrNotJSON: // which nobody wanted
			return &apiexport.Error{Page: page.Name, Kind: ErrAnother, Detail: other.Detail}
		case apiexport.ErrEmpty:
			other.Way = hintCommand
		}
		return other
	}
	if refused {
		return &apiexport.Error{Page: page.Name, Kind: ErrRefused}
	}
	return &apiexport.Error{Page: page.Name, Kind: ErrNoStatus}
}
