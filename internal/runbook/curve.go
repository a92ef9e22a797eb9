package runbook

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// shares are the shares of clients that the table of the curve has a row for, in percent.
var shares = []int{10, 25, 50, 75, 90, 99, 100}

// curve says when clients have seen the change, as a picture and as a table.
func (a *author) curve() []block {
	change := a.change()
	t := table{name: "Clients that have seen it", head: []string{"Clients", "After"}}
	for _, percent := range shares {
		after := change.When(float64(percent) / 100).Round(time.Second)
		t.rows = append(t.rows, row{cells: []text{say("%s", strconv.Itoa(percent)+" %"), say("%s", lengthWords(after))}})
	}
	return []block{
		paragraph(say("Clients look every %s. Until then, and until the resolver that they ask has forgotten the answer that stood before, nothing changes for them. Count from the moment in which the last name server serves the new records.", lengthWords(verify.PollInterval))),
		chart{
			caption: say("Share of clients that have seen the new records, if the old ones had a TTL of %s. An estimate.", lengthWords(a.ttl())),
			svg:     a.drawCurve(),
		},
		t,
		paragraph(say("Worst case: the TTL of what stood before, and %s. Where nothing stood, the negative TTL of the zone takes the place of that TTL.", lengthWords(verify.PollInterval))),
	}
}

// points are how finely the curve is drawn.
const points = 60

func (a *author) drawCurve() string {
	change := a.change()
	worst := change.WorstCase()
	x := scale{0, worst.Seconds(), 40, 348}
	y := scale{0, 1, 150, 14}
	d := &drawing{height: 182}
	for percent := 0; percent <= 100; percent += 25 {
		at := y.at(float64(percent) / 100)
		d.line("grid", x.low, at, x.high, at)
		d.label("end", x.low-6, at+4, strconv.Itoa(percent)+" %")
	}
	step := spacing(worst, 5)
	for t := time.Duration(0); t <= worst; t += step {
		at := x.at(t.Seconds())
		d.line("grid", at, y.low, at, y.low+4)
		d.label("middle", at, y.low+17, lengthWords(t))
	}
	var path strings.Builder
	for i := range points + 1 {
		after := worst * time.Duration(i) / points
		fmt.Fprintf(&path, " %s,%s", number(x.at(after.Seconds())), number(y.at(change.Share(after))))
	}
	fmt.Fprintf(d, `<polygon class="area" points="%s,%s%s %s,%s"/>`, number(x.low), number(y.low), path.String(), number(x.high), number(y.low))
	fmt.Fprintf(d, `<polyline class="curve" points="%s"/>`, path.String()[1:])
	d.line("axis", x.low, y.low, x.high, y.low)
	half := change.When(0.5)
	d.line("mark", x.at(half.Seconds()), y.at(0.5), x.at(half.Seconds()), y.low)
	fmt.Fprintf(d, `<circle class="dot" cx="%s" cy="%s" r="3.5"/>`, number(x.at(half.Seconds())), number(y.at(0.5)))
	fmt.Fprintf(d, `<circle class="dot" cx="%s" cy="%s" r="3.5"/>`, number(x.high), number(y.high))
	return d.picture("curve", "Clients that have seen the new records, over time",
		fmt.Sprintf("Half of them after %s, all after %s. The table below has the numbers.", lengthWords(half.Round(time.Second)), lengthWords(worst)), "")
}
