package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the time zones, wherever the program runs

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/kit"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

type kitOptions struct {
	dir                    string
	start, window, overlap string
	count                  int
	product, forwarding    string
	bindDomain             bool
	ttl, scheme, timezone  string
	formats                []string
	signing                signing
	host                   formatOptions
}

func newKitCommand(env *environment) *cobra.Command {
	var o kitOptions
	cmd := &cobra.Command{
		Use:   "kit [DOMAIN] --out DIR",
		Short: "Sign records ahead of time, with the runbook for the night",
		Long: `Sign, on a quiet day, what is needed in the night: a set for off, and sets for test
and on that are valid in windows of time, one overlapping the next. Then no key is
needed to publish them. DIR gets every set in several formats, a manifest with a
digest of each file, and the runbook: RUNBOOK.md and runbook.html.

Whoever has these files and can change the DNS can activate disaster recovery until
the last window ends: keep them as a private key is kept. Windows that reach less
far ahead limit that.

Everything is written beside DIR first, read back and verified with the public key;
DIR is then there as a whole or not at all. On standard output: the SHA-256 digest
of the manifest, as sha256sum prints it. Note it down somewhere else.

Formats besides text, json, zone and nsupdate, which every kit has:
` + formatSummaries(),
		Example: `  drtxt kit dr.example.com --out kit --key dr_privatekey.pem --window 7d --count 8 --overlap 1d
  drtxt kit dr.example.com --out kit --key dr_privatekey.pem --format route53 --timezone Europe/Berlin
  drtxt kit verify kit --public dr_publickey.pem
  drtxt kit pick kit --status on --public dr_publickey.pem --out on.json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			domain, err := requireDomain(env, cmd, args)
			if err != nil {
				return err
			}
			return runKit(cmd.Context(), env, &o, domain)
		},
	}
	takesDomain(env, cmd, 0)
	o.flags(cmd)
	cmd.AddCommand(withKnownArguments(newKitVerifyCommand(env)), withKnownArguments(newKitPickCommand(env)))
	return cmd
}

const defaultOverlap = "1d"

func (o *kitOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.dir, "out", "o", "", "the folder of the kit, a `DIR` that is not there yet or is empty")
	f.StringVar(&o.start, "start", "now", "the `TIME` the first window begins")
	f.StringVar(&o.window, "window", "7d", "how long each window is, a `DURATION`")
	f.IntVar(&o.count, "count", 8, fmt.Sprintf("how many windows, a `NUMBER` from 1 to %d", kit.MaxCount))
	f.StringVar(&o.overlap, "overlap", defaultOverlap, "how long one window and the next are both open, a `DURATION`; 0s for not at all")
	f.StringVar(&o.product, "type", "all", "product: "+list(activationTypes))
	f.StringVar(&o.forwarding, "forwarding", "", "what Internet Access does with traffic meanwhile: fail-open or fail-close (default: the portal's setting)")
	f.BoolVar(&o.bindDomain, "bind-domain", false, "write the domain into the signed part (tag d)")
	f.StringVar(&o.ttl, "ttl", "30s", "time to live of the records, as a `DURATION`")
	f.StringVar(&o.timezone, "timezone", "UTC", "where the people are who read the runbook, a `NAME` such as Europe/Berlin")
	f.StringArrayVar(&o.formats, "format", nil, "")
	o.signing.flags(cmd)
	schemeFlag(cmd, &o.scheme)
	o.host.flags(cmd)
	f.Lookup("format").Usage = "also write every set in this `FORMAT`, one of those above; repeatable"
	completeValues(cmd, "type", activationTypes)
	completeValues(cmd, "forwarding", []string{"fail-open", "fail-close"})
	completeValues(cmd, "format", formatNames())
}

func runKit(ctx context.Context, env *environment, o *kitOptions, domain string) error {
	if o.dir == "" {
		return refusal(errors.New("no folder for the kit"), "add --out DIR: a folder that is not there yet")
	}
	if err := kit.CheckVacant(o.dir); err != nil {
		return kitFolderError(o.dir, err)
	}
	now := env.now()
	options, err := o.options(env, domain, now)
	if err != nil {
		return err
	}
	by, err := o.signing.signer(ctx, env, options.Scheme)
	if err != nil {
		return err
	}
	key, _ := by.Public().(*rsa.PublicKey)
	if err := txtrecord.CheckKey(key); err != nil {
		return err
	}
	options.Key, options.PublicKeys = key, o.publicKeys()
	made, err := o.makeIn(ctx, env, options, by)
	if err != nil {
		return err
	}
	o.signing.describe(env)
	o.describe(env, &made.Manifest, options, now)
	path := filepath.Join(o.dir, kit.ManifestFile)
	to := output{}
	return to.write(ctx, env, []byte(made.Digest()+"  "+printableLine(path)+"\n"))
}

// kitFolderError names the folder in an error of the operating system.
func kitFolderError(dir string, err error) error {
	if is[*fs.PathError](err) || is[*os.LinkError](err) || is[*os.SyscallError](err) {
		return withHint(pathError("making the kit", dir, err), "name another folder with --out")
	}
	return err
}

// options understands the flags, all but the key.
func (o *kitOptions) options(env *environment, domain string, now time.Time) (kit.Options, error) {
	k := kit.Options{
		Domain: domain, BindDomain: o.bindDomain, Type: txtrecord.Type(o.product), Formats: o.formats,
		Confirmed: env.settings.confirmedOn(), SchemeOpen: env.settings.openTags(),
		Publish: publishPlaces(env, domain), Servers: configuredValues(env, domain, "server"), Resolvers: configuredValues(env, domain, "resolver"), Made: now.Truncate(time.Second).UTC(), Version: versionName(),
	}
	if err := oneOf("--type", o.product, activationTypes); err != nil {
		return k, err
	}
	forwarding, ok := forwardings[o.forwarding]
	if !ok {
		return k, oneOf("--forwarding", o.forwarding, []string{"fail-open", "fail-close"})
	}
	k.Forwarding = forwarding
	var err error
	if k.Scheme, err = txtrecord.ParseScheme(o.scheme); err != nil {
		return k, err
	}
	if k.Location, err = kit.Location(o.timezone); err != nil {
		return k, err
	}
	ttl, err := parseTTL(o.ttl)
	if err != nil {
		return k, err
	}
	k.TTL = uint32(ttl / time.Second)
	if k.Plan, err = o.plan(now); err != nil {
		return k, err
	}
	for _, name := range o.formats {
		if err := oneOf("--format", name, formatNames()); err != nil {
			return k, err
		}
	}
	if k.Target, err = o.target(env); err != nil {
		return k, err
	}
	k.Zone, k.ZoneAssumed, err = o.host.zoneOf(env, domain, true)
	return k, err
}

// plan says when the windows are. One that is over before it was signed is of no use.
func (o *kitOptions) plan(now time.Time) (kit.Plan, error) {
	p := kit.Plan{Count: o.count}
	var err error
	if p.Start, err = parseInstant("--start", o.start, now); err != nil {
		return p, err
	}
	if p.Window, err = parseDuration("--window", o.window); err != nil {
		return p, err
	}
	if p.Overlap, err = readDuration(o.overlap); err != nil {
		return p, refusal(fmt.Errorf("--overlap %q is not a duration", o.overlap), "write 1d or 12h, or 0s for none")
	}
	windows, err := p.Windows()
	if wrong, ok := errors.AsType[*kit.PlanError](err); ok && wrong.Field == "overlap" && o.overlap == defaultOverlap {
		return p, refusal(fmt.Errorf("%w; --overlap is %s where it is not given", err, defaultOverlap), "give a shorter --overlap, such as 6h, or a longer --window")
	}
	if err != nil {
		return p, err
	}
	if first := windows[0]; first.End.Unix() < now.Unix() {
		return p, refusal(fmt.Errorf("the first window ends at %s, in the past", bothTimes(first.End)), "give a later --start; the clock here says "+bothTimes(now.Truncate(time.Second)))
	}
	return p, nil
}

// target is what all the formats together need to know.
func (o *kitOptions) target(env *environment) (export.Target, error) {
	target := o.host.target
	var formats []export.Format
	for _, f := range export.Formats {
		if !slices.Contains(o.formats, f.Name) && !slices.Contains(kit.RequiredFormats, f.Name) {
			continue
		}
		formats = append(formats, f)
		one, err := o.host.understood(heedingEverything(env, f, target.Provider), f)
		if err != nil {
			return target, err
		}
		target.LeastTTL = max(target.LeastTTL, one.LeastTTL)
		target.PlainSemicolons = target.PlainSemicolons || one.PlainSemicolons
	}
	return target, refuseUnheededByAll(env, formats, target.Provider)
}

// heedingEverything is the environment without the typed flags that are for other formats
// alone: another format of the kit may heed them.
func heedingEverything(env *environment, format export.Format, provider export.Provider) *environment {
	heeded := *env
	heeded.typed = maps.Clone(env.typed)
	maps.DeleteFunc(heeded.typed, func(flag string, _ bool) bool { return !format.Heeds(flag, provider) })
	return &heeded
}

// refuseUnheededByAll refuses a typed flag that no format of the kit heeds.
func refuseUnheededByAll(env *environment, formats []export.Format, provider export.Provider) error {
	for _, flag := range slices.Sorted(maps.Keys(env.typed)) {
		heeded := slices.ContainsFunc(formats, func(f export.Format) bool { return f.Heeds(flag, provider) })
		if users := usersOf(flag); len(users) > 0 && !heeded {
			return refusal(fmt.Errorf("--%s says nothing to the formats of this kit", flag), "leave it out; it is for "+list(users))
		}
	}
	return nil
}

// publicKeys are the public keys that drtxt can believe the records by, wherever it is
// run. What only this process has, such as standard input, others cannot name.
func (o *kitOptions) publicKeys() []string {
	var paths []string
	for _, path := range o.signing.publicPaths() {
		path = absolute(path)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && !strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/proc/") {
			paths = append(paths, path)
		}
	}
	return paths
}

// configuredValues are the values of a general setting of a domain, none where it has none.
func configuredValues(env *environment, domain, name string) []string {
	if env.settings.file == nil {
		return nil
	}
	setting, _ := env.settings.file.Setting(domain, configuration.General, name)
	return setting.Values
}

// publishPlaces are where drtxt publish brings the records of a domain, as the
// configuration has it.
func publishPlaces(env *environment, domain string) kit.Publish {
	file := env.settings.file
	if file == nil {
		return kit.Publish{}
	}
	server, hasServer := file.Setting(domain, configuration.Publish, "server")
	zoneFile, hasZoneFile := file.Setting(domain, configuration.Publish, "zone-file")
	if hasServer && hasZoneFile { // they exclude each other, and what stands under the domain is nearer
		hasServer = server.Domain != ""
		hasZoneFile = !hasServer
	}
	switch {
	case hasZoneFile:
		return kit.Publish{ZoneFile: absolute(zoneFile.Values[0])}
	case !hasServer:
		return kit.Publish{}
	}
	places := kit.Publish{Server: server.Values[0]}
	if tsig, ok := file.Setting(domain, configuration.Publish, "tsig-file"); ok {
		places.TSIGFile = absolute(tsig.Values[0])
	}
	return places
}

// makeIn makes the kit at its place. That there can be one is known before anything is
// signed.
func (o *kitOptions) makeIn(ctx context.Context, env *environment, options kit.Options, by crypto.Signer) (made *kit.Kit, err error) {
	draft, err := kit.Begin(o.dir)
	if err != nil {
		return nil, kitFolderError(o.dir, err)
	}
	defer func() { err = errors.Join(err, draft.Discard()) }()
	if made, err = o.make(ctx, env, options, by); err != nil {
		return nil, err
	}
	if err := draft.Write(ctx, made); err != nil {
		return nil, kitFolderError(o.dir, err)
	}
	return made, nil
}

// make signs every set, and shows how far that is: a token may want to be touched for each.
func (o *kitOptions) make(ctx context.Context, env *environment, options kit.Options, by crypto.Signer) (*kit.Kit, error) {
	total := 1 + 2*options.Plan.Count
	var begun atomic.Int64
	if o.signing.command == "" { // a program may ask for a PIN there, where nothing must move
		defer showProgress(env, func() string { return fmt.Sprintf("signing set %d of %d", begun.Load(), total) })()
	}
	made, err := kit.Make(ctx, options, func(a txtrecord.Activation) ([]string, error) {
		n := begun.Add(1)
		if o.signing.command != "" && env.errTerminal {
			env.note("waiting for %s: set %d of %d", quoted(o.signing.command), n, total)
		}
		return txtrecord.Sign(a, options.Scheme, by)
	})
	if is[*kit.ManifestError](err) {
		return nil, refusal(err, "it goes into the runbook and into lines for a shell: use another path or value")
	}
	return made, err
}

// describe says what was made, who can use it, and what to do with it.
func (o *kitOptions) describe(env *environment, m *kit.Manifest, options kit.Options, now time.Time) {
	what := fmt.Sprintf("%s: off, and %s each for test and on, for %s", m.Domain, counted(options.Plan.Count, "window"), productNames[options.Type])
	if options.Forwarding != txtrecord.NoForwarding {
		what += ", " + options.Forwarding.Name()
	}
	env.note("%s", what)
	env.note("  from    %s", bothTimes(options.Plan.Start))
	env.note("  until   %s%s", bothTimes(m.LastEnd()), distance(m.LastEnd(), now))
	env.note("  key     %s", m.Key)
	env.note("  scheme  %s, %s", m.Scheme, confirmation(options.Scheme, m.SchemeConfirmed, m.SchemeOpen))
	if m.ZoneAssumed {
		env.note("  zone    %s, assumed: the parent of the name; --zone names another", m.Zone)
	}
	for _, f := range verify.JudgeTTLs([]uint32{m.TTL}, verify.Judgement{}, now) {
		if f.Severity == verify.Warning {
			env.note("warning: %s (%s): %s", f.Message, f.Code, f.Advice)
		}
	}
	if f, ok := m.Expiry(now, time.Local); ok {
		env.note("warning: %s (%s): more windows (--count) or longer ones (--window) reach farther", f.Message, f.Code)
	}
	if !kit.ModeChecked {
		env.note("drtxt: on this system nobody but you must have access to the folder: file modes are not set")
	}
	env.note("warning: %s", m.Warning)
	env.note("wrote %s: read %s there, and keep a copy where it can be had without the vendor's cloud", quoted(o.dir), kit.MarkdownFile)
	env.note("next: `%s`, now and then", shellwords.Line(slices.Concat([]string{"drtxt", "kit", "verify", operand(o.dir)}, m.Trust)))
}
