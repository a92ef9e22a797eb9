//go:build interop

package interop

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// ownNetwork gives the test, and the programs that it starts, a network of its own,
// with nothing in it but the given addresses: there port 53 is free on all of them, and
// nobody else can be reached. The network ends with the programs.
func ownNetwork(t *testing.T, addresses ...string) {
	t.Helper()
	runtime.LockOSThread() // for good: the thread ends with the test, and is not used again
	if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
		t.Fatalf("a network of its own: %v; run the tests as root, or by `unshare --user --map-root-user make interop INTEROP=./internal/interop`", err)
	}
	must(t, "ip", "link", "set", "lo", "up")
	for _, address := range addresses {
		add := []string{"address", "add", address, "dev", "lo"}
		if strings.Contains(address, ":") {
			add = append(add, "nodad") // else it cannot be used before the system has found time for it
		}
		must(t, "ip", add...)
	}
}

// The internet of these tests: a root and a top-level domain, a server that serves no
// zone, and four addresses for the servers of example.com.
const (
	rootV4, rootV6 = "192.0.2.1", "2001:db8::1"
	builtInRoot    = "198.41.0.4" // the real one of a.root-servers.net
	topV4, topV6   = "192.0.2.2", "2001:db8::2"
	firstV4        = "192.0.2.3"
	firstV6        = "2001:db8::3"
	secondV4       = "192.0.2.4"
	lameV4         = "192.0.2.5"
	otherV4        = "192.0.2.6"
	movedV4        = "192.0.2.7"
)

const rootZone = `$TTL 3600
. IN SOA a.root. hostmaster.root. 1 7200 3600 1209600 60
. IN NS a.root.
a.root. IN A ` + rootV4 + `
a.root. IN AAAA ` + rootV6 + `
com. IN NS a.nic.com.
a.nic.com. IN A ` + topV4 + `
a.nic.com. IN AAAA ` + topV6 + `
`

const topZone = `$TTL 3600
com. IN SOA a.nic.com. hostmaster.nic.com. 1 7200 3600 1209600 60
com. IN NS a.nic.com.
a.nic.com. IN A ` + topV4 + `
a.nic.com. IN AAAA ` + topV6 + `
`

const ownHead = `$ORIGIN example.com.
$TTL 300
@ IN SOA ns1 hostmaster 1 7200 3600 1209600 60
`

// startInternet starts the servers, with the delegation of example.com as its parent
// has it, and the zone itself. It returns a file of root hints.
func startInternet(t *testing.T, delegation, zone string) (hints string) {
	t.Helper()
	hints = startParents(t, delegation)
	nsdDir, knotDir := openFolder(t), openFolder(t)
	writeIn(t, nsdDir, "zone", zone)
	writeIn(t, knotDir, "zone", zone)
	nsd := runNSD(t, nsdDir, []string{firstV4, firstV6, movedV4}, "")
	knot := runKnot(t, knotDir, []string{secondV4, otherV4}, "", "")
	nsd.awaitZone(t, firstV4+":53")
	knot.awaitZone(t, secondV4+":53")
	return hints
}

// startParents gives the test its own network, and starts the root in it and the
// top-level domain, which has the delegation of example.com. It returns a file of root
// hints.
func startParents(t *testing.T, delegation string) (hints string) {
	t.Helper()
	ownNetwork(t, rootV4+"/32", rootV6+"/128", builtInRoot+"/32", topV4+"/32", topV6+"/128",
		firstV4+"/32", firstV6+"/128", secondV4+"/32", lameV4+"/32", otherV4+"/32", movedV4+"/32")
	dir := openFolder(t)
	root, top := writeIn(t, dir, "root", rootZone), writeIn(t, dir, "com", topZone+delegation)
	parents := runBIND(t, dir, fmt.Sprintf("listen-on port 53 { %s; %s; %s; %s; }; listen-on-v6 port 53 { %s; %s; }; recursion no;", rootV4, builtInRoot, topV4, lameV4, rootV6, topV6),
		fmt.Sprintf(`view root { match-destinations { %s; %s; %s; }; zone "." { type primary; file %q; }; };
view top { match-destinations { %s; %s; }; zone "com" { type primary; file %q; }; };
view lame { match-destinations { %s; }; };
`, rootV4, rootV6, builtInRoot, root, topV4, topV6, top, lameV4))
	parents.await(t, func() bool { return askTool(t, "dig", topV4+":53", "+short", "com", "SOA") != "" })
	return writeIn(t, dir, "hints", ". 3600 IN NS a.root.\na.root. 3600 IN A "+rootV4+"\na.root. 3600 IN AAAA "+rootV6+"\n")
}

// followWithDig goes from the root to the zone of the domain as dig sees it, one
// referral after the other, and returns that zone and the addresses that came with it.
func followWithDig(t *testing.T) (zone string, addresses []string) {
	t.Helper()
	addresses = []string{rootV4}
	for range 5 {
		server := addresses[0] + ":53"
		if flags := askTool(t, "dig", server, "+norecurse", "dr.example.com", "SOA"); strings.Contains(flags, "flags: qr aa") {
			slices.Sort(addresses)
			return zone, addresses
		}
		zone, addresses = "", nil
		for line := range strings.Lines(askTool(t, "dig", server, "+norecurse", "+noall", "+authority", "+additional", "dr.example.com", "SOA")) {
			switch fields := strings.Fields(line); fields[3] {
			case "NS":
				zone = strings.TrimSuffix(fields[0], ".")
			case "A":
				addresses = slices.Insert(addresses, 0, fields[4]) // so that the next is asked over IPv4
			case "AAAA":
				addresses = append(addresses, fields[4])
			}
		}
		if len(addresses) == 0 {
			t.Fatalf("%s refers dig nowhere", server)
		}
	}
	t.Fatal("dig comes to no end")
	return "", nil
}

// wantAsked checks at which addresses authoritative servers were asked, on port 53.
func wantAsked(t *testing.T, v *verification, addresses ...string) {
	t.Helper()
	var want []string
	for _, address := range addresses {
		if strings.Contains(address, ":") {
			address = "[" + address + "]"
		}
		want = append(want, address+":53")
	}
	slices.Sort(want)
	if got := v.addressesOf("authoritative"); !slices.Equal(got, want) {
		t.Errorf("asked were %q, want %q\n%s", got, want, v.text)
	}
}

// The system's resolver cannot be reached from the test's own network.
const noSystemResolver = "resolver-not-asked"

// From the root on, every name server is found and asked at every address, as dig finds
// them.
func TestDelegationIsFollowed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	servers := fmt.Sprintf("example.com. IN NS ns1.example.com.\nexample.com. IN NS ns2.example.com.\nns1.example.com. IN A %s\nns1.example.com. IN AAAA %s\nns2.example.com. IN A %s\n", firstV4, firstV6, secondV4)
	hints := startInternet(t, servers, ownHead+servers+lines+edges)
	zone, addresses := followWithDig(t)
	for _, server := range []string{firstV4 + ":53", "[" + firstV6 + "]:53", secondV4 + ":53"} {
		wantSeen(t, server, pair)
	}
	args := []string{"--root-hints", hints, "--public", s.public, "--expect", "on"}
	v := verifyLive(t, args...)
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver)
	wantAsked(t, v, addresses...)
	v.finding(t, "delegation", "info").says(t, "the zone is "+zone+":", "name servers 2", "addresses 3")

	t.Log("over one family")
	v = verifyLive(t, append(args, "-6")...)
	v.want(t, 0, "valid")
	wantAsked(t, v, firstV6)
	v = verifyLive(t, append(args, "-4")...)
	v.want(t, 0, "valid")
	wantAsked(t, v, firstV4, secondV4)

	t.Log("from the root servers that are built in")
	v = verifyLive(t, "--public", s.public, "--expect", "on")
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver)
	wantAsked(t, v, addresses...)
}

// A bindView is what a BIND serves at one address.
type bindView struct{ dir, address, zones string }

// add adds a primary zone.
func (b *bindView) add(t *testing.T, zone, content string) {
	t.Helper()
	file := writeIn(t, b.dir, zone+"zone", "$ORIGIN "+zone+"\n"+content)
	b.zones += fmt.Sprintf(" zone %q { type primary; file %q; };", zone, file)
}

func (b *bindView) String() string {
	return fmt.Sprintf("view %q { match-destinations { %s; };%s };\n", b.address, b.address, b.zones)
}

// The way to a zone may lead over name servers of another domain; and a zone may have
// servers of its own, or those of its parent, which then refer to nobody.
func TestZoneCutsAreFound(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	ownNetwork(t, rootV4+"/32", topV4+"/32", firstV4+"/32", secondV4+"/32")
	const soa = "$TTL 300\n@ IN SOA a.nic.com. hostmaster.nic.com. 1 7200 3600 1209600 60\n"
	dir := openFolder(t)
	root, top := &bindView{dir: dir, address: rootV4}, &bindView{dir: dir, address: topV4}
	provider, own := &bindView{dir: dir, address: firstV4}, &bindView{dir: dir, address: secondV4}
	root.add(t, ".", soa+"@ NS a.root.\na.root. A "+rootV4+"\ncom NS a.nic.com.\nnet NS a.nic.com.\na.nic.com. A "+topV4+"\n")
	top.add(t, "com.", soa+"@ NS a.nic\na.nic A "+topV4+"\nexample NS ns.provider.net.\n")
	top.add(t, "net.", soa+"@ NS a.nic.com.\nprovider NS ns.provider\nns.provider A "+firstV4+"\n")
	provider.add(t, "provider.net.", soa+"@ NS ns\nns A "+firstV4+"\n")
	provider.add(t, "example.com.", soa+"@ NS ns.provider.net.\nhosted NS ns.provider.net.\ndr NS ns.dr\nns.dr A "+secondV4+"\n")
	provider.add(t, "hosted.example.com.", soa+"@ NS ns.provider.net.\n")
	own.add(t, "dr.example.com.", soa+"@ NS ns\nns A "+secondV4+"\n@ A 192.0.2.80\n"+lines)
	runBIND(t, dir, fmt.Sprintf("listen-on port 53 { %s; %s; %s; %s; }; recursion no;", rootV4, topV4, firstV4, secondV4),
		fmt.Sprint(root, top, provider, own),
	).await(t, func() bool { return askTool(t, "dig", secondV4+":53", "+short", "dr.example.com", "SOA") != "" })
	hints := writeIn(t, dir, "hints", ". 3600 IN NS a.root.\na.root. 3600 IN A "+rootV4+"\n")

	v := verifyLive(t, "--root-hints", hints, "--public", s.public, "--expect", "on")
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver)
	v.finding(t, "delegation", "info").says(t, "the zone is dr.example.com: name servers 1, addresses 1")
	wantAsked(t, v, secondV4)
	for domain, zone := range map[string]string{"hosted.example.com": "hosted.example.com", "absent.example.com": "example.com"} {
		v := parseVerification(t, run(t, "", drtxt, "verify", domain, "--root-hints", hints, "--public", s.public, "--format", "json").out)
		v.want(t, 3, "none")
		v.finding(t, "delegation", "info").says(t, "the zone is "+zone+": name servers 1, addresses 1")
		wantAsked(t, v, firstV4)
	}
}

// Where the root is out of reach, a resolver that goes the same way names the servers.
func TestResolverNamesTheServers(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	pair, lines := s.record(t, "on", "45s")
	servers := fmt.Sprintf("example.com. IN NS ns1.example.com.\nexample.com. IN NS ns2.example.com.\nns1.example.com. IN A %s\nns2.example.com. IN A %s\n", firstV4, secondV4)
	hints := startInternet(t, servers, ownHead+servers+lines+edges)
	resolver := "127.0.0.1:" + freePort(t)
	runUnbound(t, openFolder(t), resolver, fmt.Sprintf("  root-hints: %q\n", hints), "").awaitZone(t, resolver)
	wantSeen(t, resolver, pair)
	args := []string{"--resolver", "udp://" + resolver, "--public", s.public, "--expect", "on", "--root-hints"}
	v := verifyLive(t, append(args, hints)...)
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver)
	wantAsked(t, v, firstV4, secondV4)

	dead := writeTemp(t, "dead", ". 3600 IN NS a.root.\na.root. 3600 IN A 203.0.113.1\n")
	v = verifyLive(t, append(args, dead)...)
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver, "delegation-from-resolver")
	v.finding(t, "delegation-from-resolver", "warning").says(t, resolver)
	wantAsked(t, v, firstV4, secondV4)
}

// What is wrong with a delegation is warned about, server by server, and does not make
// right records wrong.
func TestFaultsOfDelegationAreFound(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	const both = "example.com. IN NS ns1.example.com.\nexample.com. IN NS ns2.example.com.\nns1.example.com. IN A " + firstV4 + "\nns3.example.com. IN A " + lameV4 + "\n"
	hints := startInternet(t,
		both+"example.com. IN NS ns3.example.com.\nns2.example.com. IN A "+secondV4+"\n",
		ownHead+both+"example.com. IN NS ns4.example.com.\nns2.example.com. IN A "+movedV4+"\nns4.example.com. IN A "+otherV4+"\n"+lines+edges)
	if refused := askTool(t, "dig", lameV4+":53", "+norecurse", "example.com", "SOA"); !strings.Contains(refused, "status: REFUSED") {
		t.Fatalf("dig sees %s", refused)
	}
	v := verifyLive(t, "--root-hints", hints, "--public", s.public, "--expect", "on")
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver, "server-lame", "glue-differs", "delegation-differs")
	wantAsked(t, v, firstV4, secondV4, lameV4, otherV4, movedV4)
	lame := v.finding(t, "server-lame", "warning")
	if lame.Server != lameV4+":53" {
		t.Errorf("%+v", lame)
	}
	lame.says(t, "REFUSED")
	v.finding(t, "glue-differs", "warning").says(t, "ns2.example.com", secondV4, movedV4)
	v.finding(t, "delegation-differs", "warning").says(t, "only the parent zone names ns3.example.com", "only the zone itself names ns4.example.com")
}

// An address of a family that leads nowhere is one warning, which -4 takes away.
func TestUnreachableFamilyIsNamed(t *testing.T) {
	t.Parallel()
	s := newSigner(t)
	_, lines := s.record(t, "on", "45s")
	servers := fmt.Sprintf("example.com. IN NS ns1.example.com.\nexample.com. IN NS ns2.example.com.\nns1.example.com. IN A %s\nns1.example.com. IN AAAA 2001:db8:dead::3\nns2.example.com. IN A %s\n", firstV4, secondV4)
	hints := startInternet(t, servers, ownHead+servers+lines+edges)
	args := []string{"--root-hints", hints, "--public", s.public, "--expect", "on"}
	v := verifyLive(t, args...)
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver, "family-unreachable")
	v.finding(t, "family-unreachable", "warning").says(t, "IPv6")
	v = verifyLive(t, append(args, "-4")...)
	v.want(t, 0, "valid")
	v.wantWarnings(t, noSystemResolver)
}

// The programs of a test with its own network must be in it, and nobody else's.
func TestOwnNetworkIsOwn(t *testing.T) {
	t.Parallel()
	outside := must(t, "readlink", "/proc/self/ns/net")
	t.Run("inside", func(t *testing.T) {
		ownNetwork(t)
		if inside := must(t, "readlink", "/proc/self/ns/net"); inside == outside {
			t.Error("the test is in the network of all")
		}
	})
	if after := must(t, "readlink", "/proc/self/ns/net"); after != outside {
		t.Error("the network of one test has become that of another")
	}
}
