package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/calibration"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

var productNames = map[txtrecord.Type]string{
	txtrecord.InternetAccess: "Internet Access",
	txtrecord.PrivateAccess:  "Private Access",
	txtrecord.AllProducts:    "Internet Access and Private Access",
}

// describeRecord says on standard error what the new records mean.
func describeRecord(env *environment, r *recordRequest, set *export.RecordSet, judgement verify.Judgement, now time.Time) {
	a := r.activation
	what := fmt.Sprintf("%s: %s for %s", r.domain, a.Status, productNames[a.Type])
	if a.Forwarding != txtrecord.NoForwarding {
		what += ", " + a.Forwarding.Name()
	}
	env.note("%s", what)
	env.note("  from    %s", startInWords(a, now))
	env.note("  until   %s", endInWords(a, now))
	env.note("  seen    by every client at most %s after the last name server serves it, if what stood before had a TTL of %s too; an estimate: %s and that TTL, or the zone's negative TTL where nothing stood", r.ttl+verify.PollInterval, r.ttl, verify.PollInterval)
	env.note("  replay  %s", replayInWords(a))
	if set.Signed {
		env.note("  key     %s", set.Key)
		again := verify.Judge(verify.Values(set.RRSets[0].Values...), verify.Policy{Scheme: r.scheme, SchemeOpen: env.settings.openTags(), At: now})
		env.note("  scheme  %s, %s", set.Scheme, confirmation(r.scheme, env.settings.confirmedOn(), again.OpenTags))
	} else {
		env.note("  key     none: not signed; what clients that have a public key do with it is not documented")
	}
	for _, f := range append(judgement.Findings, verify.JudgeTTLs([]uint32{set.RRSets[0].TTL}, judgement, now)...) {
		asked := f.Code == verify.CodeScheduled || f.Code == verify.CodeClockNearStart
		if f.Severity == verify.Warning && !asked {
			env.note("warning: %s (%s): %s", f.Message, f.Code, f.Advice)
		}
	}
}

// describeFormat says on standard error how to apply what was written to the file, if any,
// where that does not hold comments that do.
// trusting are the flags by which drtxt verify believes the records.
func describeFormat(env *environment, format export.Format, set *export.RecordSet, guide export.Guide, file string, trusting []string) {
	assumed := set.ZoneAssumed && format.Heeds("zone", set.Target.Provider)
	if assumed && !strings.Contains(set.Zone, ".") {
		env.note("warning: the zone %s is assumed, a top-level domain and hardly yours: name the zone with --zone", set.Zone)
	}
	if format.HasComments() {
		if assumed {
			env.note("  zone    %s, assumed: the parent of the name; --zone names another", set.Zone)
		}
		env.note("next: apply it as its comments say, and run the verification that they name")
		return
	}
	env.note("next:")
	if file != "" {
		guide = guide.WithFile(shellwords.Word(file))
	}
	for _, line := range guide.Lines() {
		if set.Signed {
			line = documentedTrust(set, line, trusting)
		}
		env.note("  %s", line)
	}
}

// documentedTrust puts the files and settings of this run in the place of those that the
// documentation of a format names.
func documentedTrust(set *export.RecordSet, line string, trusting []string) string {
	documented := " --public " + keygen.PublicKeyFile
	if set.Scheme != (txtrecord.Scheme{}).String() {
		documented += " --scheme " + set.Scheme
	}
	return strings.Replace(line, documented, " "+shellwords.Line(trusting), 1)
}

// confirmation is said of a scheme wherever the open question of the format comes up.
func confirmation(scheme txtrecord.Scheme, on string, open []string) string {
	return calibration.Confirmation(scheme, on, open)
}

func tagsInWords(tags []string) string { return calibration.TagsInWords(tags) }

func startInWords(a txtrecord.Activation, now time.Time) string {
	if a.Start.IsZero() {
		return "as soon as it can be looked up"
	}
	return bothTimes(a.Start) + distance(a.Start, now)
}

func endInWords(a txtrecord.Activation, now time.Time) string {
	if a.End.IsZero() {
		return "no end"
	}
	return bothTimes(a.End) + distance(a.End, now)
}

// longDistance is beyond what is worth saying in hours, and [time.Duration] ends at
// 292 years.
const longDistance = 2 * 365 * 24 * time.Hour

func distance(t, now time.Time) string {
	seconds := t.Unix() - now.Unix()
	if abs := max(seconds, -seconds); abs >= int64(longDistance/time.Second) {
		return fmt.Sprintf(", about %d years away", abs/(365*24*60*60))
	}
	d := (time.Duration(seconds) * time.Second).Abs()
	switch {
	case d >= 24*time.Hour:
		d = d.Round(time.Hour)
	case d >= time.Hour:
		d = d.Round(time.Minute)
	}
	if seconds < 0 {
		return ", " + duration.Words(d) + " ago"
	}
	return ", in " + duration.Words(d)
}

// replayInWords says for how long somebody else could use the same records.
func replayInWords(a txtrecord.Activation) string {
	if a.End.IsZero() {
		return "whoever has these records and controls the DNS can publish them again for ever"
	}
	return "whoever has these records and controls the DNS can publish them again until " + bothTimes(a.End)
}
