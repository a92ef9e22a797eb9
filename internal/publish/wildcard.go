package publish

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// isWildcard reports whether what the server answers at a name was made from a wildcard
// (RFC 4592 §3.3.1), so that nothing stands there itself. Then any other name beside it
// has the same, and any name below it something: where a name exists, no wildcard above
// it reaches what is below.
func (s *Server) isWildcard(ctx context.Context, domain, rrtype string, stands txtrecord.StandingRRSet) (bool, error) {
	label := "drtxt-" + strings.ToLower(rand.Text())
	below, alias, err := s.probe(ctx, label+"."+domain, rrtype)
	if err != nil || len(below.RDATA) == 0 && alias == "" {
		return false, err
	}
	_, parent, _ := strings.Cut(domain, ".")
	beside, besideAlias, err := s.probe(ctx, label+"."+parent, rrtype)
	if err != nil {
		return false, err
	}
	beside.Name = stands.Name
	return besideAlias != "" && len(stands.RDATA) == 0 || len(stands.RDATA) > 0 && beside.Equal(stands.WireRRSet), nil
}

// probe is what the server answers at a name that nobody made.
func (s *Server) probe(ctx context.Context, name, rrtype string) (set txtrecord.StandingRRSet, alias string, err error) {
	set, err = s.readSet(ctx, name, rrtype)
	if aliased, ok := errors.AsType[*AliasError](err); ok {
		return set, aliased.Target, nil
	}
	if _, ok := errors.AsType[*NotAuthoritativeError](err); ok {
		return set, "", nil // it is in another zone, and no wildcard reaches there
	}
	return set, "", err
}
