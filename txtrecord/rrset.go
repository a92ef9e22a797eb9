package txtrecord

// An RRSet is the set of resource records of one type at one owner name
// (RFC 2181 §5): what is published as a whole and replaced as a whole.
type RRSet struct {
	// Name is the absolute owner name, lower case, with its final dot.
	Name string `json:"name"`
	// Type is "TXT", "A" or "AAAA".
	Type string `json:"type"`
	// TTL is in seconds, the same for every record of the set (RFC 2181 §5.2).
	TTL uint32 `json:"ttl"`
	// Values holds, for TXT, one bare character-string a record, neither quoted
	// nor escaped; for A and AAAA the address in its usual text form.
	Values []string `json:"values"`
}
