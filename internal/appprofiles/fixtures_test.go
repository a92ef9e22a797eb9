package appprofiles_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const (
	folder = "../../testdata/vendor/policies"
	domain = "dr.example.com"
	// secret is in fixtures where no output may hold it.
	secret = "TEST-ONLY-SECRET"
)

// A want is what is expected of a fixture, with the key of the fixtures and type all.
type want struct {
	refused *apiexport.Kind
	// findings have severity, code, products and subject.
	findings []string
	// on and test are whom they switch, of both products where there is no colon.
	on, test []string
}

const (
	both      = "Internet Access and Private Access"
	everybody = "info profile-test-everybody " + both
)

var fixtures = map[string]want{
	"all-right.json": {
		on:   []string{"Staff (Windows), Staff (macOS), Pilots (Windows) | groups Contractors, Pilots, Staff | users pilot1@example.com, pilot2@example.com"},
		test: []string{"Pilots (Windows) | groups Pilots | users pilot1@example.com, pilot2@example.com"},
	},
	"bare-array.json": {
		findings: []string{"info profiles-completeness-unknown", everybody},
		on:       []string{"Staff (Windows) | groups Staff"}, test: []string{"Staff (Windows) | groups Staff"},
	},
	"words.json": {
		findings: []string{"warning profile-test-nobody Internet Access", "info profile-inactive Old laptops (Windows), Servers (Linux)"},
		on:       []string{"Staff (Windows), Phones (iOS), Kiosks (DEVICE_TYPE_KIOSK) | groups Staff"},
		test:     []string{"zia: nobody", "zpa: Staff (Windows) | groups Staff"},
	},
	"audience.json": {
		findings: []string{"info profile-audience-unnamed Everybody (Windows), No members (Windows)"},
		on: []string{"Everybody (Windows), Texts (macOS), Numbers (Android), Without names (Linux), without a name, id 305 (iOS), No members (Windows)" +
			" | groups 4711, Ops, Berlin, Sales Team, id 77 | users 12, 13, a@example.com, b@example.com, id 78 | unnamed 2"},
		test: []string{"Without names (Linux) | groups id 77 | users a@example.com, id 78"},
	},
	"key-forms.json": {findings: []string{everybody}, on: []string{allForms}, test: []string{allForms}},
	"keys.json": {
		findings: []string{
			"error profile-key-differs " + both + " Other key (Windows)",
			"error profile-key-damaged " + both + " Cut short (Windows), A line missing (Windows)",
			"error profile-key-damaged " + both + " 1024 bits (Windows)",
			"error profile-key-damaged " + both + " Certificate (Windows)",
			"error profile-key-damaged " + both + " Elliptic curve (Windows)",
			"error profile-key-damaged " + both + " Two keys (Windows)",
			"error profile-key-damaged " + both + " A file name (Windows)",
			"error profile-key-absent " + both + " Empty (Windows), Null (Windows), Absent (Windows)",
		},
		on: []string{openKeys}, test: []string{openKeys},
	},
	"domains.json": {
		findings: []string{
			"error profile-domain-differs " + both + " Another (Windows)",
			"error profile-domain-differs " + both + " Parent (Windows)",
			"error profile-domain-differs " + both + " Address of a page (Windows)",
			"error profile-domain-differs " + both + " Two names (Windows)",
			"error profile-domain-absent " + both + " Empty (Windows), Null (Windows), Absent (Windows)",
			"error profile-domain-differs " + both + " Terminal (Windows)",
			everybody,
		},
		on: []string{openDomains}, test: []string{openDomains},
	},
	"products.json": {
		findings: []string{
			"error profile-domain-differs Internet Access Domains differ (Windows), Both differ (Windows)",
			"error profile-products-differ Domains differ (Windows), Both differ (Windows)",
			"error profile-key-differs Internet Access Keys differ (Windows), Both differ (Windows)",
			"error profile-products-differ Keys differ (Windows), Both differ (Windows)",
			"warning profile-product-off Private Access Internet Access alone (Windows)",
			"warning profile-product-off Internet Access Private Access alone (Windows)",
			"info profile-products-differ Private Access alone (Windows)",
			"info profile-products-differ Private Access alone (Windows)",
		},
		on: []string{
			"zia: Internet Access alone (Windows), Written otherwise (Windows) | groups Others, Staff",
			"zpa: Domains differ (Windows), Keys differ (Windows), Both differ (Windows), Private Access alone (Windows), Written otherwise (Windows) | groups Others, Pilots, Staff",
		},
		test: []string{"zia: Internet Access alone (Windows) | groups Staff", "zpa: Private Access alone (Windows) | groups Pilots"},
	},
	"sections.json": {
		findings: []string{
			"warning profile-section-absent No section (Windows), Null section (macOS)",
			"warning profile-product-off " + both + " Empty section (Linux)",
			"warning profile-product-off " + both + " Off (Android), Off, test allowed (iOS)",
			everybody,
			"info profile-test-open " + both + " Off, test allowed (iOS)",
		},
		on:   []string{"Right (Windows) | groups Staff | open No section (Windows), Null section (macOS)"},
		test: []string{"Right (Windows) | groups Staff | open No section (Windows), Null section (macOS), Off, test allowed (iOS)"},
	},
	"no-sections.json": {
		findings: []string{"error profiles-product-off " + both, "warning profile-section-absent Staff (Windows), Staff (macOS)", "info profiles-completeness-unknown"},
		on:       []string{"nobody | open Staff (Windows), Staff (macOS)"}, test: []string{"nobody | open Staff (Windows), Staff (macOS)"},
	},
	"off.json": {
		findings: []string{"error profiles-product-off " + both, "info profile-test-open " + both + " Staff (macOS)"},
		on:       []string{"nobody"}, test: []string{"nobody | open Staff (macOS)"},
	},
	"flags-left-out.json": {
		findings: []string{
			"error profiles-product-off Internet Access", "warning profile-test-nobody Internet Access", "warning profile-test-nobody Private Access", "warning profile-product-off Private Access Staff (macOS)",
			"info profile-active-absent Staff (Windows), Staff (macOS)",
		},
		on: []string{"zia: nobody", "zpa: Staff (Windows) | groups Staff"}, test: []string{"nobody"},
	},
	"inactive.json": {
		findings: []string{"error profiles-none", "warning profile-test-nobody " + both, "info profile-inactive Staff (Windows), Staff (macOS)"},
		on:       []string{"nobody"}, test: []string{"nobody"},
	},
	"empty.json": {findings: []string{"error profiles-none", "warning profile-test-nobody " + both}, on: []string{"nobody"}, test: []string{"nobody"}},
	"older-names.json": {
		findings: []string{"error profile-key-absent " + both + " Staff (Windows)"},
		on:       []string{"nobody | open Staff (Windows)"}, test: []string{"nobody | open Staff (Windows)"},
	},
	"secrets.json": {
		findings: []string{
			"error profile-key-private " + both + " Key in the wrong place (macOS), Key in one line (macOS)",
			"error profile-key-damaged " + both + " Password in the wrong place (Linux)",
			everybody,
		},
		on:   []string{"Staff (Windows) | groups Staff | users a@example.com | open Key in the wrong place (macOS), Key in one line (macOS), Password in the wrong place (Linux)"},
		test: []string{"Staff (Windows) | groups Staff | users a@example.com"},
	},
	"unknown-fields.json": {findings: []string{everybody}, on: []string{"Staff (9) | groups Staff"}, test: []string{"Staff (9) | groups Staff"}},
	"page-1.json":         {refused: apiexport.ErrPartial},
	"page-2.json":         {refused: apiexport.ErrPartial},
	"partial.json":        {refused: apiexport.ErrPartial},
	"duplicate-id.json":   {refused: apiexport.ErrDuplicate},
	"truncated.json":      {refused: apiexport.ErrTruncated},
	"other-endpoint.json": {refused: apiexport.ErrEndpoint},
	"one-profile.json":    {refused: apiexport.ErrShape},
	"error-answer.json":   {refused: apiexport.ErrShape},
	"wrong-type.json":     {refused: apiexport.ErrType},
	"joined-groups.json":  {refused: apiexport.ErrType},
}

const (
	allForms = "CRLF (Windows), written LF (Windows), written CRLF (Windows), one line (Windows), nothing between (Windows), bare base64 (Windows), " +
		"bare base64 in lines (Windows), mark before (Windows), no last line end (Windows), PKCS1 (Windows), bare PKCS1 (Windows), base64 of the file (Windows), " +
		"in quotes (Windows), escaped twice (Windows), blanks around (Windows) | groups Staff"
	openKeys = "nobody | open Cut short (Windows), A line missing (Windows), 1024 bits (Windows), Certificate (Windows), Elliptic curve (Windows), Two keys (Windows), " +
		"A file name (Windows), Empty (Windows), Null (Windows), Absent (Windows)"
	openDomains = "Upper case (Windows), Final dot (Windows), Blanks (Windows) | groups Staff | open Empty (Windows), Null (Windows), Absent (Windows)"
)

func TestFixtures(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != len(fixtures) {
		t.Errorf("%d files for %d rows: %v", len(files), len(fixtures), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, ok := fixtures[filepath.Base(file)]
			if !ok {
				t.Fatal("no row says what is expected of it")
			}
			export, err := appprofiles.Read([]apiexport.Page{fixture(t, filepath.Base(file))})
			requireNoSecret(t, fmt.Sprintf("%+v %v", export, err))
			if want.refused != nil {
				if export != nil || !errors.Is(err, want.refused) {
					t.Fatalf("%v, want %v", err, want.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			report := appprofiles.Judge(export, expected(t))
			requireNoSecret(t, fmt.Sprintf("%+v", report))
			requireEqual(t, "findings", findingsOf(report), want.findings)
			requireEqual(t, "on", audiencesOf(report.On), want.on)
			requireEqual(t, "test", audiencesOf(report.Test), want.test)
		})
	}
}

func fixture(t testing.TB, name string) apiexport.Page {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return apiexport.Page{Name: name, Data: data}
}

func expected(t testing.TB) appprofiles.Expected {
	t.Helper()
	return appprofiles.Expected{Domain: domain, Type: txtrecord.AllProducts, Keys: []verify.Key{testKey(t, "test-a")}, Signed: true}
}

func testKey(t testing.TB, name string) verify.Key {
	t.Helper()
	key, err := keygen.LoadPublicKey("../../testdata/keys/" + name + ".public.pem")
	if err != nil {
		t.Fatal(err)
	}
	return verify.Key{PublicKey: key, Name: keygen.Fingerprint(key)}
}

// requireNoSecret looks for what fixtures have beside the fields that are read, and for
// private keys.
func requireNoSecret(t *testing.T, output string) {
	t.Helper()
	if strings.Contains(output, secret) || strings.Contains(output, "PRIVATE KEY") || strings.Contains(output, "MIIEv") {
		t.Errorf("a secret came out: %s", output)
	}
}

func requireEqual(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// findingsOf are severity, code, products and subject of findings.
func findingsOf(report *appprofiles.Report) []string {
	var all []string
	for _, f := range report.Findings {
		products := ""
		for _, name := range []string{both, "Internet Access", "Private Access"} {
			if strings.HasPrefix(f.Message, name+": ") {
				products = name
				break
			}
		}
		all = append(all, strings.Join(slices.DeleteFunc([]string{string(f.Severity), string(f.Code), products, f.Subject}, func(s string) bool { return s == "" }), " "))
	}
	return all
}

// audiencesOf says whom a record would switch, once where it is the same for both products.
func audiencesOf(all map[txtrecord.Type]*appprofiles.Audience) []string {
	zia, zpa := audienceInWords(all[txtrecord.InternetAccess]), audienceInWords(all[txtrecord.PrivateAccess])
	if zia == zpa {
		return []string{zia}
	}
	return []string{"zia: " + zia, "zpa: " + zpa}
}

func audienceInWords(a *appprofiles.Audience) string {
	if a == nil {
		return "not asked for"
	}
	words := []string{strings.Join(a.Profiles, ", ")}
	if len(a.Profiles) == 0 {
		words[0] = "nobody"
	}
	for _, part := range []struct {
		name string
		of   []string
	}{{"groups", a.Groups}, {"users", a.Users}} {
		if len(part.of) > 0 {
			words = append(words, part.name+" "+strings.Join(part.of, ", "))
		}
	}
	if a.Unnamed > 0 {
		words = append(words, fmt.Sprintf("unnamed %d", a.Unnamed))
	}
	if len(a.Open) > 0 {
		var open []string
		for _, one := range a.Open {
			open = append(open, one.Profile)
		}
		words = append(words, "open "+strings.Join(open, ", "))
	}
	return strings.Join(words, " | ")
}
