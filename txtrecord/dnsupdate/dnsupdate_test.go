package dnsupdate_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/miekg/dns"
)

var key = dnsupdate.Key{Name: "drill.", Algorithm: "hmac-sha256", Secret: []byte("0123456789abcdef0123456789abcdef")}

// odd has every octet that presentation form treats in its own way.
const odd = "a\"b\\c;d\\065 $(e)\x00\x7f\xff"

func txt(values ...string) txtrecord.RRSet {
	return txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: values}
}

func addresses(values ...string) txtrecord.RRSet {
	return txtrecord.RRSet{Name: "dr.example.com.", Type: "A", TTL: 30, Values: values}
}

// wire panics for a set that has no wire form: the test is at fault.
func wire(set txtrecord.RRSet) txtrecord.WireRRSet {
	made, err := set.Wire()
	if err != nil {
		panic(err)
	}
	return made
}

// records returns a TXT set of these records, each of one or more character-strings.
func records(all ...[]string) txtrecord.WireRRSet {
	set := txtrecord.WireRRSet{Name: "dr.example.com.", Type: "TXT", TTL: 30}
	for _, strings := range all {
		rdata, err := txtrecord.TXTData(strings...)
		if err != nil {
			panic(err)
		}
		set.RDATA = append(set.RDATA, rdata)
	}
	return set
}

// withTTL returns the set with another TTL.
func withTTL(set txtrecord.WireRRSet, ttl uint32) txtrecord.WireRRSet {
	set.TTL = ttl
	return set
}

// start returns a server with these RRsets in example.com, and a client for it.
func start(t testing.TB, standing ...txtrecord.RRSet) (*nameserver.Server, *dnsupdate.Client) {
	t.Helper()
	server, err := nameserver.Start(t.Context(), nameserver.Config{
		Now:   time.Now,
		Keys:  []nameserver.Key{nameserver.Key(key)},
		Zones: []nameserver.Zone{{Name: "example.com.", TTL: 300, NegativeTTL: 60, Records: standing}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server, clientOf(server.Addr())
}

func clientOf(server string) *dnsupdate.Client {
	return &dnsupdate.Client{Server: server, Zone: "example.com", Key: key, Now: time.Now}
}

// readBack asks the server over TCP what stands at that name and type.
func readBack(t testing.TB, server, name, rrtype string) txtrecord.WireRRSet {
	t.Helper()
	question := new(dns.Msg).SetQuestion(name, dns.StringToType[rrtype])
	answer, _, err := (&dns.Client{Net: "tcp", Timeout: 10 * time.Second}).ExchangeContext(t.Context(), question, server)
	if err != nil {
		t.Fatal(err)
	}
	set := txtrecord.WireRRSet{Name: name, Type: rrtype}
	for i, rr := range answer.Answer {
		var raw dns.RFC3597
		if err := raw.ToRFC3597(rr); err != nil {
			t.Fatal(err)
		}
		rdata, err := hex.DecodeString(raw.Rdata)
		if h := rr.Header(); err != nil || h.Name != name || h.Rrtype != question.Question[0].Qtype || i > 0 && h.Ttl != set.TTL {
			t.Fatalf("the server answers %v", answer.Answer)
		}
		set.TTL = rr.Header().Ttl
		set.RDATA = append(set.RDATA, rdata)
	}
	return set
}

// checkReadBack compares what stands with a set, in wire form and with the TTL.
func checkReadBack(t testing.TB, server string, want txtrecord.WireRRSet) {
	t.Helper()
	got := readBack(t, server, want.Name, want.Type)
	if !got.Equal(want) || len(want.RDATA) > 0 && got.TTL != want.TTL {
		t.Errorf("%s stands, want %s", inWords(got), inWords(want))
	}
}

func inWords(set txtrecord.WireRRSet) string {
	return fmt.Sprintf("%s %d %s %q", set.Name, set.TTL, set.Type, set.RDATA)
}

func checkStanding(t *testing.T, server *nameserver.Server, want txtrecord.RRSet) {
	t.Helper()
	got, _ := server.RRSet(want.Name, want.Type)
	if !slices.Equal(got.Values, want.Values) || len(want.Values) > 0 && got.TTL != want.TTL {
		t.Errorf("%v stands, want %v", got, want)
	}
}

func TestReplace(t *testing.T) {
	cases := []struct {
		title    string
		standing []txtrecord.RRSet
		changes  []dnsupdate.Change
		want     []txtrecord.RRSet
	}{
		{"first publication", nil,
			[]dnsupdate.Change{{New: wire(txt("one", "two"))}}, []txtrecord.RRSet{txt("one", "two")}},
		{"replacement", []txtrecord.RRSet{txt("one", "two")},
			[]dnsupdate.Change{{Old: wire(txt("two", "one")), New: wire(txt("three"))}}, []txtrecord.RRSet{txt("three")}},
		{"removal", []txtrecord.RRSet{txt("one", "two")},
			[]dnsupdate.Change{{Old: wire(txt("one", "two"))}}, []txtrecord.RRSet{txt()}},
		{"by the same", []txtrecord.RRSet{txt("one")},
			[]dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("one"))}}, []txtrecord.RRSet{txt("one")}},
		{"other octets than letters", nil,
			[]dnsupdate.Change{{New: wire(txt(odd, ""))}}, []txtrecord.RRSet{txt(odd, "")}},
		{"other octets than letters stood", []txtrecord.RRSet{txt(odd, "")},
			[]dnsupdate.Change{{Old: wire(txt(odd, "")), New: wire(txt(`\"`))}}, []txtrecord.RRSet{txt(`\"`)}},
		{"longest value", nil,
			[]dnsupdate.Change{{New: wire(txt(strings.Repeat(`\`, 255)))}}, []txtrecord.RRSet{txt(strings.Repeat(`\`, 255))}},
		{"two sets at once", []txtrecord.RRSet{txt("one"), addresses("192.0.2.1")},
			[]dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("two"))}, {Old: wire(addresses("192.0.2.1")), New: wire(addresses("192.0.2.2", "192.0.2.3"))}},
			[]txtrecord.RRSet{txt("two"), addresses("192.0.2.2", "192.0.2.3")}},
		{"AAAA", nil,
			[]dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "dr.example.com.", Type: "AAAA", Values: []string{"2001:DB8::1"}})}},
			[]txtrecord.RRSet{{Name: "dr.example.com.", Type: "AAAA", Values: []string{"2001:db8::1"}}}},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			server, client := start(t, c.standing...)
			if err := client.Replace(t.Context(), c.changes...); err != nil {
				t.Error(err)
			}
			for _, want := range c.want {
				checkStanding(t, server, want)
			}
		})
	}
}

// What stands is replaced octet by octet, whatever the octets are, and foreign records
// stay if they are in both sets.
func TestReplaceInWireForm(t *testing.T) {
	foreign := []string{"v=spf1 -all", odd, "", strings.Repeat("\xff", 255)}
	steps := []struct {
		title    string
		old, new txtrecord.WireRRSet
	}{
		{"several strings", txtrecord.WireRRSet{}, records(foreign)},
		{"ours beside it", records(foreign), records(foreign, []string{"one"}, []string{"two"})},
		{"cut elsewhere it is another record", records([]string{"one"}, foreign, []string{"two"}), records([]string{"ab", "c"}, []string{"a", "bc"})},
		{"the TTL alone", withTTL(records([]string{"ab", "c"}, []string{"a", "bc"}), 77), withTTL(records([]string{"ab", "c"}, []string{"a", "bc"}), 1<<31-1)},
		{"TTL 0", records([]string{"ab", "c"}, []string{"a", "bc"}), withTTL(records([]string{odd}), 0)},
		{"nothing", records([]string{odd}), records()},
		{"again", records(), records([]string{"one"})},
		{"nothing, and no name", records([]string{"one"}), txtrecord.WireRRSet{}},
	}
	_, client := start(t)
	for _, step := range steps {
		if err := client.Replace(t.Context(), dnsupdate.Change{Old: step.old, New: step.new}); err != nil {
			t.Errorf("%s: %v", step.title, err)
		}
		want := step.new
		want.Name, want.Type = "dr.example.com.", "TXT"
		checkReadBack(t, client.Server, want)
	}
}

func TestConflict(t *testing.T) {
	cases := []struct {
		title    string
		standing []string
		changes  []dnsupdate.Change
		rcode    int
	}{
		{"something stands", []string{"one"}, []dnsupdate.Change{{New: wire(txt("two"))}}, dns.RcodeYXRrset},
		{"nothing stands", nil, []dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("two"))}}, dns.RcodeNXRrset},
		{"something else stands", []string{"one"}, []dnsupdate.Change{{Old: wire(txt("two")), New: wire(txt("three"))}}, dns.RcodeNXRrset},
		{"more stands", []string{"one", "two"}, []dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("three"))}}, dns.RcodeNXRrset},
		{"less stands", []string{"one"}, []dnsupdate.Change{{Old: wire(txt("one", "two")), New: wire(txt("three"))}}, dns.RcodeNXRrset},
		{"cut elsewhere", []string{"ab"}, []dnsupdate.Change{{Old: records([]string{"a", "b"}), New: wire(txt("three"))}}, dns.RcodeNXRrset},
		{"another case stands", []string{"One"}, []dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("three"))}}, dns.RcodeNXRrset},
		{"at one of two sets", []string{"one"}, []dnsupdate.Change{{Old: wire(txt("one")), New: wire(txt("two"))}, {Old: wire(addresses("192.0.2.1"))}}, dns.RcodeNXRrset},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			server, client := start(t, txt(c.standing...))
			err := client.Replace(t.Context(), c.changes...)
			conflict, ok := errors.AsType[*dnsupdate.ConflictError](err)
			if !ok || *conflict != (dnsupdate.ConflictError{Server: server.Addr(), Rcode: c.rcode, Authenticated: true}) {
				t.Errorf("error %v", err)
			}
			checkStanding(t, server, txt(c.standing...))
		})
	}
}

// Of two operators who saw the same, one wins and the other learns of it.
func TestRace(t *testing.T) {
	_, client := start(t, txt("off"))
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			errs[i] = client.Replace(t.Context(), dnsupdate.Change{Old: wire(txt("off")), New: wire(txt(fmt.Sprint("on ", i)))})
		})
	}
	group.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if _, ok := errors.AsType[*dnsupdate.ConflictError](err); !ok {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d of them won", won)
	}
}

func TestRefused(t *testing.T) {
	cases := []struct {
		title  string
		change func(*dnsupdate.Client)
		want   dnsupdate.RefusedError
	}{
		{"unknown key", func(c *dnsupdate.Client) { c.Key.Name = "other." },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey}},
		{"wrong secret", func(c *dnsupdate.Client) { c.Key.Secret = []byte("other") },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadSig}},
		{"wrong algorithm", func(c *dnsupdate.Client) { c.Key.Algorithm = "hmac-sha512" },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadKey}},
		{"clock slow", func(c *dnsupdate.Client) { c.Now = func() time.Time { return time.Now().Add(-time.Hour) } },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime}},
		{"clock fast", func(c *dnsupdate.Client) { c.Now = func() time.Time { return time.Now().Add(time.Hour) } },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth, TSIGError: dns.RcodeBadTime}},
		{"not its zone", func(c *dnsupdate.Client) { c.Zone = "dr.example.com" },
			dnsupdate.RefusedError{Rcode: dns.RcodeNotAuth}},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			server, client := start(t)
			c.change(client)
			c.want.Server = server.Addr()
			err := client.Replace(t.Context(), dnsupdate.Change{New: wire(txt("one"))})
			refused, ok := errors.AsType[*dnsupdate.RefusedError](err)
			if !ok || *refused != c.want {
				t.Errorf("error %v", err)
			}
			checkStanding(t, server, txt())
		})
	}
}

// many returns so many records of a string of 255 octets, and one of so many octets.
func many(full, last int) txtrecord.WireRRSet {
	var all [][]string
	for i := range full {
		all = append(all, []string{fmt.Sprintf("%0255d", i)})
	}
	return records(append(all, []string{strings.Repeat("x", last)})...)
}

// A message may be of 65,535 octets, and the signature counts.
func TestMessageSize(t *testing.T) {
	cases := []struct {
		title      string
		withoutKey bool
		full, last int // what fits, to the octet
	}{
		{"signed", false, 231, 233},
		{"without a key", true, 232, 29},
	}
	for _, c := range cases {
		server, client := start(t)
		if client.WithoutKey = c.withoutKey; c.withoutKey {
			client.Key = dnsupdate.Key{}
		}
		err := client.Replace(t.Context(), dnsupdate.Change{New: many(c.full, c.last+1)})
		if !errors.Is(err, dnsupdate.ErrInput) {
			t.Errorf("%s, an octet too many: %v", c.title, err)
		}
		err = client.Replace(t.Context(), dnsupdate.Change{New: many(c.full, c.last)})
		if refused, ok := errors.AsType[*dnsupdate.RefusedError](err); err != nil && !(c.withoutKey && ok && refused.Rcode == dns.RcodeRefused) {
			t.Errorf("%s: %v", c.title, err)
		}
		if stands, _ := server.RRSet("dr.example.com.", "TXT"); !c.withoutKey && len(stands.Values) != c.full+1 {
			t.Errorf("%s: %d records stand", c.title, len(stands.Values))
		}
	}
}

func TestInputNotFit(t *testing.T) {
	raw := func(rrtype string, rdata ...string) txtrecord.WireRRSet {
		set := txtrecord.WireRRSet{Name: "dr.example.com.", Type: rrtype, TTL: 30}
		for _, octets := range rdata {
			set.RDATA = append(set.RDATA, []byte(octets))
		}
		return set
	}
	capitals := raw("TXT", "\x01a")
	capitals.Name = "DR.example.com."
	cases := map[string]struct {
		change  func(*dnsupdate.Client)
		changes []dnsupdate.Change
	}{
		"no change":                     {nil, nil},
		"nothing to nothing":            {nil, []dnsupdate.Change{{Old: wire(txt()), New: wire(txt())}}},
		"other name":                    {nil, []dnsupdate.Change{{Old: wire(txtrecord.RRSet{Name: "example.com.", Type: "TXT", Values: []string{"one"}}), New: wire(txt("two"))}}},
		"other type":                    {nil, []dnsupdate.Change{{Old: wire(addresses("192.0.2.1")), New: wire(txt("two"))}}},
		"relative name":                 {nil, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "dr.example.com", Type: "TXT", Values: []string{"one"}})}}},
		"outside the zone":              {nil, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "dr.example.net.", Type: "TXT", Values: []string{"one"}})}}},
		"unknown type":                  {nil, []dnsupdate.Change{{New: txtrecord.WireRRSet{Name: "dr.example.com.", Type: "MX", RDATA: [][]byte{{0, 10, 0}}}}}},
		"malformed":                     {nil, []dnsupdate.Change{{New: raw("TXT", "\x03on")}}},
		"malformed and old":             {nil, []dnsupdate.Change{{Old: raw("TXT", "\x03on")}}},
		"no character-string":           {nil, []dnsupdate.Change{{New: raw("TXT", "")}}},
		"record twice":                  {nil, []dnsupdate.Change{{New: raw("TXT", "\x01a", "\x01b", "\x01a")}}},
		"old record twice":              {nil, []dnsupdate.Change{{Old: raw("A", "\x7f\x00\x00\x01", "\x7f\x00\x00\x01")}}},
		"IPv6 address for A":            {nil, []dnsupdate.Change{{New: raw("A", "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01")}}},
		"IPv4 address for AAAA":         {nil, []dnsupdate.Change{{New: raw("AAAA", "\x7f\x00\x00\x01")}}},
		"three octets for A":            {nil, []dnsupdate.Change{{New: raw("A", "\x7f\x00\x00")}}},
		"one set twice":                 {nil, []dnsupdate.Change{{New: wire(txt("one"))}, {New: wire(txt("two"))}}},
		"one set twice, in capitals":    {nil, []dnsupdate.Change{{New: wire(txt("one"))}, {Old: capitals}}},
		"empty label":                   {nil, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "dr..example.com.", Type: "TXT", Values: []string{"one"}})}}},
		"label too long":                {nil, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: strings.Repeat("a", 64) + ".example.com.", Type: "TXT", Values: []string{"one"}})}}},
		"label too long, without a key": {func(c *dnsupdate.Client) { withoutKey(c) }, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: strings.Repeat("a", 64) + ".example.com.", Type: "TXT", Values: []string{"one"}})}}},
		"other name of nothing":         {nil, []dnsupdate.Change{{Old: txtrecord.WireRRSet{Name: "example.com.", Type: "TXT"}, New: wire(txt("two"))}}},
		"to nothing of another type":    {nil, []dnsupdate.Change{{Old: wire(txt("two")), New: wire(addresses())}}},
		"TTL too long":                  {nil, []dnsupdate.Change{{New: wire(txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 1 << 31, Values: []string{"one"}})}}},
		"more than a message":           {nil, []dnsupdate.Change{{New: many(300, 0)}}},
		"more without a key":            {func(c *dnsupdate.Client) { withoutKey(c) }, []dnsupdate.Change{{New: many(300, 0)}}},
		"zone name":                     {func(c *dnsupdate.Client) { c.Zone = "a..b" }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"neither key nor leave":         {func(c *dnsupdate.Client) { c.Key = dnsupdate.Key{} }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"key and leave":                 {func(c *dnsupdate.Client) { c.WithoutKey = true }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"part of a key and leave":       {func(c *dnsupdate.Client) { c.WithoutKey, c.Key = true, dnsupdate.Key{Algorithm: "hmac-sha256"} }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"no clock":                      {func(c *dnsupdate.Client) { c.Now = nil }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"no secret":                     {func(c *dnsupdate.Client) { c.Key.Secret = nil }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"key name":                      {func(c *dnsupdate.Client) { c.Key.Name = "a..b" }, []dnsupdate.Change{{New: wire(txt("one"))}}},
		"algorithm not on offer":        {func(c *dnsupdate.Client) { c.Key.Algorithm = "hmac-md5" }, []dnsupdate.Change{{New: wire(txt("one"))}}},
	}
	for title, c := range cases {
		client := clientOf("203.0.113.1:1") // never dialled
		if c.change != nil {
			c.change(client)
		}
		if err := client.Replace(t.Context(), c.changes...); !errors.Is(err, dnsupdate.ErrInput) {
			t.Errorf("%s: %v", title, err)
		}
	}
}

func TestKeyIsNeverPrinted(t *testing.T) {
	const want = "hmac-sha256:drill.:[secret]"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, key); got != want {
			t.Errorf("%s: %s", verb, got)
		}
	}
	if key.String() != want || key.GoString() != want {
		t.Error(key.String(), key.GoString())
	}
	if got := fmt.Sprintf("%+v", clientOf("")); !strings.Contains(got, want) {
		t.Errorf("in a client: %s", got)
	}
	if got, err := json.Marshal(key); err != nil || strings.Contains(string(got), "Secret") {
		t.Errorf("JSON: %s, %v", got, err)
	}
}

func TestErrorsInWords(t *testing.T) {
	for want, err := range map[string]error{
		"update not sent to s: context canceled":                                                  &dnsupdate.NotSentError{Server: "s", Err: context.Canceled},
		"update sent to s, outcome unknown: the reply is not signed":                              &dnsupdate.OutcomeUnknownError{Server: "s", Err: dnsupdate.ErrUnsigned},
		"s: something else stands there than expected (YXRRSET)":                                  &dnsupdate.ConflictError{Server: "s", Rcode: 7, Authenticated: true},
		"s: something else stands there than expected (NXRRSET) (the reply is not authenticated)": &dnsupdate.ConflictError{Server: "s", Rcode: 8},
		"s refuses the update: REFUSED":                                                           &dnsupdate.RefusedError{Server: "s", Rcode: 5, Authenticated: true},
		"s refuses the update: RCODE3000 (the reply is not authenticated)":                        &dnsupdate.RefusedError{Server: "s", Rcode: 3000},
		"s refuses the update: NOTAUTH, BADKEY (the reply is not authenticated)":                  &dnsupdate.RefusedError{Server: "s", Rcode: 9, TSIGError: 17},
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

func ExampleClient_Replace() {
	ctx := context.Background()
	key := dnsupdate.Key{Name: "drill.", Algorithm: "hmac-sha256", Secret: []byte("a secret of thirty-two octets...")}
	server, err := nameserver.Start(ctx, nameserver.Config{
		Now:   time.Now,
		Keys:  []nameserver.Key{nameserver.Key(key)},
		Zones: []nameserver.Zone{{Name: "example.com.", TTL: 300, NegativeTTL: 60}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()

	client := &dnsupdate.Client{Server: server.Addr(), Zone: "example.com", Key: key, Now: time.Now}
	on, err := txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: []string{"v=1;k=all;b=on"}}.Wire()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("first:", client.Replace(ctx, dnsupdate.Change{New: on}))

	err = client.Replace(ctx, dnsupdate.Change{New: on})
	conflict, ok := errors.AsType[*dnsupdate.ConflictError](err)
	fmt.Println("again:", ok && conflict.Rcode == dns.RcodeYXRrset)
	// Output:
	// first: <nil>
	// again: true
}
