//go:build unix

package shellwords

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The shell itself says which words a line has.
func TestLine(t *testing.T) {
	t.Parallel()
	words := []string{"plain", "--flag=a/b_c.d:e+f,g@h%i", "", " ", "two words", "it's", "''", `"`, `\`, "$HOME", "`id`", "$(id)", "a;b", "a|b", "a&b", "<>", "*", "?", "[a]", "{a,b}", "~", "#", "!", "^", "tab\t", "line\nbreak", "ü", "-", "=", "a=b", "=ls", "~root"}
	output, err := exec.CommandContext(t.Context(), "sh", "-c", `printf '%s\0' `+Line(words)).Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Split(strings.TrimSuffix(string(output), "\x00"), "\x00"); !slices.Equal(got, words) {
		t.Errorf("the shell reads %q, want %q", got, words)
	}
}

// What zsh reads more into at the beginning of a word is quoted, and what it does not is
// left as it is.
func TestWord(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"=ls": "'=ls'", "~root": "'~root'", "a=b": "a=b", "--flag=x": "--flag=x", "%1": "%1", "+1": "+1", "-x": "-x"} {
		if got := Word(word); got != want {
			t.Errorf("%s is written %s, want %s", word, got, want)
		}
	}
}
