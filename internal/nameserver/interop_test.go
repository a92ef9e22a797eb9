//go:build interop

package nameserver

import (
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// dig asks the server and returns everything that dig prints.
func dig(t *testing.T, s *Server, arguments ...string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("dig", append([]string{"-r", "@" + host, "-p", port, "+norecurse", "+time=5", "+tries=1"}, arguments...)...)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %v\n%s", command, err, out)
	}
	return string(out)
}

// quoted is a set of values as "dig +short" prints it, sorted.
func quoted(values ...string) []string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = `"` + value + `"`
	}
	return quoted
}

func short(t *testing.T, s *Server, arguments ...string) []string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(dig(t, s, append(arguments, "+short")...)), "\n")
	slices.Sort(lines)
	return lines
}

func TestInteropDigValues(t *testing.T) {
	s := start(t, testConfig())
	cases := []struct {
		arguments []string
		want      []string
	}{
		{[]string{dr, "TXT"}, quoted(on...)},
		{[]string{dr, "TXT", "+tcp"}, quoted(on...)},
		{[]string{dr, "TXT", "+noedns"}, quoted(on...)}, // by way of TCP
		{[]string{dr, "TXT", "+noedns", "+ignore"}, []string{""}},
		{[]string{dr, "TXT", "+bufsize=600"}, quoted(on...)},
		{[]string{dr, "A"}, []string{"192.0.2.1", "192.0.2.2"}},
		{[]string{dr, "AAAA"}, []string{"2001:db8::1"}},
		{[]string{"odd.example.com", "TXT"}, []string{`"a\"b\\c;d\\065 $(e)\000\127\255"`}},
		{[]string{"example.com", "NS"}, []string{"ns.example.com."}},
		{[]string{"example.com", "SOA"}, []string{"ns.example.com. hostmaster.example.com. 7 3600 600 604800 60"}},
		{[]string{"none.example.com", "TXT"}, []string{""}},
	}
	for _, c := range cases {
		if got := short(t, s, c.arguments...); !slices.Equal(got, c.want) {
			t.Errorf("dig %v: %q, want %q", c.arguments, got, c.want)
		}
	}
}

func TestInteropDigEnvelope(t *testing.T) {
	s := start(t, testConfig())
	const negative = "example.com.\t\t60\tIN\tSOA\tns.example.com. hostmaster.example.com. 7 3600 600 604800 60"
	cases := []struct {
		arguments string
		want      []string // parts of what dig prints
		unwanted  string
	}{
		{"dr.example.com TXT", []string{"status: NOERROR", "flags: qr aa;", "EDNS: version: 0, flags:; udp: 1232", "dr.example.com.\t\t30\tIN\tTXT\t", "(UDP)"}, "WARNING"},
		{"dr.example.com TXT +tcp", []string{"status: NOERROR", "flags: qr aa;", "ANSWER: 2", "(TCP)"}, "WARNING"},
		{"dr.example.com TXT +noedns +ignore", []string{"status: NOERROR", "flags: qr aa tc;", "ANSWER: 0", "(UDP)"}, "EDNS"},
		{"dr.example.com TXT +noedns", []string{"Truncated, retrying in TCP mode", "flags: qr aa;", "ANSWER: 2", "(TCP)"}, "EDNS"},
		{"dr.example.com TXT +dnssec", []string{"flags: do; udp: 1232"}, "WARNING"},
		{"dr.example.com TXT +recurse", []string{"flags: qr aa rd;", "recursion requested but not available"}, " ra"},
		{"none.example.com TXT", []string{"status: NXDOMAIN", "flags: qr aa;", negative}, "WARNING"},
		{"deep.example.com TXT", []string{"status: NOERROR", "flags: qr aa;", "ANSWER: 0, AUTHORITY: 1", negative}, "WARNING"},
		{"example.net TXT", []string{"status: REFUSED", "flags: qr;"}, "SOA"},
		{"dr.example.com ANY +notcp", []string{"status: REFUSED"}, "ANSWER SECTION"},
		{"version.bind CH TXT", []string{"status: REFUSED"}, "ANSWER SECTION"},
		{"dr.example.com A +edns=1 +noednsnegotiation", []string{"status: BADVERS", "EDNS: version: 0"}, "ANSWER SECTION"},
		{"example.com SOA +opcode=notify", []string{"opcode: NOTIFY, status: NOTIMP"}, "ANSWER SECTION"},
		{"example.com SOA +header-only", []string{"status: FORMERR"}, "ANSWER SECTION"},
		{"dr.example.com A -y hmac-sha256:drill:" + base64.StdEncoding.EncodeToString(testKey.Secret), []string{"TSIG PSEUDOSECTION", "NOERROR 0", "ANSWER: 2"}, "verify"},
	}
	for _, c := range cases {
		out := dig(t, s, strings.Fields(c.arguments)...)
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("dig %s: no %q in\n%s", c.arguments, want, out)
			}
		}
		if strings.Contains(out, c.unwanted) {
			t.Errorf("dig %s: %q in\n%s", c.arguments, c.unwanted, out)
		}
	}
}

// nsupdate runs a script and returns what it prints, empty for success.
func nsupdate(t *testing.T, s *Server, key *Key, script string) string {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("nsupdate", "-v")
	if key != nil {
		file := filepath.Join(t.TempDir(), "key")
		text := fmt.Sprintf("key %q {\n\talgorithm %s;\n\tsecret %q;\n};\n", key.Name, key.Algorithm, base64.StdEncoding.EncodeToString(key.Secret))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		command.Args = append(command.Args, "-k", file)
	}
	command.Stdin = strings.NewReader(fmt.Sprintf("server %s %s\n%ssend\n", host, port, script))
	out, err := command.CombinedOutput()
	if (err == nil) != (len(out) == 0) {
		t.Errorf("nsupdate: %v, but %q", err, out)
	}
	return string(out)
}

// One script after the other on the same server: what nsupdate says, and what dig
// then sees at the name.
func TestInteropNsupdate(t *testing.T) {
	config := testConfig()
	other := Key{"third.", "hmac-sha512", []byte(strings.Repeat("s", 64))}
	config.Keys = append(config.Keys, other)
	s := start(t, config)
	wrongSecret := Key{testKey.Name, testKey.Algorithm, []byte(strings.Repeat("w", 32))}
	unknown := Key{"unknown.", testKey.Algorithm, testKey.Secret}
	wrongAlgorithm := Key{testKey.Name, other.Algorithm, other.Secret}
	steps := []struct {
		title, script string
		key           *Key
		failure       string   // part of what nsupdate prints
		want          []string // at new.example.com
		serial        int
	}{
		{"no key", "update add new.example.com 30 TXT \"x\"\n", nil, "REFUSED", nil, 7},
		{"wrong secret", "update add new.example.com 30 TXT \"x\"\n", &wrongSecret, "tsig indicates error\nupdate failed: NOTAUTH(BADSIG)", nil, 7},
		{"unknown key", "update add new.example.com 30 TXT \"x\"\n", &unknown, "tsig indicates error\nupdate failed: NOTAUTH(BADKEY)", nil, 7},
		{"wrong algorithm", "update add new.example.com 30 TXT \"x\"\n", &wrongAlgorithm, "tsig indicates error\nupdate failed: NOTAUTH(BADKEY)", nil, 7},
		{"not our zone", "zone example.net\nupdate add new.example.net 30 TXT \"x\"\n", &testKey, "NOTAUTH", nil, 7},
		{"another zone's name", "zone example.com\nupdate add new.example.net 30 TXT \"x\"\n", &testKey, "NOTZONE", nil, 7},
		{"nxrrset holds", "prereq nxrrset new.example.com TXT\nupdate add new.example.com 30 TXT \"v=1;b=on\"\n", &testKey, "", []string{"v=1;b=on"}, 8},
		{"nxrrset does not", "prereq nxrrset new.example.com TXT\nupdate add new.example.com 30 TXT \"x\"\n", &testKey, "YXRRSET", []string{"v=1;b=on"}, 8},
		{"yxrrset with values holds", "prereq yxrrset new.example.com TXT \"v=1;b=on\"\nupdate delete new.example.com TXT\nupdate add new.example.com 60 TXT \"v=2\"\nupdate add new.example.com 60 TXT \"v=3\"\n", &other, "", []string{"v=2", "v=3"}, 9},
		{"yxrrset with values does not", "prereq yxrrset new.example.com TXT \"v=2\"\nupdate delete new.example.com TXT\n", &testKey, "NXRRSET", []string{"v=2", "v=3"}, 9},
		{"yxrrset holds", "prereq yxrrset new.example.com TXT\nupdate delete new.example.com TXT \"v=2\"\n", &testKey, "", []string{"v=3"}, 10},
		{"yxrrset does not", "prereq yxrrset new.example.com A\nupdate delete new.example.com TXT\n", &testKey, "NXRRSET", []string{"v=3"}, 10},
		{"yxdomain holds", "prereq yxdomain new.example.com\nupdate add new.example.com 5 TXT \"v=4\"\n", &testKey, "", []string{"v=3", "v=4"}, 11},
		{"yxdomain does not", "prereq yxdomain deep.example.com\nupdate delete new.example.com TXT\n", &testKey, "NXDOMAIN", []string{"v=3", "v=4"}, 11},
		{"nxdomain holds", "prereq nxdomain none.example.com\nupdate delete new.example.com\n", &testKey, "", nil, 12},
		{"nxdomain does not", "prereq nxdomain dr.example.com\nupdate add new.example.com 5 TXT \"x\"\n", &testKey, "YXDOMAIN", nil, 12},
		{"nothing changes", "update delete new.example.com\n", &testKey, "", nil, 12},
		{"octets", "update add new.example.com 5 TXT \"a\\\"b\\\\c;d\\000\\255\"\n", &testKey, "", []string{`a\"b\\c;d\000\255`}, 13},
	}
	for _, step := range steps {
		out := nsupdate(t, s, step.key, step.script)
		if (out == "") != (step.failure == "") || !strings.Contains(out, step.failure) {
			t.Errorf("%s: nsupdate prints %q, want %q", step.title, out, step.failure)
		}
		want := quoted(step.want...)
		if step.want == nil {
			want = []string{""}
		}
		if got := short(t, s, "new.example.com", "TXT", "+tcp"); !slices.Equal(got, want) {
			t.Errorf("%s: dig sees %q, want %q", step.title, got, want)
		}
		if got := strings.Fields(short(t, s, "example.com", "SOA")[0])[2]; got != fmt.Sprint(step.serial) {
			t.Errorf("%s: serial %s, want %d", step.title, got, step.serial)
		}
	}
}
