package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// disarmingFlags are the contract's, as far as there are such flags yet.
var disarmingFlags = []string{
	"confirm", "no-end", "unsigned", "allow-unsigned", "skip-signature", "insecure-no-tsig", "passphrase-fd",
	"allow-exposed-key", "no-passphrase", "remove", "ignore-journal",
}

// No flag that disarms a safety can be set from the environment, and there is nobody
// who added one to the program and not to the list.
func TestDisarmingFlagsAreFlagsAlone(t *testing.T) {
	t.Parallel()
	found := 0
	for _, name := range disarmingFlags {
		for _, cmd := range newRoot(&environment{}, nil).Commands() {
			flag := cmd.Flags().Lookup(name)
			if flag == nil {
				continue
			}
			found++
			env := call{env: map[string]string{variable(name): "true"}}
			flag.Changed = false
			stderr := env.applied(t, cmd)
			set := flag.Changed || flag.Value.String() == "true"
			if set || !strings.Contains(stderr, "drtxt: "+variable(name)+" is ignored") {
				t.Errorf("%s --%s: set %t, said %q", cmd.Name(), name, set, stderr)
			}
		}
	}
	if found < 6 {
		t.Errorf("only %d such flags", found)
	}
}

// applied applies the environment to a command and returns what was said.
func (c call) applied(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	var said strings.Builder
	env := &environment{err: &said, getenv: func(name string) string { return c.env[name] }}
	if err := applyEnvironment(env, cmd); err != nil {
		t.Fatal(err)
	}
	return said.String()
}

// Every other flag can.
func TestFlagsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "on.txt", "v=1;k=zia;b=on\n")
	for _, test := range []struct {
		env    map[string]string
		args   string
		status int
		words  string // on either stream
	}{
		{map[string]string{"DRTXT_EXPECT": "on"}, "verify --allow-unsigned --file " + file, 0, "as expected"},
		{map[string]string{"DRTXT_EXPECT": "off"}, "verify --allow-unsigned --file " + file, 1, "NOT as expected"},
		{map[string]string{"DRTXT_EXPECT": "off"}, "verify --expect on --allow-unsigned --file " + file, 0, "as expected"},
		{map[string]string{"DRTXT_EXPECT": "on", "DRTXT_TYPE": "zpa"}, "verify --allow-unsigned --file " + file, 1, "none for Private Access"},
		{map[string]string{"DRTXT_EXPECT": "up"}, "verify --allow-unsigned --file " + file, 2, `--expect "up"`},
		{map[string]string{"DRTXT_FILE": file}, "verify --allow-unsigned", 0, "nothing is signed"},
		{map[string]string{"DRTXT_FORMAT": "json"}, "verify --allow-unsigned --file " + file, 0, `"verdict": "unsigned"`},
		{map[string]string{"DRTXT_FORMAT": "xml"}, "verify --allow-unsigned --file " + file, 2, `--format "xml"`},
		{map[string]string{"DRTXT_AT": "1800000000"}, "verify --allow-unsigned --file " + file, 0, "at 2027-01-15T08:00:00Z"},
		{map[string]string{"DRTXT_ACKNOWLEDGE": "ends-soon,expired"}, "verify --allow-unsigned --file " + file, 0, "verdict: unsigned"},
		{map[string]string{"DRTXT_ACKNOWLEDGE": "ends-soon,nonsense"}, "verify --allow-unsigned --file " + file, 2, `"nonsense"`},
		{map[string]string{"DRTXT_PUBLIC": publicKey("test-a.public.pem") + ",missing.pem"}, "verify --allow-unsigned --file " + file, 2, `"missing.pem"`},
		{map[string]string{"DRTXT_SCHEME": "trimmed"}, "verify --allow-unsigned --file " + file, 0, "scheme trimmed"},
		{map[string]string{"DRTXT_TTL": "5m"}, "record off dr.example.com --unsigned --format zone", 0, "\t300\tIN"},
		{map[string]string{"DRTXT_TTL": "never"}, "record off dr.example.com --unsigned", 2, `--ttl "never"`},
		{map[string]string{"DRTXT_FOR": "8h"}, "record on dr.example.com --unsigned", 0, ";x="},
		{map[string]string{"DRTXT_BIND_DOMAIN": "1"}, "record off dr.example.com --unsigned", 0, ";d=dr.example.com"},
		{map[string]string{"DRTXT_BIND_DOMAIN": "perhaps"}, "record off dr.example.com --unsigned", 2, "DRTXT_BIND_DOMAIN"},
		{map[string]string{"DRTXT_BIND_DOMAIN": "true"}, "record off dr.example.com --unsigned --bind-domain=false", 0, "v=1;k=all;b=off\n"},
		{map[string]string{"DRTXT_NO_COLOR": "perhaps"}, "record off dr.example.com --unsigned", 2, "DRTXT_NO_COLOR"},
		{map[string]string{"DRTXT_EXPECT": ""}, "verify --allow-unsigned --file " + file, 0, "verdict: unsigned"},
		{map[string]string{"DRTXT_HELP": "true", "DRTXT_NONSENSE": "x"}, "verify --allow-unsigned --file " + file, 0, "verdict: unsigned"},
	} {
		r := call{env: test.env}.run(strings.Fields(test.args)...).want(t, test.status)
		if !strings.Contains(r.stdout+r.stderr, test.words) {
			t.Errorf("%v %s: %q is missing in: %s%s", test.env, test.args, test.words, r.stdout, r.stderr)
		}
		if test.status == 2 {
			r.refused(t, 2)
		}
	}
}

// An empty value is refused in every flag that takes a text.
func TestEmptyValues(t *testing.T) {
	t.Parallel()
	for _, cmd := range newRoot(&environment{}, nil).Commands() {
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			if t := flag.Value.Type(); t != "string" && t != "stringArray" || cmd.Name() == "completion" || cmd.Name() == "help" {
				return
			}
			args := map[string][]string{"record": {"record", "off", "dr.example.com"}, "edges": {"edges", "edges.json"}}[cmd.Name()]
			if args == nil {
				args = []string{cmd.Name()}
			}
			drtxt(append(args, "--"+flag.Name, "")...).refused(t, 2, "--"+flag.Name+" is empty")
		})
	}
}

// Colours are for terminals alone, and neither NO_COLOR nor --no-color nor a dumb
// terminal gets any.
func TestColors(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "on.txt", "v=1;k=zia;b=on\n")
	for _, test := range []struct {
		env     map[string]string
		more    []string
		status  int
		to      bool // a terminal
		colored bool
	}{
		{nil, []string{"--allow-unsigned"}, 0, true, true},
		{nil, nil, 1, true, true},
		{nil, []string{"--allow-unsigned"}, 0, false, false},
		{nil, nil, 1, false, false},
		{nil, []string{"--no-color"}, 1, true, false},
		{map[string]string{"NO_COLOR": "1"}, nil, 1, true, false},
		{map[string]string{"NO_COLOR": "0"}, nil, 1, true, false},
		{map[string]string{"NO_COLOR": ""}, nil, 1, true, true},
		{map[string]string{"TERM": "dumb"}, nil, 1, true, false},
		{map[string]string{"DRTXT_NO_COLOR": "true"}, nil, 1, true, false},
		{nil, []string{"--format", "json"}, 1, true, false},
	} {
		r := call{env: test.env, color: test.to}.run(append([]string{"verify", "--file", file}, test.more...)...).want(t, test.status)
		if colored := strings.Contains(r.stdout, "\x1b["); colored != test.colored {
			t.Errorf("%v %v, terminal %t: colours %t", test.env, test.more, test.to, colored)
		}
		if plain := stripSGR(r.stdout); checkPrintable(plain) != nil {
			t.Errorf("more than colours: %q", plain)
		}
	}
}

func stripSGR(text string) string {
	return strings.NewReplacer("\x1b[32m", "", "\x1b[33m", "", "\x1b[31m", "", "\x1b[0m", "").Replace(text)
}

// A setting from the environment gives way to a typed flag that excludes it.
func TestTypedFlagsOutweighTheEnvironment(t *testing.T) {
	t.Parallel()
	off := drtxt("record", "off", "dr.example.com", "--unsigned").want(t, 0)
	file := writeTemp(t, "off.txt", off.stdout)
	for _, c := range []struct {
		variable, value string
		args            []string
	}{
		{"DRTXT_SERVER", "127.0.0.1:1", []string{"verify", "--file", file, "--allow-unsigned"}},
		{"DRTXT_PUBLIC", "missing.pem", []string{"verify", "--file", file, "--allow-unsigned", "--skip-signature"}},
		{"DRTXT_FOR", "8h", []string{"record", "on", "dr.example.com", "--unsigned", "--end", "2099-01-01T00:00:00Z"}},
		{"DRTXT_END", "+1h", []string{"record", "on", "dr.example.com", "--unsigned", "--no-end"}},
		{"DRTXT_KEY", "missing.pem", []string{"record", "off", "dr.example.com", "--unsigned"}},
	} {
		call{env: map[string]string{c.variable: c.value}}.run(c.args...).want(t, 0)
	}
	call{env: map[string]string{"DRTXT_KEY": "missing.pem"}}.run("record", "off", "dr.example.com").refused(t, 2, "missing.pem")
}

// A file gets no colours, whatever the terminal beside it can do.
func TestNoColorsInFiles(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "report.txt")
	file := writeTemp(t, "off.txt", drtxt("record", "off", "dr.example.com", "--unsigned").want(t, 0).stdout)
	if r := (call{color: true}).run("verify", "--file", file, "--allow-unsigned").want(t, 0); !strings.Contains(r.stdout, "\x1b[32m") {
		t.Fatal("the terminal gets no colours")
	}
	call{color: true}.run("verify", "--file", file, "--allow-unsigned", "--out", out).want(t, 0)
	report, err := os.ReadFile(out)
	if err != nil || len(report) == 0 || bytes.Contains(report, []byte("\x1b")) {
		t.Errorf("%v: %q", err, report)
	}
}
