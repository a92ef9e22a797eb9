package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
)

// takeSettings sets the flags of a command that say nothing yet from the configuration: from
// what stands there for the domain, then from what stands there for every domain. A nearer
// layer sets aside what it excludes in one farther away. Files that are named there must
// exist.
func takeSettings(env *environment, cmd *cobra.Command, domain string) error {
	if err := env.settings.take(cmd, domain); err != nil {
		return err
	}
	for _, s := range env.settings.inOrder() {
		if err := env.settings.file.RequireInputs(s); err != nil {
			return err
		}
	}
	warnOfFound(env, domain, env.settings.inOrder())
	return nil
}

// take sets the flags, layer by layer.
func (s *settings) take(cmd *cobra.Command, domain string) error {
	s.taken = map[string]configuration.Setting{}
	layers := []string{domain, ""}
	for _, layer := range slices.Compact(layers) {
		given := chosenFlags(cmd.Flags())
		for _, setting := range s.file.Settings {
			flag := cmd.Flags().Lookup(setting.Key.Name)
			if setting.Domain != layer || flag == nil || flag.Changed || !reaches(cmd, setting.Key) || outweighedBy(given, flag.Name) != "" {
				continue
			}
			if err := s.takeOne(cmd.Flags(), flag, setting); err != nil {
				return err
			}
		}
	}
	return nil
}

// takeOne sets a flag.
func (s *settings) takeOne(flags *pflag.FlagSet, flag *pflag.Flag, setting configuration.Setting) error {
	for _, other := range s.inOrder() {
		if other.Domain == setting.Domain && saysSomething(other) && saysSomething(setting) && exclude(other.Key.Name, flag.Name) {
			return s.file.Refuse(setting, configuration.ErrExcluded, quoted(other.Key.String()))
		}
	}
	for _, value := range setting.Values {
		if err := flags.Set(flag.Name, value); err != nil {
			refusal := s.file.Refuse(setting, configuration.ErrValue, "what --"+flag.Name+" takes")
			refusal.Err = err
			return refusal
		}
	}
	s.taken[flag.Name] = setting
	return nil
}

// inOrder are the settings that were taken, in the order of the file.
func (s *settings) inOrder() []configuration.Setting {
	var taken []configuration.Setting
	for _, setting := range s.file.Settings {
		if t, ok := s.taken[setting.Key.Name]; ok && t.Domain == setting.Domain && t.Key.Section == setting.Key.Section {
			taken = append(taken, setting)
		}
	}
	return taken
}

// saysSomething is false for what is only kept from being true.
func saysSomething(s configuration.Setting) bool {
	return s.Key.Shape != configuration.Switch || s.Values[0] == "true"
}

// reaching are the keys that say something to a command.
func reaching(cmd *cobra.Command) []configuration.Key {
	return slices.DeleteFunc(configuration.Reaching(sectionOf(cmd)), func(key configuration.Key) bool { return ignores(cmd, key.Name) })
}

func reaches(cmd *cobra.Command, key configuration.Key) bool {
	return slices.ContainsFunc(reaching(cmd), func(k configuration.Key) bool { return k.String() == key.String() })
}

// sectionOf is the section that a command's settings stand in.
func sectionOf(cmd *cobra.Command) string {
	switch name := cmd.Name(); name {
	case configuration.Publish, configuration.Kit:
		return name
	}
	return configuration.General
}

// ignores reports whether a setting is not meant for what a command is about to do,
// although it has that flag.
func ignores(cmd *cobra.Command, name string) bool {
	switch cmd.Name() {
	case "record": // an off that ends lets clients fall back to what others serve
		return name == "for" && cmd.Flags().Arg(0) == "off"
	case "calibrate":
		return ignoredByCalibrate(cmd, name)
	}
	return false
}

// ignoredByCalibrate are settings of records that are published, which a trial's are not;
// and where none is made, what signs.
func ignoredByCalibrate(cmd *cobra.Command, name string) bool {
	if slices.Contains([]string{"type", "for", "ttl", "bind-domain"}, name) {
		return true
	}
	trial := cmd.Flags().Lookup("trial").Value.String() != ""
	return !trial && (name == "key" || strings.HasPrefix(name, "signer-"))
}

// copyFlags sets the flags of one command that were given to another.
func copyFlags(to, from *pflag.FlagSet, given map[string]bool) error {
	for name := range given {
		flag, copied := from.Lookup(name), to.Lookup(name)
		if copied == nil {
			continue // one of all commands
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			if err := to.Set(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}
