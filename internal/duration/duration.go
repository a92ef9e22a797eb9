// Package duration reads lengths of time as people write them, and words them.
package duration

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Parse reads what Go writes, such as 8h or 1m30s, and days before it: 7d, 1d12h.
func Parse(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		return time.ParseDuration(text)
	}
	n, err := strconv.ParseUint(days, 10, 32)
	if err != nil {
		return 0, err
	}
	if n > math.MaxInt64/uint64(24*time.Hour) {
		return 0, strconv.ErrRange
	}
	total := time.Duration(n) * 24 * time.Hour
	if rest == "" {
		return total, nil
	}
	d, err := time.ParseDuration(rest)
	if err == nil && (d < 0 || total+d < total) {
		err = strconv.ErrRange
	}
	return total + d, err
}

// ParseTTL reads a time to live, as [Parse] does or as a number of seconds. It says
// nothing of how long one may be; what exceeds the 31 bits of RFC 2181 §8 is cut to them.
func ParseTTL(text string) (time.Duration, error) {
	if text != "" && strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			seconds = math.MaxInt32
		}
		return time.Duration(seconds) * time.Second, nil
	}
	return Parse(text)
}

// Words says how long something lasts, exactly: 49 days, or 1 hour 30 minutes.
func Words(d time.Duration) string {
	if d < 0 {
		return "-" + Words(-max(d, -math.MaxInt64)) // the least has no opposite
	}
	var words []string
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		if n := d / unit.length; n > 0 {
			words = append(words, counted(strconv.FormatInt(int64(n), 10), unit.name))
		}
		d %= unit.length
	}
	if d > 0 || words == nil {
		words = append(words, counted(strconv.FormatFloat(d.Seconds(), 'f', -1, 64), "second"))
	}
	return strings.Join(words, " ")
}

func counted(number, what string) string {
	if number == "1" {
		return number + " " + what
	}
	return number + " " + what + "s"
}
