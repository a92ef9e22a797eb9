package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/kit"
)

// settings are what the configuration says, and which of it counts in this run.
type settings struct {
	// path is the flag --config.
	path string
	// file is the configuration, nil where there is none.
	file *configuration.File
	// found says that it lay in the working directory, and was not chosen.
	found bool
	// given are the flags that say something without it: they were typed, or stand in the
	// environment.
	given map[string]bool
	// taken are the settings that have set flags, by the flags' names.
	taken map[string]configuration.Setting
	// tookDomains are the domains that nobody named but the configuration.
	tookDomains []string
	// warned is what was said of a configuration that was found, nil for nothing yet.
	warned *foundWarning
}

// took reports whether a flag's value is that of the configuration.
func (s *settings) took(flag string) bool {
	_, taken := s.taken[flag]
	return taken
}

// only is the one domain that is configured, empty where there are none or several.
func (s *settings) only() string {
	if s.file == nil || len(s.file.Domains()) != 1 {
		return ""
	}
	return s.file.Domains()[0]
}

// takeOnly is [settings.only] where it is what the command is about.
func (s *settings) takeOnly() string {
	domain := s.only()
	if domain != "" {
		s.tookDomains = []string{domain}
	}
	return domain
}

// confirmed says how the scheme in use was confirmed, nil where it was not: one that was
// typed, or stands in the environment or under a domain, is not.
func (s *settings) confirmed() *configuration.Confirmed {
	if scheme, taken := s.taken["scheme"]; !taken || scheme.Domain != "" {
		return nil
	}
	return s.file.Confirmed
}

// confirmedOn is the day on which the scheme in use was confirmed, empty where it was
// not.
func (s *settings) confirmedOn() string {
	if c := s.confirmed(); c != nil {
		return c.Day()
	}
	return ""
}

// openTags are those for which that confirmation does not count.
func (s *settings) openTags() []string {
	if c := s.confirmed(); c != nil {
		return c.Open
	}
	return nil
}

// applyConfiguration finds the configuration, and sets the flags from it that neither were
// typed nor stand in the environment. Commands that have none of its settings do not read
// it.
func applyConfiguration(env *environment, cmd *cobra.Command) error {
	if !takesSettings(cmd) {
		return nil
	}
	s := &env.settings
	var err error
	s.given = chosenFlags(cmd.Flags())
	if s.file, s.found, err = findConfiguration(env, savesScheme(cmd.Flags())); err != nil || s.file == nil {
		return err
	}
	if _, later := cmd.Annotations[settingsComeLater]; later {
		return nil
	}
	return takeSettings(env, cmd, domainOfSettings(env, cmd))
}

// The annotations that say how a command comes to its settings.
const (
	settingsComeLater = "drtxt-settings-come-later"
	noSettings        = "drtxt-no-settings"
)

func annotate(cmd *cobra.Command, name, value string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[name] = value
}

// takesSettingsOf has a command take its settings once it is found out which domain it is
// about: its input says that. find returns an empty name for what holds for every domain,
// and is called only where domains are configured.
func takesSettingsOf(env *environment, cmd *cobra.Command, find func(cmd *cobra.Command, args []string) (string, error)) {
	annotate(cmd, settingsComeLater, "")
	cmd.PreRunE = chain(cmd.PreRunE, func(cmd *cobra.Command, args []string) error {
		if env.settings.file == nil {
			return nil
		}
		domain := ""
		if len(env.settings.file.Domains()) > 0 {
			var err error
			if domain, err = find(cmd, args); err != nil {
				warnOfFound(env, "", nil)
				return err
			}
		}
		return takeSettings(env, cmd, domain)
	})
}

// domainOfSettings is the domain whose settings count: the one that is named, else the only
// one that is configured; empty where neither is. Whether one was needed, and how it is
// written, others say.
func domainOfSettings(env *environment, cmd *cobra.Command) string {
	named, _ := domainArgument(cmd, cmd.Flags().Args())
	if flag := cmd.Flags().Lookup("domain"); named == "" && flag != nil {
		named = flag.Value.String()
	}
	if _, takes := cmd.Annotations[domainPlace]; named == "" && takes {
		return env.settings.takeOnly()
	}
	if named == "" {
		return env.settings.only()
	}
	domain, err := canonicalDomain(named)
	if err != nil {
		return ""
	}
	return domain
}

// takesSettings reports whether a command has settings that can stand in the configuration,
// or takes its domain from there.
func takesSettings(cmd *cobra.Command) bool {
	if _, none := cmd.Annotations[noSettings]; none {
		return false
	}
	if _, domain := cmd.Annotations[domainPlace]; domain {
		return true
	}
	return slices.ContainsFunc(reaching(cmd), func(key configuration.Key) bool { return cmd.Flags().Lookup(key.Name) != nil })
}

// savesScheme reports whether the configuration is to be written, and need not be there.
func savesScheme(flags *pflag.FlagSet) bool {
	save := flags.Lookup("save")
	return save != nil && save.Value.String() == "true"
}

// configurationPaths are the files that the configuration is read from and written to.
func configurationPaths(env *environment, flags *pflag.FlagSet) []string {
	paths := []string{env.settings.path}
	if env.settings.file != nil {
		paths = append(paths, env.settings.file.Path)
	}
	if savesScheme(flags) {
		if path, err := userConfiguration(env); err == nil {
			paths = append(paths, path)
		}
	}
	return paths
}

// findConfiguration reads the file that --config names, else the one in the working
// directory, else the one in the user's configuration folder; nil if there is none. found
// says that it is the one in the working directory, and not the user's own all the same.
func findConfiguration(env *environment, mayBeMissing bool) (file *configuration.File, found bool, err error) {
	if path := env.settings.path; path != "" {
		file, err := configuration.Load(path, disarming)
		if mayBeMissing && errors.Is(err, fs.ErrNotExist) {
			return nil, false, nil
		}
		return file, false, err
	}
	path, unknown := userConfiguration(env)
	if unknown == nil && isHere(path) {
		file, err := configuration.Load(path, disarming)
		return file, false, err
	}
	if err := refuseInKit(); err != nil {
		return nil, false, err
	}
	file, err = loadIfThere(configuration.FileName)
	if file != nil && err == nil {
		err = file.RequireUnchosen()
	}
	if file != nil || err != nil {
		return file, err == nil, err
	}
	if unknown != nil {
		return nil, false, nil // there is no such folder
	}
	file, err = loadIfThere(path)
	return file, false, err
}

// isHere reports whether a configuration is the one in the working directory.
func isHere(path string) bool {
	here, err := os.Stat(configuration.FileName)
	if err != nil {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(here, info)
}

// loadIfThere reads a configuration, nil if there is no file.
func loadIfThere(path string) (*configuration.File, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return configuration.Load(path, disarming)
}

// refuseInKit refuses the configuration in the working directory where that belongs to a
// kit: it would set the user's own aside, with the keys that the kit is to be held against.
func refuseInKit() error {
	if _, err := os.Lstat(configuration.FileName); err != nil {
		return nil // there is none
	}
	if inside, err := kit.Encloses("."); err != nil || !inside {
		return err
	}
	return refusal(fmt.Errorf("./%s lies in the folder of a kit, where it does not belong", configuration.FileName),
		"look at who put it there, and take it out; or name the configuration that is meant with --config")
}

var errNoConfigFolder = errors.New("the user's configuration folder is not known")

// userConfiguration is the path of the user's own configuration, whether or not there is
// one.
func userConfiguration(env *environment) (string, error) {
	if env.userConfigFolder == nil {
		return "", errNoConfigFolder
	}
	folder, err := env.userConfigFolder()
	if err != nil {
		return "", errNoConfigFolder
	}
	return filepath.Join(folder, "drtxt", configuration.FileName), nil
}

// userConfigFolder is that of the XDG Base Directory Specification, which has relative
// paths ignored, and elsewhere the system's unless that one is set.
func userConfigFolder() (string, error) {
	if dir := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	dir, err := systemConfigFolder()
	if err == nil && !filepath.IsAbs(dir) {
		err = errNoConfigFolder
	}
	return dir, err
}

func systemConfigFolder() (string, error) {
	switch runtime.GOOS {
	case "windows", "darwin":
		return os.UserConfigDir()
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".config"), err
}
