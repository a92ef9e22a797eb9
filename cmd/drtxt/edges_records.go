package main

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// An addressRequest is what the flags say about the records, once they are understood.
type addressRequest struct {
	domain  string
	ttl     uint32 // in seconds
	zone    string
	assumed bool
	format  export.Format
	target  export.Target
}

// request understands the flags.
func (o *edgesOptions) request(env *environment, domain string) (*addressRequest, error) {
	r := &addressRequest{domain: domain}
	r.format, _ = export.Lookup(o.format()) // which is known to be one of them
	ttl, err := parseTTL(o.ttl)
	if err != nil {
		return nil, err
	}
	r.ttl = uint32(ttl / time.Second)
	if r.target, err = o.host.understood(env, r.format); err != nil {
		return nil, err
	}
	if r.zone, r.assumed, err = o.host.zoneOf(env, r.domain, r.format.Heeds("zone", r.target.Provider)); err != nil {
		return nil, err
	}
	return r, r.format.CheckTTL(r.ttl, r.target)
}

// writeRecords writes the record set, and says on standard error what it rests on. Where
// the addresses cannot be published nothing is written.
func (o *edgesOptions) writeRecords(ctx context.Context, env *environment, request *addressRequest, r *edgesResult) error {
	if !r.publishable() {
		describeEdges(env, r)
		return endWith(r.exitStatus())
	}
	set := request.set(r)
	var result bytes.Buffer
	if err := request.format.WriteSet(&result, set); err != nil {
		return err
	}
	guide, err := request.format.Guide(set)
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result.Bytes()); err != nil {
		return err
	}
	describeEdges(env, r)
	for _, f := range verify.JudgeTTLs([]uint32{request.ttl}, verify.Judgement{}, env.now()) {
		env.note("%s: %s (%s): %s", f.Severity, f.Message, f.Code, f.Advice)
	}
	o.describeNext(env, request, set, guide)
	return endWith(r.exitStatus())
}

// set is the record set of the domain.
func (request *addressRequest) set(r *edgesResult) *export.RecordSet {
	return &export.RecordSet{
		Schema: export.Schema,
		RRSets: r.selection.RRSets(request.domain, request.ttl),
		Zone:   request.zone, ZoneAssumed: request.assumed,
		Target: request.target,
	}
}

// describeEdges says on standard error what the records rest on.
func describeEdges(env *environment, r *edgesResult) {
	env.note("%s", strings.TrimSuffix(r.sentence(), "."))
	for _, f := range r.findings {
		env.note("%s: %s (%s): %s", f.Severity, findingText(f), f.Code, f.Advice)
	}
	env.note("  %s", r.closingLine())
}

// describeNext says how to publish what was made: as it is configured for the domain, else
// as the format has it.
func (o *edgesOptions) describeNext(env *environment, request *addressRequest, set *export.RecordSet, guide export.Guide) {
	taken, _ := takenBy(env, newPublishCommand(env), request.domain) // of contradictions nothing counts
	if request.format.Name != "json" || !taken.has("server", "zone-file") {
		describeFormat(env, request.format, set, guide, o.out.path, nil)
		return
	}
	file := o.out.path
	if file == "" {
		file = "FILE"
	}
	publish := []string{"drtxt", "publish", "--records", file}
	for _, part := range taken.target() { // what is not configured
		publish = append(publish, strings.Fields(part)...)
	}
	check := []string{"drtxt", "verify", "--records", file}
	if env.typed["config"] {
		config := []string{"--config", env.settings.path}
		publish, check = append(publish, config...), append(check, config...)
	}
	env.note("next:")
	env.note("  %s", shellwords.Line(publish))
	env.note("  %s", shellwords.Line(check))
}
