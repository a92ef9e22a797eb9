package delegation_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/verify/delegation"
)

func TestRootServers(t *testing.T) {
	t.Parallel()
	servers := delegation.RootServers()
	seen := map[string]bool{}
	for _, s := range servers {
		seen[s.Name] = true
		if len(s.Glue) != 2 || !s.Glue[0].Is4() || !s.Glue[1].Is6() || !strings.HasSuffix(s.Name, ".root-servers.net.") {
			t.Errorf("%+v", s)
		}
		for _, address := range s.Glue {
			seen[address.String()] = true
		}
	}
	if len(servers) != 13 || len(seen) != 13+26 {
		t.Errorf("%d servers, %d distinct names and addresses", len(servers), len(seen))
	}
	servers[0].Name = "changed."
	if delegation.RootServers()[0].Name == "changed." {
		t.Error("the caller can change the list")
	}
}

// Without roots of its own a finder begins at the public ones.
func TestRoot(t *testing.T) {
	t.Parallel()
	root := new(delegation.Finder).Root()
	if root.Zone != "." || !reflect.DeepEqual(root.Servers, delegation.RootServers()) {
		t.Errorf("%+v", root)
	}
}

// namedRoot has the shape of the file that IANA publishes.
const namedRoot = `;       This file holds the information on root name servers
;
.                        3600000      NS    B.ROOT.EXAMPLE.
B.ROOT.EXAMPLE.          3600000      A     192.0.2.2
.                        3600000      NS    A.ROOT.EXAMPLE.
A.ROOT.EXAMPLE.          3600000      A     192.0.2.1
A.ROOT.EXAMPLE.          3600000      AAAA  2001:db8::1
; End of file
`

func TestParseHints(t *testing.T) {
	t.Parallel()
	both := []delegation.NameServer{server("a.root.example.", "192.0.2.1", "2001:db8::1"), server("b.root.example.", "192.0.2.2")}
	cases := map[string]struct {
		text string
		want []delegation.NameServer
	}{
		"named.root":           {namedRoot, both},
		"CRLF":                 {strings.ReplaceAll(namedRoot, "\n", "\r\n"), both},
		"twice":                {namedRoot + namedRoot, both},
		"other records":        {namedRoot + "example. 60 IN NS ns.example.\nns.example. 60 IN A 192.0.2.9\n. 60 IN TXT \"x\"\n", both},
		"one without address":  {namedRoot + ". 60 IN NS c.root.example.\n", both},
		"names without origin": {". 60 NS a.root.example\na.root.example 60 A 192.0.2.1\n", []delegation.NameServer{server("a.root.example.", "192.0.2.1")}},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := delegation.ParseHints(strings.NewReader(c.text))
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

func TestParseHintsRefuses(t *testing.T) {
	t.Parallel()
	included := filepath.Join(t.TempDir(), "named.root")
	if err := os.WriteFile(included, []byte(namedRoot), 0o600); err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		text string
		err  error // nil means any
	}{
		"empty":             {"", delegation.ErrNoHints},
		"comments":          {"; nothing\n", delegation.ErrNoHints},
		"no address":        {". 60 IN NS a.root.example.\n", delegation.ErrNoHints},
		"no NS record":      {"a.root.example. 60 IN A 192.0.2.1\n", delegation.ErrNoHints},
		"of another zone":   {"example. 60 IN NS ns.example.\nns.example. 60 IN A 192.0.2.1\n", delegation.ErrNoHints},
		"garbage":           {"<!DOCTYPE html>\n", nil},
		"torn":              {namedRoot + ". 60 IN", nil},
		"another file":      {"$INCLUDE " + included + "\n", nil},
		"generated":         {namedRoot + "$GENERATE 1-65000 ns$ 60 IN A 192.0.2.1\n", delegation.ErrTooManyHints},
		"generated, others": {namedRoot + "$GENERATE 1-65000 ns$ 60 IN TXT x\n", delegation.ErrTooManyHints},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			got, err := delegation.ParseHints(strings.NewReader(c.text))
			if err == nil || c.err != nil && !errors.Is(err, c.err) || got != nil {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }

func TestParseHintsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	if got, err := delegation.ParseHints(brokenReader{}); !errors.Is(err, errBroken) {
		t.Errorf("%+v, %v", got, err)
	}
}
