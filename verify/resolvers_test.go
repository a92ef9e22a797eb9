package verify_test

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A cachingResolver looks names up in a zone and remembers what it found until its TTL
// has passed.
type cachingResolver struct {
	mu    sync.Mutex
	zone  virtualnet.Host
	known map[dns.Question]remembered
}

type remembered struct {
	reply *dns.Msg
	at    time.Time
	ttl   uint32
}

// caching is a resolver that has just looked the domain up in a zone.
func caching(zone string) *cachingResolver {
	c := &cachingResolver{known: map[dns.Question]remembered{}}
	c.see(zone)
	c.host(new(dns.Msg).SetQuestion(domain+".", dns.TypeTXT))
	return c
}

// see has the resolver find another zone from now on.
func (c *cachingResolver) see(zone string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.zone = virtualnet.Zones(zone)
}

func (c *cachingResolver) host(query *dns.Msg) *dns.Msg {
	c.mu.Lock()
	defer c.mu.Unlock()
	question := query.Question[0]
	entry, ok := c.known[question]
	age := uint32(time.Since(entry.at) / time.Second)
	if !ok || age >= entry.ttl {
		reply := c.zone(query)
		entry, age = remembered{reply, time.Now(), lifetime(reply)}, 0
		c.known[question] = entry
	}
	reply := entry.reply.Copy()
	reply.Id, reply.Authoritative, reply.RecursionAvailable = query.Id, false, true
	for _, rr := range append(reply.Answer, reply.Ns...) {
		rr.Header().Ttl = entry.ttl - age
	}
	return reply
}

// lifetime is how long a reply may be remembered (RFC 2308 §5).
func lifetime(reply *dns.Msg) uint32 {
	for _, rr := range reply.Answer {
		return rr.Header().Ttl
	}
	for _, rr := range reply.Ns {
		if soa, ok := rr.(*dns.SOA); ok {
			return min(soa.Hdr.Ttl, soa.Minttl)
		}
	}
	return 0
}

// changed makes another reply of every one that a host gives.
func changed(host virtualnet.Host, change func(query, reply *dns.Msg)) virtualnet.Host {
	return func(query *dns.Msg) *dns.Msg {
		reply := host(query)
		change(query, reply)
		return reply
	}
}

// extendedError puts an extended error into every reply.
func extendedError(host virtualnet.Host, code uint16) virtualnet.Host {
	return changed(host, func(_, reply *dns.Msg) {
		reply.SetEdns0(1232, false)
		reply.IsEdns0().Option = []dns.EDNS0{&dns.EDNS0_EDE{InfoCode: code}}
	})
}

// bogus is a validating resolver whose validation fails.
func bogus(host virtualnet.Host) virtualnet.Host {
	return changed(host, func(query, reply *dns.Msg) {
		if !query.CheckingDisabled {
			reply.Rcode, reply.Answer = dns.RcodeServerFailure, nil
		}
	})
}

// recovering fails until it has been asked with checking disabled.
func recovering(host virtualnet.Host) virtualnet.Host {
	var mu sync.Mutex
	recovered := false
	return changed(host, func(query, reply *dns.Msg) {
		mu.Lock()
		defer mu.Unlock()
		if recovered = recovered || query.CheckingDisabled; !recovered {
			reply.Rcode, reply.Answer = dns.RcodeServerFailure, nil
		}
	})
}

// firstAlone answers the first question for TXT records, and no further one.
func firstAlone(host virtualnet.Host) virtualnet.Host {
	var mu sync.Mutex
	answered := false
	return func(query *dns.Msg) *dns.Msg {
		mu.Lock()
		defer mu.Unlock()
		again := answered
		answered = answered || query.Question[0].Qtype == dns.TypeTXT
		if again && query.Question[0].Qtype == dns.TypeTXT {
			return nil
		}
		return host(query)
	}
}

// A resolverCase is one resolver beside authoritative servers that agree.
type resolverCase struct {
	zone     string // of the authoritative servers; empty for one with a signed on
	resolver func() virtualnet.Host
	system   bool // the resolver is the system's, not a named one
	expected verify.Expectation
	want     wanted
	advice   string // a part of the advice on a resolver that differs
}

func (c resolverCase) run(t *testing.T) {
	n := newInternet(c.zone)
	n.Add(resolverAt, c.resolver())
	checker, request := liveChecker(t, n), verify.Request{Policy: asking(t)}
	request.Policy.Expected = c.expected
	if c.system {
		checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
	} else {
		request.Resolvers = []dnsquery.Server{plainResolver(resolverAt)}
	}
	got := checker.Check(t.Context(), request)
	c.want.codes = append(c.want.codes, verify.CodeDelegation)
	c.want.check(t, got)
	if f, _ := findingOf(got.Judgement, verify.CodeResolverDiffers); !strings.Contains(f.Advice, c.advice) {
		t.Errorf("the advice is %q", f.Advice)
	}
	if c.expected != "" && got.AsExpected != (got.ExitStatus() == 0) {
		t.Errorf("as expected %t, exit status %d", got.AsExpected, got.ExitStatus())
	}
}

func TestResolvers(t *testing.T) {
	on, off := onSet(t), offSet(t)
	zone, nothing, noData := publishedZone(30, on...), exampleZone(1), exampleZone(1, edgeAddress)
	const long = 60 // the TTL of what stood before
	// from is a resolver that finds what its zone has at each question.
	from := func(zone string, wraps ...func(virtualnet.Host) virtualnet.Host) func() virtualnet.Host {
		return func() virtualnet.Host {
			host := recursive(zone)
			for _, wrap := range wraps {
				host = wrap(host)
			}
			return host
		}
	}
	// since is one that looked the domain up some seconds ago, when another zone was there.
	since := func(seconds time.Duration, before string) func() virtualnet.Host {
		return func() virtualnet.Host {
			c := caching(before)
			time.Sleep(seconds * time.Second)
			c.see(zone)
			return c.host
		}
	}
	ede := func(code uint16) func(virtualnet.Host) virtualnet.Host {
		return func(host virtualnet.Host) virtualnet.Host { return extendedError(host, code) }
	}
	elsewhere := func(zone string) string {
		return strings.Replace(zone, "SOA ns1.example.com.", "SOA internal.example.com.", 1)
	}
	silentHost := func() virtualnet.Host { return mute }
	lags, differs, stale := verify.CodeResolverLags, verify.CodeResolverDiffers, verify.CodeServedStale
	pending := func(text string, more ...verify.Code) wanted {
		return wanted{verify.Pending, 5, nil, append(more, lags), saying{lags: text}}
	}
	wrong := func(more ...verify.Code) wanted {
		return wanted{verify.Valid, 1, nil, append(more, differs), saying{differs: "neither what the authoritative servers serve nor"}}
	}
	fine := wanted{verify.Valid, 0, nil, nil, nil}
	cases := map[string]resolverCase{
		"agrees":            {resolver: from(zone), want: fine},
		"agrees, on wanted": {resolver: from(zone), expected: verify.ExpectOn, want: fine},
		"agrees, out of its cache": {resolver: func() virtualnet.Host {
			c := caching(zone)
			time.Sleep(20 * time.Second)
			return c.host
		}, want: fine},

		// What stood before: asked first when the answer is 19 s old, and 1.1 s later.
		"an old set":               {resolver: since(19, publishedZone(long, off...)), want: pending("still holds the old answer, 40s at most")},
		"an old set, on wanted":    {resolver: since(19, publishedZone(long, off...)), expected: verify.ExpectOn, want: pending("40s at most")},
		"an old set, the system's": {resolver: since(19, publishedZone(long, off...)), system: true, want: pending("40s at most")},
		"an old set, expired":      {resolver: since(long, publishedZone(long, off...)), want: fine},
		"no such name, cached":     {resolver: since(19, nothing), want: pending("40s at most: it serves no disaster recovery record")},
		"no record, cached":        {resolver: since(19, noData), want: pending("40s at most: it serves no disaster recovery record")},
		"only the first question":  {resolver: from(publishedZone(long, off...), firstAlone), want: pending("1m0s at most")},
		"an old set, of no effect": {resolver: since(19, publishedZone(long, off...)), expected: verify.ExpectOff, want: wanted{verify.Valid, 1, nil, found{lags, verify.CodeNotAsExpected}, nil}},

		// What was never right.
		"unsigned":           {resolver: from(publishedZone(long, "v=1;k=all;b=off")), want: wrong()},
		"unsigned, cached":   {resolver: since(19, publishedZone(long, "v=1;k=all;b=off")), want: wrong(), advice: "may be what stood before; gone in 40s at most"},
		"half a set":         {resolver: since(19, publishedZone(long, off[0])), want: wrong(), advice: "may be what stood before"},
		"two sets":           {resolver: since(19, publishedZone(long, append(off[:2:2], on...)...)), want: wrong(), advice: "may be what stood before"},
		"another key's":      {resolver: since(19, publishedZone(long, signedBy(t, "test-b", "prefix", window(txtrecord.On))...)), want: wrong(), advice: "may be what stood before"},
		"foreign TXT":        {resolver: since(19, publishedZone(long, "v=spf1 -all")), want: wrong(), advice: "may be what stood before"},
		"an alias":           {resolver: since(19, exampleZone(1, "dr.example.com. 60 IN CNAME else.example.com.\n")), want: wrong(), advice: "may be what stood before"},
		"wrong for everyone": {zone: publishedZone(30, on[0]), resolver: from(publishedZone(30, on[0])), want: wanted{verify.Invalid, 1, nil, found{faultCode(txtrecord.PartMissing)}, nil}},

		// Stale data.
		"a TTL that stands still":     {resolver: from(publishedZone(long, off...)), want: pending("it serves", stale)},
		"a negative one":              {resolver: from(nothing), want: pending("it serves", stale)},
		"says stale, agrees":          {resolver: from(zone, ede(3)), want: wanted{verify.Valid, 0, nil, found{stale}, saying{stale: "says that its answer is stale"}}},
		"says stale, no such name":    {zone: nothing, resolver: from(nothing, ede(19)), expected: verify.ExpectNone, want: wanted{verify.None, 0, nil, found{stale, verify.CodeNoRecord}, saying{stale: "says that its answer is stale"}}},
		"another extended error":      {resolver: from(zone, ede(4)), want: fine},
		"says stale, an old set":      {resolver: from(publishedZone(long, off...), ede(3)), want: pending("it serves", stale)},
		"says stale, none before":     {resolver: from(nothing, ede(19)), want: pending("it serves", stale)},
		"renewed between the two":     {resolver: since(0, publishedZone(1, off...)), want: wanted{verify.Valid, 0, nil, nil, nil}},
		"renewed, to another old one": {resolver: renewedTo(publishedZone(1, off...), nothing), want: pending("1m0s at most")},

		// DNSSEC.
		"bogus":                  {resolver: from(zone, bogus), want: wanted{verify.Valid, 1, nil, found{verify.CodeBogus}, saying{verify.CodeBogus: "gives one with checking disabled"}}},
		"bogus, the system's":    {resolver: from(zone, bogus), system: true, want: wanted{verify.Valid, 1, nil, found{verify.CodeBogus}, nil}},
		"fails for good":         {resolver: from(zone, failing), want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked}, saying{verify.CodeResolverNotAsked: "SERVFAIL"}}},
		"fails, the system's":    {resolver: from(zone, failing), system: true, want: wanted{verify.Valid, 0, nil, found{verify.CodeResolverNotAsked}, nil}},
		"recovers":               {resolver: from(zone, recovering), want: fine},
		"recovers, with old set": {resolver: from(publishedZone(long, off...), recovering), want: pending("it serves", stale)},

		// Another zone of the same name.
		"split horizon":              {resolver: from(elsewhere(zone)), want: wanted{verify.Valid, 0, nil, found{verify.CodeSplitHorizon}, saying{verify.CodeSplitHorizon: `"internal.example.com."`}}},
		"split horizon, another set": {resolver: from(elsewhere(publishedZone(long, off...))), want: wrong(verify.CodeSplitHorizon)},
		"split horizon, nothing":     {resolver: from(elsewhere(nothing)), want: wrong(verify.CodeSplitHorizon)},

		// It cannot be asked.
		"silent, the system's":         {resolver: silentHost, system: true, want: wanted{verify.Valid, 0, nil, found{verify.CodeResolverNotAsked}, nil}},
		"silent, named":                {resolver: silentHost, want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked}, nil}},
		"silent, named, on wanted":     {resolver: silentHost, expected: verify.ExpectOn, want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked}, nil}},
		"silent, named, off wanted":    {resolver: silentHost, expected: verify.ExpectOff, want: wanted{verify.Valid, 1, nil, found{verify.CodeResolverNotAsked, verify.CodeNotAsExpected}, nil}},
		"silent, named, nothing there": {zone: nothing, resolver: silentHost, want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked, verify.CodeNoRecord}, nil}},
		"refuses":                      {resolver: func() virtualnet.Host { return refusing }, want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked}, saying{verify.CodeResolverNotAsked: "REFUSED"}}},
		"no resolver": {resolver: from(zone, func(host virtualnet.Host) virtualnet.Host {
			return changed(host, func(_, reply *dns.Msg) { reply.RecursionAvailable, reply.Answer = false, nil })
		}), want: wanted{verify.Unreachable, 4, nil, found{verify.CodeResolverNotAsked}, saying{verify.CodeResolverNotAsked: "does not look names up for others"}}},

		// Taken away, and remembered.
		"none now, still on":             {zone: nothing, resolver: since(19, publishedZone(long, on...)), want: pending("40s at most", verify.CodeNoRecord)},
		"none now and wanted, still on":  {zone: nothing, resolver: since(19, publishedZone(long, on...)), expected: verify.ExpectNone, want: pending("40s at most", verify.CodeNoRecord)},
		"none now, on wanted, still on":  {zone: nothing, resolver: since(19, publishedZone(long, on...)), expected: verify.ExpectOn, want: wanted{verify.None, 3, nil, found{verify.CodeNoRecord, lags}, nil}},
		"none now and wanted, none here": {zone: nothing, resolver: from(nothing), expected: verify.ExpectNone, want: wanted{verify.None, 0, nil, found{verify.CodeNoRecord}, nil}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.zone == "" {
				c.zone = zone
			}
			inVirtualTime(t, c.run)
		})
	}
}

// renewedTo is a resolver that remembers one zone, and finds another afterwards.
func renewedTo(before, after string) func() virtualnet.Host {
	return func() virtualnet.Host {
		c := caching(before)
		c.see(after)
		return c.host
	}
}

func failing(host virtualnet.Host) virtualnet.Host {
	return changed(host, func(_, reply *dns.Msg) { reply.Rcode, reply.Answer, reply.Ns = dns.RcodeServerFailure, nil, nil })
}

// What a resolver says to be stale is not stale because of a TTL that stands still: where
// that falls nothing else may be said, and what it holds may stay for longer than that.
func TestSaysStaleWithFallingTTL(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		n := newInternet(publishedZone(30, onSet(t)...))
		n.Add(resolverAt, extendedError(caching(publishedZone(60, offSet(t)...)).host, 3))
		got := liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: []dnsquery.Server{plainResolver(resolverAt)}})
		if got.ExitStatus() != 5 || !says(got, verify.CodeServedStale, "says that its answer is stale") || says(got, verify.CodeServedStale, "does not fall") {
			t.Errorf("exit status %d, %v", got.ExitStatus(), got.Findings)
		}
	})
}

// A resolver that says itself that its answer is stale, and agrees, is not asked again.
func TestSaysStaleAtOnce(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n := newInternet(zone)
		n.Add(resolverAt, extendedError(recursive(zone), 3))
		begin := time.Now()
		liveChecker(t, n).Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: []dnsquery.Server{plainResolver(resolverAt)}})
		if took := time.Since(begin); n.Asked(resolverAt) != 2 || took > 4*liveRoundTrip {
			t.Errorf("asked %d questions in %v", n.Asked(resolverAt), took)
		}
	})
}

// The seconds that are left fall from one verification to the next, and when they are
// over all is right.
func TestLagEnds(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n, c := newInternet(zone), caching(publishedZone(40, offSet(t)...))
		c.see(zone)
		n.Add(resolverAt, c.host)
		checker := liveChecker(t, n)
		begin := time.Now()
		for _, at := range []struct {
			second time.Duration
			left   string // after another 1.1 s and a little
			exit   int
		}{{0, "39s at most", 5}, {10, "29s at most", 5}, {37, "2s at most", 5}, {39, "", 0}, {40, "", 0}} {
			time.Sleep(time.Until(begin.Add(at.second * time.Second)))
			got := checker.Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: []dnsquery.Server{plainResolver(resolverAt)}})
			if got.ExitStatus() != at.exit || at.left != "" && !says(got, verify.CodeResolverLags, at.left) {
				t.Errorf("after %d s: exit status %d, %v", at.second, got.ExitStatus(), got.Findings)
			}
		}
	})
}

// A farConn is a connection that seems to lead to somewhere beyond this machine.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort("198.51.100.7:853"))
}

// The AD bit is shown, with what it is worth: the way from a resolver on this machine
// cannot be tampered with, nor can one that is authenticated.
func TestAuthenticated(t *testing.T) {
	zone := publishedZone(30, onSet(t)...)
	authenticated := changed(recursive(zone), func(_, reply *dns.Msg) { reply.AuthenticatedData = true })
	const name = "dns.example.net"
	secure := faultserver.Start(t, faultserver.Script{Names: []string{name}, Answer: func(q *faultserver.Query) faultserver.Reply {
		return faultserver.Send(authenticated(q.Msg))
	}})
	n := newInternet(zone)
	n.RoundTrip = 0
	n.Add(resolverAt, authenticated)
	n.Add("127.0.0.1", authenticated)
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		if host != name {
			return n.Dial(ctx, network, address)
		}
		conn, err := new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		return farConn{conn}, err
	}
	for over, c := range map[string]struct {
		resolver dnsquery.Server
		want     string
	}{
		"unprotected":     {plainResolver(resolverAt), "; that proves nothing, because the way to it is not protected"},
		"on this machine": {plainResolver("127.0.0.1"), "(AD), on this machine"},
		"over TLS":        {secure.Over(dnsquery.TLS), "(AD), over an authenticated connection"},
		"over HTTPS":      {secure.Over(dnsquery.HTTPS), "(AD), over an authenticated connection"},
	} {
		t.Run(over, func(t *testing.T) {
			t.Parallel()
			if c.resolver.Transport != dnsquery.UDP {
				c.resolver.Host = name
			}
			checker := &verify.Checker{Roots: liveRoots}
			checker.Client = dnsquery.Client{RootCAs: secure.Roots(), Timeout: 20 * time.Second, Dial: dial}
			defer checker.Client.CloseIdle()
			got := checker.Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: []dnsquery.Server{c.resolver}})
			f, _ := findingOf(got.Judgement, verify.CodeAuthenticated)
			if !strings.HasSuffix(f.Message, c.want) || f.Severity != verify.Info || got.ExitStatus() != 0 {
				t.Errorf("exit status %d, %+v, %v", got.ExitStatus(), f, got.Findings)
			}
		})
	}
}

// Where no authoritative server can be asked, what resolvers that were named say counts,
// if they can all be asked and agree.
func TestResolversAlone(t *testing.T) {
	on, off := publishedZone(30, onSet(t)...), publishedZone(30, offSet(t)...)
	records := []txtrecord.RRSet{{Name: domain + ".", Type: "TXT", TTL: 30, Values: onSet(t)}}
	silence := found{verify.CodeDelegation, verify.CodeServerUnreachable, verify.CodeServerUnreachable, verify.CodeServerUnreachable, verify.CodeServerUnreachable}
	told := append(silence[:len(silence):len(silence)], verify.CodeAuthoritativeNotAsked)
	and := func(codes found, more ...verify.Code) found { return append(codes[:len(codes):len(codes)], more...) }
	cases := map[string]struct {
		hosts    []virtualnet.Host
		system   bool
		records  []txtrecord.RRSet
		expected verify.Expectation
		want     wanted
	}{
		"agree":              {[]virtualnet.Host{recursive(on), recursive(on)}, false, nil, "", wanted{verify.Valid, 0, nil, told, nil}},
		"agree, on wanted":   {[]virtualnet.Host{recursive(on), recursive(on)}, false, nil, verify.ExpectOn, wanted{verify.Valid, 0, nil, told, nil}},
		"agree, off wanted":  {[]virtualnet.Host{recursive(on), recursive(on)}, false, nil, verify.ExpectOff, wanted{verify.Valid, 1, nil, and(told, verify.CodeNotAsExpected), nil}},
		"agree on nothing":   {[]virtualnet.Host{recursive(exampleZone(1)), recursive(exampleZone(1))}, false, nil, "", wanted{verify.None, 3, nil, and(told, verify.CodeNoRecord), nil}},
		"differ":             {[]virtualnet.Host{recursive(on), recursive(off)}, false, nil, "", wanted{verify.Conflict, 1, nil, and(told, verify.CodeServersDiffer), saying{verify.CodeServersDiffer: "the resolvers do not serve the same"}}},
		"one is silent":      {[]virtualnet.Host{recursive(on), mute}, false, nil, "", wanted{verify.Unreachable, 4, nil, and(told, verify.CodeResolverNotAsked), nil}},
		"both are silent":    {[]virtualnet.Host{mute, mute}, false, nil, "", wanted{verify.Unreachable, 4, nil, and(silence, verify.CodeResolverNotAsked, verify.CodeResolverNotAsked), nil}},
		"with records":       {[]virtualnet.Host{recursive(on), recursive(on)}, false, records, "", wanted{verify.Unreachable, 4, nil, told, nil}},
		"the system's alone": {[]virtualnet.Host{recursive(on), recursive(on)}, true, nil, "", wanted{verify.Unreachable, 4, nil, told, nil}},
		"bogus":              {[]virtualnet.Host{bogus(recursive(on)), recursive(on)}, false, nil, "", wanted{verify.Unreachable, 1, nil, and(told, verify.CodeBogus), nil}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(on)
				unroute(n, exampleServers...)
				var resolvers []dnsquery.Server
				for i, host := range c.hosts {
					address := fmt.Sprintf("198.51.100.%d", i+1)
					n.Add(address, host)
					resolvers = append(resolvers, plainResolver(address))
				}
				checker, request := liveChecker(t, n), verify.Request{Policy: asking(t), Records: c.records}
				request.Policy.Expected = c.expected
				if request.Resolvers = resolvers; c.system {
					checker.SystemResolvers, request.Resolvers = resolvers, nil
				}
				got := checker.Check(t.Context(), request)
				c.want.check(t, got)
				if f, ok := findingOf(got.Judgement, verify.CodeAuthoritativeNotAsked); ok && f.Severity != verify.Warning {
					t.Errorf("%+v", f)
				}
			})
		})
	}
}

// A resolver that is named and the system's too is asked once, and counts as named.
func TestSameResolverTwice(t *testing.T) {
	zone := publishedZone(30, onSet(t)...)
	for name, c := range map[string]struct {
		host        virtualnet.Host
		exit, asked int
	}{"answers": {recursive(zone), 0, 2}, "refuses": {refusing, 4, 2}} {
		t.Run(name, func(t *testing.T) {
			inVirtualTime(t, func(t *testing.T) {
				n := newInternet(zone)
				n.Add(resolverAt, c.host)
				both := []dnsquery.Server{plainResolver(resolverAt)}
				checker := liveChecker(t, n)
				checker.SystemResolvers = both
				got := checker.Check(t.Context(), verify.Request{Policy: asking(t), Resolvers: both})
				rows := slices.DeleteFunc(liveRows(got.Servers), func(row string) bool { return !strings.HasPrefix(row, resolverAt) })
				if got.ExitStatus() != c.exit || n.Asked(resolverAt) != c.asked || len(rows) != 1 {
					t.Errorf("exit status %d, %d questions, %q", got.ExitStatus(), n.Asked(resolverAt), rows)
				}
			})
		})
	}
}

// Where servers are named the system's resolvers are none of the request's business.
func TestServersNamedNoSystemResolver(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		zone := publishedZone(30, onSet(t)...)
		n := newInternet(zone)
		n.Add(resolverAt, recursive(exampleZone(1)))
		checker := liveChecker(t, n)
		checker.SystemResolvers = []dnsquery.Server{plainResolver(resolverAt)}
		got := checker.Check(t.Context(), request([]verify.Server{{Host: firstAt, Port: "53"}, {Host: secondAt, Port: "53"}}, asking(t)))
		want := wanted{verify.Valid, 0, append(rowsOf(firstAt, verify.Answered, firstAt), rowsOf(secondAt, verify.Answered, secondAt)...), nil, nil}
		want.check(t, got)
		if n.Asked(resolverAt)+n.Asked(rootAt) != 0 {
			t.Errorf("the resolver was asked %d questions, the root %d", n.Asked(resolverAt), n.Asked(rootAt))
		}
	})
}
