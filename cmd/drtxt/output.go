package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/filesystem"
	"github.com/drtxt/drtxt/internal/kit"
)

func quoted(text string) string { return strconv.Quote(text) }

// An output says where a result goes.
type output struct {
	flag   string // that names the file, where it is not --out
	path   string // empty for standard output
	format string
	// needed are files that every command needs: the configuration.
	needed []string
}

// flags adds --format and --out to a command.
func (o *output) flags(env *environment, cmd *cobra.Command, formats []string) {
	cmd.Flags().StringVar(&o.format, "format", formats[0], "form of the result: "+list(formats))
	cmd.Flags().StringVarP(&o.path, "out", "o", "", "write the result to this `FILE`, whole or not at all, instead of standard output")
	completeValues(cmd, "format", formats)
	cmd.PreRunE = chain(cmd.PreRunE, func(*cobra.Command, []string) error {
		o.needed = configurationPaths(env, cmd.Flags())
		if slices.Contains(standardOutput, o.path) {
			o.path = "" // it must not be replaced by a file of that name
		}
		env.noColor = env.noColor || o.path != "" // a file is no terminal
		return oneOf("--format", o.format, formats)
	})
}

// standardOutput are the names of it that systems have.
var standardOutput = []string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}

// check refuses, before anything is done, a file that could not be written
// afterwards, or that the command itself reads or writes otherwise.
func (o *output) check(others ...string) error {
	if o.path == "" {
		return nil
	}
	for _, other := range append(others, o.needed...) {
		if err := o.spares(other); err != nil {
			return err
		}
	}
	dir := filepath.Dir(o.path)
	if info, err := os.Stat(dir); err != nil {
		return withHint(pathError("writing into", dir, err), o.elsewhere())
	} else if !info.IsDir() {
		return withHint(pathError("writing into", dir, syscall.ENOTDIR), o.elsewhere())
	}
	if info, err := os.Stat(o.path); err == nil && info.IsDir() {
		return withHint(pathError("writing", o.path, syscall.EISDIR), o.elsewhere())
	}
	if inside, err := kit.Encloses(dir); err == nil && inside {
		return refusal(fmt.Errorf("%s %s lies in the folder of a kit, which nothing may be added to", o.flagName(), quoted(o.path)), "name a file elsewhere")
	}
	return nil
}

func (o *output) flagName() string { return cmp.Or(o.flag, "--out") }

// elsewhere is the way out where the file cannot be written.
func (o *output) elsewhere() string { return "name another file with " + o.flagName() }

// spares refuses to overwrite a file that the command needs.
func (o *output) spares(other string) error {
	if o.path != "" && other != "" && sameFile(o.path, other) {
		return &overwriteError{path: other, flag: o.flagName()}
	}
	return nil
}

// An overwriteError is about a file that a flag, --out if none is named, would overwrite and
// the command needs.
type overwriteError struct{ path, flag string }

func (e *overwriteError) Error() string {
	return cmp.Or(e.flag, "--out") + " would overwrite " + quoted(e.path) + ", which this command needs"
}

// Hint is the way out.
func (e *overwriteError) Hint() string {
	return "name another file with " + cmp.Or(e.flag, "--out")
}

// sameFile reports whether two paths name one regular file, by whatever links, or
// would once it is made.
func sameFile(a, b string) bool {
	a, errA := filesystem.FollowLinks(a)
	b, errB := filesystem.FollowLinks(b)
	if errA != nil || errB != nil {
		return false
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB) && infoA.Mode().IsRegular()
	}
	dirA, dirB := filepath.Dir(a), filepath.Dir(b)
	infoA, errA = os.Stat(dirA)
	infoB, errB = os.Stat(dirB)
	sameDir := filepath.Clean(dirA) == filepath.Clean(dirB) || errA == nil && errB == nil && os.SameFile(infoA, infoB)
	return sameDir && filepath.Base(a) == filepath.Base(b)
}

// write writes a whole result.
func (o *output) write(ctx context.Context, env *environment, result []byte) error {
	if o.path == "" {
		_, err := env.out.Write(result)
		return stdoutError(err)
	}
	return writeFile(ctx, o.path, result)
}

// stdoutError says that standard output could not be written to, if so.
func stdoutError(err error) error {
	if err == nil {
		return nil
	}
	return outputError(pathError("writing to", "standard output", err))
}

// outputError keeps status and hint of known causes and gives the others a hint.
func outputError(err error) error {
	return withHint(err, "name another file with --out")
}

// withHint gives an error a hint that has none.
func withHint(err error, hint string) error {
	if _, known := classify(err); known != "" {
		return err
	}
	return refusal(err, hint)
}

// A trackedWriter remembers the first error, for those who do not look at it.
type trackedWriter struct {
	to     io.Writer
	failed *error
}

func (w *trackedWriter) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil && *w.failed == nil {
		*w.failed = err
	}
	return n, err
}

// maxInput bounds what is read of a file or of standard input, in bytes.
const maxInput = 64 << 20

// readInput reads a file with records, or standard input for "-".
func readInput(ctx context.Context, env *environment, path string) ([]byte, error) {
	return readUpTo(ctx, env, path, maxInput, "give it the records alone")
}

// readUpTo reads a file of so many bytes at most, or standard input for "-"; the hint is
// for one that is larger. It ends when the context does, even while a terminal or pipe
// has nothing to read.
func readUpTo(ctx context.Context, env *environment, path string, most int64, hint string) ([]byte, error) {
	return unlessDone(ctx, 0, func() ([]byte, error) { return readBounded(env, path, most, hint) })
}

func readBounded(env *environment, path string, most int64, hint string) ([]byte, error) {
	data, err := readFirst(env, path, most+1)
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > most {
		if path == "-" {
			path = "standard input"
		}
		return nil, refusal(fmt.Errorf("%s is larger than %s", quoted(path), inBinary(most)), hint)
	}
	return data, nil
}

// readFirst reads so many bytes at most from the start of a file, or of standard input for "-".
func readFirst(env *environment, path string, most int64) ([]byte, error) {
	in, name := env.in, "standard input"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, withHint(pathError("reading", path, err), "check the path")
		}
		defer f.Close()
		in, name = f, path
	}
	data, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, refusal(pathError("reading", name, err), "give a file that can be read, or - for standard input")
	}
	return data, nil
}

// inBinary words a round number of bytes.
func inBinary(size int64) string {
	if size < 1<<20 {
		return fmt.Sprintf("%d KiB", size>>10)
	}
	return fmt.Sprintf("%d MiB", size>>20)
}
