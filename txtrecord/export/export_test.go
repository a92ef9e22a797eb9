package export_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

var update = flag.Bool("update", false, "write the golden files anew")

var activation = txtrecord.Activation{
	Type:       txtrecord.AllProducts,
	Status:     txtrecord.On,
	Forwarding: txtrecord.FailOpen,
	Domain:     "dr.example.com",
	Start:      time.Unix(1800000000, 0),
	End:        time.Unix(1800028800, 0),
}

// signedSet is signed by a test key with a scheme that is deterministic.
func signedSet(t testing.TB, a txtrecord.Activation) *export.RecordSet {
	t.Helper()
	data, err := os.ReadFile("../../testdata/keys/test-a.private.pem")
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.ParsePrivateKey(data)
	if err != nil {
		t.Fatal(err)
	}
	values, err := txtrecord.Sign(a, txtrecord.Scheme{}, key)
	if err != nil {
		t.Fatal(err)
	}
	return &export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: values}},
		Activation: export.NewActivation(a),
		Signed:     true,
		Key:        keygen.Fingerprint(&key.PublicKey),
		Scheme:     "prefix",
		Zone:       "example.com",
	}
}

func unsignedSet() *export.RecordSet {
	a := txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Off}
	return &export.RecordSet{
		Schema:      export.Schema,
		RRSets:      []txtrecord.RRSet{{Name: "dr.example.com.", Type: "TXT", TTL: 900, Values: []string{"v=1;k=zia;b=off"}}},
		Activation:  export.NewActivation(a),
		Zone:        "example.com",
		ZoneAssumed: true,
	}
}

func addressSet() *export.RecordSet {
	return &export.RecordSet{
		Schema: export.Schema,
		RRSets: []txtrecord.RRSet{
			{Name: "dr.example.com.", Type: "A", TTL: 30, Values: []string{"192.0.2.1", "192.0.2.2"}},
			{Name: "dr.example.com.", Type: "AAAA", TTL: 30, Values: []string{"2001:db8::1"}},
		},
		Zone: "example.com",
	}
}

func TestGolden(t *testing.T) {
	for name, set := range map[string]*export.RecordSet{
		"signed": signedSet(t, activation), "unsigned": unsignedSet(), "addresses": addressSet(),
		"empty": {Schema: export.Schema, RRSets: []txtrecord.RRSet{}, Zone: "example.com"},
	} {
		for _, format := range export.Formats {
			t.Run(name+"."+format.Name, func(t *testing.T) {
				var got bytes.Buffer
				if err := format.WriteSet(&got, set); err != nil {
					t.Fatal(err)
				}
				compareGolden(t, filepath.Join("testdata", "golden", name+"."+format.Name), got.Bytes())
			})
		}
	}
}

func compareGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run go test with -update", err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFormats(t *testing.T) {
	var names []string
	for _, f := range export.Formats {
		names = append(names, f.Name)
		if f.Summary == "" {
			t.Errorf("%s has no summary", f.Name)
		}
	}
	if !slices.Equal(names[:3], []string{"text", "json", "zone"}) {
		t.Errorf("formats %q", names)
	}
}

// A value with anything but the format's own characters must be refused before the
// first byte is written, by every format.
func TestRefusedValues(t *testing.T) {
	for b := range 256 {
		c := byte(b)
		allowed := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || bytes.IndexByte([]byte("=;+/.-_:"), c) >= 0
		for _, format := range export.Formats {
			set := unsignedSet()
			set.RRSets[0].Values = append(set.RRSets[0].Values, "v=1"+string([]byte{c}))
			var out bytes.Buffer
			err := format.WriteSet(&out, set)
			if allowed {
				if err != nil {
					t.Errorf("%s, %q: %v", format.Name, c, err)
				}
				continue
			}
			refused, ok := errors.AsType[*export.ValueError](err)
			if !ok || refused.Value != set.RRSets[0].Values[1] || out.Len() > 0 {
				t.Errorf("%s, %q: error %v, %d bytes written", format.Name, c, err, out.Len())
			} else if text := refused.Error(); strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%q", text)
			}
		}
	}
}

// What is written must be read back by what reads files: values, TTL, name and what
// the file says about itself.
func TestReadBack(t *testing.T) {
	for _, a := range activations() {
		set := signedSet(t, a)
		for _, format := range []string{"zone", "json", "text"} {
			data := written(t, format, set)
			detected, err := recordfile.Detect(data)
			if err != nil || string(detected) != map[string]string{"zone": "zone", "json": "json", "text": "values"}[format] {
				t.Fatalf("%s is taken for %q, %v", format, detected, err)
			}
			got, err := recordfile.Read(data, detected, recordfile.Where{})
			if err != nil {
				t.Fatal(err)
			}
			rrset := set.RRSets[0]
			if !reflect.DeepEqual(got.Records, verify.Values(rrset.Values...)) {
				t.Errorf("%s: values %q, want %q", format, got.Records, rrset.Values)
			}
			if format != "text" && (got.Domain != "dr.example.com" || !slices.Equal(got.TTLs, []uint32{30, 30})) {
				t.Errorf("%s: name %q, TTLs %v", format, got.Domain, got.TTLs)
			}
			if format == "json" {
				compareClaims(t, got.Claims, set)
			}
		}
	}
}

func activations() []txtrecord.Activation {
	var all []txtrecord.Activation
	for _, status := range []txtrecord.Status{txtrecord.On, txtrecord.Off, txtrecord.Test} {
		for _, product := range []txtrecord.Type{txtrecord.InternetAccess, txtrecord.PrivateAccess, txtrecord.AllProducts} {
			all = append(all, txtrecord.Activation{Type: product, Status: status})
		}
	}
	return append(all, activation)
}

func written(t *testing.T, format string, set *export.RecordSet) []byte {
	t.Helper()
	i := slices.IndexFunc(export.Formats, func(f export.Format) bool { return f.Name == format })
	var out bytes.Buffer
	if err := export.Formats[i].WriteSet(&out, set); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func compareClaims(t *testing.T, got *recordfile.Claims, set *export.RecordSet) {
	t.Helper()
	if got == nil || got.Signed == nil || *got.Signed != set.Signed || got.Key != set.Key || got.Scheme != set.Scheme {
		t.Errorf("claims %+v", got)
		return
	}
	var stated export.Activation
	if err := json.Unmarshal(got.Activation, &stated); err != nil || !reflect.DeepEqual(&stated, set.Activation) {
		t.Errorf("activation %s, want %+v, %v", got.Activation, set.Activation, err)
	}
}

// A disk that is full must be an error in every format.
func TestWriteFails(t *testing.T) {
	full := errors.New("no space left")
	for _, format := range export.Formats {
		if err := format.WriteSet(failing{full}, unsignedSet()); !errors.Is(err, full) {
			t.Errorf("%s: %v", format.Name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
