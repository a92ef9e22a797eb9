package clients

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// allowFiles lets the process open so many files more, until the test ends.
func allowFiles(t *testing.T, more int) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
	})
	limit, free := before, 0
	for limit.Cur = 0; free < more; limit.Cur++ {
		if _, err := unix.FcntlInt(uintptr(limit.Cur), unix.F_GETFD, 0); err != nil {
			free++
		}
	}
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
}

// Under a low limit of open files there are fewer resolvers, or it is said before anything
// begins how many files are needed, and how many clients are possible; both are so. Not
// parallel, for the limit is that of the process.
func TestFewFiles(t *testing.T) {
	a := newAuthority(t)
	goroutines := runtime.NumGoroutine()
	for _, test := range []struct {
		clients, files   int
		resolvers        int // 0 for an error, with the next two
		needed, possible int
	}{
		{300, 432, 200, 0, 0},
		{300, 431, 199, 0, 0},
		{300, 232, 100, 0, 0},
		{300, 132, 50, 0, 0},
		{300, 131, 0, 132, 49},
		{49, 131, 49, 0, 0},
		{300, 31, 0, 132, 0},
		{300, 0, 0, 132, 0},
		{20, 72, 20, 0, 0},
		{20, 71, 0, 72, 19},
		{19, 71, 19, 0, 0},
		{1, 19, 1, 0, 0},
		{1, 18, 0, 19, 0},
	} {
		t.Run(fmt.Sprintf("%d clients, %d files", test.clients, test.files), func(t *testing.T) {
			allowFiles(t, test.files)
			o := options(a, test.clients, 1)
			p, err := New(context.WithoutCancel(t.Context()), o)
			if test.resolvers == 0 {
				wantTooFewFiles(t, err, test.clients, test.needed, test.possible)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			s := &scene{p, t, a, o.Clock}
			for _, from := range []string{"off", ""} {
				curve := s.change(from, 30*time.Second, "on")
				if wantAsDrawn(t, s, curve); curve.Resolvers != test.resolvers || !curve.Agrees() {
					t.Errorf("%d resolvers, it agrees: %t", curve.Resolvers, curve.Agrees())
				}
			}
		})
	}
	noGoroutinesAbove(t, goroutines)
}

// wantTooFewFiles checks an error; possible is 0 where it does not say how many clients are.
func wantTooFewFiles(t *testing.T, err error, clients, needed, possible int) {
	t.Helper()
	e, ok := errors.AsType[*TooFewFilesError](err)
	if !ok || !errors.Is(err, syscall.EMFILE) || e.Clients != clients || e.Needed != needed || e.Possible != possible {
		t.Fatalf("%#v: %v", err, err)
	}
	if hint := e.Hint(); !strings.Contains(hint, "ulimit -n 1024") || strings.Contains(hint, "clients") != (possible > 0) {
		t.Errorf("the hint is %q", hint)
	}
}

// When the files run out in mid-run, that is what is said, whether it is a client or a
// resolver that gets no socket.
func TestFilesRunOut(t *testing.T) {
	a := newAuthority(t)
	a.set("off", 30*time.Second)
	for _, left := range []int{0, 1} {
		t.Run(fmt.Sprintf("%d left", left), func(t *testing.T) {
			p, err := New(context.WithoutCancel(t.Context()), options(a, 1, 1))
			if err != nil {
				t.Fatal(err)
			}
			defer p.Close()
			if err := p.Warm(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.asks.CloseIdle()
			allowFiles(t, left)
			_, err = p.Follow(t.Context(), isValue("on"), nil)
			wantTooFewFiles(t, err, 1, 19, 0)
			p.asks.CloseIdle()
			wantTooFewFiles(t, p.Warm(t.Context()), 1, 19, 0)
		})
	}
}
