package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/verify"
)

type publishOptions struct {
	trust
	asking
	expected
	destination
	undo, undoDir, audit, confirm       string
	dryRun, wait, remove, allowUnsigned bool
	timeout                             string
	out                                 output

	undoing remembered[*publish.Undo]
}

func newPublishCommand(env *environment) *cobra.Command {
	var o publishOptions
	cmd := &cobra.Command{
		Use:   "publish",
		Short: "Put record sets onto a name server or into a zone file, and verify them there",
		Long: `Replace the records at a name by those in --records (or standard input): by one
DNS update (RFC 2136) signed with a TSIG key, or in a zone file, in place.

What stands is read first and the difference is shown; then the domain's name
has to be typed, or given with --confirm. The change is made only if exactly
what was shown still stands, then read back and verified. TXT records of others
at the name are kept; sets of addresses (A, AAAA) are replaced whole. What
already stands is not sent again.

What stood before is kept in an undo file; the last line is the command that puts
it back.

Exit status: 0 published and verified, or it stood already; 1 the records are
wrong, or somebody else changed what stands; 2 used wrongly or refused; 4 not
known what became of it, or with --wait: other servers could not be asked; 5 with
--wait: caches hold the old answer; 130 interrupted.`,
		Example: `  drtxt publish --records on.json --public dr_publickey.pem --server ns1.example.com --zone example.com --tsig-file update.key
  drtxt publish --records on.json --public dr_publickey.pem --zone-file /etc/bind/example.com.zone --zone example.com --dry-run
  drtxt publish --undo UNDO_FILE --tsig-file update.key`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return refusal(fmt.Errorf("publish takes no argument such as %s", quoted(args[0])), "name the records with --records FILE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return runPublish(cmd.Context(), env, &o) },
	}
	o.out.flags(env, cmd, []string{"text", "json"})
	o.keyFlags(cmd)
	o.expected.flags(cmd, "the sets to publish (default: standard input, where that is no terminal)")
	o.destination.flags(cmd)
	o.asking.flags(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.dryRun, "dry-run", false, "show the difference, and change nothing")
	f.StringVar(&o.confirm, "confirm", "", "publish without asking; has to be the `DOMAIN` of the records")
	f.BoolVar(&o.allowUnsigned, "allow-unsigned", false, "accept a record without signature")
	f.BoolVar(&o.wait, "wait", false, "then wait until all the zone's servers and the resolvers have it")
	f.StringVar(&o.timeout, "timeout", "30m", "with --wait: limit for the whole wait, a `DURATION`; 0 for none")
	f.StringVar(&o.undo, "undo", "", "put back what stood before the publication that left this `FILE`")
	f.StringVar(&o.undoDir, "undo-dir", "", "leave the undo file in this `DIR`, made if missing (default: "+defaultUndoDir+")")
	f.BoolVar(&o.remove, "remove", false, "with --undo: take an activation away although no off comes in its place")
	f.StringVar(&o.audit, "audit", "", "append a line of JSON about this publication to `FILE`")
	takesSettingsOf(env, cmd, func(cmd *cobra.Command, _ []string) (string, error) { return o.settingsOf(cmd.Context(), env) })
	return cmd
}

// settingsOf is the domain whose settings count: the one that the records, or the undo
// file, are about. What is wrong with those is said when they are used.
func (o *publishOptions) settingsOf(ctx context.Context, env *environment) (string, error) {
	if err := o.check(env); err != nil {
		return "", err
	}
	if o.undo == "" {
		return o.expected.domain(ctx, env), nil
	}
	undo, err := o.readUndo(ctx, env)
	if err != nil {
		return "", err
	}
	return undo.Domain, nil
}

func runPublish(ctx context.Context, env *environment, o *publishOptions) error {
	if err := o.check(env); err != nil {
		return err
	}
	intent, err := o.intent(ctx, env)
	if err != nil {
		return err
	}
	p := &publication{env: env, o: o, intent: intent, at: env.now()}
	if p.target, err = o.open(ctx, env, intent); err != nil {
		return err
	}
	if o.wait {
		if p.others, err = o.waiting(ctx, env); err != nil {
			return err
		}
	}
	return p.run(ctx)
}

// check refuses what does not go together.
func (o *publishOptions) check(env *environment) error {
	switch {
	case o.undo != "" && (len(o.records) > 0 || o.server != "" || o.zoneFile != "" || o.zone != "" || o.allowUnsigned):
		return refusal(errors.New("--undo excludes --records, --server, --zone, --zone-file and --allow-unsigned"), "the undo file says what is put back, and where")
	case o.undo == "" && o.remove:
		return refusal(errors.New("--remove is about --undo, which is not given"), "leave it out; to end an activation publish what `drtxt record off` makes")
	case !o.wait && env.typedAny("resolver", "root-hints", "timeout"):
		return refusal(errors.New("--resolver, --root-hints and --timeout are about --wait, which is not given"), "add --wait, or leave them out")
	case o.wait && o.undo != "":
		return refusal(errors.New("--wait is not for --undo: what stood before may be nothing, or never verify"), "leave it out; `drtxt watch` waits for what you expect")
	case o.wait && o.dryRun:
		return refusal(errors.New("--dry-run changes nothing that --wait could wait for"), "leave one of them out")
	}
	if o.undo == "" && len(o.records) == 0 {
		if env.inTerminal {
			return refusal(errors.New("no records to publish"), "add --records FILE, as `drtxt record --format json` writes it, or for addresses "+makesAddresses)
		}
		o.records = []string{"-"}
	}
	inputs := slices.Concat(o.public, o.records, []string{o.undo, o.tsigFile, o.zoneFile, o.rootHints})
	for _, input := range inputs {
		if o.audit != "" && input != "" && sameFile(o.audit, input) {
			return refusal(fmt.Errorf("--audit would write into %s, which this command needs", quoted(input)), "name another file with --audit")
		}
	}
	return o.out.check(append(inputs, o.audit)...)
}

// An intent is what is to stand at a name.
type intent struct {
	domain string
	types  []string
	policy verify.Policy
	// end is when the records end, the zero time where they do not.
	end time.Time
	// plan makes the plan from what stands.
	plan func(publish.Standing) (*publish.Plan, error)
	// undo is the undo file that is carried out, nil otherwise.
	undo *publish.Undo
	// request has the exact sets that are verified afterwards.
	request verify.Request
}

// addressesAlone reports whether no TXT records are published.
func (in *intent) addressesAlone() bool { return !slices.Contains(in.types, "TXT") }

// judgeAt has everything judged at an instant from here on. Records that have ended by
// then are an error.
func (in *intent) judgeAt(now time.Time) error {
	in.policy.At, in.request.Policy.At = now, now
	if in.end.IsZero() || now.Unix() <= in.end.Unix() {
		return nil
	}
	return &failure{
		status: verify.StatusWrong, err: fmt.Errorf("the records ended at %s, and are not published", bothTimes(in.end)),
		hint: "make new ones with `drtxt record`; `drtxt explain` says what these ask for",
	}
}

func (o *publishOptions) intent(ctx context.Context, env *environment) (*intent, error) {
	policy, err := o.policy(env)
	if err != nil {
		return nil, err
	}
	policy.AllowUnsigned = o.allowUnsigned
	if o.undo != "" {
		return o.undoIntent(ctx, env, policy)
	}
	return o.recordsIntent(ctx, env, policy)
}
