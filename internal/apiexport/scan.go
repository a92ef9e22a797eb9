package apiexport

import (
	"bytes"
	"encoding/json"
)

// A cursor goes through a text that was found to be JSON before. [encoding/json] would
// copy every part of it, for every level again.
type cursor struct {
	text []byte
	at   int
}

// next skips blanks, and returns the byte that is there.
func (c *cursor) next() byte {
	for bytes.IndexByte([]byte(" \t\r\n"), c.text[c.at]) >= 0 {
		c.at++
	}
	return c.text[c.at]
}

// enter skips the bracket that an array or an object begins with.
func (c *cursor) enter() {
	c.next()
	c.at++
}

// more reports whether there is another element before the closing bracket, and skips what
// stands before it.
func (c *cursor) more() bool {
	if c.next() == ',' {
		c.at++
		c.next()
	}
	return c.text[c.at] != ']' && c.text[c.at] != '}'
}

// name returns the text of a member's name, quotes included, and skips the colon.
func (c *cursor) name() json.RawMessage {
	c.next()
	name := c.scalar()
	c.next()
	c.at++
	return name
}

// scalar returns a text, a number or a word.
func (c *cursor) scalar() json.RawMessage {
	from := c.at
	if c.text[c.at] != '"' {
		for c.at < len(c.text) && bytes.IndexByte([]byte(",]} \t\r\n"), c.text[c.at]) < 0 {
			c.at++
		}
		return c.text[from:c.at]
	}
	for c.at++; c.text[c.at] != '"'; c.at++ {
		if c.text[c.at] == '\\' {
			c.at++
		}
	}
	c.at++
	return c.text[from:c.at]
}

// value returns any value.
func (c *cursor) value() json.RawMessage {
	if b := c.next(); b != '{' && b != '[' {
		return c.scalar()
	}
	from := c.at
	for depth := 0; ; {
		switch c.text[c.at] {
		case '"':
			c.scalar()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if c.at++; depth == 0 {
			return c.text[from:c.at]
		}
	}
}
