package main

import (
	"fmt"
	"io"
	"time"
)

// progressDelay is how long something may take before progress is shown.
const progressDelay = 2 * time.Second

// showProgress writes a line on a terminal once a second while something takes
// longer than two seconds. The function that it returns ends that, and has to be
// called.
func showProgress(env *environment, what func() string) (stop func()) {
	if !env.animated() {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick(env, what, done)
	}()
	return func() {
		close(done)
		<-ended
	}
}

func tick(env *environment, what func() string, done <-chan struct{}) {
	begin := time.Now()
	wait := time.NewTimer(progressDelay)
	defer wait.Stop()
	shown := false
	for {
		select {
		case <-done:
			if shown {
				clearProgress(env)
			}
			return
		case <-wait.C:
			shown = true
			width, _ := env.terminalSize()
			line := fmt.Sprintf("%d s … %s", int(time.Since(begin).Seconds()), printableLine(what()))
			fmt.Fprintf(env.err, "\r%s\x1b[K", cutLine(line, width-1)) // a line that wraps could not be overwritten
			wait.Reset(time.Second)
		}
	}
}

// clearProgress takes the line of progress away, where there can be one.
func clearProgress(env *environment) {
	if env.animated() {
		io.WriteString(env.err, "\r\x1b[K")
	}
}
