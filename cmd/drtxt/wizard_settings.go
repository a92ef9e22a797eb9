package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
)

// unheededByWizard are the flags of `drtxt record` whose variables say nothing here: the
// questions ask for it, or there are two files.
var unheededByWizard = []string{"start", "end", "for", "format", "out"}

// recordCommand is `drtxt record` as far as its settings go, with what the variables say.
func (w *wizard) recordCommand() (*cobra.Command, *recordOptions, error) {
	env := *w.env
	env.getenv = func(name string) string {
		if slices.ContainsFunc(unheededByWizard, func(flag string) bool { return variable(flag) == name }) {
			return ""
		}
		return w.env.getenv(name)
	}
	var o recordOptions
	cmd := &cobra.Command{Use: "record"}
	o.out.flags(&env, cmd, formatNames())
	o.flags(cmd)
	err := applyEnvironment(&env, cmd)
	return cmd, &o, err
}

// unheeded are the variables of these flags that are set.
func (w *wizard) unheeded(flags []string) []string {
	var names []string
	for _, flag := range flags {
		if w.env.getenv(variable(flag)) != "" {
			names = append(names, variable(flag))
		}
	}
	return names
}

// checkVariables refuses variables that no answer could make good.
func (w *wizard) checkVariables() error {
	const hint = "correct the variable, or unset it"
	cmd, o, err := w.recordCommand()
	if err != nil {
		return err
	}
	for _, key := range reaching(cmd) {
		flag := cmd.Flags().Lookup(key.Name)
		if flag == nil || !flag.Changed {
			continue
		}
		for _, value := range flagValues(flag) {
			if err := checkVariable(key, value); err != nil {
				return refusal(fmt.Errorf("%s %w", variable(key.Name), err), hint)
			}
		}
	}
	if ways := o.signing.ways(); len(ways) > 1 {
		return refusal(fmt.Errorf("%s and %s contradict each other", variable(strings.TrimPrefix(ways[0], "--")), variable(strings.TrimPrefix(ways[1], "--"))), "unset one of them")
	}
	if _, err := o.signing.publicKeys(); err != nil {
		return refusal(fmt.Errorf("%s: %w", variable("public"), err), hint)
	}
	return nil
}

// checkVariable refuses a value that a setting does not take, and a file that is not there.
func checkVariable(key configuration.Key, value string) error {
	wanted := key.Check(value)
	if key.Name == "forwarding" && value == portalSetting {
		wanted = ""
	}
	if wanted != "" {
		return fmt.Errorf("%s is not %s", quoted(value), wanted)
	}
	if _, err := os.Stat(value); key.Input && err != nil {
		return fmt.Errorf("names what cannot be used: %w", pathError("looking at", value, err))
	}
	return nil
}

// settings are what `drtxt record` would take for a domain from the variables and the
// configuration, without the files that are missing.
func (w *wizard) settings(domain string) (*recordOptions, gone, error) {
	cmd, o, err := w.recordCommand()
	if err != nil {
		return nil, nil, err
	}
	w.env.settings.given = chosenFlags(cmd.Flags())
	missing := gone{}
	if w.env.settings.file != nil {
		if err := w.env.settings.take(cmd, domain); err != nil {
			return nil, nil, err
		}
		missing.leaveOut(w.env, &o.signing)
		warnOfFound(w.env, domain, w.env.settings.inOrder())
	}
	_, _, err = o.host.zoneOf(w.env, domain, false)
	return o, missing, err
}

// gone are settings that name a file which is missing, each with why it cannot be used.
type gone map[string]string

// leaveOut takes what is missing out of what signs.
func (g gone) leaveOut(env *environment, s *signing) {
	for _, setting := range env.settings.inOrder() {
		err := env.settings.file.RequireInputs(setting)
		if err == nil {
			continue
		}
		name := setting.Key.Name
		g[name] = err.Error()
		switch name {
		case "key":
			s.key = ""
		case "signer-command":
			s.command = ""
		case "public":
			s.public = slices.DeleteFunc(slices.Clone(s.public), func(path string) bool {
				_, err := os.Stat(path)
				return errors.Is(err, fs.ErrNotExist)
			})
		}
	}
	if _, ok := g["public"]; ok && len(s.public) != 1 { // without its public half nothing else can sign
		s.command, s.agent = "", false
	}
}

// inWords says what is missing, empty for nothing.
func (g gone) inWords() string {
	var lines []string
	for _, name := range []string{"key", "signer-command", "public"} {
		if why, ok := g[name]; ok {
			lines = append(lines, "What is configured cannot be used: "+why+".")
		}
	}
	return strings.Join(lines, "\n")
}

// offer takes what is set as the answers that are offered.
func (w *wizard) offer() {
	w.key, w.public = w.record.signing.key, ""
	w.forwarding = w.record.forwarding
	w.noInternet = w.record.product == "zpa"
	w.noPrivate = w.record.product == "zia"
	w.start.typed, w.end.typed = "", w.record.lasting
}
