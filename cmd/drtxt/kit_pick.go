package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/runbook"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

type kitPickOptions struct {
	kitReading
	status, warnBefore string
}

func newKitPickCommand(env *environment) *cobra.Command {
	var o kitPickOptions
	cmd := &cobra.Command{
		Use:   "pick DIR [DOMAIN] --status on|off|test",
		Short: "Print the set of a kit that is valid now, ready to be published",
		Long: `Print the pre-signed set of a kit that is valid now; of several, the one with the
latest end. It is the file of the kit as it stands, after its digest was compared, its
records verified, and the file held against them. Without --public or a configured
key nothing is verified here: it is handed out with a warning and status 0, because
publish verifies it with a key of its own.

on and test drop sessions, and clients do not come back by themselves: publish off
once it is over.

Where no window fits, or the set is not as it was made, the exit status is 1. The
nearest window is named, with the clock of this machine, which may be wrong.`,
		Example: `  drtxt kit pick kit --status on --public dr_publickey.pem --out on.json
  drtxt kit pick kit --status off --public dr_publickey.pem --format zone`,
		Args: folderAndDomain,
		RunE: func(cmd *cobra.Command, args []string) error { return runKitPick(cmd.Context(), env, &o, args) },
	}
	o.flags(env, cmd, kitFormats())
	cmd.Flags().Lookup("format").Usage = "form of the result, a `FORMAT` that the kit has"
	cmd.Flags().StringVar(&o.status, "status", "", "which set: "+list(statuses))
	cmd.Flags().StringVar(&o.warnBefore, "warn-before", "1h", "warn when the end is less than this `DURATION` away")
	completeValues(cmd, "status", statuses)
	return cmd
}

// kitFormats are those that a kit may have, the default first.
func kitFormats() []string {
	names := []string{"json"}
	for _, name := range formatNames() {
		if name != "json" {
			names = append(names, name)
		}
	}
	return names
}

func runKitPick(ctx context.Context, env *environment, o *kitPickOptions, args []string) error {
	if o.status == "" {
		return refusal(errors.New("it is not said which set to pick"), "add --status "+list(statuses))
	}
	if err := oneOf("--status", o.status, statuses); err != nil {
		return err
	}
	policy, err := o.prepare(env, args)
	if err != nil {
		return err
	}
	if policy.WarnBefore, err = parseWarnBefore(o.warnBefore); err != nil {
		return err
	}
	set, err := o.folder.Manifest.Pick(txtrecord.Status(o.status), policy.At)
	if err != nil {
		return noWindow(env, o.folder.Manifest, policy, err)
	}
	picked, err := o.folder.Take(set, o.out.format, policy)
	if damage, ok := errors.AsType[*kit.DamageError](err); ok {
		return &failure{status: verify.StatusWrong, err: err, hint: damage.Hint()}
	}
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, picked.Data); err != nil {
		return err
	}
	o.describe(env, picked, policy)
	return o.next(env, args, picked, policy)
}

// noWindow names the nearest window, and the clock that it was missed by.
func noWindow(env *environment, m *kit.Manifest, policy kit.Policy, err error) error {
	none, ok := errors.AsType[*kit.NoWindowError](err)
	if !ok || none.Nearest == nil {
		return err
	}
	w := none.Nearest.Window()
	which := fmt.Sprintf("the nearest, %s, begins at %s%s", none.Nearest.Name, bothTimes(w.Start), distance(w.Start, policy.At))
	if policy.At.After(w.End) {
		which = fmt.Sprintf("the nearest, %s, ended at %s%s", none.Nearest.Name, bothTimes(w.End), distance(w.End, policy.At))
	}
	return &failure{
		status: verify.StatusWrong,
		err:    fmt.Errorf("no set for %s of the kit for %s is valid at %s", none.Status, m.Domain, bothTimes(policy.At)),
		hint: fmt.Sprintf("%s; the clock of this machine says %s: if that is wrong, set it, or say with --at what time it is, or paste the values of the text file of the window in which it lies (%s/%s-*.txt); else sign a new set with `drtxt record`",
			which, bothTimes(env.now()), none.Status, none.Status),
	}
}

// describe says on standard error what was picked.
func (o *kitPickOptions) describe(env *environment, p *kit.Picked, policy kit.Policy) {
	m := o.folder.Manifest
	a := p.Judgement.Set.Activation
	what := fmt.Sprintf("%s of the kit for %s: %s for %s", p.Name, m.Domain, a.Status, productNames[a.Type])
	if a.Forwarding != txtrecord.NoForwarding {
		what += ", " + a.Forwarding.Name()
	}
	env.note("%s", what)
	if !a.Start.IsZero() {
		env.note("  from    %s", startInWords(a, policy.At))
	}
	env.note("  until   %s", endInWords(a, policy.At))
	if len(policy.Keys) > 0 {
		env.note("  key     %s: verified", p.Judgement.Key)
	}
	env.note("  scheme  %s, %s", policy.Scheme, confirmation(policy.Scheme, env.settings.confirmedOn(), p.Judgement.OpenTags))
	warnings := findingsOfKit(p.Warnings)
	if f, ok := m.Expiry(policy.At, policy.Location); ok {
		warnings = append(warnings, findingsOfKit([]kit.Finding{f})...)
	}
	for _, f := range finding.FromVerify(slices.Concat(p.Judgement.Findings, verify.JudgeTTLs([]uint32{m.TTL}, p.Judgement, policy.At))) {
		if f.Severity == verify.Warning {
			warnings = append(warnings, f)
		}
	}
	for _, f := range warnings {
		env.note("warning: %s (%s): %s", f.Message, f.Code, f.Advice)
	}
	if a.Status != txtrecord.Off {
		env.note("warning: %s drops sessions, and clients do not come back by themselves: publish off once it is over", a.Status)
	}
}

// next says how to publish it. What is believed there comes from this run, never from the
// kit.
func (o *kitPickOptions) next(env *environment, args []string, p *kit.Picked, policy kit.Policy) error {
	trusting := o.trusting(env, policy)
	if o.out.format != "json" {
		format, _ := export.Lookup(o.out.format)
		guide, err := format.Guide(p.Records)
		if err != nil {
			return err
		}
		describeFormat(env, format, p.Records, guide, operand(o.out.path), trusting)
		return nil
	}
	publish := []string{"drtxt", "publish"}
	if o.out.path != "" {
		publish = append(publish, "--records", operand(o.out.path))
	}
	line := shellwords.Line(slices.Concat(publish, o.folder.Manifest.Publish, trusting))
	if o.out.path == "" {
		line = shellwords.Line(append(o.again(args, policy), trusting...)) + " | " + line
	}
	env.note("next: `%s`", line)
	return nil
}

// again are the words that pick the same set.
func (o *kitPickOptions) again(args []string, policy kit.Policy) []string {
	words := append([]string{"drtxt", "kit", "pick", operand(args[0])}, args[1:]...)
	words = append(words, "--status", o.status)
	if o.at != "now" {
		words = append(words, "--at", policy.At.Format(time.RFC3339))
	}
	return words
}

// trusting are the flags by which other commands believe the records: those of this run,
// with a word to be filled in where it has no key.
func (o *kitPickOptions) trusting(env *environment, policy kit.Policy) []string {
	paths := o.public
	if len(paths) == 0 {
		paths = []string{runbook.PublicKeyPEM}
	}
	words := append(publicWords(paths), schemeWords(env, policy.Scheme)...)
	if env.typed["config"] && !slices.Contains(words, "--config") {
		words = append(words, "--config", env.settings.path)
	}
	return words
}

// operand is a path as a command takes it: one that begins with a hyphen is no flag, nor
// standard input. What no line can show is left to be filled in.
func operand(path string) string {
	switch {
	case printableLine(path) != path:
		return "PATH"
	case strings.HasPrefix(path, "-"):
		return "." + string(filepath.Separator) + path
	}
	return path
}
