package export_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/export"
)

// refused writes the set, which must fail before the first byte, with a way out and
// without anything that a terminal would act upon.
func refused[E interface {
	error
	Hint() string
}](t *testing.T, f form, set *export.RecordSet) (E, bool) {
	t.Helper()
	var out bytes.Buffer
	err := f.WriteSet(&out, set)
	found, ok := errors.AsType[E](err)
	if !ok || out.Len() > 0 {
		t.Errorf("%s: error %v, %d bytes written", f.label(), err, out.Len())
		return found, false
	}
	if _, err := f.Guide(set); !reflect.DeepEqual(err, error(found)) {
		t.Errorf("%s: the guide says %v", f.label(), err)
	}
	for _, text := range []string{found.Error(), found.Hint()} {
		if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("%s: %q", f.label(), text)
		}
	}
	return found, true
}

// A value with anything but the format's own characters must be refused.
func TestRefusedValues(t *testing.T) {
	for b := range 256 {
		c := byte(b)
		allowed := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || bytes.IndexByte([]byte("=;+/.-_:"), c) >= 0
		for _, f := range forms() {
			set := f.suited(unsignedSet())
			set.RRSets[0].Values = append(set.RRSets[0].Values, "v=1"+string([]byte{c}))
			if allowed {
				f.written(t, set)
			} else if err, ok := refused[*export.ValueError](t, f, set); ok && err.Value != set.RRSets[0].Values[1] {
				t.Errorf("%s: %q", f.label(), err.Value)
			}
		}
	}
}

func TestRefusedAddresses(t *testing.T) {
	for recordType, values := range map[string][]string{
		"A":    {"", "192.0.2", "192.0.2.256", "2001:db8::1", "::ffff:192.0.2.1", "example.com"},
		"AAAA": {"", "192.0.2.1", "2001:db8", "2001:0db8::1", "2001:DB8::1", "2001:db8::1::2", "fe80::1%eth0"},
		"TXT":  {""},
	} {
		for _, value := range values {
			for _, f := range forms() {
				set := f.suited(unsignedSet())
				set.RRSets[0].Type, set.RRSets[0].Values = recordType, []string{value}
				refused[*export.ValueError](t, f, set)
			}
		}
	}
}

func TestRefusedTypes(t *testing.T) {
	for _, recordType := range []string{"", "txt", "CNAME", "TXT;"} {
		for _, f := range forms() {
			set := f.suited(unsignedSet())
			set.RRSets[0].Type = recordType
			refused[*export.TypeError](t, f, set)
		}
	}
}

func TestRefusedNames(t *testing.T) {
	refusal := func(f form, change func(*export.RecordSet)) {
		t.Helper()
		set := f.suited(addressSet())
		change(set)
		refused[*export.NameError](t, f, set)
	}
	for _, f := range forms() {
		for _, name := range []string{"", ".", "dr.example.com", "Dr.example.com.", "dr..example.com.", "$(x).example.com.", "dr'.example.com.", "*.example.com."} {
			refusal(f, func(set *export.RecordSet) { set.RRSets[0].Name, set.RRSets[1].Name = name, name })
		}
		refusal(f, func(set *export.RecordSet) { set.RRSets[1].Name = "other.example.com." })
		if !f.Heeds("zone", f.provider) {
			continue
		}
		for _, zone := range []string{"", "example.com.", "Example.com", "example.com'", "example.org", "ample.com", "a.dr.example.com"} {
			refusal(f, func(set *export.RecordSet) { set.Zone = zone })
		}
	}
}

// Each host's limits, and what the error says of them.
func TestRefusedTTL(t *testing.T) {
	const most = 1<<31 - 1
	for _, c := range []struct {
		format      string
		provider    export.Provider
		least       uint32 // flag
		ttl         uint32
		host        string // empty for a TTL that is taken
		want        export.TTLRange
		hint        string
		noOtherHint string
	}{
		{"cloudflare", "", 0, 60, "", export.TTLRange{}, "", ""},
		{"cloudflare", "", 0, 86400, "", export.TTLRange{}, "", ""},
		{"cloudflare", "", 0, 59, "Cloudflare", export.TTLRange{Least: 60, Most: 86400}, "--ttl-min 30s", ""},
		{"cloudflare", "", 0, 1, "Cloudflare", export.TTLRange{Least: 60, Most: 86400}, "--ttl 60s", ""},
		{"cloudflare", "", 0, 86401, "Cloudflare", export.TTLRange{Least: 60, Most: 86400}, "--ttl 86400s", "--ttl-min"},
		{"cloudflare", "", 30, 30, "", export.TTLRange{}, "", ""},
		{"cloudflare", "", 30, 29, "Cloudflare", export.TTLRange{Least: 30, Most: 86400}, "--ttl 30s", "--ttl-min"},
		{"cloudflare", "", 1, 29, "Cloudflare", export.TTLRange{Least: 30, Most: 86400}, "--ttl 30s", "--ttl-min"},
		{"terraform", "cloudflare", 0, 59, "Cloudflare", export.TTLRange{Least: 60, Most: 86400}, "--ttl-min 30s", ""},
		{"terraform", "cloudflare", 30, 30, "", export.TTLRange{}, "", ""},
		{"terraform", "aws", 0, 1, "", export.TTLRange{}, "", ""},
		{"terraform", "", 0, 1, "", export.TTLRange{}, "", ""},
		{"terraform", "azurerm", 0, 0, "Azure DNS", export.TTLRange{Least: 1, Most: most}, "--ttl 1s", "--ttl-min"},
		{"azure", "", 0, 0, "Azure DNS", export.TTLRange{Least: 1, Most: most}, "--ttl 1s", "--ttl-min"},
		{"azure", "", 0, 1, "", export.TTLRange{}, "", ""},
		{"externaldns", "", 0, 0, "ExternalDNS", export.TTLRange{Least: 1, Most: most}, "--ttl 1s", "--ttl-min"},
		{"route53", "", 0, 0, "", export.TTLRange{}, "", ""},
		{"route53", "", 0, most, "", export.TTLRange{}, "", ""},
		{"route53", "", 0, most + 1, "Route 53", export.TTLRange{Least: 0, Most: most}, "--ttl 2147483647s", "--ttl-min"},
		{"zone", "", 0, most + 1, "DNS", export.TTLRange{Least: 0, Most: most}, "--ttl 2147483647s", "--ttl-min"},
	} {
		f := form{lookup(t, c.format), c.provider}
		set := unsignedSet()
		set.RRSets[0].TTL = c.ttl
		set.Target = export.Target{Provider: c.provider, LeastTTL: c.least}
		if c.host == "" {
			f.written(t, set)
			continue
		}
		err, ok := refused[*export.TTLError](t, f, set)
		if !ok {
			continue
		}
		if err.Host != c.host || err.TTL != c.ttl || err.Limits != c.want {
			t.Errorf("%s, TTL %d: %+v", f.label(), c.ttl, err)
		}
		if hint := err.Hint(); !strings.Contains(hint, c.hint) || c.noOtherHint != "" && strings.Contains(hint, c.noOtherHint) {
			t.Errorf("%s, TTL %d: hint %q", f.label(), c.ttl, hint)
		}
	}
}

func TestRefusedLengths(t *testing.T) {
	for _, f := range forms() {
		limit := 255
		if f.Name == "windows" || f.provider == export.AzureRM {
			limit = 254
		}
		for _, value := range []string{"v=1", "v=1;k=all;b=off;"} {
			for _, plain := range []bool{false, true} {
				set := f.suited(unsignedSet())
				set.Target.PlainSemicolons = plain
				backslashes := 0
				if f.Name == "octodns" && !plain {
					backslashes = strings.Count(value, ";")
				}
				set.RRSets[0].Values = []string{value + strings.Repeat("x", limit-len(value)-backslashes)}
				if err := f.readBack(f.written(t, set), set); err != nil {
					t.Errorf("%s: %v", f.label(), err)
				}
				set.RRSets[0].Values[0] += "x"
				err, ok := refused[*export.TextLengthError](t, f, set)
				if ok && (err.Length != limit+1 || err.Limit != limit || strings.Contains(err.Hint(), "--octodns-escape=false") != (backslashes > 0)) {
					t.Errorf("%s: %+v", f.label(), err)
				}
			}
		}
	}
}

// setIdentifier are the ways to say each identifier.
var setIdentifier = map[string]func(*export.Target, string){
	"zone-id":        func(t *export.Target, v string) { t.ZoneID = v },
	"project":        func(t *export.Target, v string) { t.Project = v },
	"managed-zone":   func(t *export.Target, v string) { t.ManagedZone = v },
	"subscription":   func(t *export.Target, v string) { t.Subscription = v },
	"resource-group": func(t *export.Target, v string) { t.ResourceGroup = v },
}

// An identifier must be unable to mean anything but itself, and stands in what is
// written; one that a format does not heed makes no difference to it.
func TestIdentifiers(t *testing.T) {
	bad := []string{"-a", "a-", ".", "..", ".a", "a.", "_a", "a_", "a/b", "a b", "a\n", "é"}
	for c := range byte(128) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			bad = append(bad, "a"+string(rune(c))+"a")
		}
	}
	for _, f := range forms() {
		for flag, put := range setIdentifier {
			set := f.suited(unsignedSet())
			plain := f.written(t, set)
			put(&set.Target, "Good-1_2.x")
			good := f.written(t, set)
			if !f.Heeds(flag, f.provider) {
				if !bytes.Equal(good, plain) {
					t.Errorf("%s heeds --%s and does not say so", f.label(), flag)
				}
				continue
			}
			guide := strings.Join(f.guide(t, set).Lines(), "\n")
			if !strings.Contains(string(good)+guide, "Good-1_2.x") || strings.Contains(string(good)+guide, "or give --"+flag+".") {
				t.Errorf("%s does not use --%s:\n%s", f.label(), flag, good)
			}
			for _, value := range bad {
				put(&set.Target, value)
				if err, ok := refused[*export.IdentifierError](t, f, set); ok && (err.Flag != flag || err.Value != value) {
					t.Errorf("%s: %+v", f.label(), err)
				}
			}
		}
	}
}

func TestUnknownProvider(t *testing.T) {
	set := unsignedSet()
	set.Target.Provider = "other"
	if err, ok := refused[*export.ProviderError](t, form{lookup(t, "terraform"), "other"}, set); ok && err.Hint() != "use one of aws, cloudflare, google, azurerm" {
		t.Errorf("hint %q", err.Hint())
	}
	if lookup(t, "terraform").Heeds("zone-id", "other") {
		t.Error("an unknown provider heeds a flag")
	}
	if err := lookup(t, "terraform").CheckTTL(60, set.Target); err == nil {
		t.Error("a TTL for an unknown provider is fine")
	}
}
