package kit_test

import (
	"bytes"
	"fmt"
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

// copyKit copies a kit, so that a test may change it.
func copyKit(t testing.TB, from string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "kit")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(paths(t, dir), ".") {
		path := filepath.Join(dir, name)
		mode := os.FileMode(0o600)
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			mode = 0o700
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func overwrite(t testing.TB, dir, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// fixDigests makes the manifest fit what is in the folder, as whoever changes a file would.
func fixDigests(t testing.TB, dir string, change func(*kit.Manifest)) {
	t.Helper()
	m, err := kit.Decode(read(t, dir, kit.ManifestFile))
	if err != nil {
		t.Fatal(err)
	}
	for i := range m.Sets {
		for j := range m.Sets[i].Files {
			f := &m.Sets[i].Files[j]
			f.SHA256, f.Size = kit.Digest(read(t, dir, f.Path))
		}
	}
	for i := range m.Documents {
		d := &m.Documents[i]
		d.SHA256, d.Size = kit.Digest(read(t, dir, d.Path))
	}
	if change != nil {
		change(m)
	}
	overwrite(t, dir, kit.ManifestFile, m.Encode())
}

// Whatever byte of whatever file is changed, the kit is not valid any more.
func TestEveryChangedByteIsFound(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Plan.Count = 1
	dir := write(t, o)
	p := policy(t)
	for _, name := range paths(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.IsDir() {
			continue
		}
		original := read(t, dir, name)
		for _, at := range places(name, original) {
			data := bytes.Clone(original)
			data[at] ^= 1
			overwrite(t, dir, name, data)
			folder, err := kit.Open(dir)
			if err != nil {
				if name != kit.ManifestFile {
					t.Fatalf("%s, byte %d: %v", name, at, err)
				}
				continue
			}
			report := folder.Check(p)
			if report.Verdict() != verify.Invalid || report.ExitStatus() != 1 {
				t.Errorf("%s, byte %d, %q for %q: %s", name, at, data[at], original[at], report.Verdict())
			}
			if name != kit.ManifestFile && !has(report.Findings, kit.CodeFileChanged, name) {
				t.Errorf("%s, byte %d: %v", name, at, report.Findings)
			}
		}
		overwrite(t, dir, name, original)
	}
	if report := check(t, dir, p); report.Verdict() != verify.Valid {
		t.Errorf("put back: %v", report.Findings)
	}
}

// places are where a byte is changed: everywhere in the manifest, but for some of each
// digest, and here and there in the others.
func places(name string, data []byte) []int {
	var found []int
	step, changes, line := max(1, len(data)/7), 1, 0
	if testing.Short() {
		changes = 11 // each takes the race detector many times as long
	}
	for at := range data {
		if data[at] == '\n' {
			line = at
		}
		inDigest := bytes.HasPrefix(data[line:], []byte("\n          \"sha256\"")) && at > line+20
		if name != kit.ManifestFile && at%step == 0 || name == kit.ManifestFile && at%changes == 0 && (!inDigest || at%16 == 0) {
			found = append(found, at)
		}
	}
	return found
}

func TestChangedLengthIsFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for name, change := range map[string]func([]byte) []byte{
		"cut":      func(data []byte) []byte { return data[:len(data)-1] },
		"longer":   func(data []byte) []byte { return append(data, '\n') },
		"empty":    func([]byte) []byte { return nil },
		"too long": func([]byte) []byte { return make([]byte, kit.MaxFile+1) },
	} {
		for _, path := range []string{"on/on-02.json", "off/off.zone", kit.MarkdownFile, kit.HTMLFile} {
			dir := copyKit(t, whole)
			overwrite(t, dir, path, change(read(t, dir, path)))
			if report := check(t, dir, policy(t)); !has(report.Findings, kit.CodeFileChanged, path) {
				t.Errorf("%s, %s: %v", path, name, report.Findings)
			}
		}
	}
}

func TestMissingFilesAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for _, name := range paths(t, whole) {
		dir := copyKit(t, whole)
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if name == kit.ManifestFile {
			if _, err := kit.Open(dir); !is[*kit.NoKitError](err) {
				t.Errorf("without a manifest: %v", err)
			}
			continue
		}
		report := check(t, dir, policy(t))
		if strings.Contains(filepath.Base(name), ".") {
			if !has(report.Findings, kit.CodeFileMissing, name) {
				t.Errorf("%s: %v", name, report.Findings)
			}
			continue
		}
		if missing := slices.DeleteFunc(report.Findings, func(f kit.Finding) bool {
			return f.Code != kit.CodeFileMissing || !strings.HasPrefix(f.Path, name+"/")
		}); len(missing) < 4 {
			t.Errorf("folder %s: %v", name, missing)
		}
	}
}

func TestForeignFilesAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for _, name := range []string{
		"notes.txt", ".DS_Store", "on/on-04.json", "on/on-1.json", "on/on-01.json.bak", "off/on-01.json", "test/.hidden", "manifest.json.old",
		"dr_publickey.pem", "on/\x1b[31m", "on/on-01.JSON.",
	} {
		dir := copyKit(t, whole)
		overwrite(t, dir, name, []byte("v=1;k=all;b=on"))
		if report := check(t, dir, policy(t)); !slices.Equal(codes(report.Findings), []kit.Code{kit.CodeFileForeign}) || !has(report.Findings, kit.CodeFileForeign, name) {
			t.Errorf("%q: %v", name, report.Findings)
		}
	}
	for _, name := range []string{"more", "on/more", "on/on", ".git"} {
		dir := copyKit(t, whole)
		if err := os.MkdirAll(filepath.Join(dir, name, "deeper"), 0o700); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir, policy(t)); !slices.Equal(codes(report.Findings), []kit.Code{kit.CodeFileForeign}) || !has(report.Findings, kit.CodeFileForeign, name) || len(report.Findings) != 1 {
			t.Errorf("folder %q: %v", name, report.Findings)
		}
	}
}

// A name in other letters is another name, and where it is not, the disk says how it is
// written.
func TestCaseVariantsAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	for from, to := range map[string]string{"on/on-01.json": "on/ON-01.json", "RUNBOOK.md": "runbook.md", "on": "On"} {
		dir := copyKit(t, whole)
		if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
			t.Fatal(err)
		}
		report := check(t, dir, policy(t))
		if found := codes(report.Findings); !slices.Contains(found, kit.CodeFileForeign) || !slices.Contains(found, kit.CodeFileMissing) {
			t.Errorf("%s as %s: %v", from, to, report.Findings)
		}
	}
}

// Whoever exchanges files and makes the digests fit is found by what the records say.
func TestExchangedFilesAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	swap := func(one, other string) func(testing.TB, string) {
		return func(t testing.TB, dir string) {
			a, b := read(t, dir, one), read(t, dir, other)
			overwrite(t, dir, one, b)
			overwrite(t, dir, other, a)
		}
	}
	replace := func(name, old, text string) func(testing.TB, string) {
		return func(t testing.TB, dir string) {
			data := read(t, dir, name)
			if !bytes.Contains(data, []byte(old)) {
				t.Fatalf("%s does not hold %q", name, old)
			}
			overwrite(t, dir, name, bytes.ReplaceAll(data, []byte(old), []byte(text)))
		}
	}
	value := func(t testing.TB, name string) string {
		return strings.Split(string(read(t, whole, name)), "\n")[0]
	}
	for name, c := range map[string]struct {
		change func(testing.TB, string)
		code   kit.Code
		path   string
	}{
		"windows of one status":  {swap("on/on-01.json", "on/on-02.json"), kit.CodeSetDiffers, "on/on-01.json"},
		"on in the place of off": {swap("off/off.json", "on/on-01.json"), kit.CodeSetDiffers, "off/off.json"},
		"test and on":            {swap("test/test-01.json", "on/on-01.json"), kit.CodeSetDiffers, "on/on-01.json"},
		"text alone":             {swap("off/off.txt", "on/on-03.txt"), kit.CodeNotDerived, "off/off.txt"},
		"zone alone":             {swap("on/on-01.zone", "on/on-03.zone"), kit.CodeNotDerived, "on/on-03.zone"},
		"nsupdate's server":      {replace("on/on-01.nsupdate", "; server YOUR-NAME-SERVER", "server 192.0.2.66"), kit.CodeNotDerived, "on/on-01.nsupdate"},
		"a comment":              {replace("on/on-01.zone", "drtxt verify", "rm -rf"), kit.CodeNotDerived, "on/on-01.zone"},
		"a TTL":                  {replace("on/on-01.json", `"ttl": 30`, `"ttl": 86400`), kit.CodeSetDiffers, "on/on-01.json"},
		"a name":                 {replace("on/on-01.json", `"dr.example.com."`, `"dr.example.net."`), kit.CodeSetDiffers, "on/on-01.json"},
		"an added field":         {replace("on/on-01.json", `"signed": true`, `"signed": true, "note": 1`), kit.CodeNotDerived, "on/on-01.json"},
		"a field twice":          {replace("on/on-01.json", `"signed": true`, `"signed": false, "signed": true`), kit.CodeNotDerived, "on/on-01.json"},
		"a claim":                {replace("on/on-01.json", `"signed": true`, `"signed": false`), kit.CodeNotDerived, "on/on-01.json"},
		"no records":             {replace("on/on-01.json", `drtxt/recordset/v1`, `drtxt/recordset/v2`), kit.CodeSetInvalid, "on/on-01.json"},
		"a damaged value":        {replace("on/on-01.json", `b=on`, `b=off`), kit.CodeSetInvalid, "on/on-01.json"},
		"a rider": {func(t testing.TB, dir string) {
			replace("on/on-01.json", `v=1;k=all;b=on;m=fo`, `v=1;k=all;b=on;m=fc`)(t, dir)
		}, kit.CodeSetInvalid, "on/on-01.json"},
		"another set in the runbook": {func(t testing.TB, dir string) {
			replace(kit.MarkdownFile, value(t, "off/off.txt"), value(t, "on/on-01.txt"))(t, dir)
		}, kit.CodeNotDerived, kit.MarkdownFile},
		"another set in the page": {func(t testing.TB, dir string) {
			replace(kit.HTMLFile, value(t, "off/off.txt"), value(t, "on/on-01.txt"))(t, dir)
		}, kit.CodeNotDerived, kit.HTMLFile},
		"a script in the page": {replace(kit.HTMLFile, "</html>", "<script src=//192.0.2.66></script></html>"), kit.CodeNotDerived, kit.HTMLFile},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copyKit(t, whole)
			c.change(t, dir)
			if report := check(t, dir, policy(t)); !slices.Contains(codes(report.Findings), kit.CodeFileChanged) || report.Verdict() != verify.Invalid {
				t.Errorf("before the digests fit: %v", report.Findings)
			}
			fixDigests(t, dir, nil)
			report := check(t, dir, policy(t))
			if !has(report.Findings, c.code, c.path) || report.Verdict() != verify.Invalid {
				t.Errorf("want %s of %s, got %v", c.code, c.path, report.Findings)
			}
			if slices.Contains(codes(report.Findings), kit.CodeFileChanged) {
				t.Errorf("the digests do not fit: %v", report.Findings)
			}
		})
	}
}

// What stands in the manifest is held against the records and the rest of the kit.
func TestChangedManifestsAreFound(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	hour := int64(3600)
	for name, c := range map[string]struct {
		change func(*kit.Manifest)
		code   kit.Code
	}{
		"domain": {func(m *kit.Manifest) {
			m.Domain, m.Zone, m.Publish[3] = "dr.example.net", "example.net", "example.net"
			warn(m)
		}, kit.CodeSetDiffers},
		"type":        {func(m *kit.Manifest) { m.Type = "zpa" }, kit.CodeSetDiffers},
		"forwarding":  {func(m *kit.Manifest) { m.Forwarding = "fail-close" }, kit.CodeSetDiffers},
		"bound":       {func(m *kit.Manifest) { m.BindDomain = true }, kit.CodeSetDiffers},
		"ttl":         {func(m *kit.Manifest) { m.TTL = 300 }, kit.CodeSetDiffers},
		"an end":      {func(m *kit.Manifest) { *m.Sets[len(m.Sets)-1].End += hour; warn(m) }, kit.CodeSetDiffers},
		"a start":     {func(m *kit.Manifest) { *m.Sets[len(m.Sets)-1].Start -= hour }, kit.CodeWindowDiffers},
		"the first":   {func(m *kit.Manifest) { *m.Sets[4].Start -= hour }, kit.CodeWindowDiffers},
		"window":      {func(m *kit.Manifest) { m.Window += hour }, kit.CodeWindowDiffers},
		"overlap":     {func(m *kit.Manifest) { m.Overlap += hour }, kit.CodeWindowDiffers},
		"key":         {func(m *kit.Manifest) { m.Key = "SHA256:" + strings.Repeat("A", 43) }, kit.CodeKeyDiffers},
		"scheme":      {func(m *kit.Manifest) { m.Scheme, m.Trust = "trimmed", append(m.Trust, "--scheme", "trimmed") }, kit.CodeSchemeDiffers},
		"zone":        {func(m *kit.Manifest) { m.Zone, m.Publish[3] = "com", "com" }, kit.CodeNotDerived},
		"assumed":     {func(m *kit.Manifest) { m.ZoneAssumed = true }, kit.CodeNotDerived},
		"made":        {func(m *kit.Manifest) { m.Made += 86400 }, kit.CodeNotDerived},
		"version":     {func(m *kit.Manifest) { m.Version = "v1.2.4" }, kit.CodeOtherVersion},
		"timezone":    {func(m *kit.Manifest) { m.Timezone = "Asia/Tokyo" }, kit.CodeNotDerived},
		"confirmed":   {func(m *kit.Manifest) { m.SchemeConfirmed = "2026-11-20" }, kit.CodeNotDerived},
		"server":      {func(m *kit.Manifest) { m.Publish[1] = "192.0.2.66" }, kit.CodeNotDerived},
		"trusted key": {func(m *kit.Manifest) { m.Trust[1] = "/tmp/other.pem" }, kit.CodeNotDerived},
	} {
		dir := copyKit(t, whole)
		fixDigests(t, dir, c.change)
		report := check(t, dir, policy(t))
		if !slices.Contains(codes(report.Findings), c.code) || report.Verdict() != verify.Invalid {
			t.Errorf("%s: want %s, got %v", name, c.code, report.Findings)
		}
	}
}

// warn words the warning again, as whoever changes a manifest would.
func warn(m *kit.Manifest) {
	m.Warning = fmt.Sprintf("Whoever has these files and can change the DNS of %s can activate disaster recovery until %s. Keep them as a private key is kept.",
		m.Domain, m.LastEnd().Format(time.RFC3339))
}

// forge writes a kit that is whole, whatever its manifest says.
func forge(t testing.TB, key string, change func(*kit.Manifest)) string {
	t.Helper()
	m := makeKit(t, options(t)).Manifest
	change(&m)
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := kit.Forge(dir, m, signer(t, key, txtrecord.Scheme{})); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Windows that the key's owner signed and that do not follow the plan are found, and so
// are gaps between them.
func TestWindowsOtherThanPlanned(t *testing.T) {
	t.Parallel()
	day := int64(86400)
	for name, c := range map[string]struct {
		change func(*kit.Manifest)
		want   []kit.Code
	}{
		"as planned":         {func(*kit.Manifest) {}, nil},
		"longer overlap":     {func(m *kit.Manifest) { *m.Sets[5].Start -= day }, []kit.Code{kit.CodeWindowDiffers}},
		"a gap":              {func(m *kit.Manifest) { *m.Sets[5].Start += 2 * day }, []kit.Code{kit.CodeWindowDiffers, kit.CodeWindowGap}},
		"a second of a gap":  {func(m *kit.Manifest) { *m.Sets[5].Start += day + 2 }, []kit.Code{kit.CodeWindowDiffers, kit.CodeWindowGap}},
		"no second between":  {func(m *kit.Manifest) { *m.Sets[5].Start += day + 1 }, []kit.Code{kit.CodeWindowDiffers}},
		"a gap in test":      {func(m *kit.Manifest) { *m.Sets[1].End -= 3 * day }, []kit.Code{kit.CodeWindowDiffers, kit.CodeWindowGap}},
		"the last too long":  {func(m *kit.Manifest) { *m.Sets[6].End += 365 * day }, []kit.Code{kit.CodeWindowDiffers}},
		"in another order":   {func(m *kit.Manifest) { m.Sets[4].Start, m.Sets[5].Start = m.Sets[5].Start, m.Sets[4].Start }, []kit.Code{kit.CodeWindowDiffers, kit.CodeNotBegun}},
		"test later than on": {func(m *kit.Manifest) { *m.Sets[1].Start += 60 }, []kit.Code{kit.CodeWindowDiffers}},
	} {
		report := check(t, forge(t, "test-a", c.change), policy(t))
		if got := codes(report.Findings); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, report.Findings, c.want)
		}
	}
}

// A kit that somebody else signed says that it was signed by the trusted key in vain.
func TestKitOfAnotherKey(t *testing.T) {
	t.Parallel()
	report := check(t, forge(t, "test-b", func(*kit.Manifest) {}), policy(t))
	if report.Verdict() != verify.Invalid || !has(report.Findings, kit.CodeSetInvalid, "on/on-01.json") {
		t.Errorf("%v", report.Findings)
	}
	for _, s := range report.Sets {
		if s.Verdict != verify.Invalid {
			t.Errorf("%s is %s", s.Name, s.Verdict)
		}
	}
	honest := forge(t, "test-b", func(m *kit.Manifest) { m.Key = keygen.Fingerprint(&privateKey(t, "test-b").PublicKey) })
	if report := check(t, honest, policy(t)); !slices.Contains(codes(report.Findings), kit.CodeKeyDiffers) || report.Verdict() != verify.Invalid {
		t.Errorf("%v", report.Findings)
	}
	// Both keys are trusted while one takes the place of the other.
	both := policy(t)
	b := &privateKey(t, "test-b").PublicKey
	both.Keys = append(both.Keys, verify.Key{PublicKey: b, Name: keygen.Fingerprint(b)})
	if report := check(t, honest, both); report.Verdict() != verify.Valid {
		t.Errorf("%v", report.Findings)
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	for name, c := range map[string]struct {
		change  func(*kit.Policy)
		want    []kit.Code
		verdict verify.Verdict
		status  int
	}{
		"no key":            {func(p *kit.Policy) { p.Keys = nil }, []kit.Code{kit.CodeUnchecked}, verify.Unchecked, 1},
		"no key, too late":  {func(p *kit.Policy) { p.Keys, p.At = nil, made.AddDate(0, 1, 0) }, []kit.Code{kit.CodeUnchecked, kit.CodeExpired}, verify.Unchecked, 1},
		"another domain":    {func(p *kit.Policy) { p.Domain = "dr.example.org" }, []kit.Code{kit.CodeOtherDomain}, verify.Invalid, 1},
		"another scheme":    {func(p *kit.Policy) { p.Scheme = scheme(t, "trimmed") }, []kit.Code{kit.CodeSchemeDiffers, kit.CodeSetInvalid}, verify.Invalid, 1},
		"before it begins":  {func(p *kit.Policy) { p.At = made.Add(-time.Second) }, []kit.Code{kit.CodeNotBegun}, verify.Valid, 0},
		"near its end":      {func(p *kit.Policy) { p.At = made.AddDate(0, 0, 10) }, []kit.Code{kit.CodeEndsSoon}, verify.Valid, 0},
		"after its end":     {func(p *kit.Policy) { p.At = made.AddDate(0, 0, 20) }, []kit.Code{kit.CodeExpired}, verify.Valid, 1},
		"its last second":   {func(p *kit.Policy) { p.At = made.AddDate(0, 0, 19) }, []kit.Code{kit.CodeEndsSoon}, verify.Valid, 0},
		"another version":   {func(p *kit.Policy) { p.Version = "v9" }, nil, verify.Valid, 0},
		"its own, and none": {func(p *kit.Policy) { p.Domain = "dr.example.com" }, nil, verify.Valid, 0},
	} {
		p := policy(t)
		c.change(&p)
		report := check(t, dir, p)
		if got := codes(report.Findings); !slices.Equal(got, c.want) || report.Verdict() != c.verdict || report.ExitStatus() != c.status {
			t.Errorf("%s: %s, %d, %v, want %s, %d, %v", name, report.Verdict(), report.ExitStatus(), report.Findings, c.verdict, c.status, c.want)
		}
		if report.Expired() != slices.Contains(c.want, kit.CodeExpired) {
			t.Errorf("%s: expired is %t", name, report.Expired())
		}
	}
}

// Findings are sorted, have the severity of their code, and say what to do.
func TestFindings(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	overwrite(t, dir, "on/on-01.json", []byte("{}"))
	overwrite(t, dir, "foreign", nil)
	p := policy(t)
	p.At, p.Domain = made.AddDate(0, 0, 10), "dr.example.org"
	report := check(t, dir, p)
	rank := map[kit.Code]int{}
	for i, info := range kit.Codes() {
		rank[info.Code] = i
	}
	last := -1
	for _, f := range report.Findings {
		if rank[f.Code] < last {
			t.Errorf("%s comes late", f.Code)
		}
		last = rank[f.Code]
		info := kit.Codes()[rank[f.Code]]
		if f.Severity != info.Severity || f.Advice != info.Advice || f.Advice == "" || f.Message == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(report.Findings) != 4 {
		t.Errorf("%v", report.Findings)
	}
}

// A TTL that is out of the usual range is a warning.
func TestUnusualTTL(t *testing.T) {
	t.Parallel()
	for ttl, want := range map[uint32]int{29: 1, 30: 0, 900: 0, 901: 1} {
		o := options(t)
		o.TTL = ttl
		report := check(t, write(t, o), policy(t))
		if len(report.Findings) != want || want > 0 && !has(report.Findings, kit.CodeTTL, kit.ManifestFile) || report.ExitStatus() != 0 {
			t.Errorf("%d s: %v", ttl, report.Findings)
		}
	}
}

// The tags for which a confirmation does not count are those of the policy that the sets
// have, whatever the manifest says.
func TestOpenTags(t *testing.T) {
	t.Parallel()
	o := options(t)
	o.Confirmed, o.SchemeOpen = "2026-11-20", []string{"k"}
	p := policy(t)
	dir := write(t, o)
	if report := check(t, dir, p); len(report.OpenTags) > 0 {
		t.Errorf("%q", report.OpenTags)
	}
	p.SchemeOpen = []string{"d", "k"}
	if report := check(t, dir, p); !slices.Equal(report.OpenTags, []string{"k"}) {
		t.Errorf("%q", report.OpenTags)
	}
}
