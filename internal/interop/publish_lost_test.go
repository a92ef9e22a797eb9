//go:build interop

package interop

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
)

// The connection ends before the server has the update, or before its reply arrives:
// what stands is read back, and decides.
func TestPublishConnectionLost(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		before := startProxy(t, func(message []byte) []byte {
			if isUpdate(message) {
				return nil
			}
			return forward(p.address, message)
		})
		r := own.publish(t, append(p.flags(t, before.address, p.publisher), confirmed(on.file)...)...)
		r.want(t, "lost before the server", 4, "outcome unknown", "what stood before still stands, and may yet be replaced", "the undo file is kept", "undo: drtxt publish --undo ")
		wantStanding(t, "lost before the server", p.address, sets{txt: []string{foreignSeen(foreignTTL)}})
		if left := own.undoFiles(t); len(left) != 1 {
			t.Errorf("undo files %q", left)
		}

		after := startProxy(t, func(message []byte) []byte {
			reply := forward(p.address, message)
			if isUpdate(message) {
				return nil
			}
			return reply
		})
		r = own.publish(t, append(p.flags(t, after.address, p.publisher), confirmed(off.file)...)...)
		r.want(t, "lost after the server", 0, "warning: update sent to ", "outcome unknown", "but what was to stand does, as was read back")
		wantStanding(t, "lost after the server", p.address, sets{txt: together(off.seen, []string{foreignSeen("45")})})
	})
}

// A server is killed when it has answered, before the answer arrives. What became of the
// update cannot be told then; the undo file that is left puts things right when the
// server is back.
func TestPublishServerKilled(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		// The first update is left alone: BIND 9.18 does not load a zone again whose
		// journal it was killed in making.
		own.publish(t, append(p.own(t), confirmed(off.file)...)...).want(t, "the beginning", 0)
		var carriedOut atomic.Bool
		server := p.program
		audit := filepath.Join(t.TempDir(), "audit")
		proxy := startProxy(t, func(message []byte) []byte {
			reply := forward(p.address, message)
			if isUpdate(message) {
				carriedOut.Store(reply != nil)
				server.cmd.Process.Signal(syscall.SIGKILL)
				<-server.ended
				return nil
			}
			return reply
		})
		args := append(p.flags(t, proxy.address, p.publisher), confirmed(on.file)...)
		r := own.publish(t, append(args, "--audit", audit)...)
		r.want(t, "killed", 4, "outcome unknown", "what stands could not be read back", "the undo file is kept", "undo: drtxt publish --undo ")
		if !carriedOut.Load() {
			t.Fatal("the server did not answer the update")
		}
		if left := own.undoFiles(t); len(left) != 2 {
			t.Errorf("undo files %q", left)
		}
		wantAudited(t, audit, "unknown")

		p.restart(t)
		wantStanding(t, "back again", p.address, sets{txt: together(on.seen, []string{foreignSeen("45")})})
		p.undoElsewhere(t, own, proxy.address)
		wantStanding(t, "undone", p.address, sets{txt: together(off.seen, []string{foreignSeen("45")})})
	})
}

// wantAudited checks the one line of an audit file.
func wantAudited(t *testing.T, path, outcome string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var line struct{ Domain, Result string }
	if err := json.Unmarshal(data, &line); err != nil || line.Domain != "dr.example.com" || line.Result != outcome || bytes.Count(data, []byte("\n")) != 1 {
		t.Errorf("%v: audited is %s", err, data)
	}
}

// undoElsewhere carries out the latest undo file, which names an address that has ended,
// at the primary's own.
func (p *primary) undoElsewhere(t *testing.T, o *publisher, address string) {
	t.Helper()
	var latest []byte
	for _, path := range o.undoFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(data, []byte(address)) {
			latest = bytes.ReplaceAll(data, []byte(address), []byte(p.address))
		}
	}
	undo := writeTemp(t, "undo.json", string(latest))
	args := slices.Concat([]string{"--undo", undo, "--tsig-file", p.publisher.file(t)}, confirmed())
	o.publish(t, args...).want(t, "undone", 0)
}
