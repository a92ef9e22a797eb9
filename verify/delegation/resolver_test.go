package delegation_test

import (
	"context"
	"errors"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

const resolverAt = "192.0.2.53"

var resolver = dnsquery.At(netip.MustParseAddrPort(resolverAt + ":53"))

// recursive is a resolver that knows some zones, and adds an address that is wrong.
func recursive(texts ...string) virtualnet.Host {
	host := zones(texts...)
	return func(query *dns.Msg) *dns.Msg {
		if !query.RecursionDesired {
			return withRcode(dns.RcodeRefused)(query)
		}
		reply := host(query)
		reply.Authoritative, reply.RecursionAvailable = false, true
		reply.Extra = referral(query, "ns1.example.com. 300 IN A 192.0.2.66").Extra
		return reply
	}
}

// saying is a resolver that answers the SOA question for some names in its own way.
func saying(authority string, names ...string) virtualnet.Host {
	host := recursive(exampleZone)
	return func(query *dns.Msg) *dns.Msg {
		if question := query.Question[0]; question.Qtype == dns.TypeSOA && slices.Contains(names, question.Name) {
			return referral(query, authority)
		}
		return host(query)
	}
}

func TestFindVia(t *testing.T) {
	t.Parallel()
	// Of its own name servers the resolver knows the delegation of deep.example.com.
	plain := strings.ReplaceAll(exampleZone, "deep.example.com. 300 IN NS", "deep.example.com. 300 IN TXT")
	aliased := func(query *dns.Msg) *dns.Msg { // with the zone of the alias's target
		reply := recursive(plain)(query)
		if len(reply.Answer) == 1 && reply.Answer[0].Header().Rrtype == dns.TypeCNAME {
			reply.Ns = referral(query, "com. 300 IN SOA a.nic.example. . 1 1 1 1 60").Ns
		}
		return reply
	}
	cases := map[string]struct {
		host      virtualnet.Host
		name      string
		questions int
	}{
		"in the zone":     {recursive(plain), "dr.example.com", 2},
		"in capitals":     {recursive(plain), "DR.Example.Com.", 2},
		"apex":            {recursive(plain), "example.com", 2},
		"not there":       {recursive(plain), "x.y.example.com", 2},
		"alias":           {aliased, "alias.example.com", 3},
		"no SOA record":   {saying("", "x.dr.example.com.", "dr.example.com."), "x.dr.example.com", 4},
		"zone beside it":  {saying("example.net. 300 IN SOA . . 1 1 1 1 1", "dr.example.com."), "dr.example.com", 3},
		"zone below it":   {saying("x.dr.example.com. 300 IN SOA . . 1 1 1 1 1", "dr.example.com."), "dr.example.com", 3},
		"NS record, only": {saying("example.com. 300 IN NS ns.victim.example.", "dr.example.com."), "dr.example.com", 3},
	}
	want := []delegation.NameServer{server("ns1.example.com."), server("ns2.provider.example.")}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(resolverAt, c.host)
				cut, err := newFinder(t, n).FindVia(t.Context(), resolver, c.name)
				if err != nil || cut.Zone != "example.com." || cut.Via != resolver || !cut.Told() || !reflect.DeepEqual(cut.Servers, want) {
					t.Errorf("%+v, %v", cut, err)
				}
				if got := n.Asked(resolverAt); got != c.questions || n.Asked(rootAt) != 0 {
					t.Errorf("%d questions to the resolver, want %d, and %d to the root", got, c.questions, n.Asked(rootAt))
				}
			})
		})
	}
}

func TestResolverInVain(t *testing.T) {
	t.Parallel()
	noServers := func(query *dns.Msg) *dns.Msg {
		if query.Question[0].Qtype == dns.TypeNS {
			return referral(query, "")
		}
		return recursive(exampleZone)(query)
	}
	cases := map[string]struct {
		host  virtualnet.Host
		name  string
		rcode int
	}{
		"SERVFAIL":      {withRcode(dns.RcodeServerFailure), "dr.example.com.", dns.RcodeServerFailure},
		"REFUSED":       {withRcode(dns.RcodeRefused), "dr.example.com.", dns.RcodeRefused},
		"no zone ever":  {refer(""), "dr.example.com.", dns.RcodeSuccess},
		"a lie always":  {refer("victim.example. 300 IN SOA . . 1 1 1 1 1"), "dr.example.com.", dns.RcodeSuccess},
		"no NS records": {noServers, "example.com.", dns.RcodeSuccess},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(resolverAt, c.host)
				cut, err := newFinder(t, n).FindVia(t.Context(), resolver, "dr.example.com")
				failed, ok := errors.AsType[*delegation.ResolverError](err)
				if !ok || *failed != (delegation.ResolverError{Resolver: resolver, Name: c.name, Rcode: c.rcode}) || cut != nil {
					t.Errorf("%+v, %v", cut, err)
				}
				if got := n.Asked(resolverAt); got > 4 {
					t.Errorf("%d questions", got)
				}
			})
		})
	}
}

func TestSilentResolver(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		n := internet()
		n.Add(resolverAt, silent)
		finder, begin := newFinder(t, n), time.Now()
		_, err := finder.FindVia(t.Context(), resolver, "dr.example.com")
		if took := time.Since(begin); !errors.Is(err, context.DeadlineExceeded) || took != dnsquery.DefaultTimeout {
			t.Errorf("%v after %v", err, took)
		}
	})
}

// A resolver that told of the cut tells the addresses too.
func TestAddressesVia(t *testing.T) {
	t.Parallel()
	failing := func(rrtype uint16) virtualnet.Host {
		host := recursive(exampleZone)
		return func(query *dns.Msg) *dns.Msg {
			if question := query.Question[0]; question.Qtype == rrtype {
				return withRcode(dns.RcodeServerFailure)(query)
			}
			return host(query)
		}
	}
	resolverFails := func(err error) bool {
		_, ok := errors.AsType[*delegation.ResolverError](err)
		return ok
	}
	noAddress := func(err error) bool { return errors.Is(err, delegation.ErrNoAddress) }
	cases := map[string]struct {
		host   virtualnet.Host
		name   string
		family dnsquery.Family
		want   []string
		failed func(error) bool
	}{
		"both":            {recursive(exampleZone), "NS1.example.com", dnsquery.AnyFamily, []string{exampleAt, "2001:db8::21"}, nil},
		"IPv4":            {recursive(exampleZone), "ns1.example.com", dnsquery.IPv4, []string{exampleAt}, nil},
		"IPv6":            {recursive(exampleZone), "ns1.example.com", dnsquery.IPv6, []string{"2001:db8::21"}, nil},
		"AAAA fails":      {failing(dns.TypeAAAA), "ns1.example.com", dnsquery.AnyFamily, []string{exampleAt}, nil},
		"all that fails":  {failing(dns.TypeAAAA), "dr.example.com", dnsquery.AnyFamily, nil, resolverFails},
		"none":            {recursive(exampleZone), "dr.example.com", dnsquery.AnyFamily, nil, noAddress},
		"no such host":    {recursive(exampleZone), "absent.example.com", dnsquery.AnyFamily, nil, noAddress},
		"not known there": {recursive(exampleZone), "ns2.provider.example", dnsquery.AnyFamily, nil, resolverFails},
	}
	for title, c := range cases {
		t.Run(title, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				n := internet()
				n.Add(resolverAt, c.host)
				finder := newFinder(t, n)
				finder.Client.Family = c.family
				got, err := finder.Addresses(t.Context(), &delegation.Cut{Zone: "example.com.", Via: resolver}, c.name)
				if !slices.Equal(got, server("", c.want...).Glue) || (c.failed == nil) != (err == nil) || c.failed != nil && !c.failed(err) {
					t.Errorf("%v, %v", got, err)
				}
				if n.Asked(rootAt) != 0 {
					t.Error("the root was asked")
				}
			})
		})
	}
}
