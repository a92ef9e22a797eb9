package main

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"strings"

	"github.com/drtxt/drtxt/verify"
)

// Every verdict and every state has a series of its own, 1 for the one in force and 0
// for the others: an alert on one of them ends when another takes its place.
var (
	verdicts = []verify.Verdict{verify.Valid, verify.Invalid, verify.Conflict, verify.None, verify.Unchecked, verify.Unsigned, verify.Pending, verify.Unreachable}
	states   = []verify.State{verify.StateOn, verify.StateOff, verify.StateTest, verify.StateScheduled, verify.StateExpired, verify.StateNone, verify.StateUndetermined}
)

// metricFamilies describes the metrics in the order in which they are written.
var metricFamilies = []struct {
	name, help string
	// samples writes a report's samples.
	samples func(w *sampleWriter, report *verify.Report)
}{
	{"drtxt_verification_timestamp_seconds", "When the records were verified, in seconds since the epoch.", func(w *sampleWriter, r *verify.Report) {
		w.sample("", r.Policy.At.Unix())
	}},
	{"drtxt_verdict", "What stands at the name: 1 for the verdict in force, 0 for the others.", func(w *sampleWriter, r *verify.Report) {
		for _, verdict := range verdicts {
			w.sample(fmt.Sprintf(`,verdict="%s"`, verdict), oneIf(r.Verdict == verdict))
		}
	}},
	{"drtxt_state", "What clients of a product are told: 1 for the state in force, 0 for the others.", func(w *sampleWriter, r *verify.Report) {
		for _, state := range states {
			w.sample(fmt.Sprintf(`,product="zia",state="%s"`, state), oneIf(r.State.InternetAccess == state))
			w.sample(fmt.Sprintf(`,product="zpa",state="%s"`, state), oneIf(r.State.PrivateAccess == state))
		}
	}},
	{"drtxt_record_end_timestamp_seconds", "When the records end, in seconds since the epoch; absent where they have no end.", func(w *sampleWriter, r *verify.Report) {
		if end := r.End(); !end.IsZero() {
			w.sample("", end.Unix())
		}
	}},
	{"drtxt_record_key_info", "The key under which the records verify, by its fingerprint; absent where there is none.", func(w *sampleWriter, r *verify.Report) {
		if r.Key != "" {
			w.sample(fmt.Sprintf(`,key="%s"`, labelValue(r.Key)), 1)
		}
	}},
	{"drtxt_exit_status", "The status that drtxt verify ends with, 0 if all is well.", func(w *sampleWriter, r *verify.Report) {
		w.sample("", int64(r.ExitStatus()))
	}},
	{"drtxt_server_answered", "Whether a server that was asked said what stands at the name: 1 or 0.", answeredSamples},
}

// answeredSamples writes one sample for each server; of those that cannot be told apart
// by the labels it is the first.
func answeredSamples(w *sampleWriter, r *verify.Report) {
	seen := map[string]bool{}
	for i := range r.Servers {
		s := &r.Servers[i]
		labels := fmt.Sprintf(`,server="%s",address="%s",role="%s"`, labelValue(printableLine(s.Server)), labelValue(printableLine(s.Address)), s.Role)
		if !seen[labels] {
			w.sample(labels, oneIf(s.Told()))
		}
		seen[labels] = true
	}
}

func oneIf(condition bool) int64 {
	if condition {
		return 1
	}
	return 0
}

// A sampleWriter writes a family's samples for one domain.
type sampleWriter struct {
	bytes.Buffer
	family, domain string
}

// sample adds one sample; labels are those after the domain.
func (w *sampleWriter) sample(labels string, value int64) {
	fmt.Fprintf(w, "%s{domain=\"%s\"%s} %d\n", w.family, w.domain, labels, value)
}

// labelEscapes are those of the text format, version 0.0.4.
var labelEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

func labelValue(text string) string { return labelEscapes.Replace(text) }

// metrics collects the reports of any number of domains and writes them in the text
// format of Prometheus, as node_exporter's textfile collector reads it. The samples of
// a family must stand together: each family is kept apart until all reports are in.
type metrics struct {
	spools []spool // one for each of metricFamilies
}

func newMetrics() *metrics {
	return &metrics{spools: make([]spool, len(metricFamilies))}
}

// A domainSet knows which domains there were, by their hashes: the names of all would
// fill the memory.
type domainSet struct {
	seed maphash.Seed
	seen map[uint64]struct{}
}

func newDomainSet() domainSet { return domainSet{maphash.MakeSeed(), map[uint64]struct{}{}} }

// add adds a domain, or returns a [*domainTwiceError].
func (s *domainSet) add(domain string) error {
	hash := maphash.String(s.seed, domain)
	if _, twice := s.seen[hash]; twice {
		return &domainTwiceError{domain}
	}
	s.seen[hash] = struct{}{}
	return nil
}

// A domainTwiceError is about a domain that was there before: the collector would refuse
// the whole file for a series that stands in it twice.
type domainTwiceError struct{ domain string }

func (e *domainTwiceError) Error() string {
	return quoted(e.domain) + " stands in the list twice; Prometheus takes each domain once"
}

// Hint is the way out.
func (e *domainTwiceError) Hint() string { return "name each domain once, or use --format json" }

// add adds the report of a domain that was not added before.
func (m *metrics) add(report *verify.Report) error {
	domain := labelValue(printableLine(report.Policy.Domain))
	for i, family := range metricFamilies {
		w := sampleWriter{family: family.name, domain: domain}
		family.samples(&w, report)
		if err := m.spools[i].append(w.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// writeTo writes all families. One without samples is left out.
func (m *metrics) writeTo(to io.Writer) error {
	for i, family := range metricFamilies {
		if m.spools[i].empty() {
			continue
		}
		if _, err := fmt.Fprintf(to, "# HELP %s %s\n# TYPE %[1]s gauge\n", family.name, family.help); err != nil {
			return err
		}
		if err := m.spools[i].copyTo(to); err != nil {
			return err
		}
	}
	return nil
}

// close removes what was kept, whether or not it was written.
func (m *metrics) close() error {
	var all error
	for i := range m.spools {
		all = errors.Join(all, m.spools[i].close())
	}
	return all
}

// renderMetrics writes one report.
func renderMetrics(report *verify.Report) ([]byte, error) {
	m := newMetrics()
	defer m.close()
	if err := m.add(report); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err := m.writeTo(&b)
	return b.Bytes(), err
}

// spoolMemory is how much of a spool is kept in memory, in bytes.
const spoolMemory = 256 << 10

// A spool keeps bytes until they are wanted, a bounded number of them in memory and
// the rest in a temporary file that has no name any more.
type spool struct {
	recent []byte // what comes after the file's content
	file   *os.File
	size   int64  // of the file
	path   string // where the system does not remove an open file
}

// append adds bytes, whole or not at all.
func (s *spool) append(data []byte) error {
	if len(s.recent)+len(data) > spoolMemory {
		if err := s.flush(); err != nil {
			return spoolError(err)
		}
	}
	s.recent = append(s.recent, data...)
	return nil
}

// flush moves what is in memory to the file.
func (s *spool) flush() error {
	if s.file == nil {
		if err := s.open(); err != nil {
			return err
		}
	}
	n, err := s.file.Write(s.recent)
	s.size += int64(n)
	s.recent = s.recent[:0]
	return err
}

func (s *spool) open() error {
	file, err := os.CreateTemp("", "drtxt-*")
	if err != nil {
		return err
	}
	s.file = file
	if os.Remove(file.Name()) != nil { // on Windows
		s.path = file.Name()
	}
	return nil
}

func (s *spool) empty() bool { return s.size == 0 && len(s.recent) == 0 }

// copyTo writes all bytes in their order; more can be added afterwards.
func (s *spool) copyTo(w io.Writer) error {
	if s.file != nil {
		if _, err := io.Copy(w, io.NewSectionReader(s.file, 0, s.size)); err != nil {
			return err
		}
	}
	_, err := w.Write(s.recent)
	return err
}

func (s *spool) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.path != "" {
		err = errors.Join(err, os.Remove(s.path))
	}
	*s = spool{}
	return err
}

func spoolError(err error) error {
	return refusal(pathError("writing into", os.TempDir(), err), "name a folder with room in TMPDIR")
}
