package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// run runs the program and returns its exit status.
func run(env *environment, args []string) int {
	// A closed pipe is an error to be told like any other, not a silent end.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil && ctx.Err() != nil {
		err = context.Canceled
	}
	return conclude(env, err)
}

func newRoot(env *environment) *cobra.Command {
	root := &cobra.Command{
		Use:   "drtxt",
		Short: "Signed DNS records that switch remote access into disaster recovery and back",
		Long: `drtxt makes, signs and verifies the DNS TXT records that switch Zscaler Internet
Access and Private Access clients into disaster recovery and back.

Every setting of a flag can also come from the environment: --server is
DRTXT_SERVER, --question-timeout DRTXT_QUESTION_TIMEOUT. Flags that disarm a
safety can not.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return applyEnvironment(env, cmd) },
	}
	root.SetIn(env.in)
	root.SetOut(env.out)
	root.SetErr(env.err)
	root.PersistentFlags().BoolVar(&env.noColor, "no-color", false, "no colours, whatever the terminal can do")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return refusal(err, "`"+cmd.CommandPath()+" --help` lists the flags")
	})
	root.AddCommand(
		newKeygenCommand(env),
		newRecordCommand(env),
		newExplainCommand(env),
		newVerifyCommand(env),
		newDrillCommand(env),
		newVersionCommand(env),
	)
	for _, cmd := range root.Commands() {
		requireKnownArguments(cmd)
	}
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	hint := "`drtxt --help` lists the commands"
	if similar := root.SuggestionsFor(name); len(similar) > 0 {
		hint = "did you mean `drtxt " + similar[0] + "`?"
	}
	return refusal(fmt.Errorf("there is no command %q", name), hint)
}

// requireKnownArguments gives cobra's complaint about the number of arguments our
// status and a hint.
func requireKnownArguments(cmd *cobra.Command) {
	check := cmd.Args
	if check == nil {
		check = cobra.NoArgs
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return refusal(err, "usage: `"+cmd.UseLine()+"`")
		}
		return nil
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

// oneOf refuses a value that is not in the list, with the one that was probably
// meant.
func oneOf(what, value string, known []string) error {
	if slices.Contains(known, value) {
		return nil
	}
	return refusal(fmt.Errorf("%s %q is not one of %s", what, value, list(known)), "use "+what+" "+nearest(value, known))
}

// nearest is the known value with the longest beginning in common.
func nearest(value string, known []string) string {
	best, longest := known[0], 0
	for _, k := range known {
		n := 0
		for n < min(len(k), len(value)) && k[n] == strings.ToLower(value)[n] {
			n++
		}
		if n > longest {
			best, longest = k, n
		}
	}
	return best
}

// list words alternatives.
func list(values []string) string {
	if len(values) < 2 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:len(values)-1], ", ") + " or " + values[len(values)-1]
}

// completeValues offers a flag's known values in the shell.
func completeValues(cmd *cobra.Command, flag string, values []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag does not exist: a mistake in the program
	}
}
