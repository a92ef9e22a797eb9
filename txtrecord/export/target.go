package export

import "cmp"

// A Target says what a format may need to know of the DNS host. What is empty is
// written as a placeholder in upper case, to be filled in by hand.
type Target struct {
	// Provider chooses among the forms of a format; empty is the first.
	Provider Provider
	// ZoneID is what Route 53 or Cloudflare call the zone.
	ZoneID string
	// Project and ManagedZone say where Google keeps the zone.
	Project, ManagedZone string
	// Subscription and ResourceGroup say where Azure keeps the zone.
	Subscription, ResourceGroup string
	// LeastTTL, in seconds, takes the place of Cloudflare's usual least TTL of 60. It
	// counts from 30, which Cloudflare grants its enterprise plan.
	LeastTTL uint32
	// PlainSemicolons writes for octoDNS 2, or version 1 with escaped_semicolons set to
	// false; else each semicolon gets a backslash.
	PlainSemicolons bool
}

// A Provider is one of Terraform's that manage DNS.
type Provider string

// The providers.
const (
	AWS        Provider = "aws"
	Cloudflare Provider = "cloudflare"
	Google     Provider = "google"
	AzureRM    Provider = "azurerm"
)

// An identifier is what a host calls a thing, as one of its flags gives it.
type identifier struct{ flag, value, placeholder string }

// orPlaceholder is what to write for it.
func (i identifier) orPlaceholder() string { return cmp.Or(i.value, i.placeholder) }

func (t *Target) zoneID() identifier { return identifier{"zone-id", t.ZoneID, "ZONE_ID"} }

func (t *Target) project() identifier { return identifier{"project", t.Project, "PROJECT_ID"} }

func (t *Target) managedZone() identifier {
	return identifier{"managed-zone", t.ManagedZone, "MANAGED_ZONE"}
}

func (t *Target) subscription() identifier {
	return identifier{"subscription", t.Subscription, "SUBSCRIPTION_ID"}
}

func (t *Target) resourceGroup() identifier {
	return identifier{"resource-group", t.ResourceGroup, "RESOURCE_GROUP"}
}

func (t *Target) identifiers() []identifier {
	return []identifier{t.zoneID(), t.project(), t.managedZone(), t.subscription(), t.resourceGroup()}
}

// safe reports whether an identifier can stand in a script, a URL or a file of any
// format without quotes: letters, digits, hyphens, underscores and dots, with a letter or
// digit at both ends, so that it is neither taken for an option nor for a folder.
func (i identifier) safe() bool {
	for n := range len(i.value) {
		c := i.value[n]
		inside := n > 0 && n < len(i.value)-1
		if !alphanumeric(c) && !(inside && (c == '-' || c == '_' || c == '.')) {
			return false
		}
	}
	return true
}
