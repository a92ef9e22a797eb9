package export

import (
	"bytes"
	"fmt"
)

var windowsFormat = Format{
	Name:        "windows",
	Summary:     "PowerShell for Windows DNS Server",
	Host:        "Windows DNS",
	Effect:      PerRecord,
	Extension:   "ps1",
	LongestText: 254, // its cmdlet stops there
	Flags:       []string{"zone"},
	Traps: []string{
		"It is not atomic: between removal and additions clients may find no record, or half a set. If it stops in the middle, run it again.",
		"Where nothing stands, the error of the removal is passed over. Any other stops the script, so that nothing is added beside old records; typed in line by line it would go on.",
		"Adding alone would leave the old records beside the new.",
		"The single quotes keep PowerShell from reading anything into a value. A value has at most 254 bytes.",
	},
	comment:  "# ",
	onServer: true,
	apply: func(*RecordSet) []string {
		return []string{"Run it as a file on the DNS server, as an administrator:", "  powershell -File FILE"}
	},
	notes: func(set *RecordSet) []string {
		return []string{
			fmt.Sprintf("It removes every %s record of %s, any other too, then adds these.", set.types(), set.name()),
			"It is not atomic: for a moment there is no record, or half a set. An error of Remove stops it, unless nothing stood: the old records of that type then still stand.",
		}
	},
	write: writeWindows,
}

func writeWindows(b *bytes.Buffer, set *RecordSet) {
	for _, rrset := range set.RRSets {
		where := fmt.Sprintf("-ZoneName '%s' -Name '%s'", set.Zone, set.relativeNameOrAt())
		fmt.Fprintf(b, "try { Remove-DnsServerResourceRecord %s -RRType '%s' -Force -ErrorAction Stop } catch { if ($_.CategoryInfo.Category -ne 'ObjectNotFound') { throw } }\n", where, rrset.Type)
		for _, value := range rrset.Values {
			fmt.Fprintf(b, "Add-DnsServerResourceRecord %s %s '%s' -TimeToLive ([TimeSpan]::FromSeconds(%d)) -ErrorAction Stop\n", where, windowsParameter[rrset.Type], value, rrset.TTL)
		}
	}
}

// windowsParameter is the switch for a type, with the parameter that takes the value.
var windowsParameter = map[string]string{
	"TXT":  "-Txt -DescriptiveText",
	"A":    "-A -IPv4Address",
	"AAAA": "-AAAA -IPv6Address",
}
