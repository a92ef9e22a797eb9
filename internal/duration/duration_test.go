package duration_test

import (
	"math"
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
