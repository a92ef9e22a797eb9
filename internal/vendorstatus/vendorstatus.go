// Package vendorstatus reads what Private Service Edges and App Connectors say of their
// disaster recovery settings, as somebody pasted it from a terminal.
//
// On a Private Service Edge the command is
//
//	curl 'localhost:8500/zpn/zpn_dr/show_configuration'
//
// and on an App Connector
//
//	curl 'localhost:9000/assistant/zpn_dr/show_configuration'
//
// Either answers three lines [published]:
//
//	DR activation domain: dr.example.com
//	DR publickey uploaded: NO
//	DR Max auth interval secs: 1209600
//
// The answer does not say which host gave it, nor which key was uploaded. Of the last line
// the vendor's pages explain nothing: what the interval is counted from, and which users
// count as authenticated, is open.
package vendorstatus

import (
	"bytes"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// The commands that an operator runs on the host itself.
const (
	EdgeCommand      = "curl 'localhost:8500/zpn/zpn_dr/show_configuration'"
	ConnectorCommand = "curl 'localhost:9000/assistant/zpn_dr/show_configuration'"
)

// maxSize bounds a file: a paste of a thousand hosts has less.
const maxSize = 1 << 20

// A Status is one answer of an edge or connector. Its texts come from outside: quote them.
type Status struct {
	// Page and Line say where it stands: the file, and the line of its first from 1.
	Page string
	Line int
	// Unanswered is set where no answer stands: after the command, where curl reported an
	// error, and where lines were not read.
	Unanswered bool
	// Failed says that curl reported an error there.
	Failed bool
	// Unread are the known labels that stand there in a form that is not read.
	Unread []string
	// Domain is the activation domain as it stands there; empty where there is none.
	Domain string
	// KeyUploaded says whether a public key was uploaded. Absent is a line that is missing or
	// says something else than yes or no.
	KeyUploaded apiexport.Choice
	// MaxAuthentication is the interval of the last line, in whole seconds. It counts where
	// HasMaxAuthentication is set.
	MaxAuthentication    time.Duration
	HasMaxAuthentication bool
	// Unknown names the lines that begin with "DR " and are not known, or whose value is not:
	// what stands before the colon, never the value.
	Unknown []string
}

// Where is the place that the status stands at: FILE:LINE. The name comes from outside.
func (s Status) Where() string { return fmt.Sprintf("%s:%d", s.Page, s.Line) }

// Parse reads the answers of one or several hosts from a file. What stands around them
// (prompts, commands, other output, the name of a host before each line) is passed over.
// Errors are an [*apiexport.Error].
func Parse(page apiexport.Page) ([]Status, error) {
	if len(page.Data) > maxSize {
		return nil, &apiexport.Error{Page: page.Name, Kind: apiexport.ErrTooLarge, Detail: fmt.Sprintf("it has more than %d MiB", maxSize>>20), Way: hintCommand}
	}
	r := reader{page: page.Name}
	number := 0
	for line := range bytes.Lines(page.Data) {
		number++
		r.read(number, plain(line))
	}
	r.end()
	if !r.answered {
		return nil, whyNone(page, r.refused)
	}
	return r.all, nil
}
