package main

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
	"github.com/drtxt/drtxt/txtrecord"
)

// signing says with what records are signed: a private key file, a program, or an SSH
// agent.
type signing struct {
	key             string
	allowExposedKey bool
	passphrase      passphraseSource
	command         string
	args            []string
	environment     []string
	agent           bool
	timeout         string
	public          []string
	// made is a key that was made just now, to be written to the file key.
	made crypto.Signer
}

func (s *signing) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.key, "key", "", "sign with the private key in this `FILE`")
	f.BoolVar(&s.allowExposedKey, "allow-exposed-key", false, "accept a private key file that others can read")
	s.passphrase.flags(cmd, "", "the passphrase of --key")
	f.StringVar(&s.command, "signer-command", "", "have this program sign, an absolute `PATH` (docs/signers.md); with --public")
	f.StringArrayVar(&s.args, "signer-arg", nil, "`ARGUMENT` of --signer-command, as it is; repeatable")
	f.StringArrayVar(&s.environment, "signer-environment", nil, "`NAME` of a variable that --signer-command gets besides "+strings.Join(signer.EnvironmentNames(), ", ")+"; repeatable")
	f.BoolVar(&s.agent, "signer-agent", false, "have the SSH agent sign, with its key that is --public")
	f.StringVar(&s.timeout, "signer-timeout", signer.DefaultTimeout.String(), "how long a signer may take, as a `DURATION`")
	f.StringArrayVar(&s.public, "public", nil, "public key `FILE` that the signature has to fit; with --key repeatable, and one of them must")
}

// files are those that a result must not overwrite.
func (s *signing) files() []string {
	files := append([]string{s.key, s.passphrase.file, s.command}, s.public...)
	if s.key != "" {
		files = append(files, publicBeside(s.key))
	}
	return files
}

// publicBeside is where a private key file is held against its public key.
func publicBeside(private string) string {
	return filepath.Join(filepath.Dir(private), keygen.PublicKeyFile)
}

// trusting are the flags by which other commands believe what this one signs.
func (s *signing) trusting(env *environment, scheme txtrecord.Scheme) []string {
	paths := s.publicPaths()
	if len(paths) == 0 {
		paths = []string{keygen.PublicKeyFile}
	}
	return append(publicWords(paths), schemeWords(env, scheme)...)
}

// publicPaths are those of the public keys that were named, else of the one beside the
// private key, if it is there.
func (s *signing) publicPaths() []string {
	if len(s.public) > 0 || s.key == "" {
		return s.public
	}
	if _, err := os.Stat(publicBeside(s.key)); err != nil {
		return nil
	}
	return []string{publicBeside(s.key)}
}

// publicWords are the flags by which another command takes public keys.
func publicWords(paths []string) []string {
	var words []string
	for _, path := range paths {
		words = append(words, "--public", path)
	}
	return words
}

// schemeWords are the flags by which another command takes the same scheme.
func schemeWords(env *environment, scheme txtrecord.Scheme) []string {
	switch {
	case env.settings.took("scheme") && env.typed["config"]:
		return []string{"--config", env.settings.path}
	case env.settings.took("scheme"), scheme == (txtrecord.Scheme{}) && !env.typed["scheme"]:
		return nil
	}
	return []string{"--scheme", scheme.String()}
}

// ways are the flags that name what signs.
func (s *signing) ways() []string {
	var ways []string
	for _, way := range []struct {
		flag  string
		given bool
	}{{"--key", s.key != ""}, {"--signer-command", s.command != ""}, {"--signer-agent", s.agent}} {
		if way.given {
			ways = append(ways, way.flag)
		}
	}
	return ways
}

// check refuses flags that contradict each other, before anything is asked.
func (s *signing) check(env *environment, scheme txtrecord.Scheme) error {
	switch ways := s.ways(); {
	case len(ways) == 0:
		return refusal(errors.New("no private key to sign with"), "add --key FILE; `drtxt keygen` makes one; --signer-command and --signer-agent are for keys in hardware")
	case len(ways) > 1:
		return contradict(ways[0], ways[1])
	case s.command == "" && env.typedAny("signer-arg", "signer-environment"):
		return refusal(errors.New("--signer-arg and --signer-environment are about --signer-command, which is not given"), "add --signer-command PATH")
	case s.key == "" && s.passphrase.given():
		return refusal(errors.New("a passphrase is given, and no --key that it would open"), "leave it out: "+ways[0]+" asks for what it needs")
	case s.key == "" && len(s.public) != 1:
		return refusal(fmt.Errorf("%s needs to know the public key, and %d are given", ways[0], len(s.public)), "add --public FILE once: the public half of the key that signs")
	case s.agent && scheme.PSS():
		return refusal(fmt.Errorf("an SSH agent cannot sign under the scheme %s: it knows no PSS", scheme), "use --key or --signer-command")
	}
	for _, name := range s.environment {
		if !configuration.IsVariable(name) {
			return refusal(fmt.Errorf("--signer-environment %q is not the name of a variable", name), "give the name alone, such as AWS_PROFILE; its value is taken from the environment")
		}
	}
	return s.passphrase.check()
}

// signer is what signs, its key known to be one of the public keys, where any is given.
func (s *signing) signer(ctx context.Context, env *environment, scheme txtrecord.Scheme) (crypto.Signer, error) {
	if err := s.check(env, scheme); err != nil {
		return nil, err
	}
	timeout, err := readDuration(s.timeout)
	if err != nil || timeout <= 0 {
		return nil, refusal(fmt.Errorf("--signer-timeout %q is not a duration", s.timeout), "write 30s or 2m")
	}
	public, err := s.publicKeys()
	if err != nil {
		return nil, err
	}
	switch {
	case s.made != nil:
		return s.made, nil
	case s.command != "":
		return s.program(ctx, env, public[0], timeout)
	case s.agent:
		return sshAgent(ctx, env, public[0], timeout)
	}
	d := newDialogue(env)
	defer d.close()
	key, err := unlock(ctx, env, d, s.key, s.allowExposedKey, &s.passphrase)
	if err != nil {
		return nil, err
	}
	if len(public) > 0 && !slices.ContainsFunc(public, func(p *rsa.PublicKey) bool { return p.Equal(&key.PublicKey) }) {
		return nil, s.mismatch(&key.PublicKey, public)
	}
	return key, nil
}

func (s *signing) publicKeys() ([]*rsa.PublicKey, error) {
	var keys []*rsa.PublicKey
	for _, path := range s.public {
		key, err := keygen.LoadPublicKey(path)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func (s *signing) mismatch(key *rsa.PublicKey, public []*rsa.PublicKey) error {
	var names []string
	for _, p := range public {
		names = append(names, keygen.Fingerprint(p))
	}
	return refusal(fmt.Errorf("the private key %s is %s, and --public is %s: they are no pair", quoted(s.key), keygen.Fingerprint(key), strings.Join(names, ", ")),
		"give the two files of one pair; `drtxt keygen inspect FILE` says which key a file holds")
}

// program is the external program as a signer.
func (s *signing) program(ctx context.Context, env *environment, public *rsa.PublicKey, timeout time.Duration) (crypto.Signer, error) {
	var variables []string
	for _, name := range append(signer.EnvironmentNames(), s.environment...) {
		if value := env.getenv(name); value != "" {
			variables = append(variables, name+"="+value)
		}
	}
	return signer.NewCommand(ctx, signer.CommandOptions{
		Path:        s.command,
		Args:        s.args,
		Environment: variables,
		PublicKey:   public,
		Timeout:     timeout,
		Stderr:      printableWriter{env.err},
	})
}

// sshAgent is the SSH agent as a signer.
func sshAgent(ctx context.Context, env *environment, public *rsa.PublicKey, timeout time.Duration) (crypto.Signer, error) {
	agent, err := signer.NewAgent(ctx, signer.AgentOptions{
		Dial:      signer.DialAgent(signer.AgentAddress(env.getenv("SSH_AUTH_SOCK"))),
		PublicKey: public,
		Timeout:   timeout,
	})
	if err != nil && !errors.Is(err, signer.ErrNoAgent) && !is[*signer.KeyNotFoundError](err) {
		return nil, &txtrecord.SignerError{Err: err} // it is there, and failed
	}
	return agent, err
}

// sign signs, and shows that somebody may be waited for: a token that wants to be touched.
func (s *signing) sign(env *environment, a txtrecord.Activation, scheme txtrecord.Scheme, by crypto.Signer) ([]string, error) {
	if s.command == "" { // a program may ask for a PIN there, where nothing must move
		defer showProgress(env, func() string { return "waiting for the signature" })()
	} else if env.errTerminal {
		env.note("waiting for %s", quoted(s.command))
	}
	return txtrecord.Sign(a, scheme, by)
}

// describe says what could not be checked.
func (s *signing) describe(env *environment) {
	switch {
	case s.key != "" && !keygen.ModeChecked:
		env.note("drtxt: on this system it is not checked who can read %s", quoted(s.key))
	case s.command != "" && !signer.ModeChecked:
		env.note("drtxt: on this system it is not checked who can change %s", quoted(s.command))
	}
}
