//go:build interop

package interop

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// zoneHead makes a whole zone of the lines that we print.
const zoneHead = `$ORIGIN example.com.
$TTL 300
@ IN SOA ns hostmaster 1 7200 3600 1209600 60
@ IN NS ns
ns IN A 127.0.0.1
`

// values are the bare values of a pair, sorted.
func values(text string) []string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return lines
}

// quotedTXT takes the values out of zone lines that a tool printed.
func quotedTXT(dump string) []string {
	var found []string
	for _, match := range regexp.MustCompile(`(?m)^dr\.example\.com\.\s+30\s+IN\s+TXT\s+"([^"]*)"$`).FindAllStringSubmatch(dump, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// signedZone returns a pair of bare values and the zone that holds it.
func signedZone(t *testing.T) (pair, zone, public string) {
	t.Helper()
	private, public := keyPair(t)
	args := []string{"record", "on", "dr.example.com", "--end", "4102444800", "--key", private, "--zone", "example.com"}
	pair = must(t, drtxt, args...)
	return pair, zoneHead + must(t, drtxt, append(args, "--format", "zone")...), public
}

func TestZoneCheckersReadTheSameValues(t *testing.T) {
	pair, zone, _ := signedZone(t)
	file := writeTemp(t, "example.com.zone", zone)
	for name, dump := range map[string]string{
		"named-checkzone": must(t, "named-checkzone", "-i", "local", "-D", "example.com", file),
		"ldns-read-zone":  must(t, "ldns-read-zone", file),
	} {
		if got := quotedTXT(dump); !slices.Equal(got, values(pair)) {
			t.Errorf("%s reads %q, want %q", name, got, values(pair))
		}
	}
	must(t, "nsd-checkzone", "example.com", file)
	must(t, "kzonecheck", "-o", "example.com", file)
}
