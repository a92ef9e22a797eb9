package kit_test

import (
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
)

// Whom the organisation asks is asked on the night, too.
func TestAsking(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Servers, o.Resolvers = []string{"192.0.2.1:5353", "ns2.example.com"}, []string{"tls://dns.example.net"}
	k := makeKit(t, o)
	const flags = "--server 192.0.2.1:5353 --server ns2.example.com --resolver tls://dns.example.net"
	if got := strings.Join(k.Manifest.Asking, " "); got != flags {
		t.Errorf("the manifest has %q", got)
	}
	page := string(k.Files()[kit.MarkdownFile])
	if n := strings.Count(page, flags); n < 4 {
		t.Errorf("the runbook has the flags %d times", n)
	}
	for _, word := range []string{"drtxt watch", "drtxt verify"} {
		for line := range strings.Lines(page) {
			if strings.HasPrefix(line, word) && !strings.Contains(line, flags) {
				t.Errorf("the runbook asks others: %s", line)
			}
		}
	}
	for name, asking := range map[string]string{
		"flags of publish":      "--tsig-file /etc/drtxt/update.key",
		"an address of the web": "--server https://example.com/x",
		"no URL":                "--resolver 192.0.2.1/x",
		"another order":         "--resolver tls://dns.example.net --server ns1.example.com",
		"no value":              "--server",
	} {
		m := k.Manifest
		m.Asking = strings.Fields(asking)
		if _, err := kit.Decode(m.Encode()); err == nil {
			t.Errorf("%s: the manifest is accepted", name)
		}
	}
	o.Servers = []string{"a b"}
	if _, err := kit.Make(t.Context(), o, signer(t, "test-a", o.Scheme)); err == nil {
		t.Error("a kit is made with a server that is none")
	}
}

// What a format does to the records of others is said beside its command.
func TestEffectsAreTold(t *testing.T) {
	t.Parallel()
	page := string(makeKit(t, options(t)).Files()[kit.MarkdownFile])
	if !strings.Contains(page, "replaces every TXT record of ") {
		t.Error("the runbook does not say what nsupdate replaces")
	}
}
