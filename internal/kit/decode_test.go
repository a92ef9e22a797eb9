package kit_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
)

// A manifest is read as it is written, and in no other way.
func TestDecodeRoundTrip(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Confirmed, o.SchemeOpen, o.Formats = "2026-11-20", []string{"k"}, []string{"octodns", "azure"}
	o.Target.ResourceGroup, o.Target.PlainSemicolons = "dns", true
	text := makeKit(t, o).Manifest.Encode()
	m, err := kit.Decode(text)
	if err != nil || !bytes.Equal(m.Encode(), text) {
		t.Fatal(err)
	}
	if got := strings.Join(m.Formats(), " "); got != "text json zone nsupdate azure octodns" {
		t.Errorf("formats %s", got)
	}
}

func TestDecodeRefuses(t *testing.T) {
	t.Parallel()
	text := string(makeKit(t, options(t)).Manifest.Encode())
	replace := func(old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("the manifest does not hold %q", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	deep := strings.Repeat("[", 1<<16) + strings.Repeat("]", 1<<16)
	for name, manifest := range map[string]string{
		"nothing":                 "",
		"no JSON":                 "kit",
		"null":                    "null",
		"a list":                  "[]",
		"cut":                     text[:len(text)/2],
		"not ended":               strings.TrimSuffix(text, "}\n"),
		"twice":                   text + text,
		"something behind it":     text + " ",
		"no line end":             strings.TrimSpace(text),
		"a byte order mark":       "\ufeff" + text,
		"CRLF":                    strings.ReplaceAll(text, "\n", "\r\n"),
		"on one line":             strings.ReplaceAll(text, "\n", ""),
		"huge":                    text + strings.Repeat(" ", kit.MaxManifest),
		"deep":                    deep,
		"deep in a field":         replace(`"warning": "`, `"note": `+deep+`, "warning": "`),
		"an unknown field":        replace(`"type"`, `"note": 1, "type"`),
		"a field twice":           replace(`"ttl": 30,`, `"ttl": 30,`+"\n"+`  "ttl": 30,`),
		"a field in other case":   replace(`"ttl"`, `"TTL"`),
		"a field twice, in case":  replace(`"ttl": 30,`, `"ttl": 30,`+"\n"+`  "Ttl": 31,`),
		"another schema":          replace("drtxt/kit/v1", "drtxt/kit/v2"),
		"another form of text":    replace("dr.example.com", `dr.example.\u0063om`),
		"another form of number":  replace(`"ttl": 30`, `"ttl": 3e1`),
		"a number too large":      replace(`"ttl": 30`, `"ttl": 4294967297`),
		"a TTL of none":           replace(`"ttl": 30`, `"ttl": 0`),
		"a TTL of days":           replace(`"ttl": 30`, `"ttl": 86401`),
		"a negative time":         replace(`"made": 1`, `"made": -1`),
		"a time out of range":     replace(`"made": 1`, `"made": 99999999991`),
		"a text for a number":     replace(`"ttl": 30`, `"ttl": "30"`),
		"no warning":              replace("can activate", "cannot activate"),
		"another domain":          replace(`"domain": "dr`, `"domain": "drx`),
		"an upper-case domain":    replace(`"domain": "dr`, `"domain": "DR`),
		"a domain with a dot":     replace(`"domain": "dr.example.com`, `"domain": "dr.example.com.`),
		"a domain that is a path": replace(`"domain": "dr.example.com`, `"domain": "../example.com`),
		"a foreign zone":          replace(`"zone": "example.com"`, `"zone": "example.org"`),
		"a zone that ends alike":  replace(`"zone": "example.com"`, `"zone": "ple.com"`),
		"an unknown type":         replace(`"type": "all"`, `"type": "both"`),
		"an unknown forwarding":   replace(`"forwarding": "fail-open"`, `"forwarding": "open"`),
		"an unknown scheme":       replace(`"scheme": "prefix"`, `"scheme": "suffix"`),
		"no key":                  replace("SHA256:", "MD5:"),
		"an unknown timezone":     replace(`"timezone": "UTC"`, `"timezone": "Europe/Bielefeld"`),
		"this machine's timezone": replace(`"timezone": "UTC"`, `"timezone": "Local"`),
		"no version":              replace(version, ""),
		"a version that acts":     replace(version, `\u001b[2J`),
		"no publish":              replace(`"publish": [`, `"publish": null, "x": [`),
		"publish disarmed":        replace(`"--tsig-file"`, `"--insecure-no-tsig"`),
		"publish confirmed":       replace(`"--tsig-file"`, `"--confirm"`),
		"trust of unsigned":       replace(`"--public"`, `"--allow-unsigned"`),
		"a flag without a value":  replace(`"--public",`+"\n    ", ""),
		"a path that acts":        replace("/etc/drtxt/dr_publickey.pem", `a\u0007`),
		"no window":               replace(`"window": 604800`, `"window": 0`),
		"an endless window":       replace(`"window": 604800`, `"window": 9223372036854775807`),
		"a long overlap":          replace(`"overlap": 86400`, `"overlap": 604800`),
		"a negative overlap":      replace(`"overlap": 86400`, `"overlap": -86400`),
		"a path above":            replace(`"path": "on/on-01.json"`, `"path": "../on-01.json"`),
		"a path from the root":    replace(`"path": "on/on-01.json"`, `"path": "/etc/passwd"`),
		"a path around":           replace(`"path": "on/on-01.json"`, `"path": "on/../on/on-01.json"`),
		"a path of Windows":       replace(`"path": "on/on-01.json"`, `"path": "on\\on-01.json"`),
		"a path in other case":    replace(`"path": "on/on-01.json"`, `"path": "on/ON-01.json"`),
		"a path twice":            replace(`"path": "on/on-01.json"`, `"path": "on/on-02.json"`),
		"the manifest itself":     replace(`"path": "RUNBOOK.md"`, `"path": "manifest.json"`),
		"a format twice":          replace(`"format": "zone"`, `"format": "json"`),
		"an unknown format":       replace(`"format": "zone"`, `"format": "bind"`),
		"a set twice":             replace(`"name": "on-02"`, `"name": "on-01"`),
		"another status":          replace(`"status": "test"`, `"status": "on"`),
		"an off that ends":        replace(`"status": "off",`, `"status": "off", "end": 1800000000,`),
		"a negative size":         replace(`"size": `, `"size": -`),
		"a size out of range":     replace(`"size": `, `"size": 9999999`),
		"a short digest":          replace(`"sha256": "`, `"sha256": "0`),
		"an upper-case digest":    replace(`"sha256": "`+sha(text), `"sha256": "`+strings.ToUpper(sha(text))),
		"no sets":                 replace(`"sets": [`, `"sets": [], "x": [`),
	} {
		if m, err := kit.Decode([]byte(manifest)); !is[*kit.ManifestError](err) || m != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := kit.Decode([]byte(text)); err != nil {
		t.Error(err)
	}
}

// sha is the first digest of a manifest that has a letter.
func sha(manifest string) string {
	for _, part := range strings.Split(manifest, `"sha256": "`)[1:] {
		if digest := part[:64]; strings.ToUpper(digest) != digest {
			return digest
		}
	}
	return ""
}

// Whatever is read as a manifest is one that would be written so, and keeps to the folder.
func FuzzDecode(f *testing.F) {
	text := makeKit(f, options(f)).Manifest.Encode()
	f.Add(text)
	one := options(f)
	one.Plan.Count, one.BindDomain = 1, true
	f.Add(makeKit(f, one).Manifest.Encode())
	f.Add([]byte(`{"schema":"drtxt/kit/v1"}`))
	f.Add(bytes.Replace(text, []byte("on/on-01.json"), []byte("../x"), 1))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := kit.Decode(data)
		if err != nil {
			if m != nil || !is[*kit.ManifestError](err) {
				t.Errorf("%v", err)
			}
			return
		}
		if !bytes.Equal(m.Encode(), data) {
			t.Error("it is written otherwise")
		}
		seen := map[string]bool{}
		for _, s := range m.Sets {
			for _, file := range s.Files {
				if !filepath.IsLocal(file.Path) || seen[strings.ToLower(file.Path)] {
					t.Errorf("path %q", file.Path)
				}
				seen[strings.ToLower(file.Path)] = true
			}
		}
		for _, status := range []string{"on", "off", "test"} {
			m.Pick(statusOf(status), made)
		}
		m.Expiry(made, nil)
	})
}
