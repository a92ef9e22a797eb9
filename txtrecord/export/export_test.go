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

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

var update = flag.Bool("update", false, "write the golden files and docs/formats.md anew")

func TestGolden(t *testing.T) {
	for name, set := range map[string]*export.RecordSet{
		"signed": signedSet(t, activation), "unsigned": unsignedSet(), "addresses": addressSet(), "apex": apexSet(),
	} {
		for _, f := range forms() {
			t.Run(name+"."+f.label(), func(t *testing.T) {
				compareGolden(t, filepath.Join("testdata", "golden", name+"."+f.label()), f.written(t, f.suited(set)))
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

// The table holds what the contract lists, and every entry says all that it has to.
func TestFormats(t *testing.T) {
	want := strings.Fields("text json zone nsupdate route53 terraform cloudflare gcloud azure octodns dnscontrol externaldns powerdns windows")
	var names, extensions []string
	for _, f := range export.Formats {
		names = append(names, f.Name)
		if slices.Contains(extensions, f.Extension) || f.Extension == "" {
			t.Errorf("%s: extension %q", f.Name, f.Extension)
		}
		extensions = append(extensions, f.Extension)
		if len(f.Summary) > 60 || len(f.Summary) == 0 || len(f.Traps) == 0 || (f.Effect == "") != (len(f.Providers) > 0) {
			t.Errorf("%s does not say what it is", f.Name)
		}
		for _, form := range f.Providers {
			if form.Summary == "" || len(form.Traps) == 0 || form.Effect == "" {
				t.Errorf("%s %s does not say what it is", f.Name, form.Name)
			}
		}
		if found, ok := export.Lookup(f.Name); !ok || found.Name != f.Name {
			t.Errorf("%s is not found", f.Name)
		}
	}
	if !slices.Equal(names, want) {
		t.Errorf("formats %q", names)
	}
	if _, ok := export.Lookup("yaml"); ok {
		t.Error("there is no format yaml")
	}
}

// Which flags make a difference to which form.
func TestHeeds(t *testing.T) {
	want := map[string]string{
		"json": "zone", "zone": "zone", "nsupdate": "zone", "route53": "zone-id",
		"terraform-aws": "provider zone-id", "terraform-cloudflare": "provider zone-id ttl-min",
		"terraform-google": "provider project managed-zone", "terraform-azurerm": "provider zone resource-group",
		"cloudflare": "zone-id ttl-min", "gcloud": "project managed-zone", "azure": "zone subscription resource-group",
		"octodns": "zone octodns-escape", "dnscontrol": "zone", "powerdns": "zone", "windows": "zone",
	}
	for _, f := range forms() {
		var got []string
		for _, flag := range strings.Fields("provider zone zone-id project managed-zone subscription resource-group ttl-min octodns-escape other") {
			if f.Heeds(flag, f.provider) {
				got = append(got, flag)
			}
		}
		if wanted := strings.Fields(want[f.label()]); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(wanted))) {
			t.Errorf("%s heeds %q, want %q", f.label(), got, wanted)
		}
	}
}

// What is written must be read back by what reads files: values, TTL, name and what
// the file says about itself.
func TestReadBack(t *testing.T) {
	for _, a := range activations() {
		set := signedSet(t, a)
		for _, format := range []string{"zone", "json", "text"} {
			data := form{lookup(t, format), ""}.written(t, set)
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

func lookup(t testing.TB, name string) export.Format {
	t.Helper()
	f, ok := export.Lookup(name)
	if !ok {
		t.Fatalf("there is no format %s", name)
	}
	return f
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
	for _, f := range forms() {
		if err := f.WriteSet(failing{full}, f.suited(unsignedSet())); !errors.Is(err, full) {
			t.Errorf("%s: %v", f.label(), err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// What is empty tells nobody to publish it; as a description it can be.
func TestEmptySet(t *testing.T) {
	noValues := unsignedSet()
	noValues.RRSets[0].Values = nil
	for _, set := range []*export.RecordSet{{Schema: export.Schema, RRSets: []txtrecord.RRSet{}, Zone: "example.com"}, noValues} {
		for _, f := range forms() {
			var out bytes.Buffer
			err := f.WriteSet(&out, f.suited(set))
			_, _ = f.Guide(f.suited(set)) // must not panic
			if f.Name == "json" {
				if err != nil {
					t.Errorf("json: %v", err)
				}
				continue
			}
			if _, ok := errors.AsType[*export.EmptyError](err); !ok || out.Len() > 0 {
				t.Errorf("%s: error %v, %d bytes written", f.label(), err, out.Len())
			}
		}
	}
	empty := form{lookup(t, "json"), ""}.written(t, &export.RecordSet{Schema: export.Schema, RRSets: []txtrecord.RRSet{}})
	compareGolden(t, filepath.Join("testdata", "golden", "empty.json"), empty)
}

func BenchmarkFormats(b *testing.B) {
	set := signedSet(b, activation)
	for _, f := range forms() {
		suited := f.suited(set)
		b.Run(f.label(), func(b *testing.B) {
			b.ReportAllocs()
			var out bytes.Buffer
			for b.Loop() {
				out.Reset()
				if err := f.WriteSet(&out, suited); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
