package main

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { systemCommands["drtxt-dumpable"] = sayDumpable }

// sayDumpable is a program that prepares for secrets as drtxt does, and says what the
// system would write to a disk, should it crash.
func sayDumpable() {
	systemEnvironment()
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &limit); err != nil {
		panic(err)
	}
	dumpable, err := unix.PrctlRetInt(unix.PR_GET_DUMPABLE, 0, 0, 0, 0)
	fmt.Println(limit.Cur, limit.Max, dumpable, err)
}

func TestNoCoreDumps(t *testing.T) {
	t.Parallel()
	r := execAs(t, "drtxt-dumpable").want(t, 0)
	if got := strings.TrimSpace(r.stdout); got != "0 0 0 <nil>" {
		t.Errorf("limits and dumpable flag are %s", got)
	}
}
