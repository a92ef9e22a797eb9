package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/targets"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// many is the part of verify's flags that is about a list of domains.
type many struct {
	targets     string
	concurrency int
}

// maxConcurrency bounds the verifications under way at once.
const maxConcurrency = 1024

// collectAt is how much the heap may grow between collections, in percent.
const collectAt = 500

// collectBy is how large the heap may grow before it is collected all the same, in bytes.
const collectBy = 40 << 20

// A verified is what came of one line of the list: a report, or why there is none.
type verified struct {
	report verify.Report
	line   int // where err stands
	err    error
}

// verifyMany verifies every target of a list, and prints each as it comes.
func (o *verifyOptions) verifyMany(cmd *cobra.Command, env *environment) error {
	ctx := cmd.Context()
	m, err := o.newManyRun(cmd, env)
	if err != nil {
		return err
	}
	defer m.checker.Client.CloseIdle()
	in, size, err := o.openTargets(ctx, env)
	if err != nil {
		return err
	}
	defer in.Close()
	to, err := newStream(ctx, env, &o.out)
	if err != nil {
		return err
	}
	defer to.drop()
	m.reader, m.size = targets.NewReader(in), size
	// What lives is small and what is thrown away is much: collect less often, but in time.
	defer debug.SetGCPercent(debug.SetGCPercent(collectAt))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(collectBy))
	stop := showProgress(env, m.progress)
	err = m.run(ctx, to)
	stop()
	if ctx.Err() != nil {
		m.interrupted(to)
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	if m.tally.lines() == 0 {
		return refusal(fmt.Errorf("%s: there is no domain in it", quoted(o.list())), "one domain a line, CSV with the columns domain, public, expect, server, type, or JSON lines")
	}
	if err := to.end(&m.tally); err != nil {
		return err
	}
	if o.out.format != "table" && o.out.format != "markdown" || o.out.path != "" {
		env.note("drtxt: %s", m.tally.sentence())
	}
	return m.tally.endIn(o.out.format)
}

// list is the list as messages name it.
func (o *verifyOptions) list() string {
	if o.targets == "-" {
		return "standard input"
	}
	return o.targets
}

// openTargets opens the list, and says how large it is, 0 where that is not known.
func (o *verifyOptions) openTargets(ctx context.Context, env *environment) (io.ReadCloser, int64, error) {
	if o.targets == "-" {
		return io.NopCloser(env.in), 0, nil
	}
	f, err := unlessDone(ctx, 0, func() (*os.File, error) { return os.Open(o.targets) })
	if err != nil {
		return nil, 0, withHint(pathError("reading", o.targets, err), "check the path")
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		f.Close()
		return nil, 0, refusal(fmt.Errorf("%s is a folder", quoted(o.targets)), "name a file")
	}
	if err != nil || !info.Mode().IsRegular() {
		return f, 0, nil
	}
	return f, info.Size(), nil
}

// A manyRun verifies the targets of a list.
type manyRun struct {
	env     *environment
	cmd     *cobra.Command
	options *verifyOptions
	base    verify.Request // what holds where a line says nothing
	// configured are in the place of base for the domains that the configuration names.
	configured map[string]*remembered[verify.Request]
	checker    *verify.Checker
	timeout    time.Duration
	workers    int
	reader     *targets.Reader
	size       int64
	keys       keyring
	domains    domainSet

	begin time.Time
	done  atomic.Int64
	tally tally
}

// newManyRun understands the flags.
func (o *verifyOptions) newManyRun(cmd *cobra.Command, env *environment) (*manyRun, error) {
	ctx := cmd.Context()
	m := &manyRun{env: env, cmd: cmd, options: o, configured: configuredRequests(env), workers: o.concurrency, begin: time.Now(), domains: newDomainSet()}
	m.keys.check = o.out.spares
	if o.concurrency < 1 || o.concurrency > maxConcurrency {
		return nil, refusal(fmt.Errorf("--concurrency %d is not between 1 and %d", o.concurrency, maxConcurrency), "leave it out, or give a smaller number")
	}
	policy, err := o.judgedPolicy(env, &o.judged, "")
	if err != nil {
		return nil, err
	}
	if m.timeout, err = parseTimeout("--timeout", o.timeout); err != nil {
		return nil, err
	}
	if m.base, err = o.request(ctx, env, policy); err != nil {
		return nil, err
	}
	m.checker, err = o.checker(ctx, env)
	return m, err
}

// run hands the lines to the workers and what they find to the stream, in constant
// memory: nothing is read ahead of what is being verified. Where the context ends it
// waits for nobody: who reads may wait for a pipe for ever.
func (m *manyRun) run(ctx context.Context, to *stream) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs, results := make(chan verify.Request), make(chan verified, m.workers)
	var failed error // read after results is closed
	var workers sync.WaitGroup
	for range m.workers {
		workers.Go(func() {
			for request := range jobs {
				send(ctx, results, m.verify(ctx, request))
			}
		})
	}
	go func() {
		failed = m.read(ctx, jobs, results)
		close(jobs)
		workers.Wait()
		close(results)
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case result, more := <-results:
			if !more {
				return failed
			}
			if ctx.Err() != nil {
				return nil // and the result is of a verification that was cut short
			}
			if err := m.take(to, &result, len(results) == 0); err != nil {
				return err
			}
		}
	}
}

// send hands a value over, unless the context ends before somebody takes it.
func send[T any](ctx context.Context, to chan<- T, value T) {
	select {
	case to <- value:
	case <-ctx.Done():
	}
}

// read hands out the lines, and reports the broken ones.
func (m *manyRun) read(ctx context.Context, jobs chan<- verify.Request, results chan<- verified) error {
	for ctx.Err() == nil {
		next, err := m.next()
		broken, ok := errors.AsType[*targets.LineError](err)
		switch {
		case err == io.EOF:
			return nil
		case ok:
			send(ctx, results, verified{line: broken.Line, err: broken.Err})
		case err != nil:
			return err
		default:
			send(ctx, jobs, next)
		}
	}
	return nil
}

// next makes a request of the next line. A [*targets.LineError] is about this line alone.
func (m *manyRun) next() (verify.Request, error) {
	target, err := m.reader.Next()
	switch {
	case err == io.EOF || is[*targets.LineError](err):
		return verify.Request{}, err
	case err != nil:
		return verify.Request{}, refusal(fmt.Errorf("%s: %w", quoted(m.options.list()), err), "one domain a line, CSV with the columns domain, public, expect, server, type, or JSON lines")
	}
	request, err := m.request(target)
	if err == nil && m.options.out.format == "prometheus" {
		err = m.domains.add(request.Policy.Domain)
	}
	switch {
	case is[*overwriteError](err): // the key would be gone when all is done
		return verify.Request{}, fmt.Errorf("%s: line %d: %w", quoted(m.options.list()), target.Line, err)
	case err != nil:
		return verify.Request{}, &targets.LineError{Line: target.Line, Err: err}
	}
	return request, nil
}

// take prints and counts one result.
func (m *manyRun) take(to *stream, result *verified, idle bool) error {
	m.done.Add(1)
	if result.err != nil {
		m.takeBroken(result)
	} else {
		if err := to.add(&result.report); err != nil {
			return err
		}
		m.tally.add(&result.report)
	}
	if idle {
		return to.flush()
	}
	return nil
}

// takeBroken says and counts what is wrong with a line.
func (m *manyRun) takeBroken(result *verified) {
	text := fmt.Sprintf("%s: line %d: %v", quoted(m.options.list()), result.line, result.err)
	if _, hint := classify(result.err); hint != "" {
		text += "; " + hint
	}
	m.tally.addBroken(text)
	clearProgress(m.env)
	m.env.note("drtxt: %s", text)
}

// interrupted shows what is known so far, and says how much that is.
func (m *manyRun) interrupted(to *stream) {
	text := m.tally.sentence()
	if to.flush() != nil {
		text += "; not all of it could be written"
	}
	m.env.note("drtxt: %s", text)
}

// verify verifies one target, now, if no other instant was given.
func (m *manyRun) verify(ctx context.Context, request verify.Request) verified {
	if m.options.at == "now" {
		request.Policy.At = m.env.now()
	}
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	return verified{report: m.checker.Check(ctx, request)}
}

// request puts what a line says in the place of what the flags say.
func (m *manyRun) request(target targets.Target) (verify.Request, error) {
	domain, err := canonicalDomain(target.Domain)
	if err != nil {
		return verify.Request{}, err
	}
	request, err := m.baseOf(domain)
	if err != nil {
		return request, err
	}
	policy := &request.Policy
	policy.Domain = domain
	if len(target.Public) > 0 {
		if policy.Keys, err = m.keys.load(target.Public); err != nil {
			return request, err
		}
	}
	if target.Expect != "" {
		if err := oneOf("expect", target.Expect, expectations); err != nil {
			return request, err
		}
		policy.Expected = verify.Expectation(target.Expect)
	}
	if target.Type != "" {
		if err := oneOf("type", target.Type, activationTypes); err != nil {
			return request, err
		}
		policy.Type = txtrecord.Type(target.Type)
	}
	if len(target.Servers) > 0 {
		request.Servers, err = parseServers(target.Servers)
	}
	return request, err
}

// configuredRequests has a place for each domain that the configuration names.
func configuredRequests(env *environment) map[string]*remembered[verify.Request] {
	requests := map[string]*remembered[verify.Request]{}
	if file := env.settings.file; file != nil {
		for _, domain := range file.Domains() {
			requests[domain] = new(remembered[verify.Request])
		}
	}
	return requests
}

// baseOf is what holds for a domain where its line says nothing.
func (m *manyRun) baseOf(domain string) (verify.Request, error) {
	configured, ok := m.configured[domain]
	if !ok {
		return m.base, nil
	}
	return configured.get(func() (verify.Request, error) {
		clearProgress(m.env)
		return m.configure(domain)
	})
}

// configure understands the flags once more, now with the settings of one domain.
func (m *manyRun) configure(domain string) (verify.Request, error) {
	env, o := *m.env, new(verifyOptions)
	cmd := o.command(&env)
	if err := copyFlags(cmd.Flags(), m.cmd.Flags(), env.settings.given); err != nil {
		return verify.Request{}, err
	}
	if err := takeSettings(&env, cmd, domain); err != nil {
		return verify.Request{}, err
	}
	for _, public := range o.public {
		if err := m.options.out.spares(public); err != nil {
			return verify.Request{}, err
		}
	}
	policy, err := o.judgedPolicy(&env, &o.judged, "")
	if err != nil {
		return verify.Request{}, err
	}
	return o.request(m.cmd.Context(), &env, policy)
}

// progress says how far a run is, and how fast.
func (m *manyRun) progress() string {
	done, taken := m.done.Load(), time.Since(m.begin).Seconds()
	text := fmt.Sprintf("%d verified, %.0f a second", done, float64(done)/max(taken, 0.001))
	if m.size > 0 {
		text += fmt.Sprintf(", %d %% of the list", 100*m.reader.Read()/m.size)
	}
	return text
}
