package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/readiness"
)

type checkOptions struct {
	trust
	judged
	live
	probing  probing
	timeout  string
	edges    []string
	profiles []string
	statuses []string
	kit, key string
	ttl      string
	host     string
	provider string
	leastTTL string
	out      output
}

func newCheckCommand(env *environment) *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [DOMAIN]",
		Short: "Say on a quiet day whether everything is ready for the night",
		Long: `Say in one table whether a domain is ready for disaster recovery: the records
that stand and their TTL, the addresses at the name against the Private Service
Edges, the kit, the private key's file, the app profiles, what edges and
connectors say of themselves. For cron, with --format nagios or prometheus, and
for the exercise once a quarter. docs/check.md says where the exports come from.

Nothing is asked at the terminal, and the key is never decrypted. What is not
given is "not checked", what could not be found out is "unknown"; neither counts
as good.

Exit status: as verify, 0 ready as far as was checked, 1 if any finding is an
error, 2 used wrongly, 3 no record, 4 not known, also where a probe reached
nothing, 5 pending. With --format nagios: 0 OK, 1 WARNING, 2 CRITICAL (1, 3),
3 UNKNOWN (2, 4).`,
		Example: `  drtxt check dr.example.com --public dr_publickey.pem --expect off --kit kit
  drtxt check dr.example.com --public dr_publickey.pem --edges edges.json --profiles profiles.json --vendor-status status.txt --key keys/dr_privatekey.pem
  drtxt check dr.example.com --public dr_publickey.pem --kit kit --host route53 --format prometheus --out drtxt.prom`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runCheck(cmd, env, &o, args) },
	}
	takesDomain(env, cmd, 0)
	o.out.flags(env, cmd, verificationFormats)
	o.trust.flags(cmd)
	o.judged.flags(cmd, "expect", "the state that is expected")
	o.live.askedFlags(cmd)
	o.flags(cmd)
	return cmd
}

// flags are those that no other command has in this sense.
func (o *checkOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.timeout, "timeout", "10s", "limit for asking the name servers, a `DURATION`")
	f.StringArrayVar(&o.edges, "edges", nil, "hold the addresses at the name against the edges in this `FILE`: an export of serviceEdgeGroup, or YAML (docs/edges.md); repeatable, once for each page; - for standard input")
	o.probing.flags(cmd)
	f.StringArrayVar(&o.profiles, "profiles", nil, "hold the app profiles in this `FILE` against domain and key: an export of web/policy/listByCompany; repeatable, once for each page; - for standard input")
	f.StringArrayVar(&o.statuses, "vendor-status", nil, "judge what edges and connectors answered to show_configuration, pasted into this `FILE`; repeatable; - for standard input")
	f.StringVar(&o.kit, "kit", "", "check the kit in the folder `DIR`, and how long it will do")
	f.StringVar(&o.key, "key", "", "say in what state the private key in this `FILE` is, without decrypting it")
	f.StringVar(&o.ttl, "ttl", "30s", "the TTL that the next records get, a `DURATION`")
	f.StringVar(&o.host, "host", "", "hold the TTLs against what the host of the DNS takes, which is that of this `FORMAT` of record")
	f.StringVar(&o.provider, "provider", "", "with --host terraform: the `PROVIDER` "+list(providers())+" (default "+providers()[0]+")")
	f.StringVar(&o.leastTTL, "ttl-min", "", "with --host cloudflare, or terraform for it: the least TTL there, a `DURATION` (default 60s; 30s only for its enterprise plan)")
	completeValues(cmd, "host", hostNames())
	completeValues(cmd, "provider", providers())
	completeLater(cmd, "acknowledge", everyWarningCode)
	completeValues(cmd, "ttl-min", []string{"60s", "30s"})
}

// inputs are the files that are read.
func (o *checkOptions) inputs() []string {
	files := slices.Concat(o.public, o.edges, o.profiles, o.statuses, []string{o.rootHints, o.key})
	if o.key != "" {
		files = append(files, publicBeside(o.key))
	}
	return files
}

func runCheck(cmd *cobra.Command, env *environment, o *checkOptions, args []string) error {
	ctx := cmd.Context()
	if err := o.out.check(o.inputs()...); err != nil {
		return err
	}
	if err := o.checkFlags(env); err != nil {
		return err
	}
	domain, err := requireDomain(env, cmd, args)
	if err != nil {
		return err
	}
	g, err := o.gather(ctx, env, domain)
	if err != nil {
		return err
	}
	assessment := readiness.Assess(g)
	result, err := renderCheck(env, assessment, o.out.format)
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result); err != nil {
		return err
	}
	if o.out.format == "nagios" {
		return endWith(checkNagiosStatus(assessment))
	}
	return endWith(assessment.ExitStatus())
}

// checkFlags refuses what does not go together.
func (o *checkOptions) checkFlags(env *environment) error {
	fromInput := 0
	for _, path := range o.inputs() {
		if path == "-" {
			fromInput++
		}
	}
	switch {
	case fromInput > 1:
		return refusal(errors.New("standard input is to be read more than once"), "write what does not come from standard input to a file")
	case len(o.edges) == 0 && env.typedAny("probe"):
		return refusal(errors.New("--probe is about the edges, which are not given"), "add --edges FILE")
	case o.host == "" && env.typedAny("provider"):
		return refusal(errors.New("--provider is about --host terraform, which is not given"), "leave it out, or add --host terraform")
	case o.host == "" && env.typedAny("ttl-min"):
		return refusal(errors.New("--ttl-min is about --host, which is not given"), "leave it out, or add --host FORMAT")
	}
	return o.probing.check(env)
}
