package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

type drillOptions struct {
	keep string
	out  output
}

func newDrillCommand(env *environment) *cobra.Command {
	var o drillOptions
	cmd := &cobra.Command{
		Use:   "drill",
		Short: "Rehearse a switch and its way back on an embedded name server",
		Long: `Make a key and a zone, publish off, test, on and off by DNS update (RFC 2136), and
verify each live, on a name server inside this program that only listens on
loopback. Nothing outside the program is touched, and nothing is left behind unless
--keep names a folder.

Exit status 1 if any step went wrong.`,
		Example: `  drtxt drill
  drtxt drill --keep rehearsal`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runDrill(cmd.Context(), env, &o) },
	}
	o.out.flags(env, cmd, []string{"table", "json"})
	cmd.Flags().StringVar(&o.keep, "keep", "", "leave keys and records in this `DIR`, made if missing; nothing in it is overwritten")
	return cmd
}

func runDrill(ctx context.Context, env *environment, o *drillOptions) error {
	if err := o.out.check(); err != nil {
		return err
	}
	if o.keep != "" {
		if err := checkEmpty(o.keep); err != nil {
			return err
		}
	}
	begin := env.now()
	key, err := generateKey(ctx, env)
	if err != nil {
		return err
	}
	rehearsal, err := drill.Run(ctx, key, env.now)
	if err != nil {
		return err
	}
	if o.keep != "" {
		if err := keepRehearsal(ctx, env, o.keep, rehearsal); err != nil {
			return err
		}
	}
	result, err := renderDrill(env, rehearsal, o.out.format, env.now().Sub(begin))
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result); err != nil {
		return err
	}
	if !rehearsal.Right() {
		return verdictStatus(verify.StatusWrong)
	}
	return nil
}

// checkEmpty refuses a folder that holds anything, so that nothing in it can be
// mistaken for what the rehearsal leaves, or the other way round.
func checkEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return refusal(pathError("reading the folder", dir, err), "name a new or an empty folder")
	case len(entries) > 0:
		return refusal(fmt.Errorf("the folder %s is not empty", quoted(dir)), "name a new or an empty folder")
	}
	return nil
}

// keepRehearsal leaves the key pair and each step's records, or nothing at all.
func keepRehearsal(ctx context.Context, env *environment, dir string, r *drill.Rehearsal) error {
	_, err := os.Stat(dir)
	isNew := errors.Is(err, os.ErrNotExist)
	written, err := writeRehearsal(ctx, dir, r)
	if err != nil {
		for _, path := range written {
			os.Remove(path)
		}
		if isNew {
			os.Remove(dir) // succeeds only if it is empty
		}
		return refusal(err, "name another folder with --keep")
	}
	env.note("kept keys and records in %s", quoted(dir))
	return nil
}

// writeRehearsal returns what it wrote, even if it could not write all.
func writeRehearsal(ctx context.Context, dir string, r *drill.Rehearsal) (written []string, err error) {
	if err := keygen.WritePair(dir, r.Key); err != nil {
		return nil, err
	}
	written = append(written, filepath.Join(dir, keygen.PublicKeyFile), filepath.Join(dir, keygen.PrivateKeyFile))
	for i := range r.Steps {
		step := &r.Steps[i]
		for _, format := range export.Formats {
			if step.Set.RRSets == nil {
				continue
			}
			var b bytes.Buffer
			set := step.Set
			set.Target.LeastTTL = set.RRSets[0].TTL // for every host, Cloudflare's enterprise plan too
			if err := format.WriteSet(&b, &set); err != nil {
				return written, err
			}
			path := filepath.Join(dir, fmt.Sprintf("%d-%s.%s", i+1, step.Status, format.Extension))
			if err := writeFile(ctx, path, b.Bytes()); err != nil {
				return written, err
			}
			written = append(written, path)
		}
	}
	return written, nil
}

func renderDrill(env *environment, r *drill.Rehearsal, format string, took time.Duration) ([]byte, error) {
	if format == "json" {
		return drillAsJSON(r)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "Rehearsal at %s on an embedded name server; no system outside this program was touched.\n\n", drill.Domain)
	rows := make([][]string, len(r.Steps))
	for i := range r.Steps {
		rows[i] = drillRow(i+1, &r.Steps[i])
	}
	if err := writeTable(&b, []string{"STEP", "ASKED", "SERVED", "VERDICT", "SIGNATURE", "WINDOW ENDS", "CLIENTS", "RESULT"}, rows); err != nil {
		return nil, err
	}
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Err != nil {
			fmt.Fprintf(&b, "\nstep %d: %s\n", i+1, printableLine(s.Err.Error()))
		} else if !s.Right() {
			writeFindings(env, &b, s.Report.Findings)
		}
	}
	writeDrillEnd(env, &b, r, took)
	return b.Bytes(), nil
}

func drillRow(number int, s *drill.Step) []string {
	served, window, signature := "-", "no end", "-"
	if set := s.Report.Set; set != nil {
		served = "b=" + string(set.Activation.Status)
	}
	if end := s.Report.End(); !end.IsZero() {
		window = end.UTC().Format(time.RFC3339)
	}
	if s.Report.Key != "" {
		signature = "verified"
	}
	result := "right"
	if !s.Right() {
		result = "WRONG"
	}
	return []string{fmt.Sprint(number), string(s.Status), served, orDash(string(s.Report.Verdict)), signature, window, "<= " + s.ClientDelay.String(), result}
}

func writeDrillEnd(env *environment, b *bytes.Buffer, r *drill.Rehearsal, took time.Duration) {
	fmt.Fprintf(b, "\nCLIENTS is when every client would have seen the step in earnest: the TTL of what stood before (%s, and %s where nothing stood), and one look-up every %s. An estimate.\n", drill.TTL, drill.NegativeTTL, verify.PollInterval)
	color, verdict := green, "All steps went right"
	if !r.Right() {
		color, verdict = red, "The rehearsal went WRONG"
	}
	fmt.Fprintln(b, paint(env, color, fmt.Sprintf("%s, in %s; scheme prefix, %s.", verdict, took.Round(time.Millisecond), confirmation(txtrecord.Scheme{}, "", nil))))
}
