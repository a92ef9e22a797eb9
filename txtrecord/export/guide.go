package export

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Guide says how to apply what a format writes: as comments where the format has
// them, and otherwise for whoever has to say it. Lines that begin with two blanks are
// for a shell.
type Guide struct {
	// Place says what the records are, and which zone they are for.
	Place []string
	// Apply is how to apply them; empty for a set without records.
	Apply []string
	// Effect is what becomes of what stands, and what else to know.
	Effect []string
	// Verify is the command that proves afterwards what is served.
	Verify []string
}

// Lines are all of it, in order.
func (g Guide) Lines() []string {
	return slices.Concat(g.Place, g.Apply, g.Effect, g.Verify)
}

// fileWord stands in a guide for the file that was written.
var fileWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bFILE\b`) })

// WithFile puts the file that was written in the place of the word FILE. The word has to
// be one for a shell.
func (g Guide) WithFile(word string) Guide {
	for _, lines := range []*[]string{&g.Place, &g.Apply, &g.Effect, &g.Verify} {
		*lines = slices.Clone(*lines)
		for i, line := range *lines {
			(*lines)[i] = fileWord().ReplaceAllLiteralString(line, word)
		}
	}
	return g
}

func (f Format) guide(set *RecordSet) Guide {
	if len(set.RRSets) == 0 {
		return Guide{}
	}
	g := Guide{Place: f.place(set), Apply: f.apply(set), Verify: f.verify(set)}
	if isCommand(g.Apply[0]) {
		g.Apply = append([]string{applyWith}, g.Apply...)
	}
	if f.Effect == Replaces {
		g.Effect = []string{fmt.Sprintf("%s replaces every %s record of %s: any other that stands there goes too, unless it is added here.", cmp.Or(f.proviso, "It"), set.types(), set.name())}
	}
	if f.notes != nil {
		g.Effect = append(g.Effect, f.notes(set)...)
	}
	if f.perType && len(set.RRSets) > 1 {
		g.Effect = append(g.Effect, severalChanges)
	}
	if slices.Contains(set.typeList(), "AAAA") {
		g.Effect = append(g.Effect, undocumentedAAAA)
	}
	return g
}

// severalChanges is said where each type is a change of its own.
const severalChanges = "Several types are several changes: if one fails, others may not be made; make those too."

// undocumentedAAAA is said of every set with IPv6 addresses: the vendor's page on private
// service edges in disaster recovery has A records alone.
const undocumentedAAAA = "The vendor documents A records alone: what its clients do with AAAA records is open; `drtxt edges -4` leaves them out."

// applyWith stands before a command where nothing else does.
const applyWith = "Apply it with:"

// isCommand reports whether a line of a guide is for a shell.
func isCommand(line string) bool { return strings.HasPrefix(line, "  ") }

// place names the zone where it makes a difference, and what has to be filled in.
func (f Format) place(set *RecordSet) []string {
	var lines []string
	if f.Heeds("zone", "") {
		line := "For the zone " + set.Zone + "."
		if set.ZoneAssumed {
			line = "For the zone " + set.Zone + " (assumed: the parent of the name; --zone names another)."
		}
		lines = append(lines, line)
	}
	for _, identifier := range set.Target.identifiers() {
		if identifier.value == "" && f.Heeds(identifier.flag, "") {
			lines = append(lines, fmt.Sprintf("Fill in %s, or give --%s.", identifier.placeholder, identifier.flag))
		}
	}
	return lines
}

// verify is the command that proves what is then served.
func (f Format) verify(set *RecordSet) []string {
	line := "  drtxt verify " + set.name()
	if f.onServer {
		line += " --server YOUR-NAME-SERVER"
	}
	switch {
	case set.Activation == nil && f.data:
		return []string{"Then run:", line + " --records FILE"}
	case set.Activation == nil:
		return []string{"Then run, with the same set in --format json as RECORDS.json:", line + " --records RECORDS.json"}
	}
	line += set.trust()
	if set.Activation.Start == nil { // else what to expect depends on when it is run
		line += " --expect " + set.Activation.Status
	}
	return []string{"Then run:", line}
}

// trust are the flags that say by what the records are to be believed.
func (set *RecordSet) trust() string {
	switch {
	case set.Activation == nil:
		return ""
	case !set.Signed:
		return " --allow-unsigned"
	case set.Scheme == "" || set.Scheme == (txtrecord.Scheme{}).String():
		return " --public dr_publickey.pem"
	}
	return " --public dr_publickey.pem --scheme " + set.Scheme
}

// types names the record types of the set.
func (set *RecordSet) types() string { return strings.Join(set.typeList(), " and ") }

func (set *RecordSet) typeList() []string {
	types := make([]string, len(set.RRSets))
	for i, rrset := range set.RRSets {
		types[i] = rrset.Type
	}
	return types
}
