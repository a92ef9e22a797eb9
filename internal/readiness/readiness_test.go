package readiness_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/edges"
	common "github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/reach"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/internal/vendorstatus"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// everything is gathered, and all is well.
func everything(t *testing.T) readiness.Gathered {
	t.Helper()
	w := world{first: sets()["off"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10"), policy: func(p *verify.Policy) { p.SchemeConfirmed = "2026-12-01" }}
	return readiness.Gathered{
		Report: w.report(t), NextTTL: 30,
		Host:  &readiness.Host{Name: "route53", CheckTTL: func(uint32) error { return nil }},
		Edges: selection(t, inventory), Probed: true, Probes: probes(reach.Connected, reach.Connected, reach.Connected),
		Kit:      kitEnding(30*24*time.Hour, 30),
		Key:      &readiness.KeyFile{Path: "k.pem", Inspection: keygen.Inspection{Kind: keygen.KindPrivate, Encryption: &keygen.Encryption{}, PublicKey: trusted(t)[0].PublicKey, Mode: 0o600}},
		Profiles: profilesOf(t, "all-right.json", txtrecord.AllProducts),
		Statuses: statuses(t, goodStatus),
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	none := world{first: addresses("203.0.113.10", "203.0.113.11", "2001:db8::10")}
	for name, c := range map[string]struct {
		change func(t *testing.T, g *readiness.Gathered)
		exit   int
		want   string
	}{
		"all is well": {func(*testing.T, *readiness.Gathered) {}, 0, "dr.example.com is ready; all 13 areas were checked."},
		"two are not checked": {func(_ *testing.T, g *readiness.Gathered) { g.Kit, g.Probed = nil, false }, 0,
			"dr.example.com is ready as far as was checked; 11 of 13 areas were checked."},
		"a warning": {func(_ *testing.T, g *readiness.Gathered) { g.NextTTL = 29 }, 0, "dr.example.com is ready, with 1 warning; all 13 areas were checked."},
		"not known": {func(_ *testing.T, g *readiness.Gathered) { g.Report.Policy.SchemeConfirmed = "" }, 0,
			"dr.example.com is ready; not known: scheme; 12 of 13 areas were checked."},
		"errors": {func(_ *testing.T, g *readiness.Gathered) {
			g.Probes = probes(reach.Connected, reach.Refused)
			g.Key.Err = errGone
		}, 1, "dr.example.com is NOT ready: 2 errors in TCP 443, key file; all 13 areas were checked."},
		"a probe that reaches nothing": {func(_ *testing.T, g *readiness.Gathered) { g.Probes = probes(reach.TimedOut) }, 4,
			"Whether dr.example.com is ready is NOT known: TCP 443 could not be found out; 12 of 13 areas were checked."},
		"no record": {func(t *testing.T, g *readiness.Gathered) { g.Report = none.report(t) }, 3,
			"dr.example.com is NOT ready: there is no disaster recovery record; 12 of 13 areas were checked."},
		"no record, and a probe that reaches nothing": {func(t *testing.T, g *readiness.Gathered) {
			g.Report, g.Probes = none.report(t), probes(reach.TimedOut)
		}, 4, "dr.example.com is NOT ready: there is no disaster recovery record; TCP 443, scheme could not be found out; 11 of 13 areas were checked."},
		"an error, and a probe that reaches nothing": {func(_ *testing.T, g *readiness.Gathered) {
			g.Key.Err, g.Probes = errGone, probes(reach.TimedOut)
		}, 1, "dr.example.com is NOT ready: 1 error in key file; 12 of 13 areas were checked."},
		"pending": {func(t *testing.T, g *readiness.Gathered) {
			on := sets()["on"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10")
			g.Report = world{first: on, cached: strings.ReplaceAll(on, sets()["on"], sets()["off"]), policy: func(p *verify.Policy) { p.Expected = "on" }}.report(t)
		}, 5, "dr.example.com is not ready YET: caches still hold the old records; 12 of 13 areas were checked."},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				g := everything(t)
				c.change(t, &g)
				a := readiness.Assess(g)
				if got := a.Sentence(); got != c.want || a.ExitStatus() != c.exit {
					t.Errorf("%d: %s\nwant %d: %s", a.ExitStatus(), got, c.exit, c.want)
				}
			})
		})
	}
}

var errGone = &gone{}

type gone struct{}

func (*gone) Error() string { return "gone" }

// Every warning of every table is lowered by its code, and no error is.
func TestAcknowledged(t *testing.T) {
	t.Parallel()
	for _, table := range []common.Table{readiness.Findings, edges.Findings, reach.Findings, appprofiles.Findings, vendorstatus.Findings, kit.Kinds()} {
		for _, kind := range table {
			for _, severity := range []verify.Severity{verify.Error, verify.Warning, verify.Info} {
				// The edges' findings are those that can be anything.
				found := finding{Code: kind.Code, Severity: severity, Message: "m", Advice: "a"}
				a := readiness.Assess(readiness.Gathered{
					Report: &verify.Report{Policy: verify.Policy{At: at, Domain: domain}}, NextTTL: 30,
					Edges: &edges.Selection{Findings: []finding{found}}, Acknowledged: []common.Code{kind.Code, "edges-none"},
				})
				i := slices.IndexFunc(a.Findings, func(f readiness.Finding) bool { return f.Code == kind.Code && f.Area == readiness.Addresses })
				want := severity
				if severity == verify.Warning {
					want = verify.Info
				}
				if i < 0 || a.Findings[i].Severity != want {
					t.Errorf("%s: %s was not made %s", kind.Code, severity, want)
				}
			}
		}
	}
}

// The gravest come first, and those of one severity in the order of the table.
func TestOrder(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		g := everything(t)
		g.Report = world{first: sets()["off"]}.report(t)
		g.NextTTL, g.Key.Inspection.Encryption = 29, nil
		g.Statuses = statuses(t, noKeyStatus)
		g.Probes = probes(reach.Connected, reach.Refused)
		var got []string
		for _, f := range readiness.Assess(g).Findings {
			if f.Severity != verify.Info {
				got = append(got, string(f.Code))
			}
		}
		if want := "check-address-missing edge-port-refused status-key-not-uploaded ttl-short no-address check-key-unencrypted"; strings.Join(got, " ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// A row is what the gravest finding of its area says, in whatever way things are wrong; what
// is not known and not checked is said otherwise.
func TestRowsFollowFindings(t *testing.T) {
	t.Parallel()
	right := sets()["off"] + addresses("203.0.113.10", "203.0.113.11", "2001:db8::10")
	for name, change := range map[string]func(t *testing.T, g *readiness.Gathered){
		"all is well": func(*testing.T, *readiness.Gathered) {},
		"nothing stands": func(t *testing.T, g *readiness.Gathered) {
			g.Report = world{first: addresses("203.0.113.10")}.report(t)
		},
		"on stands":     func(t *testing.T, g *readiness.Gathered) { g.Report = world{first: sets()["on"]}.report(t) },
		"one is silent": func(t *testing.T, g *readiness.Gathered) { g.Report = world{first: right, alterSecond: mute}.report(t) },
		"aliases":       func(t *testing.T, g *readiness.Gathered) { g.Report = world{first: right, alter: aliased}.report(t) },
		"no test": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profile(t, `"enableZpaDR":true,"zpaDomainName":"dr.example.com","zpaRSAPubKey":"KEY"`)
		},
		"a wrong domain": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profile(t, `"enableZpaDR":true,"allowZpaTest":true,"zpaDomainName":"x.example.com","zpaRSAPubKey":"KEY"`)
		},
		"off": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profile(t, `"enableZpaDR":false,"allowZpaTest":false`)
		},
		"no profile": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profilesOf(t, "empty.json", txtrecord.AllProducts)
		},
		"inactive": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profilesOf(t, "inactive.json", txtrecord.AllProducts)
		},
		"flags left out": func(t *testing.T, g *readiness.Gathered) {
			g.Profiles = profilesOf(t, "flags-left-out.json", txtrecord.AllProducts)
		},
		"all has warnings": func(t *testing.T, g *readiness.Gathered) { g.NextTTL, g.Key.Inspection.Encryption = 29, nil },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				g := everything(t)
				change(t, &g)
				a := readiness.Assess(g)
				gravest := map[readiness.Area]readiness.Result{}
				for _, f := range slices.Backward(a.Findings) { // the gravest come first
					gravest[f.Area] = map[verify.Severity]readiness.Result{verify.Error: readiness.Failed, verify.Warning: readiness.Warned, verify.Info: readiness.OK}[f.Severity]
				}
				for _, row := range a.Rows {
					if want := cmp.Or(gravest[row.Area], readiness.OK); row.Result != want && row.Result != readiness.Unknown || want == readiness.Failed && row.Result != want {
						t.Errorf("%+v, and the findings say %s", row, want)
					}
				}
			})
		})
	}
}
