package runbook_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/drtxt/drtxt/internal/propagation"
	"github.com/drtxt/drtxt/verify"
)

// drawings are the pictures of a page, by their ids.
func drawings(root *html.Node) map[string]*html.Node {
	drawings := map[string]*html.Node{}
	for n := range root.Descendants() {
		if n.Data == "svg" {
			name, _, _ := strings.Cut(attribute(n, "aria-labelledby"), "-")
			drawings[name] = n
		}
	}
	return drawings
}

// Both pictures have words for those who cannot see them, and draw nothing outside their
// frame, whatever the kit is.
func TestDrawingsKeepToTheirFrame(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			found := drawings(write(t, r).tree(t))
			for _, id := range []string{"curve", "timeline"} {
				drawing := found[id]
				if drawing == nil {
					t.Fatalf("no %s", id)
				}
				var width, height float64
				if n, err := fmt.Sscanf(attribute(drawing, "viewBox"), "0 0 %g %g", &width, &height); n != 2 || height < 40 || height > 480 {
					t.Fatalf("%s: frame %q: %v", id, attribute(drawing, "viewBox"), err)
				}
				words := 0
				for n := range drawing.Descendants() {
					if n.Data == "title" || n.Data == "desc" {
						words += len(allText(n))
					}
					for _, a := range n.Attr {
						checkCoordinate(t, id, a, width, height)
					}
				}
				if words < 60 || attribute(drawing, "role") != "img" {
					t.Errorf("%s: %d letters of words", id, words)
				}
			}
		})
	}
}

func checkCoordinate(t *testing.T, id string, a html.Attribute, width, height float64) {
	t.Helper()
	limits := map[string]float64{"x": width, "x1": width, "x2": width, "cx": width, "y": height, "y1": height, "y2": height, "cy": height}
	limit, ok := limits[a.Key]
	if !ok {
		return
	}
	if at, err := strconv.ParseFloat(a.Val, 64); err != nil || at < 0 || at > limit {
		t.Errorf("%s: %s=%q is outside of %g", id, a.Key, a.Val, limit)
	}
}

// The curve is that of the closed form.
func TestCurveIsThatOfPropagation(t *testing.T) {
	for name, r := range kits(t) {
		change := propagation.Change{Memory: time.Duration(r.TTL) * time.Second, Interval: verify.PollInterval}
		curve := drawings(write(t, r).tree(t))["curve"]
		for n := range curve.Descendants() {
			if n.Data != "polyline" {
				continue
			}
			points := strings.Fields(attribute(n, "points"))
			if len(points) < 50 {
				t.Fatalf("%s: %d points", name, len(points))
			}
			first, last := point(t, points[0]), point(t, points[len(points)-1])
			for _, p := range points {
				at := point(t, p)
				after := time.Duration(float64(change.WorstCase()) * (at[0] - first[0]) / (last[0] - first[0]))
				share := (at[1] - first[1]) / (last[1] - first[1])
				if want := change.Share(after); math.Abs(share-want) > 0.002 {
					t.Errorf("%s: %.4f after %v, want %.4f", name, share, after, want)
				}
			}
		}
	}
}

func point(t *testing.T, text string) [2]float64 {
	t.Helper()
	var p [2]float64
	if _, err := fmt.Sscanf(text, "%g,%g", &p[0], &p[1]); err != nil {
		t.Fatal(err)
	}
	return p
}

// Every window has its bar, where it belongs, and the names beside the bars can be read.
func TestTimelineHasEveryWindow(t *testing.T) {
	for name, r := range kits(t) {
		timeline := drawings(write(t, r).tree(t))["timeline"]
		low, high := number(t, timeline, "data-low"), number(t, timeline, "data-high")
		from, to := number(t, timeline, "data-from"), number(t, timeline, "data-to")
		place := func(at time.Time) float64 { return low + (float64(at.Unix())-from)/(to-from)*(high-low) }
		var bars, names []*html.Node
		for n := range timeline.Descendants() {
			switch {
			case n.Data == "rect":
				bars = append(bars, n)
			case n.Data == "text" && strings.HasPrefix(allText(n), "on-"):
				names = append(names, n)
			}
		}
		sets := r.Sets[len(r.Sets)-len(bars):]
		if len(bars) == 0 || sets[0].Name != "on-01" {
			t.Errorf("%s: %d bars", name, len(bars))
		}
		for i, bar := range bars {
			left, width := number(t, bar, "x"), number(t, bar, "width")
			if math.Abs(left-place(sets[i].Start)) > 0.1 || width > 2 && math.Abs(left+width-place(sets[i].End)) > 0.2 {
				t.Errorf("%s: the bar of %s is from %g, %g wide", name, sets[i].Name, left, width)
			}
		}
		for i := 1; i < len(names); i++ {
			if apart := number(t, names[i], "y") - number(t, names[i-1], "y"); apart < 11 {
				t.Errorf("%s: names are %g apart", name, apart)
			}
		}
	}
}

func number(t *testing.T, n *html.Node, key string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(attribute(n, key), 64)
	if err != nil {
		t.Fatalf("%s of <%s>: %v", key, n.Data, err)
	}
	return value
}
