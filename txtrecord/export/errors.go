package export

import (
	"fmt"
	"strings"
)

// Every error that refuses a record set has a method Hint, which names the way out.

// A ValueError says that a value holds a byte that no format could carry unescaped, or
// is not one of its type.
type ValueError struct{ Value string }

func (e *ValueError) Error() string {
	return fmt.Sprintf("the value %q is none that record sets hold", e.Value)
}

// Hint is the way out.
func (e *ValueError) Hint() string { return "give records as `drtxt record` makes them" }

// A NameError says that an owner name or zone cannot be written.
type NameError struct{ Name, Reason string }

func (e *NameError) Error() string { return fmt.Sprintf("the name %q %s", e.Name, e.Reason) }

// Hint is the way out.
func (e *NameError) Hint() string { return "check the domain and --zone" }

// A TypeError says that a record type is none that record sets hold.
type TypeError struct{ Type string }

func (e *TypeError) Error() string { return fmt.Sprintf("the record type %q is not known", e.Type) }

// Hint is the way out.
func (e *TypeError) Hint() string { return "record sets hold TXT, A and AAAA" }

// A TTLError says that a host refuses a TTL.
type TTLError struct {
	// Host is whose DNS refuses it.
	Host string
	// TTL is in seconds, and so are the limits.
	TTL    uint32
	Limits TTLRange
	// Enterprise says that a flag may lower the least TTL.
	Enterprise bool
}

func (e *TTLError) Error() string {
	return fmt.Sprintf("a TTL of %d s is refused by %s, which takes %d s to %d s", e.TTL, e.Host, e.Limits.Least, e.Limits.Most)
}

// Hint is the way out.
func (e *TTLError) Hint() string {
	if e.TTL > e.Limits.Most {
		return fmt.Sprintf("give --ttl %ds or less", e.Limits.Most)
	}
	hint := fmt.Sprintf("give --ttl %ds or more", e.Limits.Least)
	if e.Enterprise {
		hint += fmt.Sprintf("; --ttl-min %ds if the zone is on the enterprise plan, which takes that", cloudflareEnterpriseLeastTTL)
	}
	return hint
}

// A TextLengthError says that a TXT value has more bytes than a host takes.
type TextLengthError struct {
	Length, Limit int
	// Escaped says that Length counts octoDNS's backslashes too.
	Escaped bool
}

func (e *TextLengthError) Error() string {
	with := ""
	if e.Escaped {
		with = " with its backslashes"
	}
	return fmt.Sprintf("a TXT value has %d bytes%s, the limit is %d", e.Length, with, e.Limit)
}

// Hint is the way out.
func (e *TextLengthError) Hint() string {
	hint := "leave out --bind-domain, or use a shorter domain"
	if e.Escaped {
		hint += "; or --octodns-escape=false where octoDNS takes that"
	}
	return hint
}

// An EmptyError says that there is nothing to publish: to take records away is not what
// these formats are for.
type EmptyError struct{}

func (e *EmptyError) Error() string { return "the record set is empty: there is nothing to publish" }

// Hint is the way out.
func (e *EmptyError) Hint() string { return "give it a set with records" }

// An IdentifierError says that what a flag gave cannot stand in a script or file.
type IdentifierError struct{ Flag, Value string }

func (e *IdentifierError) Error() string {
	return fmt.Sprintf("--%s %q is not taken", e.Flag, e.Value)
}

// Hint is the way out.
func (e *IdentifierError) Hint() string {
	return "it takes letters, digits, hyphens, underscores and dots, with a letter or digit at both ends (a zone's ID without /hostedzone/); without it a placeholder is written, to be filled in by hand"
}

// A ProviderError says that a provider is not known.
type ProviderError struct {
	Provider Provider
	// Known are those that are.
	Known []string
}

func (e *ProviderError) Error() string {
	return fmt.Sprintf("the provider %q is not known", e.Provider)
}

// Hint is the way out.
func (e *ProviderError) Hint() string { return "use one of " + strings.Join(e.Known, ", ") }
