// Package edges finds out which addresses belong to the A and AAAA records of a disaster
// recovery domain: those of the Private Service Edges that are designated for it.
//
// [Read] takes an export of the vendor's API, or an inventory that somebody wrote by hand.
// [Inventory.Select] decides which groups and edges count, which address each of them
// contributes and why, and reports whatever was set aside. What an edge's connection status
// says is not read: in an outage all of them are disconnected.
package edges

import "github.com/drtxt/drtxt/internal/apiexport"

// An Origin is what an inventory was read from.
type Origin string

// The origins.
const (
	API  Origin = "api"  // an export of the vendor's API
	YAML Origin = "yaml" // an inventory of our own
)

// An Inventory is what is known of the edges, before anything is decided about it.
type Inventory struct {
	// Groups are in the order of the files.
	Groups []Group
	Origin Origin
	// Complete says that nothing can be missing: an export's own count of its pages or items
	// was met, or the inventory is our own.
	Complete bool
}

// A Group is a group of Private Service Edges. Its texts come from outside: escape them
// before they are shown.
type Group struct {
	// ID is the vendor's, empty in an inventory of our own.
	ID, Name string
	// Designated is useInDrMode: whether the group serves in disaster recovery.
	Designated apiexport.Choice
	Enabled    apiexport.Choice
	Edges      []Edge
	// Page is the name of the file that it stands in.
	Page string
}

// An Edge is a Private Service Edge. Its texts come from outside: escape them before they
// are shown.
type Edge struct {
	// ID is the vendor's, empty in an inventory of our own.
	ID, Name string
	Enabled  apiexport.Choice
	// Publish are the entries of publishIps, which clients are told to connect to, or the
	// addresses of an inventory of our own.
	Publish []string
	// Listen are the entries of listenIps, which are never used: they are the edge's own view
	// of itself.
	Listen []string
	// Public is publicIp and BrokerPublic privateBrokerVersion.publicIp, the address that the
	// vendor's cloud saw the edge at; empty where the export has none.
	Public, BrokerPublic string
	// Joined says that several addresses stood in one text and were split.
	Joined bool
}

// Label is what findings call the group: its name, else its id.
func (g Group) Label() string { return label(g.Name, g.ID, "a group without a name") }

// Label is what findings call the edge: its name, else its id.
func (e Edge) Label() string { return label(e.Name, e.ID, "an edge without a name") }

func label(name, id, otherwise string) string {
	switch {
	case name != "":
		return cut(name)
	case id != "":
		return "id " + cut(id)
	}
	return otherwise
}
