package main

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScript runs the scripts in testdata/script against the program as a process of
// its own. They have, besides testscript's own commands,
//
//	status N PROGRAM ARGUMENT…   run it; it must end with exactly this status
//	mode OCTAL FILE…             each file has these permission bits
//	files DIR [NAME…]            the folder holds exactly these
//	lines N FILE                 the file, or stdout, or stderr, has so many lines
//
// and in their folder private.pem and public.pem, a pair, and other-public.pem, a
// public key of another. $SERVER and $OTHER are name servers of the zone example.com
// that differ in dr.example.com; $SILENT never answers; $PRIMARY is the script's own,
// and takes updates that are signed by the key in the file $UPDATE_KEY.
func TestScript(t *testing.T) {
	t.Parallel()
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	servers := startServers(t)
	testscript.Run(t, testscript.Params{
		Dir:   "testdata/script",
		Setup: func(env *testscript.Env) error { return setUpScript(t, env, servers) },
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": cmdStatus,
			"mode":   cmdMode,
			"files":  cmdFiles,
			"lines":  cmdLines,
		},
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
	})
}

func setUpScript(t *testing.T, env *testscript.Env, servers map[string]string) error {
	servers = maps.Clone(servers)
	servers["PRIMARY"] = servePrimary(t)
	env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
	env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
	key := filepath.Join(t.TempDir(), "update.key")
	if err := os.WriteFile(key, []byte(updateKeyFile), 0o600); err != nil {
		return err
	}
	env.Setenv("UPDATE_KEY", key)
	for name, address := range servers {
		env.Setenv(name, address)
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return err
		}
		env.Setenv(name+"_HOST", host)
		env.Setenv(name+"_PORT", port)
	}
	env.Setenv("TZ", "UTC")
	env.Setenv("GORACE", os.Getenv("GORACE"))
	for from, to := range map[string]string{
		"test-a.private.pem": "private.pem",
		"test-a.public.pem":  "public.pem",
		"test-b.public.pem":  "other-public.pem",
	} {
		data, err := os.ReadFile(filepath.Join(keysDir, from))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(env.WorkDir, to), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// cmdStatus runs a program. Statuses 2 and 130 mean that there is no result: the
// voice is checked, and that standard output is empty.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N program [argument...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	ts.Check(checkPrintable(strings.ReplaceAll(stdout, "\t", " "))) // zone files have tabs
	ts.Check(checkPrintable(stderr))
	if want == statusRefused && args[1] == "drtxt" {
		ts.Check(checkVoice(stderr))
		if stdout != "" {
			ts.Fatalf("standard output of a failure")
		}
	}
}

func cmdMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mode OCTAL file...")
	}
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}

func cmdFiles(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: files dir [name...]")
	}
	entries, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	var names []string
	for _, entry := range entries {
		if entry.Name() != ".tmp" { // testscript's own
			names = append(names, entry.Name())
		}
	}
	if got, want := strings.Join(names, " "), strings.Join(args[1:], " "); got != want {
		ts.Fatalf("%s holds %q, want %q", args[0], got, want)
	}
}

func cmdLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines N file")
	}
	if got := strings.Count(ts.ReadFile(args[1]), "\n"); strconv.Itoa(got) != args[0] {
		ts.Fatalf("%s has %d lines, want %s", args[1], got, args[0])
	}
}
