// Package calibration finds out under which scheme the vendor's tool signs: from a pair
// that it made, or by a trial with clients that accept a set or do not.
package calibration

import (
	"bytes"
	"crypto/rsa"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Match is what a signed set was found to be made with.
type Match struct {
	// Key is the index of the key under which the signature holds.
	Key int
	// Schemes are those that it holds under, the plainest first. For this set they sign
	// the same bytes.
	Schemes []txtrecord.Scheme
	// Open are the tags of which the set cannot tell whether they are signed, because it
	// does not have them.
	Open []string
}

// Scheme is the plainest of the schemes.
func (m *Match) Scheme() txtrecord.Scheme { return m.Schemes[0] }

// Find tries every scheme on a signed set, under the first of the keys for which one
// fits. ok is false where none does under any. The schemes found agree in what they sign:
// a signature opens to one digest.
func Find(set *txtrecord.Set, keys []*rsa.PublicKey) (m Match, ok bool) {
	for i, key := range keys {
		for _, scheme := range txtrecord.Schemes() {
			if set.Verify(scheme, key) == nil {
				m.Schemes = append(m.Schemes, scheme)
			}
		}
		if len(m.Schemes) > 0 {
			m.Key, m.Open = i, open(set, m.Schemes)
			return m, true
		}
	}
	return Match{}, false
}

// open are the tags whose coverage the schemes differ in.
func open(set *txtrecord.Set, schemes []txtrecord.Scheme) []string {
	var tags []string
	for _, tag := range []string{"k", "d"} {
		covered := 0
		for _, s := range schemes {
			if s.Covers(tag) {
				covered++
			}
		}
		if !has(set.Parts[0], tag) && covered > 0 && covered < len(schemes) {
			tags = append(tags, tag)
		}
	}
	return tags
}

func has(record *txtrecord.Record, name string) bool {
	for _, tag := range record.Tags {
		if tag.Name == name {
			return true
		}
	}
	return false
}

// Distinct returns the schemes without those that sign the same bytes of this part 1, in
// the same padding, as one before them.
func Distinct(part1 *txtrecord.Record, schemes []txtrecord.Scheme) []txtrecord.Scheme {
	var distinct []txtrecord.Scheme
	var messages [][]byte
next:
	for _, s := range schemes {
		message := s.Message(part1)
		for i, d := range distinct {
			if d.PSS() == s.PSS() && bytes.Equal(messages[i], message) {
				continue next
			}
		}
		distinct, messages = append(distinct, s), append(messages, message)
	}
	return distinct
}
