package main

import (
	"slices"
	"strings"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// describeNext says how to publish what was made: as it is configured for the domain, else
// as the format has it.
func (o *recordOptions) describeNext(env *environment, r *recordRequest, set *export.RecordSet, guide export.Guide) {
	format, trusting := o.format(), o.signing.trusting(env, r.scheme)
	taken, _ := takenBy(env, newPublishCommand(env), r.domain) // of contradictions nothing counts
	file := o.out.path
	if file == "" {
		file = "FILE"
	}
	if format.Name != "json" || !taken.has("server", "zone-file") {
		describeFormat(env, format, set, guide, o.out.path, trusting)
		if tsig, ok := taken["tsig-file"]; ok && format.Name == "nsupdate" {
			env.note("  %s", shellwords.Line([]string{"nsupdate", "-v", "-k", tsig.Values[0], file}))
		}
		return
	}
	if o.unsigned {
		trusting = []string{"--allow-unsigned"}
	}
	if env.typed["config"] && !slices.Contains(trusting, "--config") {
		trusting = append(trusting, "--config", env.settings.path)
	}
	publish := []string{"drtxt", "publish", "--records", file}
	for _, part := range taken.target() { // what is not configured
		publish = append(publish, strings.Fields(part)...)
	}
	env.note("next:")
	env.note("  %s", shellwords.Line(append(publish, trusting...)))
	env.note("  %s", shellwords.Line(append([]string{"drtxt", "watch", "--records", file}, trusting...)))
}
