package signer_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/leaks"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/keygen/signer"
)

// parts are what a copy of this test binary does when a test has it run as a program;
// its first argument names the part. Files of one system add theirs.
var parts = map[string]func(args []string) int{}

// program is the path of that copy.
var program string

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if part, ok := parts[os.Args[1]]; ok {
			os.Exit(part(os.Args[2:]))
		}
	}
	os.Exit(copyAndRun(m))
}

// copyAndRun makes the copy with permissions that do not depend on the umask.
func copyAndRun(m *testing.M) int {
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "signer")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	binary, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "program.exe")
	if err := os.WriteFile(program, binary, 0o700); err != nil {
		panic(err)
	}
	return m.Run()
}

const message = "v=1;k=all;b=on;t=1800000000;x=1800028800;"

var pssOptions = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}

const testKeys = "../../testdata/keys/"

// testKey reads test-a or test-b.
func testKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.LoadPrivateKey(testKeys+name+".private.pem", true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signed is the signature that a signer has to give.
func signed(t testing.TB, key *rsa.PrivateKey) string {
	t.Helper()
	digest := sha256.Sum256([]byte(message))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return string(signature)
}

// wantError checks the class of an error, that it is one line without a secret, and that
// it has a hint.
func wantError(t testing.TB, err error, kind *signer.Kind) *signer.Error {
	t.Helper()
	failure, ok := errors.AsType[*signer.Error](err)
	if !ok || !errors.Is(err, kind) {
		t.Fatalf("error %v, want one that %v", err, kind)
	}
	if text := err.Error(); strings.ContainsAny(text, "\n\r\x1b") || strings.HasSuffix(text, ".") {
		t.Errorf("error %q is not one printable line without a full stop", text)
	}
	leaks.Check(t, "the error", err.Error()+"\n"+failure.Hint())
	if failure.Hint() == "" || strings.HasSuffix(failure.Hint(), ".") {
		t.Errorf("hint %q of %v", failure.Hint(), err)
	}
	return failure
}

// newCommand is a signer that runs a program for the key test-a.
func newCommand(t testing.TB, path string, args ...string) *signer.Command {
	t.Helper()
	return commandOf(t, signer.CommandOptions{Path: path, Args: args})
}

// commandOf completes the options.
func commandOf(t testing.TB, options signer.CommandOptions) *signer.Command {
	t.Helper()
	if options.PublicKey == nil {
		options.PublicKey = &testKey(t, "test-a").PublicKey
	}
	if options.Environment == nil {
		options.Environment = []string{"PATH=" + os.Getenv("PATH")}
	}
	command, err := signer.NewCommand(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	return command
}

func sign(s crypto.Signer, opts crypto.SignerOpts) ([]byte, error) {
	return crypto.SignMessage(s, rand.Reader, []byte(message), opts)
}

func init() {
	// sign KEYFILE signs what it reads as the protocol says.
	parts["sign"] = func(args []string) int {
		key, err := keygen.LoadPrivateKey(args[0], true, nil)
		if err != nil {
			return 10
		}
		read, err := io.ReadAll(os.Stdin)
		if err != nil {
			return 11
		}
		opts := map[string]crypto.SignerOpts{"pkcs1v15": crypto.SHA256, "pss": pssOptions}[os.Getenv("DRTXT_PADDING")]
		if opts == nil || os.Getenv("DRTXT_SIGNER_PROTOCOL") != "1" {
			return 12
		}
		signature, err := crypto.SignMessage(key, rand.Reader, read, opts)
		if err != nil {
			return 13
		}
		os.Stdout.Write(signature)
		return 0
	}
	parts["silent"] = func([]string) int { return 0 }
	parts["hang"] = func([]string) int { time.Sleep(time.Hour); return 0 }
	parts["flood"] = func([]string) int {
		for block := make([]byte, 1<<10); ; {
			if _, err := os.Stdout.Write(block); err != nil {
				return 1
			}
		}
	}
}

func keyFile(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(testKeys + name + ".private.pem")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// These run on every system.
func TestCommandSigns(t *testing.T) {
	t.Parallel()
	key := testKey(t, "test-a")
	command := newCommand(t, program, "sign", keyFile(t, "test-a"))
	if !key.PublicKey.Equal(command.Public()) {
		t.Error("the public key is another")
	}
	for range 2 {
		got, err := sign(command, crypto.SHA256)
		if err != nil || string(got) != signed(t, key) {
			t.Errorf("%x, %v", got, err)
		}
	}
	for _, salt := range []int{rsa.PSSSaltLengthEqualsHash, rsa.PSSSaltLengthAuto, 32} {
		got, err := sign(command, &rsa.PSSOptions{SaltLength: salt, Hash: crypto.SHA256})
		digest := sha256.Sum256([]byte(message))
		if err != nil || rsa.VerifyPSS(&key.PublicKey, crypto.SHA256, digest[:], got, nil) != nil {
			t.Errorf("PSS: %x, %v", got, err)
		}
	}
}

func TestCommandFails(t *testing.T) {
	t.Parallel()
	for part, kind := range map[string]*signer.Kind{
		"silent": signer.ErrNoOutput,
		"hang":   signer.ErrTimeout,
		"flood":  signer.ErrTooMuchOutput,
		"none":   signer.ErrFailed, // the test binary does not know the argument
	} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			options := signer.CommandOptions{Path: program, Args: []string{part}}
			if part == "hang" {
				options.Timeout = 100 * time.Millisecond
			}
			if part == "none" {
				options.Args = []string{"-test.run=^$", "-test.none"}
			}
			_, err := sign(commandOf(t, options), crypto.SHA256)
			wantError(t, err, kind)
		})
	}
	_, err := sign(newCommand(t, program, "sign", keyFile(t, "test-b")), crypto.SHA256)
	wantError(t, err, signer.ErrSignature)
}

func TestCommandRefusesOptions(t *testing.T) {
	t.Parallel()
	key := &testKey(t, "test-a").PublicKey
	small := &rsa.PublicKey{N: key.N, E: 3}
	for title, c := range map[string]struct {
		options signer.CommandOptions
		kind    *signer.Kind
	}{
		"no key":      {signer.CommandOptions{Path: program}, signer.ErrKey},
		"another key": {signer.CommandOptions{Path: program, PublicKey: small}, signer.ErrKey},
		"no path":     {signer.CommandOptions{PublicKey: key}, signer.ErrNotAbsolute},
		"relative":    {signer.CommandOptions{Path: "program", PublicKey: key}, signer.ErrNotAbsolute},
		"dotted":      {signer.CommandOptions{Path: "./program", PublicKey: key}, signer.ErrNotAbsolute},
		"arguments":   {signer.CommandOptions{Path: program + " sign", PublicKey: key}, signer.ErrNotFound},
		"below":       {signer.CommandOptions{Path: filepath.Join(program, "x"), PublicKey: key}, signer.ErrNotFound},
		"folder":      {signer.CommandOptions{Path: filepath.Dir(program), PublicKey: key}, signer.ErrNotRegular},
		"no name":     {signer.CommandOptions{Path: program, PublicKey: key, Environment: []string{"=secret"}}, signer.ErrEnvironment},
		"no value":    {signer.CommandOptions{Path: program, PublicKey: key, Environment: []string{"PATH=/bin", "secret"}}, signer.ErrEnvironment},
		"NUL":         {signer.CommandOptions{Path: program, PublicKey: key, Environment: []string{"A=secret\x00"}}, signer.ErrEnvironment},
		"protocol":    {signer.CommandOptions{Path: program, PublicKey: key, Environment: []string{"DRTXT_SHA256=secret"}}, signer.ErrEnvironment},
		"other case":  {signer.CommandOptions{Path: program, PublicKey: key, Environment: []string{"drtxt_padding=secret"}}, signer.ErrEnvironment},
	} {
		_, err := signer.NewCommand(t.Context(), c.options)
		if failure := wantError(t, err, c.kind); strings.Contains(err.Error(), "secret") || failure.Path != c.options.Path {
			t.Errorf("%s: %v", title, err)
		}
	}
}

// What cannot be asked for is an error, and the program is not run.
func TestCommandRefusesRequests(t *testing.T) {
	t.Parallel()
	command := newCommand(t, program, "sign", keyFile(t, "test-a"))
	digest := sha256.Sum256([]byte(message))
	_, err := command.Sign(rand.Reader, digest[:], crypto.SHA256)
	wantError(t, err, signer.ErrDigest)
	for _, opts := range []crypto.SignerOpts{nil, crypto.SHA512, crypto.Hash(0), &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA1}} {
		_, err := command.SignMessage(nil, []byte(message), opts)
		wantError(t, err, signer.ErrHash)
	}
	_, err = command.SignMessage(nil, []byte(message), &rsa.PSSOptions{SaltLength: 20, Hash: crypto.SHA256})
	wantError(t, err, signer.ErrPadding)
}

func TestContextEndsTheCommand(t *testing.T) {
	t.Parallel()
	for title, c := range map[string]struct {
		context func() (context.Context, context.CancelFunc)
		kind    *signer.Kind
		is      error
	}{
		"cancelled before": {func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			return ctx, cancel
		}, signer.ErrInterrupted, context.Canceled},
		"cancelled": {func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(200*time.Millisecond, cancel)
			return ctx, cancel
		}, signer.ErrInterrupted, context.Canceled},
		"deadline": {func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(t.Context(), 200*time.Millisecond)
		}, signer.ErrTimeout, context.DeadlineExceeded},
	} {
		ctx, cancel := c.context()
		defer cancel()
		command, err := signer.NewCommand(ctx, signer.CommandOptions{Path: program, Args: []string{"hang"}, PublicKey: &testKey(t, "test-a").PublicKey})
		if err != nil {
			t.Fatal(err)
		}
		_, err = sign(command, crypto.SHA256)
		if wantError(t, err, c.kind); !errors.Is(err, c.is) {
			t.Errorf("%s: %v is not %v", title, err, c.is)
		}
	}
}

func TestModeChecked(t *testing.T) {
	t.Parallel()
	if unix := runtime.GOOS != "windows"; signer.ModeChecked != unix {
		t.Errorf("ModeChecked is %t on %s", signer.ModeChecked, runtime.GOOS)
	}
}
