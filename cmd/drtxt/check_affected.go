package main

import (
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/internal/appprofiles"
	"github.com/drtxt/drtxt/internal/readiness"
	"github.com/drtxt/drtxt/txtrecord"
)

// A whom says whom a status would switch.
type whom struct {
	title string
	lines []string
}

// affected are those whom on and test would switch, as far as app profiles say so.
func affected(a *readiness.Assessment) []whom {
	if a.Profiles == nil {
		return nil
	}
	var all []whom
	for _, status := range []struct {
		name string
		of   map[txtrecord.Type]*appprofiles.Audience
	}{{"on", a.Profiles.On}, {"test", a.Profiles.Test}} {
		for _, audience := range readiness.Audiences(status.of) {
			all = append(all, whom{
				fmt.Sprintf("Whom %s would switch, %s:", status.name, audience.Products),
				affectedLines(audience.Audience),
			})
		}
	}
	return all
}

func affectedLines(a *appprofiles.Audience) []string {
	var lines []string
	for _, part := range []struct {
		name  string
		names []string
	}{{"profiles", a.Profiles}, {"groups", a.Groups}, {"users", a.Users}} {
		if len(part.names) > 0 {
			lines = append(lines, part.name+": "+firstNames(part.names))
		}
	}
	lines = append(lines, unsettledLines(a.Open)...)
	if a.Unnamed > 0 {
		lines = append(lines, "and possibly everybody: "+namesNobody(a.Unnamed))
	}
	if len(lines) == 0 {
		lines = []string{"nobody"}
	}
	return lines
}

// unsettledLines name the profiles of which it is not settled, a line for each reason.
func unsettledLines(open []appprofiles.Unsettled) []string {
	var reasons []string
	names := map[string][]string{}
	for _, one := range open {
		if names[one.Why] == nil {
			reasons = append(reasons, one.Why)
		}
		names[one.Why] = append(names[one.Why], one.Profile)
	}
	lines := make([]string, len(reasons))
	for i, why := range reasons {
		lines[i] = "not settled, " + why + ": " + firstNames(names[why])
	}
	return lines
}

// namesNobody says of how many profiles the export does not say whom they are for.
func namesNobody(profiles int) string {
	if profiles == 1 {
		return "one of these profiles names nobody"
	}
	return fmt.Sprintf("%d of these profiles name nobody", profiles)
}

// firstNames are the first of several names, and how many more there are.
func firstNames(names []string) string {
	const most = 10
	words := make([]string, 0, most)
	for _, name := range names[:min(len(names), most)] {
		words = append(words, quoted(name))
	}
	text := strings.Join(words, ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more (--format json has all)", more)
	}
	return text
}
