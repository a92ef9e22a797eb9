package verify

import (
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// renewal is the advice on a set whose time has come, has not come, or is running
// out: the command line that makes one for now, and the one that ends it.
func (j *judge) renewal(purpose string) string {
	set := j.Set
	status := string(set.Activation.Status)
	if set.Activation.Status == txtrecord.Off {
		return purpose + ": `" + j.recordLine(status, "") + "`"
	}
	renew := purpose + ": `" + j.recordLine(status, "--for 8h") + "`"
	return renew + "; to end it: `" + j.recordLine(string(txtrecord.Off), "") + "`"
}

// recordLine is the command that makes a set like the one that was judged, with
// another status and another end.
func (j *judge) recordLine(status, end string) string {
	a := j.Set.Activation
	words := []string{"drtxt record", status, "DOMAIN"}
	if canonical, err := txtrecord.CanonicalDomain(j.policy.Domain); err == nil {
		words[2] = canonical
	}
	if a.Type != txtrecord.NoType {
		words = append(words, "--type", string(a.Type))
	}
	if known := a.Forwarding == txtrecord.FailOpen || a.Forwarding == txtrecord.FailClose; known && status != string(txtrecord.Off) {
		words = append(words, "--forwarding", a.Forwarding.Name())
	}
	if a.Domain != "" {
		words = append(words, "--bind-domain")
	}
	if end != "" {
		words = append(words, end)
	}
	if !j.Set.Signed() {
		return strings.Join(append(words, "--unsigned"), " ")
	}
	if j.policy.Scheme != (txtrecord.Scheme{}) {
		words = append(words, "--scheme", j.policy.Scheme.String())
	}
	return strings.Join(append(words, "--key FILE"), " ")
}
