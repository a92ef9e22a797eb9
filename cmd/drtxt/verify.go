package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/internal/shellwords"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

type verifyOptions struct {
	trust
	judged
	live
	many
	timeout                    string
	file, fileFormat, fileZone string
	out                        output

	data remembered[[]byte] // of the file
}

func newVerifyCommand(env *environment) *cobra.Command { return new(verifyOptions).command(env) }

// command is the command that fills the options in and carries them out.
func (o *verifyOptions) command(env *environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "verify [DOMAIN]",
		Short: "Judge the records that name servers serve, or that a file holds",
		Long: `Follow the delegation to the name servers of a domain, ask each at every address,
and the system's resolvers, for its records, check them, and compare them; or judge
the records in a file. docs/findings.md explains every finding.

Exit status: 0 verified and as expected, 1 wrong, 2 used wrongly, 3 no record,
4 no server could be asked, 5 pending, 130 interrupted. With --format nagios:
0 OK, 1 WARNING (5, or warnings), 2 CRITICAL (1, 3), 3 UNKNOWN (2, 4).

--targets: one domain a line, or CSV (domain,public,expect,server,type, or what a
header names), or JSON lines with such keys, as {"domain":"dr.example.com"}.`,
		Example: `  drtxt verify dr.example.com --public dr_publickey.pem --expect on
  drtxt verify dr.example.com --server ns1.example.com --resolver tls://dns.example.net --public dr_publickey.pem
  drtxt verify --targets domains.csv --public dr_publickey.pem --format json
  drtxt verify --file on.txt --public dr_publickey.pem --expect on`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runVerify(cmd, env, o, args)
		},
	}
	takesDomain(env, cmd, 0)
	o.out.flags(env, cmd, verificationFormats)
	o.trust.flags(cmd)
	o.judged.flags(cmd, "expect", "the state that is expected")
	o.live.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.timeout, "timeout", "10s", "limit for the whole verification, a `DURATION`")
	f.StringVar(&o.targets, "targets", "", "verify every domain of this list, a `FILE` of CSV, JSON lines, or one domain a line (- for standard input)")
	f.IntVar(&o.concurrency, "concurrency", 32, "with --targets: how many domains are verified at once")
	f.StringVar(&o.file, "file", "", "judge the records in this `FILE` instead (- for standard input)")
	f.StringVar(&o.fileFormat, "file-format", "", "format of the file: "+list(fileFormats())+" (default: recognised)")
	f.StringVar(&o.fileZone, "origin", "", "the `ZONE` that relative names in a zone file belong to")
	completeValues(cmd, "file-format", fileFormats())
	takesSettingsOf(env, cmd, func(cmd *cobra.Command, args []string) (string, error) { return o.settingsOf(cmd, env, args) })
	return cmd
}

// settingsOf is the domain whose settings count: the one that is named, in the arguments or
// by the records, else the only one that is configured. The lines of a list take their own.
func (o *verifyOptions) settingsOf(cmd *cobra.Command, env *environment, args []string) (string, error) {
	if err := o.checkMode(env, args); err != nil {
		return "", err
	}
	switch {
	case o.targets != "":
		return "", nil
	case len(args) == 0 && len(o.records) > 0:
		return o.expected.domain(cmd.Context(), env), nil
	case len(args) == 0 && o.file != "":
		contents, err := o.readFile(cmd.Context(), env, "")
		if err == nil && contents.Domain != "" {
			return contents.Domain, nil
		}
		return env.settings.only(), nil // what is wrong with the file is said when it is judged
	}
	written, err := requireWritten(env, cmd, args)
	if err != nil {
		return "", err
	}
	return canonicalDomain(written)
}

func fileFormats() []string {
	names := make([]string, len(recordfile.Formats))
	for i, f := range recordfile.Formats {
		names[i] = string(f)
	}
	return names
}

func runVerify(cmd *cobra.Command, env *environment, o *verifyOptions, args []string) error {
	ctx := cmd.Context()
	if err := o.out.check(slices.Concat(o.public, o.records, []string{o.file, o.targets, o.rootHints})...); err != nil {
		return err
	}
	if err := o.checkMode(env, args); err != nil {
		return err
	}
	if o.targets != "" {
		return o.verifyMany(cmd, env)
	}
	domain, err := o.domain(cmd, env, args)
	if err != nil {
		return err
	}
	policy, err := o.judgedPolicy(env, &o.judged, domain)
	if err != nil {
		return err
	}
	var report verify.Report
	if o.file != "" {
		report, err = o.verifyFile(ctx, env, policy)
	} else {
		report, err = o.verifyLive(ctx, env, policy)
	}
	if err != nil {
		return err
	}
	result, err := renderReport(env, &report, o.out.format, o.source())
	if err != nil {
		return err
	}
	if err := o.out.write(ctx, env, result); err != nil {
		return err
	}
	o.hintAtDomains(env, &report)
	return endIn(&report, o.out.format)
}

// hintAtDomains says how a file is verified with the key that is configured for one of
// several domains, where the file does not say which of them it is about.
func (o *verifyOptions) hintAtDomains(env *environment, report *verify.Report) {
	file := env.settings.file
	if o.file == "" || report.Policy.Domain != "" || report.Verdict != verify.Unchecked || o.skipSignature || file == nil || len(file.Domains()) < 2 {
		return
	}
	line := []string{"drtxt", "verify", file.Domains()[0], "--file", o.file}
	if env.typed["config"] {
		line = append(line, "--config", env.settings.path)
	}
	env.note("hint: the file does not say which domain it is about, and several are configured: %s; name one, and its settings count: `%s`", domainList(file), shellwords.Line(line))
}

// checkMode refuses what does not go together.
func (o *verifyOptions) checkMode(env *environment, args []string) error {
	switch {
	case o.targets != "" && (o.file != "" || len(o.records) > 0 || len(args) > 0):
		return refusal(errors.New("--targets excludes DOMAIN, --file and --records"), "name the domain in the list, or verify it by itself")
	case o.file != "" && (len(o.servers) > 0 || len(o.resolvers) > 0 || len(o.records) > 0 || o.rootHints != ""):
		return refusal(errors.New("--file excludes --server, --resolver, --records and --root-hints"), "verify the file first, then what the servers serve")
	case o.file != "" && env.typedAny("ipv4", "ipv6", "timeout", "question-timeout"):
		return refusal(errors.New("-4, -6, --timeout and --question-timeout are about name servers, and --file asks none"), "leave them out")
	case o.targets == "" && env.typedAny("concurrency"):
		return refusal(errors.New("--concurrency is about --targets, which is not given"), "leave it out, or add --targets FILE")
	case o.file == "" && (o.fileFormat != "" || o.fileZone != ""):
		return refusal(errors.New("--file-format and --origin are about --file, which is not given"), "add --file FILE")
	}
	return nil
}

// domain is the one that is verified, empty where the records say it.
func (o *verifyOptions) domain(cmd *cobra.Command, env *environment, args []string) (string, error) {
	if len(args) == 0 && (o.file != "" || len(o.records) > 0) {
		return "", nil
	}
	return requireDomain(env, cmd, args)
}

func (o *verifyOptions) source() string {
	if o.file == "-" {
		return "standard input"
	}
	return o.file
}

func (o *verifyOptions) verifyLive(ctx context.Context, env *environment, policy verify.Policy) (verify.Report, error) {
	timeout, err := parseTimeout("--timeout", o.timeout)
	if err != nil {
		return verify.Report{}, err
	}
	request, err := o.request(ctx, env, policy)
	if err != nil {
		return verify.Report{}, err
	}
	checker, err := o.checker(ctx, env)
	if err != nil {
		return verify.Report{}, err
	}
	return o.verifyOnce(ctx, env, checker, request, timeout)
}

func parseServers(texts []string) ([]verify.Server, error) {
	servers := make([]verify.Server, len(texts))
	for i, text := range texts {
		server, ok := parseServer(text)
		if !ok {
			return nil, refusal(fmt.Errorf("--server %q is not a host and port", text), "write ns1.example.com, 192.0.2.1:53 or [2001:db8::1]:53")
		}
		servers[i] = server
	}
	return servers, nil
}

// parseServer reads HOST, HOST:PORT, an IPv6 address with or without brackets, or
// [v6]:PORT.
func parseServer(text string) (verify.Server, bool) {
	server, err := dnsquery.ParseServer("udp://" + text)
	return verify.Server{Host: server.Host, Port: server.Port}, err == nil && !strings.Contains(text, "/")
}

// verifyFile judges the records in a file, and what the file says about them.
func (o *verifyOptions) verifyFile(ctx context.Context, env *environment, policy verify.Policy) (verify.Report, error) {
	contents, err := o.readFile(ctx, env, policy.Domain)
	if err != nil {
		return verify.Report{}, err
	}
	policy.Domain = contents.Domain
	return judgeContents(contents, policy), nil
}

func (o *verifyOptions) readFile(ctx context.Context, env *environment, domain string) (recordfile.Contents, error) {
	data, err := o.data.get(func() ([]byte, error) { return readInput(ctx, env, o.file) })
	if err != nil {
		return recordfile.Contents{}, err
	}
	return readRecords(data, o.source(), o.fileFormat, recordfile.Where{Domain: domain, Origin: o.fileZone})
}

// readRecords reads records in the format that was named, or that is recognised.
func readRecords(data []byte, source, formatName string, where recordfile.Where) (recordfile.Contents, error) {
	format := recordfile.Format(formatName)
	if format == "" {
		detected, err := recordfile.Detect(data)
		if err != nil {
			return recordfile.Contents{}, unrecognised(data, source, err)
		}
		format = detected
	} else if err := oneOf("--file-format", formatName, fileFormats()); err != nil {
		return recordfile.Contents{}, err
	}
	contents, err := recordfile.Read(data, format, where)
	if err != nil {
		return contents, fmt.Errorf("%s: %w", quoted(source), err)
	}
	return contents, nil
}

// unrecognised names what an editor or shell may have made of the input.
func unrecognised(data []byte, source string, err error) error {
	err = fmt.Errorf("%s: %w", quoted(source), err)
	switch {
	case len(data) >= 2 && (data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff):
		return refusal(err, "it is UTF-16, as PowerShell's > writes it: write it with --out instead")
	case len(data) >= 3 && string(data[:3]) == "\uFEFF":
		return refusal(err, "it begins with a byte order mark: save it as plain ASCII")
	}
	return err
}
