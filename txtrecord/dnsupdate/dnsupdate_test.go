package dnsupdate_test

import (
	"context"
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
			[]dnsupdate.Change{{New: txt("one", "two")}}, []txtrecord.RRSet{txt("one", "two")}},
		{"replacement", []txtrecord.RRSet{txt("one", "two")},
			[]dnsupdate.Change{{Old: txt("two", "one"), New: txt("three")}}, []txtrecord.RRSet{txt("three")}},
		{"removal", []txtrecord.RRSet{txt("one", "two")},
			[]dnsupdate.Change{{Old: txt("one", "two")}}, []txtrecord.RRSet{txt()}},
		{"by the same", []txtrecord.RRSet{txt("one")},
			[]dnsupdate.Change{{Old: txt("one"), New: txt("one")}}, []txtrecord.RRSet{txt("one")}},
		{"other octets than letters", nil,
			[]dnsupdate.Change{{New: txt(odd, "")}}, []txtrecord.RRSet{txt(odd, "")}},
		{"other octets than letters stood", []txtrecord.RRSet{txt(odd, "")},
			[]dnsupdate.Change{{Old: txt(odd, ""), New: txt(`\"`)}}, []txtrecord.RRSet{txt(`\"`)}},
		{"longest value", nil,
			[]dnsupdate.Change{{New: txt(strings.Repeat(`\`, 255))}}, []txtrecord.RRSet{txt(strings.Repeat(`\`, 255))}},
		{"two sets at once", []txtrecord.RRSet{txt("one"), addresses("192.0.2.1")},
			[]dnsupdate.Change{{Old: txt("one"), New: txt("two")}, {Old: addresses("192.0.2.1"), New: addresses("192.0.2.2", "192.0.2.3")}},
			[]txtrecord.RRSet{txt("two"), addresses("192.0.2.2", "192.0.2.3")}},
		{"AAAA", nil,
			[]dnsupdate.Change{{New: txtrecord.RRSet{Name: "dr.example.com.", Type: "AAAA", Values: []string{"2001:DB8::1"}}}},
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

func TestConflict(t *testing.T) {
	cases := []struct {
		title    string
		standing []string
		changes  []dnsupdate.Change
		rcode    int
	}{
		{"something stands", []string{"one"}, []dnsupdate.Change{{New: txt("two")}}, dns.RcodeYXRrset},
		{"nothing stands", nil, []dnsupdate.Change{{Old: txt("one"), New: txt("two")}}, dns.RcodeNXRrset},
		{"something else stands", []string{"one"}, []dnsupdate.Change{{Old: txt("two"), New: txt("three")}}, dns.RcodeNXRrset},
		{"more stands", []string{"one", "two"}, []dnsupdate.Change{{Old: txt("one"), New: txt("three")}}, dns.RcodeNXRrset},
		{"less stands", []string{"one"}, []dnsupdate.Change{{Old: txt("one", "two"), New: txt("three")}}, dns.RcodeNXRrset},
		{"another case stands", []string{"One"}, []dnsupdate.Change{{Old: txt("one"), New: txt("three")}}, dns.RcodeNXRrset},
		{"at one of two sets", []string{"one"}, []dnsupdate.Change{{Old: txt("one"), New: txt("two")}, {Old: addresses("192.0.2.1")}}, dns.RcodeNXRrset},
	}
	for _, c := range cases {
		t.Run(c.title, func(t *testing.T) {
			server, client := start(t, txt(c.standing...))
			err := client.Replace(t.Context(), c.changes...)
			conflict, ok := errors.AsType[*dnsupdate.ConflictError](err)
			if !ok || conflict.Rcode != c.rcode || conflict.Server != server.Addr() {
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
			errs[i] = client.Replace(t.Context(), dnsupdate.Change{Old: txt("off"), New: txt(fmt.Sprint("on ", i))})
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
			err := client.Replace(t.Context(), dnsupdate.Change{New: txt("one")})
			refused, ok := errors.AsType[*dnsupdate.RefusedError](err)
			if !ok || *refused != c.want {
				t.Errorf("error %v", err)
			}
			checkStanding(t, server, txt())
		})
	}
}

func TestInputNotFit(t *testing.T) {
	cases := map[string]struct {
		change  func(*dnsupdate.Client)
		changes []dnsupdate.Change
	}{
		"no change":              {nil, nil},
		"nothing to nothing":     {nil, []dnsupdate.Change{{Old: txt(), New: txt()}}},
		"other name":             {nil, []dnsupdate.Change{{Old: txtrecord.RRSet{Name: "example.com.", Type: "TXT", Values: []string{"one"}}, New: txt("two")}}},
		"other type":             {nil, []dnsupdate.Change{{Old: addresses("192.0.2.1"), New: txt("two")}}},
		"relative name":          {nil, []dnsupdate.Change{{New: txtrecord.RRSet{Name: "dr.example.com", Type: "TXT", Values: []string{"one"}}}}},
		"outside the zone":       {nil, []dnsupdate.Change{{New: txtrecord.RRSet{Name: "dr.example.net.", Type: "TXT", Values: []string{"one"}}}}},
		"unknown type":           {nil, []dnsupdate.Change{{New: txtrecord.RRSet{Name: "dr.example.com.", Type: "MX", Values: []string{"one"}}}}},
		"value too long":         {nil, []dnsupdate.Change{{New: txt(strings.Repeat("a", 256))}}},
		"old value too long":     {nil, []dnsupdate.Change{{Old: txt(strings.Repeat("a", 256))}}},
		"IPv6 address for A":     {nil, []dnsupdate.Change{{New: addresses("2001:db8::1")}}},
		"TTL too long":           {nil, []dnsupdate.Change{{New: txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 1 << 31, Values: []string{"one"}}}}},
		"more than a message":    {nil, []dnsupdate.Change{{New: txt(slices.Repeat([]string{strings.Repeat("a", 255)}, 300)...)}}},
		"zone name":              {func(c *dnsupdate.Client) { c.Zone = "a..b" }, []dnsupdate.Change{{New: txt("one")}}},
		"no clock":               {func(c *dnsupdate.Client) { c.Now = nil }, []dnsupdate.Change{{New: txt("one")}}},
		"no secret":              {func(c *dnsupdate.Client) { c.Key.Secret = nil }, []dnsupdate.Change{{New: txt("one")}}},
		"key name":               {func(c *dnsupdate.Client) { c.Key.Name = "a..b" }, []dnsupdate.Change{{New: txt("one")}}},
		"algorithm not on offer": {func(c *dnsupdate.Client) { c.Key.Algorithm = "hmac-md5" }, []dnsupdate.Change{{New: txt("one")}}},
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
		"update not sent to s: context canceled":                                 &dnsupdate.NotSentError{Server: "s", Err: context.Canceled},
		"update sent to s, outcome unknown: the reply is not signed":             &dnsupdate.OutcomeUnknownError{Server: "s", Err: dnsupdate.ErrUnsigned},
		"s: something else stands there than expected (YXRRSET)":                 &dnsupdate.ConflictError{Server: "s", Rcode: 7},
		"s refuses the update: REFUSED":                                          &dnsupdate.RefusedError{Server: "s", Rcode: 5, Authenticated: true},
		"s refuses the update: RCODE3000 (the reply is not authenticated)":       &dnsupdate.RefusedError{Server: "s", Rcode: 3000},
		"s refuses the update: NOTAUTH, BADKEY (the reply is not authenticated)": &dnsupdate.RefusedError{Server: "s", Rcode: 9, TSIGError: 17},
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
	on := txtrecord.RRSet{Name: "dr.example.com.", Type: "TXT", TTL: 30, Values: []string{"v=1;k=all;b=on"}}
	fmt.Println("first:", client.Replace(ctx, dnsupdate.Change{New: on}))

	err = client.Replace(ctx, dnsupdate.Change{New: on})
	conflict, ok := errors.AsType[*dnsupdate.ConflictError](err)
	fmt.Println("again:", ok && conflict.Rcode == dns.RcodeYXRrset)
	// Output:
	// first: <nil>
	// again: true
}
