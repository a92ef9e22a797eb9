package kit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// A Policy says what a kit is held against. Nothing of it may come from the kit.
type Policy struct {
	// Keys are the trusted public keys. Without one nothing is verified, and that is an
	// error.
	Keys   []verify.Key
	Scheme txtrecord.Scheme
	// SchemeOpen are the tags of which it is not known whether the scheme signs them.
	SchemeOpen []string
	At         time.Time
	// WarnBefore is how long before its end a set that is taken is warned about.
	WarnBefore time.Duration
	// Location is where times are shown besides UTC; nil means UTC alone.
	Location *time.Location
	// Domain is the one that the kit has to be of, empty where that does not matter.
	Domain string
	// Version is that of this program.
	Version string
}

// A Report says what was found in a kit.
type Report struct {
	Manifest *Manifest
	// Digest is the SHA-256 digest of the manifest, in hexadecimal.
	Digest string
	Policy Policy
	Sets   []SetReport
	// OpenTags are those of the policy's SchemeOpen that a set has.
	OpenTags []string
	// Findings are sorted, the gravest first.
	Findings []Finding
}

// A SetReport says what became of one set.
type SetReport struct {
	*Set
	// Verdict is [verify.Invalid] also where there is nothing to judge.
	Verdict verify.Verdict
}

// Verdict is that of the whole kit, the clock left out: valid, unchecked or invalid.
func (r *Report) Verdict() verify.Verdict {
	verdict := verify.Valid
	for _, f := range r.Findings {
		switch {
		case f.Severity != verify.Error || f.Code == CodeExpired:
		case f.Code != CodeUnchecked:
			verdict = verify.Invalid
		case verdict == verify.Valid:
			verdict = verify.Unchecked
		}
	}
	return verdict
}

// Expired reports whether no set for on is valid any more.
func (r *Report) Expired() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == CodeExpired })
}

// ExitStatus is the status that the program ends with: errors count, that the kit is
// over is one too.
func (r *Report) ExitStatus() int {
	if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == verify.Error }) {
		return verify.StatusWrong
	}
	return verify.StatusDone
}

// A checker collects what is found.
type checker struct {
	*Folder
	policy   Policy
	findings []Finding
}

func (f *Folder) checker(policy Policy) *checker {
	return &checker{Folder: f, policy: policy}
}

func (c *checker) add(code Code, path, format string, a ...any) {
	c.findings = append(c.findings, newFinding(code, path, fmt.Sprintf(format, a...)))
}

// Check holds the kit against a policy: its files against the manifest, its records
// against the keys, everything else against the records.
func (f *Folder) Check(policy Policy) *Report {
	c := f.checker(policy)
	c.checkOrigin()
	c.checkForeign()
	r := &Report{Manifest: f.Manifest, Digest: f.Digest, Policy: policy}
	values := map[string][]string{}
	for i := range f.Manifest.Sets {
		s := &f.Manifest.Sets[i]
		held := c.checkSet(s, func(File) bool { return true })
		if held.values != nil {
			values[s.Name] = held.values
		}
		r.Sets = append(r.Sets, SetReport{s, cmp.Or(held.judgement.Verdict, verify.Invalid)})
		if len(held.judgement.OpenTags) > 0 {
			r.OpenTags = held.judgement.OpenTags // every set has the same tags
		}
	}
	c.checkDocuments(values)
	c.checkWindows()
	c.checkTTL()
	sortFindings(c.findings)
	r.Findings = c.findings
	return r
}

// checkOrigin holds what the manifest says of the kit as such against what is wanted.
func (c *checker) checkOrigin() {
	m := c.Manifest
	if c.policy.Domain != "" && c.policy.Domain != m.Domain {
		c.add(CodeOtherDomain, ManifestFile, "the kit is for %s, not for %s", m.Domain, c.policy.Domain)
	}
	if scheme := c.policy.Scheme.String(); scheme != m.Scheme {
		c.add(CodeSchemeDiffers, ManifestFile, "the kit was signed by the scheme %s, and is verified by %s", m.Scheme, scheme)
	}
	if len(c.policy.Keys) == 0 {
		c.add(CodeUnchecked, "", "there is no public key to verify the records with")
		return
	}
	if !slices.ContainsFunc(c.policy.Keys, func(k verify.Key) bool { return k.Name == m.Key }) {
		var names []string
		for _, k := range c.policy.Keys {
			names = append(names, k.Name)
		}
		c.add(CodeKeyDiffers, ManifestFile, "the manifest says that the kit was signed by %s, and it is verified with %q", m.Key, names)
	}
}

// checkForeign looks for what does not belong there, and at who can read what does.
func (c *checker) checkForeign() {
	expected := c.Manifest.paths()
	for _, e := range c.entries {
		switch {
		case e.mode.IsDir() && isFolder(e.path), expected[e.path]:
			c.checkMode(&e)
		default:
			c.add(CodeFileForeign, e.path, "%s does not belong to the kit: %s", kindOf(e.mode), quotedPath(e.path))
		}
	}
}

func (c *checker) checkMode(e *entry) {
	if mode := e.mode.Perm(); ModeChecked && mode&0o077 != 0 && e.mode&fs.ModeSymlink == 0 {
		c.add(CodeExposed, e.path, "others than its owner have access: mode %04o", mode)
	}
}

func quotedPath(path string) string { return fmt.Sprintf("%q", path) }

// kindOf says what a mode is that of.
func kindOf(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

// checkTTL warns of a TTL that records are not well served with.
func (c *checker) checkTTL() {
	for _, f := range verify.JudgeTTLs([]uint32{c.Manifest.TTL}, verify.Judgement{}, c.policy.At) {
		c.add(CodeTTL, ManifestFile, "%s", f.Message)
	}
}

// content is a file's, if it is as the manifest says; if not, a finding says so. What has
// another size is not read.
func (c *checker) content(name, sha string, size int64) ([]byte, bool) {
	e, ok := c.find(name)
	if !ok {
		c.add(CodeFileMissing, name, "the file is missing")
		return nil, false
	}
	data, mode, err := c.readAs(e, size)
	switch gotSHA, gotSize := digest(data); {
	case errors.Is(err, errNotRegular):
		c.add(CodeNotRegular, name, "it is %s, and must be a file", kindOf(mode))
	case errors.Is(err, errOtherSize):
		c.add(CodeFileChanged, name, "it has %d bytes, and the manifest says %d", e.size, size)
	case errors.Is(err, errTooLarge):
		c.add(CodeFileChanged, name, "it has more than the %d bytes that the manifest says", size)
	case err != nil:
		c.add(CodeUnreadable, name, "it cannot be read: %v", err)
	case gotSHA != sha || gotSize != size:
		c.add(CodeFileChanged, name, "it is not the file that the manifest names: %d bytes with the SHA-256 digest %s, and not %d with %s", gotSize, gotSHA, size, sha)
	default:
		return data, true
	}
	return nil, false
}

var errOtherSize = errors.New("has another size")

// readAs reads a file that is as large as it has to be.
func (c *checker) readAs(e *entry, size int64) ([]byte, fs.FileMode, error) {
	switch {
	case e.err != nil:
		return nil, e.mode, e.err
	case !e.mode.IsRegular():
		return nil, e.mode, errNotRegular
	case e.size != size:
		return nil, e.mode, errOtherSize
	}
	return c.read(e.path, size)
}

// A heldSet is what was found of a set.
type heldSet struct {
	judgement verify.Judgement
	// values are nil where there are none that could be read.
	values []string
	// contents are the files that are as the manifest says, by path.
	contents map[string][]byte
}

// checkSet holds those of a set's files that are wanted, and always its records, against
// the manifest and the keys.
func (c *checker) checkSet(s *Set, wanted func(File) bool) heldSet {
	held := heldSet{contents: map[string][]byte{}}
	for _, f := range s.Files {
		if !wanted(f) && f.Format != recordsFormat {
			continue
		}
		if data, ok := c.content(f.Path, f.SHA256, f.Size); ok {
			held.contents[f.Path] = data
		}
	}
	records, _ := s.File(recordsFormat)
	data, ok := held.contents[records.Path]
	if !ok {
		return held
	}
	judgement, values := c.judge(s, records.Path, data)
	held.judgement = judgement
	if values == nil {
		return held
	}
	derived, err := c.Manifest.derive(s, values)
	if err != nil {
		c.add(CodeSetDiffers, records.Path, "the set cannot be written in the formats of the kit: %v", err)
		return held
	}
	held.values = values
	for _, name := range slices.Sorted(maps.Keys(held.contents)) {
		c.compare(name, held.contents[name], derived[name])
	}
	return held
}

// compare holds a file against what the records and the manifest give.
func (c *checker) compare(name string, data, derived []byte) {
	switch {
	case bytes.Equal(data, derived):
	case c.Manifest.Version != c.policy.Version:
		c.add(CodeOtherVersion, name, "version %s made it, and this version, %s, would write it otherwise: whether it was changed cannot be told", c.Manifest.Version, c.policy.Version)
	default:
		c.add(CodeNotDerived, name, "it is not what the records and the manifest give, although its digest is the manifest's")
	}
}

// judge reads and judges the records of a set. The values are nil unless they mean what
// the manifest says, whether or not there was a key to verify them with.
func (c *checker) judge(s *Set, name string, data []byte) (verify.Judgement, []string) {
	sets, err := recordfile.ReadSets(data)
	if err != nil {
		c.add(CodeSetInvalid, name, "it cannot be read: %v", err)
		return verify.Judgement{}, nil
	}
	if len(sets) != 1 || len(sets[0].RRSets) != 1 || sets[0].RRSets[0].Type != "TXT" {
		c.add(CodeSetInvalid, name, "it does not hold one TXT set alone")
		return verify.Judgement{}, nil
	}
	rrset := sets[0].RRSets[0]
	values := rrset.Values
	judgement := verify.Judge(verify.Values(values...), verify.Policy{
		Keys: c.policy.Keys, Scheme: c.policy.Scheme, SchemeOpen: c.policy.SchemeOpen,
		At: c.policy.At, Location: c.policy.Location, WarnBefore: c.policy.WarnBefore, Domain: c.Manifest.Domain,
	})
	want := verify.Valid
	if len(c.policy.Keys) == 0 {
		want = verify.Unchecked
	}
	if judgement.Verdict != want {
		c.add(CodeSetInvalid, name, "the records are %s%s", judgement.Verdict, gravest(&judgement))
		return judgement, nil
	}
	if rrset.Name != c.Manifest.Domain+"." || rrset.TTL != c.Manifest.TTL {
		c.add(CodeSetDiffers, name, "the records are for %q with a TTL of %d s, the manifest says %s. and %d s", rrset.Name, rrset.TTL, c.Manifest.Domain, c.Manifest.TTL)
		return judgement, nil
	}
	if meant := c.Manifest.activation(s); !sameActivation(judgement.Set.Activation, meant) {
		c.add(CodeSetDiffers, name, "the records say %s, the manifest %s", inWords(judgement.Set.Activation), inWords(meant))
		return judgement, nil
	}
	return judgement, values
}

// gravest is the first error of a judgement, as it goes on behind a verdict.
func gravest(j *verify.Judgement) string {
	for _, f := range j.Findings {
		if f.Severity == verify.Error {
			return fmt.Sprintf(": %s (%s)", f.Message, f.Code)
		}
	}
	return ""
}

// sameActivation compares the instants, whatever zone they are in.
func sameActivation(a, b txtrecord.Activation) bool {
	a.Start, a.End, b.Start, b.End = a.Start.UTC(), a.End.UTC(), b.Start.UTC(), b.End.UTC()
	return reflect.DeepEqual(a, b)
}

func inWords(a txtrecord.Activation) string {
	words := fmt.Sprintf("%s for %s", a.Status, cmp.Or(a.Type, "no product"))
	if a.Forwarding != txtrecord.NoForwarding {
		words += ", " + a.Forwarding.Name()
	}
	if a.Domain != "" {
		words += ", bound to " + a.Domain
	}
	if !a.Start.IsZero() {
		words += " from " + a.Start.UTC().Format(time.RFC3339)
	}
	if !a.End.IsZero() {
		words += " until " + a.End.UTC().Format(time.RFC3339)
	}
	return words
}

// checkDocuments holds the runbook against what the values of all sets give. Where those
// are not all to be had, a finding says so already.
func (c *checker) checkDocuments(values map[string][]string) {
	m := c.Manifest
	contents := map[string][]byte{}
	for _, d := range m.Documents {
		if data, ok := c.content(d.Path, d.SHA256, d.Size); ok {
			contents[d.Path] = data
		}
	}
	if len(values) != len(m.Sets) {
		return
	}
	derived, err := m.documents(values)
	if err != nil {
		c.add(CodeNotDerived, MarkdownFile, "the runbook cannot be written from the records: %v", err)
		return
	}
	for _, d := range m.Documents {
		if data, ok := contents[d.Path]; ok {
			c.compare(d.Path, data, derived[d.Path])
		}
	}
}
