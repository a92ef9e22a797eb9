package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
)

// trialOptions are the flags that make a trial.
type trialOptions struct {
	dir, product, lasting, ttl string
	bindDomain                 bool
}

// trialFlags are those that only a trial has a use for.
var trialFlags = []string{
	"type", "for", "ttl", "bind-domain",
	"key", "allow-exposed-key", "passphrase-file", "passphrase-fd",
	"signer-command", "signer-arg", "signer-agent", "signer-environment", "signer-timeout",
}

func (t *trialOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.dir, "trial", "", "write a test set under each scheme, and instructions, into this `DIR`, new or empty")
	f.StringVar(&t.product, "type", "zia", "with --trial: product: "+list(activationTypes))
	f.StringVar(&t.lasting, "for", "24h", "with --trial: how long the sets last, a `DURATION`")
	f.StringVar(&t.ttl, "ttl", "30s", "with --trial: time to live of the records, as a `DURATION`")
	f.BoolVar(&t.bindDomain, "bind-domain", false, "with --trial: write the domain into the signed part (tag d); with --accepted: the trial was made so")
	completeValues(cmd, "type", activationTypes)
}

// longestTrial bounds how long a test set can be replayed that was made for a trial.
const longestTrial = 7 * 24 * time.Hour

// makeTrial signs the sets and writes them.
func (o *calibrateOptions) makeTrial(ctx context.Context, env *environment, domainText string) (*calibrationResult, error) {
	if err := o.trial.checkFolder(); err != nil {
		return nil, err
	}
	if below(o.out.path, o.trial.dir) {
		return nil, &overwriteError{path: o.trial.dir}
	}
	plan, err := o.plan(env, domainText)
	if err != nil {
		return nil, err
	}
	by, err := newTrialSigner(ctx, env, &o.signing)
	if err != nil {
		return nil, err
	}
	plan.Key, plan.Sign = by.key, by.sign
	if err := by.announce(plan); err != nil {
		return nil, err
	}
	trial, err := plan.Make()
	if err != nil {
		return nil, err
	}
	if err := trial.Write(o.trial.dir); err != nil {
		return nil, withHint(pathError("writing into", o.trial.dir, err), "name another folder with --trial")
	}
	o.signing.describe(env)
	return trialResult(o.trial.dir, trial), nil
}

// checkFolder refuses a folder that cannot be made, or replaced while it is empty.
func (t *trialOptions) checkFolder() error {
	t.dir = filepath.Clean(t.dir)
	info, err := os.Lstat(t.dir)
	if name := filepath.Base(t.dir); name == "." || name == ".." || err == nil && info.Mode()&os.ModeSymlink != 0 {
		return refusal(fmt.Errorf("%s is not the name of a folder itself", quoted(t.dir)), "name a new or an empty folder by its own name")
	}
	return checkEmpty(t.dir)
}

// below reports whether a path is a folder's own, or leads below it.
func below(path, folder string) bool {
	if path == "" {
		return false
	}
	relative, err := filepath.Rel(absolute(folder), absolute(path))
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}

// plan understands the flags.
func (o *calibrateOptions) plan(env *environment, domainText string) (*calibration.Plan, error) {
	if err := oneOf("--type", o.trial.product, activationTypes); err != nil {
		return nil, err
	}
	domain, err := parseDomain(env, domainText)
	if err != nil {
		return nil, err
	}
	ttl, err := parseTTL(o.trial.ttl)
	if err != nil {
		return nil, err
	}
	lasting, err := parseDuration("--for", o.trial.lasting)
	if err != nil {
		return nil, err
	}
	now := env.now().Truncate(time.Second).UTC()
	plan := &calibration.Plan{
		Domain:     domain,
		Activation: txtrecord.Activation{Type: txtrecord.Type(o.trial.product), Status: txtrecord.Test, End: now.Add(lasting)},
		TTL:        uint32(ttl / time.Second),
		Made:       now,
	}
	if o.trial.bindDomain {
		plan.Activation.Domain = domain
	}
	if path := env.settings.path; path != "" {
		plan.Configuration = printableLine(shellwords.Word(absolute(path)))
	}
	return plan, checkLasting(plan, lasting)
}

// checkLasting refuses sets that end before they can all have been tried, or that last
// for long.
func checkLasting(plan *calibration.Plan, lasting time.Duration) error {
	if lasting > longestTrial {
		return refusal(fmt.Errorf("--for %s is longer than %s: test sets that are meant for a trial can be replayed until they end", lasting, longestTrial), "give it a day or two")
	}
	schemes, err := plan.Schemes()
	if err != nil {
		return err
	}
	const again = 3 // off, test again, off again
	if least := time.Duration(len(schemes)+again) * plan.Try(); lasting < least {
		return refusal(fmt.Errorf("--for %s is shorter than a trial of %d sets, which takes %s at least", lasting, len(schemes), least), "give it 24h, or a shorter --ttl")
	}
	return nil
}

// A trialSigner signs all sets of a trial, and finds out whether it can do so by PSS.
type trialSigner struct {
	env     *environment
	signing *signing
	by      crypto.Signer
	key     *rsa.PublicKey
	// pss says that it has signed by PSS, noPSS that it cannot, and is not asked again.
	pss, noPSS bool
}

// newTrialSigner makes the signer once, so that nobody is asked for a passphrase again.
func newTrialSigner(ctx context.Context, env *environment, signing *signing) (*trialSigner, error) {
	by, err := signing.signer(ctx, env, txtrecord.Scheme{})
	if err != nil {
		return nil, err
	}
	key, ok := by.Public().(*rsa.PublicKey)
	if !ok {
		return nil, &txtrecord.KeyError{}
	}
	return &trialSigner{env: env, signing: signing, by: by, key: key, noPSS: signing.agent}, nil
}

// announce says how often somebody may be asked for a PIN or a confirmation.
func (t *trialSigner) announce(plan *calibration.Plan) error {
	schemes, err := plan.Schemes()
	if err != nil {
		return err
	}
	if t.noPSS {
		schemes = slices.DeleteFunc(schemes, txtrecord.Scheme.PSS)
	}
	signatures := 2 * len(schemes) // test and off
	switch {
	case t.signing.command != "":
		t.env.note("the signer is started up to %d times, twice for each of %d schemes: one that asks for a PIN asks each time, and tokens count wrong PINs", signatures, len(schemes))
	case t.signing.agent:
		t.env.note("the SSH agent is asked for %d signatures, two for each of %d schemes: one that wants a confirmation wants it each time", signatures, len(schemes))
	}
	return nil
}

// sign is for schemes in their order, PKCS #1 v1.5 first: a signer that works at all has
// signed before it is asked for PSS.
func (t *trialSigner) sign(a txtrecord.Activation, scheme txtrecord.Scheme) ([]string, error) {
	if t.noPSS && scheme.PSS() {
		return nil, calibration.ErrUnsupported
	}
	values, err := txtrecord.Sign(a, scheme, t.by)
	switch {
	case err == nil:
		t.pss = t.pss || scheme.PSS()
	case scheme.PSS() && !t.pss && answeredWrongly(err):
		t.noPSS = true
		t.env.note("warning: the schemes with +pss are left out, after PSS was asked for once: %v%s", err, pinAdvice(err))
		return nil, calibration.ErrUnsupported
	}
	return values, err
}

// pinAdvice says what else a program may have failed for.
func pinAdvice(err error) string {
	if errors.Is(err, signer.ErrFailed) {
		return "; if a wrong PIN was the cause, make the trial again"
	}
	return ""
}

// answeredWrongly reports whether a signer ran to its end and gave no right signature. It
// may not know the padding, or have its own set.
func answeredWrongly(err error) bool {
	for _, kind := range []*signer.Kind{signer.ErrSignature, signer.ErrPadding, signer.ErrFailed, signer.ErrNoOutput, signer.ErrOutput, signer.ErrTooMuchOutput} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

func trialResult(dir string, trial *calibration.Trial) *calibrationResult {
	result := newCalibrationResult(outcomeTrial)
	t := &trialJSON{
		Folder: dir, Domain: trial.Domain, End: trial.Activation.End.Unix(), Seconds: int64(trial.Total() / time.Second),
		Sets: []trialSetJSON{}, Omitted: []string{},
	}
	for i := range trial.Sets {
		t.Sets = append(t.Sets, trialSetJSON{trial.Sets[i].Scheme.String(), trial.Sets[i].Folder})
	}
	for _, s := range trial.Omitted {
		t.Omitted = append(t.Omitted, s.String())
	}
	result.Trial = t
	return result
}
