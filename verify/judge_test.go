package verify_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

func isClass(err, class error) bool { return errors.Is(err, class) }

// codes are the findings' codes, sorted.
func codes(j verify.Judgement) []verify.Code {
	var all []verify.Code
	for _, f := range j.Findings {
		all = append(all, f.Code)
	}
	slices.Sort(all)
	return all
}

// permutations yields every order of the records.
func permutations(records []verify.TXT) iter.Seq[[]verify.TXT] {
	return func(yield func([]verify.TXT) bool) {
		permute(slices.Clone(records), 0, yield)
	}
}

func permute(records []verify.TXT, from int, yield func([]verify.TXT) bool) bool {
	if from == len(records) {
		return yield(records)
	}
	for i := from; i < len(records); i++ {
		records[from], records[i] = records[i], records[from]
		if !permute(records, from+1, yield) {
			return false
		}
		records[from], records[i] = records[i], records[from]
	}
	return true
}

// The window of the sets that the tests sign, and an instant within it that is near
// no edge.
const (
	startSecond  = 1800000000
	endSecond    = 1800028800
	middleSecond = 1800014400
)

func at(second int64) time.Time { return time.Unix(second, 0) }

func privateKey(t testing.TB, name string) *rsa.PrivateKey {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(keyFolder, name+".private.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := keygen.ParsePrivateKey(data, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// window is an activation of all products between the tests' start and end.
func window(status txtrecord.Status) txtrecord.Activation {
	return txtrecord.Activation{Type: txtrecord.AllProducts, Status: status, Start: at(startSecond), End: at(endSecond)}
}

// signed returns the activation signed by test key a, in the default scheme.
func signed(t testing.TB, a txtrecord.Activation) []string {
	t.Helper()
	return signedBy(t, "test-a", "prefix", a)
}

func signedBy(t testing.TB, key, scheme string, a txtrecord.Activation) []string {
	t.Helper()
	s, err := txtrecord.ParseScheme(scheme)
	if err != nil {
		t.Fatal(err)
	}
	values, err := txtrecord.Sign(a, s, privateKey(t, key))
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// signedText signs a body that the package would not write itself; the final
// semicolon belongs to it.
func signedText(t testing.TB, body string) []string {
	t.Helper()
	digest := sha256.Sum256([]byte(body))
	signature, err := rsa.SignPKCS1v15(nil, privateKey(t, "test-a"), crypto.SHA256, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	text := base64.StdEncoding.EncodeToString(signature)
	return []string{body + "n=2;p=1;bh=" + text[:170], body + "n=2;p=2;bh=" + text[170:]}
}

// trusting is the policy of a verifier that has test key a, in the middle of the
// window.
func trusting(t testing.TB) verify.Policy {
	t.Helper()
	return verify.Policy{Keys: []verify.Key{loadKey(t, "test-a.public.pem")}, At: at(middleSecond)}
}

func findingOf(j verify.Judgement, code verify.Code) (verify.Finding, bool) {
	i := slices.IndexFunc(j.Findings, func(f verify.Finding) bool { return f.Code == code })
	if i < 0 {
		return verify.Finding{}, false
	}
	return j.Findings[i], true
}

func faultCode(f txtrecord.Fault) verify.Code { return verify.Code(f.Code()) }

func both(s verify.State) verify.Products {
	return verify.Products{InternetAccess: s, PrivateAccess: s}
}

func status(j verify.Judgement, p verify.Policy) int {
	report := verify.NewReport(j, p)
	return report.ExitStatus()
}

// altered changes one character in the middle of a signature's second half.
func altered(values []string) []string {
	two := []byte(values[1])
	at := len(two) - 20
	if two[at] == 'A' {
		two[at] = 'B'
	} else {
		two[at] = 'A'
	}
	return []string{values[0], string(two)}
}

func TestVerdicts(t *testing.T) {
	on, off := signed(t, window(txtrecord.On)), signed(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off})
	byB := signedBy(t, "test-b", "prefix", window(txtrecord.On))
	noKeys := func(p *verify.Policy) { p.Keys = nil }
	withB := func(p *verify.Policy) { p.Keys = append(p.Keys, loadKey(t, "test-b.public.pem")) }
	onlyB := func(p *verify.Policy) { p.Keys = []verify.Key{loadKey(t, "test-b.public.pem")} }
	skip := func(p *verify.Policy) { p.SkipSignature = true }
	allow := func(p *verify.Policy) { p.AllowUnsigned = true }
	domain := func(name string) func(*verify.Policy) { return func(p *verify.Policy) { p.Domain = name } }
	bound := signed(t, txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off, Domain: "dr.example.com"})
	unsigned := "v=1;k=all;b=off"
	cases := map[string]struct {
		values []string
		with   []func(*verify.Policy)
		want   verify.Verdict
		state  verify.Products
		exit   int
		codes  []verify.Code
	}{
		"valid":                     {on, nil, verify.Valid, both(verify.StateOn), 0, nil},
		"valid, second of two keys": {byB, []func(*verify.Policy){withB}, verify.Valid, both(verify.StateOn), 0, nil},
		"another key":               {byB, nil, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.SignatureInvalid)}},
		"two other keys":            {altered(on), []func(*verify.Policy){withB}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.SignatureInvalid)}},
		"altered":                   {altered(on), nil, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.SignatureInvalid)}},
		"altered, allow-unsigned":   {altered(on), []func(*verify.Policy){allow}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.SignatureInvalid)}},
		"one part":                  {on[:1], []func(*verify.Policy){allow}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartMissing)}},
		"one part, no key":          {on[1:], []func(*verify.Policy){allow, noKeys}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartMissing)}},
		"one part, skipped":         {on[1:], []func(*verify.Policy){skip}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartMissing)}},
		"a part twice":              {append(on[:1:1], on[0], on[1]), []func(*verify.Policy){skip}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartRepeated)}},
		"unchecked":                 {on, []func(*verify.Policy){noKeys}, verify.Unchecked, both(verify.StateOn), 1, []verify.Code{verify.CodeUnchecked}},
		"unchecked, allow-unsigned": {on, []func(*verify.Policy){noKeys, allow}, verify.Unchecked, both(verify.StateOn), 1, []verify.Code{verify.CodeUnchecked}},
		"skipped":                   {on, []func(*verify.Policy){skip}, verify.Unchecked, both(verify.StateOn), 0, []verify.Code{verify.CodeUnchecked}},
		"skipped, a bad signature":  {altered(on), []func(*verify.Policy){skip}, verify.Unchecked, both(verify.StateOn), 0, []verify.Code{verify.CodeUnchecked}},
		"skipped without key":       {on, []func(*verify.Policy){skip, noKeys}, verify.Unchecked, both(verify.StateOn), 0, []verify.Code{verify.CodeUnchecked}},
		"unsigned":                  {[]string{unsigned}, []func(*verify.Policy){noKeys}, verify.Unsigned, both(verify.StateOff), 1, []verify.Code{verify.CodeUnsigned}},
		"unsigned, accepted":        {[]string{unsigned}, []func(*verify.Policy){noKeys, allow}, verify.Unsigned, both(verify.StateOff), 0, []verify.Code{verify.CodeUnsigned}},
		"unsigned beside key":       {[]string{unsigned}, []func(*verify.Policy){allow}, verify.Unsigned, both(verify.StateOff), 0, []verify.Code{verify.CodeUnsigned}},
		"unsigned, skipped":         {[]string{unsigned}, []func(*verify.Policy){skip}, verify.Unsigned, both(verify.StateOff), 1, []verify.Code{verify.CodeUnsigned}},
		"two sets":                  {append(on[:2:2], off...), nil, verify.Conflict, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.SeveralSets)}},
		"halves of two sets":        {[]string{on[0], off[1]}, nil, verify.Conflict, both(verify.StateUndetermined), 1, nil},
		"unsigned beside signed":    {append(on[:2:2], unsigned), []func(*verify.Policy){allow}, verify.Conflict, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.UnsignedBeside)}},
		"malformed beside signed":   {append(on[:2:2], "v=1;b=on;;"), nil, verify.Invalid, both(verify.StateUndetermined), 1, nil},
		"cut beside signed":         {append(on[:2:2], "v=1"), nil, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{verify.CodeCutAtSemicolon}},
		"foreign alone":             {[]string{"v=spf1 -all", "hello"}, nil, verify.None, both(verify.StateNone), 3, []verify.Code{verify.CodeForeign, verify.CodeNoRecord}},
		"foreign beside":            {append(on[:2:2], "v=spf1 -all"), nil, verify.Valid, both(verify.StateOn), 0, []verify.Code{verify.CodeForeign}},
		"d is the domain":           {bound, []func(*verify.Policy){domain("DR.example.com.")}, verify.Valid, both(verify.StateOff), 0, nil},
		"d, domain not known":       {bound, nil, verify.Valid, both(verify.StateOff), 0, nil},
		"d of another":              {bound, []func(*verify.Policy){domain("dr2.example.com")}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.OtherDomain)}},
		"d of another, skipped":     {bound, []func(*verify.Policy){domain("dr2.example.com"), skip}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.OtherDomain)}},
		"domain that is none":       {bound, []func(*verify.Policy){domain("dr..example.com")}, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.OtherDomain)}},
		"rider in part 2":           {[]string{on[0], strings.Replace(on[1], ";t=", ";m=fc;t=", 1)}, nil, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartsDiffer)}},
		"altered part 2":            {[]string{on[0], strings.Replace(on[1], "b=on", "b=off", 1)}, nil, verify.Invalid, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.PartsDiffer)}},
		"altered part 2, other key": {[]string{on[0], strings.Replace(on[1], "b=on", "b=off", 1)}, []func(*verify.Policy){onlyB}, verify.Conflict, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.MixedHalves)}},
		"altered part 2, skipped":   {[]string{on[0], strings.Replace(on[1], "b=on", "b=off", 1)}, []func(*verify.Policy){skip}, verify.Conflict, both(verify.StateUndetermined), 1, []verify.Code{faultCode(txtrecord.MixedHalves)}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			policy := trusting(t)
			for _, change := range c.with {
				change(&policy)
			}
			if err := policy.Validate(); err != nil {
				t.Fatal(err)
			}
			got := verify.Judge(verify.Values(c.values...), policy)
			if got.Verdict != c.want || got.State != c.state || status(got, policy) != c.exit {
				t.Errorf("got %s %v, exit status %d, want %s %v, %d: %v", got.Verdict, got.State, status(got, policy), c.want, c.state, c.exit, got.Findings)
			}
			if c.codes != nil && !slices.Equal(codes(got), c.codes) {
				t.Errorf("findings %q, want %q", codes(got), c.codes)
			}
			judged := c.want == verify.Valid || c.want == verify.Unchecked || c.want == verify.Unsigned
			if (got.Set != nil) != judged || (got.Key != "") != (c.want == verify.Valid) {
				t.Errorf("set %v, key %q", got.Set, got.Key)
			}
		})
	}
}

// Nothing at all is its own case: the verdict, the state and the exit status.
func TestNoRecords(t *testing.T) {
	for _, records := range [][]verify.TXT{nil, {}} {
		policy := trusting(t)
		got := verify.Judge(records, policy)
		if got.Verdict != verify.None || got.State != both(verify.StateNone) || got.AsExpected || status(got, policy) != verify.StatusNoRecord {
			t.Errorf("%+v", got)
		}
	}
	if verify.StatusNoRecord != 3 {
		t.Error("the exit status of no record is not 3")
	}
	policy := trusting(t)
	policy.AllowUnsigned, policy.SkipSignature = true, true
	if got := verify.Judge([]verify.TXT{{}, {""}}, policy); got.Verdict != verify.None || status(got, policy) != 3 {
		t.Errorf("%+v", got)
	}
}

func TestKeyIsNamed(t *testing.T) {
	policy := trusting(t)
	policy.Keys = append(policy.Keys, loadKey(t, "test-b.public.pem"))
	got := verify.Judge(verify.Values(signedBy(t, "test-b", "prefix", window(txtrecord.On))...), policy)
	if got.Key != policy.Keys[1].Name {
		t.Errorf("key %q", got.Key)
	}
	got = verify.Judge(verify.Values(altered(signed(t, window(txtrecord.On)))...), policy)
	f, _ := findingOf(got, faultCode(txtrecord.SignatureInvalid))
	for _, key := range policy.Keys {
		if !strings.Contains(f.Message, key.Name) {
			t.Errorf("%q does not name %s", f.Message, key.Name)
		}
	}
	if !errors.Is(f.Err, txtrecord.ErrSignature) {
		t.Errorf("%v", f.Err)
	}
}

// An error must name its record among all that were given, foreign ones included.
func TestErrorsNameTheRecord(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	foreign := []string{"hello", "v=spf1"}
	shaped := signedText(t, "v=1;b=off;")
	for name, c := range map[string]struct {
		values []string
		code   verify.Code
		record int
	}{
		"syntax":       {append(foreign, "v=1;b=maybe"), faultCode(txtrecord.UnknownKeyword), 2},
		"damage":       {append(foreign, "v=1"), verify.CodeCutAtSemicolon, 2},
		"incomplete":   {append(foreign, on[0]), faultCode(txtrecord.PartMissing), 2},
		"parts differ": {append(foreign, on[0], strings.Replace(on[1], ";t=", ";m=fc;t=", 1)), faultCode(txtrecord.PartsDiffer), 3},
		"signature":    {append(foreign, altered(on)...), faultCode(txtrecord.SignatureInvalid), 2},
		"form":         {append(foreign, shaped...), verify.CodeNotCanonical, 2},
	} {
		f, _ := findingOf(verify.Judge(verify.Values(c.values...), trusting(t)), c.code)
		fault, ok := errors.AsType[*txtrecord.RecordError](f.Err)
		if !ok || fault.Record != c.record {
			t.Errorf("%s: %+v", name, f)
		} else if c.code != faultCode(txtrecord.SignatureInvalid) && !strings.Contains(f.Message, fmt.Sprintf("record %d", c.record+1)) {
			t.Errorf("%s: %s", name, f.Message)
		}
	}
}

func TestTypes(t *testing.T) {
	for product, want := range map[txtrecord.Type]verify.Products{
		txtrecord.InternetAccess: {InternetAccess: verify.StateTest, PrivateAccess: verify.StateNone},
		txtrecord.PrivateAccess:  {InternetAccess: verify.StateNone, PrivateAccess: verify.StateTest},
		txtrecord.AllProducts:    both(verify.StateTest),
	} {
		a := window(txtrecord.Test)
		a.Type = product
		if got := verify.Judge(verify.Values(signed(t, a)...), trusting(t)); got.State != want {
			t.Errorf("%s: %v", product, got.State)
		}
	}
}

// Without k it is not said which product the set is for; b alone is compared.
func TestTypeAbsent(t *testing.T) {
	values := verify.Values(signedText(t, fmt.Sprintf("v=1;b=on;t=%d;x=%d;", startSecond, endSecond))...)
	for second, met := range map[int64]verify.Expectation{
		startSecond - 1: "", middleSecond: verify.ExpectOn, endSecond + 1: "",
	} {
		for _, expected := range []verify.Expectation{"", verify.ExpectOn, verify.ExpectOff, verify.ExpectTest, verify.ExpectNone} {
			for _, product := range []txtrecord.Type{txtrecord.NoType, txtrecord.InternetAccess} {
				policy := trusting(t)
				policy.At, policy.Expected, policy.Type = at(second), expected, product
				got := verify.Judge(values, policy)
				if got.Verdict != verify.Valid || got.State != both(verify.StateUndetermined) {
					t.Fatalf("%s %v", got.Verdict, got.State)
				}
				if want := expected != "" && expected == met; got.AsExpected != want {
					t.Errorf("at %d, expected %q: %t, %v", second, expected, got.AsExpected, got.Findings)
				}
				if f, ok := findingOf(got, verify.CodeTypeUnknown); !ok || f.Severity != verify.Warning {
					t.Errorf("%v", got.Findings)
				}
			}
		}
	}
}

func TestSeconds(t *testing.T) {
	start, end := window(txtrecord.On), window(txtrecord.On)
	end.Start, start.End = time.Time{}, time.Time{}
	second := window(txtrecord.On)
	second.End = second.Start
	cases := []struct {
		name   string
		a      txtrecord.Activation
		second int64
		want   verify.State
	}{
		{"before the start", window(txtrecord.On), startSecond - 1, verify.StateScheduled},
		{"at the start", window(txtrecord.On), startSecond, verify.StateOn},
		{"at the end", window(txtrecord.On), endSecond, verify.StateOn},
		{"after the end", window(txtrecord.On), endSecond + 1, verify.StateExpired},
		{"test before the start", window(txtrecord.Test), startSecond - 1, verify.StateScheduled},
		{"test in it", window(txtrecord.Test), startSecond, verify.StateTest},
		{"start alone, before", start, startSecond - 1, verify.StateScheduled},
		{"start alone, for ever", start, txtrecord.MaxInstant, verify.StateOn},
		{"end alone, at zero", end, 0, verify.StateOn},
		{"end alone, after", end, endSecond + 1, verify.StateExpired},
		{"one second, before", second, startSecond - 1, verify.StateScheduled},
		{"one second", second, startSecond, verify.StateOn},
		{"one second, after", second, startSecond + 1, verify.StateExpired},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			values := verify.Values(signed(t, c.a)...)
			policy := trusting(t)
			for _, fraction := range []time.Duration{0, 999 * time.Millisecond} {
				policy.At = at(c.second).Add(fraction)
				got := verify.Judge(values, policy)
				if got.Verdict != verify.Valid || got.State != both(c.want) || status(got, policy) != 0 {
					t.Errorf("at %d and %s: %s %v %v", c.second, fraction, got.Verdict, got.State, got.Findings)
				}
				for code, state := range map[verify.Code]verify.State{verify.CodeScheduled: verify.StateScheduled, verify.CodeExpired: verify.StateExpired} {
					f, ok := findingOf(got, code)
					if ok != (c.want == state) || ok && (f.Severity != verify.Warning || f.Advice == "") {
						t.Errorf("at %d: %v", c.second, got.Findings)
					}
				}
			}
		})
	}
}

func TestNearEdges(t *testing.T) {
	values := verify.Values(signed(t, window(txtrecord.On))...)
	for _, edge := range []struct {
		code   verify.Code
		second int64
	}{{verify.CodeClockNearStart, startSecond}, {verify.CodeClockNearEnd, endSecond}} {
		for distance, want := range map[int64]bool{-301: false, -300: true, -1: true, 0: true, 1: true, 300: true, 301: false} {
			policy := trusting(t)
			policy.At = at(edge.second + distance)
			got := verify.Judge(values, policy)
			if f, ok := findingOf(got, edge.code); ok != want || ok && f.Severity != verify.Warning || status(got, policy) != 0 {
				t.Errorf("%s at %d: %v", edge.code, distance, got.Findings)
			}
		}
	}
}

func TestEndsSoon(t *testing.T) {
	values := verify.Values(signed(t, window(txtrecord.On))...)
	for _, c := range []struct {
		before time.Duration
		second int64
		want   bool
	}{
		{0, endSecond - 1, false}, {time.Hour, endSecond - 3599, true}, {time.Hour, endSecond - 3600, false},
		{time.Hour, endSecond, true}, {time.Hour, endSecond + 1, false}, {100 * time.Hour, startSecond - 1, false},
	} {
		policy := trusting(t)
		policy.At, policy.WarnBefore, policy.Domain = at(c.second), c.before, "DR.example.com."
		got := verify.Judge(values, policy)
		f, ok := findingOf(got, verify.CodeEndsSoon)
		if ok != c.want || ok && !strings.Contains(f.Advice, "`drtxt record on dr.example.com --type all --for 8h --key FILE`") {
			t.Errorf("%s before, at %d: %v", c.before, c.second, got.Findings)
		}
	}
}

func TestRenewal(t *testing.T) {
	test := window(txtrecord.Test)
	test.Type, test.Forwarding = txtrecord.InternetAccess, txtrecord.FailClose
	off := window(txtrecord.Off)
	for want, values := range map[string][]string{
		"to go on: `drtxt record test DOMAIN --type zia --forwarding fail-close --for 8h --key FILE`; to end it: `drtxt record off DOMAIN --type zia --key FILE`": signed(t, test),
		"to go on: `drtxt record off DOMAIN --type all --key FILE`":                                               signed(t, off),
		"to go on: `drtxt record on DOMAIN --for 8h --key FILE`; to end it: `drtxt record off DOMAIN --key FILE`": signedText(t, fmt.Sprintf("v=1;b=on;m=wf;x=%d;", endSecond)),
	} {
		policy := trusting(t)
		policy.At = at(endSecond + 1)
		f, _ := findingOf(verify.Judge(verify.Values(values...), policy), verify.CodeExpired)
		if f.Advice != want {
			t.Errorf("got  %s\nwant %s", f.Advice, want)
		}
	}
}

// The advice makes the same kind of set again: before its start, bound to its domain,
// under its scheme, and without a key where it has no signature.
func TestRenewalOfTheSameKind(t *testing.T) {
	bound := window(txtrecord.On)
	bound.Domain = domain
	policy := trusting(t)
	policy.At, policy.Domain = at(startSecond-1), domain
	if err := policy.Scheme.UnmarshalText([]byte("trimmed")); err != nil {
		t.Fatal(err)
	}
	f, _ := findingOf(verify.Judge(verify.Values(signedBy(t, "test-a", "trimmed", bound)...), policy), verify.CodeScheduled)
	want := "to start now: `drtxt record on dr.example.com --type all --bind-domain --for 8h --scheme trimmed --key FILE`; to end it: `drtxt record off dr.example.com --type all --bind-domain --scheme trimmed --key FILE`"
	if f.Advice != want {
		t.Errorf("got  %s\nwant %s", f.Advice, want)
	}
	policy.At = at(endSecond + 1)
	f, _ = findingOf(verify.Judge(verify.Values(fmt.Sprintf("v=1;k=zpa;b=on;x=%d", endSecond)), policy), verify.CodeExpired)
	want = "to go on: `drtxt record on dr.example.com --type zpa --for 8h --unsigned`; to end it: `drtxt record off dr.example.com --type zpa --unsigned`"
	if f.Advice != want {
		t.Errorf("got  %s\nwant %s", f.Advice, want)
	}
}

// A set that names no product is held to b alone, and the finding says so.
func TestExpectationWithoutType(t *testing.T) {
	policy := trusting(t)
	policy.Keys, policy.AllowUnsigned = nil, true
	policy.Expected, policy.Type = verify.ExpectOff, txtrecord.InternetAccess
	f, _ := findingOf(verify.Judge(verify.Values("v=1;b=on"), policy), verify.CodeNotAsExpected)
	if f.Message != "expected off, found on" {
		t.Error(f.Message)
	}
}

// Times are shown in the place's own time too, where a place is given.
func TestTimesInALocation(t *testing.T) {
	policy := trusting(t)
	policy.Location = time.FixedZone("", 3600)
	report := verify.NewReport(verify.Judge(verify.Values(signed(t, window(txtrecord.On))...), policy), policy)
	if want := "until 2027-01-15T16:00:00Z (2027-01-15 17:00:00 +0100 here)"; !strings.Contains(report.Sentence(), want) {
		t.Error(report.Sentence())
	}
}

// The published sample ends 471 years from now: a Duration cannot hold that.
func TestFarEnd(t *testing.T) {
	far := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On, Start: at(16521539998), End: at(16521539999)}
	policy := trusting(t)
	f, _ := findingOf(verify.Judge(verify.Values(signed(t, far)...), policy), verify.CodeScheduled)
	if !strings.Contains(f.Message, "more than 292 years") {
		t.Error(f.Message)
	}
}

func TestDamage(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	space := func(s string, at int) string { return s[:at] + " " + s[at:] }
	for name, c := range map[string]struct {
		record verify.TXT
		code   verify.Code
	}{
		"parts in one record":     {verify.TXT{on[0], on[1]}, verify.CodePartsInOneRecord},
		"parts in one, reversed":  {verify.TXT{on[1], on[0]}, verify.CodePartsInOneRecord},
		"byte order mark":         {verify.TXT{"\uFEFF" + on[0]}, verify.CodeByteOrderMark},
		"mark and one tag":        {verify.TXT{"\uFEFFv=1"}, verify.CodeByteOrderMark},
		"cut":                     {verify.TXT{"v=1"}, verify.CodeCutAtSemicolon},
		"cut, in two strings":     {verify.TXT{"v=", "1"}, verify.CodeCutAtSemicolon},
		"quoted twice":            {verify.TXT{`"` + on[0] + `"`}, verify.CodeQuotedTwice},
		"quoted twice, escaped":   {verify.TXT{`\"` + on[0] + `\"`}, verify.CodeQuotedTwice},
		"backslashes":             {verify.TXT{strings.ReplaceAll(on[0], ";", `\;`)}, verify.CodeLiteralBackslash},
		"space in the signature":  {verify.TXT{space(on[0], len(on[0])-10)}, verify.CodeSpaceInSignature},
		"plus decoded to a space": {verify.TXT{"v=1;k=all;b=on;n=2;p=1;bh=ab cd"}, verify.CodeSpaceInSignature},
		"space before the end":    {verify.TXT{on[0] + " "}, verify.CodeSpaces},
		"spaces":                  {verify.TXT{"v=1; k=all; b=on"}, verify.CodeSpaces},
		"tab":                     {verify.TXT{"v=1;\tb=on"}, verify.CodeSpaces},
		"none of these":           {verify.TXT{"v=1;b=ON"}, faultCode(txtrecord.UpperCase)},
		"two unsigned strings":    {verify.TXT{"v=1;b=on", "v=1;b=on"}, ""},
		"three strings":           {verify.TXT{on[0], on[1], on[0]}, ""},
	} {
		got := verify.Judge([]verify.TXT{c.record}, trusting(t))
		if got.Verdict != verify.Invalid {
			t.Errorf("%s: %s", name, got.Verdict)
		}
		f := got.Findings[0]
		if c.code != "" && f.Code != c.code || f.Severity != verify.Error || !errors.Is(f.Err, txtrecord.ErrSyntax) || f.Advice == "" {
			t.Errorf("%s: %+v", name, f)
		}
		if f.Code == verify.CodePartsInOneRecord && c.code != f.Code {
			t.Errorf("%s: %s", name, f.Code)
		}
	}
}

// A value that was cut into several records is named as that, and other records beside a
// broken set are not taken for pieces of it.
func TestSplitOverRecords(t *testing.T) {
	on := signed(t, window(txtrecord.On))
	for name, c := range map[string]struct {
		values []string
		want   bool
	}{
		"part 1 in two":            {[]string{on[0][:127], on[0][127:], on[1]}, true},
		"both in two":              {[]string{on[0][:127], on[0][127:], on[1][:127], on[1][127:]}, true},
		"a word beside a half":     {[]string{on[0][:127], "hello", on[1]}, false},
		"sentences beside a half":  {[]string{on[0][:127], strings.Repeat("hello world ", 8), on[1]}, false},
		"base64 beside a whole":    {[]string{on[0], on[1], strings.Repeat("QUJD", 20)}, false},
		"base64 beside a lone one": {[]string{on[0], strings.Repeat("QUJD", 20)}, false},
	} {
		got := verify.Judge(verify.Values(c.values...), trusting(t))
		if f, found := findingOf(got, verify.CodeSplitOverRecords); found != c.want || found && (f.Severity != verify.Error || got.Verdict != verify.Invalid) {
			t.Errorf("%s: %s, %+v", name, got.Verdict, got.Findings)
		}
	}
}

func TestWarnings(t *testing.T) {
	off := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.Off, Domain: "dr.example.com"}
	cases := map[string]struct {
		scheme string
		values []verify.TXT
		want   []verify.Code
	}{
		"nothing":           {"prefix", verify.Values(signed(t, off)...), nil},
		"k not signed":      {"prefix+nok", verify.Values(signedBy(t, "test-a", "prefix+nok", off)...), []verify.Code{verify.CodeTagNotSigned}},
		"k and d":           {"trimmed+nok+nod", verify.Values(signedBy(t, "test-a", "trimmed+nok+nod", off)...), []verify.Code{verify.CodeTagNotSigned, verify.CodeTagNotSigned}},
		"joined by nothing": {"values", verify.Values(signedBy(t, "test-a", "values", off)...), []verify.Code{verify.CodeAmbiguousScheme}},
		"semicolons, PSS":   {"values-semicolon+pss", verify.Values(signedBy(t, "test-a", "values-semicolon+pss", off)...), nil},
		"ambiguous, no k":   {"values+nok", verify.Values(signedBy(t, "test-a", "values+nok", off)...), []verify.Code{verify.CodeAmbiguousScheme, verify.CodeTagNotSigned}},
		"not canonical":     {"prefix", verify.Values(signedText(t, "v=1;b=off;k=all;m=wf;")...), []verify.Code{verify.CodeNotCanonical}},
		"foreign":           {"prefix", append(verify.Values(signed(t, off)...), verify.TXT{"x"}), []verify.Code{verify.CodeForeign}},
		"several strings":   {"prefix", []verify.TXT{{signed(t, off)[0][:50], signed(t, off)[0][50:]}, {signed(t, off)[1]}}, []verify.Code{verify.CodeSeveralStrings}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			policy := trusting(t)
			if err := policy.Scheme.UnmarshalText([]byte(c.scheme)); err != nil {
				t.Fatal(err)
			}
			for _, acknowledged := range [][]verify.Code{nil, c.want} {
				policy.Acknowledged = acknowledged
				severity := verify.Warning
				if acknowledged != nil {
					severity = verify.Info
				}
				got := verify.Judge(c.values, policy)
				if got.Verdict != verify.Valid || status(got, policy) != 0 || !slices.Equal(codes(got), c.want) {
					t.Errorf("%s %q, want %q", got.Verdict, codes(got), c.want)
				}
				for _, f := range got.Findings {
					if f.Severity != severity {
						t.Errorf("%s is %s, want %s", f.Code, f.Severity, severity)
					}
				}
			}
		})
	}
	policy := trusting(t)
	got := verify.Judge(cases["not canonical"].values, policy)
	if f := got.Findings[0]; !strings.Contains(f.Message, "record 1: ") || !strings.Contains(f.Message, `("wf")`) || !errors.Is(f.Err, txtrecord.ErrNotCanonical) {
		t.Errorf("%+v", f)
	}
}

// Schemes that do not cover a tag say nothing of it where nothing is signed.
func TestUnsignedKnowsNoScheme(t *testing.T) {
	policy := trusting(t)
	policy.AllowUnsigned = true
	if err := policy.Scheme.UnmarshalText([]byte("values+nok+nod")); err != nil {
		t.Fatal(err)
	}
	got := verify.Judge(verify.Values("v=1;k=all;b=off;d=dr.example.com;"), policy)
	if !slices.Equal(codes(got), []verify.Code{verify.CodeNotCanonical, verify.CodeUnsigned}) {
		t.Errorf("%v", got.Findings)
	}
}

// Acknowledging an error changes nothing.
func TestAcknowledgeLowersNoError(t *testing.T) {
	var all []verify.Code
	for _, c := range verify.Codes() {
		all = append(all, c.Code)
	}
	for name, values := range map[string][]string{
		"altered": altered(signed(t, window(txtrecord.On))), "cut": {"v=1"}, "unsigned": {"v=1;k=all;b=on"}, "part": signed(t, window(txtrecord.On))[:1],
	} {
		policy := trusting(t)
		policy.Acknowledged, policy.Expected = all, verify.ExpectOff
		got := verify.Judge(verify.Values(values...), policy)
		if status(got, policy) != verify.StatusWrong || got.Findings[0].Severity != verify.Error {
			t.Errorf("%s: %v", name, got.Findings)
		}
	}
}

func TestUnsignedBesideKeySeverity(t *testing.T) {
	for want, policy := range map[verify.Severity]verify.Policy{
		verify.Error:   {At: at(0)},
		verify.Info:    {At: at(0), AllowUnsigned: true},
		verify.Warning: {At: at(0), AllowUnsigned: true, Keys: trusting(t).Keys},
	} {
		f, _ := findingOf(verify.Judge(verify.Values("v=1;k=all;b=off"), policy), verify.CodeUnsigned)
		if f.Severity != want {
			t.Errorf("%+v, want %s", f, want)
		}
	}
}

// Hostile amounts must neither take long nor make long reports. The limit is about
// twenty times what it takes, with the race detector.
func TestHostileAmounts(t *testing.T) {
	many := func(f func(int) verify.TXT) []verify.TXT {
		all := make([]verify.TXT, 10000)
		for i := range all {
			all[i] = f(i)
		}
		return all
	}
	garbage := strings.Repeat("\x1b;v=1;b=\xff", 1<<20/10)
	for name, records := range map[string][]verify.TXT{
		"malformed":            many(func(i int) verify.TXT { return verify.TXT{fmt.Sprintf("v=1;b=%d", i)} }),
		"same value":           many(func(int) verify.TXT { return verify.TXT{"v=1;k=all;b=on"} }),
		"different sets":       many(func(i int) verify.TXT { return verify.TXT{fmt.Sprintf("v=1;k=all;b=on;x=%d", i+1)} }),
		"several strings":      many(func(i int) verify.TXT { return verify.TXT{"v=1;k=all;", fmt.Sprintf("b=on;x=%d", i+1)} }),
		"foreign":              many(func(i int) verify.TXT { return verify.TXT{fmt.Sprint("hello ", i)} }),
		"cut":                  many(func(int) verify.TXT { return verify.TXT{"v=1"} }),
		"one mebibyte":         {{garbage}},
		"one mebibyte, ours":   {{"v=1;" + garbage}},
		"mebibyte of bh":       {{"v=1;k=all;b=on;n=2;p=1;bh=" + strings.Repeat("A", 1<<20)}},
		"64 KiB of semicolons": {{"v=1" + strings.Repeat(";", 65000)}},
		"64 KiB of tags":       {{"v=1;b=on" + strings.Repeat(";a=", 20000)}},
		"many strings":         {slices.Repeat(verify.TXT{"v=1;b=on"}, 8000)},
	} {
		t.Run(name, func(t *testing.T) {
			policy := trusting(t)
			begin := time.Now()
			got := verify.Judge(records, policy)
			if took := time.Since(begin); took > 900*time.Millisecond {
				t.Errorf("took %s", took)
			}
			if got.Verdict == verify.Valid || status(got, policy) == 0 || len(got.Findings) > 40 {
				t.Errorf("%s with %d findings", got.Verdict, len(got.Findings))
			}
		})
	}
}

func TestMoreFaults(t *testing.T) {
	values := slices.Repeat([]string{"v=1;b=x"}, 20)
	got := verify.Judge(verify.Values(values...), trusting(t))
	f, ok := findingOf(got, verify.CodeMoreFaults)
	if !ok || len(got.Findings) != 17 || !strings.Contains(f.Message, "4 more") {
		t.Errorf("%d findings, %+v", len(got.Findings), f)
	}
}

func TestFindingsAreSorted(t *testing.T) {
	records := append(verify.Values("v=1;k=all;b=off;x=1"), verify.TXT{"foreign"})
	policy := trusting(t)
	policy.Acknowledged = []verify.Code{verify.CodeExpired}
	got := verify.Judge(records, policy)
	var severities []verify.Severity
	for _, f := range got.Findings {
		severities = append(severities, f.Severity)
	}
	if !slices.Equal(severities, []verify.Severity{verify.Error, verify.Warning, verify.Info}) {
		t.Errorf("%q: %v", severities, got.Findings)
	}
}

func TestPolicyValidate(t *testing.T) {
	good := trusting(t)
	weak, err := rsa.GenerateKey(nil, 3072)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*verify.Policy){
		"no instant":          func(p *verify.Policy) { p.At = time.Time{} },
		"unknown expectation": func(p *verify.Policy) { p.Expected = "scheduled" },
		"unknown code":        func(p *verify.Policy) { p.Acknowledged = []verify.Code{"no-such"} },
	} {
		policy := good
		change(&policy)
		if _, ok := errors.AsType[*verify.PolicyError](policy.Validate()); !ok || policy.Validate().Error() == "" {
			t.Errorf("%s: %v", name, policy.Validate())
		}
	}
	for _, key := range []*rsa.PublicKey{nil, &weak.PublicKey} {
		policy := good
		policy.Keys = []verify.Key{{PublicKey: key, Name: "x"}}
		if _, ok := errors.AsType[*txtrecord.KeyError](policy.Validate()); !ok {
			t.Errorf("%v", policy.Validate())
		}
	}
	good.Acknowledged, good.Expected = []verify.Code{"not-canonical", "duplicate-tag"}, verify.ExpectNone
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
}
