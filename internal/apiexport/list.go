package apiexport

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
)

// A List is an export that was read.
type List struct {
	Items []Item
	// Complete says that the export itself counts its pages or items, and all are there. A
	// bare array does not count them: then nobody can tell.
	Complete bool
}

// An Item is one element of the list.
type Item struct {
	Object
	// Page is the file's name, and Index the item's place in that file, from 0.
	Page  string
	Index int
}

// ReadList reads the files of one export of an endpoint, in any order. Errors are an
// [*Error].
func ReadList(pages []Page, endpoint Endpoint) (*List, error) {
	if len(pages) == 0 {
		return nil, &Error{Kind: ErrEmpty}
	}
	if err := requireNames(pages); err != nil {
		return nil, err
	}
	want := endpoint.description()
	var read []*content
	for _, page := range pages {
		c, err := readPage(page, want)
		if err != nil {
			return nil, err
		}
		read = append(read, c)
	}
	if err := requireContents(pages, read, want); err != nil {
		return nil, err
	}
	list := &List{}
	for _, c := range read {
		list.Items = append(list.Items, c.items...)
	}
	if err := requireEndpoint(read, want); err != nil {
		return nil, err
	}
	var err error
	list.Complete, err = requireComplete(read, len(list.Items), want)
	return list, err
}

// requireNames refuses a file that is named twice.
func requireNames(pages []Page) error {
	names := map[string]bool{}
	for _, page := range pages {
		if names[page.Name] {
			return &Error{Page: page.Name, Kind: ErrDuplicate, Detail: "the file is given twice", Way: "name every file once"}
		}
		names[page.Name] = true
	}
	return nil
}

// requireContents refuses a file with the content of another. Of several platforms some may
// have nothing.
func requireContents(pages []Page, read []*content, want description) error {
	contents := map[[sha256.Size]byte]string{}
	for i, page := range pages {
		if want.perPlatform() && len(read[i].items) == 0 {
			continue
		}
		digest := sha256.Sum256(page.Data)
		if other, ok := contents[digest]; ok {
			return &Error{Page: page.Name, Kind: ErrDuplicate, Detail: fmt.Sprintf("the file has the same content as %q", other),
				Way: "name every page once; if the pages were fetched by a loop, see whether it asked for the same one"}
		}
		contents[digest] = page.Name
	}
	return nil
}

// The members of an envelope that count.
const (
	totalPages = "totalPages"
	totalCount = "totalCount"
)

// A content is what a file holds.
type content struct {
	page  string
	array bool
	items []Item
	// pages and count are what the envelope says of the whole export, -1 where it does not.
	pages, count int
}

func readPage(page Page, want description) (*content, error) {
	text, err := plainText(page)
	if err != nil {
		return nil, err
	}
	whole, err := wholeJSON(page.Name, text)
	if err != nil {
		return nil, err
	}
	if err := requireStrict(page.Name, whole, maxValues); err != nil {
		return nil, err
	}
	c := &content{page: page.Name, pages: -1, count: -1}
	if kindOf(whole) == "a list" {
		c.array = true
		return c, c.read("", whole)
	}
	return c, c.readEnvelope(newObject(page.Name, "", whole), want)
}

// readEnvelope reads the object around a list.
func (c *content) readEnvelope(o Object, want description) (err error) {
	if c.pages, err = o.number(totalPages); err != nil {
		return err
	}
	if c.count, err = o.number(totalCount); err != nil {
		return err
	}
	raw := o.members[want.envelope]
	switch {
	case kindOf(raw) == "a list":
		return c.read(want.envelope, raw)
	case kindOf(raw) != "null":
		return o.wrong(want.envelope, "a list", raw)
	case o.has(want.envelope), c.pages >= 0 && !otherEnvelope(o, want):
		return nil // an empty list may be left out
	}
	return c.noEnvelope(o, want)
}

// number returns a count, which may be a text; -1 where it is absent.
func (o Object) number(name string) (int, error) {
	text, ok, err := o.Text(name)
	if err != nil || !ok {
		return -1, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return -1, o.Refuse(ErrType, name, "it must be a whole number")
	}
	return n, nil
}

// envelopes are the members that lists stand in.
var envelopes = []string{"list", "policies"}

func otherEnvelope(o Object, want description) bool {
	return slices.ContainsFunc(envelopes, func(name string) bool { return name != want.envelope && o.has(name) })
}

// noEnvelope says what an object is that has no list where it should be.
func (c *content) noEnvelope(o Object, want description) error {
	for _, d := range descriptions {
		if d.envelope == want.envelope || d.envelope == "" || kindOf(o.members[d.envelope]) != "a list" {
			continue
		}
		other := &content{page: c.page}
		if err := other.read(d.envelope, o.members[d.envelope]); err != nil {
			return err
		}
		if what := other.inWords(d.envelope); what != want.what {
			return want.another(c.page, "", what)
		}
		return o.Refuse(ErrShape, d.envelope, fmt.Sprintf("the list must stand in %q", want.envelope))
	}
	if found, ok := recognise(o); ok && found.endpoint == want.endpoint {
		return o.Refuse(ErrShape, "", "this is one of the "+want.what+" alone, not the list of all").instead("export the list: GET …/" + string(want.endpoint))
	} else if ok {
		return want.another(c.page, "", "one of the "+found.what)
	}
	for _, name := range []string{"reason", "message", "error", "exception", "error_description"} {
		if o.has(name) {
			return o.Refuse(ErrShape, "", "the API answered with an error, and that was saved").instead("read the file, mend what it says, and export again")
		}
	}
	return o.Refuse(ErrShape, "", fmt.Sprintf("there is no %q in it", want.envelope))
}

func (e *Error) instead(way string) *Error {
	e.Way = way
	return e
}

// inWords says what the items are.
func (c *content) inWords(envelope string) string {
	for _, item := range c.items {
		if found, ok := recognise(item.Object); ok {
			return found.what
		}
	}
	if envelope == WebPolicy.description().envelope {
		return WebPolicy.description().what
	}
	return "a list of another API"
}

// read takes the elements of a list.
func (c *content) read(where string, raw json.RawMessage) error {
	elements := split(raw)
	c.items = make([]Item, 0, len(elements))
	for i, element := range elements {
		at := fmt.Sprintf("%s[%d]", where, i)
		if kindOf(element) != "an object" {
			return &Error{Page: c.page, Where: at, Kind: ErrShape, Detail: "it must be an object, and is " + kindOf(element)}
		}
		c.items = append(c.items, Item{newObject(c.page, at, element), c.page, i})
	}
	return nil
}

// requireEndpoint refuses items of another endpoint, and those that tell nothing.
func requireEndpoint(read []*content, want description) error {
	items, known := 0, want.envelope != "list" && !slices.ContainsFunc(read, func(c *content) bool { return c.array })
	for _, c := range read {
		for _, item := range c.items {
			items++
			if want.has(item.Object) {
				known = true
			} else if found, ok := recognise(item.Object); ok {
				return want.another(c.page, item.where, found.what)
			}
		}
	}
	if items > 0 && !known {
		return want.unknown(read[0].page)
	}
	return nil
}

// requireComplete holds the files against what they say of the whole.
func requireComplete(read []*content, items int, want description) (complete bool, err error) {
	if err := requireOneShape(read); err != nil {
		return false, err
	}
	if want.perPlatform() && !slices.ContainsFunc(read, func(c *content) bool { return !c.completeAlone() }) {
		return true, nil
	}
	if err := requireAgreement(read, want); err != nil {
		return false, err
	}
	pages, count := read[0].pages, read[0].count
	if pages >= 0 && max(pages, 1) != len(read) {
		return false, &Error{Kind: ErrPartial, Detail: fmt.Sprintf("it has %s, and %s given", counted(pages, "page"), given(len(read)))}
	}
	if err := requireFilled(read); err != nil {
		return false, err
	}
	if count >= 0 && count != items {
		return false, &Error{Kind: ErrPartial, Detail: fmt.Sprintf("it has %s, and the files hold %d", counted(count, "item"), items)}
	}
	return pages >= 0 || count >= 0, nil
}

// requireOneShape refuses arrays and envelopes together.
func requireOneShape(read []*content) error {
	for _, c := range read {
		if c.array != read[0].array {
			return &Error{Page: c.page, Kind: ErrShape, Detail: fmt.Sprintf("one file is a bare array and another has an envelope: %q", read[0].page),
				Way: "name the files of one export alone"}
		}
	}
	return nil
}

// completeAlone reports whether a file holds as many items as it says that there are, and
// speaks of no other page.
func (c *content) completeAlone() bool {
	return c.holdsItsCount() && (c.pages < 0 || c.pages == 1 || c.pages == 0 && len(c.items) == 0)
}

func (c *content) holdsItsCount() bool { return c.count == len(c.items) }

// requireAgreement refuses files that do not say the same of the whole.
func requireAgreement(read []*content, want description) error {
	first := read[0]
	for _, c := range read {
		switch {
		case c.pages != first.pages:
			return &Error{Page: c.page, Kind: ErrPartial, Detail: fmt.Sprintf("it speaks of %s, and %q of %s", counted(c.pages, "page"), first.page, counted(first.pages, "page"))}
		case c.count == first.count:
		case want.perPlatform() && c.count >= 0 && !c.holdsItsCount():
			return c.partial()
		case want.perPlatform() && first.count >= 0 && !first.holdsItsCount():
			return first.partial()
		default:
			return &Error{Page: c.page, Kind: ErrPartial, Detail: fmt.Sprintf("it speaks of %s, and %q of %s", counted(c.count, "item"), first.page, counted(first.count, "item"))}
		}
	}
	return nil
}

// partial is the error about a file that does not hold what it counts.
func (c *content) partial() *Error {
	return &Error{Page: c.page, Kind: ErrPartial, Detail: fmt.Sprintf("it speaks of %s, and holds %d", counted(c.count, "item"), len(c.items))}
}

// requireFilled refuses pages of a number that is given of which one holds nothing, and items
// on no page.
func requireFilled(read []*content) error {
	for _, c := range read {
		switch {
		case c.pages == 0 && len(c.items) > 0:
			return &Error{Page: c.page, Kind: ErrPartial, Detail: "it speaks of 0 pages, and holds " + counted(len(c.items), "item")}
		case c.pages > 1 && len(c.items) == 0:
			return &Error{Page: c.page, Kind: ErrPartial, Detail: fmt.Sprintf("it is one of %s, and holds no item", counted(c.pages, "page"))}
		}
	}
	return nil
}

func counted(n int, what string) string {
	switch n {
	case -1:
		return "no number of " + what + "s"
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func given(files int) string {
	if files == 1 {
		return "1 file is"
	}
	return fmt.Sprintf("%d files are", files)
}
