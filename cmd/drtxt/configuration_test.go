package main

import (
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
)

// settingsCommand has the flags that can stand in a configuration, and those that they
// contend with.
func settingsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "settings"}
	f := cmd.Flags()
	f.String("scheme", "prefix", "")
	f.StringArray("public", nil, "")
	f.String("key", "", "")
	f.String("signer-command", "", "")
	f.StringArray("signer-arg", nil, "")
	f.StringArray("signer-environment", nil, "")
	f.Bool("signer-agent", false, "")
	f.String("signer-timeout", "1m", "")
	f.Bool("unsigned", false, "")
	f.Bool("skip-signature", false, "")
	return cmd
}

// changedValues are the flags that were set, as NAME=VALUE.
func changedValues(flags *pflag.FlagSet) string {
	var all []string
	flags.Visit(func(flag *pflag.Flag) {
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), "|")
		}
		all = append(all, flag.Name+"="+value)
	})
	slices.Sort(all)
	return strings.Join(all, " ")
}

const signerSettings = "signer-command: /bin/configured\nsigner-arg: [\"a,b\", c]\nsigner-environment: [MODULE]\npublic: /p.pem\n"

// A typed flag comes before a variable, that before the configuration; what excludes a
// setting sets it aside; what belongs to a setting does not outlive it.
func TestSettingsInLayers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		env  map[string]string
		args string
		want string
	}{
		"nothing":                    {"", nil, "", ""},
		"configured":                 {"scheme: values\nkey: /k.pem\n", nil, "", "key=/k.pem scheme=values"},
		"typed":                      {"scheme: values\n", nil, "--scheme trimmed", "scheme=trimmed"},
		"typed, the default":         {"scheme: values\n", nil, "--scheme prefix", "scheme=prefix"},
		"in the environment":         {"scheme: values\n", map[string]string{"DRTXT_SCHEME": "trimmed"}, "", "scheme=trimmed"},
		"typed and environment":      {"scheme: values\n", map[string]string{"DRTXT_SCHEME": "trimmed"}, "--scheme prefix", "scheme=prefix"},
		"a list":                     {"public: [/a, \"/b,c\"]\n", nil, "", "public=/a|/b,c"},
		"a list is replaced":         {"public: [/a, /b]\n", nil, "--public x", "public=x"},
		"a signer":                   {signerSettings, nil, "", "public=/p.pem signer-arg=a,b|c signer-command=/bin/configured signer-environment=MODULE"},
		"false":                      {"signer-agent: false\n", nil, "", "signer-agent=false"},
		"true":                       {"signer-agent: true\n", nil, "", "signer-agent=true"},
		"unsigned":                   {signerSettings + "signer-timeout: 5s\n", nil, "--unsigned", "unsigned=true"},
		"unsigned, a key":            {"key: /k.pem\n", nil, "--unsigned", "unsigned=true"},
		"unsigned, an agent":         {"signer-agent: true\npublic: /p\n", nil, "--unsigned", "unsigned=true"},
		"skip-signature":             {signerSettings, nil, "--skip-signature", "signer-arg=a,b|c signer-command=/bin/configured signer-environment=MODULE skip-signature=true"},
		"key, a command":             {signerSettings + "signer-timeout: 5s\n", nil, "--key k", "key=k public=/p.pem"},
		"key, an agent":              {"signer-agent: true\n", nil, "--key k", "key=k"},
		"key in the environment":     {signerSettings, map[string]string{"DRTXT_KEY": "k"}, "", "key=k public=/p.pem"},
		"command, a key":             {"key: /k.pem\n", nil, "--signer-command /c", "signer-command=/c"},
		"command, an agent":          {"signer-agent: true\n", nil, "--signer-command /c", "signer-command=/c"},
		"agent, a key":               {"key: /k.pem\n", nil, "--signer-agent", "signer-agent=true"},
		"agent, a command":           {signerSettings, nil, "--signer-agent", "public=/p.pem signer-agent=true"},
		"agent in the environment":   {"key: /k.pem\n", map[string]string{"DRTXT_SIGNER_AGENT": "true"}, "", "signer-agent=true"},
		"another command":            {signerSettings, nil, "--signer-command /c", "public=/p.pem signer-command=/c"},
		"another in the environment": {signerSettings, map[string]string{"DRTXT_SIGNER_COMMAND": "/c"}, "", "public=/p.pem signer-command=/c"},
		"other arguments":            {signerSettings, nil, "--signer-arg x", "public=/p.pem signer-arg=x signer-command=/bin/configured signer-environment=MODULE"},
		"arguments of a variable":    {"", map[string]string{"DRTXT_SIGNER_COMMAND": "/c", "DRTXT_SIGNER_ARG": "a,b c"}, "", "signer-arg=a,b c signer-command=/c"},
		"not of another command":     {"", map[string]string{"DRTXT_SIGNER_ARG": "a"}, "--signer-command /c", "signer-command=/c"},
		"left-over variables":        {"key: /k.pem\n", map[string]string{"DRTXT_SIGNER_TIMEOUT": "2m", "DRTXT_SIGNER_ARG": "x"}, "", "key=/k.pem signer-arg=x signer-timeout=2m"},
		"false excludes nothing":     {"key: /k.pem\n", map[string]string{"DRTXT_SIGNER_AGENT": "false"}, "--unsigned=false", "key=/k.pem signer-agent=false unsigned=false"},
		"a variable that is split":   {"", map[string]string{"DRTXT_PUBLIC": "a,b"}, "", "public=a|b"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := &environment{err: &strings.Builder{}, getenv: func(name string) string { return c.env[name] }}
			env.settings.path = writeTemp(t, "drtxt.yaml", c.file)
			cmd := settingsCommand()
			if err := cmd.ParseFlags(strings.Fields(c.args)); err != nil {
				t.Fatal(err)
			}
			if err := applyEnvironment(env, cmd); err != nil {
				t.Fatal(err)
			}
			if err := applyConfiguration(env, cmd); err != nil {
				t.Fatal(err)
			}
			if got := changedValues(cmd.Flags()); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A setting is said to come from where it does.
func TestSource(t *testing.T) {
	t.Parallel()
	path := writeTemp(t, "drtxt.yaml", "key: /k.pem\nscheme: values\n")
	env := &environment{getenv: func(name string) string { return map[string]string{"DRTXT_PUBLIC": "p"}[name] }}
	env.settings.path = path
	cmd := settingsCommand()
	if err := errors.Join(cmd.ParseFlags([]string{"--scheme", "trimmed"}), applyEnvironment(env, cmd), applyConfiguration(env, cmd)); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"scheme": "--scheme", "public": "DRTXT_PUBLIC", "key": "key in " + quoted(path)} {
		if got := source(env, flag); got != want {
			t.Errorf("%s: %q, want %q", flag, got, want)
		}
	}
	if env.settings.confirmedOn() != "" {
		t.Error("a typed scheme is confirmed")
	}
}

// Every key is a flag of some command that is not hidden, and none takes a safety away.
func TestEveryKeyIsAFlag(t *testing.T) {
	t.Parallel()
	for _, key := range configuration.Keys {
		if slices.Contains(disarmingFlags, key.Name) || slices.Contains(disarming, key.Name) {
			t.Errorf("%s takes a safety away", key.Name)
		}
		known := false
		for _, cmd := range newRoot(&environment{}, nil).Commands() {
			known = known || cmd.Flags().Lookup(key.Name) != nil
		}
		if !known {
			t.Errorf("no command has the flag --%s", key.Name)
		}
	}
}

// The contract's list of flags that take a safety away, as keys: each an error that says
// so.
func TestDisarmingFlagsAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, name := range disarmingFlags {
		path := writeTemp(t, "drtxt.yaml", name+": true\n")
		drtxt("verify", "dr.example.com", "--config", path).refused(t, 2, quoted(name)+" takes a safety away and counts only as a flag", "type --"+name)
	}
}

// Without a folder for configurations nothing is read, and --save says what to do.
func TestNoConfigurationFolder(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "off.txt", drtxt("record", "off", "dr.example.com", "--key", keyFile(t, "test-a.private.pem")).want(t, 0).stdout)
	drtxt("verify", "--file", file, "--public", publicKey("test-a.public.pem")).want(t, 0)
	drtxt("calibrate", "--file", file, "--public", publicKey("test-a.public.pem"), "--save").refused(t, 2, "configuration folder is not known", "name a file with --config")
}

// The user's configuration folder is that of the system, or what XDG_CONFIG_HOME says.
func TestUserConfigFolder(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	if got, err := userConfigFolder(); err != nil || got != os.Getenv("XDG_CONFIG_HOME") {
		t.Errorf("%s, %v", got, err)
	}
	if got := systemEnvironment().userConfigFolder; got == nil {
		t.Error("the program does not know it")
	}
	t.Setenv("XDG_CONFIG_HOME", "")
	want, err := userConfigFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CONFIG_HOME", "relative") // as if it were not there
	if got, err := userConfigFolder(); got != want || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
	if runtime.GOOS == "linux" {
		t.Setenv("HOME", "relative")
		if got, err := userConfigFolder(); err == nil {
			t.Errorf("a relative home gives %s", got)
		}
	}
}
