package main

import (
	"errors"
	"os"
	"path/filepath"
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
func settingsCommand(name string) *cobra.Command {
	cmd := commandOf(name)
	f := cmd.Flags()
	for _, other := range []string{"unsigned", "skip-signature", "no-end"} {
		f.Bool(other, false, "")
	}
	for _, other := range []string{"end", "file", "undo", "root-hints"} {
		if f.Lookup(other) == nil {
			f.String(other, "", "")
		}
	}
	return cmd
}

// changedValues are the flags that were set, as NAME=VALUE.
func changedValues(flags *pflag.FlagSet) string {
	var all []string
	flags.Visit(func(flag *pflag.Flag) { all = append(all, flag.Name+"="+strings.Join(flagValues(flag), "|")) })
	slices.Sort(all)
	return strings.Join(all, " ")
}

// inputFiles are those that the configurations of these tests name.
var inputFiles = []string{"k.pem", "k2.pem", "p.pem", "p2.pem", "b,c", "configured", "update.key", "zone"}

// writeSettings writes a configuration, in which DIR is its folder, and the files that it
// may name.
func writeSettings(t *testing.T, text string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	path = filepath.Join(dir, "drtxt.yaml")
	for _, name := range inputFiles {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "DIR", dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir, path
}

const signerSettings = "signer-command: DIR/configured\nsigner-arg: [\"a,b\", c]\nsigner-environment: [MODULE]\npublic: p.pem\n"

// A layerCase is a run of a command with these settings, and what they come to.
type layerCase struct {
	file string
	env  map[string]string
	args string
	want string
}

func (c layerCase) run(t *testing.T, cmd *cobra.Command) {
	t.Helper()
	env := &environment{err: &strings.Builder{}, getenv: func(name string) string { return c.env[name] }}
	var dir string
	dir, env.settings.path = writeSettings(t, c.file)
	if err := cmd.ParseFlags(strings.Fields(c.args)); err != nil {
		t.Fatal(err)
	}
	if err := applyEnvironment(env, cmd); err != nil {
		t.Fatal(err)
	}
	if err := applyConfiguration(env, cmd); err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(changedValues(cmd.Flags()), dir+string(filepath.Separator), ""); got != c.want {
		t.Errorf("got %q, want %q", got, c.want)
	}
}

// A typed flag comes before a variable, that before the configuration; what excludes a
// setting sets it aside; what belongs to a setting does not outlive it.
func TestSettingsInLayers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]layerCase{
		"nothing":                    {"", nil, "", ""},
		"configured":                 {"scheme: values\nkey: k.pem\n", nil, "", "key=k.pem scheme=values"},
		"typed":                      {"scheme: values\n", nil, "--scheme trimmed", "scheme=trimmed"},
		"typed, the default":         {"scheme: values\n", nil, "--scheme prefix", "scheme=prefix"},
		"in the environment":         {"scheme: values\n", map[string]string{"DRTXT_SCHEME": "trimmed"}, "", "scheme=trimmed"},
		"typed and environment":      {"scheme: values\n", map[string]string{"DRTXT_SCHEME": "trimmed"}, "--scheme prefix", "scheme=prefix"},
		"a list":                     {"public: [p.pem, \"b,c\"]\n", nil, "", "public=p.pem|b,c"},
		"a list is replaced":         {"public: [p.pem, p2.pem]\n", nil, "--public x", "public=x"},
		"a signer":                   {signerSettings, nil, "", "public=p.pem signer-arg=a,b|c signer-command=configured signer-environment=MODULE"},
		"false":                      {"signer-agent: false\n", nil, "", "signer-agent=false"},
		"true":                       {"signer-agent: true\n", nil, "", "signer-agent=true"},
		"unsigned":                   {signerSettings + "signer-timeout: 5s\n", nil, "--unsigned", "unsigned=true"},
		"unsigned, a key":            {"key: k.pem\n", nil, "--unsigned", "unsigned=true"},
		"unsigned, a missing key":    {"key: missing.pem\n", nil, "--unsigned", "unsigned=true"},
		"unsigned, an agent":         {"signer-agent: true\npublic: p.pem\n", nil, "--unsigned", "unsigned=true"},
		"skip-signature":             {signerSettings, nil, "--skip-signature", "signer-arg=a,b|c signer-command=configured signer-environment=MODULE skip-signature=true"},
		"key, a command":             {signerSettings + "signer-timeout: 5s\n", nil, "--key k", "key=k public=p.pem"},
		"key, an agent":              {"signer-agent: true\n", nil, "--key k", "key=k"},
		"key in the environment":     {signerSettings, map[string]string{"DRTXT_KEY": "k"}, "", "key=k public=p.pem"},
		"command, a key":             {"key: k.pem\n", nil, "--signer-command /c", "signer-command=/c"},
		"command, an agent":          {"signer-agent: true\n", nil, "--signer-command /c", "signer-command=/c"},
		"agent, a key":               {"key: k.pem\n", nil, "--signer-agent", "signer-agent=true"},
		"agent, a command":           {signerSettings, nil, "--signer-agent", "public=p.pem signer-agent=true"},
		"agent in the environment":   {"key: k.pem\n", map[string]string{"DRTXT_SIGNER_AGENT": "true"}, "", "signer-agent=true"},
		"another command":            {signerSettings, nil, "--signer-command /c", "public=p.pem signer-command=/c"},
		"another in the environment": {signerSettings, map[string]string{"DRTXT_SIGNER_COMMAND": "/c"}, "", "public=p.pem signer-command=/c"},
		"other arguments":            {signerSettings, nil, "--signer-arg x", "public=p.pem signer-arg=x signer-command=configured signer-environment=MODULE"},
		"arguments of a variable":    {"", map[string]string{"DRTXT_SIGNER_COMMAND": "/c", "DRTXT_SIGNER_ARG": "a,b c"}, "", "signer-arg=a,b c signer-command=/c"},
		"not of another command":     {"", map[string]string{"DRTXT_SIGNER_ARG": "a"}, "--signer-command /c", "signer-command=/c"},
		"left-over variables":        {"key: k.pem\n", map[string]string{"DRTXT_SIGNER_TIMEOUT": "2m", "DRTXT_SIGNER_ARG": "x"}, "", "key=k.pem signer-arg=x signer-timeout=2m"},
		"false excludes nothing":     {"key: k.pem\n", map[string]string{"DRTXT_SIGNER_AGENT": "false"}, "--unsigned=false", "key=k.pem signer-agent=false unsigned=false"},
		"a variable that is split":   {"", map[string]string{"DRTXT_PUBLIC": "a,b"}, "", "public=a|b"},
		"an end":                     {"for: 8h\n", nil, "--end now", "end=now"},
		"no end":                     {"for: 8h\n", nil, "--no-end", "no-end=true"},
		"an end in the environment":  {"for: 8h\n", map[string]string{"DRTXT_END": "now"}, "", "end=now"},
		"a file":                     {"server: a\nresolver: b\nzone: c\n", nil, "--file x", "file=x zone=c"},
		"root hints":                 {"server: a\nresolver: b\n", nil, "--root-hints x", "resolver=b root-hints=x"},
		"sections":                   {"publish: {audit: a}\nkit: {count: 3}\nttl: 5m\n", nil, "", "ttl=5m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.run(t, settingsCommand(""))
		})
	}
}

// What a domain says comes before what is said for every domain, and sets aside what it
// excludes there.
func TestSettingsOfADomain(t *testing.T) {
	t.Parallel()
	domain := func(settings string) string { return "domains: {dr.example.com: {" + settings + "}}\n" }
	for name, c := range map[string]layerCase{
		"alone":                           {domain("ttl: 5m"), nil, "", "ttl=5m"},
		"both":                            {"ttl: 1m\ntype: zia\n" + domain("ttl: 5m"), nil, "", "ttl=5m type=zia"},
		"before":                          {domain("ttl: 5m") + "ttl: 1m\n", nil, "", "ttl=5m"},
		"typed":                           {"ttl: 1m\n" + domain("ttl: 5m"), nil, "--ttl 30s", "ttl=30s"},
		"in the environment":              {"ttl: 1m\n" + domain("ttl: 5m"), map[string]string{"DRTXT_TTL": "30s"}, "", "ttl=30s"},
		"a list is replaced":              {"public: [p.pem, p2.pem]\n" + domain("public: p2.pem"), nil, "", "public=p2.pem"},
		"a key, a command":                {signerSettings + domain("key: k.pem"), nil, "", "key=k.pem public=p.pem"},
		"a command, a key":                {"key: k.pem\n" + domain("signer-command: \"DIR/configured\""), nil, "", "signer-command=configured"},
		"an agent, a command":             {signerSettings + domain("signer-agent: true"), nil, "", "public=p.pem signer-agent=true"},
		"not the agent":                   {signerSettings + domain("signer-agent: false"), nil, "", "public=p.pem signer-agent=false signer-arg=a,b|c signer-command=configured signer-environment=MODULE"},
		"typed, all set aside":            {signerSettings + domain("key: k.pem"), nil, "--unsigned", "unsigned=true"},
		"the file of another":             {"domains: {dr.example.com: {ttl: 5m}, dr.example.net: {ttl: 1m, zone: net}}\n", nil, "", ""},
		"a missing one that is not taken": {"public: missing.pem\n" + domain("public: p.pem"), nil, "", "public=p.pem"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.run(t, settingsCommand(""))
		})
	}
}

// The settings of publish and of kit are theirs alone, and come before those outside.
func TestSettingsOfASection(t *testing.T) {
	t.Parallel()
	const file = "zone: example.com\nserver: outside\nttl: 5m\npublish: {server: inside, tsig-file: update.key}\nkit: {count: 3, format: [terraform]}\n"
	for name, c := range map[string]struct {
		section string
		layerCase
	}{
		"neither":                   {"", layerCase{file, nil, "", "server=outside ttl=5m zone=example.com"}},
		"publish":                   {"publish", layerCase{file, nil, "", "server=inside tsig-file=update.key ttl=5m zone=example.com"}},
		"publish, typed":            {"publish", layerCase{file, nil, "--server x", "server=x tsig-file=update.key ttl=5m zone=example.com"}},
		"publish, a variable":       {"publish", layerCase{file, map[string]string{"DRTXT_SERVER": "x"}, "", "server=x tsig-file=update.key ttl=5m zone=example.com"}},
		"no server of publish":      {"publish", layerCase{"server: outside\n", nil, "", ""}},
		"publish, a zone file":      {"publish", layerCase{file, nil, "--zone-file x", "ttl=5m zone-file=x zone=example.com"}},
		"publish, an undo":          {"publish", layerCase{file, nil, "--undo x", "tsig-file=update.key ttl=5m undo=x"}},
		"the zone file of a domain": {"publish", layerCase{file + "domains: {dr.example.com: {publish: {zone-file: zone}}}\n", nil, "", "ttl=5m zone-file=zone zone=example.com"}},
		"kit":                       {"kit", layerCase{file, nil, "", "count=3 format=terraform server=outside ttl=5m zone=example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.run(t, settingsCommand(c.section))
		})
	}
}

// A length for activations does not end an off, and what is for records that are
// published says nothing to a trial.
func TestSettingsThatAreNotMeant(t *testing.T) {
	t.Parallel()
	const file = "for: 8h\ntype: zpa\nttl: 5m\nbind-domain: true\nkey: k.pem\npublic: p.pem\nkit: {format: [terraform]}\n"
	for args, want := range map[string]string{
		"record on":                     "bind-domain=true for=8h key=k.pem public=p.pem ttl=5m type=zpa",
		"record test":                   "bind-domain=true for=8h key=k.pem public=p.pem ttl=5m type=zpa",
		"record off":                    "bind-domain=true key=k.pem public=p.pem ttl=5m type=zpa",
		"record off --for 1h":           "bind-domain=true for=1h key=k.pem public=p.pem ttl=5m type=zpa",
		"record on --unsigned":          "bind-domain=true for=8h ttl=5m type=zpa unsigned=true",
		"calibrate --trial x":           "key=k.pem public=p.pem trial=x",
		"calibrate v=1":                 "public=p.pem",
		"calibrate --accepted x --save": "accepted=x public=p.pem save=true",
		"explain":                       "public=p.pem",
		"verify":                        "public=p.pem type=zpa",
		"kit pick x --status on":        "public=p.pem status=on", // the formats of kit are not of what it prints
		"config init":                   "",
	} {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			fields := strings.Fields(args)
			env := &environment{err: &strings.Builder{}, getenv: func(string) string { return "" }}
			cmd, rest, err := newRoot(env, fields).Find(fields)
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Fatal(err)
			}
			var dir string
			dir, env.settings.path = writeSettings(t, file)
			if err := errors.Join(applyEnvironment(env, cmd), applyConfiguration(env, cmd)); err != nil {
				t.Fatal(err)
			}
			if _, later := cmd.Annotations[settingsComeLater]; later {
				if err := takeSettings(env, cmd, ""); err != nil {
					t.Fatal(err)
				}
			}
			if got := strings.ReplaceAll(changedValues(cmd.Flags()), dir+string(filepath.Separator), ""); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// Settings of one place that contradict each other, and files that are not there: errors,
// with their place, for the commands that take them.
func TestSettingsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		section, file, args string
		kind                *configuration.Kind
		words               string
	}{
		{"", "key: k.pem\nsigner-agent: true\n", "", configuration.ErrExcluded, `line 2, column 1: the key "signer-agent" contradicts "key"`},
		{"", "key: k.pem\nsigner-agent: false\n", "", nil, ""},
		{"", "key: k.pem\nsigner-agent: true\n", "--unsigned", nil, ""},
		{"", "signer-agent: true\ndomains: {dr.example.com: {key: k.pem, signer-agent: true}}\n", "", configuration.ErrExcluded, `line 2, column 40`},
		{"publish", "publish:\n  server: a\n  zone-file: zone\n", "", configuration.ErrExcluded, `line 3, column 3: the key "publish.zone-file" contradicts "publish.server"`},
		{"publish", "publish:\n  server: a\n  zone-file: zone\n", "--server b", nil, ""},
		{"", "publish:\n  server: a\n  zone-file: zone\n", "", nil, ""},
		{"publish", "publish:\n  tsig-file: missing.key\n", "", configuration.ErrMissing, `line 2, column 14: the key "publish.tsig-file" names`},
		{"", "publish:\n  tsig-file: missing.key\n", "", nil, ""},
		{"", "public: [p.pem, missing.pem]\n", "", configuration.ErrMissing, "line 1, column 17"},
		{"", "domains:\n  dr.example.com:\n    signer-command: DIR/missing\n", "", configuration.ErrMissing, "line 3, column 21"},
		{"", "signer-command: DIR/missing\n", "--key k", nil, ""},
	} {
		env := &environment{err: &strings.Builder{}, getenv: func(string) string { return "" }}
		_, env.settings.path = writeSettings(t, c.file)
		cmd := settingsCommand(c.section)
		if err := cmd.ParseFlags(strings.Fields(c.args)); err != nil {
			t.Fatal(err)
		}
		err := applyConfiguration(env, cmd)
		if c.kind == nil && err != nil || c.kind != nil && (!errors.Is(err, c.kind) || !strings.Contains(strings.ReplaceAll(err.Error(), filepath.Dir(env.settings.path), ""), c.words)) {
			t.Errorf("%q %q: %v, want %q", c.file, c.args, err, c.words)
		}
	}
}

// A setting is said to come from where it does.
func TestSource(t *testing.T) {
	t.Parallel()
	_, path := writeSettings(t, "# mine\nkey: k.pem\nscheme: values\n")
	env := &environment{getenv: func(name string) string { return map[string]string{"DRTXT_PUBLIC": "p"}[name] }}
	env.settings.path = path
	cmd := settingsCommand("")
	if err := errors.Join(cmd.ParseFlags([]string{"--scheme", "trimmed"}), applyEnvironment(env, cmd), applyConfiguration(env, cmd)); err != nil {
		t.Fatal(err)
	}
	for flag, want := range map[string]string{"scheme": "--scheme", "public": "DRTXT_PUBLIC", "key": "key in " + quoted(path) + ", line 2"} {
		if got := source(env, flag); got != want {
			t.Errorf("%s: %q, want %q", flag, got, want)
		}
	}
	if env.settings.confirmedOn() != "" {
		t.Error("a typed scheme is confirmed")
	}
}

// Every key is a flag of the commands that it is for, and none takes a safety away.
func TestEveryKeyIsAFlag(t *testing.T) {
	t.Parallel()
	for _, key := range configuration.Keys {
		if slices.Contains(disarmingFlags, key.Name) || slices.Contains(disarming, key.Name) {
			t.Errorf("%s takes a safety away", key.Name)
		}
		known := false
		for _, cmd := range newRoot(&environment{}, nil).Commands() {
			known = known || cmd.Flags().Lookup(key.Name) != nil && reaches(cmd, key)
		}
		if !known {
			t.Errorf("no command has the flag --%s", key)
		}
	}
}

// The contract's list of flags that take a safety away, as keys: each an error that says
// so.
func TestDisarmingFlagsAreNoKeys(t *testing.T) {
	t.Parallel()
	for _, name := range disarmingFlags {
		for _, place := range []string{name + ": true\n", "publish: {" + name + ": x}\n", "domains: {dr.example.com: {" + name + ": true}}\n", "domains: {dr.example.com: {kit: {" + name + ": 1}}}\n"} {
			path := writeTemp(t, "drtxt.yaml", place)
			drtxt("verify", "dr.example.com", "--config", path).refused(t, 2, quoted(name)+" takes a safety away and counts only as a flag", "type --"+name)
		}
	}
}

// docs/configuration.md names all of them.
func TestDisarmingFlagsAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(docsPath("configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range disarming {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("%s is missing", name)
		}
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
