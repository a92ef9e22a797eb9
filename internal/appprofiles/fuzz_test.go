package appprofiles_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// Whatever an export holds, nothing panics, every profile is judged, and nobody is reached
// whose profile has another domain or key.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		f.Add(fixture(f, filepath.Base(file)).Data)
	}
	expected := expected(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		export, err := appprofiles.Read([]apiexport.Page{{Name: "FILE", Data: data}})
		if err != nil {
			if export != nil {
				t.Error("an export beside an error")
			}
			return
		}
		report := appprofiles.Judge(export, expected)
		if len(report.Profiles) != len(export.Profiles) {
			t.Errorf("%d of %d judged", len(report.Profiles), len(export.Profiles))
		}
		for _, p := range report.Profiles {
			for product, effect := range p.On {
				if effect.Answer == appprofiles.Switches && !hasKey(p.Recovery, product, expected.Keys[0].Name) {
					t.Errorf("%+v switches", p)
				}
			}
		}
		if len(report.On[txtrecord.PrivateAccess].Profiles)+len(report.On[txtrecord.InternetAccess].Profiles) == 0 && len(report.Findings) == 0 {
			t.Error("nobody is reached and nothing was found")
		}
	})
}

func hasKey(r *appprofiles.Recovery, product txtrecord.Type, fingerprint string) bool {
	if product == txtrecord.InternetAccess {
		return r.Internet.Key == fingerprint
	}
	return r.Private.Key == fingerprint
}

// A text that is read as a key has a fingerprint, and its PEM is read as the same key.
func FuzzParseKey(f *testing.F) {
	files, err := filepath.Glob("../../testdata/keys/malformed/*.pem")
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range append(files, "../../testdata/keys/test-a.public.pem", "../../testdata/keys/test-a.pkcs1-public.pem") {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		key, err := appprofiles.ParseKey(text)
		if err != nil {
			return
		}
		encoded, err := keygen.EncodePublicKey(key)
		if err != nil {
			t.Fatal(err)
		}
		again, err := appprofiles.ParseKey(string(encoded))
		if err != nil || !again.Equal(key) {
			t.Errorf("its PEM: %v", err)
		}
	})
}
