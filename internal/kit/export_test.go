package kit

import (
	"context"
	"slices"
)

// Forge writes a kit as one that has the private key could make it, whatever its manifest
// says: every set is signed and every file and digest is made to fit.
func Forge(dir string, m Manifest, sign Sign) error {
	k := &Kit{files: map[string][]byte{}}
	values := map[string][]string{}
	for i := range m.Sets {
		s := &m.Sets[i]
		var err error
		if values[s.Name], err = sign(m.activation(s)); err != nil {
			return err
		}
		if err := k.add(&m, s, values[s.Name]); err != nil {
			return err
		}
	}
	m.Warning = m.warning()
	documents, err := m.documents(values)
	if err != nil {
		return err
	}
	for i := range m.Documents {
		d := &m.Documents[i]
		k.files[d.Path] = documents[d.Path]
		d.SHA256, d.Size = digest(documents[d.Path])
	}
	k.Manifest = m
	return k.writeDraft(context.Background(), dir)
}

// Write makes a kit at its place.
func (k *Kit) Write(ctx context.Context, dir string) error {
	draft, err := Begin(dir)
	if err != nil {
		return err
	}
	return draft.Write(ctx, k)
}

// Digest is the digest of a file, as the manifest has it.
func Digest(data []byte) (sha string, size int64) { return digest(data) }

// Spoil changes a file of a kit that was not written yet.
func (k *Kit) Spoil(path string) { k.files[path] = append([]byte{}, "spoiled"...) }

// Files are the paths of a kit that was not written yet.
func (k *Kit) Files() map[string][]byte { return k.files }

// Codes are all kinds of findings, the gravest first.
func Codes() []codeInfo { return slices.Clone(codes) }
