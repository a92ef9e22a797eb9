// Package apiexport reads what the vendor's APIs return, as somebody saved it to files.
//
// An export is a list of objects: in the envelope that the endpoint puts around it, such as
// {"totalPages":"2","list":[…]}, or a bare array; several pages are several files. What
// makes an export say something else than it seems to say is refused: a file that was cut
// short, a page that is missing, the list of another endpoint, a member that stands there
// twice. Members that nobody asks for are not looked at: an export can hold passwords and
// tokens, and no error quotes a value.
package apiexport

// MaxSize is the most that a file may have, in bytes.
const MaxSize = 64 << 20

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

// String is "absent", "no" or "yes".
func (c Choice) String() string {
	switch c {
	case No:
		return "no"
	case Yes:
		return "yes"
	}
	return "absent"
}
