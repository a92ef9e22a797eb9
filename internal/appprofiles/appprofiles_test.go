package appprofiles_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
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
		"Staff (iOS)":                          {Name: "Staff", ID: "1", Device: "iOS"},
		"Staff":                                {Name: "Staff", ID: "1"},
		"without a name, id 1 (iOS)":           {ID: "1", Device: "iOS"},
		"without a name":                       {},
		strings.Repeat("é", 80):                {Name: strings.Repeat("é", 80)},
		strings.Repeat("é", 80) + "… (Linux)":  {Name: strings.Repeat("é", 81), Device: "Linux"},
		"a (" + strings.Repeat("7", 80) + "…)": {Name: "a", Device: strings.Repeat("7", 1<<20)},
		"without a name, id 11111111111111111111111111111111111111111111111111111111111111111111111111111111…": {ID: strings.Repeat("1", 1<<20)},
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
		"info profile-products-differ Private Access alone (Windows)",
		"info profile-products-differ Private Access alone (Windows)",
	})
	e.Keys = []verify.Key{testKey(t, "test-b")}
	message := appprofiles.Judge(read(t, "all-right.json"), e).Findings[0].Message
	for _, name := range []string{"test-a", "test-b"} {
		if fingerprint := testKey(t, name).Name; !strings.Contains(message, fingerprint) {
			t.Errorf("%q does not name %s", message, fingerprint)
		}
	}
}

// What is no domain name is not shown.
func TestDomainIsNotShown(t *testing.T) {
	t.Parallel()
	for _, f := range appprofiles.Judge(read(t, "domains.json"), expected(t)).Findings {
		if f.Subject == "Terminal (Windows)" {
			if want := both + `: the domain is no domain name (18 characters), and should be "dr.example.com"`; f.Message != want {
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
		"inactive":        {func(p *profile) { p.Active = apiexport.No }, no, no, ""},
		"active not said": {func(p *profile) { p.Active = apiexport.Absent }, yes, yes, ""},
		"no section":      {func(p *profile) { p.Recovery = nil }, open, open, "no disaster recovery section"},
		"off":             {func(p *profile) { p.Recovery.Private.Enabled = apiexport.No }, no, open, ""},
		"off not said":    {func(p *profile) { p.Recovery.Private.Enabled = apiexport.Absent }, no, open, ""},
		"no test":         {func(p *profile) { p.Recovery.Private.AllowTest = apiexport.No }, yes, no, ""},
		"test not said":   {func(p *profile) { p.Recovery.Private.AllowTest = apiexport.Absent }, yes, no, ""},
		"off, no test": {func(p *profile) {
			p.Recovery.Private.Enabled, p.Recovery.Private.AllowTest = apiexport.No, apiexport.No
		}, no, no, ""},
		"no domain":         {func(p *profile) { p.Recovery.Private.Domain = "" }, open, open, "no domain"},
		"another domain":    {func(p *profile) { p.Recovery.Private.Domain = "dr.example.net" }, no, no, ""},
		"no key":            {func(p *profile) { p.Recovery.Private.Key = "" }, open, open, "no key"},
		"damaged key":       {func(p *profile) { p.Recovery.Private.Key, p.Recovery.Private.KeyErr = "", errors.New("damaged") }, open, open, "cannot be read"},
		"another key":       {func(p *profile) { p.Recovery.Private.Key = testKey(t, "test-b").Name }, no, no, ""},
		"domain before key": {func(p *profile) { p.Recovery.Private.Domain, p.Recovery.Private.Key = "dr.example.net", "" }, no, no, ""},
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

// requireEffect wants an answer, and a reason where it is open.
func requireEffect(t *testing.T, status string, got appprofiles.Effect, want appprofiles.Answer) {
	t.Helper()
	if got.Answer != want || (got.Why != "") != (want == appprofiles.Open) {
		t.Errorf("%s: %+v, want %s", status, got, want)
	}
}

// The two products are compared wherever both have something. That counts where both are on;
// where one is off, it is said, and nothing was held to agree.
func TestAgreement(t *testing.T) {
	t.Parallel()
	right := read(t, "all-right.json").Profiles[0]
	otherKey := testKey(t, "test-b").Name
	const domains, keys = "the domain of Internet Access", "the key of Internet Access"
	type product = appprofiles.Product
	for name, c := range map[string]struct {
		change   func(zia, zpa *product)
		compared int
		want     []string
	}{
		"alike":                {func(_, _ *product) {}, 1, nil},
		"other domain":         {func(zia, _ *product) { zia.Domain = "x.example.com" }, 1, []string{"error " + domains}},
		"other key":            {func(_, zpa *product) { zpa.Key = otherKey }, 1, []string{"error " + keys}},
		"one off, alike":       {func(zia, _ *product) { zia.Enabled = apiexport.No }, 0, nil},
		"one off, both differ": {func(zia, _ *product) { *zia = product{Enabled: apiexport.No, Domain: "x.example.com", Key: otherKey} }, 0, []string{"info " + domains, "info " + keys}},
		"one off not said":     {func(_, zpa *product) { zpa.Enabled, zpa.Key = apiexport.Absent, otherKey }, 0, []string{"info " + keys}},
		"both off, differ": {func(zia, zpa *product) {
			zia.Enabled, zpa.Enabled, zpa.Domain = apiexport.No, apiexport.No, "x.example.com"
		}, 0, []string{"info " + domains}},
		"one without a key":    {func(zia, _ *product) { zia.Key = "" }, 0, nil},
		"one without a domain": {func(_, zpa *product) { zpa.Domain, zpa.Key = "", otherKey }, 0, []string{"error " + keys}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, recovery := right, *right.Recovery
			p.Recovery = &recovery
			c.change(&recovery.Internet, &recovery.Private)
			report := appprofiles.Judge(&appprofiles.Export{Profiles: []appprofiles.Profile{p}, Complete: true}, expected(t))
			if report.Compared != c.compared {
				t.Errorf("%d compared, want %d", report.Compared, c.compared)
			}
			var got []string
			for _, f := range report.Findings {
				if f.Code != appprofiles.CodeProductsDiffer {
					continue
				}
				message, _, _ := strings.Cut(f.Message, " is ")
				got = append(got, string(f.Severity)+" "+message)
				if note := strings.HasSuffix(f.Message, "not on for both"); note != (f.Severity == verify.Info) || note != strings.HasPrefix(f.Advice, "nothing while") {
					t.Errorf("%s: %q, %q", f.Severity, f.Message, f.Advice)
				}
			}
			requireEqual(t, "findings", got, c.want)
		})
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

// A key that somebody put in the place of a domain is told for what it is, and a text of any
// length is not repeated.
func TestDomainField(t *testing.T) {
	t.Parallel()
	private, err := os.ReadFile("../../testdata/keys/test-b.private.pem")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ domain, code, says string }{
		"right":              {"DR.example.com.", "", ""},
		"another":            {"DR.example.net.", "profile-domain-differs", `the domain is "dr.example.net", not "dr.example.com"`},
		"a private key":      {string(private), "profile-key-private", "a private key stands where the domain should be"},
		"one in one line":    {strings.ReplaceAll(string(private), "\n", " "), "profile-key-private", "a private key"},
		"a line of one":      {strings.Split(string(private), "\n")[1] + "TEST-ONLY-SECRET", "profile-domain-differs", "is no domain name (80 characters), and should be"},
		"one character":      {".", "profile-domain-differs", "is no domain name (1 character),"},
		"a megabyte":         {strings.Repeat("a.", 1<<19), "profile-domain-differs", "is no domain name (1048576 characters)"},
		"an address":         {"203.0.113.7", "profile-domain-differs", "is no domain name (11 characters)"},
		"control characters": {"dr.example.com\x1b[2J", "profile-domain-differs", "is no domain name (18 characters)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := json.Marshal(c.domain)
			if err != nil {
				t.Fatal(err)
			}
			export := parse(t, `[{"name":"a","deviceType":"3","active":1,"users":["a"],"disasterRecovery":{"enableZpaDR":true,"allowZpaTest":true,"zpaDomainName":`+string(text)+
				`,"zpaRSAPubKey":"`+strings.ReplaceAll(publicKeyText(t), "\n", `\n`)+`"}}]`)
			e := expected(t)
			e.Type = txtrecord.PrivateAccess
			report := appprofiles.Judge(export, e)
			var found []finding.Finding
			for _, f := range report.Findings {
				if f.Severity == verify.Error {
					found = append(found, f)
				}
			}
			requireNoSecret(t, fmt.Sprintf("%+v %+v", report, export))
			if c.code == "" && len(found) == 0 {
				return
			}
			if len(found) != 1 || string(found[0].Code) != c.code || !strings.Contains(found[0].Message, c.says) {
				t.Errorf("%+v, want %s, %q", found, c.code, c.says)
			}
			requireEffect(t, "on", report.Profiles[0].On[e.Type], appprofiles.Stays)
		})
	}
}

// What counts is the key that what stands verifies under, and the kit's; that another one is
// trusted too is of no use to a client.
func TestSigners(t *testing.T) {
	t.Parallel()
	a, b := testKey(t, "test-a"), testKey(t, "test-b")
	for name, c := range map[string]struct {
		standing, kit string
		key           verify.Key
		finding       string
		on            appprofiles.Answer
		says          string
	}{
		"nothing stands":            {"", "", a, "", appprofiles.Switches, ""},
		"nothing stands, the other": {"", "", b, "", appprofiles.Switches, ""},
		"it stands":                 {a.Name, "", a, "", appprofiles.Switches, ""},
		"the other stands":          {a.Name, "", b, "error profile-key-differs", appprofiles.Stays, "the public key is " + b.Name + ", not " + a.Name + ", which signed the records that stand"},
		"the kit has it":            {"", a.Name, a, "", appprofiles.Switches, ""},
		"the kit has the other":     {"", a.Name, b, "error profile-key-differs", appprofiles.Stays, "not " + a.Name + ", which signed the kit"},
		"both have it":              {a.Name, a.Name, a, "", appprofiles.Switches, ""},
		"both have the other":       {a.Name, a.Name, b, "error profile-key-differs", appprofiles.Stays, "not " + a.Name + ", which signed the records that stand and the kit"},
		"it stands, not in the kit": {a.Name, b.Name, a, "warning profile-key-of-one", appprofiles.Open, "the public key is " + a.Name + ", and the kit is signed by " + b.Name},
		"it is in the kit alone":    {a.Name, b.Name, b, "warning profile-key-of-one", appprofiles.Open, "the public key is " + b.Name + ", and the records that stand are signed by " + a.Name},
		"neither has it":            {a.Name, a.Name + "x", b, "error profile-key-differs", appprofiles.Stays, ", or "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := expected(t)
			e.Keys, e.Standing, e.Kit, e.Type = []verify.Key{a, b}, c.standing, c.kit, txtrecord.PrivateAccess
			export := read(t, "all-right.json")
			export.Profiles = export.Profiles[:1]
			export.Profiles[0].Recovery.Private.Key = c.key.Name
			report := appprofiles.Judge(export, e)
			var found []string
			says := ""
			for _, f := range report.Findings {
				if strings.HasPrefix(string(f.Code), "profile-key") {
					found, says = append(found, string(f.Severity)+" "+string(f.Code)), f.Message
				}
			}
			if strings.Join(found, " ") != c.finding || !strings.Contains(says, c.says) {
				t.Errorf("%q, %q, want %q, %q", found, says, c.finding, c.says)
			}
			requireEffect(t, "on", report.Profiles[0].On[e.Type], c.on)
		})
	}
}

// Without a signed record there is nothing that a client without a key could not verify.
func TestKeyAbsentUnsigned(t *testing.T) {
	t.Parallel()
	e := expected(t)
	e.Signed = false
	requireEqual(t, "findings", findingsOf(appprofiles.Judge(read(t, "older-names.json"), e)), []string{"warning profile-key-absent " + both + " Staff (Windows)"})
}

// Whom test reaches is held against whom on reaches.
func TestTestAudience(t *testing.T) {
	t.Parallel()
	right := read(t, "all-right.json").Profiles[0]
	for name, c := range map[string]struct {
		allow, unnamed [2]bool // of two profiles
		wrong          bool    // the domain of both
		want           string
	}{
		"some":               {allow: [2]bool{true, false}, want: ""},
		"everybody":          {allow: [2]bool{true, true}, want: "info profile-test-everybody"},
		"nobody":             {want: "warning profile-test-nobody"},
		"nobody who follows": {allow: [2]bool{true, true}, wrong: true, want: "warning profile-test-nobody"},
		"perhaps everybody":  {allow: [2]bool{true, false}, unnamed: [2]bool{true, true}, want: "warning profile-test-unnamed 0"},
		"others are unnamed": {allow: [2]bool{true, false}, unnamed: [2]bool{false, true}, want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			export := &appprofiles.Export{Complete: true}
			for i := range 2 {
				p, recovery := right, *right.Recovery
				p.Name, p.Device, p.Recovery = strconv.Itoa(i), "", &recovery
				if recovery.Private.AllowTest = apiexport.No; c.allow[i] {
					recovery.Private.AllowTest = apiexport.Yes
				}
				if c.unnamed[i] {
					p.Groups, p.Users = nil, nil
				}
				if c.wrong {
					recovery.Private.Domain = "dr.example.net"
				}
				export.Profiles = append(export.Profiles, p)
			}
			e := expected(t)
			e.Type = txtrecord.PrivateAccess
			var found []string
			for _, f := range appprofiles.Judge(export, e).Findings {
				if strings.HasPrefix(string(f.Code), "profile-test") {
					found = append(found, strings.TrimSpace(string(f.Severity)+" "+string(f.Code)+" "+f.Subject))
				}
			}
			if strings.Join(found, ", ") != c.want {
				t.Errorf("%q, want %q", found, c.want)
			}
		})
	}
}

// Some programs write the platform under another name, or as a number with a fraction.
func TestDeviceMembers(t *testing.T) {
	t.Parallel()
	for members, want := range map[string]string{
		`"device_type":"3"`: "Windows", `"deviceType":"4","device_type":"3"`: "macOS", `"deviceType":null,"device_type":5`: "Linux",
		`"device_type":3.0`: "Windows", `"ruleOrder":1`: "", `"deviceType":"","device_type":"DEVICE_TYPE_IOS"`: "iOS",
	} {
		if got := parse(t, `[{"name":"a","active":1.0,"disasterRecovery":{},`+members+`}]`).Profiles[0].Device; got != want {
			t.Errorf("%s is %q, want %q", members, got, want)
		}
	}
}

// Every fixture is explained to whoever looks at it.
func TestFixturesAreExplained(t *testing.T) {
	t.Parallel()
	findingtest.Explained(t, "../../testdata/vendor/README.md", "policies", maps.Keys(fixtures))
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
		if !found && !slices.Contains([]finding.Code{appprofiles.CodeKeyUnchecked, appprofiles.CodeKeyOfOne, appprofiles.CodeTestUnnamed}, kind.Code) {
			t.Errorf("%s is met nowhere", line)
		}
	}
}
