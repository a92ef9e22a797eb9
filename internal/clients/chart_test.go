package clients

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/verify"
)

// ideal is a curve of so many clients that is the closed form, stretched.
func ideal(clients int, memory time.Duration, stretch float64) *Curve {
	c := &Curve{Clients: clients, Resolvers: min(clients, MaxResolvers), Change: propagation.Change{Memory: memory, Interval: verify.PollInterval}}
	for i := range clients {
		c.Seen = append(c.Seen, part(stretch, c.Change.When((float64(i)+0.5)/float64(clients))))
	}
	return c
}

func TestShareAndWhen(t *testing.T) {
	t.Parallel()
	c := &Curve{Clients: 5, Seen: []time.Duration{0, 10, 20, 20}}
	for after, want := range map[time.Duration]float64{-1: 0, 0: 0.2, 9: 0.2, 10: 0.4, 19: 0.4, 20: 0.8, 1000: 0.8} {
		if got := c.Share(after); got != want {
			t.Errorf("after %d: %v, want %v", after, got, want)
		}
	}
	for share, want := range map[float64]time.Duration{0: 0, 0.1: 0, 0.2: 0, 0.21: 10, 0.4: 10, 0.6: 20, 0.8: 20, 0.81: -1, 1: -1} {
		if got, reached := c.When(share); reached != (want >= 0) || reached && got != want {
			t.Errorf("%v: %v %t, want %v", share, got, reached, want)
		}
	}
	hundred := ideal(100, 0, 1)
	for i := 1; i <= 100; i++ {
		if got, reached := hundred.When(float64(i) / 100); !reached || got != hundred.Seen[i-1] {
			t.Errorf("%d %%: %v %t, want %v", i, got, reached, hundred.Seen[i-1])
		}
	}
}

func TestMarks(t *testing.T) {
	t.Parallel()
	c := &Curve{Clients: 100, Change: propagation.Change{Memory: 30 * time.Second, Interval: 200 * time.Second}}
	for i := range 99 {
		c.Seen = append(c.Seen, time.Duration(i+1)*time.Second)
	}
	want := []Mark{
		{0.5, 50 * time.Second, 115 * time.Second, true},
		{0.9, 90 * time.Second, 195 * time.Second, true},
		{0.99, 99 * time.Second, c.Change.When(0.99), true},
		{1, 0, 230 * time.Second, false},
	}
	if got := c.Marks(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestChart(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]struct {
		curve         *Curve
		width, height int
		want          string
	}{
		"as computed": {ideal(1000, 30*time.Second, 1), 48, 14, `
100 % |                                    *****
      |                               *****:::::
 75 % |                           ****::::::::::
      |                       ****::::::::::::::
 50 % |                  *****::::::::::::::::::
      |              ****:::::::::::::::::::::::
 25 % |          ****:::::::::::::::::::::::::::
      |     *****:::::::::::::::::::::::::::::::
  0 % |*****
      +-----------------+-----------------+-----
       0               100               200
       seconds after the change
       ::: measured   *** computed`},
		"twice as late": {ideal(1000, 30*time.Second, 2), 48, 14, `
100 % |                  ***********************
      |                **              :::::::::
 75 % |              **           ::::::::::::::
      |            **         ::::::::::::::::::
 50 % |          **       ::::::::::::::::::::::
      |       ***    :::::::::::::::::::::::::::
 25 % |     **   :::::::::::::::::::::::::::::::
      |   **::::::::::::::::::::::::::::::::::::
  0 % |***
      +------------------+----------------+-----
       0                200              400
       seconds after the change
       ::: measured   *** computed`},
		"half as late": {ideal(1000, 30*time.Second, 0.5), 48, 14, `
100 % |                  ::::::::::::::::::*****
      |                :::::::::::::::*****:::::
 75 % |              :::::::::::::****::::::::::
      |            :::::::::::****::::::::::::::
 50 % |         :::::::::*****::::::::::::::::::
      |       :::::::****:::::::::::::::::::::::
 25 % |     :::::****:::::::::::::::::::::::::::
      |   ::*****:::::::::::::::::::::::::::::::
  0 % |*****
      +-----------------+-----------------+-----
       0               100               200
       seconds after the change
       ::: measured   *** computed`},
		"too small": {ideal(3, 15*time.Minute, 1), 0, 0, `
100 % |                         :*******
 75 % |                ::::******:::::::
 50 % |             *******:::::::::::::
 25 % |       ******::::::::::::::::::::
  0 % |*******
      +---------------+-------------+---
       0             500          1000
       seconds after the change
       ::: measured   *** computed`},
		"never": {&Curve{Clients: 3, Change: propagation.Change{Interval: verify.PollInterval}}, 40, 9, `
100 % |                            *****
 75 % |                    ********
 50 % |            ********
 25 % |    ********
  0 % |****
      +----------------+---------------+
       0              100            200
       seconds after the change
       ::: measured   *** computed`},
	} {
		if got := "\n" + strings.Join(test.curve.Draw(test.width, test.height), "\n"); got != test.want {
			t.Errorf("%s:%s", title, got)
		}
	}
}

// In any size it stays within it, and is text for any terminal and any code block.
func TestChartStaysWithinItsSize(t *testing.T) {
	t.Parallel()
	for _, memory := range []time.Duration{0, time.Second, 30 * time.Second, 15 * time.Minute, 24 * time.Hour, 1000 * time.Hour} {
		for width := leastWidth; width <= 200; width += 7 {
			for height := leastHeight; height <= 40; height += 3 {
				lines := ideal(10, memory, 1).Draw(width, height)
				if len(lines) > height || len(lines) < height-quarters+1 {
					t.Fatalf("%s, %d by %d: %d lines", memory, width, height, len(lines))
				}
				for _, line := range lines {
					outside := strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' || r == '`' })
					if len(line) > width || outside || strings.HasSuffix(line, " ") {
						t.Fatalf("%s, %d by %d: %q", memory, width, height, line)
					}
				}
			}
		}
	}
}

// Every column has the mark of the closed form at its level, and the area below what was
// measured.
func TestChartIsTrue(t *testing.T) {
	t.Parallel()
	for _, stretch := range []float64{0.3, 0.9, 1, 1.2, 3} {
		c := ideal(500, 90*time.Second, stretch)
		ch := &chart{curve: c, columns: 73, levels: 16, end: max(c.Change.WorstCase(), c.Seen[499])}
		lines := ch.area()
		for column := range ch.columns {
			at := ch.at(column)
			computed, measured := int(c.Change.Share(at)*16+0.5), int(c.Share(at)*16+0.5)
			for level := range 17 {
				want := " "
				switch {
				case level == computed:
					want = "*"
				case level > 0 && level <= measured:
					want = ":"
				}
				line := fmt.Sprintf("%-80s", lines[16-level])
				if got := line[leftOfChart+column : leftOfChart+column+1]; got != want {
					t.Fatalf("stretched by %v, column %d, level %d: %q, want %q\n%s", stretch, column, level, got, want, strings.Join(lines, "\n"))
				}
			}
		}
	}
}
