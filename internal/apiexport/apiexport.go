// Package apiexport reads what the vendor's APIs return, as somebody saved it to files.
package apiexport

// A Page is one file of an export.
type Page struct {
	// Name is what errors and findings call it.
	Name string
	Data []byte
}

// A Choice is a boolean of the vendor's that may be absent.
type Choice uint8

// The choices. Absent is what an export does not say.
const (
	Absent Choice = iota
	No
	Yes
)
