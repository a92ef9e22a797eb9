package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A publishing is what the tests of publish need: a primary and files.
type publishing struct {
	t                           *testing.T
	server                      string
	on, off, tsig, public, undo string
}

func newPublishing(t *testing.T) *publishing {
	t.Helper()
	p := &publishing{t: t, server: servePrimary(t), public: keyFile(t, "test-a.public.pem"), undo: filepath.Join(t.TempDir(), "undo")}
	p.tsig = writeTemp(t, "update.key", updateKeyFile)
	if err := os.Chmod(p.tsig, 0o600); err != nil {
		t.Fatal(err)
	}
	private := keyFile(t, "test-a.private.pem")
	p.on = writeTemp(t, "on.json", drtxt("record", "on", "dr.example.com", "--no-end", "--key", private, "--format", "json").want(t, 0).stdout)
	p.off = writeTemp(t, "off.json", drtxt("record", "off", "dr.example.com", "--key", private, "--format", "json").want(t, 0).stdout)
	return p
}

// args are those that publish a file at the server.
func (p *publishing) args(records string, more ...string) []string {
	return append([]string{"publish", "--records", records, "--server", p.server, "--zone", "example.com", "--tsig-file", p.tsig, "--public", p.public, "--undo-dir", p.undo}, more...)
}

// run publishes now, as far as the signature of the update is concerned.
func (p *publishing) run(c call, args []string) result {
	p.t.Helper()
	c.now = time.Now()
	return c.run(args...)
}

// serves asserts what the server has.
func (p *publishing) serves(state string) {
	p.t.Helper()
	r := drtxt("verify", "dr.example.com", "--server", p.server, "--public", p.public, "--expect", state)
	if r.status != 0 {
		p.t.Errorf("the server does not serve %s:\n%s", state, r.stdout)
	}
}

// undoFiles are the undo files that were left.
func (p *publishing) undoFiles() []string {
	p.t.Helper()
	entries, err := os.ReadDir(p.undo)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		p.t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// types is a person at the terminal who types a text, and may do something before.
func types(text string, before ...func()) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		for _, do := range before {
			do()
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
}

func TestPublishConfirmedByTyping(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	for _, typed := range []string{"example.com\n", "\n", "", "yes\n", "dr.example.com.evil\n"} {
		r := p.run(call{terminal: types(typed)}, p.args(p.off))
		if strings.HasSuffix(typed, "\n") { // which a terminal would have shown
			r.stderr = strings.Replace(r.stderr, confirmQuestion, confirmQuestion+"\n", 1)
		}
		r.refused(t, 2, "it was not confirmed; nothing was changed")
		if !strings.Contains(r.stderr, "Type the domain's name") || !strings.Contains(r.stderr, "then off for") {
			t.Errorf("%q: asked without saying what for:\n%s", typed, r.stderr)
		}
	}
	p.serves("none")
	records, err := os.ReadFile(p.off)
	if err != nil {
		t.Fatal(err)
	}
	// The records come through standard input, the answer from the terminal.
	args := slices.DeleteFunc(p.args(p.off), func(arg string) bool { return arg == "--records" || arg == p.off })
	p.run(call{stdin: strings.NewReader(string(records)), terminal: types(" DR.Example.com. \r\n")}, args).want(t, 0)
	p.serves("off")
	if files := p.undoFiles(); len(files) != 1 {
		t.Errorf("undo files %q", files)
	}
}

// What somebody else publishes while the difference is being read is not overwritten.
func TestPublishConflict(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	other := func() {
		if err := p.client().Replace(t.Context(), dnsupdate.Change{
			Old: wireOf(t, txt("dr.example.com", 3600, "google-site-verification=abc")),
			New: wireOf(t, txt("dr.example.com", 30, "google-site-verification=abc", "v=1;k=zia;b=off")),
		}); err != nil {
			t.Error(err)
		}
	}
	r := p.run(call{terminal: types("dr.example.com\n", other)}, p.args(p.on, "--format", "json")).want(t, 1)
	if !strings.Contains(r.stderr, "somebody else changed what stands") || !strings.Contains(r.stderr, "TXT  off for Internet Access, no end; not signed") ||
		!strings.Contains(r.stderr, `"v=1;k=zia;b=off"`) {
		t.Errorf("the other's change is not shown:\n%s", r.stderr)
	}
	if got := p.publication(r); got.Outcome != "conflict" || got.ExitStatus != 1 || got.Error == "" || got.UndoFile != "" {
		t.Errorf("%+v", got)
	}
	if files := p.undoFiles(); len(files) > 0 {
		t.Errorf("undo files of what was not done: %q", files)
	}
	drtxt("verify", "dr.example.com", "--server", p.server, "--allow-unsigned", "--expect", "off").want(t, 0)
}

// Where another was faster with the very same, all is well.
func TestPublishSameMeanwhile(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	other := func() { p.run(call{}, p.args(p.off, "--confirm", "dr.example.com")).want(t, 0) }
	r := p.run(call{terminal: types("dr.example.com\n", other)}, p.args(p.off)).want(t, 0)
	if !strings.Contains(r.stderr, "somebody else changed what stands") || !strings.Contains(r.stderr, "but what was to stand does, as was read back") {
		t.Errorf("%s", r.stderr)
	}
	p.serves("off")
}

func wireOf(t *testing.T, set txtrecord.RRSet) txtrecord.WireRRSet {
	t.Helper()
	wire, err := set.Wire()
	if err != nil {
		t.Fatal(err)
	}
	return wire
}

func (p *publishing) client() *dnsupdate.Client {
	key := dnsupdate.Key{Name: updateKey.Name, Algorithm: updateKey.Algorithm, Secret: updateKey.Secret}
	return &dnsupdate.Client{Server: p.server, Zone: "example.com", Key: key, Now: time.Now}
}

// publication reads a result, which has to fit the schema.
func (p *publishing) publication(r result) publicationJSON {
	p.t.Helper()
	if err := schemas(p.t).validate("publication", r.stdout); err != nil {
		p.t.Errorf("%v\n%s", err, r.stdout)
	}
	var form struct {
		publicationJSON
		Verification json.RawMessage `json:"verification"`
	}
	if err := json.Unmarshal([]byte(r.stdout), &form); err != nil {
		p.t.Fatalf("%v\n%s", err, r.stdout)
	}
	return form.publicationJSON
}

// Whatever is printed as JSON, and left as undo file, fits its schema.
func TestPublicationSchema(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	for _, c := range []struct {
		outcome string
		args    []string
	}{
		{"planned", p.args(p.off, "--format", "json", "--dry-run")},
		{"published", p.args(p.off, "--format", "json", "--confirm", "dr.example.com")},
		{"unchanged", p.args(p.off, "--format", "json")},
		{"published", p.args(p.on, "--format", "json", "--confirm", "dr.example.com")},
	} {
		r := p.run(call{}, c.args).want(t, 0)
		if got := p.publication(r); string(got.Outcome) != c.outcome || (got.UndoFile != "") != (c.outcome == "published") || got.Key == "" {
			t.Errorf("%+v, want %s", got, c.outcome)
		}
	}
	files := p.undoFiles()
	if len(files) != 2 {
		t.Fatalf("undo files %q", files)
	}
	for _, name := range files {
		data, err := os.ReadFile(filepath.Join(p.undo, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := schemas(t).validate("undo", string(data)); err != nil {
			t.Error(err)
		}
		for old, wrong := range map[string]string{`"server"`: `"sevrer"`, `"TXT"`: `"NS"`, `"at": 1`: `"at": -1`, "drtxt/undo/v1": "drtxt/undo/v2", `"records"`: `"values"`} {
			if schemas(t).validate("undo", strings.Replace(string(data), old, wrong, 1)) == nil {
				t.Errorf("accepted with %s", wrong)
			}
		}
	}
}

// A breakage is a place between client and server where a connection with an update breaks.
type breakage int

const (
	beforeServer breakage = iota // the server never sees it
	beforeClient                 // the server's reply never arrives
	held                         // nor does the connection end
	heldBefore                   // nor does the server see it
)

// through is the address of a proxy to the server that breaks every update.
func (p *publishing) through(where breakage) (address string, updates <-chan struct{}) {
	p.t.Helper()
	broken := make(chan struct{}, 8)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { listener.Close() })
	upstream := p.server
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go forward(conn, upstream, where, broken)
		}
	}()
	return listener.Addr().String(), broken
}

// forward passes one message on and its reply back; an update is cut off.
func forward(conn net.Conn, upstream string, where breakage, broken chan<- struct{}) {
	defer conn.Close()
	client := &dns.Conn{Conn: conn}
	for {
		message, err := client.ReadMsgHeader(nil)
		if err != nil {
			return
		}
		isUpdate := message[2]>>3&0xF == dns.OpcodeUpdate
		if isUpdate && where == beforeServer {
			return
		}
		if isUpdate && where == heldBefore {
			broken <- struct{}{}
			io.Copy(io.Discard, conn)
			return
		}
		server, err := dns.Dial("tcp", upstream)
		if err != nil {
			return
		}
		if _, err = server.Write(message); err == nil {
			message, err = server.ReadMsgHeader(nil)
		}
		server.Close()
		if isUpdate {
			broken <- struct{}{}
			if where == held {
				io.Copy(io.Discard, conn)
			}
		}
		if err != nil || isUpdate {
			return
		}
		if _, err := client.Write(message); err != nil {
			return
		}
	}
}

// Where no reply comes, what stands is read back before anything is said.
func TestPublishReplyLost(t *testing.T) {
	t.Parallel()
	t.Run("carried out", func(t *testing.T) {
		t.Parallel()
		p := newPublishing(t)
		server := p.server
		p.server, _ = p.through(beforeClient)
		r := p.run(call{}, p.args(p.off, "--confirm", "dr.example.com", "--format", "json"))
		p.server = server
		if got := p.publication(r); got.Outcome != "published" || !strings.Contains(r.stderr, "warning: update sent to ") || !strings.Contains(r.stderr, "as was read back") {
			t.Errorf("%+v\n%s", got, r.stderr)
		}
		p.serves("off")
	})
	t.Run("a TTL that never arrived", func(t *testing.T) {
		t.Parallel()
		p := newPublishing(t)
		p.run(call{}, p.args(p.off, "--confirm", "dr.example.com")).want(t, 0)
		longer := writeTemp(t, "longer.json", drtxt("record", "off", "dr.example.com", "--ttl", "90s", "--key", keyFile(t, "test-a.private.pem"), "--format", "json").want(t, 0).stdout)
		p.server, _ = p.through(beforeServer)
		p.run(call{}, p.args(longer, "--confirm", "dr.example.com")).want(t, 4)
	})
	t.Run("never arrived", func(t *testing.T) {
		t.Parallel()
		p := newPublishing(t)
		server := p.server
		p.server, _ = p.through(beforeServer)
		r := p.run(call{}, p.args(p.off, "--confirm", "dr.example.com", "--format", "json")).want(t, 4)
		p.server = server
		if got := p.publication(r); got.Outcome != "unknown" || got.UndoFile == "" || got.ExitStatus != 4 {
			t.Errorf("%+v", got)
		}
		if !strings.Contains(r.stderr, "what stood before still stands, and may yet be replaced") || !strings.Contains(r.stderr, "hint: ") {
			t.Errorf("%s", r.stderr)
		}
		p.serves("none")
	})
}

// A server that reports success and does nothing, as it does at an alias (RFC 2136
// §3.4.2.2), is found out; so is one whose refusal anybody could have sent.
func TestPublishClaims(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		title  string
		rcode  int
		status int
		words  string
	}{
		{"success that does nothing", dns.RcodeSuccess, 4, "the server reports success; what stood before still stands"},
		{"refusal", dns.RcodeRefused, 2, "refuses the update: REFUSED (the reply is not authenticated)"},
		{"failure, which may come after a success", dns.RcodeServerFailure, 4, "refuses the update: SERVFAIL"},
		{"conflict that is none", dns.RcodeYXRrset, 4, "what stood before still stands, and may yet be replaced"},
	} {
		t.Run(c.title, func(t *testing.T) {
			t.Parallel()
			server := faultserver.Start(t, faultserver.Script{Answer: func(q *faultserver.Query) faultserver.Reply {
				m := new(dns.Msg).SetReply(q.Msg)
				m.Authoritative = true
				soa := &dns.SOA{Hdr: dns.RR_Header{Name: "example.com.", Rrtype: dns.TypeSOA, Class: dns.ClassINET, Ttl: 300}, Ns: ".", Mbox: ".", Minttl: 60}
				switch question := q.Question[0]; {
				case q.Opcode == dns.OpcodeUpdate:
					m.Rcode = c.rcode
				case question.Name == "example.com.":
					m.Answer = []dns.RR{soa}
				default:
					m.Ns = []dns.RR{soa}
				}
				packed, err := m.Pack()
				if err != nil {
					t.Error(err)
				}
				return faultserver.Reply{Messages: [][]byte{packed}}
			}})
			p := newPublishing(t)
			args := []string{"publish", "--records", p.off, "--server", server.Over(dnsquery.TCP).Address(), "--zone", "example.com",
				"--insecure-no-tsig", "--public", p.public, "--undo-dir", p.undo, "--confirm", "dr.example.com"}
			r := p.run(call{}, args).want(t, c.status)
			if !strings.Contains(r.stderr, c.words) || !strings.Contains(r.stderr, "warning: the update is not signed") {
				t.Errorf("%s", r.stderr)
			}
			if files := p.undoFiles(); (len(files) > 0) != (c.status == 4) {
				t.Errorf("undo files %q", files)
			}
		})
	}
}

// Ctrl-C after an update was sent ends the waiting, not the telling: what stands is read
// back, and the way back is printed.
func TestPublishInterruptedAfterSending(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		where         breakage
		outcome, said string
		serves        string
	}{
		{held, "published", "but what was to stand does, as was read back", "off"},
		{heldBefore, "unknown", "what stood before still stands, and may yet be replaced", "none"},
	} {
		t.Run(c.outcome, func(t *testing.T) {
			t.Parallel()
			p := newPublishing(t)
			r := p.interrupted(c.where)
			got := p.publication(r)
			if r.status != 130 || string(got.Outcome) != c.outcome || got.UndoFile == "" || !strings.Contains(r.stderr, "undo: drtxt publish --undo ") || !strings.Contains(r.stderr, c.said) {
				t.Errorf("status %d\n%s%s", r.status, r.stdout, r.stderr)
			}
			p.serves(c.serves)
		})
	}
}

// interrupted publishes off, and is sent Ctrl-C once the update is held.
func (p *publishing) interrupted(where breakage) result {
	t := p.t
	t.Helper()
	server := p.server
	proxy, updates := p.through(where)
	p.server = proxy
	cmd := command(t, p.args(p.off, "--confirm", "dr.example.com", "--format", "json")...)
	p.server = server
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-updates
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		if runtime.GOOS != "windows" { // where there is no such signal
			t.Fatal(err)
		}
		cmd.Process.Kill()
		t.Skip("a process cannot be sent an interrupt there")
	}
	status := wait(t, cmd)
	return newResult(status, stdout.String(), stderr.String())
}

// The question may stand for hours: what has ended meanwhile is not published.
func TestPublishJudgesAfterTheQuestion(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	begin := time.Now()
	end := begin.Add(time.Minute).UTC().Format(time.RFC3339)
	short := writeTemp(t, "short.json", call{now: begin}.run("record", "on", "dr.example.com", "--end", end, "--key", keyFile(t, "test-a.private.pem"), "--format", "json").want(t, 0).stdout)
	var asked atomic.Bool
	clock := func() time.Time {
		if asked.Load() {
			return begin.Add(2 * time.Minute)
		}
		return begin
	}
	r := call{clock: clock, terminal: types("dr.example.com\n", func() { asked.Store(true) })}.run(p.args(short)...).want(t, 1)
	if !asked.Load() || !strings.Contains(r.stderr, "the records ended at ") || len(p.undoFiles()) > 0 {
		t.Errorf("asked: %t\n%s", asked.Load(), r.stderr)
	}
	p.serves("none")
}

// An off that does not verify under the key that was given brings nobody back.
func TestUndoToAnOffThatNobodyAccepts(t *testing.T) {
	t.Parallel()
	p := newPublishing(t)
	private := keyFile(t, "test-b.private.pem")
	other := writeTemp(t, "other.json", drtxt("record", "off", "dr.example.com", "--key", private, "--format", "json").want(t, 0).stdout)
	ours := p.public
	p.public = keyFile(t, "test-b.public.pem")
	p.run(call{}, p.args(other, "--confirm", "dr.example.com")).want(t, 0)
	p.public = ours
	p.undo = filepath.Join(t.TempDir(), "second")
	p.run(call{}, p.args(p.on, "--confirm", "dr.example.com")).want(t, 0)
	undo := []string{"publish", "--undo", filepath.Join(p.undo, p.undoFiles()[0]), "--tsig-file", p.tsig, "--undo-dir", t.TempDir(), "--confirm", "dr.example.com"}
	r := p.run(call{}, append(undo, "--public", p.public)).want(t, 2)
	if !strings.Contains(r.stderr, `takes "on" away and brings no off`) {
		t.Errorf("%s", r.stderr)
	}
	p.serves("on")
	p.run(call{}, append(undo, "--public", keyFile(t, "test-b.public.pem"))).want(t, 0)
}
