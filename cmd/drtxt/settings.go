package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// disarming are the flags that take a safety away. They count only where they are
// typed, never from the environment.
var disarming = []string{"no-end", "unsigned", "allow-unsigned", "skip-signature", "allow-exposed-key", "no-passphrase",
	"confirm", "insecure-no-tsig", "remove", "ignore-journal", "passphrase-fd", "new-passphrase-fd"}

// exclusive lists flags that exclude each other: a setting from the environment gives
// way to a flag that was typed, and one from the configuration to both.
var exclusive = [][]string{
	{"file", "server"},
	{"file", "resolver"},
	{"file", "records"},
	{"file", "root-hints"},
	{"file", "ipv4"},
	{"file", "ipv6"},
	{"file", "timeout"},
	{"file", "question-timeout"},
	{"file", "concurrency"},
	{"targets", "file", "records"},
	{"server", "root-hints"},
	{"ipv4", "ipv6"},
	{"zone-file", "server", "undo"},
	{"zone-file", "tsig-file"},
	{"undo", "records"},
	{"undo", "zone"},
	{"end", "for", "no-end"},
	{"unsigned", "public"},
	{"unsigned", "key", "signer-command", "signer-agent"},
	{"public", "skip-signature"},
}

// belongings are settings that go with a way of signing: where one of these comes from
// nearer, from a typed flag or from a variable, they are not taken from farther away. They
// exclude nothing themselves.
var belongings = map[string][]string{
	"signer-arg":         {"unsigned", "key", "signer-command", "signer-agent"},
	"signer-environment": {"unsigned", "key", "signer-command", "signer-agent"},
	"signer-timeout":     {"unsigned", "key"},
}

// unsplit are the repeatable flags whose variable holds one value, commas and all.
var unsplit = []string{"signer-arg"}

// outweighed reports whether a flag was given that excludes this one, or that this one
// would have to come along with.
func outweighed(given map[string]bool, flag string) bool { return outweighedBy(given, flag) != "" }

// outweighedBy is that flag, the first by name; empty where there is none.
func outweighedBy(given map[string]bool, flag string) string {
	for _, other := range slices.Sorted(maps.Keys(given)) {
		if given[other] && (exclude(other, flag) || slices.Contains(belongings[flag], other)) {
			return other
		}
	}
	return ""
}

// exclude reports whether two flags do.
func exclude(one, other string) bool {
	return one != other && slices.ContainsFunc(exclusive, func(group []string) bool {
		return slices.Contains(group, one) && slices.Contains(group, other)
	})
}

// changedFlags are the names of the flags that have been set.
func changedFlags(flags *pflag.FlagSet) map[string]bool {
	names := map[string]bool{}
	flags.Visit(func(flag *pflag.Flag) { names[flag.Name] = true })
	return names
}

// chosenFlags are those of them that say something: one that is set to false excludes
// nothing.
func chosenFlags(flags *pflag.FlagSet) map[string]bool {
	names := map[string]bool{}
	flags.Visit(func(flag *pflag.Flag) {
		names[flag.Name] = flag.Value.Type() != "bool" || flag.Value.String() == "true"
	})
	return names
}

// applyEnvironment sets the flags that were not given from variables such as
// DRTXT_SERVER. A flag that can be repeated takes several values between commas, but for
// those in unsplit.
func applyEnvironment(env *environment, cmd *cobra.Command) error {
	var failed error
	env.typed = changedFlags(cmd.Flags())
	typed := chosenFlags(cmd.Flags())
	cmd.Flags().VisitAll(func(flag *pflag.Flag) {
		name := variable(flag.Name)
		value := env.getenv(name)
		if value == "" || flag.Changed || flag.Name == "help" || failed != nil {
			return
		}
		if slices.Contains(disarming, flag.Name) {
			env.note("drtxt: %s is ignored: --%s takes a safety away and counts only as a flag", name, flag.Name)
			return
		}
		if outweighed(typed, flag.Name) {
			return
		}
		if err := setFlag(cmd.Flags(), flag, value); err != nil {
			failed = refusal(fmt.Errorf("%s: %w", name, flagError(err)), "correct the variable, or unset it")
		}
	})
	return failed
}

// refuseEmpty refuses flags that were given an empty value: an unset variable of a
// script must not silently take a start, an end or an expectation away.
func refuseEmpty(cmd *cobra.Command) error {
	var failed error
	cmd.Flags().Visit(func(flag *pflag.Flag) {
		if isEmpty(flag.Value) && failed == nil {
			failed = refusal(fmt.Errorf("--%s is empty", flag.Name), "give it a value, or leave the flag out")
		}
	})
	return failed
}

func isEmpty(value pflag.Value) bool {
	if list, ok := value.(pflag.SliceValue); ok {
		return slices.Contains(list.GetSlice(), "")
	}
	return value.Type() == "string" && value.String() == ""
}

func variable(flag string) string {
	return "DRTXT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// source is what a setting came from: the flag, its variable, or the configuration.
func source(env *environment, flag string) string {
	switch {
	case env.typed[flag]:
		return "--" + flag
	case env.settings.took(flag):
		return fmt.Sprintf("%s in %s, line %d", flag, quoted(env.settings.file.Path), env.settings.taken[flag].Line)
	}
	return variable(flag)
}

// flagError is the error of a flag, with our words for a bad boolean or number.
func flagError(err error) error {
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	flag := invalid.GetFlag()
	switch flag.Value.Type() {
	case "bool":
		return notBoolean("--"+flag.Name, invalid.GetValue())
	case "int":
		return fmt.Errorf("--%s %q is not a whole number, or too large a one", flag.Name, invalid.GetValue())
	}
	return err
}

func notBoolean(source, value string) error {
	return fmt.Errorf("%s %q is neither true nor false", source, value)
}

func setFlag(flags *pflag.FlagSet, flag *pflag.Flag, value string) error {
	values := []string{value}
	if _, repeatable := flag.Value.(pflag.SliceValue); repeatable && !slices.Contains(unsplit, flag.Name) {
		values = strings.Split(value, ",")
	}
	for _, v := range values {
		if err := flags.Set(flag.Name, v); err != nil {
			return err
		}
	}
	return nil
}
