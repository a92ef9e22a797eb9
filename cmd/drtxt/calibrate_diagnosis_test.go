package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/vectors"
)

// fingerprintShape is a fingerprint for the schema.
var fingerprintShape = "SHA256:" + strings.Repeat("A", 43)

// Each statement about a signature, word by word, and its JSON.
func TestDiagnosisInWords(t *testing.T) {
	t.Parallel()
	prefix := []string{"prefix", "prefix+nod"}
	for want, d := range map[string]calibration.Diagnosis{
		"made with this key, RSASSA-PKCS1-v1_5, over the bytes of prefix = prefix+nod, with SHA-512 instead of SHA-256":                                                                           {Origin: "pkcs1v15", Over: prefix, Hash: "SHA-512", Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the bytes of the text before p=, with SHA-256":                                                                                               {Origin: "pkcs1v15", Over: []string{"the text before p="}, Hash: "SHA-256", Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the bytes of trimmed, with SHA-256, in a DigestInfo without its NULL":                                                                        {Origin: "pkcs1v15", Over: []string{"trimmed"}, Hash: "SHA-256", WithoutNull: true, Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the bytes of trimmed, with SHA3-256 instead of SHA-256, in a DigestInfo that names SHA-256":                                                  {Origin: "pkcs1v15", Over: []string{"trimmed"}, Hash: "SHA3-256", NamedHash: "SHA-256", Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the bytes of values, with SHA-256, in a DigestInfo without its NULL that names SHA3-256":                                                     {Origin: "pkcs1v15", Over: []string{"values"}, Hash: "SHA-256", NamedHash: "SHA3-256", WithoutNull: true, Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the SHA-1 digest of the bytes of prefix = prefix+nod, with SHA-256":                                                                          {Origin: "pkcs1v15", Over: prefix, InnerHash: "SHA-1", Hash: "SHA-256", Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, over the SHA-256 digest, in base64, of the bytes of prefix = prefix+nod, with SHA-256":                                                            {Origin: "pkcs1v15", Over: prefix, InnerHash: "SHA-256", InnerForm: "base64", Hash: "SHA-256", Digest: []byte{1}},
		"made with this key, its bytes written in reverse order, RSASSA-PKCS1-v1_5, over the bytes of trimmed, with SHA-256":                                                                      {Origin: "pkcs1v15", Reversed: true, Over: []string{"trimmed"}, Hash: "SHA-256", Digest: []byte{1}},
		"made with this key, RSASSA-PKCS1-v1_5, around a DigestInfo that names SHA-1 and whose digest is that of no reading known here: 01ff":                                                     {Origin: "pkcs1v15", Hash: "SHA-1", Digest: []byte{1, 255}},
		"made with this key, RSASSA-PKCS1-v1_5, around a DigestInfo without its NULL that names MD5 and whose digest is that of no reading known here: 01":                                        {Origin: "pkcs1v15", Hash: "MD5", WithoutNull: true, Digest: []byte{1}},
		"made with this key, in the padding of RSASSA-PKCS1-v1_5, without a DigestInfo, around the SHA-256 digest of the bytes of trimmed":                                                        {Origin: "pkcs1v15-data", Over: []string{"trimmed"}, Hash: "SHA-256", Digest: []byte{1}},
		"made with this key, in the padding of RSASSA-PKCS1-v1_5, without a DigestInfo, around the MD5 digest of the SHA-256 digest of the bytes of trimmed":                                      {Origin: "pkcs1v15-data", Over: []string{"trimmed"}, InnerHash: "SHA-256", Hash: "MD5", Digest: []byte{1}},
		"made with this key, in the padding of RSASSA-PKCS1-v1_5, without a DigestInfo, around the bytes of trimmed":                                                                              {Origin: "pkcs1v15-data", Over: []string{"trimmed"}, Digest: []byte{1}},
		"made with this key, in the padding of RSASSA-PKCS1-v1_5, around what is no DigestInfo known here, nor a reading or its digest: 01":                                                       {Origin: "pkcs1v15-data", Digest: []byte{1}},
		"made with this key, RSASSA-PSS, over the bytes of prefix = prefix+nod, with SHA-256, a mask by SHA-1 instead of SHA-256 and a salt of 20 bytes":                                          {Origin: "pss", Over: prefix, Hash: "SHA-256", HashSize: 32, MaskHash: "SHA-1", Salt: 20},
		"made with this key, RSASSA-PSS, over the SHA-512 digest of the bytes of values, with SHA-512 instead of SHA-256, a mask by SHA-256 and a salt of 0 bytes":                                {Origin: "pss", Over: []string{"values"}, InnerHash: "SHA-512", Hash: "SHA-512", HashSize: 64, MaskHash: "SHA-256"},
		"made with this key, RSASSA-PSS with a hash of 32 bytes (mask: SHA-256) and a salt of 32 bytes; over no reading known here with a hash known here, and PSS does not give the digest back": {Origin: "pss", HashSize: 32, MaskHash: "SHA-256", Salt: 32},
		"looks like RSASSA-PSS with a hash of 32 bytes (mask: SHA-256), made with this key; of signatures made otherwise about 1 in 1200 looks so by chance":                                      {Origin: "perhaps-pss", HashSize: 32, MaskHash: "SHA-256", Salt: 222, Chance: 0.00084518},
		"another key, altered, or made in a way that is not known here":                                                                                                                           {Origin: "unknown"},
	} {
		form := newDiagnosisJSON(fingerprintShape, &d)
		if got := form.inWords(); got != want {
			t.Errorf("%+v:\n got %s\nwant %s", d, got, want)
		}
		if err := schemas(t).validate("calibration", diagnosisDocument(t, form)); err != nil {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

// diagnosisDocument is a whole result with one diagnosis.
func diagnosisDocument(t *testing.T, d any) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"schema": "drtxt/calibration/v1", "outcome": "none", "exit_status": 1, "tried": 64, "diagnoses": []any{d},
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What contradicts itself is no diagnosis.
func TestDiagnosisSchemaRefuses(t *testing.T) {
	t.Parallel()
	type form = map[string]any
	for _, d := range []form{
		{"origin": "pkcs1v15"}, {"origin": "pkcs1v15", "hash": "SHA-1"}, {"origin": "pkcs1v15", "digest": "01"},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "over": []any{}},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "over": []any{"a", "a"}},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "named_hash": "MD5"},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "inner_hash": "MD5"},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "over": []any{"prefix"}, "inner_form": "base64"},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "over": []any{"prefix"}, "inner_hash": "MD5", "inner_form": "words"},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "hash_size": 32},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "chance": 0.001},
		{"origin": "pkcs1v15", "hash": "SHA-1", "digest": "01", "reversed": false},
		{"origin": "pkcs1v15-data", "digest": "01", "hash": "SHA-1"}, {"origin": "pkcs1v15-data", "digest": "01", "without_null": true},
		{"origin": "pss", "mask_hash": "SHA-1"}, {"origin": "pss", "hash_size": 32},
		{"origin": "pss", "hash_size": 32, "mask_hash": "SHA-1", "hash": "SHA-256"},
		{"origin": "pss", "hash_size": 32, "mask_hash": "SHA-1", "over": []any{"prefix"}},
		{"origin": "pss", "hash_size": 32, "mask_hash": "SHA-1", "digest": "01"},
		{"origin": "perhaps-pss", "hash_size": 32, "mask_hash": "SHA-1"},
		{"origin": "perhaps-pss", "hash_size": 32, "mask_hash": "SHA-1", "chance": 0.5},
		{"origin": "perhaps-pss", "hash_size": 32, "mask_hash": "SHA-1", "chance": 0.001, "over": []any{"prefix"}},
		{"origin": "perhaps-pss", "hash_size": 32, "mask_hash": "SHA-1", "chance": 0.001, "reversed": true},
		{"origin": "unknown", "digest": "01"}, {"origin": "unknown", "hash": "SHA-1"}, {"origin": "unknown", "salt": 1}, {"origin": "unknown", "over": []any{"prefix"}},
	} {
		d["key"] = fingerprintShape
		if schemas(t).validate("calibration", diagnosisDocument(t, d)) == nil {
			t.Errorf("%v is accepted", d)
		}
	}
}

// What the command says about the vectors that fit no scheme, from the file to the words.
func TestCalibrateDiagnoses(t *testing.T) {
	t.Parallel()
	all, err := vectors.Load(vectorsDir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]struct {
		origin string
		over   []string
	}{
		"bad-signature-sha1":                      {"pkcs1v15", []string{"prefix", "prefix+nod"}},
		"bad-signature-digest-without-digestinfo": {"pkcs1v15-data", []string{"prefix", "prefix+nod"}},
		"scheme-prefix-pss-mgf1-sha1":             {"pss", []string{"prefix"}},
		"bad-signature-text-with-n":               {"pkcs1v15", []string{"the text before p="}},
		"bad-signature-d-removed":                 {"pkcs1v15", nil},
		"bad-signature-zero":                      {"unknown", nil},
	} {
		at := slices.IndexFunc(all, func(v vectors.Vector) bool { return v.Name == name })
		if at < 0 {
			t.Errorf("there is no vector %s", name)
			continue
		}
		form := calibrate(t, all[at], "--format", "json").want(t, 1).calibrated(t)
		if len(form.Diagnoses) != 1 || form.Diagnoses[0].Origin != want.origin || !slices.Equal(form.Diagnoses[0].Over, want.over) || form.Diagnoses[0].Key != fingerprintA {
			t.Errorf("%s: got %+v", name, form.Diagnoses)
		}
	}
}
