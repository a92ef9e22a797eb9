package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// kitReading is what kit verify and kit pick have in common: a kit, and what it is held
// against.
type kitReading struct {
	trust
	out output
	// folder is the kit, once it was read.
	folder *kit.Folder
}

func (o *kitReading) flags(env *environment, cmd *cobra.Command, formats []string) {
	takesDomain(env, cmd, 1)
	o.out.flags(env, cmd, formats)
	o.trust.flags(cmd)
	takesSettingsOf(env, cmd, func(_ *cobra.Command, args []string) (string, error) {
		if domain, err := o.domain(env, args); domain != "" || err != nil {
			return domain, err
		}
		if err := o.open(args[0]); err != nil {
			return "", err
		}
		return o.folder.Manifest.Domain, nil
	})
}

// domain is the one that the kit has to be of: the one that is named, else the only one
// that is configured; empty where neither is.
func (o *kitReading) domain(env *environment, args []string) (string, error) {
	if len(args) > 1 {
		return canonicalDomain(args[1])
	}
	return env.settings.only(), nil
}

// open reads the kit, once.
func (o *kitReading) open(dir string) (err error) {
	if o.folder == nil {
		o.folder, err = kit.Open(dir)
	}
	return err
}

// prepare reads the kit, and makes the policy. Keys that lie in the kit, and a result that
// would, are refused.
func (o *kitReading) prepare(env *environment, args []string) (kit.Policy, error) {
	dir := args[0]
	if err := o.open(dir); err != nil {
		return kit.Policy{}, err
	}
	for _, path := range o.public {
		if _, err := os.Stat(path); err != nil {
			continue // which is told when it is read
		}
		if inside, err := kit.Holds(dir, path); err != nil {
			return kit.Policy{}, withHint(pathError("reading", dir, err), "check the path")
		} else if inside {
			return kit.Policy{}, refusal(fmt.Errorf("the public key %s lies in the kit that it is to check", quoted(path)), "give --public the key from elsewhere: the one that is configured in the vendor's portal")
		}
	}
	if err := o.checkOut(dir); err != nil {
		return kit.Policy{}, err
	}
	trusted, err := o.policy(env)
	if err != nil {
		return kit.Policy{}, err
	}
	if err := trusted.Validate(); err != nil {
		return kit.Policy{}, err
	}
	domain, err := o.domain(env, args)
	return kit.Policy{Keys: trusted.Keys, Scheme: trusted.Scheme, SchemeOpen: trusted.SchemeOpen, At: trusted.At, Location: time.Local, Domain: domain, Version: versionName()}, err
}

// checkOut keeps the result out of the kit.
func (o *kitReading) checkOut(dir string) error {
	if err := o.out.check(o.public...); err != nil || o.out.path == "" {
		return err
	}
	if inside, err := kit.Holds(dir, o.out.path); err != nil {
		return withHint(pathError("reading", dir, err), "check the path")
	} else if inside {
		return refusal(fmt.Errorf("--out %s lies in the kit, which nothing may be added to", quoted(o.out.path)), "name a file elsewhere")
	}
	return nil
}

func folderAndDomain(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return errors.New("no folder of a kit is given")
	case 1, 2:
		return nil
	}
	return fmt.Errorf("there is one argument too many: %q", args[2])
}

func newKitVerifyCommand(env *environment) *cobra.Command {
	var o kitReading
	cmd := &cobra.Command{
		Use:   "verify DIR [DOMAIN]",
		Short: "Check a kit: its files, its records, and how long it will do",
		Long: `Check that no file of a kit is missing, was changed or does not belong there, that
every set verifies under a key from elsewhere, and that everything else in the kit,
the runbook included, is what these records give. A key that lies in the kit is never
taken; without --public or a configured key the kit is unchecked.

What the manifest alone says, such as the server to publish to, cannot be verified:
compare the manifest's digest with the one that was noted down when the kit was made.

docs/findings.md explains every finding. Exit status: 0 whole, verified and usable;
1 not, or unchecked; 2 used wrongly, or no kit.`,
		Example: `  drtxt kit verify kit --public dr_publickey.pem
  drtxt kit verify kit dr.example.com --public dr_publickey.pem --format json`,
		Args: folderAndDomain,
		RunE: func(cmd *cobra.Command, args []string) error { return runKitVerify(cmd.Context(), env, &o, args) },
	}
	o.flags(env, cmd, []string{"table", "json"})
	return cmd
}

func runKitVerify(ctx context.Context, env *environment, o *kitReading, args []string) error {
	policy, err := o.prepare(env, args)
	if err != nil {
		return err
	}
	report := o.folder.Check(policy)
	result, err := renderKit(env, report, o.out.format, args[0])
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result); err != nil {
		return err
	}
	return endWith(report.ExitStatus())
}

func renderKit(env *environment, report *kit.Report, format, dir string) ([]byte, error) {
	if format == "json" {
		return encodeJSON(kitVerificationOf(report))
	}
	var b bytes.Buffer
	color := green
	if report.ExitStatus() != verify.StatusDone {
		color = red
	}
	fmt.Fprintln(&b, paint(env, color, printableLine(kitSentence(report))))
	fmt.Fprintln(&b)
	rows := make([][]string, len(report.Sets))
	for i, s := range report.Sets {
		rows[i] = []string{s.Name, s.Status, windowCell(s.Window().Start), windowCell(s.Window().End), openness(s.Set, report.Policy.At), string(s.Verdict)}
	}
	if err := writeTable(&b, []string{"SET", "STATUS", "FROM", "UNTIL", "NOW", "VERDICT"}, rows); err != nil {
		return nil, err
	}
	writeFindings(env, &b, findingsOfKit(report.Findings))
	fmt.Fprintln(&b)
	fmt.Fprintln(&b, paint(env, color, printableLine(kitClosingLine(env, report, dir))))
	return b.Bytes(), nil
}

// findingsOfKit are a kit's findings as the others are shown, the path as the subject.
func findingsOfKit(findings []kit.Finding) []finding.Finding {
	shown := make([]finding.Finding, len(findings))
	for i, f := range findings {
		shown[i] = finding.Finding{Code: finding.Code(f.Code), Severity: f.Severity, Subject: f.Path, Message: f.Message, Advice: f.Advice}
	}
	return shown
}

func windowCell(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

// openness says in a word whether a set is valid at an instant.
func openness(s *kit.Set, at time.Time) string {
	switch w := s.Window(); {
	case w.Contains(at):
		return "open"
	case at.Before(w.Start):
		return "ahead"
	}
	return "over"
}

// kitSentence says in one sentence what the kit is good for.
func kitSentence(r *kit.Report) string {
	m := r.Manifest
	switch verdict := r.Verdict(); {
	case verdict == verify.Unchecked:
		return fmt.Sprintf("The kit for %s is UNCHECKED: there is no public key to verify its records with.", m.Domain)
	case verdict != verify.Valid:
		return fmt.Sprintf("The kit for %s must NOT be used as it is.", m.Domain)
	case r.Expired():
		return fmt.Sprintf("The kit for %s is whole and verified, and OVER: since %s disaster recovery cannot be switched on with it any more; off is still good.", m.Domain, bothTimes(m.LastEnd()))
	}
	return fmt.Sprintf("The kit for %s is whole and verified: with it disaster recovery can be switched on until %s, and off.", m.Domain, bothTimes(m.LastEnd()))
}

func kitClosingLine(env *environment, r *kit.Report, dir string) string {
	keys := "no key"
	if len(r.Policy.Keys) > 0 {
		keys = "key " + strings.Join(fingerprints(r.Policy.Keys), ", ")
	}
	return fmt.Sprintf("verdict: %s; judged offline from %s at %s; %s; scheme %s, %s; made at %s by version %s; SHA-256 of %s: %s",
		r.Verdict(), quoted(dir), bothTimes(r.Policy.At), keys, r.Policy.Scheme, confirmation(r.Policy.Scheme, env.settings.confirmedOn(), r.OpenTags),
		bothTimes(r.Manifest.MadeAt()), r.Manifest.Version, kit.ManifestFile, r.Digest)
}

func fingerprints(keys []verify.Key) []string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = key.Name
	}
	return names
}

// kitVerification is the JSON form of what was found in a kit.
type kitVerification struct {
	Schema   string `json:"schema"`
	Domain   string `json:"domain"`
	At       int64  `json:"at"`
	Made     int64  `json:"made"`
	Version  string `json:"version"`
	Manifest string `json:"manifest_sha256"`
	Key      string `json:"key"`
	Scheme   string `json:"scheme"`
	// VerifiedWith are the keys that were trusted in this run.
	VerifiedWith []string             `json:"verified_with"`
	Verdict      verify.Verdict       `json:"verdict"`
	ExitStatus   int                  `json:"exit_status"`
	LastEnd      int64                `json:"last_end"`
	Sets         []kitSetVerification `json:"sets"`
	Findings     []kit.Finding        `json:"findings"`
}

// kitSetVerification is one set of it.
type kitSetVerification struct {
	Name    string           `json:"name"`
	Status  txtrecord.Status `json:"status"`
	Start   *int64           `json:"start,omitempty"`
	End     *int64           `json:"end,omitempty"`
	Now     string           `json:"now"`
	Verdict verify.Verdict   `json:"verdict"`
}

func kitVerificationOf(r *kit.Report) kitVerification {
	m := r.Manifest
	v := kitVerification{
		Schema: "drtxt/kitverification/v1", Domain: m.Domain, At: r.Policy.At.Unix(), Made: m.Made, Version: m.Version,
		Manifest: r.Digest, Key: m.Key, Scheme: m.Scheme, VerifiedWith: fingerprints(r.Policy.Keys), Verdict: r.Verdict(), ExitStatus: r.ExitStatus(), LastEnd: m.LastEnd().Unix(),
		Findings: append([]kit.Finding{}, r.Findings...),
	}
	for _, s := range r.Sets {
		v.Sets = append(v.Sets, kitSetVerification{s.Name, txtrecord.Status(s.Status), s.Start, s.End, openness(s.Set, r.Policy.At), s.Verdict})
	}
	return v
}
