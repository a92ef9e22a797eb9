package main

import (
	"errors"
	"io"
	"os"
	"slices"
	"strconv"

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

Where a file that a setting names is missing, or a variable holds what the commands
refuse, that is an error once all is shown.`,
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
	var wrong error
	for _, domain := range domains {
		inForce, err := newShownDomain(env, domain)
		if err != nil {
			return err
		}
		if wrong == nil {
			wrong = inForce.wrong
		}
		shown.Domains = append(shown.Domains, *inForce)
	}
	warnOfShown(env, domains)
	result, err := shown.render(env, o.format)
	if err != nil {
		return err
	}
	if err := o.write(cmd.Context(), env, result); err != nil {
		return err
	}
	return wrong
}

// warnOfShown warns of a configuration that was found, as the commands do that take from
// it.
func warnOfShown(env *environment, domains []string) {
	file, about := env.settings.file, ""
	if file == nil {
		return
	}
	if len(domains) == 1 {
		about = domains[0]
	}
	taken := slices.DeleteFunc(slices.Clone(file.Settings), func(s configuration.Setting) bool {
		return s.Domain != "" && !slices.Contains(domains, s.Domain)
	})
	warnOfFound(env, about, taken)
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
		env.settings.tookDomains = configured
		return configured, nil
	}
	domain, err := parseDomain(env, args[0])
	_, near := closest(domain, configured) // which was said already
	if err == nil && len(configured) > 0 && !near && !slices.Contains(configured, domain) {
		env.note("warning: the configuration does not name %s, but %s: for it counts what holds for every domain", domain, domainList(env.settings.file))
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

	wrong error // what is wrong first
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
	// MustBe is what the value of a variable has to be, where it is not that.
	MustBe string `json:"must_be,omitempty"`
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
	shown.checkWindow()
	return shown, nil
}

// commandOf is a command with all flags that the keys of a section stand for, and those
// that set them aside.
func commandOf(section string) *cobra.Command {
	name := section
	if section == configuration.General {
		name = "settings"
	}
	cmd := &cobra.Command{Use: name}
	f := cmd.Flags()
	for _, key := range configuration.Reaching(section) {
		switch key.Shape {
		case configuration.Switch:
			f.Var(new(looseSwitch), key.Name, "")
			f.Lookup(key.Name).NoOptDefVal = "true"
		case configuration.List, configuration.Texts:
			f.StringArray(key.Name, nil, "")
		default:
			f.String(key.Name, "", "")
		}
	}
	for _, name := range contenders(section) {
		f.String(name, "", "")
	}
	return cmd
}

// contenders are the flags of a section's commands that are no keys, can stand in a
// variable, and set a key aside.
func contenders(section string) []string {
	var names []string
	keys := configuration.Reaching(section)
	for _, make := range commandsOf[section] {
		make(&environment{}).Flags().VisitAll(func(flag *pflag.Flag) {
			isKey := slices.ContainsFunc(keys, func(key configuration.Key) bool { return key.Name == flag.Name })
			contends := slices.ContainsFunc(keys, func(key configuration.Key) bool { return exclude(flag.Name, key.Name) })
			if contends && !isKey && !slices.Contains(disarming, flag.Name) && !slices.Contains(names, flag.Name) {
				names = append(names, flag.Name)
			}
		})
	}
	return names
}

// A looseSwitch is a switch that can also be what is neither true nor false, so that it can
// be shown.
type looseSwitch string

func (s *looseSwitch) String() string { return string(*s) }

func (s *looseSwitch) Type() string { return "bool" }

func (s *looseSwitch) Set(text string) error {
	if on, err := strconv.ParseBool(text); err == nil {
		text = strconv.FormatBool(on)
	}
	*s = looseSwitch(text)
	return nil
}

// add notes what counts for a key.
func (d *shownDomain) add(env *environment, flags *pflag.FlagSet, key configuration.Key, inEnvironment bool) {
	flag := flags.Lookup(key.Name)
	shown := shownSetting{Section: key.Section, Key: key.Name, Source: fromDefault}
	setting, taken := env.settings.taken[key.Name]
	switch {
	case inEnvironment:
		shown.Source, shown.Variable, shown.Values = fromVariable, variable(key.Name), listOf(flag)
		d.checkVariable(key, &shown)
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
	if err := file.RequireInputs(setting); err != nil {
		d.refuse(err)
		shown.Missing = missingOf(setting.Values)
	}
}

// refuse notes what is wrong, if nothing was before.
func (d *shownDomain) refuse(err error) {
	if d.wrong == nil {
		d.wrong = err
	}
}

// missingOf are the paths at which there is nothing.
func missingOf(paths []string) []string {
	var missing []string
	for _, path := range paths {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			missing = append(missing, path)
		}
	}
	return missing
}

// listOf are the values of a flag.
func listOf(flag *pflag.Flag) []string {
	if list, ok := flag.Value.(pflag.SliceValue); ok {
		return slices.Clone(list.GetSlice())
	}
	return []string{flag.Value.String()}
}

// flagValues are those that say something, none where the flag is empty.
func flagValues(flag *pflag.Flag) []string {
	return slices.DeleteFunc(listOf(flag), func(value string) bool { return value == "" })
}

// commandsOf are commands that take the settings of a section.
var commandsOf = map[string][]func(*environment) *cobra.Command{
	configuration.General: {newRecordCommand, newVerifyCommand},
	configuration.Publish: {newPublishCommand},
	configuration.Kit:     {newKitCommand},
}

// defaultOf is what counts where nobody says anything: the default of the first command
// that takes the key.
func defaultOf(key configuration.Key) []string {
	for _, make := range commandsOf[key.Section] {
		if flag := make(&environment{}).Flags().Lookup(key.Name); flag != nil {
			return flagValues(flag)
		}
	}
	return []string{}
}
