package delegation

import (
	"context"
	"net/netip"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// FindVia asks a recursive resolver for the zone that a name lies in and its name
// servers: the way where the root cannot be reached.
func (f *Finder) FindVia(ctx context.Context, resolver dnsquery.Server, name string) (*Cut, error) {
	answer, err := f.askVia(ctx, resolver, dns.CanonicalName(name), dns.TypeSOA)
	if err != nil {
		return nil, err
	}
	apex := apexOf(answer)
	if apex == "" || !dns.IsSubDomain(apex, dns.CanonicalName(name)) {
		return nil, &Error{".", ErrLame}
	}
	if answer, err = f.askVia(ctx, resolver, apex, dns.TypeNS); err != nil {
		return nil, err
	}
	cut, err := newCut(answer, apex)
	if err != nil {
		return nil, &Error{apex, err}
	}
	for i := range cut.Servers {
		cut.Servers[i].Glue = nil // a resolver's additional records are no glue
	}
	cut.Via = resolver
	return cut, nil
}

func (f *Finder) addressesVia(ctx context.Context, resolver dnsquery.Server, host string) ([]netip.Addr, error) {
	return bothFamilies(f.Client.Family, func(rrtype uint16) (*dnsquery.Answer, error) {
		return f.askVia(ctx, resolver, host, rrtype)
	})
}

func (f *Finder) askVia(ctx context.Context, resolver dnsquery.Server, name string, rrtype uint16) (*dnsquery.Answer, error) {
	answer, err := f.Client.Ask(ctx, resolver, dnsquery.Question{Name: name, Type: rrtype, Recursive: true})
	if err != nil {
		return nil, err
	}
	if answer.Rcode != dns.RcodeSuccess && answer.Rcode != dns.RcodeNameError {
		return nil, &Error{name, ErrLame}
	}
	return answer, nil
}
