package export

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

var octoDNSFormat = Format{
	Name:      "octodns",
	Summary:   "records of an octoDNS zone, in YAML",
	Effect:    Replaces,
	Extension: "octodns.yaml",
	Flags:     []string{"zone", "octodns-escape"},
	Traps: []string{
		"octoDNS 1 wants `\\;` for each semicolon and refuses it bare; where `escaped_semicolons` is false, the default of octoDNS 2, the backslash would become part of the value. `--octodns-escape=false` writes for that.",
		"With the backslashes a value has at most 255 bytes: octoDNS counts them, and makes several strings of more.",
		"Inside double quotes `\\;` is an error of YAML: the single quotes have to stay.",
		"One key for each name: where the zone's file has it already, put the items into its list, in place of those of the same type. What the file lacks, octoDNS deletes.",
		"The quotes round the key keep YAML from reading `on`, `no` or `123` as something else, and the keys stand in the order that octoDNS enforces.",
	},
	comment: "# ",
	escapes: func(value string, target *Target) int { return len(octoDNSValue(value, target)) - len(value) },
	apply: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("Put this into the zone's file, %s.yaml, in place of what the name has of type %s there; then:", set.Zone, set.types()),
			"  octodns-sync --config-file=CONFIG_FILE",
			"  octodns-sync --config-file=CONFIG_FILE --doit",
		}
	},
	notes: func(set *RecordSet) []string {
		if !slices.Contains(set.typeList(), "TXT") { // addresses have no semicolons
			return nil
		}
		if set.Target.PlainSemicolons {
			return []string{"Semicolons stand as they are, for octoDNS 2 or escaped_semicolons: false; version 1 by itself wants a backslash before each."}
		}
		return []string{`Semicolons are written \; for octoDNS 1; for octoDNS 2, or escaped_semicolons: false, give --octodns-escape=false.`}
	},
	write: writeOctoDNS,
}

func writeOctoDNS(b *bytes.Buffer, set *RecordSet) {
	fmt.Fprintf(b, "'%s':\n", set.relativeName())
	for _, rrset := range set.RRSets {
		fmt.Fprintf(b, "  - ttl: %d\n    type: %s\n    values:\n", rrset.TTL, rrset.Type)
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "      - '%s'\n", octoDNSValue(value, &set.Target))
		}
	}
}

func octoDNSValue(value string, target *Target) string {
	if target.PlainSemicolons {
		return value
	}
	return strings.ReplaceAll(value, ";", `\;`)
}
