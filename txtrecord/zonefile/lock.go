package zonefile

import (
	"context"
	"os"
	"time"
)

// lockInterval is how often it is looked whether a lock is free.
const lockInterval = 20 * time.Millisecond

// A lock keeps other editors from a zone file. Name servers do not look at it.
type lock struct{ file *os.File }

// acquire locks the zone file at path, which is no symbolic link. It waits until ctx
// ends.
func acquire(ctx context.Context, path string) (*lock, error) {
	ticker := time.NewTicker(lockInterval)
	defer ticker.Stop()
	for {
		if ctx.Err() != nil {
			return nil, &LockedError{Path: path, Err: context.Cause(ctx)}
		}
		held, err := tryLock(path)
		if err != nil {
			return nil, &Error{Path: path, Kind: ErrNotWritten, Found: "it cannot be locked", Err: systemError(err)}
		}
		if held != nil {
			return held, nil
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}
