package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/filesystem"
	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// defaultUndoDir names the folder for undo files in help texts.
const defaultUndoDir = "drtxt/undo in the user's folder for state, such as ~/.local/state"

// maxUndo bounds an undo file, in bytes.
const maxUndo = 4 << 20

// readUndo reads the undo file, once.
func (o *publishOptions) readUndo(ctx context.Context, env *environment) (*publish.Undo, error) {
	const hint = "give it a file that `drtxt publish` left"
	return o.undoing.get(func() (*publish.Undo, error) {
		data, err := readUpTo(ctx, env, o.undo, maxUndo, hint)
		if err != nil {
			return nil, err
		}
		undo, err := publish.ParseUndo(data)
		if err != nil {
			return nil, refusal(fmt.Errorf("%s: %w", quoted(o.undo), err), hint)
		}
		return undo, nil
	})
}

// undoIntent is what an undo file asks for.
func (o *publishOptions) undoIntent(ctx context.Context, env *environment, policy verify.Policy) (*intent, error) {
	undo, err := o.readUndo(ctx, env)
	if err != nil {
		return nil, err
	}
	policy.Domain = undo.Domain
	policy.AllowUnsigned = true // what stood before is put back, whatever it was
	policy.SkipSignature = len(policy.Keys) == 0
	policy.AddressesOnly = len(policy.Keys) == 0 && !slices.Contains(undo.Types(), "TXT")
	return &intent{
		domain: undo.Domain, types: undo.Types(), policy: policy, plan: undo.Plan, undo: undo,
		request: verify.Request{Policy: policy},
	}, nil
}

// checkRemoval refuses to undo an activation that is in force where nothing in its
// place tells clients to come back: when a record disappears they stay as they are.
func (p *publication) checkRemoval() error {
	status, taken := p.takesAway()
	if !taken || p.o.remove {
		return nil
	}
	return refusal(fmt.Errorf("the undo takes %q away and brings no off; nothing was changed", status), "publish off with the line above; or add --remove if the removal is really meant")
}

// offLine is the command that publishes off at the same place.
func (p *publication) offLine() string {
	record := []string{"drtxt", "record", "off", p.intent.domain, "--key", "PRIVATE_KEY", "--format", "json",
		"--scheme", p.intent.policy.Scheme.String()}
	publish := p.command(p.target.flags()...)
	if len(p.o.public) == 0 {
		publish = append(publish, "--public", "PUBLIC_KEY")
	}
	return shellwords.Line(record) + " | " + shellwords.Line(publish)
}

// warnOfRemoval says what an undo takes away, and what to publish instead.
func (p *publication) warnOfRemoval() {
	if status, taken := p.takesAway(); taken {
		p.env.note("warning: this takes an activation away that is in force (%s), and brings no off: clients do not come back by themselves when a record disappears; this brings them back:", status)
		p.env.note("  %s", p.offLine())
		if !p.o.remove {
			p.env.note("  the undo needs --remove")
		}
	}
}

// takesAway reports whether the plan is an undo that takes an activation away.
func (p *publication) takesAway() (txtrecord.Status, bool) {
	before, after, ok := p.plan.TXT()
	return p.activationLost(before, after, ok && p.intent.undo != nil)
}

// undoTakesAway is takesAway for the way back.
func (p *publication) undoTakesAway() (txtrecord.Status, bool) {
	before, after, ok := p.plan.TXT()
	return p.activationLost(after, before, ok)
}

// activationLost reports whether an activation that is in force goes without an off or
// the same activation in its place. Whether what stands is signed is left out: what a
// client made of it is not known.
func (p *publication) activationLost(before, after []verify.TXT, ok bool) (txtrecord.Status, bool) {
	if !ok {
		return "", false
	}
	policy := verify.Policy{Scheme: p.intent.policy.Scheme, At: p.at, Domain: p.intent.domain, AllowUnsigned: true, SkipSignature: true}
	stands := verify.Judge(before, policy)
	if keys := p.intent.policy.Keys; len(keys) > 0 { // an off that no client accepts is none
		policy.Keys, policy.SkipSignature = keys, false
	}
	comes := verify.Judge(after, policy)
	if stands.Set == nil {
		return "", false
	}
	status := stands.Set.Activation.Status
	gone := func(stands, comes verify.State) bool {
		inForce := stands == verify.StateOn || stands == verify.StateTest
		return inForce && comes != verify.StateOff && comes != stands
	}
	unknown := stands.State.InternetAccess == verify.StateUndetermined && status != txtrecord.Off && comes.Set == nil
	return status, unknown || gone(stands.State.InternetAccess, comes.State.InternetAccess) || gone(stands.State.PrivateAccess, comes.State.PrivateAccess)
}

// writeUndo leaves the undo file and returns its path. Nothing is published without it.
func (o *publishOptions) writeUndo(ctx context.Context, env *environment, undo *publish.Undo) (string, error) {
	dir := o.undoDir
	if dir == "" {
		state, err := env.stateFolder()
		if err != nil {
			return "", refusal(fmt.Errorf("there is no folder for the undo file: %w; nothing was changed", err), "name one with --undo-dir DIR")
		}
		dir = filepath.Join(state, "drtxt", "undo")
	}
	path, err := writeUndoInto(ctx, absolute(dir), undo)
	if err != nil {
		return "", refusal(fmt.Errorf("the undo file cannot be written: %w; nothing was changed", err), "name another folder with --undo-dir DIR")
	}
	return path, nil
}

// maxDomainInName is how much of a domain goes into the name of a file, which may have
// 255 bytes on most systems.
const maxDomainInName = 100

func writeUndoInto(ctx context.Context, dir string, undo *publish.Undo) (path string, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", pathError("making", dir, err)
	}
	data, err := encodeJSON(undo)
	if err != nil {
		return "", err
	}
	at := time.Unix(undo.At, 0).UTC().Format("20060102T150405Z")
	path = filepath.Join(dir, at+"-"+undo.Domain[:min(len(undo.Domain), maxDomainInName)]+"-"+rand.Text()[:6]+".json")
	if err := writePrivateFile(ctx, path, data); err != nil {
		return "", err
	}
	return path, filesystem.SyncDirectory(dir)
}

// removeUndo takes the undo file away where nothing was changed: it would undo what
// another has done.
func (p *publication) removeUndo() {
	if err := os.Remove(p.undoFile); err != nil {
		p.env.note("warning: %v", pathError("removing the undo file of a change that was not made,", p.undoFile, err))
	}
	p.undoFile = ""
}

// undoLine is the command that puts back what stood before.
func (p *publication) undoLine() string {
	return shellwords.Line(p.command(append([]string{"--undo", p.undoFile}, p.target.undoFlags()...)...))
}

// command is a command line of publish with the keys that were given.
func (p *publication) command(flags ...string) []string {
	words := append([]string{"drtxt", "publish"}, flags...)
	if p.o.audit != "" {
		words = append(words, "--audit", absolute(p.o.audit))
	}
	if p.o.undoDir != "" {
		words = append(words, "--undo-dir", absolute(p.o.undoDir))
	}
	for _, public := range p.o.public {
		words = append(words, "--public", absolute(public))
	}
	// Always, because the configuration may name another by then.
	return append(words, "--scheme", p.intent.policy.Scheme.String())
}
