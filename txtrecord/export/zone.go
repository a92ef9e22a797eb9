package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// writeZone writes master file lines (RFC 1035 §5.1): an absolute owner name, and
// every TXT value in quotes, because a bare semicolon would begin a comment and
// leave "v=1" without any error.
func writeZone(w io.Writer, set *RecordSet) error {
	var b bytes.Buffer
	zone := set.Zone + "."
	if set.ZoneAssumed {
		zone += " (assumed: the parent of the name; --zone names it)"
	}
	fmt.Fprintf(&b, "; for the zone %s\n", zone)
	for _, rrset := range set.RRSets {
		fmt.Fprintf(&b, "; these lines replace every %s record of %s: take the old ones out,\n", rrset.Type, rrset.Name)
	}
	fmt.Fprintf(&b, "; raise the serial of the SOA record, load the zone, then run:\n")
	fmt.Fprintf(&b, ";   %s\n", set.verifyLine())
	for _, rrset := range set.RRSets {
		for _, value := range rrset.Values {
			if rrset.Type == "TXT" {
				value = `"` + value + `"`
			}
			fmt.Fprintf(&b, "%s\t%d\tIN\t%s\t%s\n", rrset.Name, rrset.TTL, rrset.Type, value)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// verifyLine is the command that proves what the zone's server then serves.
func (set *RecordSet) verifyLine() string {
	line := "drtxt verify"
	if len(set.RRSets) > 0 {
		line += " " + strings.TrimSuffix(set.RRSets[0].Name, ".")
	}
	line += " --server YOUR-NAME-SERVER"
	switch {
	case set.Activation == nil:
		return line
	case set.Signed:
		line += " --public dr_publickey.pem"
	default:
		line += " --allow-unsigned"
	}
	if set.Scheme != "" && set.Scheme != (txtrecord.Scheme{}).String() {
		line += " --scheme " + set.Scheme
	}
	if set.Activation.Start != nil {
		return line // what to expect depends on when it is run
	}
	return line + " --expect " + set.Activation.Status
}
