package export_test

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
)

// shellWords are the commands of a script, each with its arguments as a POSIX shell
// gives them. It refuses what would be more than commands with arguments: redirections,
// assignments, expansions of any kind.
func shellWords(script string) ([][]string, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(script), "")
	if err != nil {
		return nil, err
	}
	var found [][]string
	syntax.Walk(file, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CallExpr:
			fields, fieldsErr := expand.Fields(&expand.Config{Env: expand.ListEnviron()}, node.Args...)
			if fieldsErr != nil || len(node.Assigns) > 0 {
				err = fmt.Errorf("the command %q: %v", fields, fieldsErr)
			}
			found = append(found, fields)
		case *syntax.ParamExp, *syntax.CmdSubst, *syntax.ArithmExp, *syntax.ProcSubst, *syntax.ExtGlob, *syntax.Redirect, *syntax.DblQuoted:
			err = fmt.Errorf("a %T", node)
		case *syntax.Stmt:
			if node.Background || node.Negated || node.Semicolon.IsValid() {
				err = fmt.Errorf("more than a command")
			}
		case *syntax.Lit:
			if strings.ContainsAny(node.Value, `*?[]\~{}`) {
				err = fmt.Errorf("the word %s", node.Value)
			}
		}
		return err == nil
	})
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("no command")
	}
	return found, err
}

// readGcloud wants the updates joined, and the creations of the same as comments.
func readGcloud(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	updates, err := readGcloudLines(string(data), "update", set)
	if err != nil {
		return nil, err
	}
	var creations strings.Builder
	for line := range strings.Lines(string(data)) {
		if command, ok := strings.CutPrefix(line, "# gcloud "); ok {
			creations.WriteString("gcloud " + command)
		}
	}
	created, err := readGcloudLines(creations.String(), "create", set)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(string(data), "# gcloud ") {
		return nil, fmt.Errorf("nothing for the first time")
	}
	return updates, equal("what create makes", created, updates)
}

func readGcloudLines(script, verb string, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	lines, err := shellWords(script)
	if err != nil {
		return nil, err
	}
	var c collector
	for _, words := range lines {
		if err := equal("the command", words[:4], []string{"gcloud", "dns", "record-sets", verb}); err != nil {
			return nil, err
		}
		options := map[string]string{}
		for _, word := range words[5:] {
			flag, value, _ := strings.Cut(word, "=")
			options[flag] = value
		}
		recordType := options["--type"]
		ttl, err := strconv.ParseUint(options["--ttl"], 10, 32)
		if err != nil {
			return nil, err
		}
		want := map[string]string{
			"--type": recordType, "--ttl": options["--ttl"], "--rrdatas": options["--rrdatas"],
			"--zone":    placeholder(set.Target.ManagedZone, "MANAGED_ZONE"),
			"--project": placeholder(set.Target.Project, "PROJECT_ID"),
		}
		if err := equal("the list of flags", options, want); err != nil {
			return nil, err
		}
		for _, item := range strings.Split(options["--rrdatas"], ",") {
			value, err := unquote(recordType, item)
			if err == nil {
				err = c.add(words[4], recordType, uint32(ttl), value)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return c.sets, equal("the number of commands", len(lines), len(c.sets))
}

func readAzure(data []byte, set *export.RecordSet) ([]txtrecord.RRSet, error) {
	lines, err := shellWords(string(data))
	if err != nil {
		return nil, err
	}
	var c collector
	for _, words := range lines {
		if len(words) != 8 {
			return nil, fmt.Errorf("the command %q", words)
		}
		want := []string{"az", "rest", "--method", "put", "--url", words[5], "--body", words[7]}
		if err := equal("the command", words, want); err != nil {
			return nil, err
		}
		if err := c.addAzure(words[5], words[7], set); err != nil {
			return nil, err
		}
	}
	return c.sets, equal("the number of commands", len(lines), len(c.sets))
}

func (c *collector) addAzure(address, body string, set *export.RecordSet) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	path := strings.Split(u.Path, "/")
	if len(path) != 11 {
		return fmt.Errorf("the address %s", address)
	}
	recordType, label := path[9], path[10]
	want := fmt.Sprintf("https://management.azure.com/subscriptions/%s/resourceGroups/%s/providers/Microsoft.Network/dnsZones/%s/%s/%s?api-version=2018-05-01",
		placeholder(set.Target.Subscription, "SUBSCRIPTION_ID"), placeholder(set.Target.ResourceGroup, "RESOURCE_GROUP"), set.Zone, recordType, label)
	if err := equal("the address", address, want); err != nil {
		return err
	}
	name, err := absolute(label, path[8])
	if err != nil {
		return err
	}
	var record struct {
		Properties struct {
			TTL         uint32
			TXTRecords  []struct{ Value []string }
			ARecords    []struct{ IPv4Address string }
			AAAARecords []struct{ IPv6Address string }
		}
	}
	if err := decode([]byte(body), &record); err != nil {
		return err
	}
	values := map[string][]string{}
	for _, r := range record.Properties.TXTRecords {
		if len(r.Value) != 1 {
			return fmt.Errorf("a record of %d strings", len(r.Value))
		}
		values["TXT"] = append(values["TXT"], r.Value[0])
	}
	for _, r := range record.Properties.ARecords {
		values["A"] = append(values["A"], r.IPv4Address)
	}
	for _, r := range record.Properties.AAAARecords {
		values["AAAA"] = append(values["AAAA"], r.IPv6Address)
	}
	for _, value := range values[recordType] {
		if err := c.add(name, recordType, record.Properties.TTL, value); err != nil {
			return err
		}
	}
	return equal("the number of types", len(values), 1)
}
