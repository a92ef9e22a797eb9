package virtualclock_test

import (
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/virtualclock"
)

func TestClock(t *testing.T) {
	t.Parallel()
	begin := time.Unix(1_800_000_000, 0)
	clock := virtualclock.New(begin)
	for _, step := range []struct {
		move func()
		want time.Duration
	}{
		{func() {}, 0},
		{func() { clock.Set(begin.Add(time.Hour)) }, time.Hour},
		{func() { clock.Set(begin) }, time.Hour},
		{func() { clock.Set(begin.Add(time.Hour - 1)) }, time.Hour},
		{func() { clock.Set(begin.Add(2 * time.Hour)) }, 2 * time.Hour},
	} {
		step.move()
		if got := clock.Now().Sub(begin); got != step.want {
			t.Errorf("it shows %s after the beginning, want %s", got, step.want)
		}
	}
}
