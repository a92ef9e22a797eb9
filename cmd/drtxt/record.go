package main

import (
	"bytes"
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

var (
	statuses        = []string{"on", "off", "test"}
	activationTypes = []string{"zia", "zpa", "all"}
	forwardingNames = []string{"fail-open", "fail-close", "portal"}
	forwardings     = map[string]txtrecord.Forwarding{
		"":           txtrecord.NoForwarding,
		"fail-open":  txtrecord.FailOpen,
		"fail-close": txtrecord.FailClose,
		"portal":     txtrecord.NoForwarding, // against one that is configured
	}
)

type recordOptions struct {
	product, forwarding         string
	start, end, lasting         string
	noEnd, bindDomain, unsigned bool
	ttl, scheme                 string
	signing                     signing
	host                        formatOptions
	out                         output
}

func newRecordCommand(env *environment) *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "record on|off|test [DOMAIN]",
		Short: "Make the records that switch disaster recovery on, off, or to test mode",
		Long: `Make and sign the TXT records for a disaster recovery domain. The records go to
standard output, what they mean to standard error.

on and test need an end (--end or --for) or an explicit --no-end: without one,
whoever controls the DNS can replay them for ever. Both restart services of the
designated connectors and edges and drop their sessions; clients do not come back
by themselves: somebody has to publish off.

Formats (docs/formats.md shows each, and how to apply it):
` + formatSummaries(),
		Example: `  drtxt record on dr.example.com --type all --forwarding fail-open --for 8h --key dr_privatekey.pem
  drtxt record off dr.example.com --key dr_privatekey.pem --format zone
  drtxt record off dr.example.com --key dr_privatekey.pem --format terraform --provider google`,
		Args: statusAndDomain,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return statuses, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("the status", args[0], statuses); err != nil {
				return err
			}
			domain, err := requireDomain(env, cmd, args)
			if err != nil {
				return err
			}
			return runRecord(cmd.Context(), env, &o, args[0], domain)
		},
	}
	takesDomain(env, cmd, 1)
	o.out.flags(env, cmd, formatNames())
	o.flags(cmd)
	return cmd
}

func statusAndDomain(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return errors.New("no status is given")
	case 1, 2:
		return nil
	}
	return fmt.Errorf("there is one argument too many: %q", args[2])
}

func (o *recordOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.product, "type", "all", "product: "+list(activationTypes))
	f.StringVar(&o.forwarding, "forwarding", "", "what Internet Access does with traffic meanwhile: fail-open, fail-close, or portal: its setting there (the default)")
	f.StringVar(&o.start, "start", "", "the `TIME` it begins (default: as soon as it can be looked up)")
	f.StringVar(&o.end, "end", "", "the `TIME` it ends, inclusive")
	f.StringVar(&o.lasting, "for", "", "how long it lasts from its start, or from now: a `DURATION` such as 8h or 7d")
	f.BoolVar(&o.noEnd, "no-end", false, "no end: it can be replayed for ever")
	f.BoolVar(&o.bindDomain, "bind-domain", false, "write the domain into the signed part (tag d)")
	f.StringVar(&o.ttl, "ttl", "30s", "time to live of the records, as a `DURATION`")
	o.signing.flags(cmd)
	f.BoolVar(&o.unsigned, "unsigned", false, "make one record without signature; what clients with a public key do with it is not documented")
	schemeFlag(cmd, &o.scheme)
	o.host.flags(cmd)
	completeValues(cmd, "type", activationTypes)
	completeValues(cmd, "forwarding", forwardingNames)
}

// A recordRequest is what the flags of record ask for, once they are understood.
type recordRequest struct {
	domain     string
	activation txtrecord.Activation
	scheme     txtrecord.Scheme
	ttl        time.Duration
	zone       string
	assumed    bool
	target     export.Target
}

// seconds is the TTL as DNS counts it.
func (r *recordRequest) seconds() uint32 { return uint32(r.ttl / time.Second) }

func runRecord(ctx context.Context, env *environment, o *recordOptions, status, domain string) error {
	if err := o.out.check(o.signing.files()...); err != nil {
		return err
	}
	now := env.now()
	request, err := o.request(env, status, domain, now)
	if err != nil {
		return err
	}
	set, judgement, err := o.make(ctx, env, request, now)
	if err != nil {
		return err
	}
	format := o.format()
	var result bytes.Buffer
	if err := format.WriteSet(&result, set); err != nil {
		return err
	}
	guide, err := format.Guide(set)
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result.Bytes()); err != nil {
		return err
	}
	o.signing.describe(env)
	describeRecord(env, request, set, judgement, now)
	o.describeNext(env, request, set, guide)
	return nil
}

// format is the one asked for, which is known to be one of them.
func (o *recordOptions) format() export.Format {
	format, _ := export.Lookup(o.out.format)
	return format
}

// request understands the flags.
func (o *recordOptions) request(env *environment, status, domain string, now time.Time) (*recordRequest, error) {
	if err := oneOf("--type", o.product, activationTypes); err != nil {
		return nil, err
	}
	forwarding, ok := forwardings[o.forwarding]
	if !ok {
		return nil, oneOf("--forwarding", o.forwarding, forwardingNames)
	}
	scheme, err := txtrecord.ParseScheme(o.scheme)
	if err != nil {
		return nil, err
	}
	r := &recordRequest{domain: domain, scheme: scheme}
	r.activation = txtrecord.Activation{Type: txtrecord.Type(o.product), Status: txtrecord.Status(status), Forwarding: forwarding}
	if o.bindDomain {
		r.activation.Domain = domain
	}
	if err := o.window(&r.activation, now); err != nil {
		return nil, err
	}
	if r.ttl, err = parseTTL(o.ttl); err != nil {
		return nil, err
	}
	format := o.format()
	if r.target, err = o.host.understood(env, format); err != nil {
		return nil, err
	}
	if r.zone, r.assumed, err = o.host.zoneOf(env, domain, format.Heeds("zone", r.target.Provider)); err != nil {
		return nil, err
	}
	return r, format.CheckTTL(r.seconds(), r.target)
}

// window sets start and end.
func (o *recordOptions) window(a *txtrecord.Activation, now time.Time) (err error) {
	if err := o.oneEnd(a.Status); err != nil {
		return err
	}
	if o.start != "" {
		if a.Start, err = parseInstant("--start", o.start, now); err != nil {
			return err
		}
	}
	switch {
	case o.end != "":
		a.End, err = parseInstant("--end", o.end, now)
	case o.lasting != "":
		a.End, err = o.endOf(a.Start, now)
	}
	if err != nil || a.End.IsZero() {
		return err
	}
	if !a.Start.IsZero() && a.End.Before(a.Start) {
		return refusal(fmt.Errorf("the end, %s, lies before the start, %s", bothTimes(a.End), bothTimes(a.Start)), "give a later --end, or an earlier --start")
	}
	if a.End.Unix() < now.Unix() {
		return refusal(fmt.Errorf("the end, %s, lies in the past", bothTimes(a.End)), "give a later --end, or --for; the clock here says "+bothTimes(now.Truncate(time.Second)))
	}
	return nil
}

// oneEnd requires that the end was decided on, exactly once.
func (o *recordOptions) oneEnd(status txtrecord.Status) error {
	given := 0
	for _, set := range []bool{o.end != "", o.lasting != "", o.noEnd} {
		if set {
			given++
		}
	}
	switch {
	case given > 1:
		return refusal(errors.New("--end, --for and --no-end exclude each other"), "keep one of them")
	case given == 0 && status != txtrecord.Off:
		return refusal(fmt.Errorf("%q needs an end: without one, whoever controls the DNS can replay it for ever", status), "add --for 8h, or --end TIME; --no-end if that is really meant")
	}
	return nil
}

func (o *recordOptions) endOf(start, now time.Time) (time.Time, error) {
	d, err := parseDuration("--for", o.lasting)
	if err != nil {
		return time.Time{}, err
	}
	if start.IsZero() {
		start = now.Truncate(time.Second).UTC()
	}
	end := start.Add(d)
	if end.Unix() > txtrecord.MaxInstant {
		return time.Time{}, refusal(fmt.Errorf("--for %q ends after the year 9999", o.lasting), "give a shorter one")
	}
	return end, nil
}

// parseTTL reads a time to live from one second to a day.
func parseTTL(text string) (time.Duration, error) {
	ttl, err := duration.ParseTTL(text)
	if err != nil {
		return 0, refusal(fmt.Errorf("--ttl %q is not a duration", text), "write 30s or 5m")
	}
	if ttl%time.Second != 0 || ttl < time.Second || ttl > 24*time.Hour {
		return 0, refusal(fmt.Errorf("--ttl %q is not between 1s and 24h in whole seconds", text), "the vendor recommends 30s, and advises against more than 15m")
	}
	return ttl, nil
}

// make signs the records and has them judged as everybody's are, before anything is
// printed.
func (o *recordOptions) make(ctx context.Context, env *environment, r *recordRequest, now time.Time) (*export.RecordSet, verify.Judgement, error) {
	policy := verify.Policy{Scheme: r.scheme, At: now, Domain: r.domain, AllowUnsigned: o.unsigned}
	values, key, err := o.values(ctx, env, r)
	if err != nil {
		return nil, verify.Judgement{}, err
	}
	want := verify.Unsigned
	if key != nil {
		want = verify.Valid
		policy.Keys = []verify.Key{{PublicKey: key, Name: keygen.Fingerprint(key)}}
	}
	judgement := verify.Judge(verify.Values(values...), policy)
	if judgement.Verdict != want {
		return nil, judgement, &txtrecord.SignerError{Err: fmt.Errorf("the new records are %s", judgement.Verdict)}
	}
	set := &export.RecordSet{
		Schema: export.Schema,
		RRSets: []txtrecord.RRSet{{
			Name: r.domain + ".", Type: "TXT", TTL: r.seconds(), Values: values,
		}},
		Activation:  export.NewActivation(judgement.Set.Activation),
		Zone:        r.zone,
		ZoneAssumed: r.assumed,
		Target:      r.target,
	}
	if key != nil {
		set.Signed, set.Key, set.Scheme = true, judgement.Key, r.scheme.String()
	}
	return set, judgement, nil
}

// values makes the bare values, with the key that must verify them, if any.
func (o *recordOptions) values(ctx context.Context, env *environment, r *recordRequest) ([]string, *rsa.PublicKey, error) {
	if o.unsigned {
		if ways := o.signing.ways(); len(ways) > 0 {
			return nil, nil, contradict("--unsigned", ways[0])
		}
		value, err := txtrecord.Unsigned(r.activation)
		return []string{value}, nil, err
	}
	by, err := o.signing.signer(ctx, env, r.scheme)
	if err != nil {
		return nil, nil, err
	}
	key, _ := by.Public().(*rsa.PublicKey)
	values, err := o.signing.sign(env, r.activation, r.scheme, by)
	return values, key, err
}
