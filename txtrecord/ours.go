package txtrecord

import "strings"

// IsOurs reports whether a TXT record is one of this format, damaged or not: it
// errs on the side of yes, so that damage is never taken for absence. Once quotes,
// backslashes, white space and a byte order mark are taken away and case is
// ignored, such a record begins with "v=" and a digit, or holds a pair between
// semicolons whose tag is b or bh.
func IsOurs(text string) bool {
	if hasVersion(text) {
		return true // as it should be, and nearly always is
	}
	bare := strings.ToLower(strings.Map(dropDamage, text))
	if hasVersion(bare) {
		return true
	}
	for pair := range strings.SplitSeq(bare, ";") {
		if strings.HasPrefix(pair, "b=") || strings.HasPrefix(pair, "bh=") {
			return true
		}
	}
	return false
}

func hasVersion(text string) bool {
	return len(text) > 2 && text[:2] == "v=" && '0' <= text[2] && text[2] <= '9'
}

// dropDamage removes what copying and quoting leave behind.
func dropDamage(r rune) rune {
	switch r {
	case '"', '\'', '\\', '\uFEFF', '\u00A0':
		return -1
	}
	if r <= ' ' || r == 0x7f {
		return -1
	}
	return r
}
