package txtrecord_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

func TestSchemeNamesAreUniqueAndRoundTrip(t *testing.T) {
	seen := map[string]bool{}
	for _, scheme := range txtrecord.Schemes() {
		name, err := scheme.MarshalText()
		if err != nil || string(name) != scheme.String() || seen[string(name)] {
			t.Errorf("%s: marshalled to %q, %v, seen %t", scheme, name, err, seen[string(name)])
		}
		seen[string(name)] = true
		again := mustScheme(t, "values+pss")
		if err := again.UnmarshalText(name); err != nil || again != scheme {
			t.Errorf("%s: read back as %s, %v", scheme, again, err)
		}
	}
	if len(seen) != 64 {
		t.Errorf("%d schemes, want 64", len(seen))
	}
	for _, name := range []string{"prefix", "trimmed", "values", "values-semicolon", "values+nok+pss", "prefix+nok+nod+pss+twice"} {
		if !seen[name] {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestTheZeroSchemeIsThePlainest(t *testing.T) {
	if first := txtrecord.Schemes()[0]; first != (txtrecord.Scheme{}) || first.String() != "prefix" {
		t.Errorf("the first scheme is %s", first)
	}
	plusses := func(s txtrecord.Scheme) int { return strings.Count(s.String(), "+") }
	if first := txtrecord.Schemes()[:4]; slices.ContainsFunc(first, func(s txtrecord.Scheme) bool { return plusses(s) > 0 }) {
		t.Errorf("the first four are %v, want the bodies alone", first)
	}
}

func TestUnknownSchemeNames(t *testing.T) {
	for _, name := range []string{
		"", " ", "prefix ", " prefix", "Prefix", "PREFIX", "+nok", "prefix+", "prefix+nok+", "prefix++nok", "nok",
		"prefix+nod+nok", "prefix+pss+nok", "prefix+twice+pss", "prefix+nok+nok", "prefix+pss+pss",
		"prefix+sha1", "prefix+NOK", "prefix nok", "prefix,nok", "values_semicolon", "semicolon", "prefix\x00", "prefix\n",
	} {
		scheme, err := txtrecord.ParseScheme(name)
		fault, ok := errors.AsType[*txtrecord.SchemeError](err)
		if !ok || fault.Name != name || scheme != (txtrecord.Scheme{}) || !isPrintable(err.Error()) {
			t.Errorf("%q: got %s, %v", name, scheme, err)
		}
		if err := new(txtrecord.Scheme).UnmarshalText([]byte(name)); err == nil {
			t.Errorf("%q was unmarshalled", name)
		}
	}
}

func TestSchemeInJSON(t *testing.T) {
	var got struct{ Scheme txtrecord.Scheme }
	if err := json.Unmarshal([]byte(`{"Scheme":"values+nok"}`), &got); err != nil || got.Scheme != mustScheme(t, "values+nok") {
		t.Errorf("got %s, %v", got.Scheme, err)
	}
	if text, err := json.Marshal(got); err != nil || string(text) != `{"Scheme":"values+nok"}` {
		t.Errorf("got %s, %v", text, err)
	}
}

// What each body and each modifier makes of one record, in full.
func TestMessage(t *testing.T) {
	const text = "v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;n=2;p=1;bh=QUFB"
	for name, want := range map[string]string{
		"prefix":                   "v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;",
		"prefix+nok":               "v=1;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;",
		"prefix+nod":               "v=1;k=all;b=on;m=fo;t=1800000000;x=1800028800;",
		"prefix+nok+nod":           "v=1;b=on;m=fo;t=1800000000;x=1800028800;",
		"trimmed":                  "v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800",
		"trimmed+nok":              "v=1;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800",
		"trimmed+nod":              "v=1;k=all;b=on;m=fo;t=1800000000;x=1800028800",
		"trimmed+nok+nod":          "v=1;b=on;m=fo;t=1800000000;x=1800028800",
		"values":                   "1allondr.example.comfo18000000001800028800",
		"values+nok":               "1ondr.example.comfo18000000001800028800",
		"values+nod":               "1allonfo18000000001800028800",
		"values+nok+nod":           "1onfo18000000001800028800",
		"values-semicolon":         "1;all;on;dr.example.com;fo;1800000000;1800028800",
		"values-semicolon+nok":     "1;on;dr.example.com;fo;1800000000;1800028800",
		"values-semicolon+nod":     "1;all;on;fo;1800000000;1800028800",
		"values-semicolon+nok+nod": "1;on;fo;1800000000;1800028800",
	} {
		record := mustParse(t, text)[0]
		for _, padding := range []string{"", "+pss"} {
			if got := mustScheme(t, name+padding).Message(&record); string(got) != want {
				t.Errorf("%s%s: got %q, want %q", name, padding, got, want)
			}
			digest := sha256.Sum256([]byte(want))
			if got := mustScheme(t, name+padding+"+twice").Message(&record); !bytes.Equal(got, digest[:]) {
				t.Errorf("%s%s+twice: got %x, want %x", name, padding, got, digest)
			}
		}
	}
}

// The bytes are those received: another order stays as it is.
func TestMessageKeepsTheOrderReceived(t *testing.T) {
	record := mustParse(t, "b=on;d=DR.example.com.;v=1;n=2;p=1;bh=QUFB")[0]
	for name, want := range map[string]string{
		"prefix":               "b=on;d=DR.example.com.;v=1;",
		"trimmed+nod":          "b=on;v=1",
		"values":               "onDR.example.com.1",
		"values-semicolon+nok": "on;DR.example.com.;1",
	} {
		if got := mustScheme(t, name).Message(&record); string(got) != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestCovers(t *testing.T) {
	for name, omitted := range map[string]string{
		"prefix": "", "trimmed+pss+twice": "", "values+nok": "k", "prefix+nod": "d", "values-semicolon+nok+nod+pss": "k d",
	} {
		scheme := mustScheme(t, name)
		for _, tag := range []string{"v", "k", "b", "d", "m", "t", "x"} {
			if got, want := scheme.Covers(tag), !strings.Contains(omitted, tag); got != want {
				t.Errorf("%s covers %s: %t", name, tag, got)
			}
		}
		for _, tag := range []string{"n", "p", "bh"} {
			if scheme.Covers(tag) {
				t.Errorf("%s covers %s", name, tag)
			}
		}
	}
}

// What Covers says holds: another value of a covered tag is another message, and
// another value of one that is not covered is the same message.
func TestCoversAgreesWithMessage(t *testing.T) {
	const text = "v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;n=2;p=1;bh=QUFB"
	record := mustParse(t, text)[0]
	for tag, value := range map[string]string{"k": "zia", "b": "off", "d": "dr.example.net", "m": "fc", "t": "1800000001", "x": "1800028801", "p": "2", "bh": "QUFC"} {
		i := slices.IndexFunc(record.Tags, func(other txtrecord.Tag) bool { return other.Name == tag })
		at := record.Tags[i].ValueOffset()
		altered := mustParse(t, text[:at]+value+text[at+len(record.Tags[i].Value):])[0]
		for _, scheme := range txtrecord.Schemes() {
			if same := bytes.Equal(scheme.Message(&record), scheme.Message(&altered)); same == scheme.Covers(tag) {
				t.Errorf("%s covers %s: %t, yet the message is the same: %t", scheme, tag, scheme.Covers(tag), same)
			}
		}
	}
}

// A digit that moves from x to t is the same message where values are joined with
// nothing, and under no other scheme.
func TestAmbiguous(t *testing.T) {
	records := mustParse(t, "v=1;k=all;b=on;t=111111111;x=11222222222;n=2;p=1;bh=QUFB", "v=1;k=all;b=on;t=1111111111;x=1222222222;n=2;p=1;bh=QUFB")
	ambiguous := 0
	for _, scheme := range txtrecord.Schemes() {
		same := bytes.Equal(scheme.Message(&records[0]), scheme.Message(&records[1]))
		if scheme.Ambiguous() != same {
			t.Errorf("%s: ambiguous %t, yet the message is the same: %t", scheme, scheme.Ambiguous(), same)
		}
		if same {
			ambiguous++
		}
	}
	if ambiguous != 16 {
		t.Errorf("%d schemes are ambiguous, want 16", ambiguous)
	}
}

// Each scheme verifies what it signs, and no other scheme does, for a set in which
// all of them differ: one with d and k.
func TestSchemesVerifyTheirOwnSignaturesAlone(t *testing.T) {
	key := testKey(t, "test-a")
	for _, signed := range txtrecord.Schemes() {
		t.Run(signed.String(), func(t *testing.T) {
			t.Parallel()
			set, err := txtrecord.Verify(mustSign(t, bound, signed, key), signed, &key.PublicKey)
			if err != nil {
				t.Fatal(err)
			}
			for _, scheme := range txtrecord.Schemes() {
				err := set.Verify(scheme, &key.PublicKey)
				if own := scheme == signed; own != (err == nil) || !own && !errors.Is(err, txtrecord.SignatureInvalid) {
					t.Errorf("verified under %s: %v", scheme, err)
				}
			}
			if signed.PSS() != strings.Contains(signed.String(), "+pss") {
				t.Errorf("PSS is %t", signed.PSS())
			}
		})
	}
}

// Without d, +nod makes no difference to the bytes, and only that.
func TestSchemesThatCannotBeToldApart(t *testing.T) {
	key := testKey(t, "test-a")
	set, err := txtrecord.Verify(mustSign(t, plain, txtrecord.Scheme{}, key), txtrecord.Scheme{}, &key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	var holds []string
	for _, scheme := range txtrecord.Schemes() {
		if set.Verify(scheme, &key.PublicKey) == nil {
			holds = append(holds, scheme.String())
		}
	}
	if want := []string{"prefix", "prefix+nod"}; !slices.Equal(holds, want) {
		t.Errorf("got %q, want %q", holds, want)
	}
}
