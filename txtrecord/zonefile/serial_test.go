package zonefile

import (
	"testing"
	"testing/quick"
	"time"
)

func TestNextSerial(t *testing.T) {
	now := time.Date(2026, 11, 25, 1, 0, 0, 0, time.FixedZone("", 2*60*60)) // 24 November in UTC
	epoch := uint32(now.Unix())
	for old, want := range map[uint32]uint32{
		// dates
		2026010107: 2026112401,
		2026010100: 2026112400,
		2026112400: 2026112401,
		2026112401: 2026112402,
		2026112399: 2026112401,
		2026112499: 2026112500,
		2026112600: 2026112601, // somebody's clock ran ahead
		1999123101: 2026112401,
		1990010101: 2026112401,
		2099123199: 2099123200,
		2024022901: 2026112401,
		// no calendar dates
		2023022901: 2023022902,
		2026130101: 2026130102,
		2026003001: 2026003002,
		2026110001: 2026110002,
		2100010101: 2100010102,
		20261124:   20261125,
		202611241:  202611242,
		// seconds since the epoch
		946684800:    epoch,
		1700000000:   epoch,
		epoch - 1:    epoch,
		epoch:        epoch + 1,
		epoch + 3600: epoch + 3601,
		epoch + 3601: epoch + 3602,
		946684799:    946684800,
		// counters
		0:          1,
		1:          2,
		9:          10,
		1<<31 - 1:  1 << 31,
		1<<32 - 2:  1<<32 - 1,
		1<<32 - 1:  1,
		3000000000: 3000000001,
	} {
		if got := nextSerial(old, now); got != want {
			t.Errorf("%d becomes %d, want %d", old, got, want)
		}
	}
}

// Whatever the clock says, the result is newer (RFC 1982 §3.2), and not 0.
func TestNextSerialIsNewer(t *testing.T) {
	property := func(old, seconds uint32) bool {
		next := nextSerial(old, time.Unix(int64(seconds), 0))
		return next != 0 && next != old && next-old < 1<<31
	}
	if err := quick.Check(property, &quick.Config{MaxCount: 200000}); err != nil {
		t.Error(err)
	}
}

// The examples of RFC 1982 §5.2, and around.
func TestNewer(t *testing.T) {
	for _, c := range []struct {
		a, b uint32
		want bool
	}{
		{1, 0, true}, {0, 1, false}, {5, 5, false}, {44, 0, true}, {100, 44, true}, {1 << 31, 1, true},
		{0, 1<<32 - 1, true}, {1<<32 - 1, 0, false}, {1<<31 - 1, 0, true}, {1<<31 + 1, 0, false}, {1 << 31, 0, false},
	} {
		if got := newer(c.a, c.b); got != c.want {
			t.Errorf("newer(%d, %d) is %v", c.a, c.b, got)
		}
	}
}
