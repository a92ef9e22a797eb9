package main

import (
	"bytes"
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/clients"
	"github.com/drtxt/drtxt/internal/drill"
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

func writeDrillCurve(b *bytes.Buffer, r *drill.Rehearsal) error {
	curve := drillCurve(r)
	if curve == nil {
		return nil
	}
	fmt.Fprintf(b, "\n%s\n\n", drillCurveCaption(curve))
	for _, line := range curve.Draw(curveWidth, curveHeight) {
		fmt.Fprintln(b, line)
	}
	fmt.Fprintln(b)
	return writeTable(b, drillMarkColumns, drillMarkRows(curve))
}

func drillCurveCaption(c *clients.Curve) string {
	return fmt.Sprintf("%s switched on, behind %s: %s and %s to the name server.", counted(c.Clients, "simulated client"), counted(c.Resolvers, "caching resolver"), counted(c.Lookups, "look-up"), counted(c.Upstream, "question"))
}

var drillMarkColumns = []string{"SHARE", "MEASURED", "COMPUTED"}

// drillMarkRows are when shares of the clients had switched.
func drillMarkRows(c *clients.Curve) [][]string {
	var rows [][]string
	for _, m := range c.Marks() {
		measured := "never"
		if m.Reached {
			measured = inSeconds(m.Measured)
		}
		rows = append(rows, []string{fmt.Sprintf("%.0f %%", 100*m.Share), measured, inSeconds(m.Computed)})
	}
	return rows
}

// drillCurveCells are the columns of the steps about the curve.
func drillCurveCells(curve *clients.Curve) []string {
	if curve == nil {
		return []string{"-", "-", "-"}
	}
	cells := make([]string, 0, 3)
	for _, share := range []float64{0.5, 1} {
		cell := "never"
		if after, reached := curve.When(share); reached {
			cell = inSeconds(after)
		}
		cells = append(cells, cell)
	}
	return append(cells, drillAgreement(curve))
}

func drillAgreement(curve *clients.Curve) string {
	if curve.Agrees() {
		return "agrees"
	}
	return "DIFFERS"
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }
