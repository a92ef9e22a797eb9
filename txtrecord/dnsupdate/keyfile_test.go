package dnsupdate_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
)

// keyFile is as tsig-keygen writes it. The secret is for tests alone.
const keyFile = `key "drill" {
	algorithm hmac-sha256;
	secret "dGVzdC1vbmx5LXNlY3JldC1vZi0zMi1vY3RldHMhIQ==";
};
`

const keyFileSecret = "test-only-secret-of-32-octets!!"

func TestParseKey(t *testing.T) {
	drill := dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte("secret")}
	cases := []struct {
		title, text string
		want        dnsupdate.Key
	}{
		{"tsig-keygen", keyFile, dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte(keyFileSecret)}},
		{"lines of Windows", strings.ReplaceAll(keyFile, "\n", "\r\n"), dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte(keyFileSecret)}},
		{"one line", `key drill{algorithm hmac-sha256;secret c2VjcmV0;};`, drill},
		{"quotes all over", `key "drill" { algorithm "hmac-sha256"; secret "c2VjcmV0"; };`, drill},
		{"secret first", `key drill { secret c2VjcmV0; algorithm hmac-sha256; };`, drill},
		{"white space", "\n\tkey\n drill\t{\r\n\n algorithm\n\nhmac-sha256 ;secret\tc2VjcmV0 ; } \n ;", drill},
		{"capitals", `KEY drill { Algorithm HMAC-SHA256; SECRET c2VjcmV0; };`, drill},
		{"final dots", `key drill. { algorithm hmac-sha256.; secret c2VjcmV0; };`,
			dnsupdate.Key{Name: "drill.", Algorithm: "hmac-sha256", Secret: []byte("secret")}},
		{"sha384", `key drill { algorithm hmac-sha384; secret c2VjcmV0; };`,
			dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha384", Secret: []byte("secret")}},
		{"sha512", `key drill { algorithm hmac-sha512; secret c2VjcmV0; };`,
			dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha512", Secret: []byte("secret")}},
		{"comments", "# key no { };\n// key no { };\n/* key no {\n}; */key/**/drill{// {\nalgorithm hmac-sha256# ;\n;secret/*;*/c2VjcmV0;};#", drill},
		{"slashes within quotes", `key drill { algorithm hmac-sha256; secret "//8v/w=="; };`,
			dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte{0xff, 0xff, 0x2f, 0xff}}},
		{"slash without quotes", `key drill { algorithm hmac-sha256; secret /w==; };`,
			dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte{0xff}}},
		{"rndc-confgen", "# Start of rndc.conf\n" + keyFile + `
options {
	default-key "drill";
	default-server 127.0.0.1;
};
# key "drill" {
# };
`, dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte(keyFileSecret)}},
		{"ddns-confgen, with the remarks at the end", "# remark\n" + keyFile + `
update-policy {
	grant drill zonesub ANY;
};
# remark
nsupdate -k <keyfile>
`, dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte(keyFileSecret)}},
		{"keys named within other clauses", `server 192.0.2.1 { keys { other; }; key x { a; }; }; include "key"; ` + keyFile,
			dnsupdate.Key{Name: "drill", Algorithm: "hmac-sha256", Secret: []byte(keyFileSecret)}},
	}
	for _, c := range cases {
		got, err := dnsupdate.ParseKey([]byte(c.text))
		if err != nil || got.Name != c.want.Name || got.Algorithm != c.want.Algorithm || !bytes.Equal(got.Secret, c.want.Secret) {
			t.Errorf("%s: %v %q, %v", c.title, got, got.Secret, err)
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	with := func(statements string) string { return "key drill {\n" + statements + "\n};\n" }
	cases := []struct {
		title, text string
		want        dnsupdate.KeyFileError
	}{
		{"empty", "", dnsupdate.KeyFileError{Err: dnsupdate.ErrNoKey}},
		{"comments alone", "# " + strings.ReplaceAll(keyFile, "\n", "\n# "), dnsupdate.KeyFileError{Err: dnsupdate.ErrNoKey}},
		{"other clauses alone", "options { };\nview x { " + keyFile + " };", dnsupdate.KeyFileError{Err: dnsupdate.ErrNoKey}},
		{"two keys", keyFile + keyFile, dnsupdate.KeyFileError{Line: 5, Err: dnsupdate.ErrSeveralKeys}},
		{"too large", keyFile + strings.Repeat(" ", dnsupdate.MaxKeyFile), dnsupdate.KeyFileError{Err: dnsupdate.ErrKeyFileSize}},
		{"private key of dnssec-keygen", "Private-key-format: v1.3\nAlgorithm: 163 (HMAC_SHA256)\nKey: c2VjcmV0\n", dnsupdate.KeyFileError{Err: dnsupdate.ErrDNSSECKey}},
		{"public key of dnssec-keygen", "; comment\ndrill. IN KEY 512 3 163 c2VjcmV0\n", dnsupdate.KeyFileError{Err: dnsupdate.ErrDNSSECKey}},
		{"DNSKEY with a TTL", "example.com. 3600 IN DNSKEY 257 3 13 c2VjcmV0\n", dnsupdate.KeyFileError{Err: dnsupdate.ErrDNSSECKey}},
		{"for nsupdate -y", "hmac-sha256:drill:c2VjcmV0\n", dnsupdate.KeyFileError{Err: dnsupdate.ErrNoKey}},
		{"keymgr", "# hmac-sha256:drill:c2VjcmV0\nkey:\n- id: drill\n  algorithm: hmac-sha256\n  secret: c2VjcmV0\n", dnsupdate.KeyFileError{Err: dnsupdate.ErrNoKey}},
		{"UTF-16", "\xff\xfek\x00e\x00y\x00", dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},
		{"byte order mark", "\ufeff" + keyFile, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},

		{"no end", strings.TrimSuffix(keyFile, ";\n"), dnsupdate.KeyFileError{Line: 4, Err: dnsupdate.ErrKeySyntax}},
		{"cut within", keyFile[:len(keyFile)/2], dnsupdate.KeyFileError{Line: 3, Err: dnsupdate.ErrKeySyntax}},
		{"no brace", "key drill algorithm hmac-sha256; secret c2VjcmV0;", dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},
		{"brace too many", keyFile + "};", dnsupdate.KeyFileError{Line: 5, Err: dnsupdate.ErrKeySyntax}},
		{"brace too many in another clause", "x };\n" + keyFile, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},
		{"brace too few in another clause", keyFile + "x {", dnsupdate.KeyFileError{Line: 5, Err: dnsupdate.ErrKeySyntax}},
		{"comment without end", keyFile + "\n/* *", dnsupdate.KeyFileError{Line: 6, Err: dnsupdate.ErrKeySyntax}},
		{"quotes without end", "key \"drill\n\" { };", dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},
		{"backslash", `key "dr\105ll" { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},

		{"not of ASCII", `key "dríll" { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeySyntax}},

		{"no name", "\nkey { algorithm hmac-sha256; secret c2VjcmV0; };", dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeyName}},
		{"empty name", `key "" { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeyName}},
		{"root as name", `key . { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeyName}},
		{"blank in the name", `key "a b" { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeyName}},
		{"name of empty labels", `key a..b { algorithm hmac-sha256; secret c2VjcmV0; };`, dnsupdate.KeyFileError{Line: 1, Err: dnsupdate.ErrKeyName}},

		{"no secret", with("algorithm hmac-sha256;"), dnsupdate.KeyFileError{Line: 3, Err: dnsupdate.ErrKeySyntax}},
		{"no algorithm", with("secret c2VjcmV0;"), dnsupdate.KeyFileError{Line: 3, Err: dnsupdate.ErrKeySyntax}},
		{"two secrets", with("secret c2VjcmV0; secret\nc2VjcmV0; algorithm hmac-sha256;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"two algorithms", with("secret c2VjcmV0;\nalgorithm hmac-sha256;\nalgorithm hmac-sha256;"), dnsupdate.KeyFileError{Line: 4, Err: dnsupdate.ErrKeySyntax}},
		{"unknown statement", with("algorithm hmac-sha256; c2VjcmV0 x;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"two values", with("algorithm hmac-sha256; secret c2VjcmV0 c2VjcmV0;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"no value", with("algorithm; secret c2VjcmV0;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"no secret's value", with("algorithm hmac-sha256; secret;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"no semicolon", with("algorithm hmac-sha256 secret c2VjcmV0;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"word for a semicolon", with("algorithm hmac-sha256 x secret c2VjcmV0;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"semicolon too many", with("algorithm hmac-sha256;; secret c2VjcmV0;"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"single quotes", with("algorithm hmac-sha256; secret 'c2VjcmV0';"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"quotes within a word", with(`algorithm hmac-sha256; secret c2Vj"cmV0";`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
		{"slashes without quotes", with(`algorithm hmac-sha256; secret c2Vj//8v;`), dnsupdate.KeyFileError{Line: 3, Err: dnsupdate.ErrKeySyntax}},

		{"empty secret", with(`algorithm hmac-sha256; secret "";`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"no base64", with(`algorithm hmac-sha256; secret c2VjcmV_;`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"base64 without padding", with(`algorithm hmac-sha256; secret c2VjcmV0cw;`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"base64 with bits that say nothing", with(`algorithm hmac-sha256; secret c2VjcmV0cx==;`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"base64 with blanks", with(`algorithm hmac-sha256; secret "c2Vj cmV0";`), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySecret}},
		{"base64 over two lines", with("algorithm hmac-sha256; secret \"c2Vj\ncmV0\";"), dnsupdate.KeyFileError{Line: 2, Err: dnsupdate.ErrKeySyntax}},
	}
	for algorithm, named := range map[string]string{
		"hmac-md5": "hmac-md5", "HMAC-MD5.SIG-ALG.REG.INT.": "hmac-md5.sig-alg.reg.int", "hmac-sha1": "hmac-sha1",
		"hmac-sha224": "hmac-sha224", "gss-tsig": "gss-tsig", "hmac-sha256-128": "hmac-sha256-128", "hmac-sha1-80": "hmac-sha1-80",
		"c2VjcmV0": "", "c2VjcmV0-128": "", "hmac-sha256-": "", "hmac-sha256-c2VjcmV0": "", "hmac-sha256-0128": "", "hmac-sha256-9999": "", "hmac-sha3": "",
	} {
		cases = append(cases, struct {
			title, text string
			want        dnsupdate.KeyFileError
		}{algorithm, with("algorithm " + algorithm + "; secret c2VjcmV0;"),
			dnsupdate.KeyFileError{Line: 2, Algorithm: named, Err: dnsupdate.ErrKeyAlgorithm}})
	}
	for _, c := range cases {
		key, err := dnsupdate.ParseKey([]byte(c.text))
		got, ok := errors.AsType[*dnsupdate.KeyFileError](err)
		if !ok || *got != c.want || !errors.Is(err, c.want.Err) {
			t.Errorf("%s: %v, want %v", c.title, err, &c.want)
		}
		if key.Name != "" || key.Secret != nil {
			t.Errorf("%s: a key all the same", c.title)
		}
	}
}

func TestKeyFileErrorsInWords(t *testing.T) {
	for want, err := range map[string]dnsupdate.KeyFileError{
		"TSIG key file: there is no key in it":                           {Err: dnsupdate.ErrNoKey},
		"TSIG key file, line 5: there are several keys in it":            {Line: 5, Err: dnsupdate.ErrSeveralKeys},
		"TSIG key file, line 2: the key's secret is empty or not base64": {Line: 2, Err: dnsupdate.ErrKeySecret},
		"TSIG key file, line 2: the key's algorithm is not offered: hmac-md5 (hmac-sha256, hmac-sha384 and hmac-sha512 are)": {
			Line: 2, Algorithm: "hmac-md5", Err: dnsupdate.ErrKeyAlgorithm},
		"TSIG key file, line 2: the key's algorithm is not offered (hmac-sha256, hmac-sha384 and hmac-sha512 are)": {
			Line: 2, Err: dnsupdate.ErrKeyAlgorithm},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err.Error(), want)
		}
	}
}

// Whoever is left without a key learns how to come by one.
func TestKeyFileHints(t *testing.T) {
	for _, class := range []error{dnsupdate.ErrKeyFileSize, dnsupdate.ErrKeySyntax, dnsupdate.ErrNoKey, dnsupdate.ErrKeyName,
		dnsupdate.ErrKeyAlgorithm, dnsupdate.ErrKeySecret, dnsupdate.ErrDNSSECKey} {
		if hint := (&dnsupdate.KeyFileError{Err: class}).Hint(); !strings.Contains(hint, "`tsig-keygen -a hmac-sha256 NAME`") {
			t.Errorf("%v: %s", class, hint)
		}
	}
	if hint := (&dnsupdate.KeyFileError{Err: dnsupdate.ErrSeveralKeys}).Hint(); hint != "copy the key that is meant into a file of its own" {
		t.Error(hint)
	}
}

// The secret may stand where another thing belongs. No error shows it, nor what the
// file holds else.
func TestKeyFileErrorsTellNothing(t *testing.T) {
	const secret = "c2VjcmV0"
	for _, text := range []string{
		secret, "key " + secret, "key drill { algorithm " + secret, "key drill { " + secret, `key drill { secret "` + secret,
		"key drill { algorithm " + secret + "; }", "key " + secret + ".. {", "key drill { secret '" + secret + "'; }", "Private-key-format:" + secret,
		"key drill { algorithm hmac-sha256-" + secret + "; }", "x {" + secret, keyFile + "key " + secret + " { };", "key drill { secret " + secret + " " + secret + "; };",
	} {
		_, err := dnsupdate.ParseKey([]byte(text))
		checkTellsNothing(t, err, text, secret)
	}
}

func checkTellsNothing(t *testing.T, err error, text, secret string) {
	t.Helper()
	failure, ok := errors.AsType[*dnsupdate.KeyFileError](err)
	if !ok {
		t.Fatalf("%q: %v", text, err)
	}
	if said := fmt.Sprintf("%v %+v %#v %s", err, err, err, failure.Hint()); strings.Contains(said, secret) {
		t.Errorf("%q: %s", text, said)
	}
}

// Whatever the file holds: there is a key that can be used and is found again if it is
// written anew, or an error that is one of those listed and tells nothing.
func FuzzParseKey(f *testing.F) {
	for _, seed := range []string{keyFile, "", "/**/", "key a{algorithm gss-tsig;", "Private-key-format: v1.3", "x { key y; }; # \n//", "key \"a", "key a{secret \"//8=\";algorithm hmac-sha512;};x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		key, err := dnsupdate.ParseKey(data)
		if err != nil {
			failure, ok := errors.AsType[*dnsupdate.KeyFileError](err)
			if !ok || failure.Line < 0 || failure.Line > 1+bytes.Count(data, []byte("\n")) || failure.Hint() == "" {
				t.Fatalf("%#v", err)
			}
			return
		}
		text := fmt.Sprintf("key %q { algorithm %s; secret %q; };", key.Name, key.Algorithm, base64.StdEncoding.EncodeToString(key.Secret))
		again, err := dnsupdate.ParseKey([]byte(text))
		if err != nil || len(key.Secret) == 0 || key.Name == "" || again.Name != key.Name || again.Algorithm != key.Algorithm || !bytes.Equal(again.Secret, key.Secret) {
			t.Fatalf("%v, written anew %v, %v", key, again, err)
		}
	})
}
