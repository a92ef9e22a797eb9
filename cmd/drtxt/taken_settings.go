package main

import (
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
)

// takenSettings are what a command takes from the configuration, by the names of its flags,
// but for switches that are off.
type takenSettings map[string]configuration.Setting

// What stands in a command for what is not configured.
const (
	publicPlaceholder = "--public dr_publickey.pem"
	serverPlaceholder = "--server NAME_SERVER"
	zonePlaceholder   = "--zone ZONE"
	tsigPlaceholder   = "--tsig-file UPDATE_KEY"
)

// takenBy is what a command with these arguments takes for a domain, the variables of the
// environment left out.
func takenBy(env *environment, cmd *cobra.Command, domain string, args ...string) (takenSettings, error) {
	taken := takenSettings{}
	own := env.settings
	if own.file == nil {
		return taken, nil
	}
	if err := errors.Join(cmd.ParseFlags(args), own.take(cmd, domain)); err != nil {
		return nil, err
	}
	for _, s := range own.inOrder() {
		if saysSomething(s) {
			taken[s.Key.Name] = s
		}
	}
	return taken, nil
}

// has reports whether one of these is configured.
func (t takenSettings) has(names ...string) bool {
	for _, name := range names {
		if _, ok := t[name]; ok {
			return true
		}
	}
	return false
}

// unless is a part of a command, or nothing where that is configured.
func (t takenSettings) unless(part, name string) string {
	if t.has(name) {
		return ""
	}
	return part
}

func (t takenSettings) public() string { return t.unless(publicPlaceholder, "public") }

// target is what drtxt publish has to be told of where it publishes.
func (t takenSettings) target() []string {
	if t.has("zone-file") { // which says what zone it is of
		return nil
	}
	parts := []string{t.unless(serverPlaceholder, "server"), t.unless(zonePlaceholder, "zone"), t.unless(tsigPlaceholder, "tsig-file")}
	return slices.DeleteFunc(parts, func(part string) bool { return part == "" })
}
