package publish

import (
	"context"
	"errors"

	"github.com/drtxt/drtxt/txtrecord"
)

// isWildcard reports whether what the server answers at a name was made from a wildcard,
// so that nothing stands there itself. What is asked for lies below the name's own
// wildcard: where the name exists, that wildcard or the name is the closest encloser, and
// nothing is made up there (RFC 4592 §3.3.1, §4.2); where it does not, the wildcard that
// answered reaches there too.
func (s *Server) isWildcard(ctx context.Context, domain, rrtype, target string, stands txtrecord.StandingRRSet) (bool, error) {
	name := "x.*." + domain
	if len(name) > maxName {
		return false, nil
	}
	below, alias, err := s.probe(ctx, name, rrtype)
	if err != nil {
		return false, err
	}
	if target != "" {
		return alias == target, nil // of a DNAME each name has a target of its own
	}
	return len(below.RDATA) > 0, nil
}

// maxName is the longest name in presentation form (RFC 1035 §2.3.4).
const maxName = 253

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
