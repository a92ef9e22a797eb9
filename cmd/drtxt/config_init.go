package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/drtxt/drtxt/internal/configuration"
)

const configInitInstead = "`drtxt config init DOMAIN --public FILE --key FILE --for 8h` asks nothing where there is no terminal; `drtxt config init --help` lists its flags"

// initFlags are the settings that config init takes as flags: the names of the flags, and
// of the keys in the file.
var initFlags = []struct{ flag, key, usage string }{
	{"type", "type", "the product that the records switch: zia, zpa or all"},
	{"forwarding", "forwarding", "what Internet Access does with traffic meanwhile: fail-open or fail-close"},
	{"ttl", "ttl", "time to live of the records, as a `DURATION`"},
	{"for", "for", "how long on and test last where nothing else is said, as a `DURATION`"},
	{"public", "public", "the public key `FILE` to believe; repeatable"},
	{"key", "key", "the private key `FILE` that signs"},
	{"signer-command", "signer-command", "the program that signs, an absolute `PATH`"},
	{"signer-agent", "signer-agent", "have the SSH agent sign"},
	{"zone", "zone", "the `ZONE` that the domain lies in"},
	{"server", "server", "ask this `HOST[:PORT]` alone when verifying; repeatable"},
	{"resolver", "resolver", "ask this resolver, a `URL`, when verifying; repeatable"},
	{"publish-server", "publish.server", "the primary name server to publish at, a `HOST[:PORT]`"},
	{"tsig-file", "publish.tsig-file", "the TSIG key `FILE` for publishing"},
	{"zone-file", "publish.zone-file", "the zone `FILE` to publish in"},
}

func newConfigInitCommand(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init [DOMAIN]",
		Short: "Write a commented configuration",
		Long: `Write a configuration that explains every key, for a domain. At a terminal what is
not given is asked for; without one nothing is, and DOMAIN has to be given. What
nobody chooses stands in the file too, behind a # that can be taken away.

It goes to the file that --config names, else into the user's configuration folder.
A file that is there is never replaced.`,
		Example: `  drtxt config init
  drtxt config init dr.example.com --public dr_publickey.pem --key dr_privatekey.pem --for 8h
  drtxt config init dr.example.com --public dr_publickey.pem --publish-server ns1.example.com --zone example.com --tsig-file update.key`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runConfigInit(cmd.Context(), env, cmd.Flags(), args)
		},
	}
	for _, f := range initFlags {
		switch keyNamed(f.key).Shape {
		case configuration.Texts:
			cmd.Flags().StringArray(f.flag, nil, f.usage)
		case configuration.Switch:
			cmd.Flags().Bool(f.flag, false, f.usage)
		default:
			cmd.Flags().String(f.flag, "", f.usage)
		}
	}
	completeValues(cmd, "type", activationTypes)
	completeValues(cmd, "forwarding", []string{"fail-open", "fail-close"})
	return cmd
}

// keyNamed finds a key by its name with its section, as publish.server.
func keyNamed(name string) configuration.Key {
	i := slices.IndexFunc(configuration.Keys, func(k configuration.Key) bool { return k.String() == name })
	if i < 0 {
		panic("there is no key " + name) // a mistake in the program
	}
	return configuration.Keys[i]
}

// A newConfiguration is what is to be written.
type newConfiguration struct {
	interview
	// path is where it goes.
	path   string
	domain string
	// chosen are the values by the names of their keys; one that was decided against has
	// none.
	chosen map[string][]string
	// given are the keys that flags decided.
	given map[string]bool
	// signer is the answer to what signs.
	signer string
	// target is the answer to where it is published.
	target string
}

func runConfigInit(ctx context.Context, env *environment, flags *pflag.FlagSet, args []string) error {
	c := &newConfiguration{chosen: map[string][]string{}, given: map[string]bool{}}
	c.interview = interview{env: env, instead: configInitInstead}
	var err error
	if c.path, err = newConfigurationPath(env); err != nil {
		return err
	}
	if len(args) > 0 {
		if c.domain, err = parseDomain(env, args[0]); err != nil {
			return err
		}
	}
	if err := c.takeFlags(flags); err != nil {
		return err
	}
	if err := c.askTheRest(ctx); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	text, err := c.text()
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := configuration.Create(c.path, text, disarming); err != nil {
		c.say("nothing was written; this writes the same without the questions:")
		c.say(verbatim + c.again())
		return err
	}
	c.describe()
	return nil
}

// newConfigurationPath is where the new file goes, where nothing is yet.
func newConfigurationPath(env *environment) (string, error) {
	path := env.settings.path
	if path == "" {
		var err error
		if path, err = userConfiguration(env); err != nil {
			return "", refusal(err, "name a file with --config")
		}
	}
	if isThere(path) {
		return "", refusal(fmt.Errorf("%s exists already, and is never replaced", quoted(path)), "edit it; `drtxt config show` says what is in force; or name another file with --config")
	}
	return path, checkWritable(filepath.Dir(path))
}

// takeFlags takes what the flags say.
func (c *newConfiguration) takeFlags(flags *pflag.FlagSet) error {
	for _, f := range initFlags {
		flag := flags.Lookup(f.flag)
		if !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		if err := c.choose(f.key, values...); err != nil {
			return withHint(fmt.Errorf("%s: %w", source(c.env, f.flag), err), "correct it, or leave it out")
		}
		c.given[f.key] = true
	}
	return c.contradictions()
}

// contradictions refuses flags of which one would be without effect.
func (c *newConfiguration) contradictions() error {
	for _, group := range [][]string{{"key", "signer-command", "signer-agent"}, {"publish.zone-file", "publish.server"}, {"publish.zone-file", "publish.tsig-file"}} {
		var set []string
		for _, key := range group {
			if c.isSet(key) {
				set = append(set, "--"+initFlag(key))
			}
		}
		if len(set) > 1 {
			return contradict(set[0], set[1])
		}
	}
	return nil
}

// initFlag is the flag of a key.
func initFlag(key string) string {
	i := slices.IndexFunc(initFlags, func(f struct{ flag, key, usage string }) bool { return f.key == key })
	return initFlags[i].flag
}

// isSet reports whether a key has a value that says something.
func (c *newConfiguration) isSet(key string) bool {
	values := c.chosen[key]
	return len(values) > 0 && values[0] != "false"
}

// choose takes the values of a key, which have to be good; none for a key that is left out.
func (c *newConfiguration) choose(name string, values ...string) error {
	key := keyNamed(name)
	chosen := make([]string, len(values))
	for i, value := range values {
		if err := c.checkValue(key, value); err != nil {
			return err
		}
		if chosen[i] = value; key.Path {
			absolute, err := filepath.Abs(value)
			if err != nil {
				return refusal(pathError("finding", value, err), "give an absolute path")
			}
			chosen[i] = absolute
		}
	}
	c.chosen[name] = chosen
	return nil
}

// check refuses what could not work as a whole.
func (c *newConfiguration) check() error {
	hardware := c.isSet("signer-command") || c.isSet("signer-agent")
	switch n := len(c.chosen["public"]); {
	case hardware && n != 1:
		return refusal(fmt.Errorf("what signs needs to know the public key, and %d are given", n), "add --public FILE once: the public half of the key that signs")
	case c.isSet("publish.server") && !c.isSet("zone"):
		return refusal(errors.New("publishing at a server needs the name of the zone"), "add --zone ZONE")
	}
	return c.checkPair()
}

// checkPair refuses two key files that do not belong together.
func (c *newConfiguration) checkPair() error {
	if !c.isSet("key") {
		return nil
	}
	s := signing{key: c.chosen["key"][0], public: c.chosen["public"]}
	return s.checkPair()
}
