package main

import (
	"bytes"
	"fmt"
	"strings"
)

func (c *shownConfiguration) render(env *environment, format string) ([]byte, error) {
	if format == "json" {
		return encodeJSON(c)
	}
	var b bytes.Buffer
	fmt.Fprintln(&b, printableLine(c.sentence(env)))
	if s := c.Confirmed; s != nil {
		fmt.Fprintf(&b, "scheme %s, confirmed on %s (%s)", s.Scheme, s.Date, s.Way)
		if len(s.Open) > 0 {
			fmt.Fprintf(&b, ", but not for %s", tagsInWords(s.Open))
		}
		fmt.Fprintln(&b)
	}
	for i := range c.Domains {
		if err := c.Domains[i].writeTable(&b); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// sentence says which file it is, and why.
func (c *shownConfiguration) sentence(env *environment) string {
	why := map[configurationChoice]string{
		becauseFound: "found in this folder, so that it may not say what signs or where to publish",
		becauseUsers: "in the user's configuration folder",
	}
	switch {
	case c.Path == "":
		return "configuration: none; looked for " + quotedList(c.LookedFor)
	case c.Because == becauseNamed:
		return "configuration: " + quoted(c.Path) + ", named by " + source(env, "config")
	}
	return "configuration: " + quoted(c.Path) + ", " + why[c.Because]
}

func quotedList(paths []string) string {
	var all []string
	for _, path := range paths {
		all = append(all, quoted(path))
	}
	return strings.Join(all, " and ")
}

func (d *shownDomain) writeTable(b *bytes.Buffer) error {
	title := d.Domain
	if title == "" {
		title = "every domain"
	}
	if d.Written != "" {
		title += ", written " + quoted(d.Written)
	}
	fmt.Fprintf(b, "\n%s\n", printableLine(title))
	var rows [][]string
	for i := range d.Settings {
		s := &d.Settings[i]
		key := s.Key
		if s.Section != "" {
			key = s.Section + "." + key
		}
		rows = append(rows, []string{"  " + key, s.value(), s.origin(d.Domain)})
	}
	return writeTable(b, []string{"  KEY", "VALUE", "FROM"}, rows)
}

// value is the value for a person.
func (s *shownSetting) value() string {
	if len(s.Values) == 0 {
		return "-"
	}
	return printableLine(strings.Join(unmistakable(s.Values), ", "))
}

// origin says where it comes from.
func (s *shownSetting) origin(domain string) string {
	var words string
	switch s.Source {
	case fromVariable:
		words = s.Variable
	case fromDefault:
		words = "default"
	default:
		words = fmt.Sprintf("line %d", s.Line)
	}
	if s.Source == fromFile && s.Domain == "" && domain != "" {
		words += ", for every domain"
	}
	if s.SetAsideBy != "" {
		words += ", set aside by " + s.SetAsideBy
	}
	if len(s.Missing) > 0 {
		words += ", MISSING: " + quotedList(s.Missing)
	}
	if s.MustBe != "" {
		words += ", WRONG: must be " + s.MustBe
	}
	return printableLine(words)
}
