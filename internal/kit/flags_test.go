package kit_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
)

// The flags of the manifest and of the runbook are whole, with a word to be filled in for
// what is not known.
func TestFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change         func(*kit.Options)
		publish, trust string
	}{
		"nothing known": {func(o *kit.Options) { o.Publish, o.PublicKeys = kit.Publish{}, nil },
			"--server YOUR-NAME-SERVER --zone example.com --tsig-file KEY_FILE", "--public PUBLIC_KEY"},
		"a server": {func(o *kit.Options) { o.Publish, o.Zone = kit.Publish{Server: "[2001:db8::1]:5353"}, "com" },
			"--server [2001:db8::1]:5353 --zone com --tsig-file KEY_FILE", "--public /etc/drtxt/dr_publickey.pem"},
		"all of it": {func(o *kit.Options) { o.Scheme = scheme(t, "trimmed+pss") },
			"--server ns1.example.com --zone example.com --tsig-file /etc/drtxt/update.key", "--public /etc/drtxt/dr_publickey.pem --scheme trimmed+pss"},
		"a zone file": {func(o *kit.Options) { o.Publish = kit.Publish{ZoneFile: "/etc/bind/zone"} },
			"--zone-file /etc/bind/zone --zone example.com", "--public /etc/drtxt/dr_publickey.pem"},
		"its zone assumed, two keys": {func(o *kit.Options) {
			o.Publish, o.ZoneAssumed, o.PublicKeys = kit.Publish{ZoneFile: `C:\zone`}, true, []string{"/a.pem", `\\host\b.pem`}
		}, `--zone-file C:\zone`, `--public /a.pem --public \\host\b.pem`},
	} {
		o := options(t)
		c.change(&o)
		k := makeKit(t, o)
		if got := strings.Join(k.Manifest.Publish, " "); got != c.publish {
			t.Errorf("%s: publish is %q, want %q", name, got, c.publish)
		}
		if got := strings.Join(k.Manifest.Trust, " "); got != c.trust {
			t.Errorf("%s: trust is %q, want %q", name, got, c.trust)
		}
		for _, word := range slices.Concat(k.Manifest.Publish, k.Manifest.Trust) {
			if page := string(k.Files()[kit.MarkdownFile]); !strings.Contains(page, word) {
				t.Errorf("%s: the runbook does not have %s", name, word)
			}
		}
	}
}

// A manifest has the flags that Make writes, and no others, with values that fit the rest.
func TestFlagsAreRefused(t *testing.T) {
	t.Parallel()
	const publish, trust = "--server ns1.example.com --zone example.com --tsig-file /etc/drtxt/update.key", "--public /etc/drtxt/dr_publickey.pem"
	m := makeKit(t, options(t)).Manifest
	decode := func(publish, trust string) error {
		m.Publish, m.Trust = strings.Fields(publish), strings.Fields(trust)
		_, err := kit.Decode(m.Encode())
		return err
	}
	if err := decode(publish, trust); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{
		"", "--server ns1.example.com", "--zone example.com --server ns1.example.com --tsig-file /k", publish + " --audit /a", publish + " --undo-dir /a",
		publish + " --tsig-file /k", publish + " --zone-file /z", publish + " --confirm dr.example.com", publish + " --zone",
		"--zone-file /z --zone example.com --zone example.com", "--zone-file z", "--zone-file /z --zone example.org",
		strings.Replace(publish, "ns1.example.com", "udp://ns1.example.com", 1), strings.Replace(publish, "ns1.example.com", "ns1.example.com:x", 1),
		strings.Replace(publish, "zone example.com", "zone com", 1), strings.Replace(publish, "/etc/drtxt/update.key", "update.key", 1),
		strings.Replace(publish, "/etc/drtxt/update.key", "PUBLIC_KEY", 1),
	} {
		if err := decode(wrong, trust); !is[*kit.ManifestError](err) {
			t.Errorf("publish %q: %v", wrong, err)
		}
	}
	for _, wrong := range []string{
		"", "--scheme prefix", trust + " --scheme prefix", trust + " --scheme trimmed", "--public dr_publickey.pem", "--public kit/key.pem", "--public -",
		trust + " --allow-unsigned true", "--public KEY_FILE", trust + " --public",
	} {
		if err := decode(publish, wrong); !is[*kit.ManifestError](err) {
			t.Errorf("trust %q: %v", wrong, err)
		}
	}
	m.Scheme = "trimmed"
	if err := decode(publish, trust+" --scheme trimmed"); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{trust, trust + " --scheme values"} {
		if err := decode(publish, wrong); !is[*kit.ManifestError](err) {
			t.Errorf("trust %q: %v", wrong, err)
		}
	}
}
