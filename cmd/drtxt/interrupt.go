package main

import (
	"context"
	"io"
	"time"
)

// unlessDone does what may block for ever, such as opening a named pipe. Where the
// context ends first, that is left behind: nothing can call it back, and the program is
// about to end.
func unlessDone[T any](ctx context.Context, grace time.Duration, work func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := work()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
	}
	select {
	case r := <-done:
		return r.value, r.err
	case <-time.After(grace):
		var none T
		return none, ctx.Err()
	}
}

// writeGrace is how long a writer may take after an interruption, so that what is being
// written comes through where somebody reads it.
const writeGrace = 300 * time.Millisecond

// A patientWriter does not wait for a reader any more once the context has ended.
type patientWriter struct {
	ctx context.Context
	to  io.Writer
}

func (w *patientWriter) Write(p []byte) (int, error) {
	return unlessDone(w.ctx, writeGrace, func() (int, error) { return w.to.Write(p) })
}
