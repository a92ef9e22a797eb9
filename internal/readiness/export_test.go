package readiness

import "slices"

// Row is the row of an area.
func (a *Assessment) Row(area Area) Row {
	return a.Rows[slices.IndexFunc(a.Rows, func(r Row) bool { return r.Area == area })]
}
