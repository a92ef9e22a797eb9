package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// asking is the part of the flags that says how servers are asked, and which besides
// those of the zone.
type asking struct {
	resolvers                  []string
	rootHints, questionTimeout string
	ipv4, ipv6                 bool
}

func (a *asking) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&a.resolvers, "resolver", nil, "recursive resolver to ask too, a `URL`: udp://HOST, tcp://HOST, tls://HOST or https://HOST/PATH; repeatable; each must answer")
	f.StringVar(&a.rootHints, "root-hints", "", "follow the delegation from the root servers in this `FILE` (default: those of the public DNS)")
	f.BoolVarP(&a.ipv4, "ipv4", "4", false, "ask over IPv4 alone")
	f.BoolVarP(&a.ipv6, "ipv6", "6", false, "ask over IPv6 alone")
	f.StringVar(&a.questionTimeout, "question-timeout", "2s", "limit for one question with its three tries, a `DURATION`")
}

// live is the part of the flags of verify and watch that says whom to ask, and for
// which exact records.
type live struct {
	asking
	expected
	servers []string
}

func (l *live) flags(cmd *cobra.Command) {
	l.askedFlags(cmd)
	l.expected.flags(cmd, "the exact sets that are expected")
}

// askedFlags are those that say whom to ask.
func (l *live) askedFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&l.servers, "server", nil, "authoritative name server to ask, `HOST[:PORT]` or [v6]:port; repeatable; only these are asked")
	l.asking.flags(cmd)
}

// checker makes what asks the questions. Where servers are named, neither the system's
// resolvers nor the root are asked.
func (l *live) checker(ctx context.Context, env *environment) (*verify.Checker, error) {
	if l.rootHints != "" && len(l.servers) > 0 {
		return nil, refusal(errors.New("--root-hints and --server exclude each other"), "with --server no delegation is followed; leave one of them out")
	}
	return l.asking.checker(ctx, env, len(l.servers) > 0)
}

func (a *asking) checker(ctx context.Context, env *environment, named bool) (*verify.Checker, error) {
	checker := new(verify.Checker)
	if err := a.configure(&checker.Client); err != nil {
		return nil, err
	}
	var err error
	if checker.Roots, err = a.roots(ctx, env); err != nil {
		return nil, err
	}
	if !named {
		if checker.SystemResolvers, err = env.systemResolvers(); err != nil {
			env.note("warning: the system's resolvers are not known: %v; name one with --resolver", err)
		}
	}
	return checker, nil
}

// configure sets what a client asks with.
func (a *asking) configure(client *dnsquery.Client) (err error) {
	if client.Timeout, err = parseTimeout("--question-timeout", a.questionTimeout); err != nil {
		return err
	}
	switch {
	case a.ipv4 && a.ipv6:
		return refusal(errors.New("-4 and -6 exclude each other"), "leave both out to ask over IPv4 and IPv6")
	case a.ipv4:
		client.Family = dnsquery.IPv4
	case a.ipv6:
		client.Family = dnsquery.IPv6
	}
	return nil
}

// maxHints bounds a file of root hints, in bytes; that of the public DNS has 3 KiB.
const maxHints = 1 << 20

func (a *asking) roots(ctx context.Context, env *environment) ([]delegation.NameServer, error) {
	if a.rootHints == "" {
		return nil, nil
	}
	data, err := readUpTo(ctx, env, a.rootHints, maxHints, "give it the root servers alone")
	if err != nil {
		return nil, err
	}
	roots, err := delegation.ParseHints(bytes.NewReader(data))
	if err != nil {
		return nil, refusal(fmt.Errorf("reading %s: %w", quoted(a.rootHints), err), "give it the form of named.root, as IANA publishes it")
	}
	return roots, nil
}

// request puts the flags into what a verification is about. Where no domain was given,
// the record sets name it.
func (l *live) request(ctx context.Context, env *environment, policy verify.Policy) (verify.Request, error) {
	request := verify.Request{Policy: policy}
	var err error
	if request.Servers, err = parseServers(l.servers); err != nil {
		return request, err
	}
	if request.Resolvers, err = l.parseResolvers(); err != nil {
		return request, err
	}
	if err := l.readRecords(ctx, env, &request); err != nil {
		return request, err
	}
	alone := addressesAlone(request.Records)
	if policy.Expected == verify.ExpectNone && len(request.Records) > 0 && !alone {
		return request, refusal(errors.New("no record is expected, and --records holds some: they contradict each other"), "leave one of them out")
	}
	request.Policy.AddressesOnly = alone && len(policy.Keys) == 0
	return request, nil
}

// parseResolvers reads the resolvers that are to be asked too.
func (a *asking) parseResolvers() ([]dnsquery.Server, error) {
	var resolvers []dnsquery.Server
	for _, text := range a.resolvers {
		resolver, err := dnsquery.ParseServer(text)
		if err != nil {
			return nil, refusal(fmt.Errorf("--resolver %w", err), "write udp://192.0.2.1, tcp://192.0.2.1:53, tls://dns.example.net or https://dns.example.net/dns-query")
		}
		resolvers = append(resolvers, resolver)
	}
	return resolvers, nil
}

// whom says in a few words who is asked, for progress.
func (l *live) whom() string {
	const most = 2 // that a line has room for
	switch {
	case len(l.servers) == 0:
		return "the zone's name servers"
	case len(l.servers) > most:
		return fmt.Sprintf("%d servers", len(l.servers))
	}
	return strings.Join(l.servers, ", ")
}

// verifyOnce verifies one domain within a time limit, with progress on a terminal.
func (l *live) verifyOnce(ctx context.Context, env *environment, checker *verify.Checker, request verify.Request, timeout time.Duration) (verify.Report, error) {
	defer checker.Client.CloseIdle()
	shown := newBoard(env, func() []string { return []string{"asking " + l.whom() + " for " + request.Policy.Domain} })
	defer shown.close()
	request.Progress = shown.update
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	report := checker.Check(limited, request)
	if err := ctx.Err(); err != nil {
		return report, err
	}
	l.checkClaims(&report)
	return report, nil
}
