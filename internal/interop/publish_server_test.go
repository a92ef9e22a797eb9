//go:build interop

package interop

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// addresses is a record set of addresses, and how it is seen.
const addresses = `{"schema":"drtxt/recordset/v1","rrsets":[
{"name":"dr.example.com.","type":"A","ttl":60,"values":["192.0.2.80","192.0.2.81"]},
{"name":"dr.example.com.","type":"AAAA","ttl":60,"values":["2001:db8::80"]}]}`

var (
	addressesV4 = []string{"60 C0000250", "60 C0000251"}
	addressesV6 = []string{"60 20010DB8000000000000000000000080"}
)

// A publishStep publishes record sets, which changes what stands.
type publishStep struct {
	title string
	files []string
	want  sets
	// last says that the undo takes an activation away, and brings no off.
	last bool
}

// One publication after the other and what then stands, values and TTLs; and the way
// back over all of them, by the lines that they ended with.
func TestPublishThereAndBack(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	longer := o.records(t, "on", "90", noEnd...)
	edges := writeTemp(t, "edges.json", addresses)
	with := func(set recordSet, ttl string) []string { return together(set.seen, []string{foreignSeen(ttl)}) }
	ways := [][]publishStep{
		{
			{title: "off where nothing stood", files: []string{off.file}, want: sets{txt: with(off, "45")}},
			{title: "on", files: []string{on.file}, want: sets{txt: with(on, "45")}},
			{title: "TTL alone", files: []string{longer.file}, want: sets{txt: with(longer, "90")}},
			{title: "on with addresses", files: []string{on.file, edges}, want: sets{with(on, "45"), addressesV4, addressesV6}},
			{title: "addresses stay", files: []string{off.file}, want: sets{with(off, "45"), addressesV4, addressesV6}},
		},
		{
			{title: "on where nothing stood", files: []string{on.file}, want: sets{txt: with(on, "45")}, last: true},
		},
	}
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		beginning := sets{txt: []string{foreignSeen(foreignTTL)}}
		wantStanding(t, "the beginning", p.address, beginning)
		for _, way := range ways {
			thereAndBack(t, own, p, beginning, way)
		}
	})
}

func thereAndBack(t *testing.T, o *publisher, p *primary, beginning sets, way []publishStep) {
	var published []result
	for _, step := range way {
		args := append(p.own(t), confirmed(step.files...)...)
		undos, before := len(o.undoFiles(t)), serialAt(t, p.address)
		r := o.publish(t, args...)
		r.want(t, step.title, 0, "= kept, another's: ")
		wantStanding(t, step.title, p.address, step.want)
		after := serialAt(t, p.address)
		if after == before || len(o.undoFiles(t)) != undos+1 {
			t.Errorf("%s: serial %s, was %s; undo files %d, were %d", step.title, after, before, len(o.undoFiles(t)), undos)
		}
		published = append(published, r)

		o.publish(t, args...).wantNothingToDo(t, step.title)
		if again := serialAt(t, p.address); again != after || len(o.undoFiles(t)) != undos+1 {
			t.Errorf("%s, again: serial %s, was %s; undo files %d", step.title, again, after, len(o.undoFiles(t)))
		}
	}
	for i, step := range slices.Backward(way) {
		want := beginning
		if i > 0 {
			want = way[i-1].want
		}
		undo(t, o, p, step, published[i], want)
	}
}

// undo takes one step back, to what is wanted.
func undo(t *testing.T, o *publisher, p *primary, step publishStep, published result, want sets) {
	title := step.title + ", undone"
	var remove []string
	if step.last {
		remove = []string{"--remove"}
		undos := len(o.undoFiles(t))
		r := o.undo(t, published)
		r.want(t, title+" without --remove", 2, "clients do not come back by themselves", "drtxt record off dr.example.com", "--remove")
		wantStanding(t, title+" without --remove", p.address, step.want)
		if len(o.undoFiles(t)) != undos {
			t.Errorf("%s: an undo file of what was refused", title)
		}
	}
	o.undo(t, published, remove...).want(t, title, 0)
	wantStanding(t, title, p.address, want)
	serial := serialAt(t, p.address)
	o.undo(t, published, remove...).wantNothingToDo(t, title)
	if again := serialAt(t, p.address); again != serial {
		t.Errorf("%s, again: serial %s, was %s", title, again, serial)
	}
}

// A set whose time has not come is published, one whose time is over is not.
func TestPublishScheduledAndExpired(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	expired := o.records(t, "on", "45", "--for", "1s")
	ended := time.Now().Add(time.Second)
	scheduled := o.records(t, "on", "45", append([]string{"--start", "4070908800"}, noEnd...)...)
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		own.publish(t, append(p.own(t), confirmed(scheduled.file)...)...).want(t, "scheduled", 0, "scheduled")
		want := sets{txt: together(scheduled.seen, []string{foreignSeen("45")})}
		wantStanding(t, "scheduled", p.address, want)

		time.Sleep(time.Until(ended.Add(2 * time.Second)))
		undos := len(own.undoFiles(t))
		r := own.publish(t, append(p.own(t), confirmed(expired.file)...)...)
		r.want(t, "expired", 1, "the records ended at ", "hint: make new ones with `drtxt record")
		wantStanding(t, "expired", p.address, want)
		if len(own.undoFiles(t)) != undos {
			t.Error("an undo file of what was refused")
		}
	})
}

// A publishFailure is one that changes nothing.
type publishFailure struct {
	title  string
	args   []string
	status int
	words  []string
}

// refusalWords are what the program says where a primary refuses an update.
type refusalWords struct{ secret, unknown, algorithm, clock, right, name []string }

// primariesRefuse has the words for each primary. BIND and Knot say what they do not like
// about a signature; PowerDNS refuses, and BIND alone signs what it refuses.
var primariesRefuse = map[string]refusalWords{
	"BIND": {
		secret: badSecret, unknown: badKey, algorithm: badKey, clock: badTime,
		right: []string{"refuses the update: REFUSED\n", "does not allow this key to change these records"},
		name:  []string{"refuses the update: REFUSED\n", "does not allow this key to change these records"},
	},
	"Knot":     {secret: badSecret, unknown: badKey, algorithm: badKey, clock: badTime, right: badKey, name: badKey},
	"PowerDNS": {secret: refused, unknown: refused, algorithm: refused, clock: refused, right: []string{"refuses the update: REFUSED\n"}},
}

var (
	badSecret = []string{"NOTAUTH, BADSIG", "hint: nothing was changed: the server has another secret for the TSIG key of that name"}
	badKey    = []string{"NOTAUTH, BADKEY", "hint: nothing was changed: the server does not know the TSIG key by that name and algorithm"}
	badTime   = []string{"NOTAUTH, BADTIME", "hint: nothing was changed: the clocks of this machine and of the server are more than 300 s apart"}
	refused   = []string{"REFUSED (the reply is not authenticated)", "hint: nothing was changed: the server does not allow this key"}
)

// Whatever is refused is told by its kind, changes nothing, and leaves nothing to undo.
func TestPublishRefused(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off, on := o.records(t, "off", "45"), o.records(t, "on", "45", noEnd...)
	elsewhere := o.recordsAt(t, "other.example.com", "on", "45", noEnd...)
	eachPrimary(t, func(t *testing.T, name string, p *primary) {
		own := o.apart(t)
		o.apart(t).publish(t, append(p.own(t), confirmed(off.file)...)...).want(t, "the beginning", 0)
		want := sets{txt: together(off.seen, []string{foreignSeen("45")})}
		serial := serialAt(t, p.address)
		for _, c := range failures(t, name, p, on.file, elsewhere.file) {
			own.publish(t, c.args...).want(t, c.title, c.status, c.words...)
			wantStanding(t, c.title, p.address, want)
			if files := own.undoFiles(t); len(files) > 0 {
				t.Errorf("%s: there is nothing to undo, but %q", c.title, files)
			}
		}
		if again := serialAt(t, p.address); again != serial {
			t.Errorf("serial %s, was %s", again, serial)
		}
		if found := standing(t, "dig", p.address, "other.example.com", "TXT"); len(found) > 0 {
			t.Errorf("at another name stands %q", found)
		}
	})
}

func failures(t *testing.T, name string, p *primary, on, elsewhere string) []publishFailure {
	words := primariesRefuse[name]
	keyed := func(change func(*updateKey)) []string {
		key := p.publisher
		change(&key)
		return append(p.flags(t, p.address, key), confirmed(on)...)
	}
	zone := func(zone string) []string {
		return append([]string{"--server", p.address, "--zone", zone, "--tsig-file", p.publisher.file(t)}, confirmed(on)...)
	}
	clock := func(off time.Duration) []string {
		return append(p.flags(t, p.throughClock(t, off), p.publisher), confirmed(on)...)
	}
	const noAuthority = "is not authoritative for the zone "
	cases := []publishFailure{
		{"wrong secret", keyed(func(k *updateKey) { k.secret = newUpdateKey(t, k.name).secret }), 2, words.secret},
		{"unknown key", keyed(func(k *updateKey) { k.name = "unknown." }), 2, words.unknown},
		{"wrong algorithm", keyed(func(k *updateKey) { k.algorithm = "hmac-sha512" }), 2, words.algorithm},
		{"clock fast", clock(time.Hour), 2, words.clock},
		{"clock slow", clock(-time.Hour), 2, words.clock},
		{"key without a right", keyed(func(k *updateKey) { *k = p.bystander }), 2, words.right},
		{"zone around the zone", zone("com"), 2, []string{noAuthority + "com: ", "hint: name the zone's primary server"}},
		{"zone within the zone", zone("dr.example.com"), 2, []string{noAuthority + "dr.example.com: ", "hint: name the zone's primary server"}},
	}
	if words.name != nil {
		args := append(p.own(t), "--confirm", "other.example.com", "--records", elsewhere)
		cases = append(cases, publishFailure{"another name", args, 2, words.name})
	}
	return cases
}

// throughClock is the address of a proxy that signs updates anew, as a machine would
// whose clock is wrong.
func (p *primary) throughClock(t *testing.T, off time.Duration) string {
	return startProxy(t, func(message []byte) []byte {
		if !isUpdate(message) {
			return forward(p.address, message)
		}
		signed, err := p.signAnew(message, time.Now().Add(off))
		if err != nil {
			t.Errorf("signing anew: %v", err)
			return nil
		}
		return forward(p.address, signed)
	}).address
}

func (p *primary) signAnew(message []byte, at time.Time) ([]byte, error) {
	var m dns.Msg
	if err := m.Unpack(message); err != nil {
		return nil, err
	}
	old := m.IsTsig()
	if old == nil {
		return nil, errors.New("the update is not signed")
	}
	m.Extra = m.Extra[:len(m.Extra)-1]
	m.SetTsig(old.Hdr.Name, old.Algorithm, old.Fudge, at.Unix())
	signed, _, err := dns.TsigGenerate(&m, p.publisher.secret, "", false)
	return signed, err
}

// The proxy that signs anew is not what makes an update fail.
func TestPublishThroughRightClock(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off := o.records(t, "off", "45")
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		r := own.publish(t, append(p.flags(t, p.throughClock(t, 0), p.publisher), confirmed(off.file)...)...)
		r.want(t, "the clock is right", 0)
		wantStanding(t, "the clock is right", p.address, sets{txt: together(off.seen, []string{foreignSeen("45")})})
	})
}

// A server that ends before the update, before or after it was asked what stands.
func TestPublishToServerThatEnds(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	on := o.records(t, "on", "45", noEnd...)
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		want := sets{txt: []string{foreignSeen(foreignTTL)}}
		dry := own.publish(t, append(p.own(t), "--records", on.file, "--dry-run")...)
		dry.want(t, "dry run", 0)
		if !strings.Contains(dry.out, "then on for Internet Access and Private Access") || !strings.Contains(dry.out, "+ \"v=1;") {
			t.Errorf("the dry run shows %s", dry.out)
		}
		wantStanding(t, "dry run", p.address, want)

		p.stop()
		r := own.publish(t, append(p.own(t), confirmed(on.file)...)...)
		r.want(t, "ended before", 4, "what stands at "+p.address+" could not be asked", "hint: check --server and the network; nothing was changed")
		p.restart(t)
		wantStanding(t, "ended before", p.address, want)

		var gone atomic.Pointer[proxy]
		gone.Store(startProxy(t, func(message []byte) []byte {
			reply := forward(p.address, message)
			if isQuestion(message, dns.TypeTXT) {
				gone.Load().listener.Close()
			}
			return reply
		}))
		address := gone.Load().address
		r = own.publish(t, append(p.flags(t, address, p.publisher), confirmed(on.file)...)...)
		r.want(t, "ended between", 4, "update not sent to "+address, "hint: nothing was changed; check that the server takes TCP connections")
		wantStanding(t, "ended between", p.address, want)
		if files := own.undoFiles(t); len(files) > 0 {
			t.Errorf("there is nothing to undo, but %q", files)
		}
	})
}
