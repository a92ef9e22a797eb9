package configuration

import (
	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/duration"
)

// What counts for a kit where nothing is configured.
const (
	defaultWindow  = "7d"
	defaultOverlap = "1d"
)

// checkTogether refuses values that are right by themselves and do not fit each other, as
// they come together for a domain or for every one.
func (f *File) checkTogether() error {
	if err := f.checkWindow(""); err != nil {
		return err
	}
	for _, domain := range f.Domains() {
		if err := f.checkZoneOf(domain); err != nil {
			return err
		}
		if err := f.checkWindow(domain); err != nil {
			return err
		}
	}
	return nil
}

// checkZoneOf refuses a zone that the domain does not lie in.
func (f *File) checkZoneOf(domain string) error {
	s, ok := f.Setting(domain, General, "zone")
	if !ok {
		return nil
	}
	zone, err := domainname.CanonicalZone(s.Values[0])
	if err != nil || domainname.LiesIn(domain, zone) {
		return err
	}
	refusal := f.refuseValue(s, "a zone that "+domain+" lies in")
	if s.Domain == "" {
		refusal.hint = "put it under the domains that lie in it"
	}
	return refusal
}

// checkWindow refuses windows of a kit of which the next would not begin later.
func (f *File) checkWindow(domain string) error {
	window, windowSet := f.Setting(domain, Kit, "window")
	overlap, overlapSet := f.Setting(domain, Kit, "overlap")
	long, short := defaultWindow, defaultOverlap
	if windowSet {
		long = window.Values[0]
	}
	if overlapSet {
		short = overlap.Values[0]
	}
	if Longer(long, short) || !windowSet && !overlapSet {
		return nil
	}
	if windowSet && (window.Domain == domain || !overlapSet || overlap.Domain != domain) {
		return f.refuseValue(window, "longer than kit.overlap, "+short)
	}
	return f.refuseValue(overlap, "shorter than kit.window, "+long)
}

// Longer reports whether one duration is longer than another. It is false where one is
// none.
func Longer(long, short string) bool {
	l, errLong := duration.Parse(long)
	s, errShort := duration.Parse(short)
	return errLong == nil && errShort == nil && l > s
}

// refuseValue makes an error about a setting, at its first value.
func (f *File) refuseValue(s Setting, wanted string) *Error {
	refusal := f.Refuse(s, ErrValue, wanted)
	refusal.Line, refusal.Column = s.places[0].line, s.places[0].column
	return refusal
}
