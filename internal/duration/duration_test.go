package duration_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/duration"
)

const day = 24 * time.Hour

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"8h": 8 * time.Hour, "1m30s": 90 * time.Second, "0s": 0, "0": 0, "-1h": -time.Hour, "500ms": 500 * time.Millisecond,
		"7d": 7 * day, "0d": 0, "1d12h": day + 12*time.Hour, "106751d": 106751 * day,
	} {
		if got, err := duration.Parse(text); got != want || err != nil {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "d", "8", "eight", "-7d", "+7d", "1.5d", "7d-1h", "7dd", "1h7d", "7d 1h", " 7d", "7D", "106752d", "106751d24h", "99999999999d", "9999999999999h"} {
		if got, err := duration.Parse(text); err == nil {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestParseTTL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"30": 30 * time.Second, "0": 0, "030": 30 * time.Second, "5m": 5 * time.Minute, "1d": day,
		"99999999999999999999": math.MaxInt32 * time.Second,
	} {
		if got, err := duration.ParseTTL(text); got != want || err != nil {
			t.Errorf("%q: %s, %v; want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "-30", "+30", "3 0", "30x", "٣٠"} {
		if got, err := duration.ParseTTL(text); err == nil {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 seconds", time.Second: "1 second", 1500 * time.Millisecond: "1.5 seconds", 90 * time.Second: "1 minute 30 seconds",
		time.Hour: "1 hour", 8 * time.Hour: "8 hours", day: "1 day", 49 * day: "49 days", day + time.Second: "1 day 1 second",
		2*day + 3*time.Hour + 4*time.Minute + 5*time.Second: "2 days 3 hours 4 minutes 5 seconds", -time.Hour: "-1 hour", -500 * time.Millisecond: "-0.5 seconds",
		math.MaxInt64 - math.MaxInt64%time.Duration(day): "106751 days",
	} {
		if got := duration.Words(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
	if got := duration.Words(math.MinInt64); !strings.HasPrefix(got, "-106751 days 23 hours ") {
		t.Errorf("the least: %q", got)
	}
}
