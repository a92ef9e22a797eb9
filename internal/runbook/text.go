package runbook

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// A style is how a piece of text looks.
type style int

const (
	plain style = iota
	strong
	code
	// aside is for what is said beside a value: a line of its own where there is room.
	aside
)

// A span is a piece of text in one style, and a link if it has a target: the anchor of a
// heading of the page.
type span struct {
	style        style
	text, target string
}

// text is a line or a paragraph.
type text []span

// marked is what is marked up in the sentences of this package: **strong**, `code`, a
// link to the heading that is the [%s], and where any other value goes.
var marked = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("\\*\\*[^*]+\\*\\*|`[^`]+`|\\[%s\\]|%s") })

// say makes text of a sentence of this package, in which %s stands for a value. Only the
// sentence is searched for marks: a value never brings any of its own.
func say(sentence string, values ...string) text {
	var t text
	fill := func(piece string) string {
		pieces := strings.Split(piece, "%s")
		filled := pieces[0]
		for _, after := range pieces[1:] {
			filled += values[0] + after
			values = values[1:]
		}
		return filled
	}
	for sentence != "" {
		at := marked().FindStringIndex(sentence)
		if at == nil {
			return append(t, span{text: sentence})
		}
		if at[0] > 0 {
			t = append(t, span{text: sentence[:at[0]]})
		}
		mark := sentence[at[0]:at[1]]
		sentence = sentence[at[1]:]
		switch mark[0] {
		case '*':
			t = append(t, span{style: strong, text: fill(strings.Trim(mark, "*"))})
		case '`':
			t = append(t, span{style: code, text: fill(strings.Trim(mark, "`"))})
		case '[':
			t = append(t, linked(fill("%s"))...)
		default:
			t = append(t, span{text: fill(mark)})
		}
	}
	return t
}

// linked is a link to a heading of the page.
func linked(heading string) text { return text{{text: heading, target: anchor(heading)}} }

// anchor is what GitHub and others make of a heading to link to it.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
			return unicode.ToLower(r)
		case r == ' ':
			return '-'
		}
		return -1
	}, heading)
}
