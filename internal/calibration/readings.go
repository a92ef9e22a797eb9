package calibration

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/drtxt/drtxt/txtrecord"
)

// A reading is something that the signature may be over.
type reading struct {
	name  string
	bytes []byte
}

// schemeBodies are what the schemes sign, without the hash and the padding, under their names.
func schemeBodies(part1 *txtrecord.Record) []reading {
	var all []reading
	for _, s := range txtrecord.Schemes() {
		if name := s.String(); !s.PSS() && !strings.HasSuffix(name, "+twice") {
			all = append(all, reading{name, s.Message(part1)})
		}
	}
	return all
}

// furtherReadings are those of no scheme. A signature over one is what the project has to
// be told about.
func furtherReadings(set *txtrecord.Set, domain string) []reading {
	part1 := set.Parts[0]
	all := append(cuts(part1), reading{"prefix of part 1, then that of part 2", []byte(part1.Body() + set.Parts[1].Body())})
	for _, tag := range part1.Tags {
		if tag.Name == "d" {
			domain = tag.Value
		}
	}
	if domain != "" {
		all = append(all, withDomain(part1, domain)...)
	}
	all = append(all, rewritten(part1, listed(part1, domain), "in the order v, d, b, m, t, x")...)
	return append(all, reading{"no text at all", nil})
}

// cuts are part 1 up to later places than n.
func cuts(part1 *txtrecord.Record) []reading {
	text := part1.Text
	all := []reading{{"the text through n=", []byte(part1.Body() + "n=")}}
	for _, tag := range part1.Tags {
		if tag.Name == "p" || tag.Name == "bh" {
			cut, name := text[:tag.Offset], "the text before "+tag.Name+"="
			all = append(all, reading{name, []byte(cut)}, reading{name + ", without its last semicolon", []byte(strings.TrimSuffix(cut, ";"))})
		}
		if tag.Name == "bh" {
			all = append(all, reading{"the text through bh=", []byte(text[:tag.ValueOffset()])})
		}
	}
	return all
}

// withDomain are readings with the domain before the text, and, where part 1 has no d,
// with a d that was signed and left out.
func withDomain(part1 *txtrecord.Record, domain string) []reading {
	var all []reading
	for _, body := range schemeBodies(part1) {
		all = append(all,
			reading{fmt.Sprintf("%s, then %s", domain, body.name), []byte(domain + string(body.bytes))},
			reading{fmt.Sprintf("%s and a semicolon, then %s", domain, body.name), []byte(domain + ";" + string(body.bytes))})
	}
	if has(part1, "d") {
		return all
	}
	tags := before(part1, "n")
	for at := range len(tags) + 1 {
		place := "before what follows"
		if len(tags) > 0 {
			place = "before " + tags[0].Name
		}
		if at > 0 {
			place = "after " + tags[at-1].Name
		}
		with := slices.Insert(slices.Clone(tags), at, txtrecord.Tag{Name: "d", Value: domain})
		all = append(all, rewritten(part1, with, fmt.Sprintf("with d=%s %s", domain, place))...)
	}
	return all
}

// before are the tags that stand before that one.
func before(record *txtrecord.Record, name string) []txtrecord.Tag {
	at := slices.IndexFunc(record.Tags, func(tag txtrecord.Tag) bool { return tag.Name == name })
	return record.Tags[:at]
}

// listed are the tags that the vendor's page names as signed, in its order.
func listed(part1 *txtrecord.Record, domain string) []txtrecord.Tag {
	tags := slices.Clone(before(part1, "n"))
	if domain != "" && !has(part1, "d") {
		tags = append(tags, txtrecord.Tag{Name: "d", Value: domain})
	}
	const order = "vdbmtx"
	tags = slices.DeleteFunc(tags, func(tag txtrecord.Tag) bool { return !strings.Contains(order, tag.Name) })
	slices.SortFunc(tags, func(a, b txtrecord.Tag) int { return strings.Index(order, a.Name) - strings.Index(order, b.Name) })
	return tags
}

// rewritten are the bodies of a part 1 that has these tags instead.
func rewritten(part1 *txtrecord.Record, tags []txtrecord.Tag, how string) []reading {
	var text strings.Builder
	for _, tag := range tags {
		fmt.Fprintf(&text, "%s=%s;", tag.Name, tag.Value)
	}
	record, _ := txtrecord.Examine(text.String() + part1.Text[len(part1.Body()):])
	all := schemeBodies(&record)
	for i := range all {
		all[i].name += ", " + how
	}
	return all
}

// endings are what may be done to a text before it is hashed.
var endings = []struct {
	name  string
	apply func(text []byte) []byte
}{
	{" and a line feed", func(text []byte) []byte { return append(slices.Clone(text), '\n') }},
	{" and CR LF", func(text []byte) []byte { return append(slices.Clone(text), "\r\n"...) }},
	{" and a byte 0", func(text []byte) []byte { return append(slices.Clone(text), 0) }},
	{" in UTF-16, low byte first", func(text []byte) []byte {
		var all []byte
		for _, unit := range utf16.Encode([]rune(string(text))) {
			all = append(all, byte(unit), byte(unit>>8))
		}
		return all
	}},
}

// digestForms are how a digest may be written before it is itself signed.
var digestForms = []struct {
	name  string
	apply func(digest []byte) []byte
}{
	{"", slices.Clone[[]byte]},
	{"lower-case hexadecimal", func(digest []byte) []byte { return []byte(hex.EncodeToString(digest)) }},
	{"upper-case hexadecimal", func(digest []byte) []byte { return []byte(strings.ToUpper(hex.EncodeToString(digest))) }},
	{"base64", func(digest []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(digest)) }},
}

// A candidate is a reading, or its digest in one of the forms.
type candidate struct {
	reading
	inner crypto.Hash // of that digest, or unhashed
	form  string
}

// candidates are all that are compared with a signature, the plainest first. Of
// readings with the same bytes the bodies of schemes are all there, others only if nothing
// before them has those bytes.
func candidates(set *txtrecord.Set, domain string) []candidate {
	readings := schemeBodies(set.Parts[0])
	seen := map[string]bool{}
	for _, r := range readings {
		seen[string(r.bytes)] = true
	}
	add := func(r reading) {
		if !seen[string(r.bytes)] {
			seen[string(r.bytes)] = true
			readings = append(readings, r)
		}
	}
	for _, r := range furtherReadings(set, domain) {
		add(r)
	}
	texts := slices.Clone(readings)
	for _, ending := range endings {
		for _, r := range texts {
			add(reading{r.name + ending.name, ending.apply(r.bytes)})
		}
	}
	var all []candidate
	for _, r := range readings {
		all = append(all, candidate{reading: r})
	}
	for _, inner := range hashes {
		for _, form := range digestForms {
			for _, r := range texts {
				all = append(all, candidate{reading{r.name, form.apply(sum(inner, r.bytes))}, inner, form.name})
			}
		}
	}
	return all
}

// A found is a candidate that a signature is over, under its names.
type found struct {
	candidate
	names []string
	hash  crypto.Hash
}

// search returns the first candidate that fits under one of the hashes.
func search(messages []candidate, hashes []crypto.Hash, fits func(hash crypto.Hash, message []byte) bool) (found, bool) {
	for _, m := range messages {
		for _, hash := range hashes {
			if !fits(hash, m.bytes) {
				continue
			}
			f := found{candidate: m, hash: hash}
			for _, other := range messages {
				if bytes.Equal(other.bytes, m.bytes) {
					f.names = append(f.names, other.name)
				}
			}
			return f, true
		}
	}
	return found{}, false
}

// describe writes down what was found.
func (f *found) describe(d *Diagnosis) {
	d.Over, d.Hash = f.names, ""
	if f.hash != unhashed {
		d.Hash = f.hash.String()
	}
	if f.inner != unhashed {
		d.InnerHash, d.InnerForm = f.inner.String(), f.form
	}
}
