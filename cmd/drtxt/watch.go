package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/verify"
)

type watchOptions struct {
	trust
	judged
	live
	timeout, interval string
	out               output
}

func newWatchCommand(env *environment) *cobra.Command {
	var o watchOptions
	cmd := &cobra.Command{
		Use:   "watch [DOMAIN]",
		Short: "Wait until name servers and caches serve what was published",
		Long: `Verify again and again until verify would end in 0: first the name servers of the
zone, then, once those are right, the resolvers. A server that does not answer is
shown and does not hold it up. With --records it waits for exactly those sets, so
that a renewal can be watched.

Exit status: as verify ends at the last round, 0 when all is as wanted; 130
interrupted. With --format json one verification a line is printed each round.`,
		Example: `  drtxt watch dr.example.com --until on --public dr_publickey.pem
  drtxt watch dr.example.com --records on.json --public dr_publickey.pem --timeout 1h`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWatch(cmd, env, &o, args)
		},
	}
	takesDomain(env, cmd, 0)
	o.out.flags(env, cmd, verificationFormats)
	o.trust.flags(cmd)
	o.judged.flags(cmd, "until", "the state to wait for")
	o.live.flags(cmd)
	cmd.Flags().StringVar(&o.timeout, "timeout", "30m", "limit for the whole wait, a `DURATION`; 0 for none")
	cmd.Flags().StringVar(&o.interval, "interval", "5s", "least `DURATION` from the end of a round to the next, at least 1s; up to two fifths are added at random")
	for _, name := range []string{"format", "out"} {
		cmd.Flags().Lookup(name).Usage += "; json gives one verification a round, but with --out the last alone"
	}
	takesSettingsOf(env, cmd, func(cmd *cobra.Command, args []string) (string, error) {
		if len(args) == 0 && len(o.records) > 0 {
			return o.expected.domain(cmd.Context(), env), nil
		}
		written, err := requireWritten(env, cmd, args)
		if err != nil {
			return "", err
		}
		return canonicalDomain(written)
	})
	return cmd
}

// domain is the one that is watched, empty where the records say it.
func (o *watchOptions) domain(cmd *cobra.Command, env *environment, args []string) (string, error) {
	if len(args) == 0 && len(o.records) > 0 {
		return "", nil
	}
	return requireDomain(env, cmd, args)
}

// roundTimeout is what one round may take, as verify has it.
const roundTimeout = 10 * time.Second

func runWatch(cmd *cobra.Command, env *environment, o *watchOptions, args []string) error {
	ctx := cmd.Context()
	if err := o.out.check(slices.Concat(o.public, o.records, []string{o.rootHints})...); err != nil {
		return err
	}
	w, timeout, err := o.watch(cmd, env, args)
	if err != nil {
		return err
	}
	return o.run(ctx, env, w, timeout)
}

// watch understands the flags.
func (o *watchOptions) watch(cmd *cobra.Command, env *environment, args []string) (*verify.Watch, time.Duration, error) {
	ctx := cmd.Context()
	if o.expect == "" && len(o.records) == 0 {
		return nil, 0, refusal(errors.New("it is not said what to wait for"), "add --until on, off, test or none, or --records FILE")
	}
	domain, err := o.domain(cmd, env, args)
	if err != nil {
		return nil, 0, err
	}
	policy, err := o.judgedPolicy(env, &o.judged, domain)
	if err != nil {
		return nil, 0, err
	}
	timeout, err := readDuration(o.timeout)
	if err != nil || timeout < 0 {
		return nil, 0, refusal(fmt.Errorf("--timeout %q is not a duration", o.timeout), "write 10m or 1h; 0 for no limit")
	}
	interval, err := parseTimeout("--interval", o.interval)
	if err != nil {
		return nil, 0, err
	}
	if interval < time.Second {
		return nil, 0, refusal(fmt.Errorf("--interval %q is below 1s", o.interval), "other people's servers are asked: write 1s or more")
	}
	w := &verify.Watch{Interval: interval, Timeout: roundTimeout, Amend: o.checkClaims}
	if o.at == "now" {
		w.Now = env.now
	}
	if w.Request, err = o.request(ctx, env, policy); err != nil {
		return nil, 0, err
	}
	w.Checker, err = o.checker(ctx, env)
	return w, timeout, err
}

// run watches, and says at the end what stands.
func (o *watchOptions) run(ctx context.Context, env *environment, w *verify.Watch, timeout time.Duration) error {
	defer w.Checker.Client.CloseIdle()
	begin := time.Now()
	voice := &watchVoice{env: env, domain: w.Request.Policy.Domain, until: o.expect, begin: begin}
	shown := newBoard(env, voice.title)
	w.Request.Progress = shown.update
	var failed error
	w.Each = func(round verify.Round) {
		voice.round(round)
		if o.out.format == "json" && o.out.path == "" && failed == nil {
			failed = stdoutError(addLine(env.out, &round.Report))
		}
	}
	limited, cancel := ctx, context.CancelFunc(func() {})
	if timeout > 0 {
		limited, cancel = context.WithTimeout(ctx, timeout)
	}
	defer cancel()
	last, err := w.Run(limited)
	shown.close()
	if failed != nil {
		return failed
	}
	if ctx.Err() != nil {
		voice.interrupted(last)
		return verdictStatus(statusInterrupted)
	}
	if last.Number == 0 {
		return &failure{status: verify.StatusUndetermined, err: fmt.Errorf("nothing could be verified within %s", timeout), hint: "give --timeout more time than one round takes"}
	}
	return o.conclude(ctx, env, voice, last, err)
}

// conclude prints the last round, unless that was printed as one of many.
func (o *watchOptions) conclude(ctx context.Context, env *environment, voice *watchVoice, last verify.Round, err error) error {
	if o.out.format != "json" || o.out.path != "" {
		result, err := renderReport(env, &last.Report, o.out.format, "")
		if err != nil {
			return err
		}
		if err := o.out.write(ctx, env, result); err != nil {
			return err
		}
	}
	voice.ended(last, err)
	return endIn(&last.Report, o.out.format)
}

// A watchVoice says on standard error how a watch is going: in the board's title on a
// terminal, else a line whenever something has changed.
type watchVoice struct {
	env           *environment
	domain, until string
	begin         time.Time

	mu   sync.Mutex
	last verify.Round
	seen string
}

func (v *watchVoice) round(round verify.Round) {
	v.mu.Lock()
	v.last = round
	v.mu.Unlock()
	ending := round.Report.ExitStatus() == verify.StatusDone
	if seen := digest(&round.Report); seen != v.seen && !ending && !v.env.animated() {
		v.seen = seen
		v.env.note("round %d, after %s: %s%s", round.Number, v.elapsed(), round.Report.Sentence(), v.estimate(round))
	}
}

// digest is what of a report is worth a line when it changes; the time that is left
// always does.
func digest(report *verify.Report) string {
	text := fmt.Sprint(report.Verdict, report.State, report.AsExpected)
	for i := range report.Servers {
		s := &report.Servers[i]
		text += fmt.Sprint(" ", s.Server, s.Address, s.Outcome, s.Judgement.Verdict, s.Judgement.State)
	}
	return text
}

// title is what stands above the board: what is waited for, and when that will have
// come to every client.
func (v *watchVoice) title() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	text := "waiting at " + v.domain
	if v.until != "" {
		text = "waiting for " + v.until + " at " + v.domain
	}
	if v.last.Number == 0 {
		return []string{text}
	}
	lines := []string{text + fmt.Sprintf(", round %d: %s%s", v.last.Number, v.last.Report.Verdict, notYet(&v.last.Report))}
	if seen := v.last.Seen(); !seen.IsZero() {
		lines = append(lines, fmt.Sprintf("every client by %s at the latest, an estimate", seen.UTC().Format("15:04:05 UTC")))
	}
	return lines
}

func (v *watchVoice) elapsed() time.Duration { return time.Since(v.begin).Round(time.Second) }

func notYet(report *verify.Report) string {
	if report.Policy.Expected == verify.NoExpectation || report.AsExpected || report.Verdict == verify.Pending {
		return ""
	}
	return ", not as wanted yet"
}

// estimate says when every client has seen the change.
func (v *watchVoice) estimate(round verify.Round) string {
	if round.Right.IsZero() {
		return ""
	}
	before := fmt.Sprintf("a TTL of %s before the change", round.Remembered)
	if round.BeforeUnknown {
		before = fmt.Sprintf("if it was changed just now, and had a TTL of %s before too", round.Remembered)
	}
	return fmt.Sprintf(" Every client has seen it at %s at the latest (an estimate: %s, and %s).",
		bothTimes(round.Seen().Truncate(time.Second)), before, verify.PollInterval)
}

func (v *watchVoice) interrupted(last verify.Round) {
	if last.Number == 0 {
		v.env.note("drtxt: interrupted after %s, before anything was known", v.elapsed())
		return
	}
	v.env.note("drtxt: interrupted after %s, in round %d; what stands: %s verdict: %s", v.elapsed(), last.Number+1, last.Report.Sentence(), last.Report.Verdict)
}

func (v *watchVoice) ended(last verify.Round, err error) {
	if err != nil {
		v.env.note("drtxt: not reached within %s, until round %d; what stands: %s verdict: %s", v.elapsed(), last.Number, last.Report.Sentence(), last.Report.Verdict)
		return
	}
	v.env.note("reached after %s, in round %d: %s%s", v.elapsed(), last.Number, last.Report.Sentence(), v.estimate(last))
}
