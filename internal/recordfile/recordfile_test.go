package recordfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/internal/vectors"
	"github.com/drtxt/drtxt/verify"
)

// pair are the values in the dig output of testdata.
func pair(t testing.TB) []string {
	t.Helper()
	all, err := vectors.Load("../../testdata/vectors")
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(v vectors.Vector) bool { return v.Name == "valid-all-on" })
	return []string{all[i].Records[0][0], all[i].Records[1][0]}
}

func TestDetect(t *testing.T) {
	const none recordfile.Format = ""
	cases := map[string]struct {
		data string
		want recordfile.Format
		err  error
	}{
		"brace":                    {"{", recordfile.JSON, nil},
		"bracket":                  {"[\"v=1\"]", recordfile.JSON, nil},
		"brace behind blanks":      {" \r\n\t{}", recordfile.JSON, nil},
		"brace before dig":         {"{\n; <<>> DiG", recordfile.JSON, nil},
		"quoted line":              {`"v=1;b=on"`, recordfile.Dig, nil},
		"quoted lines, CRLF":       {"\"v=1\"\r\n\r\n\"a\" \"b\"\r\n", recordfile.Dig, nil},
		"quoted line and another":  {"\"v=1\"\nv=1;b=on", recordfile.Values, nil},
		"quote that does not end":  {`"v=1;b=on`, none, recordfile.ErrUnknownFormat},
		"dig's banner":             {"\n; <<>> DiG 9.18 <<>> x TXT\n", recordfile.Dig, nil},
		"dig's header":             {";; Got answer:\n;; ->>HEADER<<- opcode: QUERY", recordfile.Dig, nil},
		"dig's answer section":     {";; ANSWER SECTION:\ndr.example.com. 30 IN TXT \"v=1\"", recordfile.Dig, nil},
		"dig before zone":          {"$TTL 30\ndr TXT \"v=1\"\n;; ANSWER SECTION:", recordfile.Dig, nil},
		"heading not at the start": {" ; <<>> DiG\nv=1", recordfile.Values, nil},
		"directive":                {"; a zone\n$ORIGIN example.com.\n", recordfile.Zone, nil},
		"owner and TXT":            {`dr.example.com. TXT "v=1"`, recordfile.Zone, nil},
		"owner, TTL, class, TXT":   {"dr 30 IN TXT v=1\r\n", recordfile.Zone, nil},
		"leading blank":            {"\tIN\ttxt\t\"v=1\"", recordfile.Zone, nil},
		"SOA":                      {"@ 30 IN SOA a. b. 1 2 3 4 5", recordfile.Zone, nil},
		"zone before values":       {"dr TXT (\nv=1;b=on )", recordfile.Zone, nil},
		"TXT too far behind":       {"a b c d TXT", none, recordfile.ErrUnknownFormat},
		"TXT alone":                {"TXT v", none, recordfile.ErrUnknownFormat},
		"TXT in a comment":         {"; x TXT y", none, recordfile.ErrUnknownFormat},
		"values":                   {"v=1;b=on\n", recordfile.Values, nil},
		"values, upper case, CRLF": {"\r\nV=1;B=ON\r\n", recordfile.Values, nil},
		"values behind prose":      {"the records:\nv=1;b=on", recordfile.Values, nil},
		"v= not at the start":      {" v=1;b=on", none, recordfile.ErrUnknownFormat},
		"byte order mark":          {"\uFEFFv=1;b=on", none, recordfile.ErrUnknownFormat},
		"UTF-16":                   {"\xff\xfev\x00=\x001\x00", none, recordfile.ErrUnknownFormat},
		"binary":                   {"\x00\x01\xff\xfe\x80", none, recordfile.ErrUnknownFormat},
		"prose":                    {"hello\n", none, recordfile.ErrUnknownFormat},
		"dig +short without reply": {";; communications error to 127.0.0.1#53: timed out\n", none, recordfile.ErrUnknownFormat},
		"empty":                    {"", none, recordfile.ErrEmpty},
		"blank":                    {" \r\n\t\n", none, recordfile.ErrEmpty},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := recordfile.Detect([]byte(c.data))
			if got != c.want || !errors.Is(err, c.err) {
				t.Errorf("Detect(%q) = %q, %v, want %q, %v", c.data, got, err, c.want, c.err)
			}
		})
	}
	if want := []recordfile.Format{recordfile.JSON, recordfile.Dig, recordfile.Zone, recordfile.Values}; !slices.Equal(recordfile.Formats, want) {
		t.Errorf("Formats are %q, want the order of recognition %q", recordfile.Formats, want)
	}
}

func TestReadValues(t *testing.T) {
	got, err := recordfile.Read([]byte("v=1;b=on \r\n\r\n \t\nv=1\x00\n\uFEFFv=1"), recordfile.Values, recordfile.Where{Domain: "dr.example.com"})
	want := recordfile.Contents{Domain: "dr.example.com", Records: verify.Values("v=1;b=on ", "v=1\x00", "\uFEFFv=1")}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// A readCase is an input and what must be read from it.
type readCase struct {
	data   string
	where  recordfile.Where
	domain string
	want   []verify.TXT
	ttls   []uint32
	alias  string
	// fails is a part of the error's text, empty if it must not fail.
	fails string
}

func (c readCase) run(t *testing.T, format recordfile.Format) {
	t.Helper()
	got, err := recordfile.Read([]byte(c.data), format, c.where)
	if c.fails != "" {
		c.checkError(t, format, got, err)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if got.Domain != c.domain || !reflect.DeepEqual(got.Records, c.want) || !slices.Equal(got.TTLs, c.ttls) || got.Alias != c.alias {
		t.Errorf("got %+v, want %q %q %v, alias %q", got, c.domain, c.want, c.ttls, c.alias)
	}
}

func (c readCase) checkError(t *testing.T, format recordfile.Format, got recordfile.Contents, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), c.fails) || len(got.Records) > 0 {
		t.Fatalf("got %+v and error %v, want an error with %q", got, err, c.fails)
	}
	if several, ok := errors.AsType[*recordfile.SeveralNamesError](err); ok {
		if len(several.Names) < 2 {
			t.Errorf("several names: %q", several.Names)
		}
		return
	}
	if parse, ok := errors.AsType[*recordfile.ParseError](err); !ok || parse.Format != format || parse.Unwrap() == nil {
		t.Errorf("%T %v is not a ParseError of %s", err, err, format)
	}
}

const head = `{"schema":"drtxt/recordset/v1","rrsets":[`

// set is a record set with one RRset.
func set(rrset string) string { return head + rrset + `]}` }

const onSet = `{"name":"dr.example.com.","type":"TXT","ttl":30,"values":["v=1;b=on","x"]}`

func TestReadJSON(t *testing.T) {
	dr := recordfile.Where{Domain: "dr.example.com"}
	on := verify.Values("v=1;b=on", "x")
	cases := map[string]readCase{
		"record set":            {data: set(onSet), domain: "dr.example.com", want: on, ttls: []uint32{30, 30}},
		"name in upper case":    {data: strings.Replace(set(onSet), "dr.ex", "DR.Ex", 1), where: dr, domain: "dr.example.com", want: on, ttls: []uint32{30, 30}},
		"white space behind":    {data: set(onSet) + " \r\n", domain: "dr.example.com", want: on, ttls: []uint32{30, 30}},
		"array of record sets":  {data: "[" + set(onSet) + "," + set(strings.Replace(onSet, "dr.", "dr2.", 1)) + "]", where: dr, domain: "dr.example.com", want: on, ttls: []uint32{30, 30}},
		"several names":         {data: "[" + set(onSet) + "," + set(strings.Replace(onSet, "dr.", "dr2.", 1)) + "]", fails: "several names: dr.example.com, dr2.example.com"},
		"two sets at one name":  {data: "[" + set(onSet) + "," + set(onSet) + "]", domain: "dr.example.com", want: append(on, on...), ttls: []uint32{30, 30, 30, 30}},
		"another name":          {data: set(onSet), where: recordfile.Where{Domain: "other.example.com"}, domain: "other.example.com"},
		"array of values":       {data: ` ["v=1;b=on","x"]`, want: on},
		"array of values, name": {data: `["v=1;b=on","x"]`, where: dr, domain: "dr.example.com", want: on},
		"addresses beside it":   {data: head + `{"name":"dr.example.com.","type":"A","ttl":30,"values":["192.0.2.1"]},` + onSet + `]}`, domain: "dr.example.com", want: on, ttls: []uint32{30, 30}},
		"addresses alone":       {data: set(`{"name":"dr.example.com.","type":"AAAA","ttl":30,"values":["2001:db8::1"]}`), where: dr, domain: "dr.example.com"},
		"greatest TTL":          {data: strings.Replace(set(onSet), "30", "2147483647", 1), domain: "dr.example.com", want: on, ttls: []uint32{1<<31 - 1, 1<<31 - 1}},
		"nothing":               {data: "", fails: "ends too early"},
		"truncated":             {data: set(onSet)[:60], fails: "ends too early"},
		"truncated array":       {data: `["v=1;b=on"`, fails: "ends too early"},
		"value behind":          {data: set(onSet) + set(onSet), fails: "something stands behind"},
		"brace behind":          {data: set(onSet) + "}", fails: "something stands behind"},
		"bracket behind":        {data: `["v=1;b=on"]]`, fails: "cannot be read as json"},
		"text behind":           {data: `["v=1;b=on"] v=1`, fails: "cannot be read as json"},
		"no JSON":               {data: "{v=1}", fails: "cannot be read as json"},
		"null":                  {data: "null", fails: "schema"},
		"empty array":           {data: "[]", fails: "empty"},
		"empty object":          {data: "{}", fails: "schema"},
		"other schema":          {data: strings.Replace(set(onSet), "v1", "v2", 1), fails: `"drtxt/recordset/v2"`},
		"verification":          {data: `{"schema":"drtxt/verification/v1"}`, fails: "verification"},
		"one of two is another": {data: "[" + set(onSet) + ",{}]", fails: "schema"},
		"no rrsets":             {data: set(""), fails: "no rrsets"},
		"no values":             {data: set(`{"name":"dr.example.com.","type":"TXT","ttl":30}`), fails: "no values"},
		"values are numbers":    {data: set(`{"name":"dr.example.com.","type":"TXT","ttl":30,"values":[1]}`), fails: "cannot be read"},
		"values and numbers":    {data: `["v=1",1]`, fails: "cannot be read"},
		"TTL is text":           {data: strings.Replace(set(onSet), "30", `"30"`, 1), fails: "cannot be read"},
		"negative TTL":          {data: strings.Replace(set(onSet), "30", "-1", 1), fails: "cannot be read"},
		"TTL out of range":      {data: strings.Replace(set(onSet), "30", "2147483648", 1), fails: "out of range"},
		"relative name":         {data: strings.Replace(set(onSet), "com.", "com", 1), fails: "does not end with a dot"},
		"no name":               {data: strings.Replace(set(onSet), "dr.example.com.", "", 1), fails: "does not end with a dot"},
		"root":                  {data: strings.Replace(set(onSet), "dr.example.com.", ".", 1), fails: "is empty"},
		"space in the name":     {data: strings.Replace(set(onSet), "dr.", "d r.", 1), fails: "label"},
		"escape in the name":    {data: strings.Replace(set(onSet), "dr.", `d\u001b[31mr.`, 1), fails: `\x1b`},
		"type MX":               {data: strings.Replace(set(onSet), "TXT", "MX", 1), fails: `"MX"`},
		"not an address":        {data: set(`{"name":"dr.example.com.","type":"A","ttl":30,"values":["v=1;b=on"]}`), fails: "not an address"},
		"IPv6 in A":             {data: set(`{"name":"dr.example.com.","type":"A","ttl":30,"values":["2001:db8::1"]}`), fails: "not an address"},
		"IPv4 in AAAA":          {data: set(`{"name":"dr.example.com.","type":"AAAA","ttl":30,"values":["192.0.2.1"]}`), fails: "not an address"},
		"address with zone":     {data: set(`{"name":"dr.example.com.","type":"AAAA","ttl":30,"values":["fe80::1%eth0"]}`), fails: "not an address"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { c.run(t, recordfile.JSON) })
	}
}

func TestClaims(t *testing.T) {
	data := strings.TrimSuffix(set(onSet), "}") + `,"activation":{"status":"on"},"signed":true,"key":"SHA256:x","scheme":"prefix","more":1}`
	got, err := recordfile.Read([]byte(data), recordfile.JSON, recordfile.Where{})
	if err != nil {
		t.Fatal(err)
	}
	c := got.Claims
	if c == nil || string(c.Activation) != `{"status":"on"}` || c.Signed == nil || !*c.Signed || c.Key != "SHA256:x" || c.Scheme != "prefix" {
		t.Errorf("%+v", c)
	}
	got, err = recordfile.Read([]byte(set(onSet)), recordfile.JSON, recordfile.Where{})
	if err != nil || got.Claims == nil || got.Claims.Activation != nil || got.Claims.Signed != nil || got.Claims.Key != "" {
		t.Errorf("%+v, %v", got.Claims, err)
	}
	if got, _ := recordfile.Read([]byte(`["v=1"]`), recordfile.JSON, recordfile.Where{}); got.Claims != nil {
		t.Errorf("an array of values claims %+v", got.Claims)
	}
}

func TestReadZone(t *testing.T) {
	dr := recordfile.Where{Domain: "dr.example.com"}
	v1 := []verify.TXT{{"v=1"}}
	on := []verify.TXT{{"v=1;b=on"}}
	ttl30 := []uint32{30}
	cases := map[string]readCase{
		"quoted":                  {data: `dr.example.com. 30 IN TXT "v=1;b=on"`, domain: "dr.example.com", want: on, ttls: ttl30},
		"CRLF":                    {data: "dr.example.com. 30 IN TXT \"v=1;b=on\"\r\n", domain: "dr.example.com", want: on, ttls: ttl30},
		"of another class":        {data: "dr.example.com. 30 CH TXT \"v=1;b=on\"\n"},
		"unquoted semicolon":      {data: "dr.example.com. 30 IN TXT v=1;b=on\n", domain: "dr.example.com", want: v1, ttls: ttl30},
		"upper-case owner":        {data: `DR.Example.com. 30 IN TXT "v=1;b=on"`, where: dr, domain: "dr.example.com", want: on, ttls: ttl30},
		"escapes":                 {data: `dr.example.com. 30 IN TXT "v=1\;b=on\065\"\\" "x"`, domain: "dr.example.com", want: []verify.TXT{{`v=1;b=onA"\`, "x"}}, ttls: ttl30},
		"origin and TTL":          {data: "$ORIGIN example.com.\n$TTL 30\ndr TXT \"v=1;b=on\"\n", domain: "dr.example.com", want: on, ttls: ttl30},
		"origin given":            {data: `dr 30 TXT "v=1;b=on"`, where: recordfile.Where{Origin: "example.com"}, domain: "dr.example.com", want: on, ttls: ttl30},
		"origin with its dot":     {data: `dr 30 TXT "v=1;b=on"`, where: recordfile.Where{Origin: "example.com."}, domain: "dr.example.com", want: on, ttls: ttl30},
		"origin in the file wins": {data: "$ORIGIN example.org.\ndr 30 TXT \"v=1;b=on\"", where: recordfile.Where{Origin: "example.com"}, domain: "dr.example.org", want: on, ttls: ttl30},
		"at sign":                 {data: "$ORIGIN dr.example.com.\n@ 30 IN TXT \"v=1;b=on\"", domain: "dr.example.com", want: on, ttls: ttl30},
		"owner left out":          {data: "dr.example.com. 30 IN TXT \"v=1;b=on\"\n\t60 IN TXT \"x\"\n", domain: "dr.example.com", want: append(on, verify.TXT{"x"}), ttls: []uint32{30, 60}},
		"parentheses":             {data: "dr.example.com. 30 IN TXT ( \"v=1;\"\n  \"b=on\" ) ; end\n", domain: "dr.example.com", want: []verify.TXT{{"v=1;", "b=on"}}, ttls: ttl30},
		"other names beside":      {data: "$TTL 30\nexample.com. TXT \"v=spf1 -all\"\ndr.example.com. TXT \"v=1;b=on\"\n", domain: "dr.example.com", want: on, ttls: ttl30},
		"several names":           {data: "$TTL 30\na.example.com. TXT \"v=1;b=on\"\nb.example.com. TXT \"v=1;b=on\"\n", fails: "several names: a.example.com, b.example.com"},
		"several names, chosen":   {data: "$TTL 30\na.example.com. TXT \"v=1;b=off\"\ndr.example.com. TXT \"v=1;b=on\"\n", where: dr, domain: "dr.example.com", want: on, ttls: ttl30},
		"no such name":            {data: "a.example.com. 30 TXT \"v=1;b=off\"\n", where: dr, domain: "dr.example.com"},
		"nothing of ours":         {data: "a.example.com. 30 TXT \"hello\"\n"},
		"alias":                   {data: "dr.example.com. 30 CNAME x.example.com.\n", where: dr, domain: "dr.example.com", alias: "x.example.com."},
		"whole zone":              {data: "$ORIGIN example.com.\n$TTL 30\n@ SOA ns hostmaster 1 2 3 4 5\n NS ns\nns A 192.0.2.1\ndr A 192.0.2.2\ndr TXT \"v=1;b=on\"\n", domain: "dr.example.com", want: on, ttls: ttl30},
		"include":                 {data: "$ORIGIN example.com.\n$INCLUDE /etc/passwd\n", fails: "cannot be read as zone"},
		"syntax error":            {data: "$TTL 30\ndr.example.com. TXT \"v=1;b=on\"\ndr.example.com. BOGUS x\n", fails: "line: 3"},
		"quote that never ends":   {data: "dr.example.com. 30 TXT \"v=1;b=on\n", fails: "cannot be read as zone"},
		"relative, no origin":     {data: "dr 30 TXT \"v=1;b=on\"\n", fails: "line: 1"},
		"no TTL":                  {data: "$ORIGIN example.com.\ndr TXT \"v=1;b=on\"\n", fails: "missing TTL"},
		"escape sequence":         {data: "dr.example.com. 30 TXT \"v=1\"\n\x1b[31m BOGUS\n", fails: "cannot be read as zone"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { c.run(t, recordfile.Zone) })
	}
	_, err := recordfile.Read([]byte("dr.example.com. 30 TXT \"v=1\"\ndr.example.com. \x1b[31mX\n"), recordfile.Zone, recordfile.Where{})
	if err == nil || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("error %q", err)
	}
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "dig-"+name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The fixtures were made by dig 9.18 against internal/nameserver and against
// servers that fail.
func TestReadDig(t *testing.T) {
	set := verify.Values(pair(t)...)
	dr := recordfile.Where{Domain: "dr.example.com"}
	ttls := []uint32{30, 30}
	odd := []verify.TXT{{`v=1\;k=all\;b=on`}, {"a\"b\x00\xff"}}
	cases := map[string]readCase{
		"short":         {domain: "dr.example.com", where: dr, want: set},
		"full":          {domain: "dr.example.com", want: set, ttls: ttls},
		"multiline":     {domain: "dr.example.com", want: set, ttls: ttls},
		"answer":        {domain: "dr.example.com", want: set, ttls: ttls},
		"odd":           {domain: "odd.example.com", want: odd, ttls: ttls},
		"odd-short":     {want: odd},
		"nxdomain":      {domain: "none.example.com"},
		"nodata":        {domain: "a.example.com"},
		"comments":      {},
		"cname":         {domain: "dr.example.com", alias: "dr.example.net."},
		"timeout":       {fails: "-"},
		"servfail":      {fails: "-"},
		"refused":       {fails: "-"},
		"truncated":     {fails: "-"},
		"other-type":    {fails: "-"}, // A was asked for: nothing is known of TXT
		"timeout-short": {fails: "-"},
	}
	entries, err := filepath.Glob("testdata/dig-*.txt")
	if err != nil || len(entries) != len(cases) {
		t.Fatalf("%d fixtures for %d cases, %v", len(entries), len(cases), err)
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			c.data = fixture(t, name)
			if c.fails != "" {
				got, err := recordfile.Read([]byte(c.data), recordfile.Dig, c.where)
				if !errors.Is(err, recordfile.ErrNoAnswer) {
					t.Errorf("got %+v, %v, want %v", got, err, recordfile.ErrNoAnswer)
				}
				return
			}
			c.run(t, recordfile.Dig)
			// CRLF is what Windows makes of it.
			c.data = strings.ReplaceAll(c.data, "\n", "\r\n")
			c.run(t, recordfile.Dig)
		})
	}
}

// Of a name or a type that dig did not ask for nothing is known, and nothing where
// one of several questions failed.
func TestDigNothingKnown(t *testing.T) {
	other := recordfile.Where{Domain: "other.example.com"}
	cases := map[string]struct {
		data  string
		where recordfile.Where
	}{
		"other name, set there":   {fixture(t, "full"), other},
		"other name, nxdomain":    {fixture(t, "nxdomain"), other},
		"one of two failed":       {fixture(t, "nodata") + fixture(t, "servfail"), recordfile.Where{}},
		"failed, then nothing":    {fixture(t, "refused") + fixture(t, "nodata"), recordfile.Where{}},
		"nothing at all":          {"", recordfile.Where{}},
		"comments without header": {";; ANSWER SECTION:\n", recordfile.Where{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := recordfile.Read([]byte(c.data), recordfile.Dig, c.where)
			if !errors.Is(err, recordfile.ErrNoAnswer) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
	if _, err := recordfile.Read([]byte(";; ANSWER SECTION:\nx BOGUS\n"), recordfile.Dig, recordfile.Where{}); err == nil || !strings.Contains(err.Error(), "as dig") {
		t.Error(err)
	}
	if _, err := recordfile.Read([]byte(fixture(t, "full")+strings.ReplaceAll(fixture(t, "full"), "dr.example", "dr2.example")), recordfile.Dig, recordfile.Where{}); err == nil || !strings.Contains(err.Error(), "several names") {
		t.Error(err)
	}
}

func TestParseErrorText(t *testing.T) {
	e := &recordfile.ParseError{Format: recordfile.Zone, Line: 7, Err: errors.New("x")}
	if e.Error() != "line 7 cannot be read as zone: x" {
		t.Error(e)
	}
}

// FuzzRead reads anything as everything: it must not panic, an error has its type,
// and a second reading gives the same.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"short", "full", "odd", "nxdomain", "timeout", "cname"} {
		f.Add([]byte(fixture(f, name)), "dr.example.com", "")
	}
	f.Add([]byte(set(onSet)), "", "")
	f.Add([]byte("$ORIGIN example.com.\n@ 30 TXT ( \"v=1;\" \"b=on\" )"), "", "example.com")
	for _, value := range pair(f) {
		f.Add([]byte(value), "", ".")
	}
	f.Fuzz(func(t *testing.T, data []byte, domain, origin string) {
		where := recordfile.Where{Domain: domain, Origin: origin}
		detected, err := recordfile.Detect(data)
		if err == nil && !slices.Contains(recordfile.Formats, detected) {
			t.Errorf("unknown format %q", detected)
		}
		for _, format := range recordfile.Formats {
			got, err := recordfile.Read(data, format, where)
			if err != nil {
				_, parse := errors.AsType[*recordfile.ParseError](err)
				_, several := errors.AsType[*recordfile.SeveralNamesError](err)
				if !parse && !several && !errors.Is(err, recordfile.ErrNoAnswer) {
					t.Errorf("%s: %T %v", format, err, err)
				}
			}
			if len(got.TTLs) > 0 && len(got.TTLs) != len(got.Records) {
				t.Errorf("%s: %d TTLs for %d records", format, len(got.TTLs), len(got.Records))
			}
		}
	})
}

// Inputs beyond what anybody serves are refused before they take memory and time.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		format recordfile.Format
		data   string
	}{
		"values in bytes":    {recordfile.Values, strings.Repeat("v=1;b=on\n", recordfile.MaxOther/9+1)},
		"values in number":   {recordfile.Values, strings.Repeat("v=1\n", recordfile.MaxRecords+1)},
		"JSON":               {recordfile.JSON, "[" + strings.Repeat("1,", recordfile.MaxOther/2) + "1]"},
		"dig":                {recordfile.Dig, strings.Repeat("\"a\"\n", recordfile.MaxRecords+1)},
		"one name in a zone": {recordfile.Zone, strings.Repeat("dr.example.com. 30 IN TXT \"v=1\"\n", recordfile.MaxRecords+1)},
		"$GENERATE repeated": {recordfile.Zone, "$ORIGIN example.com.\n$TTL 30\n" + strings.Repeat("$GENERATE 1-65535 a TXT \"y\"\n", 300)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := recordfile.Read([]byte(c.data), c.format, recordfile.Where{})
			if _, ok := errors.AsType[*recordfile.TooLargeError](err); !ok {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := recordfile.Read([]byte("a. 2147483648 IN TXT \"x\"\n"), recordfile.Zone, recordfile.Where{}); err == nil {
		t.Error("a TTL beyond RFC 2181 section 8 is accepted")
	}
}

// Only our records are named as standing elsewhere, and only if none stand here.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	set := func(name, value string) string {
		return `{"schema":"drtxt/recordset/v1","rrsets":[{"name":"` + name + `.","type":"TXT","ttl":30,"values":["` + value + `"]}]}`
	}
	where := recordfile.Where{Domain: "dr.example.com"}
	for name, c := range map[string]struct {
		format recordfile.Format
		data   string
		want   []string
	}{
		"JSON, ours":     {recordfile.JSON, set("rd.example.com", "v=1;b=off"), []string{"rd.example.com"}},
		"JSON, foreign":  {recordfile.JSON, set("rd.example.com", "hello"), nil},
		"JSON, here too": {recordfile.JSON, "[" + set("rd.example.com", "v=1;b=off") + "," + set("dr.example.com", "v=1;b=on") + "]", nil},
		"zone, ours":     {recordfile.Zone, "rd.example.com. 30 IN TXT \"v=1;b=off\"\n", []string{"rd.example.com"}},
		"zone, foreign":  {recordfile.Zone, "rd.example.com. 30 IN TXT \"hello\"\n", nil},
		"zone, here too": {recordfile.Zone, "rd.example.com. 30 IN TXT \"v=1;b=off\"\ndr.example.com. 30 IN TXT \"v=1;b=on\"\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			contents, err := recordfile.Read([]byte(c.data), c.format, where)
			if err != nil || !slices.Equal(contents.Elsewhere, c.want) {
				t.Errorf("got %q, %v, want %q", contents.Elsewhere, err, c.want)
			}
		})
	}
}
