package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// A reader gets the RRsets back from what a form wrote, by that tool's own syntax, and
// checks what else the tool is told. It is told the target, which the set was written for.
type reader func(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error)

var readers = map[string]reader{
	"json":                 readRecordSet,
	"zone":                 readZone,
	"nsupdate":             readNsupdate,
	"route53":              readRoute53,
	"terraform-aws":        readTerraformAWS,
	"terraform-cloudflare": readTerraformCloudflare,
	"terraform-google":     readTerraformGoogle,
	"terraform-azurerm":    readTerraformAzureRM,
	"cloudflare":           readCloudflare,
	"gcloud":               readGcloud,
	"azure":                readAzure,
	"octodns":              readOctoDNS,
	"dnscontrol":           readDNSControl,
	"externaldns":          readExternalDNS,
	"powerdns":             readPowerDNS,
	"windows":              readWindows,
}

// Names, types, TTLs and values come back byte for byte from every format; from text,
// which is nothing else, the values.
func TestMeaning(t *testing.T) {
	sets := manySets(t)
	for _, f := range forms() {
		t.Run(f.label(), func(t *testing.T) {
			t.Parallel()
			for _, set := range sets {
				if err := f.readBack(f.written(t, f.suited(set)), f.suited(set)); err != nil {
					t.Fatalf("%v\n%s", err, f.written(t, f.suited(set)))
				}
			}
		})
	}
}

// readBack compares what was written with what it is read as.
func (f form) readBack(data []byte, set *export.RecordSet) error {
	if f.Name == "text" {
		var values []string
		for _, rrset := range set.RRSets {
			values = append(values, rrset.Values...)
		}
		if want := strings.Join(values, "\n") + "\n"; string(data) != want {
			return fmt.Errorf("want\n%s", want)
		}
		return nil
	}
	read, ok := readers[f.label()]
	if !ok {
		return fmt.Errorf("nothing reads %s", f.label())
	}
	got, err := read(data, set)
	if err == nil && !reflect.DeepEqual(got, set.RRSets) {
		err = fmt.Errorf("read as\n%+v\nwant\n%+v", got, set.RRSets)
	}
	return err
}

// Whatever a set holds, it is refused, or means the same in every format.
func FuzzFormats(f *testing.F) {
	f.Add("dr.example.com.", "example.com", "TXT", uint32(60), "v=1;k=all;b=on", "v=1;k=all;b=off", "Z1")
	f.Add("example.com.", "example.com", "A", uint32(300), "192.0.2.1", "192.0.2.2", "a-b_c.d")
	f.Add("no.example.com.", "com", "AAAA", uint32(86400), "2001:10:20:30:40:50:10:20", "::1", "")
	f.Add("$(id).example.com.", "example.com", "TXT", uint32(60), "${x}", "%{if}", "'; rm -rf x")
	all := forms()
	f.Fuzz(func(t *testing.T, name, zone, recordType string, ttl uint32, first, second, id string) {
		set := &export.RecordSet{
			Schema: export.Schema,
			RRSets: []txtrecord.RRSet{{Name: name, Type: recordType, TTL: ttl, Values: []string{first, second}}},
			Zone:   zone,
		}
		for _, form := range all {
			set.Target = export.Target{Provider: form.provider, ZoneID: id, Project: id, ManagedZone: id, Subscription: id, ResourceGroup: id}
			var out bytes.Buffer
			if form.WriteSet(&out, set) != nil {
				if out.Len() > 0 {
					t.Errorf("%s: %d bytes of a refused set", form.label(), out.Len())
				}
				continue
			}
			if err := form.readBack(out.Bytes(), set); err != nil {
				t.Errorf("%s: %v\n%s", form.label(), err, out.String())
			}
			checkGuide(t, form, set)
		}
	})
}

// A collector puts records together to sets, in the order in which they came.
type collector struct{ sets []txtrecord.RRSet }

func (c *collector) add(name, recordType string, ttl uint32, value string) error {
	last := len(c.sets) - 1
	if last < 0 || c.sets[last].Name != name || c.sets[last].Type != recordType {
		c.sets = append(c.sets, txtrecord.RRSet{Name: name, Type: recordType, TTL: ttl})
		last++
	}
	if c.sets[last].TTL != ttl {
		return fmt.Errorf("TTLs %d and %d in one set", c.sets[last].TTL, ttl)
	}
	c.sets[last].Values = append(c.sets[last].Values, value)
	return nil
}

// unquote takes the quotes of zone-file syntax from a TXT value, which has to have them.
func unquote(recordType, value string) (string, error) {
	if recordType != "TXT" {
		return value, nil
	}
	if len(value) < 2 || value[0] != '"' {
		return "", fmt.Errorf("the TXT value %s is not quoted", value)
	}
	return strconv.Unquote(value)
}

// unquoteAll is unquote for many.
func unquoteAll(recordType string, values []string) ([]string, error) {
	bare := make([]string, len(values))
	var err error
	for i, value := range values {
		if bare[i], err = unquote(recordType, value); err != nil {
			return nil, err
		}
	}
	return bare, nil
}

// absolute is a name relative to a zone, "@" for the zone's own, as an absolute one.
func absolute(name, zone string) (string, error) {
	switch {
	case name == "@":
		return zone + ".", nil
	case name == "" || strings.HasSuffix(name, "."):
		return "", fmt.Errorf("the name %q is not relative", name)
	}
	return name + "." + zone + ".", nil
}

// withDot is an absolute name that is written without its final dot.
func withDot(name string) (string, error) {
	if strings.HasSuffix(name, ".") {
		return "", fmt.Errorf("the name %q has a final dot", name)
	}
	return name + ".", nil
}

// placeholder is what stands for an identifier that is not given.
func placeholder(value, instead string) string {
	if value == "" {
		return instead
	}
	return value
}

// decode reads exactly one JSON value, with no keys but those of the type.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON value: %v", err)
	}
	return nil
}

// equal reports a difference in words.
func equal[T any](what string, got, want T) error {
	if !reflect.DeepEqual(got, want) {
		return fmt.Errorf("%s is %v, want %v", what, got, want)
	}
	return nil
}

// commands are the lines of a guide for a shell.
func commands(lines []string) []string {
	var found []string
	for _, line := range lines {
		if strings.HasPrefix(line, "  ") {
			found = append(found, strings.TrimSpace(line))
		}
	}
	return found
}

// Every format says how it is applied, what becomes of what stands, and what to run
// afterwards: in comments, or otherwise where it has none. A shell takes every line.
func TestGuides(t *testing.T) {
	for _, set := range append(manySets(t), withScheme(t)) {
		for _, f := range forms() {
			checkGuide(t, f, f.suited(set))
		}
	}
}

func withScheme(t *testing.T) *export.RecordSet {
	set := signedSet(t, activation)
	set.Scheme = "trimmed+nok"
	return set
}

// replacing is what each form says of other records at the name.
var replacing = map[string]string{
	"text": "in place of every %s record", "json": "For the zone", "zone": "replace every %s record",
	"cloudflare": "It replaces every %s record of %s, any other too.", "terraform-cloudflare": "%s records of %s that Terraform does not know stay",
	"windows":       "It removes every %s record of %s, any other too",
	"terraform-aws": onceImported, "terraform-google": onceImported, "terraform-azurerm": onceImported,
	"externaldns": "Where ExternalDNS made the set, it replaces every %s record of %s: any",
	"default":     "It replaces every %s record of %s: any other that stands there goes too, unless it is added here.",
}

const onceImported = "Once imported, it replaces every %s record of %s: any"

func checkGuide(t testing.TB, f form, set *export.RecordSet) {
	t.Helper()
	guide := f.guide(t, set)
	lines := guide.Lines()
	text := strings.Join(lines, "\n") + "\n"
	if slices.ContainsFunc(lines, func(line string) bool { return line == "" || strings.ContainsAny(line, "\n\r") }) {
		t.Errorf("%s: %q", f.label(), lines)
	}
	if len(commands(guide.Apply)) == 0 && f.Name != "text" && f.Name != "zone" || len(guide.Apply) == 0 {
		t.Errorf("%s does not say how to apply it: %q", f.label(), lines)
	}
	for _, line := range commands(lines) {
		if _, err := shellWords(line); err != nil {
			t.Errorf("%s: %s: %v", f.label(), line, err)
		}
	}
	said, ok := replacing[f.label()]
	if !ok {
		said = replacing["default"]
	}
	name, types := strings.TrimSuffix(set.RRSets[0].Name, "."), typesOf(set, f.Name)
	if want := strings.NewReplacer("%s record of %s", types+" record of "+name, "%s records of %s", types+" records of "+name, "%s", types).Replace(said); !strings.Contains(text, want) {
		t.Errorf("%s does not say %q:\n%s", f.label(), want, text)
	}
	checkConditions(t, f, set, lines)
	if got, want := commands(guide.Verify), []string{verifyLine(f, set)}; !slices.Equal(got, want) {
		t.Errorf("%s: verification %q, want %q", f.label(), got, want)
	}
	if f.Heeds("zone", f.provider) != strings.Contains(text, "For the zone "+set.Zone) || strings.Contains(text, "assumed") != (set.ZoneAssumed && f.Heeds("zone", f.provider)) {
		t.Errorf("%s says of the zone:\n%s", f.label(), text)
	}
	checkComments(t, f, set, lines)
}

// checkConditions checks what is said of some sets alone.
func checkConditions(t testing.TB, f form, set *export.RecordSet, lines []string) {
	t.Helper()
	withText := slices.ContainsFunc(set.RRSets, func(rrset txtrecord.RRSet) bool { return rrset.Type == "TXT" })
	for words, want := range map[string]bool{
		"Several types are several changes:": len(set.RRSets) > 1 && slices.Contains([]string{"gcloud", "azure", "terraform"}, f.Name),
		"Its Azure provider writes only":     withText && f.Name == "externaldns",
		"A set that ExternalDNS did not":     f.Name == "externaldns",
		"It takes the set's metadata away":   f.Name == "azure",
		"--zone " + set.Zone + " --tsig":     f.Name == "json",
	} {
		if slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, words) }) != want {
			t.Errorf("%s says %q: want %t\n%q", f.label(), words, want, lines)
		}
	}
}

func typesOf(set *export.RecordSet, format string) string {
	var types []string
	for _, rrset := range set.RRSets {
		types = append(types, rrset.Type)
	}
	if format == "text" {
		return types[0] // a sentence for each
	}
	return strings.Join(types, " and ")
}

// verifyLine is the command that has to be named.
func verifyLine(f form, set *export.RecordSet) string {
	line := "drtxt verify " + strings.TrimSuffix(set.RRSets[0].Name, ".")
	if slices.Contains([]string{"json", "zone", "nsupdate", "powerdns", "windows"}, f.Name) {
		line += " --server YOUR-NAME-SERVER"
	}
	switch {
	case set.Activation == nil && f.Name == "json":
		return line + " --records FILE" // the set itself
	case set.Activation == nil:
		return line + " --records RECORDS.json"
	case set.Signed:
		line += " --public dr_publickey.pem"
	default:
		line += " --allow-unsigned"
	}
	if set.Signed && set.Scheme != "prefix" {
		line += " --scheme " + set.Scheme
	}
	if set.Activation.Start != nil {
		return line // what to expect depends on when it is run
	}
	return line + " --expect " + set.Activation.Status
}

// checkComments checks that the guide stands at the head of what is written, as comments
// of the format, or that the format has none.
func checkComments(t testing.TB, f form, set *export.RecordSet, lines []string) {
	t.Helper()
	mark, ok := map[string]string{
		"zone": "; ", "nsupdate": "; ", "terraform": "# ", "gcloud": "# ", "azure": "# ", "octodns": "# ",
		"dnscontrol": "// ", "externaldns": "# ", "windows": "# ",
	}[f.Name]
	if ok != f.HasComments() {
		t.Errorf("%s says that it has comments: %t", f.label(), f.HasComments())
	}
	if !ok {
		return
	}
	if want := mark + strings.Join(lines, "\n"+mark) + "\n"; !strings.HasPrefix(string(f.written(t, set)), want) {
		t.Errorf("%s does not begin with\n%s", f.label(), want)
	}
}
