// Package manpages holds the program's manual pages. They are made from the help of its
// commands by the tests of the command, which fail where a page is not what the help says.
package manpages

import (
	"embed"
	"path"
	"slices"
	"strings"
)

//go:embed pages/*.1
var pages embed.FS

// extension is that of section 1 of the manual.
const extension = ".1"

// Names are the names of all pages in alphabetical order, such as drtxt-record.
func Names() []string {
	entries, err := pages.ReadDir("pages")
	if err != nil {
		panic(err) // it is in the program
	}
	names := make([]string, len(entries))
	for i, entry := range entries {
		names[i] = strings.TrimSuffix(entry.Name(), extension)
	}
	slices.Sort(names) // without their extensions the order is another
	return names
}

// Page is the page of that name in the man macros of roff, and whether there is one.
func Page(name string) ([]byte, bool) {
	page, err := pages.ReadFile(path.Join("pages", name+extension))
	return page, err == nil
}

// FileName is the name of the file that a page belongs in, such as drtxt-record.1.
func FileName(name string) string { return name + extension }
