// Package kit makes, checks and reads pre-signed kits: records that were signed on a
// quiet day, so that no private key is needed in the night in which they are published.
//
// # The folder
//
// A kit is a folder of mode 0700. It holds nothing but
//
//	manifest.json          what the kit is, and the SHA-256 digest of every other file
//	RUNBOOK.md             what to do with it, in Markdown
//	runbook.html           the same, for a browser and a printer
//	off/off.EXT            the set that ends an activation
//	test/test-NN.EXT       the sets for test mode, one for each window
//	on/on-NN.EXT           those that switch disaster recovery on
//
// all of mode 0600. Each set stands there in several of the formats of package export, a
// file each; text, JSON, zone and nsupdate are always among them.
//
// # The windows
//
// The sets for test and on have a start and an end. Window i, counted from 0, begins
// i*(window-overlap) after the first and ends a window later; both ends are inclusive.
// The off set has neither.
//
// # What is believed
//
// The signatures are all that is believed of a kit, and only under a key that comes from
// elsewhere. The manifest says nothing about the records that is not held against
// them, and every other file, the runbook included, is derived again from the records and
// the manifest and has to be the same, byte for byte. The manifest itself is not signed:
// what only it says, such as the server that records are published to, is as trustworthy
// as the folder. Its own digest, kept elsewhere, shows whether it was exchanged.
//
// # Who can activate with it
//
// Whoever has the files and can change the DNS can activate disaster recovery until the
// last end. So a kit is kept as a key is.
package kit

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// A Kit is the content of a kit's folder.
type Kit struct {
	Manifest Manifest
	// files are all others, by their paths in the manifest.
	files map[string][]byte
	key   *rsa.PublicKey
}

// Options say what a kit is made of.
type Options struct {
	// Domain is the disaster recovery domain, as [txtrecord.CanonicalDomain] has it.
	Domain     string
	Type       txtrecord.Type
	Forwarding txtrecord.Forwarding
	// BindDomain has the tag d in every set.
	BindDomain bool
	// TTL is in seconds, from 1 to [MaxTTL].
	TTL uint32
	// Zone is the zone that the domain lies in; ZoneAssumed says that this is a guess.
	Zone        string
	ZoneAssumed bool
	// Plan says when the sets are valid.
	Plan Plan
	// Formats are those besides [RequiredFormats], in any order.
	Formats []string
	// Target is what the formats need to know of the DNS host.
	Target export.Target
	// Location is where the people are who read the runbook; its name has to be one of
	// the time zone database, or UTC.
	Location *time.Location
	// Key is what the sets have to verify under, Scheme by which.
	Key    *rsa.PublicKey
	Scheme txtrecord.Scheme
	// Confirmed is the day on which the scheme was confirmed, YYYY-MM-DD, empty where it was
	// not; SchemeOpen are the tags for which that does not count.
	Confirmed  string
	SchemeOpen []string
	// Publish says how drtxt publish reaches the zone, as far as it is known.
	Publish Publish
	// PublicKeys are the absolute paths of the public keys that are trusted, Key's among
	// them; none where they are not known.
	PublicKeys []string
	// Servers and Resolvers are whom drtxt verify and drtxt watch are to ask, in the form of
	// their flags; none where they find out by themselves.
	Servers, Resolvers []string
	// Made is now, Version that of the program.
	Made    time.Time
	Version string
}

// Publish says where drtxt publish brings the records: to a server that takes updates, or
// into a zone file. What is empty is not known.
type Publish struct{ Server, TSIGFile, ZoneFile string }

// Sign makes the two values of an activation.
type Sign func(txtrecord.Activation) ([]string, error)

// Make signs every set and writes it in every format, in memory. Errors are those of
// [Plan.Windows], of [Sign] and of the formats, and a [*ManifestError] where an option
// cannot stand in a manifest.
func Make(ctx context.Context, o Options, sign Sign) (*Kit, error) {
	m, err := o.manifest()
	if err != nil {
		return nil, err
	}
	if err := m.validateMeaning(); err != nil {
		return nil, err
	}
	if err := o.checkTTL(m.Formats()); err != nil {
		return nil, err
	}
	k := &Kit{files: map[string][]byte{}, key: o.Key}
	values := map[string][]string{}
	for i := range m.Sets {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := &m.Sets[i]
		if values[s.Name], err = sign(m.activation(s)); err != nil {
			return nil, err
		}
		if err := k.add(m, s, values[s.Name]); err != nil {
			return nil, err
		}
	}
	documents, err := m.documents(values)
	if err != nil {
		return nil, err
	}
	for i := range m.Documents {
		d := &m.Documents[i]
		k.files[d.Path] = documents[d.Path]
		d.SHA256, d.Size = digest(documents[d.Path])
	}
	k.Manifest = *m
	return k, k.Manifest.validate()
}

// checkTTL asks the hosts of the formats.
func (o *Options) checkTTL(formats []string) error {
	for _, name := range formats {
		format, _ := export.Lookup(name)
		if err := format.CheckTTL(o.TTL, o.Target); err != nil {
			return err
		}
	}
	return nil
}

// add derives a set's files.
func (k *Kit) add(m *Manifest, s *Set, values []string) error {
	derived, err := m.derive(s, values)
	if err != nil {
		return err
	}
	for i := range s.Files {
		f := &s.Files[i]
		k.files[f.Path] = derived[f.Path]
		f.SHA256, f.Size = digest(derived[f.Path])
	}
	return nil
}

// manifest is that of the kit, without the digests of its files.
func (o *Options) manifest() (*Manifest, error) {
	windows, err := o.Plan.Windows()
	if err != nil {
		return nil, err
	}
	formats, err := allFormats(o.Formats)
	if err != nil {
		return nil, err
	}
	m := &Manifest{
		Schema:          Schema,
		Domain:          o.Domain,
		Made:            o.Made.Unix(),
		Version:         o.Version,
		Type:            string(o.Type),
		Forwarding:      o.Forwarding.Name(),
		BindDomain:      o.BindDomain,
		TTL:             o.TTL,
		Zone:            o.Zone,
		ZoneAssumed:     o.ZoneAssumed,
		Timezone:        o.Location.String(),
		Key:             keygen.Fingerprint(o.Key),
		Scheme:          o.Scheme.String(),
		SchemeConfirmed: o.Confirmed,
		SchemeOpen:      o.openTags(),
		Publish:         o.publishFlags(),
		Trust:           o.trustFlags(),
		Asking:          o.askingFlags(),
		Target:          newTarget(o.Target),
		Window:          int64(o.Plan.Window / time.Second),
		Overlap:         int64(o.Plan.Overlap / time.Second),
		Sets:            newSets(windows, formats),
		Documents:       []Document{{Path: MarkdownFile}, {Path: HTMLFile}},
	}
	if o.Plan.Count == 1 {
		m.Overlap = 0
	}
	m.Warning = m.warning()
	return m, nil
}

// openTags are those of the open tags that the sets have.
func (o *Options) openTags() []string {
	var open []string
	for _, tag := range o.SchemeOpen {
		if tag == "k" || tag == "d" && o.BindDomain {
			open = append(open, tag)
		}
	}
	return open
}

// Digest is the SHA-256 digest of the manifest, in hexadecimal.
func (k *Kit) Digest() string {
	sha, _ := digest(k.Manifest.Encode())
	return sha
}

// digest is the SHA-256 digest in hexadecimal, and the size in bytes.
func digest(data []byte) (sha string, size int64) {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), int64(len(data))
}
