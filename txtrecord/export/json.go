package export

import (
	"bytes"
	"encoding/json"
)

var jsonFormat = Format{
	Name:      "json",
	Summary:   "a record set for publish, verify and watch",
	Effect:    NoEffect,
	Extension: "json",
	Traps: []string{
		"What `activation` and `signed` say is derived again from the values by whoever reads it: only the values count.",
		"`publish` keeps TXT records of the name that are not for disaster recovery, and reports them.",
	},
	Flags:    []string{"zone"},
	onServer: true,
	data:     true,
	apply: func(set *RecordSet) []string {
		return []string{"  drtxt publish --server YOUR-NAME-SERVER --zone " + set.Zone + " --tsig-file KEY_FILE --records FILE" + set.trust()}
	},
	write: func(b *bytes.Buffer, set *RecordSet) { writeJSON(b, set) },
}

// writeJSON writes what cannot fail to be JSON.
func writeJSON(b *bytes.Buffer, v any) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(v); err != nil {
		panic(err) // strings and numbers alone: a mistake in the program
	}
}
