package calibration_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/crypto/blake2s"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// The bytes before n= of the set that these tests sign: with d, so that no two schemes sign
// the same.
const full = "v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;"

// setWith is a set with that text before n= and any signature.
func setWith(t testing.TB, text string, signature []byte) *txtrecord.Set {
	t.Helper()
	encoded := base64.StdEncoding.EncodeToString(signature)
	var records []txtrecord.Record
	for _, end := range []string{"n=2;p=1;bh=" + encoded[:170], "n=2;p=2;bh=" + encoded[170:]} {
		record, err := txtrecord.Parse(text + end)
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	set, err := txtrecord.Join(records)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func sum(hash crypto.Hash, parts ...[]byte) []byte {
	h := hash.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// raw is the bare RSA operation with the private key.
func raw(key *rsa.PrivateKey, encoded []byte) []byte {
	s := new(big.Int).SetBytes(encoded)
	return s.Exp(s, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

func pkcs1(t testing.TB, key *rsa.PrivateKey, hash crypto.Hash, message string) []byte {
	t.Helper()
	signature, err := rsa.SignPKCS1v15(nil, key, hash, sum(hash, []byte(message)))
	if err != nil {
		t.Fatal(err)
	}
	return signature
}

// padded has any content in the padding of PKCS #1 v1.5.
func padded(key *rsa.PrivateKey, content ...[]byte) []byte {
	inner := slices.Concat(content...)
	padding := bytes.Repeat([]byte{0xff}, key.Size()-3-len(inner))
	return raw(key, slices.Concat([]byte{0, 1}, padding, []byte{0}, inner))
}

// salted is EMSA-PSS (RFC 8017 §9.1.1) with any hash, given by its values, and any mask.
func salted(digest func(...[]byte) []byte, mask func(...[]byte) []byte, message string, salt []byte) []byte {
	hash := digest(make([]byte, 8), digest([]byte(message)), salt)
	block := slices.Concat(make([]byte, 256-len(hash)-len(salt)-2), []byte{1}, salt)
	var stream []byte
	for counter := uint32(0); len(stream) < len(block); counter++ {
		stream = append(stream, mask(hash, binary.BigEndian.AppendUint32(nil, counter))...)
	}
	for i := range block {
		block[i] ^= stream[i]
	}
	block[0] &= 0x7f
	return slices.Concat(block, hash, []byte{0xbc})
}

func with(hash crypto.Hash) func(...[]byte) []byte {
	return func(parts ...[]byte) []byte { return sum(hash, parts...) }
}

func blake(parts ...[]byte) []byte {
	digest := blake2s.Sum256(slices.Concat(parts...))
	return digest[:]
}

func reversed(b []byte) []byte {
	r := slices.Clone(b)
	slices.Reverse(r)
	return r
}

func utf16LE(text string) string {
	var all []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		all = binary.LittleEndian.AppendUint16(all, unit)
	}
	return string(all)
}

func unhex(text string) []byte {
	b, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return b
}

// Signatures that are made here, each in one way that no scheme has, are said to be made in
// just that way.
func TestOpenSaysHowItWasMade(t *testing.T) {
	key := privateKey(t, "test-a")
	digest := sum(crypto.SHA256, []byte(full))
	salt := []byte("a salt of twenty-one.")
	pss := func(hash, mask crypto.Hash, message string, salt []byte) []byte {
		return raw(key, salted(with(hash), with(mask), message, salt))
	}
	type diagnosis = calibration.Diagnosis
	for name, test := range map[string]struct {
		signature []byte
		want      diagnosis
	}{
		// The bytes of schemes, under other hashes.
		"SHA-1":     {pkcs1(t, key, crypto.SHA1, full), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA-1"}},
		"SHA-512":   {pkcs1(t, key, crypto.SHA512, full), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA-512"}},
		"MD5":       {pkcs1(t, key, crypto.MD5, full), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "MD5"}},
		"SHA3-256":  {pkcs1(t, key, crypto.SHA3_256, full), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA3-256"}},
		"trimmed":   {pkcs1(t, key, crypto.SHA384, strings.TrimSuffix(full, ";")), diagnosis{Origin: "pkcs1v15", Over: []string{"trimmed"}, Hash: "SHA-384"}},
		"values":    {pkcs1(t, key, crypto.SHA224, "1ondr.example.comfo18000000001800028800"), diagnosis{Origin: "pkcs1v15", Over: []string{"values+nok"}, Hash: "SHA-224"}},
		"semicolon": {pkcs1(t, key, crypto.SHA512_256, "1;all;on;fo;1800000000;1800028800"), diagnosis{Origin: "pkcs1v15", Over: []string{"values-semicolon+nod"}, Hash: "SHA-512/256"}},
		"twice": {pkcs1(t, key, crypto.SHA512, string(sum(crypto.SHA512, []byte(full)))),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, InnerHash: "SHA-512", Hash: "SHA-512"}},
		"twice, otherwise": {pkcs1(t, key, crypto.SHA256, string(sum(crypto.SHA1, []byte(full)))),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, InnerHash: "SHA-1", Hash: "SHA-256"}},
		"hexadecimal": {pkcs1(t, key, crypto.SHA256, hex.EncodeToString(digest)),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, InnerHash: "SHA-256", InnerForm: "lower-case hexadecimal", Hash: "SHA-256"}},
		"HEXADECIMAL": {pkcs1(t, key, crypto.SHA256, strings.ToUpper(hex.EncodeToString(digest))),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, InnerHash: "SHA-256", InnerForm: "upper-case hexadecimal", Hash: "SHA-256"}},
		"base64": {pkcs1(t, key, crypto.SHA1, base64.StdEncoding.EncodeToString(digest)),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, InnerHash: "SHA-256", InnerForm: "base64", Hash: "SHA-1"}},

		// The padding.
		"without NULL": {padded(key, unhex("302f300b0609608648016503040201"+"0420"), digest),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA-256", WithoutNull: true}},
		"SHA-1 without NULL": {padded(key, unhex("301f300706052b0e03021a"+"0414"), sum(crypto.SHA1, []byte(full))),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA-1", WithoutNull: true}},
		"another hash than named": {padded(key, unhex("3031300d060960864801650304020105000420"), sum(crypto.SHA3_256, []byte(full))),
			diagnosis{Origin: "pkcs1v15", Over: []string{"prefix"}, Hash: "SHA3-256", NamedHash: "SHA-256"}},
		"bare digest":       {padded(key, digest), diagnosis{Origin: "pkcs1v15-data", Over: []string{"prefix"}, Hash: "SHA-256"}},
		"bare digest twice": {padded(key, sum(crypto.MD5, digest)), diagnosis{Origin: "pkcs1v15-data", Over: []string{"prefix"}, InnerHash: "SHA-256", Hash: "MD5"}},
		"digest in text": {padded(key, []byte(hex.EncodeToString(digest))),
			diagnosis{Origin: "pkcs1v15-data", Over: []string{"prefix"}, InnerHash: "SHA-256", InnerForm: "lower-case hexadecimal"}},
		"text itself":         {padded(key, []byte(full)), diagnosis{Origin: "pkcs1v15-data", Over: []string{"prefix"}}},
		"values themselves":   {padded(key, []byte("1allondr.example.comfo18000000001800028800")), diagnosis{Origin: "pkcs1v15-data", Over: []string{"values"}}},
		"reversed":            {reversed(pkcs1(t, key, crypto.SHA256, full)), diagnosis{Origin: "pkcs1v15", Reversed: true, Over: []string{"prefix"}, Hash: "SHA-256"}},
		"reversed, otherwise": {reversed(pkcs1(t, key, crypto.SHA1, "other")), diagnosis{Origin: "pkcs1v15", Reversed: true, Hash: "SHA-1"}},
		"reversed PSS": {reversed(pss(crypto.SHA256, crypto.SHA256, full, salt)),
			diagnosis{Origin: "pss", Reversed: true, Over: []string{"prefix"}, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-256", Salt: 21}},

		// PSS.
		"SHA-256, mask SHA-1": {pss(crypto.SHA256, crypto.SHA1, full, salt), diagnosis{Origin: "pss", Over: []string{"prefix"}, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-1", Salt: 21}},
		"SHA-1, mask SHA-1":   {pss(crypto.SHA1, crypto.SHA1, full, salt), diagnosis{Origin: "pss", Over: []string{"prefix"}, Hash: "SHA-1", HashSize: 20, MaskHash: "SHA-1", Salt: 21}},
		"SHA-512, mask SHA-512, twice": {pss(crypto.SHA512, crypto.SHA512, string(digest), nil),
			diagnosis{Origin: "pss", Over: []string{"prefix"}, InnerHash: "SHA-256", Hash: "SHA-512", HashSize: 64, MaskHash: "SHA-512"}},
		"SHA3-256, mask SHA-256": {pss(crypto.SHA3_256, crypto.SHA256, full, salt),
			diagnosis{Origin: "pss", Over: []string{"prefix"}, Hash: "SHA3-256", HashSize: 32, MaskHash: "SHA-256", Salt: 21}},
		"PSS over other bytes": {pss(crypto.SHA256, crypto.SHA256, "other", salt), diagnosis{Origin: "pss", HashSize: 32, MaskHash: "SHA-256", Salt: 21}},
		"PSS with BLAKE2s": {raw(key, salted(blake, with(crypto.SHA256), full, salt)),
			diagnosis{Origin: "pss", HashSize: 32, MaskHash: "SHA-256", Salt: 21}},
		"PSS with BLAKE2s masks": {raw(key, salted(with(crypto.SHA256), blake, full, nil)), diagnosis{Origin: "unknown"}},
		"the longest salt": {pss(crypto.SHA512, crypto.SHA1, full, bytes.Repeat([]byte{7}, 190)),
			diagnosis{Origin: "pss", Over: []string{"prefix"}, Hash: "SHA-512", HashSize: 64, MaskHash: "SHA-1", Salt: 190}},

		// Readings of no scheme.
		"through n":               {pkcs1(t, key, crypto.SHA256, full+"n="), diagnosis{Origin: "pkcs1v15", Over: []string{"the text through n="}, Hash: "SHA-256"}},
		"before p":                {pkcs1(t, key, crypto.SHA256, full+"n=2;"), diagnosis{Origin: "pkcs1v15", Over: []string{"the text before p="}, Hash: "SHA-256"}},
		"before p, trimmed":       {pkcs1(t, key, crypto.SHA1, full+"n=2"), diagnosis{Origin: "pkcs1v15", Over: []string{"the text before p=, without its last semicolon"}, Hash: "SHA-1"}},
		"before bh":               {pkcs1(t, key, crypto.SHA256, full+"n=2;p=1;"), diagnosis{Origin: "pkcs1v15", Over: []string{"the text before bh="}, Hash: "SHA-256"}},
		"before bh, trimmed":      {pkcs1(t, key, crypto.SHA256, full+"n=2;p=1"), diagnosis{Origin: "pkcs1v15", Over: []string{"the text before bh=, without its last semicolon"}, Hash: "SHA-256"}},
		"through bh":              {pkcs1(t, key, crypto.SHA256, full+"n=2;p=1;bh="), diagnosis{Origin: "pkcs1v15", Over: []string{"the text through bh="}, Hash: "SHA-256"}},
		"both texts":              {pkcs1(t, key, crypto.SHA256, full+full), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix of part 1, then that of part 2"}, Hash: "SHA-256"}},
		"domain first":            {pkcs1(t, key, crypto.SHA256, "dr.example.com"+full), diagnosis{Origin: "pkcs1v15", Over: []string{"dr.example.com, then prefix"}, Hash: "SHA-256"}},
		"domain, semicolon":       {pkcs1(t, key, crypto.SHA256, "dr.example.com;"+full), diagnosis{Origin: "pkcs1v15", Over: []string{"dr.example.com and a semicolon, then prefix"}, Hash: "SHA-256"}},
		"the page's order":        {pkcs1(t, key, crypto.SHA256, "1dr.example.comonfo18000000001800028800"), diagnosis{Origin: "pkcs1v15", Over: []string{"values, in the order v, d, b, m, t, x"}, Hash: "SHA-256"}},
		"the page's order, names": {pkcs1(t, key, crypto.SHA256, "v=1;d=dr.example.com;b=on;m=fo;t=1800000000;x=1800028800;"), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix, in the order v, d, b, m, t, x"}, Hash: "SHA-256"}},
		"nothing":                 {pkcs1(t, key, crypto.SHA256, ""), diagnosis{Origin: "pkcs1v15", Over: []string{"no text at all"}, Hash: "SHA-256"}},
		"line feed":               {pkcs1(t, key, crypto.SHA256, full+"\n"), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix and a line feed"}, Hash: "SHA-256"}},
		"CR LF":                   {pkcs1(t, key, crypto.SHA256, full+"\r\n"), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix and CR LF"}, Hash: "SHA-256"}},
		"byte 0":                  {pkcs1(t, key, crypto.SHA256, full+"n=2;\x00"), diagnosis{Origin: "pkcs1v15", Over: []string{"the text before p= and a byte 0"}, Hash: "SHA-256"}},
		"UTF-16":                  {pkcs1(t, key, crypto.SHA256, utf16LE(full)), diagnosis{Origin: "pkcs1v15", Over: []string{"prefix in UTF-16, low byte first"}, Hash: "SHA-256"}},
		"before p, PSS": {pss(crypto.SHA256, crypto.SHA256, full+"n=2;", salt),
			diagnosis{Origin: "pss", Over: []string{"the text before p="}, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-256", Salt: 21}},

		// What is none of these.
		"other bytes":      {pkcs1(t, key, crypto.SHA256, full+" "), diagnosis{Origin: "pkcs1v15", Hash: "SHA-256"}},
		"a BLAKE2s digest": {padded(key, blake([]byte(full))), diagnosis{Origin: "pkcs1v15-data"}},
		"other content":    {padded(key, []byte("other")), diagnosis{Origin: "pkcs1v15-data"}},
		"no content":       {padded(key), diagnosis{Origin: "pkcs1v15-data", Over: []string{"no text at all"}, Digest: []byte{}}},
		"another key":      {pkcs1(t, privateKey(t, "test-b"), crypto.SHA1, full), diagnosis{Origin: "unknown"}},
		"no padding":       {raw(key, digest), diagnosis{Origin: "unknown"}},
	} {
		got := calibration.Open(setWith(t, full, test.signature), "", &key.PublicKey)
		if isPKCS1 := strings.HasPrefix(string(got.Origin), "pkcs1v15"); isPKCS1 != (got.Digest != nil) {
			t.Errorf("%s: digest %x", name, got.Digest)
		}
		got.Digest = test.want.Digest
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

// All bodies that sign the same bytes are named.
func TestOpenNamesAllBodies(t *testing.T) {
	key := privateKey(t, "test-a")
	for text, want := range map[string]string{
		"v=1;k=all;b=on;":                  "prefix prefix+nod",
		"v=1;b=on;":                        "prefix prefix+nok prefix+nod prefix+nok+nod",
		"v=1;d=dr.example.com;b=on;t=1;":   "prefix prefix+nok",
		"v=1;k=zia;b=on;d=dr.example.com;": "prefix",
	} {
		for name, signature := range map[string][]byte{
			"PKCS #1": pkcs1(t, key, crypto.SHA512, text),
			"inner":   pkcs1(t, key, crypto.SHA512, string(sum(crypto.SHA256, []byte(text)))),
			"PSS":     raw(key, salted(with(crypto.SHA1), with(crypto.SHA1), text, nil)),
		} {
			got := calibration.Open(setWith(t, text, signature), "", &key.PublicKey)
			if strings.Join(got.Over, " ") != want {
				t.Errorf("%s, %s: got %q, want %s", text, name, got.Over, want)
			}
		}
	}
}

// A d that was signed and left out of the record is found, if the domain is known.
func TestOpenKnowsTheDomain(t *testing.T) {
	key := privateKey(t, "test-a")
	const text = "v=1;k=all;b=on;t=1;x=2;"
	for signed, want := range map[string]string{
		"v=1;k=all;b=on;d=dr.example.com;t=1;x=2;": "prefix, with d=dr.example.com after b",
		"v=1;d=dr.example.com;k=all;b=on;t=1;x=2":  "trimmed, with d=dr.example.com after v",
		"d=dr.example.com;v=1;k=all;b=on;t=1;x=2;": "prefix, with d=dr.example.com before v",
		"v=1;b=on;t=1;x=2;d=dr.example.com;":       "prefix+nok, with d=dr.example.com after x",
		"1;dr.example.com;on;1;2":                  "values-semicolon+nok, with d=dr.example.com after v",
		"dr.example.com;v=1;k=all;b=on;t=1;x=2":    "dr.example.com and a semicolon, then trimmed",
	} {
		set := setWith(t, text, pkcs1(t, key, crypto.SHA256, signed))
		if got := calibration.Open(set, "dr.example.com", &key.PublicKey); !slices.Equal(got.Over, []string{want}) {
			t.Errorf("%s: got %q, want %q", signed, got.Over, want)
		}
		for _, domain := range []string{"", "dr.example.net"} {
			if got := calibration.Open(set, domain, &key.PublicKey); got.Over != nil {
				t.Errorf("%s at %q: got %q", signed, domain, got.Over)
			}
		}
	}
}

// Every scheme's own signature is opened to that scheme's bytes: what Find would have
// found, Open does not call anything else.
func TestOpenAgreesWithSchemes(t *testing.T) {
	all := loadVectors(t)
	key := publicKey(t, "test-a")
	for _, scheme := range txtrecord.Schemes() {
		v := all["scheme-"+strings.ReplaceAll(scheme.String(), "+", "-")]
		got := calibration.Open(set(t, v), "", key)
		body := strings.TrimSuffix(strings.TrimSuffix(scheme.String(), "+twice"), "+pss")
		inner := map[bool]string{true: "SHA-256"}[strings.HasSuffix(scheme.String(), "+twice")]
		origin := map[bool]calibration.Origin{false: calibration.PKCS1, true: calibration.PSS}[scheme.PSS()]
		if got.Origin != origin || !slices.Equal(got.Over, []string{body}) || got.Hash != "SHA-256" || got.InnerHash != inner || got.InnerForm != "" {
			t.Errorf("%s: got %+v", scheme, got)
		}
	}
}

// What openssl has signed is opened as well.
func TestOpenVectors(t *testing.T) {
	all := loadVectors(t)
	for name, want := range map[string]calibration.Diagnosis{
		"bad-signature-sha1":                      {Origin: "pkcs1v15", Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-1"},
		"bad-signature-sha384":                    {Origin: "pkcs1v15", Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-384"},
		"bad-signature-sha512":                    {Origin: "pkcs1v15", Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-512"},
		"bad-signature-text-and-newline":          {Origin: "pkcs1v15", Over: []string{"prefix and a line feed"}, Hash: "SHA-256"},
		"bad-signature-text-with-n":               {Origin: "pkcs1v15", Over: []string{"the text before p="}, Hash: "SHA-256"},
		"bad-signature-both-texts":                {Origin: "pkcs1v15", Over: []string{"prefix of part 1, then that of part 2"}, Hash: "SHA-256"},
		"bad-signature-empty-text":                {Origin: "pkcs1v15", Over: []string{"no text at all"}, Hash: "SHA-256"},
		"bad-signature-padding-without-null":      {Origin: "pkcs1v15", Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-256", WithoutNull: true},
		"bad-signature-digest-without-digestinfo": {Origin: "pkcs1v15-data", Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-256"},
		"bad-signature-digest-in-hexadecimal":     {Origin: "pkcs1v15", Over: []string{"prefix", "prefix+nod"}, InnerHash: "SHA-256", InnerForm: "lower-case hexadecimal", Hash: "SHA-256"},
		"bad-signature-padding-short":             {Origin: "pkcs1v15-data"},
		"bad-signature-d-removed":                 {Origin: "pkcs1v15", Hash: "SHA-256"},
		"bad-signature-padding-block-type-0":      {Origin: "unknown"},
		"bad-signature-padding-block-type-2":      {Origin: "unknown"},
		"bad-signature-padding-no-separator":      {Origin: "unknown"},
		"bad-signature-padding-one-byte-other":    {Origin: "unknown"},
		"scheme-prefix-pss-mgf1-sha1":             {Origin: "pss", Over: []string{"prefix"}, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-1"},
		"scheme-prefix-pss-salt-222":              {Origin: "pss", Over: []string{"prefix"}, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-256", Salt: 222},
		"bad-signature-other-key":                 {Origin: "unknown"},
		"bad-signature-reversed":                  {Origin: "pkcs1v15", Reversed: true, Over: []string{"prefix", "prefix+nod"}, Hash: "SHA-256"},
		"bad-signature-zero":                      {Origin: "unknown"},
		"bad-signature-one":                       {Origin: "unknown"},
		"bad-signature-modulus":                   {Origin: "unknown"},
		"bad-signature-all-ones":                  {Origin: "unknown"},
	} {
		v, ok := all[name]
		if !ok {
			t.Errorf("there is no vector %s", name)
			continue
		}
		got := calibration.Open(set(t, v), "", publicKey(t, strings.TrimSuffix(v.Public[0], ".public.pem")))
		got.Digest = nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

// The digest that a signature opens to is the one that was signed.
func TestOpenDigest(t *testing.T) {
	all := loadVectors(t)
	got := calibration.Open(set(t, all["valid-all-on"]), "", publicKey(t, "test-a"))
	// printf %s 'v=1;k=all;b=on;t=1800000000;x=1800028800;' | sha256sum
	const want = "bb0e1d959acacec297a2b49f37909d450a7122a165d9e5d12e99a60b864bc52b"
	if hex.EncodeToString(got.Digest) != want {
		t.Errorf("got %x, want %s", got.Digest, want)
	}
}

// A salt so long that nothing is left to recognise PSS by is enough where the bytes are
// known, and perhaps PSS where they are not. The chance is what it is for any signature
// that was made otherwise.
func TestOpenPerhapsPSS(t *testing.T) {
	key := privateKey(t, "test-a")
	for salt, want := range map[int]struct {
		origin         calibration.Origin
		atLeast, below float64
	}{
		222: {calibration.PerhapsPSS, 1e-3, 1.4e-3},
		221: {calibration.PerhapsPSS, 1e-6, 1e-5},
		220: {calibration.PerhapsPSS, 1e-9, 1e-7},
		219: {calibration.PerhapsPSS, 1e-12, 1e-10},
		218: {calibration.PSS, 0, 1e-12},
	} {
		random := bytes.Repeat([]byte{9}, salt)
		unknown := calibration.Open(setWith(t, full, raw(key, salted(with(crypto.SHA256), with(crypto.SHA256), "other", random))), "", &key.PublicKey)
		if unknown.Origin != want.origin || unknown.Chance < want.atLeast || unknown.Chance >= want.below || unknown.Over != nil || unknown.Hash != "" ||
			unknown.HashSize != 32 || unknown.MaskHash != "SHA-256" || unknown.Salt != salt {
			t.Errorf("%d: got %+v", salt, unknown)
		}
		known := calibration.Open(setWith(t, full, raw(key, salted(with(crypto.SHA256), with(crypto.SHA256), full, random))), "", &key.PublicKey)
		if known.Origin != calibration.PSS || known.Chance != 0 || !slices.Equal(known.Over, []string{"prefix"}) || known.Salt != salt {
			t.Errorf("%d: got %+v", salt, known)
		}
	}
}

// Of two readings of a salted block that are equally likely the usual one is told; and one
// that is no more than likely is not looked for in the reverse order.
func TestOpenPrefersTheUsual(t *testing.T) {
	key := privateKey(t, "test-a")
	for fill := range byte(12) {
		signature := raw(key, salted(with(crypto.SHA256), with(crypto.SHA256), "other", bytes.Repeat([]byte{fill}, 222)))
		if got := calibration.Open(setWith(t, full, signature), "", &key.PublicKey); got.HashSize != 32 || got.MaskHash != "SHA-256" || got.Salt != 222 {
			t.Errorf("%d: got %+v", fill, got)
		}
		if got := calibration.Open(setWith(t, full, reversed(signature)), "", &key.PublicKey); got.Reversed {
			t.Errorf("%d, reversed: got %+v", fill, got)
		}
	}
}

// RFC 8017 asks for eight bytes 255 at least, and for a bit 0 before a salted block.
func TestOpenHeedsThePadding(t *testing.T) {
	key := privateKey(t, "test-a")
	for padding, want := range map[int]calibration.Origin{7: calibration.Unknown, 8: calibration.PKCS1Data} {
		encoded := slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xff}, padding), []byte{0}, bytes.Repeat([]byte("x"), 253-padding))
		if got := calibration.Open(setWith(t, full, raw(key, encoded)), "", &key.PublicKey); got.Origin != want {
			t.Errorf("%d bytes: got %+v", padding, got)
		}
	}
	for fill := byte(0); ; fill++ {
		encoded := salted(with(crypto.SHA256), with(crypto.SHA256), full, []byte{fill})
		if encoded[0] > 0x10 { // beyond the modulus with the bit set
			continue
		}
		encoded[0] |= 0x80
		if got := calibration.Open(setWith(t, full, raw(key, encoded)), "", &key.PublicKey); got.Origin != calibration.Unknown {
			t.Errorf("the spare bit is set: got %+v", got)
		}
		break
	}
}

// foreign are numbers that have nothing to do with a key, the same in every run.
func foreign(random *rand.ChaCha8) []byte {
	signature := make([]byte, 256)
	random.Read(signature)
	signature[0] &= 0x7f
	return signature
}

// Of signatures that were made with another key none gives a sure statement.
func TestOpenForeignSignatures(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	key := publicKey(t, "test-a")
	for range 10000 {
		signature := foreign(random)
		if got := calibration.Open(setWith(t, full, signature), "dr.example.com", key); got.Origin != calibration.Unknown && got.Origin != calibration.PerhapsPSS {
			t.Errorf("%x: got %+v", signature, got)
		}
	}
}

// As often as is said, no oftener, does one look like PSS. So that it need not be tried a
// million times, what comes out of the RSA operation is below 2^2047 and has the trailer:
// of the numbers below the modulus one in 256 of a part that the modulus decides.
func TestOpenChance(t *testing.T) {
	random := rand.NewChaCha8([32]byte{2})
	key := privateKey(t, "test-a")
	const tries = 400
	perhaps, chance := 0, 0.0
	for range tries {
		encoded := foreign(random)
		encoded[255] = 0xbc
		switch got := calibration.Open(setWith(t, full, raw(key, encoded)), "", &key.PublicKey); got.Origin {
		case calibration.PerhapsPSS:
			perhaps++
			chance = max(chance, got.Chance)
		case calibration.Unknown:
		default:
			t.Errorf("%x: got %+v", encoded, got)
		}
	}
	part, _ := new(big.Float).SetMantExp(new(big.Float).SetInt(key.N), -2047).Float64()
	expected := tries * chance * 256 * part
	if deviation := math.Abs(float64(perhaps) - expected); !(deviation <= 4*math.Sqrt(expected)) {
		t.Errorf("%d of %d look like PSS, and %.0f were expected", perhaps, tries, expected)
	}
}

// A signature beyond the modulus is none (RFC 8017 §5.2.2), whatever it is modulo that.
func TestOpenBeyondTheModulus(t *testing.T) {
	key := publicKey(t, "test-a")
	joined := set(t, loadVectors(t)["valid-signature-leading-zero-byte"])
	if got := calibration.Open(joined, "", key); got.Origin != calibration.PKCS1 {
		t.Fatalf("the signature itself: %+v", got)
	}
	joined.Signature = new(big.Int).Add(new(big.Int).SetBytes(joined.Signature), key.N).FillBytes(make([]byte, 257))
	if got := calibration.Open(joined, "", key); got.Origin != calibration.Unknown {
		t.Errorf("got %+v", got)
	}
}

// A signature of another length, or none, or a key that is none of ours does not make it
// panic.
func TestOpenOddSizes(t *testing.T) {
	key := publicKey(t, "test-a")
	joined := setWith(t, full, make([]byte, 256))
	for _, signature := range [][]byte{nil, {}, {1}, make([]byte, 300), bytes.Repeat([]byte{0xff}, 300)} {
		joined.Signature = signature
		if got := calibration.Open(joined, "", key); got.Origin != calibration.Unknown {
			t.Errorf("%d bytes: %+v", len(signature), got)
		}
	}
	joined.Signature = []byte{1}
	for _, key := range []*rsa.PublicKey{{}, {N: big.NewInt(35), E: 65537}} {
		if got := calibration.Open(joined, "", key); got.Origin != calibration.Unknown {
			t.Errorf("%v: %+v", key, got)
		}
	}
}

// Where FIPS 140 forbids MD5 and SHA-1, they still are recognised.
func TestOpenUnderFIPS140(t *testing.T) {
	const variable = "DRTXT_TEST_FIPS_140"
	if os.Getenv(variable) == "" {
		command := exec.Command(os.Args[0], "-test.run=^TestOpenUnderFIPS140$", "-test.v")
		command.Env = append(os.Environ(), variable+"=1", "GODEBUG=fips140=only")
		if output, err := command.CombinedOutput(); err != nil || !bytes.Contains(output, []byte("--- PASS: TestOpenUnderFIPS140")) {
			t.Errorf("%v: %s", err, output)
		}
		return
	}
	key, err := keygen.LoadPublicKey(keysDir + "/test-a.public.pem")
	if err != nil {
		t.Fatal(err)
	}
	if got := calibration.Open(set(t, loadVectors(t)["bad-signature-sha1"]), "", key); got.Hash != "SHA-1" || got.Over == nil {
		t.Errorf("got %+v", got)
	}
}
