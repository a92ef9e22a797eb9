package keygen_test

import (
	"os"
	"os/exec"
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

// child is this test binary, to be started again in the given part.
func child(t *testing.T, part string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self, args...)
	command.Env = append(os.Environ(), childEnv+"="+part)
	return command
}
