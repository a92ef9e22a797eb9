package delegation

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A ResolverError says that a resolver answers, but not with what it was asked for.
type ResolverError struct {
	Resolver dnsquery.Server
	Name     string
	Rcode    int
}

func (e *ResolverError) Error() string {
	rcode := cmp.Or(dns.RcodeToString[e.Rcode], fmt.Sprint(e.Rcode))
	return fmt.Sprintf("the resolver %v does not tell the way to %q: %s", e.Resolver, e.Name, rcode)
}

// FindVia asks a recursive resolver for the zone that a name lies in and its name
// servers: the way where the root cannot be reached. Errors are a [*ResolverError] or
// those of [dnsquery.Client.Ask].
func (f *Finder) FindVia(ctx context.Context, resolver dnsquery.Server, name string) (*Cut, error) {
	apex, err := f.apexVia(ctx, resolver, dns.CanonicalName(name))
	if err != nil {
		return nil, err
	}
	answer, err := f.askVia(ctx, resolver, apex, dns.TypeNS)
	if err != nil {
		return nil, err
	}
	cut := newCut(apex, answer.Records, nil) // a resolver's additional records are no glue
	if cut == nil {
		return nil, &ResolverError{resolver, apex, answer.Rcode}
	}
	cut.Via = resolver
	return cut, nil
}

// apexVia goes up from a name until the resolver tells a zone. With an alias comes the
// zone of its target, if any, and an alias is no apex.
func (f *Finder) apexVia(ctx context.Context, resolver dnsquery.Server, name string) (string, error) {
	for asked := name; ; asked = parent(asked) {
		answer, err := f.askVia(ctx, resolver, asked, dns.TypeSOA)
		if err != nil {
			return "", err
		}
		if apex := apexOf(answer); apex != "" && answer.CNAME == "" && dns.IsSubDomain(apex, asked) {
			return apex, nil
		}
		if asked == "." {
			return "", &ResolverError{resolver, name, answer.Rcode}
		}
	}
}

func (f *Finder) addressesVia(ctx context.Context, resolver dnsquery.Server, host string) ([]netip.Addr, error) {
	return bothFamilies(f.Client.Family, host, func(rrtype uint16) (*dnsquery.Answer, error) {
		return f.askVia(ctx, resolver, host, rrtype)
	})
}

func (f *Finder) askVia(ctx context.Context, resolver dnsquery.Server, name string, rrtype uint16) (*dnsquery.Answer, error) {
	answer, err := f.Client.Ask(ctx, resolver, dnsquery.Question{Name: name, Type: rrtype, Recursive: true})
	if err != nil {
		return nil, err
	}
	if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
		return nil, &ResolverError{resolver, name, answer.Rcode}
	}
	return answer, nil
}
