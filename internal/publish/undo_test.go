package publish_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/txtrecord"
)

var (
	at     = time.Unix(1800000000, 0)
	server = publish.Location{Server: "192.0.2.53:53", Zone: "example.com"}
)

// strange is a record of ours that only an undo can put back: damaged, and of several
// character-strings with any bytes.
func strange(t *testing.T) []byte {
	t.Helper()
	rdata, err := txtrecord.TXTData("v=1;b=o", "n\"\\\x00\xff")
	if err != nil {
		t.Fatal(err)
	}
	return rdata
}

// An undo puts back exactly what stood, whatever it was, and keeps what others have put
// there since.
func TestUndo(t *testing.T) {
	odd := txt(60, foreign)
	odd.RDATA = append(odd.RDATA, strange(t))
	for _, c := range []struct {
		title  string
		before publish.Standing
		wanted []txtrecord.WireRRSet
	}{
		{"nothing stood", standing(), []txtrecord.WireRRSet{txt(30, on)}},
		{"another's alone stood", standing(txt(3600, foreign)), []txtrecord.WireRRSet{txt(30, on)}},
		{"replaced", standing(txt(60, off)), []txtrecord.WireRRSet{txt(30, on)}},
		{"any bytes", standing(odd), []txtrecord.WireRRSet{txt(30, on, off)}},
		{"half stays", standing(txt(60, off, on)), []txtrecord.WireRRSet{txt(30, on)}},
		{"addresses too", standing(txt(60, off), set("A", 60, "192.0.2.1")), []txtrecord.WireRRSet{txt(30, on), set("A", 30, "192.0.2.2"), set("AAAA", 30, "2001:db8::1")}},
		{"removed", standing(txt(60, off)), []txtrecord.WireRRSet{txt(0)}},
	} {
		t.Run(c.title, func(t *testing.T) {
			plan := publish.NewPlan("dr.example.com", c.before, c.wanted)
			undo := reread(t, publish.NewUndo(plan, server, at))
			if undo.Domain != "dr.example.com" || undo.Location != server || undo.At != at.Unix() {
				t.Errorf("%+v", undo)
			}
			var now publish.Standing
			for _, change := range plan.Changes {
				now.Sets = append(now.Sets, standing(change.After).Sets...)
			}
			back, err := undo.Plan(now)
			if err != nil {
				t.Fatal(err)
			}
			if !back.Done(c.before) {
				t.Errorf("it leads to %+v, not back to %+v", back.Changes, c.before)
			}
			for _, change := range back.Changes {
				if before := c.before.Set(change.Type()); len(before.RDATA) > 0 && change.After.TTL != before.TTL {
					t.Errorf("%s: TTL %d, was %d", change.Type(), change.After.TTL, before.TTL)
				}
			}
		})
	}
}

func reread(t *testing.T, undo *publish.Undo) *publish.Undo {
	t.Helper()
	data, err := json.Marshal(undo)
	if err != nil {
		t.Fatal(err)
	}
	again, err := publish.ParseUndo(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, undo) {
		t.Errorf("%+v, was %+v", again, undo)
	}
	return again
}

// An undo is for what that publication wrote, and nothing else.
func TestUndoConflict(t *testing.T) {
	plan := publish.NewPlan("dr.example.com", standing(txt(30, off)), []txtrecord.WireRRSet{txt(30, on)})
	undo := publish.NewUndo(plan, server, at)
	for title, c := range map[string]struct {
		now      publish.Standing
		conflict bool
		empty    bool
	}{
		"what it wrote":         {standing(txt(30, on)), false, false},
		"with another TTL":      {standing(txt(90, on)), false, false},
		"and another's":         {standing(txt(30, on, foreign)), false, false},
		"what stood before":     {standing(txt(30, off)), false, true},
		"nothing":               {standing(), true, false},
		"another's alone":       {standing(txt(30, foreign)), true, false},
		"both":                  {standing(txt(30, on, off)), true, false},
		"a third":               {standing(txt(30, "v=1;k=zia;b=on")), true, false},
		"of another type alone": {standing(set("A", 30, "192.0.2.1")), true, false},
	} {
		plan, err := undo.Plan(c.now)
		conflict, ok := errors.AsType[*publish.ConflictError](err)
		if ok != c.conflict || err != nil && !ok {
			t.Errorf("%s: %v", title, err)
			continue
		}
		if c.conflict && conflict.Stands == nil || plan == nil {
			t.Errorf("%s: %+v, %v", title, conflict, plan)
		}
		if plan.Empty() != c.empty {
			t.Errorf("%s: empty %t", title, plan.Empty())
		}
	}
}

func TestParseUndoRefuses(t *testing.T) {
	plan := publish.NewPlan("dr.example.com", standing(txt(30, off)), []txtrecord.WireRRSet{txt(30, on), set("A", 30, "192.0.2.1")})
	good, err := json.Marshal(publish.NewUndo(plan, server, at))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish.ParseUndo(good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, wrong string }{
		{"drtxt/undo/v1", "drtxt/undo/v2"},
		{`"dr.example.com"`, `"DR.example.com"`},
		{`"dr.example.com"`, `"dr..example.com"`},
		{`"zone":"example.com"`, `"zone":"example..com"`},
		{`"server":"192.0.2.53:53",`, ""},
		{`"server"`, `"zone_file":"/tmp/zone","server"`},
		{`"server"`, `"sevrer"`},
		{`"type":"A"`, `"type":"NS"`},
		{`"type":"A"`, `"type":"TXT"`},
		{`"ttl":30`, `"ttl":2147483648`},
		{`"ttl":30`, `"ttl":-1`},
		{`\"v=1;k=all;b=on\"`, `v=1;k=all;b=on`},
		{`\"v=1;k=all;b=on\"`, `\"v=spf1 -all\"`},
		{`\"v=1;k=all;b=on\"`, `\"v=1;` + strings.Repeat("x", 255) + `\"`},
		{`["192.0.2.1"]`, `["192.0.2.1","192.0.2.1"]`},
		{`["192.0.2.1"]`, `["2001:db8::1"]`},
		{`["192.0.2.1"]`, `"192.0.2.1"`},
	} {
		bad := strings.Replace(string(good), c.old, c.wrong, 1)
		if bad == string(good) {
			t.Fatalf("%s is not in %s", c.old, good)
		}
		if _, err := publish.ParseUndo([]byte(bad)); !errors.Is(err, publish.ErrUndo) {
			t.Errorf("%s for %s: %v", c.wrong, c.old, err)
		}
	}
	for _, bad := range []string{"", "{}", "[]", "null", string(good) + "{}", string(good[:len(good)-1])} {
		if _, err := publish.ParseUndo([]byte(bad)); !errors.Is(err, publish.ErrUndo) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseUndo(f *testing.F) {
	plan := publish.NewPlan("dr.example.com", standing(txt(30, off)), []txtrecord.WireRRSet{txt(30, on), set("A", 30, "192.0.2.1")})
	good, err := json.Marshal(publish.NewUndo(plan, server, at))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, data []byte) {
		undo, err := publish.ParseUndo(data)
		if err != nil {
			return
		}
		plan, err := undo.Plan(publish.Standing{})
		if _, conflict := errors.AsType[*publish.ConflictError](err); err != nil && !conflict || plan == nil {
			t.Errorf("%v", err)
		}
	})
}

func TestAuditLine(t *testing.T) {
	plan := publish.NewPlan("dr.example.com", standing(txt(30, off)), []txtrecord.WireRRSet{txt(60, on)})
	entry := publish.AuditEntry{
		Time: at, User: "operator", Host: "bastion", Key: "SHA256:abc", Result: publish.Published,
		Undo: publish.NewUndo(plan, server, at), UndoFile: "/undo.json",
	}
	line, err := entry.Line()
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"time":"2027-01-15T08:00:00Z","user":"operator","host":"bastion","domain":"dr.example.com",` +
		`"target":{"server":"192.0.2.53:53","zone":"example.com"},` +
		`"before":[{"type":"TXT","ttl":30,"records":["\"v=1;k=all;b=off\""]}],` +
		`"after":[{"type":"TXT","ttl":60,"records":["\"v=1;k=all;b=on\""]}],` +
		`"key":"SHA256:abc","result":"published","undo_file":"/undo.json"}` + "\n"
	if string(line) != want {
		t.Errorf("%s", line)
	}
}
