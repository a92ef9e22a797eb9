package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/publish"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord/dnsupdate"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// destination is the part of the flags of publish that says where records go.
type destination struct {
	server, zone, tsigFile, zoneFile string
	insecureNoTSIG, ignoreJournal    bool
}

func (d *destination) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&d.server, "server", "", "the zone's primary name server, which takes updates, `HOST[:PORT]` or [v6]:port")
	f.StringVar(&d.zone, "zone", "", "the `ZONE` that the records lie in")
	f.StringVar(&d.tsigFile, "tsig-file", "", "the TSIG key, a `FILE` as tsig-keygen writes it")
	f.BoolVar(&d.insecureNoTSIG, "insecure-no-tsig", false, "send an update that is not signed; any host on the way can change it, and its reply")
	f.StringVar(&d.zoneFile, "zone-file", "", "change this zone file in place instead, a `FILE`")
	f.BoolVar(&d.ignoreJournal, "ignore-journal", false, "with --zone-file: change it whatever the name server's journal beside it holds")
}

// A target is where an intent is carried out.
type target interface {
	publish.Target
	// location names it.
	location() publish.Location
	// prepare makes a plan ready to be carried out, and returns lines that show more of
	// it than the records, such as a difference between files.
	prepare(plan *publish.Plan) ([]byte, error)
	// verify judges what stands there now.
	verify(ctx context.Context, in *intent) (verify.Report, error)
	// keptTTL says what becomes of the TTL of records that are kept, in seconds; empty
	// where that is said otherwise.
	keptTTL(before, after uint32) string
	// serial is the zone's before and after, nil where it is not ours to set.
	serial() *serialJSON
	// afterwards says what is to be done next, before anything is served; empty where
	// that is nothing.
	afterwards() string
	// flags name the target on a command line.
	flags() []string
	// undoFlags are those that are needed to undo it, beside --undo.
	undoFlags() []string
}

// open finds the target that the flags, or the undo file, name.
func (o *publishOptions) open(ctx context.Context, env *environment, in *intent) (target, error) {
	d := o.destination
	if in.undo != nil {
		d.server, d.zone, d.zoneFile = in.undo.Server, in.undo.Zone, in.undo.ZoneFile
	}
	switch {
	case d.server != "" && d.zoneFile != "":
		return nil, refusal(errors.New("--server and --zone-file exclude each other"), "publish at one place at a time")
	case d.server == "" && d.zoneFile == "":
		return nil, refusal(errors.New("it is not said where to publish"), "add --server HOST --zone ZONE --tsig-file FILE, or --zone-file FILE; for other hosts `drtxt record --format` writes what they take")
	}
	zone, err := zoneAbove(d.zone, in.domain)
	if err != nil {
		return nil, err
	}
	d.zone = zone
	if d.zoneFile != "" {
		return d.openFile(o, env)
	}
	return d.openServer(ctx, env, o, in)
}

// zoneAbove is the zone that was given, in canonical form; the domain must lie in it.
func zoneAbove(text, domain string) (string, error) {
	if text == "" {
		return "", nil
	}
	zone, err := domainname.CanonicalZone(text)
	if err != nil {
		return "", err
	}
	if domain != zone && !strings.HasSuffix(domain, "."+zone) {
		return "", refusal(fmt.Errorf("%s does not lie in the zone %s", domain, zone), "check --zone, and the records")
	}
	return zone, nil
}

// A serverTarget is a name server that takes updates.
type serverTarget struct {
	publish.Server
	env  *environment
	o    *publishOptions
	at   publish.Location
	d    destination
	host verify.Server
}

func (d destination) openServer(ctx context.Context, env *environment, o *publishOptions, in *intent) (target, error) {
	server, ok := parseServer(d.server)
	switch {
	case !ok:
		return nil, refusal(fmt.Errorf("--server %q is not a host and port", d.server), "write ns1.example.com, 192.0.2.1:53 or [2001:db8::1]:53")
	case d.zone == "":
		return nil, refusal(errors.New("the zone is not named"), "add --zone ZONE, the zone in which "+in.domain+" lies at that server")
	case d.ignoreJournal:
		return nil, refusal(errors.New("--ignore-journal is about --zone-file, which is not given"), "leave it out")
	}
	if d.insecureNoTSIG && !env.typed["tsig-file"] {
		d.tsigFile = "" // a setting gives way to what was typed
	}
	key, err := d.key(ctx, env)
	if err != nil {
		return nil, err
	}
	address := net.JoinHostPort(server.Host, server.Port)
	t := &serverTarget{env: env, o: o, d: d, host: server, at: publish.Location{Server: address, Zone: d.zone}}
	t.Query = new(dnsquery.Client)
	if err := o.configure(t.Query); err != nil {
		return nil, err
	}
	t.At = dnsquery.Server{Transport: dnsquery.TCP, Host: server.Host, Port: server.Port}
	t.Update = &dnsupdate.Client{Server: address, Zone: d.zone, Key: key, WithoutKey: d.tsigFile == "", Now: env.now, DialContext: o.dial}
	return t, nil
}

// dial keeps to the address family that was asked for.
func (a *asking) dial(ctx context.Context, network, address string) (net.Conn, error) {
	switch {
	case a.ipv4:
		network += "4"
	case a.ipv6:
		network += "6"
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// maxKeyFile bounds a file with a TSIG key, in bytes.
const maxKeyFile = 64 << 10

// key reads the TSIG key, which nobody else should be able to read.
func (d *destination) key(ctx context.Context, env *environment) (dnsupdate.Key, error) {
	switch {
	case d.tsigFile == "" && d.insecureNoTSIG:
		env.note("warning: the update is not signed: any host on the way can change it, and its reply")
		return dnsupdate.Key{}, nil
	case d.tsigFile == "":
		return dnsupdate.Key{}, refusal(errors.New("no TSIG key to sign the update with"), "add --tsig-file FILE; `tsig-keygen -a hmac-sha256 NAME` makes one, which the server has to know too")
	case d.insecureNoTSIG:
		return dnsupdate.Key{}, refusal(errors.New("--insecure-no-tsig and --tsig-file contradict each other"), "leave --insecure-no-tsig out")
	}
	data, err := readUpTo(ctx, env, d.tsigFile, maxKeyFile, "give it the key alone")
	if err != nil {
		return dnsupdate.Key{}, err
	}
	warnExposed(env, d.tsigFile)
	key, err := dnsupdate.ParseKey(data)
	if err != nil {
		return dnsupdate.Key{}, fmt.Errorf("%s: %w", quoted(d.tsigFile), err)
	}
	return key, nil
}

func (t *serverTarget) location() publish.Location { return t.at }

func (t *serverTarget) prepare(*publish.Plan) ([]byte, error) { return nil, nil }

// verify asks the server as everybody does.
func (t *serverTarget) verify(ctx context.Context, in *intent) (verify.Report, error) {
	checker, err := t.o.checker(ctx, t.env, true)
	if err != nil {
		return verify.Report{}, err
	}
	request := in.request
	request.Servers = []verify.Server{t.host}
	asked := live{asking: t.o.asking, expected: t.o.expected, servers: []string{t.host.String()}}
	return asked.verifyOnce(ctx, t.env, checker, request, roundTimeout)
}

func (t *serverTarget) keptTTL(before, after uint32) string {
	return fmt.Sprintf("a set has one TTL: the records that are kept get %d s too, instead of %d s", after, before)
}

func (t *serverTarget) serial() *serialJSON { return nil }

func (t *serverTarget) afterwards() string { return "" }

func (t *serverTarget) flags() []string {
	return append([]string{"--server", t.host.String(), "--zone", t.d.zone}, t.undoFlags()...)
}

func (t *serverTarget) undoFlags() []string {
	flags := []string{"--tsig-file", absolute(t.d.tsigFile)}
	if t.d.tsigFile == "" {
		flags = []string{"--insecure-no-tsig"}
	}
	switch {
	case t.o.ipv4:
		flags = append(flags, "-4")
	case t.o.ipv6:
		flags = append(flags, "-6")
	}
	return flags
}

// warnExposed warns of a file with a secret that others can read.
func warnExposed(env *environment, path string) {
	if info, err := os.Stat(path); err == nil && keygen.ModeChecked && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		env.note("warning: %s can be read by others (mode %04o): `chmod 600` it", quoted(path), info.Mode().Perm())
	}
}
