package leaks

import (
	"fmt"
	"strings"
	"testing"
)

// A recorder takes down what a check says.
type recorder struct {
	testing.TB
	said []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	malformed := bodyLines(t, "malformed/rsa3072-private.pem")
	for name, test := range map[string]struct{ text, want string }{
		"nothing":         {"", ""},
		"no secret":       {"New passphrase: \r\nThe same again: \r\n", ""},
		"a passphrase":    {"New passphrase: \r\nmy-" + Mark + "\r\n", "the terminal shows a test passphrase or PIN"},
		"a key":           {fmt.Sprintf("%x", privateKey(t).Primes[0]), "the terminal shows prime 1 of test-a.private.pem"},
		"a malformed key": {malformed[len(malformed)-2], "the terminal shows the coefficient of rsa3072-private.pem"},
	} {
		r := &recorder{TB: t}
		Check(r, "the terminal", test.text)
		if got := strings.Join(r.said, "\n"); got != test.want {
			t.Errorf("%s: it says %q, want %q", name, got, test.want)
		}
	}
}
