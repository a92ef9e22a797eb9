//go:build interop

package interop

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// groupsExport is an export of the vendor's API: two groups, of which one is designated.
const groupsExport = `{"totalPages":"1","list":[
{"id":"1","name":"Frankfurt","useInDrMode":true,"enabled":true,"serviceEdges":[
 {"id":"11","name":"pse-fra-1","enabled":true,"publishIps":["203.0.113.10","2001:db8::10"]},
 {"id":"12","name":"pse-fra-2","enabled":true,"publishIps":["10.0.0.1"],"publicIp":"203.0.113.11"}]},
{"id":"2","name":"Oslo","useInDrMode":false,"enabled":true,"serviceEdges":[
 {"id":"21","name":"pse-osl-1","enabled":true,"publishIps":["203.0.113.20"]}]}]}`

// What that gives, as [standing] has it.
var (
	exportedV4 = []string{"45 CB00710A", "45 CB00710B"}
	exportedV6 = []string{"45 20010DB8000000000000000000000010"}
)

// The lines for a zone file are read by BIND and NSD as they are meant.
func TestEdgesInAZoneFile(t *testing.T) {
	t.Parallel()
	file := writeTemp(t, "edges.json", groupsExport)
	for _, test := range []struct {
		flags []string
		want  sets
	}{
		{nil, sets{a: exportedV4, aaaa: exportedV6}},
		{[]string{"-4"}, sets{a: exportedV4}},
		{[]string{"-6"}, sets{aaaa: exportedV6}},
	} {
		args := append([]string{"edges", file, "--domain", "dr.example.com", "--ttl", "45s", "--format", "zone"}, test.flags...)
		zone := zoneHead + must(t, drtxt, args...)
		wantStanding(t, "BIND "+strings.Join(test.flags, ""), startBIND(t, zone), test.want)
		wantStanding(t, "NSD "+strings.Join(test.flags, ""), startNSD(t, zone), test.want)
	}
}

// From an export to what servers serve, in one line; verify then tells right addresses from
// wrong ones.
func TestEdgesArePublished(t *testing.T) {
	t.Parallel()
	o := newPublisher(t)
	off := o.records(t, "off", "45")
	file := writeTemp(t, "edges.json", groupsExport)
	more := writeTemp(t, "more.json", strings.Replace(groupsExport, `"useInDrMode":false`, `"useInDrMode":true`, 1))
	eachPrimary(t, func(t *testing.T, _ string, p *primary) {
		own := o.apart(t)
		foreign := []string{foreignSeen(foreignTTL)}
		pipe := func(title, export string, flags ...string) {
			t.Helper()
			edges := append([]string{"drtxt", "edges", export, "--domain", "dr.example.com", "--ttl", "45s", "--format", "json"}, flags...)
			publish := append([]string{"drtxt", "publish", "--confirm", "dr.example.com"}, p.own(t)...)
			line := strings.Join(edges, " ") + " | " + strings.Join(publish, " ")
			run(t, "", "env", "XDG_STATE_HOME="+own.state, "PATH="+filepath.Dir(drtxt)+":"+os.Getenv("PATH"), "sh", "-c", line).want(t, title, 0)
		}
		pipe("addresses where none stood", file)
		wantStanding(t, "addresses where none stood", p.address, sets{foreign, exportedV4, exportedV6})

		own.publish(t, append(p.own(t), confirmed(off.file)...)...).want(t, "off", 0)
		foreign = []string{foreignSeen("45")} // servers give the set one time to live
		right, wrong := writeTemp(t, "right.json", ""), writeTemp(t, "wrong.json", "")
		must(t, drtxt, "edges", file, "--domain", "dr.example.com", "--ttl", "45s", "--format", "json", "--out", right)
		must(t, drtxt, "edges", more, "--domain", "dr.example.com", "--ttl", "45s", "--format", "json", "--out", wrong)
		verifying := func(records string) result {
			return run(t, "", drtxt, "verify", "dr.example.com", "--server", p.address, "--public", own.public, "--records", records)
		}
		verifying(right).want(t, "right addresses", 0)
		if r := verifying(wrong); r.status != 1 || !strings.Contains(r.out, "203.0.113.20") {
			t.Errorf("wrong addresses: status %d\n%s%s", r.status, r.out, r.err)
		}

		pipe("one more", more)
		verifying(wrong).want(t, "the addresses that were wrong before", 0)
		pipe("IPv4 alone leaves AAAA", file, "-4")
		wantStanding(t, "IPv4 alone leaves AAAA", p.address, sets{together(off.seen, foreign), exportedV4, exportedV6})

		p.takeOutAsDocumented(t)
		wantStanding(t, "AAAA is taken out", p.address, sets{txt: together(off.seen, foreign), a: exportedV4})
	})
}

// takeOutAsDocumented runs the line of docs/edges.md that removes the AAAA set, with this
// server and key in the place of its example.
func (p *primary) takeOutAsDocumented(t *testing.T) {
	t.Helper()
	document, err := os.ReadFile("../../docs/edges.md")
	if err != nil {
		t.Fatal(err)
	}
	_, line, found := strings.Cut(string(document), "\n    printf 'server ns1.example.com\\n")
	line, _, _ = strings.Cut(line, "\n")
	line, key := strings.CutSuffix(line, " update.key")
	if !found || !key {
		t.Fatalf("the document has no such line: %s", line)
	}
	must(t, "sh", "-c", "printf 'server 127.0.0.1 "+p.port()+"\\n"+line+" "+p.publisher.file(t))
}
