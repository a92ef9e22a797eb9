package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/delegation"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// live is the part of the flags of verify and watch that says whom to ask, and for
// which exact records.
type live struct {
	servers, resolvers, records []string
	rootHints, questionTimeout  string
	ipv4, ipv6                  bool

	claims []recordfile.Claims // of the record sets that were read
}

func (l *live) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVar(&l.servers, "server", nil, "authoritative name server to ask, `HOST[:PORT]` or [v6]:port; repeatable; only these are asked")
	f.StringArrayVar(&l.resolvers, "resolver", nil, "recursive resolver to ask too, a `URL`: udp://HOST, tcp://HOST, tls://HOST or https://HOST/PATH; repeatable; each must answer")
	f.StringArrayVar(&l.records, "records", nil, "the exact sets that are expected, TXT or addresses (A, AAAA), a `FILE` in the form of record --format json (- for standard input); repeatable")
	f.StringVar(&l.rootHints, "root-hints", "", "follow the delegation from the root servers in this `FILE` (default: those of the public DNS)")
	f.BoolVarP(&l.ipv4, "ipv4", "4", false, "ask over IPv4 alone")
	f.BoolVarP(&l.ipv6, "ipv6", "6", false, "ask over IPv6 alone")
	f.StringVar(&l.questionTimeout, "question-timeout", "2s", "limit for one question with its three tries, a `DURATION`")
}

// checker makes what asks the questions.
func (l *live) checker(ctx context.Context, env *environment) (*verify.Checker, error) {
	checker := new(verify.Checker)
	var err error
	if checker.Client.Timeout, err = parseTimeout("--question-timeout", l.questionTimeout); err != nil {
		return nil, err
	}
	switch {
	case l.ipv4 && l.ipv6:
		return nil, refusal(errors.New("-4 and -6 exclude each other"), "leave both out to ask over IPv4 and IPv6")
	case l.ipv4:
		checker.Client.Family = dnsquery.IPv4
	case l.ipv6:
		checker.Client.Family = dnsquery.IPv6
	}
	if checker.Roots, err = l.roots(ctx, env); err != nil {
		return nil, err
	}
	if len(l.servers) == 0 {
		if checker.SystemResolvers, err = env.systemResolvers(); err != nil {
			env.note("warning: the system's resolvers are not known: %v; name one with --resolver", err)
		}
	}
	return checker, nil
}

// maxHints bounds a file of root hints, in bytes; that of the public DNS has 3 KiB.
const maxHints = 1 << 20

func (l *live) roots(ctx context.Context, env *environment) ([]delegation.NameServer, error) {
	switch {
	case l.rootHints == "":
		return nil, nil
	case len(l.servers) > 0:
		return nil, refusal(errors.New("--root-hints and --server exclude each other"), "with --server no delegation is followed; leave one of them out")
	}
	data, err := readUpTo(ctx, env, l.rootHints, maxHints, "give it the root servers alone")
	if err != nil {
		return nil, err
	}
	roots, err := delegation.ParseHints(bytes.NewReader(data))
	if err != nil {
		return nil, refusal(fmt.Errorf("reading %s: %w", quoted(l.rootHints), err), "give it the form of named.root, as IANA publishes it")
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
	for _, text := range l.resolvers {
		resolver, err := dnsquery.ParseServer(text)
		if err != nil {
			return request, refusal(fmt.Errorf("--resolver %w", err), "write udp://192.0.2.1, tcp://192.0.2.1:53, tls://dns.example.net or https://dns.example.net/dns-query")
		}
		request.Resolvers = append(request.Resolvers, resolver)
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

// readRecords reads the record sets that are expected.
func (l *live) readRecords(ctx context.Context, env *environment, request *verify.Request) error {
	for _, path := range l.records {
		data, err := readInput(ctx, env, path)
		if err != nil {
			return err
		}
		sets, err := recordfile.ReadSets(data)
		if err != nil {
			return fmt.Errorf("%s: %w", quoted(path), err)
		}
		for _, set := range sets {
			if err := l.addRecords(request, path, &set); err != nil {
				return err
			}
		}
	}
	return nil
}

// addRecords adds one record set to what is expected. One domain can have one set of each
// type.
func (l *live) addRecords(request *verify.Request, path string, set *recordfile.Set) error {
	name := set.Name()
	if request.Policy.Domain == "" {
		request.Policy.Domain = name
	}
	if name == "" || name != request.Policy.Domain {
		return refusal(fmt.Errorf("%s holds records of another name than %s", quoted(path), request.Policy.Domain), "verify each domain with its own records")
	}
	for _, rrset := range set.RRSets {
		for _, known := range request.Records {
			if known.Type == rrset.Type {
				return refusal(fmt.Errorf("%s: there are two %s sets for %s", quoted(path), rrset.Type, name), "expect one set of each type")
			}
		}
		request.Records = append(request.Records, rrset)
		if rrset.Type == "TXT" {
			l.claims = append(l.claims, set.Claims)
		}
	}
	return nil
}

// addressesAlone reports whether exact records are expected and all are addresses.
func addressesAlone(records []txtrecord.RRSet) bool {
	for _, rrset := range records {
		if rrset.Type == "TXT" {
			return false
		}
	}
	return len(records) > 0
}

// checkClaims holds what the record sets say about themselves against the report.
func (l *live) checkClaims(report *verify.Report) {
	for i := range l.claims {
		checkClaims(report, &l.claims[i])
	}
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
