// Package duration reads lengths of time as people write them.
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
