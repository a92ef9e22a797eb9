package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
)

func newConfigShowCommand(env *environment) *cobra.Command {
	var o output
	cmd := &cobra.Command{
		Use:   "show [DOMAIN]",
		Short: "Show what is in force, and where each value comes from",
		Long: `Show which configuration is in force, and for each domain that it names, or for
DOMAIN alone, every setting with its value and where that comes from: a variable, a
line of the file, or the program's default. docs/configuration.md explains the keys.

Where a file that a setting names is missing, that is an error once all is shown.`,
		Example: `  drtxt config show
  drtxt config show dr.example.com --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runConfigShow(cmd, env, &o, args) },
	}
	o.flags(env, cmd, []string{"table", "json"})
	takesDomain(env, cmd, 0)
	annotate(cmd, settingsComeLater, "") // those that it shows are of other commands
	return cmd
}

func runConfigShow(cmd *cobra.Command, env *environment, o *output, args []string) error {
	if err := o.check(); err != nil {
		return err
	}
	domains, err := shownDomains(env, args)
	if err != nil {
		return err
	}
	shown := newShownConfiguration(env)
	var missing error
	for _, domain := range domains {
		inForce, err := newShownDomain(env, domain)
		if err != nil {
			return err
		}
		if missing == nil {
			missing = inForce.missing
		}
		shown.Domains = append(shown.Domains, *inForce)
	}
	result, err := shown.render(env, o.format)
	if err != nil {
		return err
	}
	if err := o.write(cmd.Context(), env, result); err != nil {
		return err
	}
	return missing
}

// shownDomains are those that are asked for; an empty name is for what holds for every
// domain.
func shownDomains(env *environment, args []string) ([]string, error) {
	var configured []string
	if file := env.settings.file; file != nil {
		configured = file.Domains()
	}
	switch {
	case len(args) == 0 && len(configured) == 0:
		return []string{""}, nil
	case len(args) == 0:
		return configured, nil
	}
	domain, err := parseDomain(env, args[0])
	if err == nil && len(configured) > 0 && !slices.Contains(configured, domain) {
		env.note("warning: the configuration does not name %s, but %s: for it counts what holds for every domain", domain, strings.Join(configured, ", "))
	}
	return []string{domain}, err
}

// configurationSchema names the JSON form; docs/configuration.schema.json describes it.
const configurationSchema = "drtxt/configuration/v1"

// A shownConfiguration is what is in force.
type shownConfiguration struct {
	Schema string `json:"schema"`
	// Path is the configuration's, empty where there is none.
	Path string `json:"path,omitempty"`
	// Because is why it is that one.
	Because   configurationChoice `json:"because,omitempty"`
	LookedFor []string            `json:"looked_for"`
	Confirmed *shownConfirmed     `json:"scheme_confirmed,omitempty"`
	Domains   []shownDomain       `json:"domains"`
}

// A configurationChoice is why a file is the configuration.
type configurationChoice string

// The choices.
const (
	becauseNamed configurationChoice = "named" // by --config or its variable
	becauseFound configurationChoice = "found" // it lies in the working directory
	becauseUsers configurationChoice = "user"  // it lies in the user's configuration folder
)

type shownConfirmed struct {
	Scheme string            `json:"scheme"`
	Date   string            `json:"date"`
	Way    configuration.Way `json:"way"`
	Key    string            `json:"key,omitempty"`
	Open   []string          `json:"open,omitempty"`
}

// A shownDomain is what is in force for a domain.
type shownDomain struct {
	// Domain is empty for what holds for every domain.
	Domain string `json:"domain"`
	// Written is how the file has it, where that differs.
	Written  string         `json:"written,omitempty"`
	Settings []shownSetting `json:"settings"`

	missing error // the first file that is not there
}

// A shownSetting is the value of one key.
type shownSetting struct {
	Section string   `json:"section,omitempty"`
	Key     string   `json:"key"`
	Values  []string `json:"values"`
	// Source is variable, file or default.
	Source   string `json:"source"`
	Variable string `json:"variable,omitempty"`
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	// Domain is the one that the setting stands under in the file.
	Domain string `json:"domain,omitempty"`
	// SetAsideBy is the setting because of which that of the file does not count.
	SetAsideBy string `json:"set_aside_by,omitempty"`
	// Missing are those of the values that name a file which does not exist.
	Missing []string `json:"missing,omitempty"`
}

// The sources.
const (
	fromVariable = "variable"
	fromFile     = "file"
	fromDefault  = "default"
)

func newShownConfiguration(env *environment) *shownConfiguration {
	shown := &shownConfiguration{Schema: configurationSchema, LookedFor: lookedFor(env)}
	file := env.settings.file
	if file == nil {
		return shown
	}
	shown.Path, shown.Because = absolute(file.Path), becauseUsers
	switch {
	case env.settings.path != "":
		shown.Because = becauseNamed
	case env.settings.found:
		shown.Because = becauseFound
	}
	if c := file.Confirmed; c != nil {
		shown.Confirmed = &shownConfirmed{Scheme: c.Scheme.String(), Date: c.Day(), Way: c.Way, Key: c.Key, Open: c.Open}
	}
	return shown
}

// lookedFor are the places where a configuration would be read, the first first.
func lookedFor(env *environment) []string {
	if env.settings.path != "" {
		return []string{absolute(env.settings.path)}
	}
	places := []string{absolute(configuration.FileName)}
	if path, err := userConfiguration(env); err == nil {
		places = append(places, path)
	}
	return places
}

// newShownDomain finds out what is in force for a domain, section by section, the way that
// the commands themselves do.
func newShownDomain(env *environment, domain string) (*shownDomain, error) {
	shown := &shownDomain{Domain: domain}
	if file := env.settings.file; file != nil && file.Written(domain) != domain {
		shown.Written = file.Written(domain)
	}
	for _, section := range []string{configuration.General, configuration.Publish, configuration.Kit} {
		own := *env // its settings are those of this section
		own.err = io.Discard
		cmd := commandOf(section)
		if err := applyEnvironment(&own, cmd); err != nil {
			return nil, err
		}
		variables := changedFlags(cmd.Flags())
		if file := own.settings.file; file != nil {
			if err := own.settings.take(cmd, domain); err != nil {
				return nil, err
			}
		}
		for _, key := range configuration.Keys {
			if key.Section == section {
				shown.add(&own, cmd.Flags(), key, variables[key.Name])
			}
		}
	}
	return shown, nil
}

// commandOf is a command with all flags that the keys of a section stand for.
func commandOf(section string) *cobra.Command {
	name := section
	if section == configuration.General {
		name = "settings"
	}
	cmd := &cobra.Command{Use: name}
	for _, key := range configuration.Reaching(section) {
		switch key.Shape {
		case configuration.Switch:
			cmd.Flags().Bool(key.Name, false, "")
		case configuration.List, configuration.Texts:
			cmd.Flags().StringArray(key.Name, nil, "")
		default:
			cmd.Flags().String(key.Name, "", "")
		}
	}
	return cmd
}

// add notes what counts for a key.
func (d *shownDomain) add(env *environment, flags *pflag.FlagSet, key configuration.Key, inEnvironment bool) {
	shown := shownSetting{Section: key.Section, Key: key.Name, Values: flagValues(flags.Lookup(key.Name)), Source: fromDefault}
	setting, taken := env.settings.taken[key.Name]
	switch {
	case inEnvironment:
		shown.Source, shown.Variable = fromVariable, variable(key.Name)
	case taken:
		shown.fromFile(setting)
		d.checkInputs(env.settings.file, setting, &shown)
	default:
		shown.Values = defaultOf(key)
		if setting, configured := settingOf(env, d.Domain, key); configured {
			shown.fromFile(setting)
			shown.SetAsideBy = outweighedBy(chosenFlags(flags), key.Name)
		}
	}
	d.Settings = append(d.Settings, shown)
}

func settingOf(env *environment, domain string, key configuration.Key) (configuration.Setting, bool) {
	if env.settings.file == nil {
		return configuration.Setting{}, false
	}
	return env.settings.file.Setting(domain, key.Section, key.Name)
}

func (s *shownSetting) fromFile(setting configuration.Setting) {
	s.Source, s.Values = fromFile, setting.Values
	s.Line, s.Column, s.Domain = setting.Line, setting.Column, setting.Domain
}

// checkInputs looks for the files that a setting names.
func (d *shownDomain) checkInputs(file *configuration.File, setting configuration.Setting, shown *shownSetting) {
	err := file.RequireInputs(setting)
	if err == nil {
		return
	}
	if d.missing == nil {
		d.missing = err
	}
	for _, path := range setting.Values {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			shown.Missing = append(shown.Missing, path)
		}
	}
}

// flagValues are the values of a flag, none where it is empty.
func flagValues(flag *pflag.Flag) []string {
	values := []string{flag.Value.String()}
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		values = list.GetSlice()
	}
	return slices.DeleteFunc(slices.Clone(values), func(value string) bool { return value == "" })
}

// defaultOf is what counts where nobody says anything: the default of the first command
// that takes the key.
func defaultOf(key configuration.Key) []string {
	nobody := &environment{}
	makers := map[string][]func(*environment) *cobra.Command{
		configuration.General: {newRecordCommand, newVerifyCommand},
		configuration.Publish: {newPublishCommand},
		configuration.Kit:     {newKitCommand},
	}
	for _, make := range makers[key.Section] {
		if flag := make(nobody).Flags().Lookup(key.Name); flag != nil {
			return flagValues(flag)
		}
	}
	return []string{}
}
