package export_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

func readRecordSet(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var set export.RecordSet
	err := decode(data, &set)
	return set.RRSets, err
}

func readZone(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var c collector
	parser := dns.NewZoneParser(bytes.NewReader(data), "", "") // no origin: names have to be absolute
	for rr, ok := parser.Next(); ok; rr, ok = parser.Next() {
		if err := c.addRR(rr); err != nil {
			return nil, err
		}
	}
	return c.sets, parser.Err()
}

func (c *collector) addRR(rr dns.RR) error {
	head := rr.Header()
	value := ""
	switch rr := rr.(type) {
	case *dns.TXT:
		if len(rr.Txt) != 1 || strings.Contains(rr.Txt[0], `\`) {
			return fmt.Errorf("the TXT record %q", rr.Txt)
		}
		value = rr.Txt[0]
	case *dns.A:
		value = rr.A.String()
	case *dns.AAAA:
		// The library writes addresses that hold IPv4 ones differently.
		address, _ := netip.AddrFromSlice(rr.AAAA.To16())
		value = address.String()
	}
	return c.add(head.Name, dns.TypeToString[head.Rrtype], head.Ttl, value)
}

// readNsupdate wants one block: the zone, for each set its removal and then its
// records, and one send at the end.
func readNsupdate(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	var c collector
	var script []string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, ";") {
			script = append(script, strings.TrimSuffix(line, "\n"))
		}
	}
	if len(script) < 4 || script[0] != "zone "+set.Zone+"." || script[len(script)-1] != "send" {
		return nil, fmt.Errorf("the script %q", script)
	}
	removed := map[string]bool{}
	for _, line := range script[1 : len(script)-1] {
		if what, ok := strings.CutPrefix(line, "update delete "); ok {
			if removed[what] || len(strings.Fields(what)) != 2 {
				return nil, fmt.Errorf("removal %q", line)
			}
			removed[what] = true
			continue
		}
		record, ok := strings.CutPrefix(line, "update add ")
		rr, err := dns.NewRR(record)
		if !ok || err != nil {
			return nil, fmt.Errorf("line %q: %v", line, err)
		}
		if !removed[rr.Header().Name+" "+dns.TypeToString[rr.Header().Rrtype]] {
			return nil, fmt.Errorf("%q appends", line)
		}
		if err := c.addRR(rr); err != nil {
			return nil, err
		}
	}
	return c.sets, equal("the number of removals", len(removed), len(c.sets))
}

var (
	controlHead = regexp.MustCompile(`^D_EXTEND\("([^"]*)",\n((?s:.*)\n)\);\n$`)
	controlCall = regexp.MustCompile(`^  (TXT|A|AAAA)\(("[^"]*"), ("[^"]*"), TTL\((\d+)\)\)(,?)$`)
)

func readDNSControl(data []byte, _ *export.RecordSet) ([]txtrecord.RRSet, error) {
	var c collector
	_, code, _ := strings.Cut(string(data), "D_EXTEND")
	head := controlHead.FindStringSubmatch("D_EXTEND" + code)
	if head == nil {
		return nil, fmt.Errorf("no D_EXTEND: %s", code)
	}
	lines := strings.Split(strings.TrimSuffix(head[2], "\n"), "\n")
	for i, line := range lines {
		call := controlCall.FindStringSubmatch(line)
		if call == nil || (call[5] == "") != (i == len(lines)-1) {
			return nil, fmt.Errorf("line %q", line)
		}
		label, err := strconv.Unquote(call[2])
		if err != nil {
			return nil, err
		}
		name, err := absolute(label, head[1])
		if err != nil {
			return nil, err
		}
		value, err := strconv.Unquote(call[3])
		if err != nil {
			return nil, err
		}
		ttl, err := strconv.ParseUint(call[4], 10, 32)
		if err == nil {
			err = c.add(name, call[1], uint32(ttl), value)
		}
		if err != nil {
			return nil, err
		}
	}
	return c.sets, nil
}

// readWindows reads the commands as PowerShell does: words, literals between single
// quotes, and one expression in parentheses.
func readWindows(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	var c collector
	removed := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		command, isRemoval := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "try { ")
		command, fails := strings.CutSuffix(command, " } catch { if ($_.CategoryInfo.Category -ne 'ObjectNotFound') { throw } }")
		words, err := powerShellWords(command)
		if err != nil {
			return nil, err
		}
		p := parameters(words[1:])
		name, err := absolute(p["-Name"], p["-ZoneName"])
		if err != nil || p["-ZoneName"] != set.Zone {
			return nil, fmt.Errorf("%q: %v", words, err)
		}
		if words[0] == "Remove-DnsServerResourceRecord" && isRemoval && fails {
			want := map[string]string{"-ZoneName": set.Zone, "-Name": p["-Name"], "-RRType": p["-RRType"], "-Force": "", "-ErrorAction": "Stop"}
			if err := equal("removal", p, want); err != nil {
				return nil, err
			}
			removed[p["-RRType"]] = true
			continue
		}
		if words[0] != "Add-DnsServerResourceRecord" {
			return nil, fmt.Errorf("command %q", words[0])
		}
		if err := c.addPowerShell(name, p, removed); err != nil {
			return nil, err
		}
	}
	return c.sets, equal("the number of removals", len(removed), len(c.sets))
}

func (c *collector) addPowerShell(name string, p map[string]string, removed map[string]bool) error {
	for recordType, parameter := range map[string][2]string{
		"TXT": {"-Txt", "-DescriptiveText"}, "A": {"-A", "-IPv4Address"}, "AAAA": {"-AAAA", "-IPv6Address"},
	} {
		if _, ok := p[parameter[0]]; !ok {
			continue
		}
		seconds, ok := strings.CutPrefix(p["-TimeToLive"], "([TimeSpan]::FromSeconds(")
		ttl, err := strconv.ParseUint(strings.TrimSuffix(seconds, "))"), 10, 32)
		value, given := p[parameter[1]]
		if !ok || err != nil || !given || len(p) != 6 || p["-ErrorAction"] != "Stop" || !removed[recordType] {
			return fmt.Errorf("addition %q", p)
		}
		return c.add(name, recordType, uint32(ttl), value)
	}
	return fmt.Errorf("addition %q of no type", p)
}

// parameters are the words of a command by parameter; a switch has an empty value.
func parameters(words []string) map[string]string {
	p := map[string]string{}
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			p[words[i]] = strings.TrimPrefix(words[i+1], "'")
			i++
		} else {
			p[words[i]] = ""
		}
	}
	return p
}

// powerShellWords splits a line; a literal keeps its first quote, because it is a value
// even if it begins as a parameter does. Outside of quotes it takes nothing that PowerShell
// would act upon, but for a balanced expression at the beginning of a word.
func powerShellWords(line string) ([]string, error) {
	var words []string
	for rest := line; rest != ""; rest = strings.TrimPrefix(rest, " ") {
		var end int
		switch rest[0] {
		case '\'':
			end = strings.IndexByte(rest[1:], '\'') + 2
			if end < 2 {
				return nil, fmt.Errorf("a quote is open in %q", line)
			}
			words = append(words, rest[:end-1])
		case '(':
			end = strings.LastIndexByte(rest, ')') + 1
			words = append(words, rest[:end])
			if expression := rest[:end]; !regexp.MustCompile(`^\(\[TimeSpan\]::FromSeconds\(\d+\)\)$`).MatchString(expression) {
				return nil, fmt.Errorf("the expression %q", expression)
			}
		default:
			end = strings.IndexByte(rest+" ", ' ')
			words = append(words, rest[:end])
			if !regexp.MustCompile(`^-?[A-Za-z][A-Za-z0-9-]*$`).MatchString(rest[:end]) {
				return nil, fmt.Errorf("the bare word %q", rest[:end])
			}
		}
		rest = rest[end:]
		if rest != "" && rest[0] != ' ' {
			return nil, fmt.Errorf("a word goes on behind its quotes: %q", rest)
		}
	}
	return words, nil
}
