package main

// A remembered keeps what came of reading an input that is looked at twice, and can be read
// but once: standard input, or a pipe.
type remembered[T any] struct {
	known bool
	value T
	err   error
}

// get is what read returned when it was called first.
func (r *remembered[T]) get(read func() (T, error)) (T, error) {
	if !r.known {
		r.value, r.err = read()
		r.known = true
	}
	return r.value, r.err
}
