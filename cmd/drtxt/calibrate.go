package main

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

type calibrateOptions struct {
	signing                            signing
	domain, file, fileFormat, fileZone string
	accepted                           string
	trial                              trialOptions
	save                               bool
	out                                output
}

func newCalibrateCommand(env *environment) *cobra.Command {
	var o calibrateOptions
	cmd := &cobra.Command{
		Use:   "calibrate [RECORD...]",
		Short: "Find out under which scheme the vendor's tool signs",
		Long: `The vendor's pages leave open which bytes a signature is over. Given a pair that the
vendor's tool made, and its public key, try every scheme and name those that verify.
Records come from the arguments, --file or standard input.

Without such a pair, --trial DIR DOMAIN writes a test set under each scheme, and
instructions for trying them one by one with clients; --accepted NAME records which
one a client followed.

--save writes the scheme to the configuration, where it counts as confirmed: to the
file that --config names, else to that in the user's configuration folder, as
  scheme: NAME
  scheme-confirmed:
    scheme: NAME
    date: 2026-12-01
    way: pair
    key: SHA256:...
    open: [d]        # tags that the pair did not have, and so does not confirm

Exit status: 0 found, written or recorded; 1 no scheme fits, or the records are
malformed; 2 used wrongly; 3 there is no record. docs/calibrate.md says more.`,
		Example: `  drtxt calibrate --public dr_publickey.pem --file vendor.txt --save
  drtxt calibrate --trial trial trial.example.com --key trial-key/dr_privatekey.pem
  drtxt calibrate --accepted trimmed --save --public dr_publickey.pem`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return runCalibrate(cmd.Context(), env, &o, args) },
	}
	o.out.flags(env, cmd, []string{"text", "json"})
	o.signing.flags(cmd)
	cmd.Flags().Lookup("public").Usage = "public key `FILE` that the pair was made with; may be given several times, and one of them must fit"
	f := cmd.Flags()
	f.StringVar(&o.domain, "domain", "", "the `NAME` that the records stand at")
	f.StringVar(&o.file, "file", "", "take the records from this `FILE` (- for standard input)")
	f.StringVar(&o.fileFormat, "file-format", "", "format of the file or of standard input: "+list(fileFormats())+" (default: recognised)")
	f.StringVar(&o.fileZone, "origin", "", "the `ZONE` that relative names in a zone file belong to")
	f.BoolVar(&o.save, "save", false, "write the scheme to the configuration, as confirmed today")
	f.StringVar(&o.accepted, "accepted", "", "record that a client accepted a set under this `SCHEME`, in a trial; with --save")
	o.trial.flags(cmd)
	completeValues(cmd, "file-format", fileFormats())
	completeLater(cmd, "accepted", schemeNames)
	completeDomains(env, cmd, "domain")
	takesSettingsOf(env, cmd, func(_ *cobra.Command, args []string) (string, error) { return o.settingsOf(env, args) })
	return cmd
}

// settingsOf is the domain whose settings count: the one that is named, else the only one
// that is configured.
func (o *calibrateOptions) settingsOf(env *environment, args []string) (string, error) {
	switch {
	case o.trial.dir != "" && len(args) > 0:
		return canonicalDomain(args[0])
	case o.domain != "":
		return canonicalDomain(o.domain)
	}
	return env.settings.only(), nil
}

func runCalibrate(ctx context.Context, env *environment, o *calibrateOptions, args []string) error {
	if err := o.checkMode(env, args); err != nil {
		return err
	}
	if err := o.out.check(append(o.signing.files(), o.file)...); err != nil {
		return err
	}
	var result *calibrationResult
	var err error
	switch {
	case o.trial.dir != "":
		result, err = o.makeTrial(ctx, env, args[0])
	case o.accepted != "":
		result, err = o.recordAccepted(env)
	default:
		result, err = o.tryPair(ctx, env, args)
	}
	if err != nil {
		return err
	}
	text, err := result.render(env, o.out.format)
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, text); err != nil {
		return err
	}
	return endWith(result.ExitStatus)
}

// checkMode refuses what does not go together.
func (o *calibrateOptions) checkMode(env *environment, args []string) error {
	records := len(args) > 0 || env.typedAny("file", "file-format", "origin", "domain")
	switch {
	case o.trial.dir != "" && o.accepted != "":
		return refusal(errors.New("--trial and --accepted exclude each other"), "make the trial first, then record which set was accepted")
	case o.trial.dir != "" && o.save:
		return refusal(errors.New("--trial finds nothing out by itself that --save could write"), "leave --save out; `drtxt calibrate --accepted NAME --save` records the outcome")
	case o.trial.dir != "" && env.typedAny("file", "file-format", "origin", "domain"):
		return refusal(errors.New("--file, --file-format, --origin and --domain are about a pair, and --trial makes its own"), "leave them out")
	case o.trial.dir != "" && len(args) != 1:
		return refusal(fmt.Errorf("--trial takes one domain, %d are given", len(args)), "usage: `drtxt calibrate --trial DIR DOMAIN --key FILE`")
	case o.trial.dir == "" && len(o.typedForTrial(env)) > 0:
		return refusal(fmt.Errorf("--%s is about --trial, which is not given", strings.Join(o.typedForTrial(env), ", --")), "leave it out, or add --trial DIR")
	case o.accepted != "" && records:
		return refusal(errors.New("--accepted records the outcome of a trial, and takes no records"), "leave --accepted out to try the schemes on the records")
	case o.accepted != "" && !o.save:
		return refusal(errors.New("--accepted records an outcome, and nothing says that it is to be written"), "add --save")
	case o.file != "" && len(args) > 0:
		return refusal(errors.New("--file and records in the arguments exclude each other"), "keep one of them")
	case len(args) > 0 && env.typedAny("file-format", "origin"):
		return refusal(errors.New("--file-format and --origin are about a file or standard input, and the records are in the arguments"), "leave them out")
	}
	return nil
}

// typedForTrial are the typed flags that only the making of a trial has a use for; whether
// its sets name the domain is asked of its outcome, too.
func (o *calibrateOptions) typedForTrial(env *environment) []string {
	return slices.DeleteFunc(slices.Clone(trialFlags), func(flag string) bool {
		return !env.typed[flag] || flag == "bind-domain" && o.accepted != ""
	})
}

// tryPair tries every scheme on the records.
func (o *calibrateOptions) tryPair(ctx context.Context, env *environment, args []string) (*calibrationResult, error) {
	if len(o.signing.public) == 0 {
		return nil, refusal(errors.New("no public key to try the schemes with"), "add --public FILE: the public key that the pair was made with")
	}
	keys, err := o.signing.publicKeys()
	if err != nil {
		return nil, err
	}
	report, err := o.judge(ctx, env, args)
	if err != nil {
		return nil, err
	}
	if status := report.ExitStatus(); status != verify.StatusDone || !report.Set.Signed() {
		return malformed(&report), nil
	}
	match, ok := calibration.Find(report.Set, keys)
	if !ok {
		return undiagnosed(&report, keys, env.now()), nil
	}
	result := found(&match, keys)
	confirmed := configuration.Confirmed{Scheme: match.Scheme(), Way: configuration.Pair, Key: result.Key, Open: match.Open}
	if err := o.keep(env, result, confirmed); err != nil {
		return nil, err
	}
	return result, nil
}

// judge reads the records and judges all but their signature.
func (o *calibrateOptions) judge(ctx context.Context, env *environment, args []string) (verify.Report, error) {
	policy := verify.Policy{At: env.now(), Location: time.Local, SkipSignature: true}
	if o.domain != "" {
		domain, err := parseDomain(env, o.domain)
		if err != nil {
			return verify.Report{}, err
		}
		policy.Domain = domain
	}
	contents, err := o.read(ctx, env, args, policy.Domain)
	if err != nil {
		return verify.Report{}, err
	}
	contents.TTLs, contents.Claims = nil, nil // the signature alone counts
	policy.Domain = contents.Domain
	return judgeContents(contents, policy), nil
}

func (o *calibrateOptions) read(ctx context.Context, env *environment, args []string, domain string) (recordfile.Contents, error) {
	if len(args) > 0 {
		return recordfile.Contents{Domain: domain, Records: verify.Values(args...)}, nil
	}
	path, source := o.file, o.file
	if path == "" || path == "-" {
		path, source = "-", "standard input"
		if env.inTerminal {
			env.note("reading records from the terminal; end with Ctrl-D")
		}
	}
	data, err := readInput(ctx, env, path)
	if err != nil {
		return recordfile.Contents{}, err
	}
	return readRecords(data, source, o.fileFormat, recordfile.Where{Domain: domain, Origin: o.fileZone})
}

// recordAccepted keeps what a trial has shown.
func (o *calibrateOptions) recordAccepted(env *environment) (*calibrationResult, error) {
	scheme, err := txtrecord.ParseScheme(o.accepted)
	if err != nil {
		return nil, err
	}
	keys, err := o.signing.publicKeys()
	if err != nil {
		return nil, err
	}
	result := newCalibrationResult(outcomeAccepted)
	result.Scheme = scheme.String()
	if !o.trial.bindDomain || !env.typed["bind-domain"] { // the trial's sets had no d
		result.Open = []string{"d"}
	}
	switch {
	case len(keys) == 1:
		result.Key = keygen.Fingerprint(keys[0])
	case env.typed["public"]:
		return nil, refusal(fmt.Errorf("--public is given %d times, and a client accepts a set under one key", len(keys)), "name the key of the trial alone")
	}
	return result, o.keep(env, result, configuration.Confirmed{Scheme: scheme, Way: configuration.Trial, Key: result.Key, Open: result.Open})
}

// keep writes the scheme to the configuration, where that is asked for, as confirmed
// today, and says how it is used.
func (o *calibrateOptions) keep(env *environment, result *calibrationResult, confirmed configuration.Confirmed) error {
	words := []string{"drtxt", "record", "on", "dr.example.com", "--for", "8h", "--key", keygen.PrivateKeyFile}
	if !o.save {
		result.Record = shellwords.Line(append(words, "--scheme", confirmed.Scheme.String()))
		return nil
	}
	path := env.settings.path
	if path == "" {
		var err error
		if path, err = userConfiguration(env); err != nil {
			return refusal(err, "name a file with --config")
		}
	}
	confirmed.Date = env.now().UTC()
	replaced, err := configuration.Replaced(path, confirmed, disarming)
	if err != nil {
		return err
	}
	if err := configuration.Save(path, confirmed, disarming); err != nil {
		return err
	}
	result.Saved = &savedJSON{Path: path, Date: confirmed.Day(), Way: confirmed.Way}
	result.warnReplaced(env, replaced, &confirmed)
	if err := warnOfOwnSchemes(env, path); err != nil {
		return err
	}
	if env.settings.path != "" || shadowed(env, path) {
		words = append(words, "--config", path)
	}
	result.Record = shellwords.Line(words)
	return nil
}

// warnOfOwnSchemes says for which domains the saved scheme does not count.
func warnOfOwnSchemes(env *environment, path string) error {
	file, err := configuration.Load(path, disarming)
	if err != nil {
		return err
	}
	for _, s := range file.Settings {
		if s.Key.Name == "scheme" && s.Domain != "" {
			env.note("warning: %s has a scheme of its own, %s in line %d: that counts there, and is not confirmed", s.Domain, s.Values[0], s.Line)
		}
	}
	return nil
}

// warnReplaced says what the new confirmation has made of the old one, if there was one.
func (r *calibrationResult) warnReplaced(env *environment, old, confirmed *configuration.Confirmed) {
	switch {
	case old == nil:
	case old.Scheme != confirmed.Scheme:
		r.Saved.Replaced = old.Scheme.String()
		env.note("warning: it takes the place of scheme %s, confirmed on %s (%s)", old.Scheme, old.Day(), old.Way)
	default:
		env.note("warning: it takes the place of the same scheme, confirmed on %s (%s) for %s too", old.Day(), old.Way, tagsInWords(old.Settled(confirmed.Open)))
	}
}

// shadowed reports whether something is read in place of the user's configuration, or
// wins over it, and says so.
func shadowed(env *environment, path string) bool {
	if env.getenv(variable("scheme")) != "" {
		env.note("warning: %s is set, and wins over the configuration", variable("scheme"))
	}
	here, err := loadIfThere(configuration.FileName)
	if here == nil && err == nil || isHere(path) {
		return false
	}
	env.note("warning: in this folder ./%s is read in place of it", configuration.FileName)
	return true
}

// undiagnosed is the result where no scheme fits: what the signature shows of itself.
func undiagnosed(report *verify.Report, keys []*rsa.PublicKey, now time.Time) *calibrationResult {
	result := newCalibrationResult(outcomeNone)
	result.ExitStatus = verify.StatusWrong
	result.Tried = len(txtrecord.Schemes())
	result.end, result.now = report.End(), now
	for _, key := range keys {
		d := calibration.Open(report.Set, report.Policy.Domain, key)
		result.Diagnoses = append(result.Diagnoses, newDiagnosisJSON(keygen.Fingerprint(key), &d))
	}
	return result
}

// malformed is the result where there is nothing to try a scheme on.
func malformed(report *verify.Report) *calibrationResult {
	result := newCalibrationResult(outcomeMalformed)
	result.ExitStatus = max(report.ExitStatus(), verify.StatusWrong)
	result.Verdict = report.Verdict
	result.Findings = slices.Clone(report.Findings)
	for i := range result.Findings {
		result.Findings[i].Advice = calibrationAdvice(&result.Findings[i])
	}
	return result
}

// calibrationAdvice is what to do about a finding on the way to a pair. The usual advice is
// about records that are published.
func calibrationAdvice(f *verify.Finding) string {
	switch {
	case f.Code == verify.CodeUnsigned:
		return "have the vendor's tool sign, with a private key, and give both records that it writes: they end with n, p and bh"
	case f.Code == verify.CodeNoRecord:
		return "give both records that the vendor's tool wrote: they begin with v=1 and end with n, p and bh"
	case f.Severity == verify.Error:
		return "give both records of one pair, whole and as the vendor's tool wrote them"
	}
	return f.Advice
}

// found is the result where schemes fit.
func found(match *calibration.Match, keys []*rsa.PublicKey) *calibrationResult {
	result := newCalibrationResult(outcomeFound)
	result.Tried = len(txtrecord.Schemes())
	result.Scheme = match.Scheme().String()
	result.scheme = match.Scheme()
	for _, s := range match.Schemes[1:] {
		result.Equals = append(result.Equals, s.String())
	}
	result.Open = append(result.Open, match.Open...)
	result.Key = keygen.Fingerprint(keys[match.Key])
	return result
}
