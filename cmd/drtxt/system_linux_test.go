package main

import (
	"bytes"
	"os"
	"testing"
)

// Standard output, or a device that --out names, on a disk that is full.
func TestFullDevice(t *testing.T) {
	t.Parallel()
	commands := resultCommands(t)
	for name, args := range commands {
		t.Run("--out/"+name, func(t *testing.T) {
			t.Parallel()
			execute(t, "", append(args, "--out", "/dev/full")...).refused(t, 2, `writing "/dev/full": no space left on device`, "hint: make room")
		})
	}
	commands["version"] = []string{"version"}
	commands["help"] = []string{"help"}
	commands["completion"] = []string{"completion", "bash"}
	for name, args := range commands {
		t.Run("stdout/"+name, func(t *testing.T) {
			t.Parallel()
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer full.Close()
			var stderr bytes.Buffer
			cmd := command(t, args...)
			cmd.Stdout, cmd.Stderr = full, &stderr
			status := wait(t, cmd)
			newResult(status, "", stderr.String()).refused(t, 2, "no space left on device", "hint: make room")
		})
	}
}
