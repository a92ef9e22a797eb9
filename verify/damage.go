package verify

import (
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// damages lists what commonly goes wrong on the way into the DNS, the most specific
// first.
var damages = []struct {
	code    Code
	message string
	matches func(TXT) bool
}{
	{CodePartsInOneRecord, "one record holds both parts as two strings", isPartsInOneRecord},
	{CodeByteOrderMark, "the value begins with a byte order mark", func(t TXT) bool { return strings.HasPrefix(t.Text(), "\uFEFF") }},
	{CodeCutAtSemicolon, `the value is only "v=1"`, func(t TXT) bool { return t.Text() == "v=1" }},
	{CodeQuotedTwice, "the value begins with a quote", func(t TXT) bool { return strings.HasPrefix(strings.TrimLeft(t.Text(), `\`), `"`) }},
	{CodeLiteralBackslash, `the value holds "\;"`, func(t TXT) bool { return strings.Contains(t.Text(), `\;`) }},
	{CodeSpaceInSignature, "there is a space in the signature", hasSpaceInSignature},
	{CodeSpaces, "there are spaces in the value", func(t TXT) bool { return strings.ContainsAny(t.Text(), " \t") }},
}

func isPartsInOneRecord(t TXT) bool {
	if len(t) != 2 {
		return false
	}
	for _, s := range t {
		if r, err := txtrecord.Parse(s); err != nil || !r.Signed() {
			return false
		}
	}
	return true
}

func hasSpaceInSignature(t TXT) bool {
	_, signature, found := strings.Cut(t.Text(), "bh=")
	return found && strings.Contains(strings.TrimSpace(signature), " ")
}

// isFragment reports whether a record can be a piece of a signature that some tool cut
// into several records: base64 and nothing else, longer than a word.
func isFragment(text string) bool {
	const shortest = 32
	foreign := func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '/' || r == '=')
	}
	return len(text) >= shortest && !strings.ContainsFunc(text, foreign)
}

// diagnose names the cause of a record's damage where it is a known one.
func diagnose(t TXT) (code Code, message string, ok bool) {
	for _, d := range damages {
		if d.matches(t) {
			return d.code, d.message, true
		}
	}
	return "", "", false
}
