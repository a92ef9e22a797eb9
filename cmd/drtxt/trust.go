package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// trust is what verify and explain believe: keys, scheme and instant.
type trust struct {
	public []string
	scheme string
	at     string
}

func (t *trust) flags(cmd *cobra.Command) {
	t.keyFlags(cmd)
	cmd.Flags().StringVar(&t.at, "at", "now", "the `TIME` to judge at")
}

// keyFlags are those of keys and scheme alone: what acts now is judged now.
func (t *trust) keyFlags(cmd *cobra.Command) {
	t.at = "now"
	cmd.Flags().StringArrayVar(&t.public, "public", nil, "public key `FILE`; may be given several times, and one of them must fit")
	schemeFlag(cmd, &t.scheme)
}

func schemeFlag(cmd *cobra.Command, scheme *string) {
	cmd.Flags().StringVar(scheme, "scheme", txtrecord.Scheme{}.String(), "what the signature is over; the vendor's pages leave it open")
	completeLater(cmd, "scheme", schemeNames)
}

func schemeNames() []string {
	var names []string
	for _, s := range txtrecord.Schemes() {
		names = append(names, s.String())
	}
	return names
}

// policy reads the keys and parses the rest.
func (t *trust) policy(env *environment) (verify.Policy, error) {
	scheme, err := txtrecord.ParseScheme(t.scheme)
	if err != nil {
		return verify.Policy{}, err
	}
	at, err := parseInstant("--at", t.at, env.now())
	if err != nil {
		return verify.Policy{}, err
	}
	policy := verify.Policy{Scheme: scheme, SchemeConfirmed: env.settings.confirmedOn(), SchemeOpen: env.settings.openTags(), At: at, Location: time.Local}
	for _, path := range t.public {
		key, err := keygen.LoadPublicKey(path)
		if err != nil {
			return verify.Policy{}, err
		}
		policy.Keys = append(policy.Keys, verify.Key{PublicKey: key, Name: keygen.Fingerprint(key)})
	}
	return policy, nil
}

// judgedPolicy is the policy with what is expected and accepted, for a domain, if there is
// one yet.
func (t *trust) judgedPolicy(env *environment, j *judged, domain string) (verify.Policy, error) {
	policy, err := t.policy(env)
	if err != nil {
		return policy, err
	}
	if err := j.apply(&policy); err != nil {
		return policy, err
	}
	policy.Domain = domain
	return policy, policy.Validate()
}

// judged is the part of verify's flags that says what is expected and accepted.
type judged struct {
	flag                         string // the name of the flag that sets expect
	expect, product, warnBefore  string
	acknowledge                  []string
	allowUnsigned, skipSignature bool
}

var expectations = []string{"on", "off", "test", "none"}

// flags adds them; the state that is expected has a flag of the command's own name.
func (j *judged) flags(cmd *cobra.Command, flag, what string) {
	f := cmd.Flags()
	j.flag = "--" + flag
	f.StringVar(&j.expect, flag, "", what+": "+list(expectations))
	f.StringVar(&j.product, "type", "", "the products that "+j.flag+" is about: "+list(activationTypes)+" (default: those the records name)")
	f.StringVar(&j.warnBefore, "warn-before", "1h", "warn when the end is less than this `DURATION` away")
	f.StringArrayVar(&j.acknowledge, "acknowledge", nil, "lower warnings of this `CODE` to information; repeatable")
	f.BoolVar(&j.allowUnsigned, "allow-unsigned", false, "accept a record without signature")
	f.BoolVar(&j.skipSignature, "skip-signature", false, "judge everything but the signature")
	completeValues(cmd, flag, expectations)
	completeValues(cmd, "type", activationTypes)
}

// apply puts the flags into a policy.
func (j *judged) apply(p *verify.Policy) error {
	if j.expect != "" {
		if err := oneOf(j.flag, j.expect, expectations); err != nil {
			return err
		}
	}
	if j.product != "" {
		if err := oneOf("--type", j.product, activationTypes); err != nil {
			return err
		}
	}
	if j.skipSignature && len(p.Keys) > 0 {
		return refusal(errors.New("--skip-signature and --public contradict each other"), "leave one of them out")
	}
	warnBefore, err := parseWarnBefore(j.warnBefore)
	if err != nil {
		return err
	}
	p.Expected, p.Type = verify.Expectation(j.expect), txtrecord.Type(j.product)
	p.WarnBefore, p.AllowUnsigned, p.SkipSignature = warnBefore, j.allowUnsigned, j.skipSignature
	return j.acknowledged(p)
}

func parseWarnBefore(text string) (time.Duration, error) {
	d, err := readDuration(text)
	if err != nil || d < 0 {
		return 0, refusal(fmt.Errorf("--warn-before %q is not a duration", text), "write 30m, 1h or 2d; 0s for no warning")
	}
	return d, nil
}

func (j *judged) acknowledged(p *verify.Policy) error {
	for _, name := range j.acknowledge {
		if !acknowledgeable(name) {
			return refusal(fmt.Errorf("--acknowledge %q is not the code of a warning", name), "codes of warnings are "+strings.Join(warningCodes(), ", "))
		}
		p.Acknowledged = append(p.Acknowledged, verify.Code(name))
	}
	return nil
}

// acknowledgeable reports whether a code is that of one of verify's warnings: unsigned is an
// error only until a flag accepts it.
func acknowledgeable(name string) bool {
	code := verify.Code(name)
	info, ok := verify.Lookup(code)
	return ok && (info.Severity == verify.Warning || code == verify.CodeUnsigned)
}

func warningCodes() []string {
	var codes []string
	for _, info := range verify.Codes() {
		if info.Severity == verify.Warning {
			codes = append(codes, string(info.Code))
		}
	}
	return codes
}
