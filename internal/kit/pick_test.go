package kit_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

func statusOf(name string) txtrecord.Status { return txtrecord.Status(name) }

// Of several windows the one with the latest end is picked; both ends are inclusive.
func TestPick(t *testing.T) {
	t.Parallel()
	m := makeKit(t, options(t)).Manifest
	day := 24 * time.Hour
	for _, c := range []struct {
		status string
		at     time.Duration // since the first window began
		want   string
	}{
		{"on", 0, "on-01"},
		{"on", 6*day - time.Second, "on-01"},
		{"on", 6 * day, "on-02"},
		{"on", 7 * day, "on-02"},
		{"on", 12 * day, "on-03"},
		{"on", 19 * day, "on-03"},
		{"test", 3 * day, "test-01"},
		{"test", 18 * day, "test-03"},
		{"off", 0, "off"},
		{"off", -1000 * day, "off"},
		{"off", 1000 * day, "off"},
	} {
		s, err := m.Pick(statusOf(c.status), made.Add(c.at))
		if err != nil || s.Name != c.want {
			t.Errorf("%s after %s: %v, %v, want %s", c.status, c.at, s, err, c.want)
		}
	}
	for at, nearest := range map[time.Duration]string{-time.Second: "on-01", 19*day + time.Second: "on-03", -3000 * day: "on-01", 3000 * day: "on-03"} {
		_, err := m.Pick(txtrecord.On, made.Add(at))
		none, ok := errors.AsType[*kit.NoWindowError](err)
		if !ok || none.Nearest.Name != nearest {
			t.Errorf("after %s: %v", at, err)
		}
	}
}

// In a gap the nearer window is named.
func TestPickInAGap(t *testing.T) {
	t.Parallel()
	dir := forge(t, "test-a", func(m *kit.Manifest) { *m.Sets[5].Start += 3 * 86400 }) // from day 9
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for after, nearest := range map[time.Duration]string{7*24*time.Hour + time.Minute: "on-01", 9*24*time.Hour - time.Minute: "on-02"} {
		_, err := folder.Manifest.Pick(txtrecord.On, made.Add(after))
		if none, ok := errors.AsType[*kit.NoWindowError](err); !ok || none.Nearest.Name != nearest {
			t.Errorf("after %s: %v", after, err)
		}
	}
}

func take(t *testing.T, dir, name, format string, p kit.Policy) (*kit.Picked, error) {
	t.Helper()
	folder, err := kit.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(folder.Manifest.Sets, func(s kit.Set) bool { return s.Name == name })
	return folder.Take(&folder.Manifest.Sets[i], format, p)
}

// The file is handed out as it stands.
func TestTake(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	for format, path := range map[string]string{"json": "on/on-02.json", "text": "on/on-02.txt", "zone": "on/on-02.zone", "nsupdate": "on/on-02.nsupdate"} {
		picked, err := take(t, dir, "on-02", format, policy(t))
		if err != nil || !bytes.Equal(picked.Data, read(t, dir, path)) || picked.Judgement.Verdict != verify.Valid || len(picked.Warnings) > 0 {
			t.Errorf("%s: %v", format, err)
		}
	}
	if _, err := take(t, dir, "on-02", "terraform", policy(t)); !is[*kit.FormatMissingError](err) {
		t.Errorf("a format that is not there: %v", err)
	}
	unchecked := policy(t)
	unchecked.Keys = nil
	picked, err := take(t, dir, "off", "json", unchecked)
	if err != nil || picked.Judgement.Verdict != verify.Unchecked || !slices.Equal(codes(picked.Warnings), []kit.Code{kit.CodeUnchecked}) {
		t.Errorf("without a key: %v, %v", picked, err)
	}
}

func TestTakeRefuses(t *testing.T) {
	t.Parallel()
	whole := write(t, options(t))
	change := func(name string, data []byte) func(*testing.T, string) {
		return func(t *testing.T, dir string) { overwrite(t, dir, name, data) }
	}
	same := func(*kit.Policy) {}
	for name, c := range map[string]struct {
		format string
		change func(*testing.T, string)
		policy func(*kit.Policy)
		want   kit.Code // empty where it is handed out
	}{
		"a changed file":      {"json", change("on/on-02.json", []byte("{}")), same, kit.CodeFileChanged},
		"changed records":     {"zone", change("on/on-02.json", []byte("{}")), same, kit.CodeFileChanged},
		"a changed zone":      {"zone", change("on/on-02.zone", []byte("x")), same, kit.CodeFileChanged},
		"another format":      {"json", change("on/on-02.zone", []byte("x")), same, ""},
		"another set":         {"json", change("on/on-01.json", []byte("x")), same, ""},
		"a foreign file":      {"json", change("note", []byte("x")), same, ""},
		"a missing file":      {"json", func(t *testing.T, dir string) { remove(t, dir, "on/on-02.json") }, same, kit.CodeFileMissing},
		"another domain":      {"json", func(*testing.T, string) {}, func(p *kit.Policy) { p.Domain = "dr.example.org" }, kit.CodeOtherDomain},
		"another key":         {"json", func(*testing.T, string) {}, func(p *kit.Policy) { p.Keys = foreignKeys(t) }, kit.CodeKeyDiffers},
		"another scheme":      {"json", func(*testing.T, string) {}, func(p *kit.Policy) { p.Scheme = scheme(t, "trimmed") }, kit.CodeSchemeDiffers},
		"a fixed up zone":     {"zone", func(t *testing.T, dir string) { swapInto(t, dir, "on/on-02.zone", "on/on-03.zone") }, same, kit.CodeNotDerived},
		"a fixed up record":   {"json", func(t *testing.T, dir string) { swapInto(t, dir, "on/on-02.json", "on/on-03.json") }, same, kit.CodeSetDiffers},
		"other version, json": {"json", func(t *testing.T, dir string) { note(t, dir) }, func(p *kit.Policy) { p.Version = "v2" }, ""},
		"other version, zone": {"zone", func(t *testing.T, dir string) { swapInto(t, dir, "on/on-02.zone", "on/on-03.zone") }, func(p *kit.Policy) { p.Version = "v2" }, kit.CodeOtherVersion},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := copyKit(t, whole)
			c.change(t, dir)
			p := policy(t)
			c.policy(&p)
			picked, err := take(t, dir, "on-02", c.format, p)
			damage, ok := errors.AsType[*kit.DamageError](err)
			switch {
			case c.want == "" && (err != nil || picked == nil):
				t.Errorf("%v", err)
			case c.want != "" && (!ok || damage.Findings[0].Code != c.want || picked != nil || damage.Hint() == "" || !strings.Contains(err.Error(), string(c.want))):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// A set that its key's owner signed for another window than the planned one is not handed
// out, though it is valid now. off has none.
func TestTakeRefusesOtherWindows(t *testing.T) {
	t.Parallel()
	day := int64(86400)
	for name, c := range map[string]struct {
		change func(*kit.Manifest)
		set    string
	}{
		"too long":        {func(m *kit.Manifest) { *m.Sets[6].End += 365 * day }, "on-03"},
		"too early":       {func(m *kit.Manifest) { *m.Sets[5].Start -= day }, "on-02"},
		"of test":         {func(m *kit.Manifest) { *m.Sets[1].End += day }, "test-01"},
		"all but the one": {func(m *kit.Manifest) { *m.Sets[4].Start -= day }, "on-02"},
		"no plan at all":  {func(m *kit.Manifest) { *m.Sets[4].Start, *m.Sets[4].End = txtrecord.MaxInstant, txtrecord.MaxInstant }, "test-01"},
	} {
		dir := forge(t, "test-a", c.change)
		_, err := take(t, dir, c.set, "json", policy(t))
		if damage, ok := errors.AsType[*kit.DamageError](err); !ok || damage.Findings[0].Code != kit.CodeWindowDiffers {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := take(t, dir, "off", "json", policy(t)); err != nil {
			t.Errorf("%s, off: %v", name, err)
		}
	}
}

// The judgement warns of an end that is near, as far ahead as is asked for, and of clocks.
func TestTakeWarns(t *testing.T) {
	t.Parallel()
	dir := write(t, options(t))
	for name, c := range map[string]struct {
		left, before time.Duration
		want         verify.Code
	}{
		"time enough":  {3 * time.Hour, time.Hour, ""},
		"little time":  {3 * time.Hour, 4 * time.Hour, verify.CodeEndsSoon},
		"the last one": {time.Minute, 0, verify.CodeClockNearEnd},
	} {
		p := policy(t)
		p.At, p.WarnBefore = made.AddDate(0, 0, 19).Add(-c.left), c.before
		picked, err := take(t, dir, "on-03", "json", p)
		if err != nil {
			t.Fatal(err)
		}
		var got verify.Code
		for _, f := range picked.Judgement.Findings {
			got = f.Code
		}
		if got != c.want || len(picked.Judgement.Findings) > 1 {
			t.Errorf("%s: %v", name, picked.Judgement.Findings)
		}
	}
}

func foreignKeys(t *testing.T) []verify.Key {
	return []verify.Key{{PublicKey: &privateKey(t, "test-b").PublicKey, Name: "another"}}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// swapInto puts another file's content into a file, and makes the digests fit.
func swapInto(t *testing.T, dir, name, from string) {
	t.Helper()
	overwrite(t, dir, name, read(t, dir, from))
	fixDigests(t, dir, nil)
}

// note changes the records as another version of the program might write them.
func note(t *testing.T, dir string) {
	t.Helper()
	overwrite(t, dir, "on/on-02.json", append(read(t, dir, "on/on-02.json"), ' ', '\n'))
	fixDigests(t, dir, nil)
}
