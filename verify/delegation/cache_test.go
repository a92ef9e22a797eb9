package delegation

import (
	"fmt"
	"testing"
	"time"
)

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	var c cache
	for i := range 3 * maxRemembered {
		c.add(&Cut{Zone: fmt.Sprintf("z%d.example.", i), expires: time.Now().Add(time.Hour)})
		if len(c.cuts) > maxRemembered {
			t.Fatalf("%d cuts", len(c.cuts))
		}
	}
	if last := fmt.Sprintf("z%d.example.", 3*maxRemembered-1); c.deepest("example.", "x."+last) == nil {
		t.Error("the last cut is not remembered")
	}
}
