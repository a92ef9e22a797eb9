package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker for a release.
var version string

func newVersionCommand(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Long: `Print the version, the version of Go that it was built with, and the system that it is
for.`,
		Example: `  drtxt version
  drtxt version | cut -d ' ' -f 2`,
		Args: cobra.NoArgs,
		// Nothing to set and nothing to interrupt: to watch for signals alone takes
		// a tenth of this command's time.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
		RunE: func(cmd *cobra.Command, _ []string) error {
			to := output{}
			return to.write(cmd.Context(), env, []byte(versionLine()))
		},
	}
}

// versionLine names the program, and what it was built with.
func versionLine() string {
	return fmt.Sprintf("drtxt %s %s %s/%s\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// versionName is the release, or the revision where it is none.
func versionName() string {
	name := version
	if info, ok := debug.ReadBuildInfo(); ok && name == "" {
		name = info.Main.Version // "(devel)" in a work tree without version control
	}
	if name == "" {
		name = "(devel)"
	}
	return name
}
