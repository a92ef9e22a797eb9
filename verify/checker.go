package verify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync"
	"syscall"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A Checker asks name servers and resolvers, and judges and compares what they serve.
// The zero Checker is ready to use; it must not be copied after that. Its methods may
// be called at the same time; what it learns of delegations serves later calls too.
type Checker struct {
	// Client asks the questions.
	Client dnsquery.Client
	// Roots are the root name servers that delegations are followed from; nil means
	// those of the public DNS.
	Roots []delegation.NameServer
	// SystemResolvers are the recursive resolvers that this machine uses. They are
	// asked too unless the request names servers, and instead of the root where that
	// cannot be reached.
	SystemResolvers []dnsquery.Server
	// Resolver looks up the addresses of servers that are given by name; nil means
	// the system's.
	Resolver *net.Resolver

	once      sync.Once
	finder    delegation.Finder
	wildcards wildcards
	slots     chan struct{} // one for each server that may be asked at once
}

// maxServers bounds the servers that are asked at once, whatever they belong to.
const maxServers = 256

// A Request is what one verification is about.
type Request struct {
	// Policy says what is judged and how; its Domain is the name that is asked for.
	// It must pass [Policy.Validate].
	Policy Policy
	// Servers are the authoritative servers to ask. Where there are none, the
	// delegation says which they are, and SystemResolvers are asked too.
	Servers []Server
	// Resolvers are recursive resolvers to ask as well. One of them that cannot be
	// asked makes the verdict [Unreachable].
	Resolvers []dnsquery.Server
	// ResolversLast has the resolvers asked only once the authoritative servers are
	// right, as somebody who waits for a change wants it: a resolver that was asked
	// too early remembers the old answer.
	ResolversLast bool
	// Records are the exact RRsets that every authoritative server must have, of type
	// TXT, A or AAAA, empty where the policy alone decides.
	Records []txtrecord.RRSet
	// Progress, where set, is called when a server is going to be asked, with an empty
	// outcome, and again with its report, by one goroutine at a time.
	Progress func(ServerReport)
}

// A Server is a name server to ask: a host name or address, and a port.
type Server struct {
	Host string
	Port string
}

// String is the server as an operator writes it.
func (s Server) String() string {
	if s.Port == "53" {
		return s.Host
	}
	return net.JoinHostPort(s.Host, s.Port)
}

// Check asks every server at all its addresses, and every resolver, for what stands at
// the domain, judges every answer and compares them. All are asked at once, none waits
// for another, and all stand in the report. It ends early only when the context does;
// then what came in is reported.
func (c *Checker) Check(ctx context.Context, request Request) Report {
	c.once.Do(func() {
		c.finder.Client, c.finder.Roots = &c.Client, c.Roots
		c.slots = make(chan struct{}, maxServers)
	})
	r := &run{checker: c, request: request, policy: &request.Policy}
	if r.resolvers = (&wave{run: r}); !request.ResolversLast {
		r.askResolvers(ctx)
	}
	r.askAuthoritative(ctx)
	return r.conclude(ctx)
}

// A run is one call of [Checker.Check].
type run struct {
	checker *Checker
	request Request
	policy  *Policy

	authoritative *wave
	resolvers     *wave
	delegated     *delegated // nil where the servers were named
	// superseded are waves of zones that the domain was found to lie below.
	superseded []*wave
	// unasked says that something could not be asked without which nothing is known:
	// exact records that are expected, or a server because of this machine.
	unasked  bool
	progress sync.Mutex
}

// allResolvers are those that the request names, and the system's where it names no
// servers.
func (r *run) allResolvers() []dnsquery.Server {
	resolvers := slices.Clip(r.request.Resolvers)
	if len(r.request.Servers) > 0 {
		return resolvers
	}
	for _, system := range r.checker.SystemResolvers {
		address, err := netip.ParseAddr(system.Host)
		if err == nil && !r.checker.Client.Family.Has(address) {
			continue // not to be asked, rather than out of reach
		}
		if !slices.Contains(resolvers, system) {
			resolvers = append(resolvers, system)
		}
	}
	return resolvers
}

// askAuthoritative asks the servers of the zone and waits for all of them.
func (r *run) askAuthoritative(ctx context.Context) {
	if len(r.request.Servers) > 0 {
		r.askNamed(ctx)
	} else {
		r.follow(ctx)
	}
	r.authoritative.finish()
}

// askNamed asks the servers of the request, each at all its addresses.
func (r *run) askNamed(ctx context.Context) {
	w, ctx := r.newWave(ctx)
	_, err := netip.ParseAddr(r.request.Servers[0].Host)
	r.authoritative, w.alone = w, len(r.request.Servers) == 1 && err == nil
	w.confirm()
	for place, server := range r.request.Servers {
		w.start(func() {
			hosts, err := r.checker.lookUp(ctx, server.Host)
			if err != nil {
				report := unknownName(ctx, place, server.String(), err)
				report.named = true
				w.tell(w.add(report))
			}
			for _, host := range hosts {
				w.ask(ctx, place, server.String(), net.JoinHostPort(host, server.Port))
			}
		})
	}
}

// ask asks one question.
func (r *run) ask(ctx context.Context, server dnsquery.Server, question dnsquery.Question) reply {
	return r.askAll(ctx, server, []dnsquery.Question{question})[0]
}

// askAll asks a server all questions at once, as soon as there is a slot for it, and
// returns the replies in their order.
func (r *run) askAll(ctx context.Context, server dnsquery.Server, questions []dnsquery.Question) []reply {
	replies := make([]reply, len(questions))
	select {
	case r.checker.slots <- struct{}{}:
		defer func() { <-r.checker.slots }()
	case <-ctx.Done():
		err := ctx.Err()
		if err == context.DeadlineExceeded {
			err = fmt.Errorf("%w: too many questions were under way", ErrNotAsked)
		}
		for i, question := range questions {
			replies[i] = reply{question: question, err: err}
		}
		return replies
	}
	for i, got := range r.checker.Client.AskAll(ctx, server, questions) {
		replies[i] = reply{questions[i], got.Answer, withoutMeans(got.Err)}
	}
	return replies
}

// withoutMeans tells that this machine had no socket to spare from that a server cannot
// be reached.
func withoutMeans(err error) error {
	for _, lack := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, lack) {
			return fmt.Errorf("%w: %w", ErrNotAsked, lack)
		}
	}
	return err
}

// A reply is what came of one question: an answer or an error.
type reply struct {
	question dnsquery.Question
	answer   *dnsquery.Answer
	err      error
}

// tells reports whether the reply of a server in that role says what there is.
func (r reply) tells(role Role) bool {
	switch {
	case r.err != nil || r.answer == nil:
		return false
	case role == Recursive:
		return toldBy(resolverOutcome(r.answer))
	}
	return toldBy(outcomeOf(r.answer, r.question.Name))
}
