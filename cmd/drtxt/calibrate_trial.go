package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/calibration"
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
	f.BoolVar(&t.bindDomain, "bind-domain", false, "with --trial: write the domain into the signed part (tag d)")
	completeValues(cmd, "type", activationTypes)
}

// longestTrial bounds how long a test set can be replayed that was made for a trial.
const longestTrial = 7 * 24 * time.Hour

// makeTrial signs the sets and writes them.
func (o *calibrateOptions) makeTrial(ctx context.Context, env *environment, domainText string) (*calibrationResult, error) {
	if err := checkEmpty(o.trial.dir); err != nil {
		return nil, err
	}
	plan, err := o.plan(env, domainText)
	if err != nil {
		return nil, err
	}
	signers := &trialSigners{ctx: ctx, env: env, signing: &o.signing}
	if plan.Key, err = signers.publicKey(); err != nil {
		return nil, err
	}
	plan.Sign = signers.sign
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
	if least := time.Duration(len(schemes)) * plan.Try(); lasting < least {
		return refusal(fmt.Errorf("--for %s is shorter than a trial of %d sets, which takes %s at least", lasting, len(schemes), least), "give it 24h, or a shorter --ttl")
	}
	return nil
}

// trialSigners are the signers that a trial needs: one, or one for each padding, so that
// nobody is asked for a passphrase more often than need be.
type trialSigners struct {
	ctx     context.Context
	env     *environment
	signing *signing
	known   map[bool]crypto.Signer // by whether they pad by PSS
}

func (t *trialSigners) signer(scheme txtrecord.Scheme) (crypto.Signer, error) {
	if known, ok := t.known[scheme.PSS()]; ok {
		return known, nil
	}
	made, err := t.signing.signer(t.ctx, t.env, scheme)
	if err != nil {
		return nil, err
	}
	if t.known == nil {
		t.known = map[bool]crypto.Signer{}
	}
	t.known[scheme.PSS()] = made
	if _, both := made.(*rsa.PrivateKey); both {
		t.known[!scheme.PSS()] = made
	}
	return made, nil
}

func (t *trialSigners) publicKey() (*rsa.PublicKey, error) {
	made, err := t.signer(txtrecord.Scheme{})
	if err != nil {
		return nil, err
	}
	key, ok := made.Public().(*rsa.PublicKey)
	if !ok {
		return nil, &txtrecord.KeyError{}
	}
	return key, nil
}

func (t *trialSigners) sign(a txtrecord.Activation, scheme txtrecord.Scheme) ([]string, error) {
	if t.signing.agent && scheme.PSS() {
		return nil, calibration.ErrUnsupported
	}
	made, err := t.signer(scheme)
	if err == nil {
		var values []string
		if values, err = txtrecord.Sign(a, scheme, made); err == nil {
			return values, nil
		}
	}
	if errors.Is(err, signer.ErrPadding) {
		return nil, calibration.ErrUnsupported
	}
	return nil, err
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
