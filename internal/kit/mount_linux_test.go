package kit_test

import (
	"errors"
	"testing"

	"github.com/drtxt/drtxt/internal/kit"
)

// A mount point is told of before anything is made.
func TestMountPoints(t *testing.T) {
	t.Parallel()
	err := kit.CheckVacant("/proc")
	if occupied, ok := errors.AsType[*kit.OccupiedError](err); !ok || !occupied.MountPoint || occupied.Hint() == (&kit.OccupiedError{}).Hint() {
		t.Errorf("%v", err)
	}
	if err := kit.CheckVacant(t.TempDir()); err != nil {
		t.Errorf("a folder: %v", err)
	}
}
