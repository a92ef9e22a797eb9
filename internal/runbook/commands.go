package runbook

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/txtrecord"
)

// recordsFile is where records are kept that are to be published and then waited for:
// beside the kit, because nothing may be added to that.
const recordsFile = "../on.json"

// pick prints the set of a status that is valid now.
func (a *author) pick(status txtrecord.Status, flags ...string) string {
	return shellwords.Line(slices.Concat([]string{"drtxt", "kit", "pick", ".", "--status", string(status)}, a.Trust, flags))
}

// publish publishes what pick prints.
func (a *author) publish(status txtrecord.Status, flags ...string) command {
	words := slices.Concat([]string{"drtxt", "publish"}, flags, a.Publish, a.Trust)
	return command{a.pick(status) + " |", "  " + shellwords.Line(words)}
}

// renewal publishes what a command leaves in the file of records, and waits for exactly
// that: where on stands already, waiting for on would end at once.
func (a *author) renewal(leaving string) []block {
	publish := slices.Concat([]string{"drtxt", "publish", "--records", recordsFile}, a.Publish, a.Trust)
	return []block{
		command{leaving}, command{shellwords.Line(publish)}, a.reload(),
		a.verification("watch", "--records", recordsFile),
	}
}

// verification is a drtxt verify or watch of the domain.
func (a *author) verification(verb string, flags ...string) command {
	return command{shellwords.Line(slices.Concat([]string{"drtxt", verb, a.Domain}, flags, a.Asking, a.Trust))}
}

// asked are those that watch and verify ask.
func (a *author) asked() string {
	switch {
	case slices.Contains(a.Asking, "--server"):
		return "those that the command names"
	case slices.Contains(a.Asking, "--resolver"):
		return "the zone's name servers, the resolvers of this machine and those that the command names"
	}
	return "the zone's name servers and the resolvers of this machine"
}

// reload has a name server read its zone file; nil where there is none to be read.
func (a *author) reload() block {
	if !slices.Contains(a.Publish, "--zone-file") {
		return nil
	}
	return paragraph(say("**Then have the name server read the file: before that nothing of it is served.** `rndc reload %s` for BIND, `nsd-control reload %s` for NSD, `knotc zone-reload %s` for Knot, `pdns_control bind-reload-now %s` for PowerDNS.", a.Zone, a.Zone, a.Zone, a.Zone))
}

// digs ask each name server for the records: those that drtxt asks, where these are known.
func (a *author) digs() []block {
	var blocks []block
	servers := valuesOf(a.Asking, "--server")
	if servers == nil {
		servers = []string{anyNameServer}
	}
	for _, server := range servers {
		words := []string{"dig", "+norecurse", "+short", "TXT", a.Domain}
		blocks = append(blocks, command{shellwords.Line(append(words, digServer(server)...))})
	}
	return blocks
}

// hostAndPort is a server as drtxt takes it.
var hostAndPort = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$`) })

// digServer names a server for dig, which takes the port by a flag.
func digServer(server string) []string {
	m := hostAndPort().FindStringSubmatch(server)
	switch {
	case m == nil: // an address of IPv6 without brackets
		return []string{"@" + server}
	case m[3] == "":
		return []string{"@" + m[1] + m[2]}
	}
	return []string{"@" + m[1] + m[2], "-p", m[3]}
}

// withoutDrtxt is how the records are looked at by whoever has no drtxt.
func (a *author) withoutDrtxt(want text) []block {
	blocks := []block{paragraph(say("**Without drtxt**: ask each name server, as in [%s].", headingArrive))}
	return append(append(blocks, a.digs()...), outcome(want))
}

// signOn signs records in place of those of a kit that is over.
func (a *author) signOn() string {
	words := slices.Concat([]string{"drtxt", "record", "on", a.Domain, "--for", "8h"}, a.signing(), []string{"--format", "json", "--out", recordsFile})
	return shellwords.Line(words)
}

// newKit makes a kit such as this one.
func (a *author) newKit() string {
	on := a.sets(txtrecord.On)
	words := slices.Concat([]string{"drtxt", "kit", a.Domain, "--out", newFolder, "--zone", a.Zone}, a.signing(),
		[]string{"--window", flagDuration(on[0].End.Sub(on[0].Start)), "--count", fmt.Sprint(len(on))})
	if len(on) > 1 {
		words = append(words, "--overlap", flagDuration(max(a.overlap(), 0)))
	}
	return shellwords.Line(append(words, "--timezone", a.Location.String()))
}

// signing are the flags by which records become such as those of this kit.
func (a *author) signing() []string {
	words := []string{"--type", string(a.Type)}
	if a.Forwarding != txtrecord.NoForwarding {
		words = append(words, "--forwarding", a.Forwarding.Name())
	}
	if first, err := txtrecord.Parse(a.sets(txtrecord.On)[0].Values[0]); err == nil && first.Activation.Domain != "" {
		words = append(words, "--bind-domain")
	}
	words = append(words, "--ttl", flagDuration(a.ttl()))
	for _, scheme := range valuesOf(a.Trust, "--scheme") {
		words = append(words, "--scheme", scheme)
	}
	return append(words, "--key", privateKeyPEM)
}

// valuesOf are the values of a flag among words.
func valuesOf(words []string, flag string) []string {
	var values []string
	for i := 0; i+1 < len(words); i++ {
		if words[i] == flag {
			i++
			values = append(values, words[i])
		}
	}
	return values
}

// flagDuration is a length of time as flags take it.
func flagDuration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}
