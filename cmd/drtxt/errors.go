package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify"
)

// The exit statuses beside those of a verification.
const (
	statusRefused     = 2
	statusInterrupted = 130
)

// A failure is an error with what the person needs beside it: the exit status, and
// a hint at the way out.
type failure struct {
	status int
	err    error
	hint   string
}

func (f *failure) Error() string { return f.err.Error() }

func (f *failure) Unwrap() error { return f.err }

// refusal is a failure of status 2: used wrongly, or an input that cannot be read.
func refusal(err error, hint string) error {
	return &failure{status: statusRefused, err: err, hint: hint}
}

// contradict refuses two flags that cannot both hold.
func contradict(one, other string) error {
	return refusal(errors.New(one+" and "+other+" contradict each other"), "leave one of them out")
}

// A verdictStatus ends a command whose result has been written, with the status
// that the result stands for.
type verdictStatus int

func (verdictStatus) Error() string { return "the verdict was not good" }

// hinted is what errors of the packages below implement that know the way out.
type hinted interface {
	error
	Hint() string
}

// outcomes turns classes of errors into statuses and hints. The first that matches
// counts.
var outcomes = []struct {
	is     error
	status int
	hint   string
}{
	{recordfile.ErrEmpty, statusRefused, "give it the records, as `drtxt record` prints them"},
	{recordfile.ErrUnknownFormat, statusRefused, "bare values, JSON of `drtxt record`, a zone file and dig's output are recognised; --file-format names one"},
	{recordfile.ErrNoAnswer, verify.StatusUndetermined, "ask again, with `dig +tries=3 @SERVER DOMAIN TXT` or `drtxt verify DOMAIN --server SERVER`"},
	{syscall.EPIPE, statusRefused, "the program that reads the output ended before it had all of it; or write to a file with --out"},
	{syscall.ENOSPC, statusRefused, "make room on the disk, or write elsewhere"},
	{fs.ErrNotExist, statusRefused, "check the path"},
	{fs.ErrPermission, statusRefused, "check the owner and the permissions of the file and its folders"},
}

// conclude is the one place that turns an error into an exit status, and says what
// went wrong and what to do about it.
func conclude(env *environment, err error) int {
	if err == nil {
		return verify.StatusDone
	}
	if status, ok := errors.AsType[verdictStatus](err); ok {
		return int(status)
	}
	status, hint := classify(err)
	text := strings.TrimSuffix(err.Error(), ".")
	if status == statusInterrupted {
		text = "interrupted"
	}
	if status != statusInterrupted && nagiosAsked(env) {
		status = nagiosUnknown
		if _, err := fmt.Fprintln(env.out, nagiosFailure(text, hint)); err == nil {
			return status
		}
	}
	env.note("drtxt: %s", text)
	if hint != "" {
		env.note("hint: %s", hint)
	}
	return status
}

// statusOf is the exit status that an error ends the program with.
func statusOf(err error) int {
	if status, ok := errors.AsType[verdictStatus](err); ok {
		return int(status)
	}
	status, _ := classify(err)
	return status
}

func classify(err error) (status int, hint string) {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.status, f.hint
	}
	if errors.Is(err, context.Canceled) { // a signer may have had the Ctrl-C
		return statusInterrupted, ""
	}
	h, knows := errors.AsType[hinted](err)
	if _, ok := errors.AsType[*txtrecord.SignerError](err); ok {
		if knows {
			return verify.StatusWrong, "nothing was written; " + h.Hint()
		}
		return verify.StatusWrong, "nothing was written; check the key"
	}
	if knows {
		return statusRefused, h.Hint()
	}
	if refused, ok := errors.AsType[*dnsupdate.RefusedError](err); ok {
		return statusRefused, "nothing was changed: " + refusedUpdateHint(refused)
	}
	for _, class := range undeterminedHints {
		if class.matches(err) {
			return verify.StatusUndetermined, class.hint
		}
	}
	for _, class := range typedHints {
		if class.matches(err) {
			return statusRefused, class.hint
		}
	}
	for _, outcome := range outcomes {
		if errors.Is(err, outcome.is) {
			return outcome.status, outcome.hint
		}
	}
	return statusRefused, ""
}

// undeterminedHints are the ways out where nothing could be found out.
var undeterminedHints = []struct {
	matches func(error) bool
	hint    string
}{
	{is[*publish.UnaskedError], "check --server and the network; nothing was changed"},
	{is[*dnsupdate.NotSentError], "nothing was changed; check that the server takes TCP connections, and publish again"},
}

// refusedUpdateHint is the way out where a server does not carry an update out.
func refusedUpdateHint(err *dnsupdate.RefusedError) string {
	hints := []struct {
		code int
		hint string
	}{
		{dns.RcodeBadTime, "the clocks of this machine and of the server are more than 300 s apart: set them"},
		{dns.RcodeBadKey, "the server does not know the TSIG key by that name and algorithm, or does not let it change these records: check --tsig-file, and the key in the server's configuration"},
		{dns.RcodeBadSig, "the server has another secret for the TSIG key of that name: check --tsig-file"},
		{dns.RcodeRefused, "the server does not allow this key to change these records, or (PowerDNS) does not accept the key, its secret or this machine's clock: check its policy for updates, and --tsig-file"},
		{dns.RcodeNotAuth, "the server is not the primary of the zone, or does not accept the key: check --server, --zone and --tsig-file"},
		{dns.RcodeNotZone, "the name is not in the zone: check --zone"},
		{dns.RcodeNotImplemented, "the server takes no updates: switch them on there, or use --zone-file"},
	}
	for _, h := range hints {
		if err.TSIGError == h.code || err.TSIGError == 0 && err.Rcode == h.code {
			return h.hint
		}
	}
	return "the server's log says more"
}

// typedHints are the ways out for errors that are told apart by their type.
var typedHints = []struct {
	matches func(error) bool
	hint    string
}{
	{is[*publish.NotAuthoritativeError], "name the zone's primary server with --server, and the zone itself with --zone"},
	{is[*publish.AliasError], "publish at a name of its own: take the CNAME record away first, or use the name that it leads to"},
	{is[*txtrecord.DomainError], "give the full domain name, such as dr.example.com"},
	{is[*txtrecord.LengthError], "leave out --bind-domain, or use a shorter domain"},
	{is[*txtrecord.SchemeError], "schemes are prefix, trimmed, values and values-semicolon, with +nok, +nod, +pss, +twice in this order"},
	{is[*recordfile.SeveralNamesError], "name the one that is meant: `drtxt verify DOMAIN --file FILE`"},
	{is[*recordfile.TooLargeError], "give it the records of one name alone"},
	{is[*recordfile.ParseError], "check that the file is whole; --file-format names its format, --origin what relative names in a zone file belong to"},
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// pathError names the file in an error of the operating system, quoted, because a
// path can hold anything.
func pathError(action, path string, err error) error {
	if wrapped, ok := errors.AsType[*fs.PathError](err); ok {
		err = wrapped.Err
	}
	if wrapped, ok := errors.AsType[*os.SyscallError](err); ok {
		err = wrapped.Err
	}
	return &fileError{action, path, err}
}

// A fileError is an error of the operating system about a file.
type fileError struct {
	action, path string
	err          error
}

func (e *fileError) Error() string { return e.action + " " + quoted(e.path) + ": " + e.err.Error() }

func (e *fileError) Unwrap() error { return e.err }
