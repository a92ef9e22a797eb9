package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
)

// settings are what the configuration says, and which of it counts in this run.
type settings struct {
	// path is the flag --config.
	path string
	// file is the configuration, nil where there is none.
	file *configuration.File
	// taken are the names of the flags that it has set.
	taken map[string]bool
}

// took reports whether a flag's value is that of the configuration.
func (s *settings) took(flag string) bool { return s.taken[flag] }

// confirmed says how the scheme in use was confirmed, nil where it was not: one that was
// typed, or stands in the environment, is not.
func (s *settings) confirmed() *configuration.Confirmed {
	if s.file == nil || !s.took("scheme") {
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

// applyConfiguration sets the flags that neither were typed nor stand in the environment
// from the configuration. Commands that have none of its settings do not read it.
func applyConfiguration(env *environment, cmd *cobra.Command) error {
	if !takesSettings(cmd.Flags()) {
		return nil
	}
	file, err := findConfiguration(env, savesScheme(cmd.Flags()))
	if err != nil || file == nil {
		return err
	}
	env.settings.file, env.settings.taken = file, map[string]bool{}
	given := chosenFlags(cmd.Flags())
	for _, s := range file.Settings {
		flag := cmd.Flags().Lookup(s.Key.Name)
		if flag == nil || flag.Changed || outweighed(given, flag.Name) {
			continue
		}
		for _, value := range s.Values {
			if err := cmd.Flags().Set(flag.Name, value); err != nil {
				return &configuration.Error{Path: file.Path, Line: s.Line, Column: s.Column, Kind: configuration.ErrValue, Key: flag.Name, Detail: "what --" + flag.Name + " takes", Err: err}
			}
		}
		env.settings.taken[flag.Name] = true
	}
	return nil
}

// takesSettings reports whether one of the flags can stand in the configuration.
func takesSettings(flags *pflag.FlagSet) bool {
	for _, key := range configuration.Keys {
		if flags.Lookup(key.Name) != nil {
			return true
		}
	}
	return false
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
// directory, else the one in the user's configuration folder; nil if there is none.
func findConfiguration(env *environment, mayBeMissing bool) (*configuration.File, error) {
	if path := env.settings.path; path != "" {
		file, err := configuration.Load(path, disarming)
		if mayBeMissing && errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return file, err
	}
	file, err := loadIfThere(configuration.FileName)
	if file != nil && err == nil {
		err = file.RequireUnchosen()
	}
	if err != nil {
		return file, err
	}
	path, unknown := userConfiguration(env)
	if file != nil {
		if _, err := os.Lstat(path); unknown == nil && err == nil {
			env.note("warning: ./%s is read in place of %s; --config names another", configuration.FileName, quoted(path))
		}
		return file, nil
	}
	if unknown != nil {
		return nil, nil // there is no such folder
	}
	return loadIfThere(path)
}

// loadIfThere reads a configuration, nil if there is no file.
func loadIfThere(path string) (*configuration.File, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return configuration.Load(path, disarming)
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
