package runbook

import (
	"fmt"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

var productNames = map[txtrecord.Type]string{
	txtrecord.InternetAccess: "Internet Access",
	txtrecord.PrivateAccess:  "Private Access",
	txtrecord.AllProducts:    "Internet Access and Private Access",
}

// forwardingWords say what becomes of Internet Access traffic meanwhile [published].
var forwardingWords = map[txtrecord.Forwarding]string{
	txtrecord.NoForwarding: "as set in the portal",
	txtrecord.FailOpen:     "fail-open: it goes direct",
	txtrecord.FailClose:    "fail-close: the internet is disabled",
}

// utc is a time to the second, as it stands in the records.
func utc(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// local is a time where the readers are, to the minute, in brackets and after a blank;
// empty if clocks show UTC there then.
func (r *Runbook) local(t time.Time) string {
	local := t.In(r.Location)
	if _, offset := local.Zone(); offset == 0 {
		return ""
	}
	return local.Format(" (Mon 2006-01-02 15:04 -0700)")
}

// instant is a time in UTC, and where the readers are.
func (r *Runbook) instant(t time.Time) string { return utc(t) + r.local(t) }

// zoneWords name the time zones of a table.
func (r *Runbook) zoneWords() text {
	if r.Location == time.UTC || r.Location.String() == "UTC" {
		return say("All times are UTC.")
	}
	return say("Times are UTC, and below them those of %s.", r.Location.String())
}

// lengthWords is a length of time to the second, in the units that a person counts in.
func lengthWords(d time.Duration) string {
	var words []string
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / unit.length; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, unit.name))
			d -= n * unit.length
		}
	}
	if words == nil {
		return "0 s"
	}
	return strings.Join(words, " ")
}
