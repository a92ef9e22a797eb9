package main

import (
	"bytes"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/internal/drill"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/txtrecord"
)

// drillCurve is the curve that is drawn, that of switching on; nil where there is none.
func drillCurve(r *drill.Rehearsal) *clients.Curve {
	for i := range r.Steps {
		if s := &r.Steps[i]; s.Status == txtrecord.On && s.Curve != nil {
			return s.Curve
		}
	}
	return nil
}

// The size of a drawn curve, for a terminal of 80 columns and for a ticket.
const curveWidth, curveHeight = 76, 17

// writeDrillCurve draws how the clients switched on, and has the figures of all changes.
func writeDrillCurve(b *bytes.Buffer, r *drill.Rehearsal) error {
	if curve := drillCurve(r); curve != nil {
		fmt.Fprintf(b, "\n%s\n\n", drillCurveCaption(curve))
		for _, line := range curve.Draw(curveWidth, curveHeight) {
			fmt.Fprintln(b, line)
		}
		fmt.Fprintln(b)
		if err := writeTable(b, drillMarkColumns, drillMarkRows(curve, " %", " s")); err != nil {
			return err
		}
	}
	rows := drillCurveRows(r, inPercent, " s")
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintf(b, "\n%s\n\n", drillCurvesCaption)
	return writeTable(b, drillCurveColumns, rows)
}

func drillCurveCaption(c *clients.Curve) string {
	return fmt.Sprintf("%s switched on, behind %s: %s and %s to the name server.", counted(c.Clients, "simulated client"), counted(c.Resolvers, "caching resolver"), counted(c.Lookups, "look-up"), counted(c.Upstream, "question"))
}

// drillCurvesCaption says what the figures of all changes are.
const drillCurvesCaption = "Simulated clients at each change: when half and the last of them had seen it, by how much their curve is off what is computed at most, and how much of that chance explains."

var drillMarkColumns = []string{"SHARE", "MEASURED", "COMPUTED"}

// drillMarkRows are when shares of the clients had switched, with what stands behind per
// cent and seconds.
func drillMarkRows(c *clients.Curve, percent, seconds string) [][]string {
	var rows [][]string
	for _, m := range c.Marks() {
		rows = append(rows, []string{fmt.Sprintf("%.0f%s", 100*m.Share, percent), drillReached(m.Measured, m.Reached, seconds), inSeconds(m.Computed, seconds)})
	}
	return rows
}

var drillCurveColumns = []string{"STEP", "HALF", "LAST", "OFF BY", "ALLOWED", "LOOK-UPS", "UPSTREAM", "FAILED", "CURVE"}

// drillCurveRows are the figures of the curves of all changes, in the order of
// [drillCurveColumns]; share words a share of the clients, and seconds stands behind those.
func drillCurveRows(r *drill.Rehearsal, share func(float64) string, seconds string) [][]string {
	var rows [][]string
	for i := range r.Steps {
		s, c := &r.Steps[i], r.Steps[i].Curve
		if c == nil {
			continue
		}
		half, hasHalf := c.When(0.5)
		last, hasLast := c.When(1)
		rows = append(rows, []string{
			fmt.Sprint(i + 1), drillReached(half, hasHalf, seconds), drillReached(last, hasLast, seconds),
			share(c.Distance()), share(c.Allowed()), fmt.Sprint(c.Lookups), fmt.Sprint(c.Upstream), fmt.Sprint(c.Failed), drillAgreement(s),
		})
	}
	return rows
}

func inPercent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

func drillReached(after time.Duration, reached bool, unit string) string {
	if !reached {
		return "never"
	}
	return inSeconds(after, unit)
}

// drillAgreement says in a word whether clients followed a change as computed.
func drillAgreement(s *drill.Step) string {
	switch {
	case !s.Followed():
		return "DIFFERS"
	case !s.Curve.Telling():
		return "too few to tell"
	}
	return "agrees"
}

// drillUntold says that there were too few clients to tell anything by, and how many are
// enough for every change; it is empty where they told, or where there were none.
func drillUntold(r *drill.Rehearsal) string {
	untold, most, shortest := 0, 0, time.Duration(0)
	for i := range r.Steps {
		c := r.Steps[i].Curve
		if c == nil || c.Telling() {
			continue
		}
		enough := enoughClients(c.Change)
		if enough == 0 && (shortest == 0 || c.Change.Memory < shortest) {
			shortest = c.Change.Memory
		}
		untold, most = c.Clients, max(most, enough)
	}
	what := fmt.Sprintf("whether clients follow as computed is not told by %s: ", counted(untold, "simulated client"))
	switch {
	case untold == 0:
		return ""
	case shortest > 0:
		return what + fmt.Sprintf("at a TTL of %s none can", duration.Words(shortest))
	}
	return what + fmt.Sprintf("it takes %d", most)
}

// enoughClients is how many clients tell whether they follow a change as computed, 0 where
// none can.
func enoughClients(change propagation.Change) int {
	for enough := 1000; enough <= clients.MaxClients; enough *= 10 {
		c := clients.Curve{Clients: enough, Resolvers: min(enough, clients.MaxResolvers), Change: change}
		if c.Telling() {
			return enough
		}
	}
	return 0
}

func inSeconds(d time.Duration, unit string) string { return fmt.Sprintf("%.0f%s", d.Seconds(), unit) }
