package zonefile

import "time"

// The ranges in which a serial number is taken for what it looks like.
const (
	firstYear, lastYear = 1990, 2099
	// firstEpoch is 2000-01-01T00:00:00Z. An hour of clock skew is allowed for at the
	// other end.
	firstEpoch = 946684800
	epochSkew  = 60 * 60
)

// nextSerial returns the serial number behind old, in its style:
//
//   - YYYYMMDDnn (RFC 1912 §2.2) with a calendar date from 1990 to 2099 becomes the day
//     of now in UTC, where that is newer, with nn 00 if old has it, else 01;
//   - seconds since the epoch, not before 2000 and no more than an hour after now,
//     become those of now, where that is newer;
//   - whatever is left becomes one more.
//
// The result is newer than old in serial number arithmetic (RFC 1982 §3.2), and never
// 0, which some software takes for the lack of a serial number.
func nextSerial(old uint32, now time.Time) uint32 {
	candidate := old
	switch {
	case isDate(old):
		candidate = today(now)
		if old%100 != 0 {
			candidate++
		}
	case old >= firstEpoch && int64(old) <= now.Unix()+epochSkew:
		candidate = uint32(now.Unix())
	}
	if newer(candidate, old) {
		return candidate
	}
	if old == 1<<32-1 {
		return 1
	}
	return old + 1
}

// newer reports whether serial number a is greater than b (RFC 1982 §3.2).
func newer(a, b uint32) bool { return int32(a-b) > 0 }

// isDate reports whether a serial number is a date in the form YYYYMMDDnn.
func isDate(serial uint32) bool {
	year, month, day := int(serial/1000000), int(serial/10000%100), int(serial/100%100)
	if year < firstYear || year > lastYear || month < 1 || month > 12 || day < 1 {
		return false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// today is the day in UTC as YYYYMMDD00.
func today(now time.Time) uint32 {
	year, month, day := now.UTC().Date()
	return uint32(year)*1000000 + uint32(month)*10000 + uint32(day)*100
}
