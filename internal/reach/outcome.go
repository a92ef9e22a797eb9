package reach

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
)

// outcomeOf tells what an error of dialling means.
func outcomeOf(err error) Outcome {
	dial, ofNet := errors.AsType[net.Error](err)
	switch {
	case isOne(err, refused):
		return Refused
	case isOne(err, unroutable):
		return Unroutable
	case isOne(err, timedOut), errors.Is(err, context.DeadlineExceeded), ofNet && dial.Timeout():
		return TimedOut
	}
	return Failed
}

func isOne(err error, codes []syscall.Errno) bool {
	return slices.ContainsFunc(codes, func(code syscall.Errno) bool { return errors.Is(err, code) })
}
