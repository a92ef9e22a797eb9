package kit_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const keysDir = "../../testdata/keys"

// made is when the kits of these tests are made.
var made = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

const version = "v1.2.3"

func privateKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.LoadPrivateKey(filepath.Join(keysDir, name+".private.pem"), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// options are those of a kit of three windows, under the test key a.
func options(t testing.TB) kit.Options {
	t.Helper()
	return kit.Options{
		Domain: "dr.example.com", Type: txtrecord.AllProducts, Forwarding: txtrecord.FailOpen, TTL: 30, Zone: "example.com",
		Plan:     kit.Plan{Start: made, Window: 7 * 24 * time.Hour, Overlap: 24 * time.Hour, Count: 3},
		Location: time.UTC, Key: &privateKey(t, "test-a").PublicKey,
		Publish:    kit.Publish{Server: "ns1.example.com", TSIGFile: "/etc/drtxt/update.key"},
		PublicKeys: []string{"/etc/drtxt/dr_publickey.pem"},
		Made:       made, Version: version,
	}
}

func signer(t testing.TB, name string, scheme txtrecord.Scheme) kit.Sign {
	key := privateKey(t, name)
	return func(a txtrecord.Activation) ([]string, error) { return txtrecord.Sign(a, scheme, key) }
}

// policy holds a kit against test key a, at the instant at which it was made.
func policy(t testing.TB) kit.Policy {
	t.Helper()
	key := &privateKey(t, "test-a").PublicKey
	return kit.Policy{Keys: []verify.Key{{PublicKey: key, Name: keygen.Fingerprint(key)}}, At: made, Version: version}
}

func makeKit(t testing.TB, o kit.Options) *kit.Kit {
	t.Helper()
	k, err := kit.Make(t.Context(), o, signer(t, "test-a", o.Scheme))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// write writes a kit into a folder of its own.
func write(t testing.TB, o kit.Options) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "kit")
	if err := makeKit(t, o).Write(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func check(t testing.TB, dir string, p kit.Policy) *kit.Report {
	t.Helper()
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return folder.Check(p)
}

// codes are those of the findings, each once, in their order.
func codes(findings []kit.Finding) []kit.Code {
	var found []kit.Code
	for _, f := range findings {
		if !slices.Contains(found, f.Code) {
			found = append(found, f.Code)
		}
	}
	return found
}

// has reports whether there is a finding of this code about this path.
func has(findings []kit.Finding, code kit.Code, path string) bool {
	return slices.ContainsFunc(findings, func(f kit.Finding) bool { return f.Code == code && f.Path == path })
}

// paths lists everything below a folder but the folder itself, with slashes.
func paths(t testing.TB, dir string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if name, _ := filepath.Rel(dir, path); name != "." {
			found = append(found, filepath.ToSlash(name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestKit(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*kit.Options){
		"plain":        func(*kit.Options) {},
		"bound":        func(o *kit.Options) { o.BindDomain = true },
		"one window":   func(o *kit.Options) { o.Plan.Count, o.Plan.Window = 1, 20*24*time.Hour },
		"many windows": func(o *kit.Options) { o.Plan.Count = kit.MaxCount },
		"no overlap":   func(o *kit.Options) { o.Plan.Overlap = 0 },
		"every format": func(o *kit.Options) {
			o.TTL, o.Formats = 60, []string{"windows", "terraform", "cloudflare", "gcloud", "azure", "octodns", "dnscontrol", "externaldns", "powerdns", "route53", "text"}
		},
		"another scheme":  func(o *kit.Options) { o.Scheme = scheme(t, "values-semicolon+pss") },
		"confirmed":       func(o *kit.Options) { o.Confirmed, o.SchemeOpen = "2026-11-20", []string{"d", "k"} },
		"a place":         func(o *kit.Options) { o.Location = location(t, "America/New_York") },
		"nothing known":   func(o *kit.Options) { o.Publish, o.PublicKeys, o.ZoneAssumed = kit.Publish{}, nil, true },
		"strange paths":   func(o *kit.Options) { o.PublicKeys = []string{"/home/Ünal's \"keys\"/<b>&dr\\.pem"} },
		"one product":     func(o *kit.Options) { o.Type, o.Forwarding = txtrecord.PrivateAccess, txtrecord.NoForwarding },
		"at the zone cut": func(o *kit.Options) { o.Domain, o.Zone = "example.com", "example.com" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t)
			change(&o)
			dir := write(t, o)
			p := policy(t)
			p.Scheme, p.Domain = o.Scheme, o.Domain
			report := check(t, dir, p)
			if report.Verdict() != verify.Valid || report.ExitStatus() != 0 || len(report.Findings) > 0 {
				t.Errorf("%s, %v", report.Verdict(), report.Findings)
			}
			if len(report.Sets) != 1+2*o.Plan.Count {
				t.Errorf("%d sets", len(report.Sets))
			}
			for _, s := range report.Sets {
				if s.Verdict != verify.Valid {
					t.Errorf("%s is %s", s.Name, s.Verdict)
				}
			}
			if sha, _ := kit.Digest(read(t, dir, kit.ManifestFile)); report.Digest != sha {
				t.Errorf("digest %s, want %s", report.Digest, sha)
			}
		})
	}
}

func scheme(t testing.TB, name string) txtrecord.Scheme {
	t.Helper()
	s, err := txtrecord.ParseScheme(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	l, err := kit.Location(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func read(t testing.TB, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The folder holds what the package says, for its owner alone, whatever the mask is.
func TestKitLayout(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	want := []string{"RUNBOOK.md", "manifest.json", "off", "on", "runbook.html", "test"}
	for _, set := range []string{"off/off", "on/on-01", "on/on-02", "on/on-03", "test/test-01", "test/test-02", "test/test-03"} {
		for _, extension := range []string{"json", "nsupdate", "txt", "zone"} {
			want = append(want, set+"."+extension)
		}
	}
	slices.Sort(want)
	got := paths(t, dir)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("it holds %q\nwant %q", got, want)
	}
	if !kit.ModeChecked {
		return
	}
	for _, name := range append(got, ".") {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		mode := fs.FileMode(0o600)
		if info.IsDir() {
			mode = 0o700
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%s has mode %04o", name, info.Mode().Perm())
		}
	}
}

// The same options give the same bytes: nothing depends on the clock or on chance.
func TestKitIsDeterministic(t *testing.T) {
	t.Parallel()
	one, other := makeKit(t, options(t)), makeKit(t, options(t))
	if string(one.Manifest.Encode()) != string(other.Manifest.Encode()) {
		t.Error("the manifests differ")
	}
	for path, data := range one.Files() {
		if string(data) != string(other.Files()[path]) {
			t.Errorf("%s differs", path)
		}
	}
}

// Who can activate, and until when, stands in the manifest and in the runbook.
func TestKitWarns(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	manifest := string(read(t, dir, kit.ManifestFile))
	if want := "can change the DNS of dr.example.com can activate disaster recovery until 2026-12-20T12:00:00Z"; !strings.Contains(manifest, want) {
		t.Errorf("%q is missing", want)
	}
	for _, name := range []string{kit.MarkdownFile, kit.HTMLFile} {
		if text := string(read(t, dir, name)); !strings.Contains(text, "2026-12-20") || !strings.Contains(text, "activate") {
			t.Errorf("%s does not say until when somebody can activate", name)
		}
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	windows, err := kit.Plan{Start: made, Window: 7 * day, Overlap: day, Count: 3}.Windows()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []kit.Window{{made, made.Add(7 * day)}, {made.Add(6 * day), made.Add(13 * day)}, {made.Add(12 * day), made.Add(19 * day)}} {
		if windows[i] != want {
			t.Errorf("window %d is %v, want %v", i, windows[i], want)
		}
	}
	for name, c := range map[string]struct {
		plan  kit.Plan
		field string
	}{
		"no window":         {kit.Plan{Start: made, Overlap: 0, Count: 1}, "window"},
		"half a second":     {kit.Plan{Start: made, Window: 1500 * time.Millisecond, Count: 1}, "window"},
		"negative overlap":  {kit.Plan{Start: made, Window: day, Overlap: -1 * time.Second, Count: 2}, "overlap"},
		"overlap as long":   {kit.Plan{Start: made, Window: day, Overlap: day, Count: 2}, "overlap"},
		"half overlap":      {kit.Plan{Start: made, Window: day, Overlap: 500 * time.Millisecond, Count: 2}, "overlap"},
		"none":              {kit.Plan{Start: made, Window: day, Count: 0}, "count"},
		"too many":          {kit.Plan{Start: made, Window: day, Count: kit.MaxCount + 1}, "count"},
		"a fraction":        {kit.Plan{Start: made.Add(1), Window: day, Count: 1}, "start"},
		"before the epoch":  {kit.Plan{Start: time.Unix(-1, 0), Window: day, Count: 1}, "start"},
		"after all":         {kit.Plan{Start: time.Unix(txtrecord.MaxInstant+1, 0), Window: day, Count: 1}, "start"},
		"ends after all":    {kit.Plan{Start: time.Unix(txtrecord.MaxInstant, 0), Window: time.Second, Count: 1}, "count"},
		"centuries of them": {kit.Plan{Start: made, Window: 1<<63 - 1 - (1<<63-1)%time.Second, Count: 52}, "count"},
	} {
		_, err := c.plan.Windows()
		if plan, ok := errors.AsType[*kit.PlanError](err); !ok || plan.Field != c.field || plan.Hint() == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (kit.Plan{Start: time.Unix(txtrecord.MaxInstant-1, 0), Window: time.Second, Count: 1}).Windows(); err != nil {
		t.Errorf("the last second: %v", err)
	}
}

// What cannot be part of a kit is refused before anything is signed.
func TestMakeRefusesEarly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*kit.Options)
		is     func(error) bool
	}{
		"plan":   {func(o *kit.Options) { o.Plan.Count = 0 }, is[*kit.PlanError]},
		"format": {func(o *kit.Options) { o.Formats = []string{"bind"} }, is[*kit.FormatError]},
		"ttl":    {func(o *kit.Options) { o.Formats = []string{"cloudflare"} }, func(err error) bool { return err != nil && strings.Contains(err.Error(), "60") }},
		"path":   {func(o *kit.Options) { o.PublicKeys = []string{"/a\nb"} }, is[*kit.ManifestError]},
		"server": {func(o *kit.Options) { o.Publish.Server = "--insecure-no-tsig/x" }, is[*kit.ManifestError]},
		"near":   {func(o *kit.Options) { o.Publish.TSIGFile = "update.key" }, is[*kit.ManifestError]},
		"ended":  {func(*kit.Options) {}, func(err error) bool { return errors.Is(err, context.Canceled) }},
		"local":  {func(o *kit.Options) { o.Location = time.Local }, is[*kit.ManifestError]},
	} {
		o := options(t)
		c.change(&o)
		ctx, cancel := context.WithCancel(t.Context())
		if name == "ended" {
			cancel()
		}
		_, err := kit.Make(ctx, o, func(txtrecord.Activation) ([]string, error) {
			t.Errorf("%s: a signature was asked for", name)
			return nil, errors.New("none")
		})
		cancel()
		if !c.is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// A failing signer ends it, with its own error.
func TestMakeStopsAtTheSigner(t *testing.T) {
	t.Parallel()
	broken, asked := errors.New("the token is gone"), 0
	sign := signer(t, "test-a", txtrecord.Scheme{})
	_, err := kit.Make(t.Context(), options(t), func(a txtrecord.Activation) ([]string, error) {
		if asked++; asked == 3 {
			return nil, broken
		}
		return sign(a)
	})
	if !errors.Is(err, broken) || asked != 3 {
		t.Errorf("%v after %d", err, asked)
	}
}

func TestLocation(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"UTC", "Europe/Berlin", "Pacific/Kiritimati"} {
		if l, err := kit.Location(name); err != nil || l.String() != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "Local", "Europe/Bielefeld", "../../etc/passwd", "/etc/localtime", "europe/berlin\x00"} {
		if _, err := kit.Location(name); !is[*kit.ZoneError](err) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// A kit has to be made again within a fortnight of its end.
func TestExpiry(t *testing.T) {
	t.Parallel()
	m := makeKit(t, options(t)).Manifest
	last := made.Add(19 * 24 * time.Hour)
	for _, c := range []struct {
		at   time.Time
		code kit.Code
	}{
		{last.Add(-kit.RenewBefore - time.Second), ""},
		{last.Add(-kit.RenewBefore), kit.CodeEndsSoon},
		{last, kit.CodeEndsSoon},
		{last.Add(time.Second), kit.CodeExpired},
		{last.AddDate(300, 0, 0), kit.CodeExpired},
		{made.AddDate(-5, 0, 0), ""},
	} {
		finding, ok := m.Expiry(c.at, nil)
		if ok != (c.code != "") || finding.Code != c.code {
			t.Errorf("at %s: %+v", c.at, finding)
		}
		if ok && (finding.Severity == verify.Error) != (c.code == kit.CodeExpired) {
			t.Errorf("at %s: %s", c.at, finding.Severity)
		}
	}
}
