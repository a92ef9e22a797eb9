package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/finding"
	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

type explainOptions struct {
	trust
	domain, fileFormat, fileZone string
	out                          output
}

func newExplainCommand(env *environment) *cobra.Command {
	var o explainOptions
	cmd := &cobra.Command{
		Use:   "explain [RECORD...]",
		Short: "Say in words what records mean, and everything that is wrong with them",
		Long: `Say what each record and the set mean, with every fault's tag and column. Records
come from the arguments or from standard input.

Without --public the exit status is 0 if the input could be read; with it, that of
drtxt verify.`,
		Example: `  drtxt explain < on.txt
  drtxt explain 'v=1;k=zpa;b=on;m=fo'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return runExplain(cmd.Context(), env, &o, args) },
	}
	o.out.flags(env, cmd, []string{"text", "json"})
	o.trust.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.domain, "domain", "", "the `NAME` that the records stand at")
	f.StringVar(&o.fileFormat, "file-format", "", "format of standard input: "+list(fileFormats())+" (default: recognised)")
	f.StringVar(&o.fileZone, "origin", "", "the `ZONE` that relative names in a zone file belong to")
	completeValues(cmd, "file-format", fileFormats())
	completeDomains(env, cmd, "domain")
	return cmd
}

func runExplain(ctx context.Context, env *environment, o *explainOptions, args []string) error {
	if err := o.out.check(o.public...); err != nil {
		return err
	}
	policy, err := o.policy(env)
	if err != nil {
		return err
	}
	if o.domain != "" {
		if policy.Domain, err = parseDomain(env, o.domain); err != nil {
			return err
		}
	}
	contents, err := o.read(ctx, env, args, policy.Domain)
	if err != nil {
		return err
	}
	policy.Domain = contents.Domain
	report := judgeContents(contents, policy)
	result, err := renderExplanation(env, contents.Records, &report, o.out.format)
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result); err != nil {
		return err
	}
	if status := report.ExitStatus(); len(o.public) > 0 && status != verify.StatusDone {
		return verdictStatus(status)
	}
	return nil
}

func (o *explainOptions) read(ctx context.Context, env *environment, args []string, domain string) (recordfile.Contents, error) {
	if len(args) > 0 {
		return recordfile.Contents{Domain: domain, Records: verify.Values(args...)}, nil
	}
	if env.inTerminal {
		env.note("reading records from the terminal; end with Ctrl-D")
	}
	data, err := readInput(ctx, env, "-")
	if err != nil {
		return recordfile.Contents{}, err
	}
	return readRecords(data, "standard input", o.fileFormat, recordfile.Where{Domain: domain, Origin: o.fileZone})
}

// An explanation is the JSON form of what explain says.
type explanation struct {
	Schema  string              `json:"schema"`
	Records []recordExplanation `json:"records"`
	// Omitted is how many records beyond those were not taken apart.
	Omitted      int            `json:"omitted"`
	Verification *verify.Report `json:"verification"`
}

type recordExplanation struct {
	Value string           `json:"value"`
	Ours  bool             `json:"ours"`
	Kind  string           `json:"kind"`
	Tags  []tagExplanation `json:"tags"`
	// OmittedTags is how many tags beyond those are not listed.
	OmittedTags int                `json:"omitted_tags"`
	Faults      []faultExplanation `json:"faults"`
}

type tagExplanation struct {
	Column  int    `json:"column"`
	Tag     string `json:"tag"`
	Value   string `json:"value"`
	Meaning string `json:"meaning"`
}

type faultExplanation struct {
	Column int    `json:"column"`
	Tag    string `json:"tag,omitempty"`
	Code   string `json:"code"`
	// Refused is false where the record is only not in canonical form.
	Refused bool   `json:"refused"`
	Message string `json:"message"`
}

// maxExplained bounds how many records are taken apart one by one, and maxTags how
// many tags of one are listed. The format has ten.
const (
	maxExplained = 100
	maxTags      = 32
)

func renderExplanation(env *environment, records []verify.TXT, report *verify.Report, format string) ([]byte, error) {
	explained := explanation{Schema: "drtxt/explanation/v1", Records: []recordExplanation{}, Verification: report}
	for _, txt := range records[:min(len(records), maxExplained)] {
		explained.Records = append(explained.Records, explainRecord(txt))
	}
	explained.Omitted = len(records) - len(explained.Records)
	if format == "json" {
		return encodeJSON(explained)
	}
	var b bytes.Buffer
	for i, r := range explained.Records {
		if err := writeRecord(&b, i+1, r); err != nil {
			return nil, err
		}
	}
	if explained.Omitted > 0 {
		fmt.Fprintf(&b, "and %d more records\n\n", explained.Omitted)
	}
	fmt.Fprintln(&b, "together:", paint(env, verdictColor(report), printableLine(report.Sentence())))
	if report.Key != "" {
		fmt.Fprintln(&b, "signature:", "holds under the key "+report.Key)
	}
	writeFindings(env, &b, finding.FromVerify(report.Findings))
	return b.Bytes(), nil
}

func explainRecord(txt verify.TXT) recordExplanation {
	record, faults := txtrecord.Examine(txt.Text())
	e := recordExplanation{
		Value:  txt.Text(),
		Ours:   len(faults) == 0 || txtrecord.IsOurs(txt.Text()),
		Tags:   []tagExplanation{},
		Faults: []faultExplanation{},
	}
	e.Kind = kindOf(&record, faults, e.Ours)
	if !e.Ours {
		return e
	}
	shown := record.Tags[:min(len(record.Tags), maxTags)]
	e.OmittedTags = len(record.Tags) - len(shown)
	for _, tag := range shown {
		e.Tags = append(e.Tags, tagExplanation{tag.Offset + 1, tag.Name, tag.Value, meaning(tag)})
	}
	for _, fault := range append(faults, record.Deviations...) {
		e.Faults = append(e.Faults, newFaultExplanation(fault, len(faults) > len(e.Faults)))
	}
	return e
}

func newFaultExplanation(fault *txtrecord.RecordError, refused bool) faultExplanation {
	message := fault.Fault.Error()
	if fault.Found != "" {
		message = "found " + quoted(fault.Found) + ": " + message
	}
	return faultExplanation{fault.Offset + 1, fault.Tag, fault.Fault.Code(), refused, message}
}

func kindOf(record *txtrecord.Record, faults []*txtrecord.RecordError, ours bool) string {
	switch {
	case !ours:
		return "not a disaster recovery record"
	case len(faults) > 0:
		return "a malformed disaster recovery record"
	case record.Signed():
		return fmt.Sprintf("part %d of 2 of a signed set", record.Part)
	}
	return "an unsigned record"
}

// longValue is the length, in bytes, beyond which a value is cut for display.
const longValue = 48

func writeRecord(w io.Writer, number int, r recordExplanation) error {
	fmt.Fprintf(w, "record %d: %s, %d bytes\n", number, r.Kind, len(r.Value))
	if len(r.Tags) > 0 {
		rows := make([][]string, len(r.Tags))
		for i, t := range r.Tags {
			rows[i] = []string{fmt.Sprintf("  %d", t.Column), printableLine(cut(t.Tag)), printableLine(cut(t.Value)), t.Meaning}
		}
		if err := writeTable(w, []string{"  COLUMN", "TAG", "VALUE", "MEANING"}, rows); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(w, "  %s\n", quoted(cut(r.Value)))
	}
	if r.OmittedTags > 0 {
		fmt.Fprintf(w, "  and %d more tags\n", r.OmittedTags)
	}
	for _, f := range r.Faults {
		kind := "not canonical"
		if f.Refused {
			kind = "fault"
		}
		tag := ""
		if f.Tag != "" {
			tag = ", tag " + f.Tag
		}
		fmt.Fprintln(w, printableLine(fmt.Sprintf("  %s at column %d%s (%s): %s", kind, f.Column, tag, f.Code, f.Message)))
	}
	_, err := fmt.Fprintln(w)
	return err
}

func cut(text string) string {
	if len(text) <= longValue {
		return text
	}
	return fmt.Sprintf("%s... (%d)", strings.ToValidUTF8(text[:longValue-12], "?"), len(text))
}
