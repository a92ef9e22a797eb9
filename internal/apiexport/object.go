package apiexport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// An Object is one JSON object of an export. Its members are asked for by their exact
// names, case included. A member that is null counts as absent. Errors are an [*Error] of
// kind [ErrType], if nothing else is said, that names the place and never quotes a value.
type Object struct {
	page, where string
	members     map[string]json.RawMessage
}

// Where is the object's place in its file, such as list[3].serviceEdges[0].
func (o Object) Where() string { return o.where }

// Page is the name of the file that the object stands in.
func (o Object) Page() string { return o.page }

// Refuse makes an error about a member of the object, or about the object itself if member
// is empty.
func (o Object) Refuse(kind *Kind, member, detail string) *Error {
	return &Error{Page: o.page, Where: o.at(member), Kind: kind, Detail: detail}
}

func (o Object) at(member string) string {
	if member == "" {
		return o.where
	}
	return strings.TrimPrefix(o.where+step(member), ".")
}

// has reports whether a member is there, be it null.
func (o Object) has(name string) bool {
	_, ok := o.members[name]
	return ok
}

// member returns the JSON of a member, nothing where it is absent.
func (o Object) member(name string) json.RawMessage {
	raw := o.members[name]
	if kindOf(raw) == "null" {
		return nil
	}
	return raw
}

func (o Object) wrong(name, wanted string, raw json.RawMessage) *Error {
	return o.Refuse(ErrType, name, fmt.Sprintf("it must be %s, and is %s", wanted, kindOf(raw)))
}

// kindOf says in words what a JSON value is.
func kindOf(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "null"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// Text returns a text, or a number as [whole] has it. ok is false where it is absent.
func (o Object) Text(name string) (text string, ok bool, err error) {
	raw := o.member(name)
	if raw == nil {
		return "", false, nil
	}
	switch kindOf(raw) {
	case "a text":
		return unquote(raw), true, nil
	case "a number":
		return whole(raw), true, nil
	}
	return "", false, o.wrong(name, "a text or a number", raw)
}

// whole is a number as it is written, or as an integer where its fraction is nothing: 2.0
// and 2e0 are 2. Programs that keep every number as a float64 write it so.
func whole(raw json.RawMessage) string {
	text := string(raw)
	if integer, fraction, ok := strings.Cut(text, "."); ok && strings.Trim(fraction, "0") == "" {
		return integer
	}
	const mostExact = 1 << 53 // from there on a float64 leaves integers out
	if !strings.ContainsAny(text, "eE") {
		return text
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < mostExact {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return text
}

// Choice returns a boolean: true and false, "true" and "false" in any case, 1 and 0, 1.0 and
// 0.0, "1" and "0".
func (o Object) Choice(name string) (Choice, error) {
	raw := o.member(name)
	if raw == nil {
		return Absent, nil
	}
	text := string(raw)
	switch kindOf(raw) {
	case "a text":
		text = strings.ToLower(unquote(raw))
	case "a number":
		text = whole(raw)
	}
	switch text {
	case "true", "1":
		return Yes, nil
	case "false", "0":
		return No, nil
	}
	if kind := kindOf(raw); kind == "a text" || kind == "a number" {
		return Absent, o.Refuse(ErrType, name, "it must be true or false, and is "+kind+" that is neither")
	}
	return Absent, o.wrong(name, "true or false", raw)
}

// maxTexts is how many texts one list may have.
const maxTexts = 1000

// Texts returns a list of texts that hold no blanks themselves, such as addresses: an array
// of them, or one text. Where commas, semicolons or blanks join several into one, they are
// split, and joined says so. Every text is trimmed, and what is empty is left out. More than
// a thousand are refused with [ErrTooLarge].
func (o Object) Texts(name string) (texts []string, joined bool, err error) {
	raw := o.member(name)
	if raw == nil {
		return nil, false, nil
	}
	elements := []json.RawMessage{raw}
	switch kindOf(raw) {
	case "a text":
	case "a list":
		elements = split(raw)
	default:
		return nil, false, o.wrong(name, "a list of texts, or a text", raw)
	}
	for i, element := range elements {
		if kindOf(element) != "a text" {
			return nil, false, o.wrong(name, "a list of texts", element).element(i)
		}
		parts := strings.FieldsFunc(unquote(element), separates)
		joined = joined || len(parts) > 1
		if texts = append(texts, parts...); len(texts) > maxTexts {
			return nil, false, o.Refuse(ErrTooLarge, name, fmt.Sprintf("a list has more than %d texts", maxTexts))
		}
	}
	return texts, joined, nil
}

func separates(r rune) bool { return r == ',' || r == ';' || unicode.IsSpace(r) }

// element puts the index of an element behind the place.
func (e *Error) element(i int) *Error {
	e.Where += fmt.Sprintf("[%d]", i)
	return e
}

// Object returns a member that is an object. ok is false where it is absent.
func (o Object) Object(name string) (object Object, ok bool, err error) {
	raw := o.member(name)
	if raw == nil {
		return Object{}, false, nil
	}
	if kindOf(raw) != "an object" {
		return Object{}, false, o.wrong(name, "an object", raw)
	}
	return newObject(o.page, o.at(name), raw), true, nil
}

// Objects returns a member that is an array of objects. ok is false where it is absent.
func (o Object) Objects(name string) (objects []Object, ok bool, err error) {
	raw := o.member(name)
	if raw == nil {
		return nil, false, nil
	}
	if kindOf(raw) != "a list" {
		return nil, false, o.wrong(name, "a list of objects", raw)
	}
	elements := split(raw)
	objects = slices.Grow(objects, len(elements))
	for i, element := range elements {
		if kindOf(element) != "an object" {
			return nil, false, o.wrong(name, "a list of objects", element).element(i)
		}
		objects = append(objects, newObject(o.page, fmt.Sprintf("%s[%d]", o.at(name), i), element))
	}
	return objects, true, nil
}

// Mixed returns a member that is an array of texts, numbers and objects. Both slices have
// the array's length: objects is nil where texts has the element, a text as it is or a number
// as [whole] has it. ok is false where it is absent.
func (o Object) Mixed(name string) (texts []string, objects []*Object, ok bool, err error) {
	raw := o.member(name)
	if raw == nil {
		return nil, nil, false, nil
	}
	if kindOf(raw) != "a list" {
		return nil, nil, false, o.wrong(name, "a list", raw)
	}
	for i, element := range split(raw) {
		var text string
		var object *Object
		switch kindOf(element) {
		case "a text":
			text = unquote(element)
		case "a number":
			text = whole(element)
		case "an object":
			inner := newObject(o.page, fmt.Sprintf("%s[%d]", o.at(name), i), element)
			object = &inner
		default:
			return nil, nil, false, o.wrong(name, "a list of texts, numbers or objects", element).element(i)
		}
		texts, objects = append(texts, text), append(objects, object)
	}
	return texts, objects, true, nil
}

// The text was found to be JSON before, and the first character tells the kind: none of
// these can fail.

func newObject(page, where string, raw json.RawMessage) Object {
	o := Object{page: page, where: where, members: map[string]json.RawMessage{}}
	c := cursor{text: raw}
	for c.enter(); c.more(); {
		name := c.name()
		o.members[unquote(name)] = c.value()
	}
	return o
}

func split(raw json.RawMessage) []json.RawMessage {
	var elements []json.RawMessage
	c := cursor{text: raw}
	for c.enter(); c.more(); {
		elements = append(elements, c.value())
	}
	return elements
}

func unquote(raw json.RawMessage) string {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		panic("JSON that was checked before: " + err.Error())
	}
	return text
}
