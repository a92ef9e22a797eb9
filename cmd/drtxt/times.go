package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const timeHint = "write 2026-12-01T05:10:55Z, \"2026-12-01 05:10:55\" (UTC), now, +4h, or seconds since the epoch"

// instantLayouts are the forms in which an instant may be written. Without an
// offset it is in UTC.
var instantLayouts = []string{
	time.RFC3339,
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 Z07:00",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05",
}

// parseInstant reads an instant in whole seconds, up to the end of the year 9999.
func parseInstant(flag, text string, now time.Time) (time.Time, error) {
	t, ok := readInstant(text, now)
	if !ok && farYear(text) {
		t, ok = time.Unix(txtrecord.MaxInstant+1, 0), true
	}
	if !ok {
		return time.Time{}, refusal(fmt.Errorf("%s %q is not a time", flag, text), timeHint)
	}
	if t.Nanosecond() != 0 {
		return time.Time{}, refusal(fmt.Errorf("%s %q is not a whole second", flag, text), timeHint)
	}
	if t.Unix() < 0 || t.Unix() > txtrecord.MaxInstant {
		return time.Time{}, refusal(fmt.Errorf("%s %q is not between 1970 and the end of the year 9999", flag, text), "check the year; seconds, not milliseconds, since the epoch")
	}
	return t.UTC(), nil
}

// farYear recognises a date whose year has more than four digits.
func farYear(text string) bool {
	year, _, found := strings.Cut(text, "-")
	_, ok := digits(year)
	return found && ok && len(year) > len("9999")
}

func readInstant(text string, now time.Time) (time.Time, bool) {
	now = now.Truncate(time.Second)
	if text == "now" {
		return now, true
	}
	if after, ok := strings.CutPrefix(text, "+"); ok {
		d, err := readDuration(after)
		return now.Add(d), err == nil && d >= 0
	}
	if seconds, ok := digits(text); ok {
		return time.Unix(seconds, 0), true
	}
	for _, layout := range instantLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// digits reads seconds since the epoch; those beyond any date come back as beyond
// any date, so that they are refused for their size.
func digits(text string) (int64, bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return txtrecord.MaxInstant + 1, text != ""
	}
	return seconds, true
}

// parseDuration reads a positive length of time in whole seconds.
func parseDuration(flag, text string) (time.Duration, error) {
	d, err := readDuration(text)
	if err != nil {
		return 0, refusal(fmt.Errorf("%s %q is not a duration", flag, text), "write 30s, 15m, 8h or 7d")
	}
	if d <= 0 || d%time.Second != 0 {
		return 0, refusal(fmt.Errorf("%s %q is not a positive number of whole seconds", flag, text), "write 30s, 15m, 8h or 7d")
	}
	return d, nil
}

// parseTimeout reads a positive length of time.
func parseTimeout(flag, text string) (time.Duration, error) {
	d, err := readDuration(text)
	if err != nil || d <= 0 {
		return 0, refusal(fmt.Errorf("%s %q is not a positive duration", flag, text), "write 500ms or 2s")
	}
	return d, nil
}

// readDuration reads what Go writes, and days: 7d, 1d12h.
func readDuration(text string) (time.Duration, error) { return duration.Parse(text) }

// bothTimes prints an instant in UTC and in local time.
func bothTimes(t time.Time) string { return verify.FormatInstant(t, time.Local) }
