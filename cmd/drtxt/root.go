package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// run runs the program and returns its exit status.
func run(env *environment, args []string) int {
	// A closed pipe is an error to be told like any other, not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	env.args = args
	root := newRoot(env, args)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(context.Background())
	if env.release != nil {
		defer env.release()
	}
	if err == nil {
		err = env.helpRefused
	}
	if err == nil && env.helpFailed != nil {
		err = stdoutError(env.helpFailed)
	}
	// A command that says itself what stands at an interruption has had the last word.
	spoken := errors.Is(err, verdictStatus(statusInterrupted))
	if ctx := cmd.Context(); err != nil && !spoken && ctx != nil && ctx.Err() != nil {
		err = context.Canceled
	}
	return conclude(env, err)
}

// prepare is what every command but version needs before it runs: its settings from
// the environment and the configuration, and a context that ends at Ctrl-C.
func prepare(env *environment, cmd *cobra.Command) error {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT} // the last would show the insides
	if !signal.Ignored(syscall.SIGHUP) {                                   // as nohup has it
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, release := signal.NotifyContext(cmd.Context(), signals...)
	env.release = release
	context.AfterFunc(ctx, release) // a second signal ends the program whatever it is at
	env.out, env.err = &patientWriter{ctx, env.out}, &patientWriter{ctx, env.err}
	cmd.SetContext(ctx)
	if err := refuseEmpty(cmd); err != nil {
		return err
	}
	if err := applyEnvironment(env, cmd); err != nil {
		return err
	}
	if err := applyConfiguration(env, cmd); err != nil {
		return err
	}
	questionDomain(env, cmd)
	return nil
}

func newRoot(env *environment, args []string) *cobra.Command {
	root := &cobra.Command{
		Use:   "drtxt",
		Short: "Signed DNS records that switch remote access into disaster recovery and back",
		Long: `drtxt makes, signs and verifies the DNS TXT records that switch Zscaler Internet
Access and Private Access clients into disaster recovery and back.

If that has to be done now: drtxt help incident.

Every setting of a flag can also come from the environment: --server is
DRTXT_SERVER, --question-timeout DRTXT_QUESTION_TIMEOUT. Domains, their keys and what
else is not to be typed on the night can stand in drtxt.yaml, named by --config, or in
this folder, or in the user's configuration folder (docs/configuration.md).
Flags that disarm a safety can not.`,
		Example: `  drtxt help incident
  drtxt drill`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return prepare(env, cmd) },
	}
	root.SetIn(env.in)
	root.SetOut(&trackedWriter{to: env.out, failed: &env.helpFailed})
	root.SetErr(printableWriter{env.err})
	root.PersistentFlags().BoolVar(&env.noColor, "no-color", false, "no colours, whatever the terminal can do")
	root.PersistentFlags().StringVar(&env.settings.path, "config", "", "read the configuration from this `FILE` (default: drtxt.yaml in this folder, else in the user's configuration folder)")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if args := cmd.Flags().Args(); misspelled(cmd, args) || cmd == root && len(args) > 0 {
			return unknownCommand(cmd, args[0]) // whose flags are not known here
		}
		return refusal(flagError(err), flagHint(cmd, err))
	})
	root.CompletionOptions.DisableDefaultCmd = true // there is ours
	root.SetHelpCommand(newHelpCommand())
	addCommands(root, env, args)
	if completing(args) {
		completeTheRest(root)
	}
	return root
}

// commands are those of the program, by name.
var commands = []struct {
	name string
	make func(*environment) *cobra.Command
}{
	{"keygen", newKeygenCommand},
	{"record", newRecordCommand},
	{"explain", newExplainCommand},
	{"verify", newVerifyCommand},
	{"watch", newWatchCommand},
	{"publish", newPublishCommand},
	{"edges", newEdgesCommand},
	{"check", newCheckCommand},
	{"calibrate", newCalibrateCommand},
	{"drill", newDrillCommand},
	{"kit", newKitCommand},
	{"wizard", newWizardCommand},
	{"config", newConfigCommand},
	{"incident", newIncidentTopic},
	{"man", newManCommand},
	{"completion", newCompletionCommand},
	{"version", newVersionCommand},
}

// addCommands adds the command that the arguments name, or all where they begin with
// something else: a hundred flags that nobody asks for are a good part of the time
// that a short command takes.
func addCommands(root *cobra.Command, env *environment, args []string) {
	named := func(name string) bool { return len(args) > 0 && args[0] == name }
	for _, c := range commands {
		if named(c.name) {
			root.AddCommand(withKnownArguments(c.make(env)))
			return
		}
	}
	for _, c := range commands {
		root.AddCommand(withKnownArguments(c.make(env)))
	}
}

// chain runs one check after the other.
func chain(first, second func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	if first == nil {
		return second
	}
	return func(cmd *cobra.Command, args []string) error {
		if err := first(cmd, args); err != nil {
			return err
		}
		return second(cmd, args)
	}
}
