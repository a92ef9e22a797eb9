package calibration_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

var made = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// plan is a plan whose sets are signed by test key a.
func plan(t *testing.T) calibration.Plan {
	t.Helper()
	key := privateKey(t, "test-a")
	return calibration.Plan{
		Domain:     "trial.example.com",
		Activation: txtrecord.Activation{Type: txtrecord.InternetAccess, Status: txtrecord.Test, End: made.Add(24 * time.Hour)},
		TTL:        30,
		Key:        &key.PublicKey,
		Made:       made,
		Sign: func(a txtrecord.Activation, s txtrecord.Scheme) ([]string, error) {
			return txtrecord.Sign(a, s, key)
		},
	}
}

func newTrial(t *testing.T) *calibration.Trial {
	t.Helper()
	trial, err := plan(t).Make()
	if err != nil {
		t.Fatal(err)
	}
	return trial
}

// Every set is what it says, under its scheme and under no other.
func TestTrialSets(t *testing.T) {
	trial := newTrial(t)
	if len(trial.Sets) != 32 || len(trial.Omitted) != 0 || trial.Sets[0].Folder != "01-prefix" || trial.Sets[31].Folder != "32-trimmed+nok+pss+twice" {
		t.Fatalf("%d sets, %d left out, %s to %s", len(trial.Sets), len(trial.Omitted), trial.Sets[0].Folder, trial.Sets[len(trial.Sets)-1].Folder)
	}
	if trial.Total() != 32*230*time.Second {
		t.Errorf("takes %s", trial.Total())
	}
	key := publicKey(t, "test-a")
	for _, s := range trial.Sets {
		for _, set := range []struct {
			values []string
			status txtrecord.Status
			end    time.Time
		}{{s.Test.RRSets[0].Values, txtrecord.Test, made.Add(24 * time.Hour)}, {s.Off.RRSets[0].Values, txtrecord.Off, time.Time{}}} {
			for _, other := range trial.Sets {
				got, err := txtrecord.Verify(set.values, other.Scheme, key)
				if (err == nil) != (other.Scheme == s.Scheme) {
					t.Errorf("%s under %s: %v", s.Scheme, other.Scheme, err)
				}
				if err == nil && (got.Activation.Status != set.status || !got.Activation.End.Equal(set.end) || got.Activation.Type != txtrecord.InternetAccess) {
					t.Errorf("%s: %+v", s.Scheme, got.Activation)
				}
			}
		}
	}
}

// A scheme that the signer cannot do is left out; any other failure is one.
func TestTrialOmits(t *testing.T) {
	p := plan(t)
	sign := p.Sign
	p.Sign = func(a txtrecord.Activation, s txtrecord.Scheme) ([]string, error) {
		if s.PSS() {
			return nil, calibration.ErrUnsupported
		}
		return sign(a, s)
	}
	trial, err := p.Make()
	if err != nil {
		t.Fatal(err)
	}
	if len(trial.Sets) != 16 || len(trial.Omitted) != 16 || trial.Sets[15].Folder != "16-trimmed+nok+twice" {
		t.Errorf("%d sets, %d left out", len(trial.Sets), len(trial.Omitted))
	}
	if page := string(trial.Page()); !strings.Contains(page, "Left out") || !strings.Contains(page, "`prefix+pss`") {
		t.Error("the page does not say what is left out")
	}
	p.Sign = func(txtrecord.Activation, txtrecord.Scheme) ([]string, error) { return nil, calibration.ErrUnsupported }
	if _, err := p.Make(); !errors.Is(err, calibration.ErrUnsupported) {
		t.Errorf("none at all: %v", err)
	}
	broken := errors.New("broken")
	p.Sign = func(txtrecord.Activation, txtrecord.Scheme) ([]string, error) { return nil, broken }
	if _, err := p.Make(); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
}

// The folder is its owner's alone, and holds what the page speaks of.
func TestTrialWrite(t *testing.T) {
	trial := newTrial(t)
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{empty, filepath.Join(t.TempDir(), "a", "new")} {
		if err := trial.Write(dir); err != nil {
			t.Fatal(err)
		}
		var found []string
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			want := fs.FileMode(0o600)
			if entry.IsDir() {
				want = 0o700
			} else {
				found = append(found, path)
			}
			if runtime.GOOS != "windows" && info.Mode().Perm() != want {
				t.Errorf("%s has mode %04o", path, info.Mode().Perm())
			}
			return nil
		})
		if err != nil || len(found) != 32*4+2 {
			t.Errorf("%d files, %v", len(found), err)
		}
		if beside, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(beside) != 1 {
			t.Errorf("left behind: %v, %v", beside, err)
		}
		if key, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile)); err != nil || !key.Equal(publicKey(t, "test-a")) {
			t.Errorf("the public key: %v", err)
		}
	}
}

// A set that does not verify when it is read again, and a folder that is not empty, leave
// all as it was.
func TestTrialWriteFails(t *testing.T) {
	for name, spoil := range map[string]func(*calibration.Trial){
		"another key":    func(c *calibration.Trial) { c.Key = publicKey(t, "test-b") },
		"another scheme": func(c *calibration.Trial) { c.Sets[5].Scheme = c.Sets[6].Scheme },
		"swapped":        func(c *calibration.Trial) { c.Sets[3].Test, c.Sets[3].Off = c.Sets[3].Off, c.Sets[3].Test },
		"another name":   func(c *calibration.Trial) { c.Sets[31].Off.RRSets[0].Name = "other.example.com." },
		"too late":       func(c *calibration.Trial) { c.Made = made.Add(25 * time.Hour) },
	} {
		trial, dir := newTrial(t), t.TempDir()
		spoil(trial)
		err := trial.Write(filepath.Join(dir, "new"))
		if written, ok := errors.AsType[*calibration.WrittenError](err); !ok || written.Verdict == "" {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
	dir := t.TempDir()
	mine := filepath.Join(dir, "full", "mine")
	if err := os.MkdirAll(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := newTrial(t).Write(filepath.Dir(mine)); err == nil {
		t.Error("a folder that is not empty was replaced")
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, err := os.Stat(mine); err != nil {
		t.Error(err)
	}
}

// The page has everything that somebody who follows it needs, in order.
func TestTrialPage(t *testing.T) {
	trial := newTrial(t)
	page := string(trial.Page())
	words := []string{
		"A trial at trial.example.com", "v=1;k=zia;b=test;x=", "2026-12-02T12:00:00Z", "3m50s", "2h2m40s",
		"## Before", "handful of users", "zpa-connector", "zpa-service-edge", "not published", "## What a client shows", "Safe Mode", "## One after the other",
	}
	for _, s := range trial.Sets {
		words = append(words,
			"drtxt publish --records "+s.Folder+"/test.json --public dr_publickey.pem --scheme "+s.Scheme.String()+" ",
			"drtxt watch --records "+s.Folder+"/test.json --until test --public dr_publickey.pem --scheme "+s.Scheme.String()+"\n")
	}
	words = append(words, "## When one is accepted", "/off.json", "--until off", "drtxt calibrate --accepted prefix --save", "## When none", "Never send a private key", "## Clean up", "## Checklist")
	at := 0
	for _, word := range words {
		i := strings.Index(page[at:], word)
		if i < 0 {
			t.Fatalf("%q is missing behind %q", word, page[max(0, at-60):at])
		}
		at += i + len(word)
	}
	if rows := strings.Count(page[at:], "\n| "); rows != 1+1+32+1 {
		t.Errorf("%d rows in the checklist", rows)
	}
	if strings.Contains(page, "%!") || strings.Contains(page, "--confirm") {
		t.Error("a fault of formatting, or a safety taken away")
	}
	for _, s := range trial.Sets {
		if values := slices.Concat(s.Test.RRSets[0].Values, s.Off.RRSets[0].Values); slices.ContainsFunc(values, func(v string) bool { return strings.Contains(page, v) }) {
			t.Error("the page holds a record")
		}
	}
	p := plan(t)
	p.Activation.Type, p.Activation.Domain = txtrecord.AllProducts, p.Domain
	bound, err := p.Make()
	if err != nil {
		t.Fatal(err)
	}
	if text := string(bound.Page()); len(bound.Sets) != 64 || strings.Contains(text, "no tag d") || !strings.Contains(text, "Internet Access and Private Access") {
		t.Errorf("%d sets", len(bound.Sets))
	}
	if !strings.Contains(page, "no tag d") || verify.PollInterval != 200*time.Second {
		t.Error("it is not said that d stays open")
	}
}
