package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// wantValue asserts that record prints one unsigned value, this one.
func wantValue(t *testing.T, r result, want string) {
	t.Helper()
	r.want(t, 0)
	if r.stdout != want+"\n" {
		t.Errorf("got %q, want %q", r.stdout, want)
	}
}

// Every form in which a time may be written, and those in which it may not. The
// clock says 2026-12-01 12:00:00.
func TestTimes(t *testing.T) {
	t.Parallel()
	for text, seconds := range map[string]int64{
		"2026-12-01T12:00:00Z":       1796126400, // now is not past
		"2026-12-02T05:10:55Z":       1796188255,
		"2026-12-02T05:10:55+02:00":  1796181055,
		"2026-12-02T05:10:55-11:30":  1796229655,
		"2026-12-02 05:10:55":        1796188255,
		"2026-12-02 05:10:55Z":       1796188255,
		"2026-12-02 05:10:55+02:00":  1796181055,
		"2026-12-02 05:10:55 +02:00": 1796181055,
		"2026-12-02 05:10:55 +0200":  1796181055,
		"2026-12-02T05:10:55.000Z":   1796188255,
		"now":                        1796126400,
		"+0s":                        1796126400,
		"+4h":                        1796140800,
		"+1h30m":                     1796131800,
		"+7d":                        1796731200,
		"+1d12h":                     1796256000,
		"1796188255":                 1796188255,
		"9999-12-31T23:59:59Z":       253402300799,
		"253402300799":               253402300799,
		"9999-12-31T22:59:59-01:00":  253402300799,
		"2028-02-29T00:00:00Z":       1835395200,
	} {
		r := drtxt("record", "on", "dr.example.com", "--unsigned", "--end", text)
		wantValue(t, r, "v=1;k=all;b=on;x="+strconv.FormatInt(seconds, 10))
	}
	for text, words := range map[string]string{
		"2026-12-01T11:59:59Z":           "lies in the past",
		"2020-01-01 00:00:00":            "lies in the past",
		"1":                              "lies in the past",
		"0":                              "lies in the past",
		"10000-01-01T00:00:00Z":          "not between 1970",
		"253402300800":                   "not between 1970 and the end of the year 9999",
		"9999-12-31T23:59:59-00:01":      "not between 1970 and the end of the year 9999",
		"99999999999999999999":           "not between 1970 and the end of the year 9999",
		"1796188255000":                  "milliseconds",
		"1960-01-01T00:00:00Z":           "not between 1970",
		"0001-01-01T00:00:00Z":           "not between 1970",
		"2026-12-02T05:10:55.5Z":         "not a whole second",
		"+1500ms":                        "not a whole second",
		"tomorrow":                       "is not a time",
		"Now":                            "is not a time",
		"2026-12-02":                     "is not a time",
		"05:10":                          "is not a time",
		"2026-13-01T00:00:00Z":           "is not a time",
		"2027-02-29T00:00:00Z":           "is not a time",
		"2027-01-01T24:00:00Z":           "is not a time",
		"2027-01-01T23:59:60Z":           "is not a time",
		"-4h":                            "is not a time",
		"+-4h":                           "is not a time",
		"+4":                             "is not a time",
		"+":                              "is not a time",
		"+4w":                            "is not a time",
		" now":                           "is not a time",
		"１７９６１８８２５５":                     "is not a time",
		"\x1b[2J\n":                      `\x1b[2J\n`,
		"\u202e7991":                     `\u202e7991`,
		strings.Repeat("9", 5000) + "Z":  "is not a time",
		"2026-12-02T05:10:55Z\x00":       `\x00`,
		"2026-12-02 05:10:55 Europe/Bad": "is not a time",
	} {
		drtxt("record", "on", "dr.example.com", "--unsigned", "--end", text).refused(t, 2, words)
	}
	drtxt("verify", "--file", "x", "--at", "10000-01-01T00:00:00Z").refused(t, 2, "--at")
}

// Times are printed back in UTC and in local time.
func TestTimesAreShownTwice(t *testing.T) {
	local := time.Local
	time.Local = time.FixedZone("", 2*60*60)
	t.Cleanup(func() { time.Local = local })
	r := drtxt("record", "on", "dr.example.com", "--unsigned", "--start", "2099-01-01 00:00:00", "--for", "1d").want(t, 0)
	for _, want := range []string{
		"from    2099-01-01T00:00:00Z (2099-01-01 02:00:00 +0200 here), about 72 years away",
		"until   2099-01-02T00:00:00Z (2099-01-02 02:00:00 +0200 here)",
	} {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("%q is missing in:\n%s", want, r.stderr)
		}
	}
}

// How far away a time is, is right also where a time.Duration ends.
func TestDistance(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int64]string{
		0: ", in 0 seconds", 1: ", in 1 second", 90: ", in 1 minute 30 seconds", -90: ", 1 minute 30 seconds ago",
		8*3600 - 1: ", in 8 hours", 8*3600 + 60: ", in 8 hours 1 minute", 3599: ", in 59 minutes 59 seconds", 86399: ", in 1 day",
		49 * 86400: ", in 49 days", 6*86400 + 23*3600 + 10: ", in 6 days 23 hours", -86400 * 365: ", 365 days ago",
		86400 * 365 * 3: ", about 3 years away", 253402300799 - 1796126400: ", about 7978 years away",
	} {
		if got := distance(time.Unix(testNow.Unix()+seconds, 0), testNow); got != want {
			t.Errorf("%d: %q, want %q", seconds, got, want)
		}
	}
}

// When the end is decided on, and how --for counts.
func TestWindow(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"on --for 8h":              "v=1;k=all;b=on;x=1796155200",
		"on --for 7d":              "v=1;k=all;b=on;x=1796731200",
		"on --for 1s":              "v=1;k=all;b=on;x=1796126401",
		"on --no-end":              "v=1;k=all;b=on",
		"test --for 1h":            "v=1;k=all;b=test;x=1796130000",
		"off":                      "v=1;k=all;b=off",
		"off --no-end":             "v=1;k=all;b=off",
		"off --for 1h":             "v=1;k=all;b=off;x=1796130000",
		"off --start +1h":          "v=1;k=all;b=off;t=1796130000",
		"on --start +1h --for 1h":  "v=1;k=all;b=on;t=1796130000;x=1796133600",
		"on --start now --end now": "v=1;k=all;b=on;t=1796126400;x=1796126400",
		"on --start 1 --end +1h":   "v=1;k=all;b=on;t=1;x=1796130000",
		"on --start +1h --no-end":  "v=1;k=all;b=on;t=1796130000",
		"on --start 253402300799 --end 253402300799":         "v=1;k=all;b=on;t=253402300799;x=253402300799",
		"on --start 2026-12-01T11:00:00Z --for 2h --ttl 30s": "v=1;k=all;b=on;t=1796122800;x=1796130000",
	} {
		fields := strings.Fields(args)
		wantValue(t, drtxt(append([]string{"record", fields[0], "dr.example.com", "--unsigned"}, fields[1:]...)...), want)
	}
	for args, words := range map[string]string{
		"on":                               "needs an end",
		"test":                             "needs an end",
		"test --start +1h":                 "needs an end",
		"on --for 8h --end +8h":            "exclude each other",
		"on --for 8h --no-end":             "exclude each other",
		"on --end +8h --no-end":            "exclude each other",
		"off --end +8h --no-end":           "exclude each other",
		"on --start +2h --end +1h":         "lies before the start",
		"on --start +1h --end +3599s":      "lies before the start",
		"off --start 1800000000 --end now": "lies before the start",
		"on --start 1 --for 1h":            "lies in the past",
		"on --end 2026-12-01T11:59:59Z":    "lies in the past",
		"on --for 0s":                      "--for",
		"on --for -1h":                     "--for",
		"on --for 1500ms":                  "--for",
		"on --for 8":                       "--for",
		"on --for eight":                   "--for",
		"on --for 99999999d":               "--for",
		"on --start 253402300799 --for 1s": "year 9999",
		"up --for 1h":                      "is not one of on, off or test",
		"ON --for 1h":                      "is not one of on, off or test",
	} {
		fields := strings.Fields(args)
		drtxt(append([]string{"record", fields[0], "dr.example.com", "--unsigned"}, fields[1:]...)...).refused(t, 2, words)
	}
}

// A TTL is one second to one day in whole seconds; outside 30 s to 15 min it is
// warned about.
func TestTTL(t *testing.T) {
	t.Parallel()
	record := func(ttl string) result {
		return drtxt("record", "off", "dr.example.com", "--unsigned", "--format", "zone", "--ttl", ttl)
	}
	for text, want := range map[string]struct {
		seconds string
		warning string
	}{
		"1s": {"1", "ttl-short"}, "29s": {"29", "ttl-short"}, "30s": {"30", ""}, "5m": {"300", ""}, "15m": {"900", ""},
		"901s": {"901", "ttl-long"}, "86400s": {"86400", "ttl-long"}, "24h": {"86400", "ttl-long"}, "1d": {"86400", "ttl-long"}, "60": {"60", ""},
	} {
		r := record(text).want(t, 0)
		if !strings.Contains(r.stdout, "dr.example.com.\t"+want.seconds+"\tIN\tTXT\t") {
			t.Errorf("%s: got %s", text, r.stdout)
		}
		if warned := strings.Contains(r.stderr, "warning: "); warned != (want.warning != "") || !strings.Contains(r.stderr, want.warning) {
			t.Errorf("%s: want a warning %q, got %s", text, want.warning, r.stderr)
		}
	}
	for _, text := range []string{"0", "0s", "-1s", "999ms", "1500ms", "86401s", "24h1s", "2d", "99999999999999999999", "soon", "1.5m1ms", "\x1b"} {
		record(text).refused(t, 2, "--ttl")
	}
	if r := drtxt("record", "off", "dr.example.com", "--unsigned", "--format", "zone"); !strings.Contains(r.stdout, "\t30\tIN") {
		t.Errorf("the default: %s", r.stdout)
	}
}

// Domains as operators write them, and what cannot be one.
func TestDomains(t *testing.T) {
	t.Parallel()
	longest := strings.Repeat("a", 63) + "." + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + "." + strings.Repeat("d", 61)
	for text, want := range map[string]string{
		"dr.example.com":   "dr.example.com",
		"dr.example.com.":  "dr.example.com",
		"DR.Example.COM":   "dr.example.com",
		"_dr.example.com":  "_dr.example.com",
		"münchen.example":  "xn--mnchen-3ya.example",
		"MÜNCHEN.example.": "xn--mnchen-3ya.example",
		"dr。example。com":   "dr.example.com",
		"日本.example":       "xn--wgv71a.example",
		longest:            longest,
	} {
		r := drtxt("record", "off", text, "--unsigned", "--format", "zone").want(t, 0)
		if !strings.Contains(r.stdout, "\n"+want+".\t30\t") {
			t.Errorf("%q: got %s", text, r.stdout)
		}
		shown := strings.Contains(r.stderr, "domain: "+strings.TrimSuffix(text, ".")+" stands in the DNS as "+want+"\n")
		if isASCII := text == strings.ToValidUTF8(text, "") && len(text) == len([]rune(text)); shown == isASCII {
			t.Errorf("%q: both forms shown: %t", text, shown)
		}
	}
	for text, words := range map[string]string{
		"":                                   "is empty",
		".":                                  "is empty",
		"dr":                                 "single label",
		"dr.":                                "single label",
		"192.0.2.1":                          "address",
		"2001:db8::1":                        "2001:db8::1",
		"[2001:db8::1]":                      "only letters",
		"a b.example.com":                    "only letters",
		" dr.example.com":                    "only letters",
		"dr.example.com ":                    "only letters",
		"dr..example.com":                    "empty label",
		".dr.example.com":                    "empty label",
		"dr.example.com..":                   "empty label",
		"dr-.example.com":                    "hyphen",
		"dr.example.com:53":                  "only letters",
		"https://dr.example.com/":            "only letters",
		"*.example.com":                      "only letters",
		"dr\x00.example.com":                 `\x00`,
		"dr\n.example.com":                   `\n`,
		"dr\x1b[31m.example.com":             `\x1b[31m`,
		"m\xffnchen.example":                 `\xff`,
		"m\u202enchen.example":               `\u202e`,
		strings.Repeat("a", 64) + ".example": "63",
		strings.Repeat("ü", 60) + ".example": "63",
		longest + "d":                        "253",
		strings.Repeat("a.", 200) + "com":    "253",
	} {
		drtxt("record", "off", text, "--unsigned").refused(t, 2, words)
		drtxt("verify", text, "--server", "192.0.2.1").refused(t, 2, words)
	}
	drtxt("record", "off", "a b.example.com", "--unsigned", "--out", t.TempDir()+"/x").refused(t, 2)
	drtxt("explain", "--domain", "a b", "v=1;b=on").refused(t, 2, "only letters")
}

// The bound domain is the one in the DNS, and a set bound to another is refused.
func TestBoundDomain(t *testing.T) {
	t.Parallel()
	r := drtxt("record", "off", "München.example.", "--bind-domain", "--key", keyFile(t, "test-a.private.pem")).want(t, 0)
	first, second, _ := strings.Cut(r.stdout, "\n")
	if !strings.HasPrefix(first, "v=1;k=all;b=off;d=xn--mnchen-3ya.example;n=2;p=1;") || !strings.HasPrefix(second, "v=1;k=all;b=off;n=2;p=2;") {
		t.Errorf("got %s", r.stdout)
	}
	file := writeTemp(t, "off.txt", r.stdout)
	for domain, status := range map[string]int{"münchen.example": 0, "xn--mnchen-3ya.example": 0, "munchen.example": 1} {
		got := drtxt("verify", domain, "--file", file, "--public", publicKey("test-a.public.pem"), "--format", "json").want(t, status).verification(t)
		if (got.Verdict == "valid") != (status == 0) {
			t.Errorf("%s: %+v", domain, got)
		}
	}
	long := strings.Repeat(strings.Repeat("a", 63)+".", 3) + "example"
	drtxt("record", "off", long, "--bind-domain", "--key", keyFile(t, "test-a.private.pem")).refused(t, 2, "bytes", "--bind-domain")
}

// Every scheme signs and verifies; what is no scheme is refused.
func TestSchemes(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	for _, scheme := range []string{"prefix", "trimmed", "values", "values-semicolon", "prefix+pss", "values+nok+pss", "trimmed+nod+twice", "values-semicolon+nok+nod+pss+twice"} {
		record := []string{"record", "on", "dr.example.com", "--end", "1800028800", "--key", key, "--scheme", scheme}
		r := drtxt(record...).want(t, 0)
		if again := drtxt(record...).want(t, 0); strings.Contains(scheme, "+pss") == (again.stdout == r.stdout) {
			t.Errorf("%s: the same bytes twice: %t", scheme, again.stdout == r.stdout)
		}
		file := writeTemp(t, "on.txt", r.stdout)
		got := drtxt("verify", "--file", file, "--public", public, "--scheme", scheme, "--expect", "on", "--format", "json").want(t, 0).verification(t)
		if got.Scheme != scheme || got.SchemeConfirmed == nil || *got.SchemeConfirmed || got.Key != fingerprintA {
			t.Errorf("%s: %+v", scheme, got)
		}
		if scheme != "prefix" {
			drtxt("verify", "--file", file, "--public", public).want(t, 1)
		}
	}
	for _, scheme := range []string{"Prefix", "prefix+", "prefix+nokk", "prefix+pss+nok", "prefix+nok+nok", "+pss", "raw", "prefix "} {
		drtxt("record", "off", "dr.example.com", "--key", key, "--scheme", scheme).refused(t, 2, "unknown scheme", "hint: schemes are")
		drtxt("verify", "--file", key, "--scheme", scheme).refused(t, 2, "unknown scheme")
		drtxt("explain", "v=1;b=on", "--scheme", scheme).refused(t, 2, "unknown scheme")
	}
}

// What is expected, of which product, against every status.
func TestExpectations(t *testing.T) {
	t.Parallel()
	key, public := keyFile(t, "test-a.private.pem"), publicKey("test-a.public.pem")
	for _, status := range []string{"on", "off", "test"} {
		for _, product := range []string{"zia", "zpa", "all"} {
			file := writeTemp(t, "x.txt", drtxt("record", status, "dr.example.com", "--type", product, "--no-end", "--key", key).want(t, 0).stdout)
			for _, expect := range []string{"on", "off", "test", "none"} {
				for _, about := range []string{"", "zia", "zpa", "all"} {
					args := []string{"verify", "--file", file, "--public", public, "--format", "json", "--expect", expect}
					if about != "" {
						args = append(args, "--type", about)
					}
					right := meets(status, product, expect, about)
					want := map[bool]int{true: 0, false: 1}[right]
					r := drtxt(args...)
					if r.status != want {
						t.Errorf("%s for %s, --expect %s --type %q: status %d, want %d", status, product, expect, about, r.status, want)
						continue
					}
					got := r.verification(t)
					if got.AsExpected == nil || *got.AsExpected != right || got.Expected != expect || got.has("not-as-expected", "error") == right {
						t.Errorf("%s for %s, --expect %s --type %q: %+v", status, product, expect, about, got)
					}
				}
			}
		}
	}
}

// meets is the contract's rule: every product that it is about is in that state.
func meets(status, product, expect, about string) bool {
	if about == "" {
		about = product
	}
	for _, p := range []string{"zia", "zpa"} {
		state := "none"
		if product == p || product == "all" {
			state = status
		}
		if (about == p || about == "all") && state != expect {
			return false
		}
	}
	return true
}

// --expect none is met where nothing is, and by nothing else.
func TestExpectNone(t *testing.T) {
	t.Parallel()
	nothing := writeTemp(t, "zone", "$ORIGIN example.com.\n$TTL 60\nother IN TXT \"v=spf1 -all\"\n")
	drtxt("verify", "dr.example.com", "--file", nothing, "--expect", "none").want(t, 0)
	drtxt("verify", "other.example.com", "--file", nothing, "--expect", "none").want(t, 0)
	drtxt("verify", "dr.example.com", "--file", nothing).want(t, 3)
	drtxt("verify", "dr.example.com", "--file", nothing, "--expect", "on").want(t, 3)
	damaged := writeTemp(t, "values", "v=1\n")
	drtxt("verify", "--file", damaged, "--expect", "none").want(t, 1)
}

// Every form in which a server may be written, and what is none.
func TestServers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]verify.Server{
		"ns1.example.com":      {Host: "ns1.example.com", Port: "53"},
		"ns1.example.com:5353": {Host: "ns1.example.com", Port: "5353"},
		"192.0.2.1":            {Host: "192.0.2.1", Port: "53"},
		"192.0.2.1:5353":       {Host: "192.0.2.1", Port: "5353"},
		"2001:db8::1":          {Host: "2001:db8::1", Port: "53"},
		"[2001:db8::1]":        {Host: "2001:db8::1", Port: "53"},
		"[2001:db8::1]:5353":   {Host: "2001:db8::1", Port: "5353"},
		"[fe80::1%eth0]:53":    {Host: "fe80::1%eth0", Port: "53"},
	} {
		if got, ok := parseServer(text); !ok || got != want {
			t.Errorf("%q: got %+v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", ":53", "ns1:", "ns1:0", "ns1:65536", "ns1:+53", "ns1:dns", "[::1", "::1]", "[]", "[]:53", "[ns1", "a b", "user@ns1", "https://ns1", "ns1\x1b", "1:2:3"} {
		if got, ok := parseServer(text); ok {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

// Long durations count as long as they can be held, in days too.
func TestDurationsInDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"7d": 168 * time.Hour, "1d12h": 36 * time.Hour, "99999d": 99999 * 24 * time.Hour, "106751d": 106751 * 24 * time.Hour} {
		if got, err := readDuration(text); err != nil || got != want {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"106752d", "106751d24h", "4294967295d", "-1d", "1d-1h", "d", "1.5d", "1d1d"} {
		if got, err := readDuration(text); err == nil {
			t.Errorf("%q: got %s", text, got)
		}
	}
}
