package txtrecord

import (
	"fmt"
	"strings"
)

// The limits of a domain name in text form without its final dot (RFC 1035 §2.3.4).
const (
	maxDomain = 253
	maxLabel  = 63
)

// A DomainError says why a text is not a domain name that can carry the records.
type DomainError struct {
	Domain string
	// Label is the label at fault, empty where it is the whole name.
	Label  string
	Reason string
}

func (e *DomainError) Error() string {
	if e.Label != "" {
		return fmt.Sprintf("domain %q: label %q %s", e.Domain, e.Label, e.Reason)
	}
	return fmt.Sprintf("domain %q %s", e.Domain, e.Reason)
}

// CanonicalDomain returns the name in lower case without its final dot. It accepts
// letters, digits, hyphens and underscores; internationalised names must have been
// converted to A-labels (RFC 5890). Errors are [*DomainError].
func CanonicalDomain(name string) (string, error) {
	trimmed := strings.TrimSuffix(name, ".")
	if trimmed == "" {
		return "", &DomainError{Domain: name, Reason: "is empty"}
	}
	if len(trimmed) > maxDomain {
		return "", &DomainError{Domain: name, Reason: fmt.Sprintf("has %d characters, the limit is %d", len(trimmed), maxDomain)}
	}
	for label := range strings.SplitSeq(trimmed, ".") {
		if reason := labelFault(label); reason != "" {
			return "", &DomainError{Domain: name, Label: label, Reason: reason}
		}
	}
	return strings.ToLower(trimmed), nil
}

// labelFault says what is wrong with a label, or nothing.
func labelFault(label string) string {
	if label == "" {
		return "has an empty label: two dots in a row, or one at the start"
	}
	if len(label) > maxLabel {
		return fmt.Sprintf("has %d bytes, the limit is %d", len(label), maxLabel)
	}
	if label[0] == '-' || label[len(label)-1] == '-' {
		return "begins or ends with a hyphen"
	}
	for _, c := range label {
		if !isAlphanumeric(c) && c != '-' && c != '_' {
			return fmt.Sprintf("holds %q: only letters, digits, hyphens and underscores are allowed", c)
		}
	}
	return ""
}

func isAlphanumeric(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
