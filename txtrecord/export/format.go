// Package export writes a record set for somebody's DNS: one format a file, and
// one table, [Formats], that lists them.
package export

import (
	"bytes"
	"io"
	"slices"
)

// A Format is one way to write a record set.
type Format struct {
	// Name is what the flag --format calls it; for a form of [Format.Providers],
	// what --provider does.
	Name string
	// Summary says in a few words what it is.
	Summary string
	// Host is whose DNS it is for, where it is for one alone.
	Host string
	// Effect is what applying it does to what stands at the name; empty where that
	// depends on the provider.
	Effect Effect
	// Extension ends the name of a file of this format, without a leading dot. Each
	// format has its own.
	Extension string
	// TTL is what the host accepts; the zero value stands for what DNS allows.
	TTL TTLRange
	// LongestText is the number of bytes that a TXT value may have; 0 stands for the
	// 255 of a character-string (RFC 1035 §3.3).
	LongestText int
	// Flags are the flags of the command that this format heeds, without dashes.
	Flags []string
	// Traps are what goes wrong there, a sentence each.
	Traps []string
	// Providers are its forms where the flag --provider chooses one, the default first.
	Providers []Format

	// comment begins a comment line; empty where the format has no comments.
	comment string
	// proviso begins the sentence that says that it replaces, where that is not always so.
	proviso string
	// perType says that each type is a change of its own, so that one can fail alone.
	perType bool
	// plans says that the host's least TTL depends on the customer's plan.
	plans bool
	// escapes is the number of bytes that the host counts beyond those of a TXT value; nil
	// for none.
	escapes func(value string, target *Target) int
	// onServer says that one name server serves what was applied before the others do,
	// and is the one to verify first.
	onServer bool
	// data says that it describes a set, which may be empty, and tells nobody to
	// publish it.
	data bool
	// apply is how to apply it and notes what to know, a sentence a line; lines that
	// begin with two blanks are for a shell.
	apply, notes func(*RecordSet) []string
	write        func(*bytes.Buffer, *RecordSet)
}

// Formats lists the formats, the default first.
var Formats = []Format{
	textFormat, jsonFormat, zoneFormat, nsupdateFormat, route53Format, terraformFormat, cloudflareFormat,
	gcloudFormat, azureFormat, octoDNSFormat, dnsControlFormat, externalDNSFormat, powerDNSFormat, windowsFormat,
}

// Lookup returns the format of a name.
func Lookup(name string) (Format, bool) {
	return named(Formats, name)
}

func named(formats []Format, name string) (Format, bool) {
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
}

func names(formats []Format) []string {
	list := make([]string, len(formats))
	for i, f := range formats {
		list[i] = f.Name
	}
	return list
}

// An Effect is what applying a format does to the records that stand at the name.
type Effect string

// The effects.
const (
	// NoEffect is that of a format that is read, not applied.
	NoEffect Effect = "changes nothing by itself"
	// ByHand means that whoever applies it has to take the old records out.
	ByHand Effect = "replaces what is taken out by hand"
	// Replaces means that the whole set becomes the one that is written.
	Replaces Effect = "replaces the whole set"
	// PerRecord means that records go and come one by one, with half a set between.
	PerRecord Effect = "changes record by record, not atomic"
)

// HasComments reports whether what is written carries its [Guide] as comments. Where it
// does not, somebody has to be told otherwise.
func (f Format) HasComments() bool { return f.comment != "" }

// Heeds reports whether a flag, without its dashes, makes a difference to the format in
// the form for that provider.
func (f Format) Heeds(flag string, provider Provider) bool {
	if len(f.Providers) == 0 {
		return slices.Contains(f.Flags, flag)
	}
	form, err := f.form(provider)
	return flag == "provider" || err == nil && slices.Contains(form.Flags, flag)
}

// form is the format itself, or its form for the provider.
func (f Format) form(provider Provider) (Format, error) {
	if len(f.Providers) == 0 {
		return f, nil
	}
	if provider == "" {
		return f.Providers[0], nil
	}
	form, ok := named(f.Providers, string(provider))
	if !ok {
		return Format{}, &ProviderError{provider, names(f.Providers)}
	}
	return form, nil
}

// WriteSet writes the set in the format, in one piece. Before the first byte it refuses
// a set that the format or its host cannot carry; such errors have a Hint.
func (f Format) WriteSet(w io.Writer, set *RecordSet) error {
	form, err := f.checked(set)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if form.HasComments() {
		for _, line := range form.guide(set).Lines() {
			b.WriteString(form.comment + line + "\n")
		}
	}
	form.write(&b, set)
	_, err = w.Write(b.Bytes())
	return err
}

// Guide says how to apply what [Format.WriteSet] writes. It refuses what that refuses.
func (f Format) Guide(set *RecordSet) (Guide, error) {
	form, err := f.checked(set)
	if err != nil {
		return Guide{}, err
	}
	return form.guide(set), nil
}

// checked is the form that writes the set, once it is known that it can.
func (f Format) checked(set *RecordSet) (Format, error) {
	form, err := f.form(set.Target.Provider)
	if err == nil {
		err = form.check(set)
	}
	return form, err
}
