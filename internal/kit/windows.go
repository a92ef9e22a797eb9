package kit

import (
	"fmt"
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// RenewBefore is how long before its last window ends a kit is warned about.
const RenewBefore = 14 * day

const day = 24 * time.Hour

// Expiry warns of a kit whose last window for on ends within [RenewBefore] of an instant,
// and finds one in error that has ended; ok is false where there is time enough. Times are
// shown in UTC, and in a location that is not nil.
func (m *Manifest) Expiry(at time.Time, location *time.Location) (finding Finding, ok bool) {
	last := time.Time{}
	for _, s := range m.WindowsOf(txtrecord.On) {
		if end := s.Window().End; end.After(last) {
			last = end
		}
	}
	left := last.Unix() - at.Unix()
	switch {
	case left < 0:
		return newFinding(CodeExpired, "", fmt.Sprintf("the last window for on ended at %s: only off is still good", verify.FormatInstant(last, location))), true
	case left <= int64(RenewBefore/time.Second):
		return newFinding(CodeEndsSoon, "", fmt.Sprintf("the last window for on ends at %s, in less than %s", verify.FormatInstant(last, location), duration.Words(day*time.Duration(left/int64(day/time.Second)+1)))), true
	}
	return Finding{}, false
}

// checkWindows holds the windows against the plan and the clock.
func (c *checker) checkWindows() {
	planned := c.planned()
	for _, status := range []txtrecord.Status{txtrecord.Test, txtrecord.On} {
		sets := c.Manifest.WindowsOf(status)
		for i, s := range sets {
			c.checkWindow(s, planned)
			if i > 0 {
				c.checkGap(sets[i-1], s)
			}
		}
	}
	if finding, ok := c.Manifest.Expiry(c.policy.At, c.policy.Location); ok {
		c.findings = append(c.findings, finding)
	}
	if on := c.Manifest.WindowsOf(txtrecord.On); len(on) > 0 && c.policy.At.Unix() < on[0].Window().Start.Unix() {
		c.add(CodeNotBegun, "", "no window is open yet; the first for on begins at %s", verify.FormatInstant(on[0].Window().Start, c.policy.Location))
	}
}

// planned are the windows as they have to be, by the names of the sets. Where they follow
// no plan there are none, and that is found.
func (c *checker) planned() map[string]Window {
	windows, err := c.Manifest.plan().Windows()
	if err != nil {
		c.add(CodeWindowDiffers, ManifestFile, "the windows do not follow the plan: %v", err)
		return nil
	}
	planned := map[string]Window{}
	for _, s := range newSets(windows, nil) {
		planned[s.Name] = s.Window()
	}
	return planned
}

// checkWindow holds the window of a set against the planned one.
func (c *checker) checkWindow(s *Set, planned map[string]Window) {
	if want, ok := planned[s.Name]; ok && s.Window() != want {
		c.add(CodeWindowDiffers, ManifestFile, "the window of %s, %s, is not the planned one, %s", s.Name, c.span(s.Window()), c.span(want))
	}
}

// checkGap warns of a time between two windows in which neither is open.
func (c *checker) checkGap(before, after *Set) {
	if end, start := before.Window().End, after.Window().Start; start.Unix() > end.Unix()+1 {
		c.add(CodeWindowGap, ManifestFile, "between %s and %s nothing is valid from %s until %s", before.Name, after.Name,
			verify.FormatInstant(end.Add(time.Second), c.policy.Location), verify.FormatInstant(start.Add(-time.Second), c.policy.Location))
	}
}

func (c *checker) span(w Window) string {
	return verify.FormatInstant(w.Start, c.policy.Location) + " until " + verify.FormatInstant(w.End, c.policy.Location)
}
