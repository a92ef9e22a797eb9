package appprofiles_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/finding/findingtest"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

func read(t testing.TB, names ...string) *appprofiles.Export {
	t.Helper()
	var pages []apiexport.Page
	for _, name := range names {
		pages = append(pages, fixture(t, name))
	}
	export, err := appprofiles.Read(pages)
	if err != nil {
		t.Fatal(err)
	}
	return export
}

// parse reads an export that a test writes itself.
func parse(t testing.TB, text string) *appprofiles.Export {
	t.Helper()
	export, err := appprofiles.Read([]apiexport.Page{{Name: "FILE", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return export
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"page-1.json", "page-2.json"}, {"page-2.json", "page-1.json"}} {
		export := read(t, names...)
		if !export.Complete || len(export.Profiles) != 3 {
			t.Errorf("%v: %d profiles, complete %v", names, len(export.Profiles), export.Complete)
		}
		for _, p := range export.Profiles {
			if want := map[bool]string{true: "page-2.json", false: "page-1.json"}[p.ID == "923"]; p.Page != want {
				t.Errorf("profile %s stands in %s, want %s", p.ID, p.Page, want)
			}
		}
	}
}

// A page that was fetched twice can mean that another is missing.
func TestDuplicateNamesBothPlaces(t *testing.T) {
	t.Parallel()
	_, err := appprofiles.Read([]apiexport.Page{fixture(t, "duplicate-id.json")})
	if want := `"duplicate-id.json": policies[1].id: the profile stands there already: "duplicate-id.json", policies[0]`; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if export := parse(t, `[{"deviceType":"3","name":"a"},{"deviceType":"3","name":"a"},{"deviceType":"3","id":""}]`); len(export.Profiles) != 3 {
		t.Errorf("without ids there are %d", len(export.Profiles))
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	for device, want := range map[string]string{
		`"1"`: "iOS", `2`: "Android", `"3"`: "Windows", `4`: "macOS", `"5"`: "Linux", `"DEVICE_TYPE_MAC"`: "macOS", `"DEVICE_TYPE_IOS"`: "iOS",
		`"windows"`: "Windows", `"6"`: "6", `""`: "", `null`: "", `"DEVICE_TYPE_WATCH"`: "DEVICE_TYPE_WATCH",
	} {
		if got := parse(t, `[{"ruleOrder":1,"deviceType":`+device+`}]`).Profiles[0].Device; got != want {
			t.Errorf("%s is %q, want %q", device, got, want)
		}
	}
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for want, p := range map[string]appprofiles.Profile{
		"Staff (iOS)":                {Name: "Staff", ID: "1", Device: "iOS"},
		"Staff":                      {Name: "Staff", ID: "1"},
		"without a name, id 1 (iOS)": {ID: "1", Device: "iOS"},
		"without a name":             {},
		strings.Repeat("é", 100) + "… (Linux)": {Name: strings.Repeat("é", 101), Device: "Linux"},
	} {
		if got := p.Label(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// A record for one product concerns nothing of the other.
func TestType(t *testing.T) {
	t.Parallel()
	export := read(t, "products.json")
	for kind, want := range map[txtrecord.Type][]string{
		txtrecord.PrivateAccess: {"warning profile-product-off Private Access Internet Access alone (Windows)"},
		txtrecord.InternetAccess: {
			"error profile-domain-differs Internet Access Domains differ (Windows), Both differ (Windows)",
			"error profile-key-differs Internet Access Keys differ (Windows), Both differ (Windows)",
			"warning profile-product-off Internet Access Private Access alone (Windows)",
		},
	} {
		e := expected(t)
		e.Type = kind
		report := appprofiles.Judge(export, e)
		requireEqual(t, string(kind), findingsOf(report), want)
		if len(report.On) != 1 || len(report.Test) != 1 || report.On[kind] == nil || report.Test[kind] == nil {
			t.Errorf("%s: audiences of %v and %v", kind, report.On, report.Test)
		}
	}
	all, none := expected(t), expected(t)
	none.Type = txtrecord.NoType
	requireEqual(t, "no type", findingsOf(appprofiles.Judge(export, none)), findingsOf(appprofiles.Judge(export, all)))
}

// Without a key nothing is compared, and that is said; what does not need one is judged.
func TestKeyUnchecked(t *testing.T) {
	t.Parallel()
	e := expected(t)
	e.Keys = nil
	report := appprofiles.Judge(read(t, "all-right.json"), e)
	requireEqual(t, "findings", findingsOf(report), []string{"warning profile-key-unchecked " + both + " Staff (Windows), Staff (macOS), Pilots (Windows)"})
	if want := testKey(t, "test-a").Name; !strings.Contains(report.Findings[0].Message, want) {
		t.Errorf("%q does not name %s", report.Findings[0].Message, want)
	}
	if on := report.On[txtrecord.PrivateAccess]; len(on.Profiles) != 3 || len(on.Open) != 0 {
		t.Errorf("on reaches %+v", on)
	}
}

// While a key is rotated two are trusted.
func TestTwoKeys(t *testing.T) {
	t.Parallel()
	e := expected(t)
	e.Keys = append(e.Keys, testKey(t, "test-b"))
	report := appprofiles.Judge(read(t, "products.json"), e)
	requireEqual(t, "findings", findingsOf(report), []string{
		"error profile-domain-differs Internet Access Domains differ (Windows), Both differ (Windows)",
		"error profile-products-differ Domains differ (Windows), Both differ (Windows)",
		"error profile-products-differ Keys differ (Windows), Both differ (Windows)",
		"warning profile-product-off Private Access Internet Access alone (Windows)",
		"warning profile-product-off Internet Access Private Access alone (Windows)",
	})
	e.Keys = []verify.Key{testKey(t, "test-b")}
	message := appprofiles.Judge(read(t, "all-right.json"), e).Findings[0].Message
	for _, name := range []string{"test-a", "test-b"} {
		if fingerprint := testKey(t, name).Name; !strings.Contains(message, fingerprint) {
			t.Errorf("%q does not name %s", message, fingerprint)
		}
	}
}

// Text from outside is quoted in messages.
func TestDomainIsQuoted(t *testing.T) {
	t.Parallel()
	for _, f := range appprofiles.Judge(read(t, "domains.json"), expected(t)).Findings {
		if f.Subject == "Terminal (Windows)" {
			if want := both + `: the domain is "dr\x1b[2J\u202eexample.com", not "dr.example.com"`; f.Message != want {
				t.Errorf("%q, want %q", f.Message, want)
			}
			return
		}
	}
	t.Error("nothing was found")
}

// What is wrong with a key is said as exactly as without showing it.
func TestDamagedKeyIsDescribed(t *testing.T) {
	t.Parallel()
	for _, f := range appprofiles.Judge(read(t, "keys.json"), expected(t)).Findings {
		if f.Subject == "1024 bits (Windows)" {
			if want := "it holds a key that the format does not allow: the key has 1024 bits, must have 2048"; !strings.HasSuffix(f.Message, want) {
				t.Errorf("%q, want %q", f.Message, want)
			}
			return
		}
	}
	t.Error("nothing was found")
}

// What an export says is told from what it does not mention.
func TestNobodyIsDescribed(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"off.json":            both + ": disaster recovery is on in no active app profile",
		"no-sections.json":    both + ": disaster recovery is not mentioned in any active app profile, and taken as off",
		"flags-left-out.json": "Internet Access: disaster recovery is not mentioned in any active app profile, and taken as off",
	} {
		if got := appprofiles.Judge(read(t, name), expected(t)).Findings[0].Message; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// Groups or users are enough to know whom a profile is for.
func TestNamed(t *testing.T) {
	t.Parallel()
	for member, unnamed := range map[string]int{`"users":["a"]`: 0, `"groups":["a"]`: 0, `"users":[],"groups":[" "]`: 1, `"ruleOrder":1`: 1} {
		p := parse(t, `[{"name":"a","deviceType":"3","active":1,`+member+`}]`).Profiles[0]
		p.Recovery = read(t, "all-right.json").Profiles[0].Recovery
		report := appprofiles.Judge(&appprofiles.Export{Profiles: []appprofiles.Profile{p}, Complete: true}, expected(t))
		if got := report.On[txtrecord.PrivateAccess].Unnamed; got != unnamed {
			t.Errorf("%s: %d, want %d", member, got, unnamed)
		}
		said := slices.ContainsFunc(report.Findings, func(f finding.Finding) bool { return f.Code == appprofiles.CodeAudienceUnnamed })
		if said != (unnamed > 0) {
			t.Errorf("%s: %+v", member, report.Findings)
		}
	}
}

// Every way in which a profile decides, for on and for test.
func TestEffects(t *testing.T) {
	t.Parallel()
	export := read(t, "all-right.json")
	right := export.Profiles[0].Recovery.Private
	right.AllowTest = apiexport.Yes
	yes, no, open := appprofiles.Switches, appprofiles.Stays, appprofiles.Open
	type profile = appprofiles.Profile
	for name, test := range map[string]struct {
		change   func(*profile)
		on, test appprofiles.Answer
		why      string // in the reason of on
	}{
		"right":           {func(*profile) {}, yes, yes, ""},
		"inactive":        {func(p *profile) { p.Active = apiexport.No }, no, no, "inactive"},
		"active not said": {func(p *profile) { p.Active = apiexport.Absent }, yes, yes, ""},
		"no section":      {func(p *profile) { p.Recovery = nil }, open, open, "no disaster recovery section"},
		"off":             {func(p *profile) { p.Recovery.Private.Enabled = apiexport.No }, no, open, "is off"},
		"off not said":    {func(p *profile) { p.Recovery.Private.Enabled = apiexport.Absent }, no, open, "does not say"},
		"no test":         {func(p *profile) { p.Recovery.Private.AllowTest = apiexport.No }, yes, no, ""},
		"test not said":   {func(p *profile) { p.Recovery.Private.AllowTest = apiexport.Absent }, yes, no, ""},
		"off, no test": {func(p *profile) {
			p.Recovery.Private.Enabled, p.Recovery.Private.AllowTest = apiexport.No, apiexport.No
		}, no, no, "is off"},
		"no domain":         {func(p *profile) { p.Recovery.Private.Domain = "" }, open, open, "no domain"},
		"another domain":    {func(p *profile) { p.Recovery.Private.Domain = "dr.example.net" }, no, no, "another domain"},
		"no key":            {func(p *profile) { p.Recovery.Private.Key = "" }, open, open, "no key"},
		"damaged key":       {func(p *profile) { p.Recovery.Private.Key, p.Recovery.Private.KeyErr = "", errors.New("damaged") }, open, open, "cannot be read"},
		"another key":       {func(p *profile) { p.Recovery.Private.Key = testKey(t, "test-b").Name }, no, no, "signature"},
		"domain before key": {func(p *profile) { p.Recovery.Private.Domain, p.Recovery.Private.Key = "dr.example.net", "" }, no, no, "another domain"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := export.Profiles[0]
			p.Recovery = &appprofiles.Recovery{Private: right}
			test.change(&p)
			e := expected(t)
			e.Type = txtrecord.PrivateAccess
			judged := appprofiles.Judge(&appprofiles.Export{Profiles: []appprofiles.Profile{p}, Complete: true}, e).Profiles[0]
			requireEffect(t, "on", judged.On[e.Type], test.on)
			requireEffect(t, "test", judged.Test[e.Type], test.test)
			if why := judged.On[e.Type].Why; !strings.Contains(why, test.why) {
				t.Errorf("why: %q, want %q", why, test.why)
			}
		})
	}
}

// requireEffect wants an answer, and a reason for every one but yes.
func requireEffect(t *testing.T, status string, got appprofiles.Effect, want appprofiles.Answer) {
	t.Helper()
	if got.Answer != want || (got.Why == "") != (want == appprofiles.Switches) {
		t.Errorf("%s: %+v, want %s", status, got, want)
	}
}

// What a thousand profiles have in common is said once.
func TestManyProfiles(t *testing.T) {
	t.Parallel()
	export := parse(t, manyProfiles(t, 1000))
	if len(export.Profiles) != 1000 || export.Profiles[999].Recovery.Private.Key != testKey(t, "test-a").Name {
		t.Errorf("%d profiles", len(export.Profiles))
	}
	requireEqual(t, "findings", findingsOf(appprofiles.Judge(export, expected(t))), []string{
		"error profile-domain-differs " + both + " Profile 0 (Windows), Profile 1 (Windows), Profile 2 (Windows), Profile 3 (Windows), Profile 4 (Windows) and 995 more",
		"warning profile-test-nobody " + both, "info profiles-completeness-unknown",
	})
}

// manyProfiles is an export of n profiles with another domain.
func manyProfiles(t testing.TB, n int) string {
	t.Helper()
	key := strings.ReplaceAll(publicKeyText(t), "\n", `\n`)
	var profiles []string
	for i := range n {
		profiles = append(profiles, fmt.Sprintf(`{"id":%d,"name":"Profile %d","deviceType":"3","active":1,"groups":[{"name":"Group %d"}],"disasterRecovery":{"enableZiaDR":true,`+
			`"enableZpaDR":true,"ziaDomainName":"dr.example.net","zpaDomainName":"dr.example.net","ziaRSAPubKey":"%s","zpaRSAPubKey":"%s"}}`, i, i, i, key, key))
	}
	return "[" + strings.Join(profiles, ",") + "]"
}

func BenchmarkTenThousandProfiles(b *testing.B) {
	page := apiexport.Page{Name: "FILE", Data: []byte(manyProfiles(b, 10_000))}
	expected := expected(b)
	for b.Loop() {
		export, err := appprofiles.Read([]apiexport.Page{page})
		if err != nil {
			b.Fatal(err)
		}
		appprofiles.Judge(export, expected)
	}
}

func publicKeyText(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile("../../testdata/keys/test-a.public.pem")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Every fixture is explained to whoever looks at it.
func TestFixturesAreExplained(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../testdata/vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(data), "\n## policies\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for name := range fixtures {
		if strings.Count(section, "| `"+name+"` |") != 1 {
			t.Errorf("%s has not one row", name)
		}
	}
	if rows := strings.Count(section, "\n| `"); rows != len(fixtures) {
		t.Errorf("%d rows for %d files", rows, len(fixtures))
	}
}

func TestFindingsAreDocumented(t *testing.T) {
	t.Parallel()
	findingtest.Documented(t, "../../docs/findings.md", "App profiles", appprofiles.Findings)
}

// A fixture shows every code but those that other tests are about.
func TestEveryCodeIsMet(t *testing.T) {
	t.Parallel()
	var met []string
	for _, want := range fixtures {
		met = append(met, want.findings...)
	}
	for _, kind := range appprofiles.Findings {
		line := string(kind.Severity) + " " + string(kind.Code)
		found := slices.ContainsFunc(met, func(f string) bool { return f == line || strings.HasPrefix(f, line+" ") })
		if !found && kind.Code != appprofiles.CodeKeyUnchecked {
			t.Errorf("%s is met nowhere", line)
		}
	}
}
