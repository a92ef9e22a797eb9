package calibration

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// ErrUnsupported is what a [Plan]'s Sign returns for a scheme that the signer cannot do.
var ErrUnsupported = errors.New("the signer cannot sign under this scheme")

// A Plan is what a trial is made from.
type Plan struct {
	// Domain is the trial's own, without final dot.
	Domain string
	// Activation is that of the sets that are tried; its status is Test, and it has an
	// end.
	Activation txtrecord.Activation
	// TTL is that of the records, in seconds.
	TTL uint32
	// Key is the public key that clients have.
	Key *rsa.PublicKey
	// Configuration is the file in which the outcome is to be recorded, as a word for a
	// shell, "" for the user's own.
	Configuration string
	// Made is when the sets are signed and judged.
	Made time.Time
	// Sign signs under a scheme. An error that is [ErrUnsupported] leaves the scheme out.
	Sign func(txtrecord.Activation, txtrecord.Scheme) ([]string, error)
}

// A Trial is a series of sets, one for each scheme, the likeliest first.
type Trial struct {
	Plan
	Sets []Set
	// Omitted are the schemes that the signer cannot do.
	Omitted []txtrecord.Scheme
}

// A Set is a test set and the off set that ends it, under one scheme.
type Set struct {
	Scheme txtrecord.Scheme
	// Folder is the name of its folder.
	Folder    string
	Test, Off export.RecordSet
}

// Try returns how long one set has to stand at least until every client has looked.
func (p *Plan) Try() time.Duration {
	return time.Duration(p.TTL)*time.Second + verify.PollInterval
}

// Schemes are those that differ in what they sign of the plan's records.
func (p *Plan) Schemes() ([]txtrecord.Scheme, error) {
	text, err := txtrecord.Unsigned(p.Activation)
	if err != nil {
		return nil, err
	}
	part1, _ := txtrecord.Examine(text + ";n=2;p=1;bh=") // its bh is still empty
	return Distinct(&part1, Likely()), nil
}

// Make signs the sets. An error is the signer's, or that of an activation that cannot be
// written, or [ErrUnsupported] where the signer can do no scheme at all.
func (p Plan) Make() (*Trial, error) {
	t := &Trial{Plan: p}
	schemes, err := p.Schemes()
	if err != nil {
		return nil, err
	}
	for _, scheme := range schemes {
		set := Set{Scheme: scheme, Folder: fmt.Sprintf("%02d-%s", len(t.Sets)+1, scheme)}
		off := p.Activation
		off.Status, off.End = txtrecord.Off, time.Time{}
		set.Test, err = t.sign(p.Activation, scheme)
		if err == nil {
			set.Off, err = t.sign(off, scheme)
		}
		if errors.Is(err, ErrUnsupported) {
			t.Omitted = append(t.Omitted, scheme)
			continue
		}
		if err != nil {
			return nil, err
		}
		t.Sets = append(t.Sets, set)
	}
	if len(t.Sets) == 0 {
		return nil, ErrUnsupported
	}
	return t, nil
}

func (t *Trial) sign(a txtrecord.Activation, scheme txtrecord.Scheme) (export.RecordSet, error) {
	values, err := t.Sign(a, scheme)
	return export.RecordSet{
		Schema:     export.Schema,
		RRSets:     []txtrecord.RRSet{{Name: t.Domain + ".", Type: "TXT", TTL: t.TTL, Values: values}},
		Activation: export.NewActivation(a),
		Signed:     true,
		Key:        keygen.Fingerprint(t.Key),
		Scheme:     scheme.String(),
		Zone:       parent(t.Domain),
	}, err
}

// The files of a trial: the page and the key in its folder, the forms of each set in its
// own.
const (
	PageFile   = "TRIAL.md"
	folderMode = 0o700
	fileMode   = 0o600
)

// forms are the formats that a set is written in: what publish takes, and what is pasted
// into a DNS host's page.
var forms = []string{"json", "text"}

// Write writes the trial into a folder of that name, which must not exist or be empty: 0700,
// its files 0600. It makes the folder under another name beside it, reads everything
// again and judges it, and then renames it, so that it is there whole or not at all.
func (t *Trial) Write(dir string) (err error) {
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, folderMode); err != nil {
		return err
	}
	draft, err := os.MkdirTemp(parent, ".drtxt-trial-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(draft)
		}
	}()
	if err := t.fill(draft); err != nil {
		return err
	}
	if err := t.check(draft); err != nil {
		return err
	}
	if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) { // it is empty
		return err
	}
	err = os.Rename(draft, dir)
	if link, ok := errors.AsType[*os.LinkError](err); ok {
		return link.Err
	}
	return err
}

func (t *Trial) fill(dir string) error {
	public, err := keygen.EncodePublicKey(t.Key)
	if err != nil {
		return err
	}
	if err := write(filepath.Join(dir, keygen.PublicKeyFile), public); err != nil {
		return err
	}
	for i := range t.Sets {
		set := &t.Sets[i]
		folder := filepath.Join(dir, set.Folder)
		if err := os.Mkdir(folder, folderMode); err != nil {
			return err
		}
		if err := writeForms(folder, "test", &set.Test); err != nil {
			return err
		}
		if err := writeForms(folder, "off", &set.Off); err != nil {
			return err
		}
	}
	return write(filepath.Join(dir, PageFile), t.Page())
}

func writeForms(folder, name string, set *export.RecordSet) error {
	for _, form := range forms {
		format, _ := export.Lookup(form)
		var b bytes.Buffer
		if err := format.WriteSet(&b, set); err != nil {
			return err
		}
		if err := write(filepath.Join(folder, name+"."+format.Extension), b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func write(path string, data []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	return errors.Join(err, file.Sync(), file.Close())
}

// A WrittenError says that what was read back is not what was written.
type WrittenError struct {
	Path    string
	Verdict verify.Verdict
}

func (e *WrittenError) Error() string {
	return fmt.Sprintf("%q is %s when it is read again", e.Path, e.Verdict)
}

// check reads everything again, and judges it as everybody's records are judged.
func (t *Trial) check(dir string) error {
	key, err := keygen.LoadPublicKey(filepath.Join(dir, keygen.PublicKeyFile))
	if err != nil {
		return err
	}
	for i := range t.Sets {
		set := &t.Sets[i]
		policy := verify.Policy{
			Keys:   []verify.Key{{PublicKey: key, Name: keygen.Fingerprint(key)}},
			Scheme: set.Scheme, At: t.Made, Domain: t.Domain, Type: t.Activation.Type,
		}
		for status, values := range map[txtrecord.Status][]string{
			txtrecord.Test: set.Test.RRSets[0].Values, txtrecord.Off: set.Off.RRSets[0].Values,
		} {
			policy.Expected = verify.Expectation(status)
			for _, form := range forms {
				format, _ := export.Lookup(form)
				if err := checkFile(filepath.Join(dir, set.Folder, string(status)+"."+format.Extension), values, policy); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func checkFile(path string, values []string, policy verify.Policy) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	format, err := recordfile.Detect(data)
	if err != nil {
		return err
	}
	contents, err := recordfile.Read(data, format, recordfile.Where{Domain: policy.Domain})
	if err != nil {
		return err
	}
	var read []string
	for _, txt := range contents.Records {
		read = append(read, txt.Text())
	}
	judgement := verify.Judge(contents.Records, policy)
	if judgement.Verdict != verify.Valid || !judgement.AsExpected || !slices.Equal(read, values) {
		return &WrittenError{Path: path, Verdict: judgement.Verdict}
	}
	return nil
}
