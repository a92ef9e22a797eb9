//go:build interop

package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// exportedSets are sets of every type of record: a signed pair as the program makes it,
// addresses, and an unsigned record at the zone's own name.
func exportedSets(t testing.TB) map[string]*export.RecordSet {
	t.Helper()
	private, _ := keyPair(t)
	return exportedSetsOf(t, private)
}

func exportedSetsOf(t testing.TB, private string) map[string]*export.RecordSet {
	t.Helper()
	var signed export.RecordSet
	made := must(t, drtxt, "record", "on", "dr.example.com", "--end", "4102444800", "--bind-domain", "--ttl", "60s", "--key", private, "--format", "json")
	if err := json.Unmarshal([]byte(made), &signed); err != nil {
		t.Fatal(err)
	}
	signed.Zone = "example.com"
	off := &export.Activation{Type: "all", Status: "off"}
	return map[string]*export.RecordSet{
		"signed": &signed,
		"addresses": {Schema: export.Schema, Zone: "example.com", RRSets: []txtrecord.RRSet{
			{Name: "dr.example.com.", Type: "A", TTL: 60, Values: []string{"192.0.2.1", "192.0.2.2"}},
			{Name: "dr.example.com.", Type: "AAAA", TTL: 60, Values: []string{"2001:db8::1", "2001:10:20:30:40:50:10:20"}},
		}},
		"apex": {Schema: export.Schema, Zone: "example.com", Activation: off, RRSets: []txtrecord.RRSet{
			{Name: "example.com.", Type: "TXT", TTL: 86400, Values: []string{"v=1;k=all;b=off"}},
		}},
	}
}

// exported writes a set and returns it with the commands that apply it.
func exported(t testing.TB, format string, set *export.RecordSet) (text string, commands []string) {
	t.Helper()
	f, ok := export.Lookup(format)
	if !ok {
		t.Fatalf("there is no format %s", format)
	}
	var b bytes.Buffer
	if err := f.WriteSet(&b, set); err != nil {
		t.Fatal(err)
	}
	guide, err := f.Guide(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range guide.Apply {
		if command, ok := strings.CutPrefix(line, "  "); ok {
			commands = append(commands, command)
		}
	}
	return b.String(), commands
}

// onlyCommand is the command that applies a format which needs no more than one.
func onlyCommand(t testing.TB, commands []string) string {
	t.Helper()
	if len(commands) != 1 {
		t.Fatalf("commands %q", commands)
	}
	return commands[0]
}

// stubs are what DNSControl gives a script, as far as the records need it. TXT takes
// an array too, which would make one record of several strings.
const stubs = `
const records = [];
const TTL = seconds => ({ttl: seconds});
const make = type => (name, value, ...modifiers) => ({type, name, value, ttl: modifiers[0].ttl, modifiers: modifiers.length});
const TXT = make("TXT"), A = make("A"), AAAA = make("AAAA");
const D_EXTEND = (zone, ...made) => records.push({zone, made});
const D = () => { throw new Error("the zone is declared anew"); };
`

// The DNSControl script gives the values back when a JavaScript engine runs it.
func TestNodeRunsTheDNSControlScript(t *testing.T) {
	t.Parallel()
	for name, set := range exportedSets(t) {
		text, _ := exported(t, "dnscontrol", set)
		script := writeTemp(t, "script.js", stubs+text+"console.log(JSON.stringify(records));\n")
		var zones []struct {
			Zone string
			Made []struct {
				Type, Name     string
				Value          any
				TTL, Modifiers int
			}
		}
		if err := json.Unmarshal([]byte(must(t, "node", script)), &zones); err != nil || len(zones) != 1 || zones[0].Zone != "example.com" {
			t.Fatalf("%s: %+v, %v", name, zones, err)
		}
		var got []string
		for _, r := range zones[0].Made {
			owner := strings.TrimPrefix(r.Name+".example.com.", "@.")
			got = append(got, fmt.Sprintf("%s %d %s %v, %d", owner, r.TTL, r.Type, r.Value, r.Modifiers))
		}
		var want []string
		for _, rrset := range set.RRSets {
			for _, value := range rrset.Values {
				want = append(want, fmt.Sprintf("%s %d %s %s, 1", rrset.Name, rrset.TTL, rrset.Type, value))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: node makes\n%q\nwant\n%q", name, got, want)
		}
	}
}

// The AWS command line takes the change batch, by the very line that we print, and
// refuses one that lacks something. Nothing is sent.
func TestAWSTakesTheChangeBatch(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_DEFAULT_REGION", "us-east-1")
	t.Setenv("HOME", t.TempDir())
	for name, set := range exportedSets(t) {
		set.Target.ZoneID = "Z0000000TEST"
		text, commands := exported(t, "route53", set)
		line := onlyCommand(t, commands) + " --generate-cli-skeleton output"
		file := writeTemp(t, "batch.json", text)
		if r := run(t, "", "sh", "-c", strings.Replace(line, "FILE", file, 1)); r.status != 0 || !strings.Contains(r.out, "ChangeInfo") {
			t.Errorf("%s: status %d\n%s%s", name, r.status, r.out, r.err)
		}
		broken := writeTemp(t, "batch.json", strings.Replace(text, `"Action"`, `"Acton"`, 1))
		if r := run(t, "", "sh", "-c", strings.Replace(line, "FILE", broken, 1)); r.status == 0 {
			t.Errorf("%s: a broken batch is taken", name)
		}
	}
}

// valuesOf are the records of a set as zone checkers and dig print them, sorted.
func valuesOf(rrset txtrecord.RRSet) []string {
	lines := slices.Clone(rrset.Values)
	for i := range lines {
		if rrset.Type == "TXT" {
			lines[i] = `"` + lines[i] + `"`
		}
	}
	slices.Sort(lines)
	return lines
}

// dumped takes the records of a set out of a zone that a tool printed.
func dumped(dump string, rrset txtrecord.RRSet) []string {
	var found []string
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^%s\s+%d\s+IN\s+%s\s+(.*)$`, regexp.QuoteMeta(rrset.Name), rrset.TTL, rrset.Type))
	for _, match := range line.FindAllStringSubmatch(dump, -1) {
		found = append(found, match[1])
	}
	slices.Sort(found)
	return found
}

// dug are the records of a set as dig sees them at a server, with the TTL.
func dug(t testing.TB, server string, rrset txtrecord.RRSet) []string {
	t.Helper()
	return dumped(askTool(t, "dig", server, "+noall", "+answer", rrset.Name, rrset.Type), rrset)
}

// wantServed checks that a server has exactly these sets.
func wantServed(t testing.TB, server string, set *export.RecordSet) {
	t.Helper()
	for _, rrset := range set.RRSets {
		if got := dug(t, server, rrset); !slices.Equal(got, valuesOf(rrset)) {
			t.Errorf("dig sees %q at %s, want %q", got, server, valuesOf(rrset))
		}
	}
}

// Zone lines of every type mean the same to every checker, and to every server.
func TestZoneLinesOfEveryType(t *testing.T) {
	t.Parallel()
	zone := zoneHead
	var all export.RecordSet
	for _, set := range exportedSets(t) {
		text, _ := exported(t, "zone", set)
		zone += text
		all.RRSets = append(all.RRSets, set.RRSets...)
	}
	file := writeTemp(t, "example.com.zone", zone)
	for tool, dump := range map[string]string{
		"named-checkzone": must(t, "named-checkzone", "-i", "local", "-D", "example.com", file),
		"ldns-read-zone":  must(t, "ldns-read-zone", file),
	} {
		for _, rrset := range all.RRSets {
			if got := dumped(dump, rrset); !slices.Equal(got, valuesOf(rrset)) {
				t.Errorf("%s reads %q, want %q", tool, got, valuesOf(rrset))
			}
		}
	}
	must(t, "nsd-checkzone", "example.com", file)
	must(t, "kzonecheck", "-o", "example.com", file)
	eachServer(t, zone, func(t *testing.T, server string) { wantServed(t, server, &all) })
}

// A cloudflare does what its API does with the records of a zone, as far as our command
// line needs it.
type cloudflare struct {
	mu      sync.Mutex
	records []cloudflareRecord
	lists   bool // whether records are listed
	nextID  int
}

type cloudflareRecord struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content string `json:"content"`
	TTL     int    `json:"ttl"`
	Proxied *bool  `json:"proxied,omitempty"`
}

func (c *cloudflare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	const records = "/client/v4/zones/Z0000000TEST/dns_records"
	switch {
	case r.Header.Get("Authorization") != "Bearer test-only-token":
		http.Error(w, `{"success":false}`, http.StatusForbidden)
	case r.Method == http.MethodGet && r.URL.Path == records && c.lists:
		var found []cloudflareRecord
		for _, record := range c.records {
			if record.Name == r.URL.Query().Get("name.exact") {
				found = append(found, record)
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"success": true, "result": append([]cloudflareRecord{}, found...)})
	case r.Method == http.MethodPost && r.URL.Path == records+"/batch" && r.Header.Get("Content-Type") == "application/json":
		c.batch(w, r.Body)
	default:
		http.Error(w, `{"success":false}`, http.StatusBadRequest)
	}
}

func (c *cloudflare) batch(w http.ResponseWriter, body io.Reader) {
	var batch struct {
		Deletes []struct {
			ID string `json:"id"`
		} `json:"deletes"`
		Posts []cloudflareRecord `json:"posts"`
	}
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&batch); err != nil {
		http.Error(w, `{"success":false}`, http.StatusBadRequest)
		return
	}
	for _, deleted := range batch.Deletes {
		c.records = slices.DeleteFunc(c.records, func(r cloudflareRecord) bool { return r.ID == deleted.ID })
	}
	for _, record := range batch.Posts {
		c.add(record)
	}
	json.NewEncoder(w).Encode(map[string]any{"success": true})
}

func (c *cloudflare) add(record cloudflareRecord) {
	c.nextID++
	record.ID = strconv.Itoa(c.nextID)
	c.records = append(c.records, record)
}

// The command line that we print for Cloudflare replaces what stands, in one batch, and
// leaves everything as it is if it cannot learn what stands or the file is no batch.
func TestCloudflareCommandReplaces(t *testing.T) {
	t.Parallel()
	for name, set := range exportedSets(t) {
		domain := strings.TrimSuffix(set.RRSets[0].Name, ".")
		api := &cloudflare{}
		other := cloudflareRecord{Name: "other.example.com", Type: set.RRSets[0].Type, Content: "stays"}
		mail := cloudflareRecord{Name: domain, Type: "MX", Content: "stays"}
		for _, record := range []cloudflareRecord{other, mail} {
			api.add(record)
		}
		for _, rrset := range set.RRSets {
			api.add(cloudflareRecord{Name: domain, Type: rrset.Type, Content: "old"})
			api.add(cloudflareRecord{Name: domain, Type: rrset.Type, Content: "old too"})
		}
		before := slices.Clone(api.records)
		server := httptest.NewServer(api)
		defer server.Close()
		set.Target.ZoneID = "Z0000000TEST"
		text, commands := exported(t, "cloudflare", set)
		apply := func(batch string) result {
			return run(t, "", "sh", "-c", strings.NewReplacer(
				"https://api.cloudflare.com", server.URL,
				"HEADER_FILE", writeTemp(t, "header", "Authorization: Bearer test-only-token\n"),
				"FILE", writeTemp(t, "batch.json", batch),
			).Replace(onlyCommand(t, commands)))
		}

		if r := apply(text); r.status == 0 || !reflect.DeepEqual(api.records, before) {
			t.Errorf("%s: without the list: status %d, records %+v", name, r.status, api.records)
		}
		api.mu.Lock()
		api.lists = true
		api.mu.Unlock()
		otherFormat, _ := exported(t, "route53", set)
		for _, broken := range []string{"", "{}", `{"posts": []}`, `{"posts": null}`, "[]", otherFormat} {
			if r := apply(broken); r.status == 0 || !reflect.DeepEqual(api.records, before) {
				t.Errorf("%s: the batch %q: status %d, records %+v", name, broken, r.status, api.records)
			}
		}
		if r := apply(text); r.status != 0 {
			t.Errorf("%s: status %d\n%s%s", name, r.status, r.out, r.err)
		}
		var got []string
		for _, r := range api.records {
			got = append(got, fmt.Sprintf("%s %d %s %s %t", r.Name, r.TTL, r.Type, r.Content, r.Proxied != nil && *r.Proxied))
		}
		want := []string{"other.example.com 0 " + other.Type + " stays false", domain + " 0 MX stays false"}
		for _, rrset := range set.RRSets {
			for _, value := range rrset.Values {
				if rrset.Type == "TXT" {
					value = `"` + value + `"`
				}
				want = append(want, fmt.Sprintf("%s %d %s %s false", domain, rrset.TTL, rrset.Type, value))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%q\nwant\n%q", name, got, want)
		}
	}
}

// A shell that runs the gcloud and az lines gives the programs the arguments that are
// meant.
func TestShellPassesTheArguments(t *testing.T) {
	t.Parallel()
	for name, set := range exportedSets(t) {
		for format, program := range map[string]string{"gcloud": "gcloud", "azure": "az"} {
			text, commands := exported(t, format, set)
			dir := t.TempDir()
			stub := writeIn(t, dir, program, "#!/bin/sh\nfor a; do printf '%s\\n' \"$a\"; done\n")
			must(t, "chmod", "755", stub)
			file := filepath.Join(dir, "script")
			writeIn(t, dir, "script", text)
			out := must(t, "env", "PATH="+dir+":/usr/bin:/bin", "sh", "-c", strings.Replace(onlyCommand(t, commands), "FILE", file, 1))
			for _, rrset := range set.RRSets {
				if want := argument(t, format, rrset); !strings.Contains(out, "\n"+want+"\n") {
					t.Errorf("%s, %s: no argument %s in\n%s", name, format, want, out)
				}
			}
		}
	}
}

// argument is what carries the values of a set.
func argument(t testing.TB, format string, rrset txtrecord.RRSet) string {
	t.Helper()
	if format == "gcloud" {
		quoted := slices.Clone(rrset.Values)
		for i := range quoted {
			if rrset.Type == "TXT" {
				quoted[i] = strconv.Quote(quoted[i])
			}
		}
		return "--rrdatas=" + strings.Join(quoted, ",")
	}
	var records []string
	for _, value := range rrset.Values {
		records = append(records, fmt.Sprintf(map[string]string{
			"TXT": `{"value":[%q]}`, "A": `{"ipv4Address":%q}`, "AAAA": `{"ipv6Address":%q}`,
		}[rrset.Type], value))
	}
	return fmt.Sprintf(`{"properties":{"TTL":%d,"%sRecords":[%s]}}`, rrset.TTL, rrset.Type, strings.Join(records, ","))
}
