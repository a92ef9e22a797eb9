package main

import (
	"context"
	cryptorand "crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/verify"
)

type drillOptions struct {
	// kitReading is of the kit, where there is one.
	kitReading
	kit      string
	clients  int
	faults   []string
	markdown string
	keep     string
	// made is the key of a rehearsal without a kit.
	made *rsa.PrivateKey
	// kept is what is going to be the folder of --keep, nil without it.
	kept *kit.Draft
}

// toResult is the value of --markdown where no file is named.
const toResult = "-"

func newDrillCommand(env *environment) *cobra.Command {
	var o drillOptions
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Rehearse a switch and its way back on an embedded name server",
		Long: `Make a key and a zone, publish off, test, on and off by DNS update (RFC 2136),
and verify each live, on a name server inside this program that only listens on
loopback. Nothing outside the program is touched, and nothing is left behind
unless --keep or --markdown names where.

--kit rehearses a real kit instead, with a clock that is moved: off, then in
each window test and on, the renewal by the next window, the end of the last,
and off. Its records activate: programs of this machine can ask for them
meanwhile.

--clients simulates clients that look the records up every 200 s behind caching
resolvers, and holds what they see against the computed curve; few clients are
too few to tell. --fault breaks something on purpose, and shows what verify says
to it: ` + list(drillFaultNames()) + `.

Exit status 1 if anything went wrong: a step, a curve, or a fault that verify
does not name; 4 if this machine let nothing be rehearsed. docs/drill.md
explains it, and how a rehearsal is kept for auditors.`,
		Example: `  drtxt drill
  drtxt drill --keep rehearsal
  drtxt drill --fault all
  drtxt drill --kit kit --public dr_publickey.pem --clients 1000 --markdown protocol.md`,
		Args:              o.checkArguments,
		ValidArgsFunction: o.completeArgument,
		RunE:              func(cmd *cobra.Command, args []string) error { return runDrill(cmd.Context(), env, &o) },
	}
	o.flags(env, cmd)
	return cmd
}

func (o *drillOptions) flags(env *environment, cmd *cobra.Command) {
	o.takesSettingsOfKit(env, cmd)
	cmd.PreRunE = chain(cmd.PreRunE, func(cmd *cobra.Command, args []string) error { return o.understand(env, cmd, args) })
	o.out.flags(env, cmd, []string{"table", "json", "markdown"})
	o.keyFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.kit, "kit", "", "rehearse the kit in this `DIR`")
	f.IntVar(&o.clients, "clients", 0, fmt.Sprintf("simulate this `NUMBER` of clients, up to %d, at every change", drill.MaxClients))
	f.StringArrayVar(&o.faults, "fault", nil, "also break this, a `NAME` of those above, or all; repeatable")
	f.StringVar(&o.markdown, "markdown", "", "leave a protocol for auditors in a file, `[FILE]`, whole or not at all; without a file it is the result")
	f.StringVar(&o.keep, "keep", "", "leave keys and records in this `DIR`, a new or an empty one, whole or not at all")
	showOptionalFile(cmd, f.Lookup("markdown"))
	f.Lookup("public").Usage = "with --kit: " + f.Lookup("public").Usage
	f.Lookup("scheme").Usage = "with --kit: " + f.Lookup("scheme").Usage
	completeValues(cmd, "fault", append(drillFaultNames(), allFaults))
}

// showOptionalFile has a flag stand alone, for [toResult], and the help show it as its usage
// has it: pflag would add the value that stands for nothing.
func showOptionalFile(cmd *cobra.Command, flag *pflag.Flag) {
	flag.NoOptDefVal = toResult
	usage := cmd.UsageFunc()
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		flag.NoOptDefVal = ""
		defer func() { flag.NoOptDefVal = toResult }()
		return usage(cmd)
	})
}

// takesSettingsOfKit has the command read the configuration where there is a kit, and take
// from it what is configured for the kit's domain. A rehearsal without one needs nothing.
func (o *drillOptions) takesSettingsOfKit(env *environment, cmd *cobra.Command) {
	annotate(cmd, noSettings, "")
	cmd.PreRunE = chain(cmd.PreRunE, func(cmd *cobra.Command, _ []string) error {
		if o.kit == "" {
			return nil
		}
		delete(cmd.Annotations, noSettings)
		return applyConfiguration(env, cmd)
	})
	takesSettingsOf(env, cmd, func(*cobra.Command, []string) (string, error) {
		if domain := env.settings.only(); domain != "" {
			return domain, nil
		}
		if err := o.open(o.kit); err != nil {
			return "", err
		}
		return o.folder.Manifest.Domain, nil
	})
}

// checkArguments accepts one argument, behind --markdown alone: its file.
func (o *drillOptions) checkArguments(cmd *cobra.Command, args []string) error {
	accepted := 0
	if o.markdown == toResult {
		accepted = 1
	}
	switch {
	case len(args) <= accepted:
		return nil
	case o.markdown != "":
		return refusal(fmt.Errorf("--markdown takes one file: %s is one too many", quoted(args[accepted])), "name one file for the protocol; drill takes no other arguments")
	}
	return cobra.NoArgs(cmd, args)
}

// completeArgument offers files where one is the file of --markdown.
func (o *drillOptions) completeArgument(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 && o.markdown == toResult {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

const allFaults = "all"

func drillFaultNames() []string {
	names := make([]string, len(drill.Faults))
	for i, f := range drill.Faults {
		names[i] = f.Name
	}
	return names
}

// understand puts --markdown in its place, and refuses what does not go together.
func (o *drillOptions) understand(env *environment, cmd *cobra.Command, args []string) error {
	if len(args) == 1 {
		if o.markdown = args[0]; o.markdown == "" {
			return refusal(errors.New("--markdown is empty"), "give it a file, or nothing at all")
		}
	}
	if o.markdown == toResult {
		if env.typed["format"] && o.out.format != "markdown" {
			return contradict("--markdown without a file", "--format "+o.out.format)
		}
		o.out.format, o.markdown = "markdown", ""
	}
	if cmd.Flags().Changed("clients") && (o.clients < 1 || o.clients > drill.MaxClients) {
		return refusal(fmt.Errorf("--clients %d is not from 1 to %d", o.clients, drill.MaxClients), "1000 tell whether the curve is as computed; leave it out for none")
	}
	for _, name := range o.faults {
		if err := oneOf("--fault", name, append(drillFaultNames(), allFaults)); err != nil {
			return err
		}
	}
	switch {
	case o.kit == "" && env.typedAny("public", "scheme"):
		return refusal(errors.New("--public and --scheme are about --kit, which is not given"), "add --kit DIR, or leave them out")
	case o.kit != "" && o.keep != "":
		return refusal(errors.New("--keep is not for a rehearsal of a kit: its records activate, and are not to lie about in copies"), "leave out --keep; the kit itself has the records")
	}
	return nil
}

func runDrill(ctx context.Context, env *environment, o *drillOptions) (err error) {
	defer func() { err = errors.Join(err, o.discard()) }()
	plan, err := o.plan(ctx, env)
	if err != nil {
		return err
	}
	rehearsal, err := o.rehearse(ctx, env, plan)
	if err != nil {
		return err
	}
	if o.kept != nil {
		if err := o.keepRehearsal(ctx, env, rehearsal); err != nil {
			return err
		}
	}
	if err := o.write(ctx, env, rehearsal); err != nil {
		return err
	}
	if !rehearsal.Right() {
		return verdictStatus(verify.StatusWrong)
	}
	return nil
}

// plan makes the plan of the rehearsal, once everything else was looked at.
func (o *drillOptions) plan(ctx context.Context, env *environment) (*drill.Plan, error) {
	if o.kit != "" {
		return o.kitPlan(env)
	}
	if err := o.out.check(); err != nil {
		return nil, err
	}
	if err := o.checkMarkdown(); err != nil {
		return nil, err
	}
	if err := o.beginKeeping(); err != nil {
		return nil, err
	}
	var err error
	if o.made, err = generateKey(ctx, env); err != nil {
		return nil, err
	}
	plan := drill.NewPlan(o.made, env.now())
	plan.Policy.Location = time.Local
	return plan, nil
}

// kitPlan is the plan of a kit, which is believed as far as kit verify believes it.
func (o *drillOptions) kitPlan(env *environment) (*drill.Plan, error) {
	policy, err := o.prepare(env, []string{o.kit})
	if err != nil {
		return nil, err
	}
	if err := o.checkMarkdown(); err != nil {
		return nil, err
	}
	plan, err := drill.KitPlan(o.folder, policy)
	if is[*drill.UnfitKitError](err) {
		line := slices.Concat([]string{"drtxt", "kit", "verify", operand(o.kit)}, publicWords(o.public), schemeWords(env, policy.Scheme))
		hint := "`" + shellwords.Line(line) + "` says all that is wrong with it, and what to do"
		if len(policy.Keys) == 0 {
			hint = "name the public key with --public FILE, one that does not come from the kit"
		}
		return nil, &failure{status: verify.StatusWrong, err: err, hint: hint}
	}
	if err != nil {
		return nil, err
	}
	plan.Policy.SchemeConfirmed = env.settings.confirmedOn()
	return plan, nil
}

// rehearse goes through the plan, with progress on a terminal.
func (o *drillOptions) rehearse(ctx context.Context, env *environment, plan *drill.Plan) (*drill.Rehearsal, error) {
	options := drill.Options{Now: env.now, Clients: o.clients, Rand: newRand()}
	for _, fault := range drill.Faults {
		if slices.Contains(o.faults, fault.Name) || slices.Contains(o.faults, allFaults) {
			options.Faults = append(options.Faults, fault)
		}
	}
	var progress atomic.Pointer[drill.Progress]
	progress.Store(new(drill.Progress))
	options.Progress = func(p drill.Progress) { progress.Store(&p) }
	defer showProgress(env, func() string { return o.progressInWords(progress.Load()) })()
	rehearsal, err := drill.Run(ctx, plan, options)
	if unbegun, ok := errors.AsType[*drill.NotBegunError](err); ok && ctx.Err() == nil {
		return nil, &failure{status: verify.StatusUndetermined, err: err, hint: unbegun.Hint()}
	}
	return rehearsal, err
}

func (o *drillOptions) progressInWords(p *drill.Progress) string {
	switch {
	case p.Fault != "":
		return "making the fault " + p.Fault
	case o.clients > 0:
		return fmt.Sprintf("step %d of %d: %d of %d clients have seen it", p.Step, p.Steps, p.Switched, o.clients)
	}
	return fmt.Sprintf("step %d of %d", p.Step, p.Steps)
}

// newRand is chance that nobody has chosen.
func newRand() *rand.Rand {
	var seed [32]byte
	cryptorand.Read(seed[:])
	return rand.New(rand.NewChaCha8(seed))
}

// A drillResult is a rehearsal, with what its result names of this run.
type drillResult struct {
	*drill.Rehearsal
	// public are the paths of the public keys, as they were given.
	public []string
	// forgotten says that there is one alone, which was made for the rehearsal and is not kept.
	forgotten bool
}

func (o *drillOptions) result(r *drill.Rehearsal) *drillResult {
	if o.made == nil {
		return &drillResult{Rehearsal: r, public: o.public}
	}
	return &drillResult{Rehearsal: r, public: []string{filepath.Join(o.keep, keygen.PublicKeyFile)}, forgotten: o.keep == ""}
}

// write writes the protocol, where a file is named for it, and the result.
func (o *drillOptions) write(ctx context.Context, env *environment, rehearsal *drill.Rehearsal) error {
	r := o.result(rehearsal)
	result, err := o.render(env, r)
	if err != nil {
		return err
	}
	if o.markdown != "" {
		if err := writeFile(ctx, o.markdown, drillProtocol(r)); err != nil {
			return withHint(err, "name another file with --markdown")
		}
		env.note("wrote %s, the protocol", quoted(o.markdown))
	}
	return o.out.write(ctx, env, result)
}

func (o *drillOptions) render(env *environment, r *drillResult) ([]byte, error) {
	switch o.out.format {
	case "json":
		return drillAsJSON(r.Rehearsal)
	case "markdown":
		return drillProtocol(r), nil
	}
	return drillTable(env, r)
}
