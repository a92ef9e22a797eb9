package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/presentation"
)

// garbage is a mebibyte of bytes of every value, the same in every run.
func garbage() string {
	source := rand.NewChaCha8([32]byte{1})
	data := make([]byte, 1<<20)
	source.Read(data)
	return string(data)
}

// A mebibyte of garbage, in a file and on standard input, in every format: an end that
// is told, or a verdict that is not good, and nothing raw on either stream.
func TestGarbage(t *testing.T) {
	t.Parallel()
	data := garbage()
	file := writeTemp(t, "garbage", data)
	for _, format := range []string{"", "values", "json", "zone", "dig"} {
		var more []string
		if format != "" {
			more = []string{"--file-format", format}
		}
		for _, output := range []string{"table", "json"} {
			args := append([]string{"verify", "--public", publicKey("test-a.public.pem"), "--format", output}, more...)
			checkGarbage(t, drtxt(append(args, "--file", file)...))
			checkGarbage(t, call{stdin: strings.NewReader(data)}.run(append(args, "--file", "-")...))
		}
		for _, output := range []string{"text", "json"} {
			args := append([]string{"explain", "--format", output}, more...)
			checkGarbage(t, call{stdin: strings.NewReader(data)}.run(args...))
		}
	}
	for _, start := range []string{"{", "[", "\"", "$TTL ", "v=", ";; ANSWER SECTION\n", "x IN TXT "} {
		checkGarbage(t, call{stdin: strings.NewReader(start + data)}.run("explain"))
	}
}

func checkGarbage(t *testing.T, r result) {
	t.Helper()
	if err := checkPrintable(r.stdout); err != nil {
		t.Error(err)
	}
	switch {
	case r.status == 2:
		r.refused(t, 2)
	case r.status != 0 && r.status != 1 && r.status != 3 && r.status != 4 || r.stderr != "":
		t.Errorf("status %d, stderr %s", r.status, clip(r.stderr))
	case strings.Contains(r.stdout, "verdict: valid") || strings.Contains(r.stdout, `"verdict": "valid"`):
		t.Error("garbage is valid")
	}
	if len(r.stderr) > 4000 {
		t.Errorf("%d bytes on standard error", len(r.stderr))
	}
}

// Ten thousand records: a verdict, not too much to read, and soon.
func TestTenThousandRecords(t *testing.T) {
	t.Parallel()
	var same, different, broken, foreign strings.Builder
	for i := range 10000 {
		same.WriteString("v=1;k=all;b=on\n")
		fmt.Fprintf(&different, "v=1;k=all;b=on;x=%d\n", 1900000000+i)
		fmt.Fprintf(&broken, "v=1;k=all;b=on;x=0%d\n", i)
		fmt.Fprintf(&foreign, "site-verification=%d\n", i)
	}
	for name, test := range map[string]struct {
		text, verdict string
		status        int
	}{
		"same":      {same.String(), "invalid", 1},
		"different": {different.String(), "conflict", 1},
		"broken":    {broken.String(), "invalid", 1},
		"foreign":   {foreign.String(), "none", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := writeTemp(t, "records", test.text)
			args := []string{"verify", "--file", file, "--file-format", "values", "--public", publicKey("test-a.public.pem")}
			table := drtxt(args...).want(t, test.status)
			if lines := strings.Count(table.stdout, "\n"); lines > 100 {
				t.Errorf("%d lines", lines)
			}
			r := drtxt(append(args, "--format", "json")...).want(t, test.status)
			if got := r.verification(t); got.Verdict != test.verdict || len(got.Findings) > 50 {
				t.Errorf("%s, %d findings", got.Verdict, len(got.Findings))
			}
			if err := schemas(t).verification(r.stdout); err != nil {
				t.Error(err)
			}
			explained := call{stdin: strings.NewReader(test.text)}.run("explain", "--file-format", "values").want(t, 0)
			if !strings.Contains(explained.stdout, "and 9900 more records") {
				t.Error("it is not said that records are left out")
			}
		})
	}
}

// hostile is what a terminal could act upon, in a value, raw and in disguise.
var hostile = []string{
	"\x00", "\x07", "\b", "\t", "\n", "\r", "\x1b[31m", "\x1b]0;owned\x07", "\x7f", "\u0085", "\u009b31m", "\u00a0", "\u200b",
	"\u2028", "\u202e", "\u2066", "\ufeff", "\ufffd", "\xff", "\x9b31m", "\xc3", "\U000e0041", "\ud7ff",
}

// No character of a value reaches a stream as it is, in any format, whether the value
// is ours or not, and whether it is in a file, on standard input, an argument, or
// served.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	public := publicKey("test-a.public.pem")
	for _, evil := range hostile {
		t.Run(fmt.Sprintf("%+q", evil), func(t *testing.T) {
			t.Parallel()
			for _, value := range []string{"v=1;k=all;b=on" + evil, "v=1;b=on;" + evil + "=x", "v=1;b=on;m=" + evil, evil + "v=1;b=on", "foreign " + evil} {
				quoted := presentation.Quote(value) + "\n"
				asJSON, err := json.Marshal([]string{value})
				if err != nil {
					t.Fatal(err)
				}
				server := serve(t, txt("dr.example.com", 30, value))
				for _, format := range []string{"table", "json"} {
					for _, args := range [][]string{
						{"--file", writeTemp(t, "x", value+"\n"), "--file-format", "values"},
						{"--file", writeTemp(t, "x", quoted), "--file-format", "dig"},
						{"--file", writeTemp(t, "x", "dr.example.com. 30 IN TXT "+quoted)},
						{"--file", writeTemp(t, "x", string(asJSON))},
						{"dr.example.com", "--server", server},
					} {
						checkHostile(t, drtxt(append([]string{"verify", "--public", public, "--format", format}, args...)...), 1, 3)
					}
				}
				for _, format := range []string{"text", "json"} {
					checkHostile(t, call{stdin: strings.NewReader(quoted)}.run("explain", "--format", format), 0)
					if !strings.Contains(evil, "\x00") {
						checkHostile(t, drtxt("explain", "--format", format, "--", value), 0)
					}
				}
			}
		})
	}
}

func checkHostile(t *testing.T, r result, statuses ...int) {
	t.Helper()
	for _, status := range statuses {
		if r.status == status {
			checkQuiet(t, r)
			return
		}
	}
	t.Errorf("status %d, want %v; stderr: %s", r.status, statuses, clip(r.stderr))
}

// Nor do arguments, paths and what a file says of itself.
func TestHostileArguments(t *testing.T) {
	t.Parallel()
	for _, evil := range hostile {
		for _, args := range [][]string{
			{evil}, {"help", evil}, {"completion", evil}, {"version", evil}, {"verify", "--" + evil}, {"record", evil, "dr.example.com"},
			{"record", "off", evil + ".example.com"}, {"record", "off", "dr.example.com", "--key", evil}, {"record", "off", "dr.example.com", "--zone", evil},
			{"record", "off", "dr.example.com", "--unsigned", "--format", evil}, {"record", "off", "dr.example.com", "--unsigned", "--out", evil + "/x"},
			{"record", "off", "dr.example.com", "--unsigned", "--ttl", evil}, {"record", "on", "dr.example.com", "--unsigned", "--for", evil},
			{"record", "on", "dr.example.com", "--unsigned", "--end", evil}, {"record", "off", "dr.example.com", "--type", evil}, {"record", "off", "dr.example.com", "--forwarding", evil},
			{"record", "off", "dr.example.com", "--scheme", evil}, {"verify", "--file", evil}, {"verify", "--file", "x", "--public", evil}, {"verify", "--file", "x", "--at", evil},
			{"verify", "--file", "x", "--expect", evil}, {"verify", "--file", "x", "--acknowledge", evil}, {"verify", "--file", "x", "--warn-before", evil},
			{"verify", "dr.example.com", "--server", evil + ":x"}, {"verify", "dr.example.com", "--server", "x", "--timeout", evil}, {"verify", "dr.example.com", "--server", "x", "--question-timeout", evil},
			{"keygen", "--dir", evil}, {"drill", "--keep", "main.go/" + evil}, {"explain", "--file-format", evil}, {"explain", "--domain", evil, "x"},
		} {
			drtxt(args...).refused(t, 2)
		}
		told := fmt.Sprintf(`{"schema":"drtxt/recordset/v1","rrsets":[{"name":"dr.example.com.","type":"TXT","ttl":30,"values":["v=1;k=all;b=on;n=2;p=1;bh=A","x"]}],"key":%q,"scheme":%q,"activation":{"status":%q}}`, "k"+evil, "s"+evil, evil)
		var document any
		if json.Unmarshal([]byte(told), &document) != nil {
			encoded, err := json.Marshal("k" + evil)
			if err != nil {
				t.Fatal(err)
			}
			told = strings.NewReplacer(fmt.Sprintf("%q", "k"+evil), string(encoded), fmt.Sprintf("%q", "s"+evil), string(encoded), fmt.Sprintf("%q", evil), string(encoded)).Replace(told)
		}
		for _, format := range []string{"table", "json"} {
			checkHostile(t, drtxt("verify", "--file", writeTemp(t, "x.json", told), "--public", publicKey("test-a.public.pem"), "--format", format), 1)
		}
		refused := drtxt("verify", "--file", writeTemp(t, "x.json", `{"schema":`+string(mustJSON(t, evil))+`}`), "--public", publicKey("test-a.public.pem"))
		refused.refused(t, 2, "schema")
		call{env: map[string]string{"DRTXT_FORMAT": evil}}.run("drill").refused(t, 2, "--format")
		call{env: map[string]string{"DRTXT_BIND_DOMAIN": evil}}.run("record", "off", "dr.example.com", "--unsigned").refused(t, 2, "DRTXT_BIND_DOMAIN")
	}
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Nor does the owner name in a zone file, which can hold any byte, whether the file
// can be read or not.
func TestHostileOwnerNames(t *testing.T) {
	t.Parallel()
	for _, evil := range append(hostile, `\027[31m`, `\000`, `\010`, `\155`, `\226\128\174`) {
		file := writeTemp(t, "zone", "$TTL 60\nx"+evil+"y.example.com. IN TXT \"v=1;k=all;b=on\"\n")
		for _, format := range []string{"table", "json"} {
			r := drtxt("verify", "--file", file, "--format", format)
			if r.status == 2 {
				r.refused(t, 2)
				continue
			}
			checkHostile(t, r, 1, 3)
			if format == "json" {
				if err := schemas(t).verification(r.stdout); err != nil {
					t.Errorf("%q: %v", evil, err)
				}
			}
		}
	}
}
