package readiness_test

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/appprofiles"
	common "github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

type finding = common.Finding

// quiet is a report in which all is well: off stands, at the addresses of the inventory.
func quiet(t *testing.T) *verify.Report {
	t.Helper()
	return world{first: sets()["off"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10")}.report(t)
}

// assessing runs a case of an area beside a report in which all is well.
func assessing(t *testing.T, area readiness.Area, g readiness.Gathered, want wanted) {
	t.Helper()
	inBubble(t, func(t *testing.T) {
		g.Report = quiet(t)
		if g.NextTTL == 0 {
			g.NextTTL = 30
		}
		want.check(t, readiness.Assess(g), area)
	})
}

type hinted struct{ error }

func (hinted) Hint() string { return "give more" }

func TestHost(t *testing.T) {
	t.Parallel()
	from60 := &readiness.Host{Name: "cloudflare", CheckTTL: func(ttl uint32) error {
		if ttl < 60 {
			return hinted{errors.New("too short")}
		}
		return nil
	}}
	for name, c := range map[string]struct {
		g    readiness.Gathered
		want wanted
	}{
		"not given":              {readiness.Gathered{}, wanted{0, readiness.NotChecked, "", nil}},
		"the next, which stands": {readiness.Gathered{Host: from60}, wanted{1, readiness.Failed, "error:check-ttl-refused", []string{"cloudflare refuses a TTL", "too short"}}},
		"what stands":            {readiness.Gathered{Host: from60, NextTTL: 60}, wanted{1, readiness.Failed, "error:check-ttl-refused", nil}},
		"the kit too": {readiness.Gathered{Host: from60, NextTTL: 60, Kit: kitEnding(20*24*time.Hour, 45)},
			wanted{1, readiness.Failed, "error:check-ttl-refused error:check-ttl-refused", nil}},
		"all are taken": {readiness.Gathered{Host: &readiness.Host{Name: "route53", CheckTTL: func(uint32) error { return nil }}}, wanted{0, readiness.OK, "", []string{"route53"}}},
	} {
		t.Run(name, func(t *testing.T) { assessing(t, readiness.HostTTL, c.g, c.want) })
	}
}

func probes(outcomes ...reach.Outcome) []reach.Result {
	results := make([]reach.Result, len(outcomes))
	for i, outcome := range outcomes {
		results[i] = reach.Result{Address: netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}), Outcome: outcome}
	}
	return results
}

func TestPort(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edges  string
		probed bool
		probes []reach.Result
		want   wanted
	}{
		"no edges":          {"", true, nil, wanted{0, readiness.NotChecked, "", nil}},
		"not probed":        {inventory, false, nil, wanted{0, readiness.NotChecked, "", nil}},
		"nothing to try":    {nobody, true, nil, wanted{1, readiness.NotChecked, "", []string{"no address"}}},
		"all connected":     {inventory, true, probes(reach.Connected, reach.Connected), wanted{0, readiness.OK, "", []string{"2 of 2 addresses"}}},
		"one refuses":       {inventory, true, probes(reach.Connected, reach.Refused), wanted{1, readiness.Failed, "error:edge-port-refused", []string{"1 of 2 addresses"}}},
		"one is silent":     {inventory, true, probes(reach.Connected, reach.TimedOut), wanted{1, readiness.Failed, "error:edge-port-silent", nil}},
		"all are silent":    {inventory, true, probes(reach.TimedOut, reach.TimedOut), wanted{4, readiness.Unknown, "warning:edge-port-silent", []string{"0 of 2"}}},
		"none has a route":  {inventory, true, probes(reach.Unroutable, reach.Unroutable), wanted{4, readiness.Unknown, "warning:edge-port-not-tried", nil}},
		"one was not tried": {inventory, true, probes(reach.Connected, reach.Failed), wanted{4, readiness.Unknown, "warning:edge-port-not-tried", nil}},
	} {
		t.Run(name, func(t *testing.T) {
			assessing(t, readiness.Port, readiness.Gathered{Edges: selection(t, c.edges), Probed: c.probed, Probes: c.probes}, c.want)
		})
	}
}

// kitEnding is the report of a kit with two windows for on, of which the last ends after a
// while.
func kitEnding(in time.Duration, ttl uint32, findings ...kit.Finding) *kit.Report {
	window := func(status txtrecord.Status, start, end time.Duration) kit.Set {
		from, until := at.Add(start).Unix(), at.Add(end).Unix()
		return kit.Set{Status: string(status), Start: &from, End: &until}
	}
	m := &kit.Manifest{Domain: domain, TTL: ttl, Sets: []kit.Set{
		{Status: "off"},
		window(txtrecord.Test, in-48*time.Hour, in+time.Hour),
		window(txtrecord.On, in-48*time.Hour, in-24*time.Hour),
		window(txtrecord.On, in-25*time.Hour, in),
	}}
	return &kit.Report{Manifest: m, Policy: kit.Policy{At: at, Keys: []verify.Key{{}}}, Findings: findings}
}

func TestKit(t *testing.T) {
	t.Parallel()
	soon := kit.Finding{Code: kit.CodeEndsSoon, Severity: verify.Warning, Message: "soon", Advice: "a new one"}
	changed := kit.Finding{Code: kit.CodeFileChanged, Severity: verify.Error, Path: "on/on-01.json", Message: "changed", Advice: "a good one"}
	for name, c := range map[string]struct {
		kit  *kit.Report
		want wanted
	}{
		"not given":          {nil, wanted{0, readiness.NotChecked, "", nil}},
		"long enough":        {kitEnding(20*24*time.Hour+time.Hour, 30), wanted{0, readiness.OK, "", []string{"valid; 2 of 2 windows for on left, until 2027-02-04 09:00Z (20 days left)"}}},
		"in its last window": {kitEnding(5*time.Hour, 30, soon), wanted{0, readiness.Warned, "warning:kit-ends-soon", []string{"1 of 2 windows", "(5 hours left)"}}},
		"in its last second": {kitEnding(0, 30, soon), wanted{0, readiness.Warned, "warning:kit-ends-soon", []string{"1 of 2 windows"}}},
		"over":               {kitEnding(-time.Second, 30, kit.Finding{Code: kit.CodeExpired, Severity: verify.Error, Message: "over", Advice: "a new one"}), wanted{1, readiness.Failed, "error:kit-expired", []string{"all 2 windows for on are over"}}},
		"a file was changed": {kitEnding(24*time.Hour*20, 30, changed), wanted{1, readiness.Failed, "error:kit-file-changed", []string{"invalid;"}}},
	} {
		t.Run(name, func(t *testing.T) { assessing(t, readiness.Kit, readiness.Gathered{Kit: c.kit}, c.want) })
	}
	a := readiness.Assess(readiness.Gathered{Report: &verify.Report{Policy: verify.Policy{At: at}}, NextTTL: 30, Kit: kitEnding(5*time.Hour, 30)})
	if got := a.KitEnd(); !got.Equal(at.Add(5 * time.Hour)) {
		t.Errorf("it ends at %s", got)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	pair := trusted(t)[0].PublicKey
	other, err := keygen.LoadPublicKey(filepath.Join("..", "..", "testdata", "keys", "test-b.public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	private := func(i keygen.Inspection) *readiness.KeyFile {
		i.Kind = keygen.KindPrivate
		if i.Mode == 0 {
			i.Mode = 0o600
		}
		return &readiness.KeyFile{Path: "k.pem", Inspection: i}
	}
	encrypted := &keygen.Encryption{}
	exposed := ""
	if keygen.ModeChecked {
		exposed = "warning:check-key-exposed"
	}
	for name, c := range map[string]struct {
		key  *readiness.KeyFile
		want wanted
	}{
		"not given":                  {nil, wanted{0, readiness.NotChecked, "", nil}},
		"cannot be read":             {&readiness.KeyFile{Path: "k\x1b.pem", Err: errors.New("gone")}, wanted{1, readiness.Failed, "error:check-key-unusable", []string{"gone", "it cannot be used"}}},
		"a public key":               {&readiness.KeyFile{Path: "k.pem", Inspection: keygen.Inspection{Kind: keygen.KindPublic, PublicKey: pair}}, wanted{1, readiness.Failed, "error:check-key-unusable", []string{"public key"}}},
		"encrypted, beside its pair": {private(keygen.Inspection{Encryption: encrypted, PublicKey: pair, FromBeside: true}), wanted{0, readiness.OK, "info:check-key-unproven", []string{"encrypted; the right pair, says dr_publickey.pem"}}},
		"encrypted, alone":           {private(keygen.Inspection{Encryption: encrypted}), wanted{0, readiness.OK, "info:check-key-unproven", []string{"cannot be told without its passphrase"}}},
		"encrypted, beside another":  {private(keygen.Inspection{Encryption: encrypted, PublicKey: other, FromBeside: true}), wanted{1, readiness.Failed, "error:check-key-differs info:check-key-unproven", nil}},
		"not encrypted":              {private(keygen.Inspection{PublicKey: pair}), wanted{0, readiness.Warned, "warning:check-key-unencrypted", []string{"NOT encrypted"}}},
		"not encrypted, another":     {private(keygen.Inspection{PublicKey: other}), wanted{1, readiness.Failed, "error:check-key-differs warning:check-key-unencrypted", []string{"of another pair"}}},
		"others can read it":         {private(keygen.Inspection{Encryption: encrypted, PublicKey: pair, Mode: 0o640}), wanted{0, map[bool]readiness.Result{true: readiness.Warned, false: readiness.OK}[keygen.ModeChecked], exposed, nil}},
	} {
		t.Run(name, func(t *testing.T) { assessing(t, readiness.Key, readiness.Gathered{Key: c.key}, c.want) })
	}
	t.Run("nothing to compare with", func(t *testing.T) {
		inBubble(t, func(t *testing.T) {
			w := world{first: sets()["off"], policy: func(p *verify.Policy) { p.Keys, p.SkipSignature = nil, true }}
			a := readiness.Assess(readiness.Gathered{Report: w.report(t), NextTTL: 30, Key: private(keygen.Inspection{Encryption: encrypted, PublicKey: pair})})
			wanted{0, readiness.OK, "", []string{"not compared, without --public"}}.check(t, a, readiness.Key)
		})
	})
}

func profilesOf(t *testing.T, name string, product txtrecord.Type) *appprofiles.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "vendor", "policies", name))
	if err != nil {
		t.Fatal(err)
	}
	export, err := appprofiles.Read([]apiexport.Page{{Name: name, Data: data}})
	if err != nil {
		t.Fatal(err)
	}
	report := appprofiles.Judge(export, appprofiles.Expected{Domain: domain, Type: product, Keys: trusted(t)})
	var findings []finding
	for _, f := range report.Findings {
		if f.Severity != verify.Info {
			findings = append(findings, f)
		}
	}
	report.Findings = findings
	return report
}

// profile is an export of one app profile, with the key of the sets or another text, judged
// for Private Access.
func profile(t *testing.T, recovery string) *appprofiles.Report {
	t.Helper()
	return profileFor(t, txtrecord.PrivateAccess, recovery)
}

// both is one that is judged for both products.
func both(t *testing.T, recovery string) *appprofiles.Report {
	t.Helper()
	return profileFor(t, txtrecord.AllProducts, recovery)
}

func profileFor(t *testing.T, products txtrecord.Type, recovery string) *appprofiles.Report {
	t.Helper()
	key, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", "test-a.public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	text := `{"totalCount":1,"policies":[{"id":"1","name":"Staff","deviceType":"3","active":1,"users":["u@example.com"],"disasterRecovery":{` +
		strings.ReplaceAll(recovery, "KEY", strings.ReplaceAll(string(key), "\n", `\n`)) + `}}]}`
	export, err := appprofiles.Read([]apiexport.Page{{Name: "p", Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return appprofiles.Judge(export, appprofiles.Expected{Domain: domain, Type: products, Keys: trusted(t)})
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	const right = `"enableZpaDR":true,"zpaDomainName":"dr.example.com","zpaRSAPubKey":"KEY"`
	for name, c := range map[string]struct {
		report             *appprofiles.Report
		exit               int
		on, test, products readiness.Result
		says               map[readiness.Area]string
	}{
		"not given": {nil, 0, readiness.NotChecked, readiness.NotChecked, readiness.NotChecked, nil},
		"all right": {profilesOf(t, "all-right.json", txtrecord.AllProducts), 0, readiness.OK, readiness.OK, readiness.OK, map[readiness.Area]string{
			readiness.ProfilesOn:   "Internet Access and Private Access: 3 profiles, 3 groups, 2 users",
			readiness.ProfilesTest: "Internet Access and Private Access: 1 profile, 1 group, 2 users",
			readiness.Products:     "3 of 3 profiles"}},
		"one product alone": {profilesOf(t, "all-right.json", txtrecord.PrivateAccess), 0, readiness.OK, readiness.OK, readiness.OK, map[readiness.Area]string{
			readiness.ProfilesOn: "Private Access: 3 profiles", readiness.Products: "one product alone"}},
		"nobody may test":       {profile(t, right+`,"allowZpaTest":false`), 0, readiness.OK, readiness.Warned, readiness.OK, map[readiness.Area]string{readiness.ProfilesTest: "Private Access: nobody"}},
		"test is allowed":       {profile(t, right+`,"allowZpaTest":true`), 0, readiness.OK, readiness.OK, readiness.OK, map[readiness.Area]string{readiness.ProfilesTest: "1 profile, 1 user"}},
		"another domain":        {profile(t, strings.ReplaceAll(right, "dr.ex", "x.ex")+`,"allowZpaTest":true`), 1, readiness.Failed, readiness.Warned, readiness.OK, map[readiness.Area]string{readiness.ProfilesOn: "Private Access: nobody"}},
		"no key":                {profile(t, strings.ReplaceAll(right, "KEY", "")+`,"allowZpaTest":true`), 0, readiness.Unknown, readiness.Unknown, readiness.OK, map[readiness.Area]string{readiness.ProfilesOn: "not settled for 1 profile"}},
		"off":                   {profile(t, strings.ReplaceAll(right, "true", "false")), 1, readiness.Failed, readiness.Warned, readiness.OK, nil},
		"products do not agree": {profilesOf(t, "products.json", txtrecord.AllProducts), 1, readiness.Failed, "", readiness.Failed, nil},
		"one product is on":     {both(t, right+`,"enableZiaDR":false,"ziaDomainName":"x.example.com","ziaRSAPubKey":"KEY"`), 1, readiness.Failed, readiness.Warned, readiness.Unknown, map[readiness.Area]string{readiness.Products: "nothing to compare"}},
		"both are on":           {both(t, right+`,"enableZiaDR":true,"ziaDomainName":"dr.example.com","ziaRSAPubKey":"KEY"`), 0, readiness.OK, readiness.Warned, readiness.OK, map[readiness.Area]string{readiness.Products: "in 1 of 1 profile"}},
		"no sections":           {profilesOf(t, "no-sections.json", txtrecord.AllProducts), 1, readiness.Failed, "", readiness.Unknown, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				a := readiness.Assess(readiness.Gathered{Report: quiet(t), NextTTL: 30, Profiles: c.report})
				if a.ExitStatus() != c.exit {
					t.Errorf("exit status %d, %+v", a.ExitStatus(), a.Findings)
				}
				for area, want := range map[readiness.Area]readiness.Result{readiness.ProfilesOn: c.on, readiness.ProfilesTest: c.test, readiness.Products: c.products} {
					row := a.Row(area)
					if want != "" && row.Result != want || !strings.Contains(row.Seen, c.says[area]) {
						t.Errorf("%s: %+v, want %s, %q", area, row, want, c.says[area])
					}
				}
			})
		})
	}
}

func statuses(t *testing.T, text string) []vendorstatus.Status {
	t.Helper()
	if text == "" {
		return nil
	}
	all, err := vendorstatus.Parse(apiexport.Page{Name: "status.txt", Data: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const (
	goodStatus  = "DR activation domain: dr.example.com\nDR publickey uploaded: YES\nDR Max auth interval secs: 1209600\n"
	noKeyStatus = "DR activation domain: dr.example.com\nDR publickey uploaded: NO\nDR Max auth interval secs: 604800\n"
	oldStatus   = "DR activation domain: dr.example.com\nDR publickey uploaded: YES\n"
	shortStatus = "DR activation domain: dr.example.com\nDR publickey uploaded: YES\nDR Max auth interval secs: 3600\n"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want wanted
	}{
		"not given":        {"", wanted{0, readiness.NotChecked, "", nil}},
		"good":             {goodStatus, wanted{0, readiness.OK, "", []string{"in 1 of 1 answer;"}}},
		"one of two":       {goodStatus + "\n" + noKeyStatus, wanted{1, readiness.Failed, "error:status-key-not-uploaded", []string{"in 1 of 2 answers;"}}},
		"another's domain": {strings.ReplaceAll(goodStatus, "dr.", "x."), wanted{1, readiness.Failed, "error:status-domain-differs", []string{"in 0 of 1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			assessing(t, readiness.Status, readiness.Gathered{Statuses: statuses(t, c.text)}, c.want)
		})
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want wanted
	}{
		"not given":          {"", wanted{0, readiness.NotChecked, "info:check-authentication-age", []string{"14 days"}}},
		"14 days":            {goodStatus, wanted{0, readiness.OK, "info:status-authentication-age", []string{"14 days, in 1 of 1 answer;"}}},
		"two that differ":    {goodStatus + "\n" + strings.ReplaceAll(noKeyStatus, "NO", "YES"), wanted{0, readiness.OK, "info:status-authentication-age info:status-authentication-age", []string{"7 days, 14 days, in 2 of 2 answers"}}},
		"an hour":            {shortStatus, wanted{0, readiness.Warned, "warning:status-authentication-age", nil}},
		"it is not in there": {oldStatus, wanted{0, readiness.Unknown, "info:status-authentication-age", []string{"no interval that can be read, in 1 answer"}}},
	} {
		t.Run(name, func(t *testing.T) {
			assessing(t, readiness.Authentication, readiness.Gathered{Statuses: statuses(t, c.text)}, c.want)
		})
	}
}

func TestScheme(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy func(*verify.Policy)
		want   wanted
	}{
		"not confirmed": {nil, wanted{0, readiness.Unknown, "info:check-scheme-unconfirmed", []string{"prefix, as documented, not confirmed"}}},
		"confirmed":     {func(p *verify.Policy) { p.SchemeConfirmed = "2026-12-01" }, wanted{0, readiness.OK, "", []string{"prefix, confirmed on 2026-12-01"}}},
		"but not for k": {func(p *verify.Policy) { p.SchemeConfirmed, p.SchemeOpen = "2026-12-01", []string{"k"} }, wanted{0, readiness.Unknown, "info:check-scheme-unconfirmed", []string{"but not for the tag k"}}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := world{first: sets()["off"], policy: c.policy}
				c.want.check(t, readiness.Assess(readiness.Gathered{Report: w.report(t), NextTTL: 30}), readiness.Scheme)
			})
		})
	}
}

// keyNamed is the public half of a test's key.
func keyNamed(t *testing.T, name string) verify.Key {
	t.Helper()
	key, err := keygen.LoadPublicKey(filepath.Join("..", "..", "testdata", "keys", name+".public.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return verify.Key{PublicKey: key, Name: keygen.Fingerprint(key)}
}

// That a key is trusted does not make it the one that what stands and the kit verify under.
func TestSigners(t *testing.T) {
	t.Parallel()
	a, b := keyNamed(t, "test-a"), keyNamed(t, "test-b") // a signed what stands
	for name, c := range map[string]struct {
		stands    bool
		kit       string
		key       verify.Key
		row       readiness.Result // of the key
		says      string
		kitsCodes string
	}{
		"the standing one":          {true, "", a, readiness.OK, "encrypted; the right pair", ""},
		"another":                   {true, "", b, readiness.Failed, "and not " + a.Name + ", under which the records that stand verify", ""},
		"nothing stands":            {false, "", b, readiness.OK, "", ""},
		"the kit's":                 {false, b.Name, b, readiness.OK, "", ""},
		"not the kit's":             {false, b.Name, a, readiness.Failed, "and not " + b.Name + ", under which the kit verifies", ""},
		"of both":                   {true, a.Name, a, readiness.OK, "", ""},
		"of neither":                {true, a.Name, b, readiness.Failed, "under which the records that stand and the kit verify", ""},
		"what stands, not the kit":  {true, b.Name, a, readiness.OK, "", "warning:check-signers-differ"},
		"the kit, not what stands":  {true, b.Name, b, readiness.OK, "", "warning:check-signers-differ"},
		"a kit that is not trusted": {true, "SHA256:x", a, readiness.OK, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := world{first: sets()["off"], policy: func(p *verify.Policy) { p.Keys = []verify.Key{a, b} }}
				if !c.stands {
					w.first = addresses("203.0.113.10")
				}
				g := readiness.Gathered{Report: w.report(t), NextTTL: 30, Key: &readiness.KeyFile{Path: "k.pem",
					Inspection: keygen.Inspection{Kind: keygen.KindPrivate, Encryption: &keygen.Encryption{}, PublicKey: c.key.PublicKey, Mode: 0o600}}}
				if c.kit != "" {
					g.Kit = kitEnding(20*24*time.Hour, 30)
					g.Kit.Manifest.Key, g.Kit.Policy.Keys = c.kit, g.Report.Policy.Keys
				}
				assessment := readiness.Assess(g)
				row := assessment.Row(readiness.Key)
				said, kits := row.Seen, ""
				for _, f := range assessment.Findings {
					switch f.Area {
					case readiness.Key:
						said += "\n" + f.Message
					case readiness.Kit:
						kits += string(f.Severity) + ":" + string(f.Code)
					}
				}
				if row.Result != c.row || !strings.Contains(said, c.says) || kits != c.kitsCodes {
					t.Errorf("%+v, %s, %q", row, said, kits)
				}
			})
		})
	}
}

// What spoils every set of a kit is one finding, behind its cause.
func TestKitFindingsAreFolded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		all := []kit.Finding{{Code: kit.CodeKeyDiffers, Severity: verify.Error, Path: "manifest.json", Message: "another key", Advice: "a"}}
		for i := range 17 {
			all = append(all, kit.Finding{Code: kit.CodeSetInvalid, Severity: verify.Error, Path: fmt.Sprintf("on/%02d.json", i), Message: "the records are invalid", Advice: "a"})
		}
		for i := range 3 {
			all = append(all, kit.Finding{Code: kit.CodeFileChanged, Severity: verify.Error, Path: fmt.Sprintf("f%d", i), Message: fmt.Sprintf("it has %d bytes", i), Advice: "a"})
		}
		var got []string
		for _, f := range readiness.Assess(readiness.Gathered{Report: quiet(t), NextTTL: 30, Kit: kitEnding(20*24*time.Hour, 30, all...)}).Findings {
			if f.Area == readiness.Kit {
				got = append(got, fmt.Sprintf("%s %s: %s", f.Code, f.Subject, f.Message))
			}
		}
		want := []string{
			"kit-key-differs manifest.json: another key",
			"kit-set-invalid on/00.json, on/01.json, on/02.json, on/03.json, on/04.json and 12 more: the records are invalid",
			"kit-file-changed f0, f1, f2: it has 0 bytes (so the first; `drtxt kit verify` says it of each)",
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q\nwant %q", got, want)
		}
	})
}

// Each TTL that is refused has its own way out.
func TestTTLAdvice(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		from120 := &readiness.Host{Name: "somewhere", CheckTTL: func(ttl uint32) error {
			if ttl < 120 {
				return hinted{errors.New("too short")}
			}
			return nil
		}}
		want := map[string]string{"the next records": "give more; the configuration", "what stands": "publish the records that stand again", "the kit": "make a new kit"}
		for _, f := range readiness.Assess(readiness.Gathered{Report: quiet(t), NextTTL: 60, Host: from120, Kit: kitEnding(20*24*time.Hour, 90)}).Findings {
			if f.Code == readiness.CodeTTLRefused {
				if !strings.HasPrefix(f.Advice, want[f.Subject]) || want[f.Subject] == "" {
					t.Errorf("%s: %s", f.Subject, f.Advice)
				}
				delete(want, f.Subject)
			}
		}
		if len(want) > 0 {
			t.Errorf("missing: %v", want)
		}
	})
}
