package main

import (
	"fmt"
	"time"
)

// progressDelay is how long something may take before progress is shown.
const progressDelay = 2 * time.Second

// showProgress writes a line on a terminal once a second while something takes
// longer than two seconds. The function that it returns ends that, and has to be
// called.
func showProgress(env *environment, what func() string) (stop func()) {
	if !env.errTerminal {
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
				fmt.Fprint(env.err, "\r\x1b[K")
			}
			return
		case <-wait.C:
			shown = true
			fmt.Fprintf(env.err, "\r%s … %d s", printableLine(what()), int(time.Since(begin).Seconds()))
			wait.Reset(time.Second)
		}
	}
}
