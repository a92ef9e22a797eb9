package kit

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/drtxt/drtxt/internal/runbook"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// publishFlags are those by which drtxt publish reaches the zone. What is not known has a
// word of the runbook in its place.
func (o *Options) publishFlags() []string {
	if o.Publish.ZoneFile == "" {
		return []string{
			"--server", cmp.Or(o.Publish.Server, runbook.NameServer),
			"--zone", o.Zone,
			"--tsig-file", cmp.Or(o.Publish.TSIGFile, runbook.TSIGFile),
		}
	}
	flags := []string{"--zone-file", o.Publish.ZoneFile}
	if !o.ZoneAssumed { // the file itself says it, too
		flags = append(flags, "--zone", o.Zone)
	}
	return flags
}

// trustFlags are those by which drtxt believes the records.
func (o *Options) trustFlags() []string {
	paths := o.PublicKeys
	if len(paths) == 0 {
		paths = []string{runbook.PublicKeyPEM}
	}
	var flags []string
	for _, path := range paths {
		flags = append(flags, "--public", path)
	}
	if o.Scheme != (txtrecord.Scheme{}) {
		flags = append(flags, "--scheme", o.Scheme.String())
	}
	return flags
}

// askingFlags are those by which drtxt verify and drtxt watch know whom to ask.
func (o *Options) askingFlags() []string {
	var flags []string
	for _, server := range o.Servers {
		flags = append(flags, "--server", server)
	}
	for _, resolver := range o.Resolvers {
		flags = append(flags, "--resolver", resolver)
	}
	return flags
}

// flagOrders are the flags that stand in publish, trust and asking, in their order, as [Make]
// writes them: a kit must not teach anybody to take a safety away.
var flagOrders = map[string]func() *regexp.Regexp{
	"publish": sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(--server --zone --tsig-file|--zone-file( --zone)?)$`)
	}),
	"trust":  sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^--public( --public)*( --scheme)?$`) }),
	"asking": sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^((--server ?)*(--resolver ?)*)$`) }),
}

// maxWords and maxWord bound a list of flags, and each word.
const maxWords, maxWord = 64, 4096

// validateFlags accepts what [Make] could have written.
func (m *Manifest) validateFlags(field string, words []string) error {
	if len(words)%2 != 0 || len(words) > maxWords {
		return &ManifestError{field, "is not a list of flags, each with its value"}
	}
	var flags []string
	for pair := range slices.Chunk(words, 2) {
		flags = append(flags, pair[0])
		if err := m.validateFlag(field, pair[0], pair[1]); err != nil {
			return err
		}
	}
	if order := strings.Join(flags, " "); !flagOrders[field]().MatchString(order) {
		return &ManifestError{field, fmt.Sprintf("has %q, which are not the flags that belong there", order)}
	}
	if slices.Contains(flags, "--scheme") != (m.Scheme != (txtrecord.Scheme{}).String()) && field == "trust" {
		return &ManifestError{field, fmt.Sprintf("must name the scheme, %s, if it is not the default", m.Scheme)}
	}
	return nil
}

// validateFlag holds a value against what the flag takes, and what else the manifest says.
func (m *Manifest) validateFlag(field, flag, value string) error {
	if err := validateWord(field, value); err != nil {
		return err
	}
	ok, wanted := true, ""
	switch flag {
	case "--server":
		_, err := dnsquery.ParseServer("udp://" + value)
		ok, wanted = err == nil && !strings.Contains(value, "/"), "a host, with a port where it is not 53"
	case "--resolver":
		_, err := dnsquery.ParseServer(value)
		ok, wanted = err == nil, "the URL of a resolver"
	case "--zone":
		ok, wanted = value == m.Zone, "the zone, "+m.Zone
	case "--scheme":
		ok, wanted = value == m.Scheme, "the scheme, "+m.Scheme
	case "--tsig-file":
		ok, wanted = isFromAnywhere(value) || value == runbook.TSIGFile, "an absolute path"
	case "--public":
		ok, wanted = isFromAnywhere(value) || value == runbook.PublicKeyPEM, "an absolute path"
	case "--zone-file":
		ok, wanted = isFromAnywhere(value), "an absolute path"
	default: // its order says so
	}
	if !ok {
		return &ManifestError{field, fmt.Sprintf("has %s %q, which must be %s", flag, value, wanted)}
	}
	return nil
}

// isFromAnywhere reports whether a path is absolute, on this system or on the one that the
// kit was made on.
func isFromAnywhere(path string) bool {
	drive := len(path) > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/')
	return strings.HasPrefix(path, "/") || strings.HasPrefix(path, `\\`) || drive
}
