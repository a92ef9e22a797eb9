package keygen_test

import (
	"os"
	"testing"
)

// childEnv names the part that this test binary plays when a test starts it
// again; the arguments follow in the command line.
const childEnv = "KEYGEN_TEST_CHILD"

// children are those parts; files of one system add theirs.
var children = map[string]func(args []string){}

func TestMain(m *testing.M) {
	if part, ok := children[os.Getenv(childEnv)]; ok {
		part(os.Args[1:])
		os.Exit(0)
	}
	os.Exit(m.Run())
}
