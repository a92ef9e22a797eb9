package signer

import (
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A group is the job object of a program and of what it starts.
type group struct {
	cmd *exec.Cmd
	job windows.Handle
}

func startGroup(cmd *exec.Cmd) (*group, error) {
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	g := &group{cmd: cmd, job: job}
	cmd.Cancel = g.terminate
	if err := cmd.Start(); err != nil {
		windows.CloseHandle(job)
		return nil, err
	}
	var assigned error
	err = cmd.Process.WithHandle(func(process uintptr) {
		assigned = windows.AssignProcessToJobObject(job, windows.Handle(process))
	})
	if err == nil {
		err = assigned
	}
	if err != nil {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		g.end()
		return nil, err
	}
	return g, nil
}

// newJob makes a job that ends with its last handle, should this process be killed.
func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))); err != nil {
		windows.CloseHandle(job)
		return 0, err
	}
	return job, nil
}

func (g *group) terminate() error { return windows.TerminateJobObject(g.job, 1) }

// end ends what is left once the program has ended.
func (g *group) end() {
	_ = windows.TerminateJobObject(g.job, 1)
	windows.CloseHandle(g.job)
}

// interrupted reports false: Ctrl-C reaches this process too.
func (g *group) interrupted() bool { return false }
