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
	page := string(trial.Page())
	if !strings.Contains(page, "Left out, because the signer that was used cannot pad by RSASSA-PSS") || !strings.Contains(page, "`prefix+pss`") {
		t.Error("the page does not say what is left out")
	}
	if strings.Contains(page, "--key") || strings.Contains(page, "key file") {
		t.Error("a key file is asked for, of a key that may live in hardware")
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

// The page has everything that somebody who follows it needs, in the order in which it is
// needed. Whether its lines work is tested with the command.
func TestTrialPage(t *testing.T) {
	trial := newTrial(t)
	page := string(trial.Page())
	words := []string{
		"A trial at trial.example.com", "v=1;k=zia;b=test;x=", "2026-12-02T12:00:00Z", "3m50s", "2h2m40s",
		"## Before", "handful of users", "zpa-connector", "zpa-service-edge", "not published",
		"SERVER=", "$SERVER=", "### The control", "no public key",
		"drtxt record test trial.example.com --type zia --unsigned ", "--records control.json --allow-unsigned --server", "--records control.json --until test --allow-unsigned",
		"drtxt record off trial.example.com --type zia --unsigned ", "--records control-off.json --allow-unsigned --server", "--records control-off.json --until off --allow-unsigned",
		"## What a client shows", "Safe Mode", "Not published: what a client does with a set that it does not accept",
		"## One after the other", "at least 3m50s", "1. **Test**: lines 1 and 2.", "2. If a client follows, **off**: lines 3 and 4.",
		"It does not:", "the off of **that** set", "down to set 1", "3. **Test again**", "It does not: nothing is proven", "4. **Off again**", "Its line 5",
	}
	for _, s := range trial.Sets {
		flags := " --public dr_publickey.pem --scheme " + s.Scheme.String()
		words = append(words,
			"`"+s.Scheme.String()+"`\n",
			"drtxt publish --records "+s.Folder+"/test.json"+flags+" ", "drtxt watch --records "+s.Folder+"/test.json --until test"+flags+"\n",
			"drtxt publish --records "+s.Folder+"/off.json"+flags+" ", "drtxt watch --records "+s.Folder+"/off.json --until off"+flags+"\n",
			"drtxt calibrate --accepted "+s.Scheme.String()+" --save --public dr_publickey.pem\n")
	}
	words = append(words, "## When one is accepted", "no tag d", "recorded so", "## When none", "Never send a private key", "## Clean up", "## Checklist",
		"| control | unsigned | test |", "| control | unsigned | off |", "| 1 | `prefix` | test |", "| 32 | `trimmed+nok+pss+twice` | test |",
		"| | of the one that was followed | off |", "| | of the one that was followed | test again |", "| | of the one that was followed | off again |")
	at := 0
	for _, word := range words {
		i := strings.Index(page[at:], word)
		if i < 0 {
			t.Fatalf("%q is missing behind %q", word, page[max(0, at-60):at])
		}
		at += i + len(word)
	}
	if rows := strings.Count(page[strings.Index(page, "## Checklist"):], "\n| "); rows != 1+1+2+32+3 {
		t.Errorf("%d rows in the checklist", rows)
	}
	if strings.Contains(page, "%!") || strings.Contains(page, "--confirm") || strings.Contains(page, "nothing happens") {
		t.Error("a fault of formatting, a safety taken away, or what is not known")
	}
	for _, s := range trial.Sets {
		if values := slices.Concat(s.Test.RRSets[0].Values, s.Off.RRSets[0].Values); slices.ContainsFunc(values, func(v string) bool { return strings.Contains(page, v) }) {
			t.Error("the page holds a record")
		}
	}
	if verify.PollInterval != 200*time.Second {
		t.Errorf("clients look every %s", verify.PollInterval)
	}
}

// With the domain in the signed part the page says so where the outcome is recorded.
func TestTrialPageWithTheDomain(t *testing.T) {
	p := plan(t)
	p.Activation.Type, p.Activation.Domain = txtrecord.AllProducts, p.Domain
	bound, err := p.Make()
	if err != nil {
		t.Fatal(err)
	}
	page := string(bound.Page())
	if len(bound.Sets) != 64 || strings.Contains(page, "no tag d") || !strings.Contains(page, "Internet Access and Private Access") || !strings.Contains(page, "drtxt record off trial.example.com --type all --unsigned ") {
		t.Errorf("%d sets, or other words", len(bound.Sets))
	}
	if got := strings.Count(page, " --save --public dr_publickey.pem --bind-domain\n"); got != 64 {
		t.Errorf("%d lines record that d was there", got)
	}
}
