package configuration

import "slices"

// A Shape is what the value of a key has to be.
type Shape int

// The shapes.
const (
	Text   Shape = iota // a text
	List                // a list of texts
	Texts               // a text, or a list of them
	Switch              // true or false
	Number              // a whole number, from 0
)

// The sections. What stands in one reaches the command of that name alone, and there wins
// over what stands outside under the same name.
const (
	General = ""
	Publish = "publish"
	Kit     = "kit"
)

// sections are those that have a name.
var sections = []string{Publish, Kit}

// A Key is one that the file may have. It stands for the flag of that name.
type Key struct {
	Name string
	// Section is where it stands.
	Section string
	Shape   Shape
	// Path says that the values are paths.
	Path bool
	// Input says that they are of files that must be there when the setting is used.
	Input bool
	// Chosen says that the key counts only in a file that the user chose: by --config,
	// or by putting it into the configuration directory.
	Chosen bool

	// check refuses a value, with what it must be, in words.
	check func(value string) (wanted string)
}

// String is the key with its section, as publish.server.
func (k Key) String() string {
	if k.Section == General {
		return k.Name
	}
	return k.Section + "." + k.Name
}

// Keys are the keys that a file may have, besides scheme-confirmed and domains: at the top
// level for every domain, under a domain for that one.
var Keys = []Key{
	{Name: schemeKey, Shape: Text, Chosen: true, check: checkScheme},
	{Name: "public", Shape: Texts, Path: true, Input: true, Chosen: true},
	{Name: "key", Shape: Text, Path: true, Input: true, Chosen: true},
	{Name: "signer-command", Shape: Text, Input: true, Chosen: true, check: checkAbsolute},
	{Name: "signer-arg", Shape: List, Chosen: true},
	{Name: "signer-agent", Shape: Switch, Chosen: true},
	{Name: "signer-environment", Shape: List, Chosen: true, check: checkVariable},
	{Name: "signer-timeout", Shape: Text, Chosen: true, check: checkTimeout},

	{Name: "type", Shape: Text, check: checkType},
	{Name: "forwarding", Shape: Text, check: checkForwarding},
	{Name: "for", Shape: Text, check: checkLength},
	{Name: "bind-domain", Shape: Switch},
	{Name: "ttl", Shape: Text, check: checkTTL},
	{Name: "zone", Shape: Text, check: checkZone},

	{Name: "server", Shape: Texts, check: checkServer},
	{Name: "resolver", Shape: Texts, check: checkResolver},
	{Name: "warn-before", Shape: Text, check: checkDistance},
	{Name: "acknowledge", Shape: Texts, check: checkAcknowledged},

	{Section: Publish, Name: "server", Shape: Text, Chosen: true, check: checkServer},
	{Section: Publish, Name: "tsig-file", Shape: Text, Path: true, Input: true, Chosen: true},
	{Section: Publish, Name: "zone-file", Shape: Text, Path: true, Input: true, Chosen: true},
	{Section: Publish, Name: "undo-dir", Shape: Text, Path: true, Chosen: true},
	{Section: Publish, Name: "audit", Shape: Text, Path: true, Chosen: true},

	{Section: Kit, Name: "window", Shape: Text, check: checkLength},
	{Section: Kit, Name: "count", Shape: Number, check: checkCount},
	{Section: Kit, Name: "overlap", Shape: Text, check: checkDistance},
	{Section: Kit, Name: "format", Shape: Texts, check: checkFormat},
	{Section: Kit, Name: "timezone", Shape: Text, check: checkTimezone},
}

const (
	schemeKey    = "scheme"
	confirmedKey = "scheme-confirmed"
	domainsKey   = "domains"
)

// lookup finds a key by its name.
func lookup(section, name string) (Key, bool) {
	i := slices.IndexFunc(Keys, func(k Key) bool { return k.Section == section && k.Name == name })
	if i < 0 {
		return Key{}, false
	}
	return Keys[i], true
}

// Reaching are the keys that say something to a command of that section: those of the
// section, and those outside of every section that it has none in the place of.
func Reaching(section string) []Key {
	var keys []Key
	for _, k := range Keys {
		_, replaced := lookup(section, k.Name)
		if k.Section == section || k.Section == General && !replaced {
			keys = append(keys, k)
		}
	}
	return keys
}

// names are those of a section's keys.
func names(section string) []string {
	var all []string
	for _, k := range Keys {
		if k.Section == section {
			all = append(all, k.Name)
		}
	}
	return all
}
