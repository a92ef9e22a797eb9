package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What unknown words are taken for, and where nothing is near, how to find out.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	for args, hint := range map[string]string{
		"on":                                    "did you mean `drtxt record on`?",
		"rollback":                              "did you mean `drtxt publish --undo FILE`?",
		"verfy":                                 "did you mean `drtxt verify`?",
		"recrod":                                "did you mean `drtxt record`?",
		"VERIFY":                                "did you mean `drtxt verify`?",
		"key":                                   "did you mean `drtxt keygen`?",
		"incdent":                               "did you mean `drtxt incident`?",
		"publsh":                                "did you mean `drtxt publish`?",
		"verfy dr.example.com --expect on":      "did you mean `drtxt verify`?",
		"frobnicate --expect on":                "`drtxt --help` lists the commands",
		"--no-color --nonsense":                 "`drtxt --help` lists the flags",
		"config shw":                            "did you mean `drtxt config show`?",
		"config inti dr.example.com --for 8h":   "did you mean `drtxt config init`?",
		"kit verfy kit --public x.pem":          "did you mean `drtxt kit verify`?",
		"kit pik kit":                           "did you mean `drtxt kit pick`?",
		"kit pick.x --out":                      "`drtxt kit --help` lists the flags", // a domain
		"kit pick kit --status onn":             "use --status on",
		"kit pick kit --status":                 "`drtxt kit pick --help` lists the flags",
		"frobnicate":                            "`drtxt --help` lists the commands",
		"x":                                     "`drtxt --help` lists the commands",
		"help verfy":                            "did you mean `drtxt verify`?",
		"help frobnicate":                       "`drtxt --help` lists the commands",
		"help keygen inspekt":                   "did you mean `drtxt keygen inspect`?",
		"help keygen frobnicate":                "`drtxt keygen --help` lists the commands",
		"keygen inspekt":                        "did you mean `drtxt keygen inspect`?",
		"keygen frobnicate":                     "usage: `drtxt keygen [flags]`",
		"completion bsh":                        "did you mean `drtxt completion bash`?",
		"completion frobnicate":                 "`drtxt completion --help` lists the commands",
		"publish --format table":                "use one of these; --help says more",
		"verify --publci x":                     "did you mean --public?",
		"verify --expext on":                    "did you mean --expect?",
		"verify --no-colour":                    "did you mean --no-color?",
		"record off dr.example.com --forwardin": "did you mean --forwarding?",
		"verify -x":                             "`drtxt verify --help` lists the flags",
		"verify --nonsense":                     "`drtxt verify --help` lists the flags",
		"keygen inspect --formt json":           "did you mean --format?",
		"record off a.example --format jsn":     "use --format json",
		"record off a.example --format terra":   "use --format terraform",
		"record off a.example --format TEXT":    "use --format text",
		"record of a.example":                   "use the status off",
		"record no a.example":                   "use one of these; --help says more",
		"drill --format text":                   "use one of these; --help says more",
	} {
		drtxt(strings.Fields(args)...).refused(t, 2, "hint: "+hint+"\n")
	}
}

func TestClosest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ word, known, want string }{
		{"", "on off", ""},
		{"o", "on off", ""},
		{"of", "on off", "off"},
		{"ofn", "on off", "on"},
		{"fail-closed", "fail-open fail-close", "fail-close"},
		{"fail", "fail-open fail-close", "fail-open"},
		{"zai", "all zia zpa", ""}, // two letters of three
		{"zja", "all zia zpa", "zia"},
		{"abcdef", "abxyef", "abxyef"},
		{"abcdef", "abxyzf", ""},
		{"été", "ete", ""},
	} {
		got, ok := closest(test.word, strings.Fields(test.known))
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%q of %s: %q, %t, want %q", test.word, test.known, got, ok, test.want)
		}
	}
}

// Every command refuses an argument too many with status 2 and a hint, the subcommands
// too, and nothing is done.
func TestArgumentsTooMany(t *testing.T) {
	t.Parallel()
	found := 0
	everyCommand(newRoot(&environment{}, nil), func(cmd *cobra.Command) {
		if !cmd.HasParent() || cmd.Name() == "help" || strings.Contains(cmd.Use, "...") || !cmd.Runnable() {
			return
		}
		found++
		args := append(strings.Fields(cmd.CommandPath())[1:], "on.example.com", "b.example.com", "c.example.com", "d.example.com")
		drtxt(args...).refused(t, 2, "hint: ")
	})
	if found < 15 {
		t.Errorf("%d commands", found)
	}
}

// everyCommand visits a command and all below it.
func everyCommand(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, sub := range cmd.Commands() {
		everyCommand(sub, visit)
	}
}
