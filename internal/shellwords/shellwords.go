// Package shellwords writes commands for people to paste: words that a POSIX shell takes
// apart again into the same words (POSIX.1, XCU §2.2), and zsh too.
package shellwords

import "strings"

// Line writes words as one line.
func Line(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = Word(word)
	}
	return strings.Join(quoted, " ")
}

// Word writes a single word, between quotes where a shell would read more into it.
func Word(word string) string {
	equals := strings.HasPrefix(word, "=") // zsh has =ls stand for /bin/ls
	if word != "" && !equals && !strings.ContainsFunc(word, special) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func special(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=+,@%", r))
}
