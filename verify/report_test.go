package verify_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// The order of the rules where several apply is 1, 4, 3, 5.
func TestExitStatus(t *testing.T) {
	failure := verify.Finding{Code: verify.CodeKeyDiffers, Severity: verify.Error}
	warning := verify.Finding{Code: verify.CodeTTLLong, Severity: verify.Warning}
	for name, c := range map[string]struct {
		verdict    verify.Verdict
		asExpected bool
		finding    verify.Finding
		want       int
	}{
		"valid":                       {verify.Valid, false, warning, 0},
		"valid, an error":             {verify.Valid, true, failure, 1},
		"unreachable":                 {verify.Unreachable, false, warning, 4},
		"unreachable, an error":       {verify.Unreachable, false, failure, 1},
		"none":                        {verify.None, false, warning, 3},
		"none as expected":            {verify.None, true, warning, 0},
		"none, an error":              {verify.None, false, failure, 1},
		"none as expected, an error":  {verify.None, true, failure, 1},
		"pending":                     {verify.Pending, false, warning, 5},
		"pending as expected":         {verify.Pending, true, warning, 5},
		"pending, an error":           {verify.Pending, true, failure, 1},
		"unsigned, accepted":          {verify.Unsigned, true, warning, 0},
		"information alone":           {verify.Valid, false, verify.Finding{Severity: verify.Info}, 0},
		"invalid says so by an error": {verify.Invalid, false, failure, 1},
	} {
		report := verify.Report{Judgement: verify.Judgement{Verdict: c.verdict, AsExpected: c.asExpected, Findings: []verify.Finding{c.finding}}}
		if got := report.ExitStatus(); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	contract := []int{verify.StatusDone, verify.StatusWrong, verify.StatusNoRecord, verify.StatusUndetermined, verify.StatusPending}
	if !slices.Equal(contract, []int{0, 1, 3, 4, 5}) {
		t.Errorf("exit statuses %v", contract)
	}
}

func decoded(t testing.TB, report verify.Report) map[string]any {
	t.Helper()
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestReportJSON(t *testing.T) {
	policy := trusting(t)
	policy.Domain, policy.Expected = "dr.example.com", verify.ExpectOff
	report := verify.NewReport(verify.Judge(verify.Values(signed(t, window(txtrecord.On))...), policy), policy)
	info, _ := verify.Lookup(verify.CodeNotAsExpected)
	want := map[string]any{
		"schema": "drtxt/verification/v1", "domain": "dr.example.com", "at": float64(middleSecond),
		"scheme": "prefix", "scheme_confirmed": false, "verdict": "valid",
		"state": map[string]any{"zia": "on", "zpa": "on"}, "start": float64(startSecond), "end": float64(endSecond),
		"key": policy.Keys[0].Name, "expected": "off", "as_expected": false, "exit_status": 1.0,
		"servers": []any{},
		"findings": []any{map[string]any{
			"code": "not-as-expected", "severity": "error", "message": "expected off, found on", "advice": info.Advice,
		}},
	}
	if got := decoded(t, report); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}

	policy = verify.Policy{At: at(0)}
	report = verify.NewReport(verify.Judge(nil, policy), policy)
	none, _ := verify.Lookup(verify.CodeNoRecord)
	want = map[string]any{
		"schema": "drtxt/verification/v1", "at": 0.0, "scheme": "prefix", "scheme_confirmed": false, "verdict": "none",
		"state": map[string]any{"zia": "none", "zpa": "none"}, "exit_status": 3.0, "servers": []any{},
		"findings": []any{map[string]any{
			"code": "no-record", "severity": "info", "message": "there is no disaster recovery record", "advice": none.Advice,
		}},
	}
	if got := decoded(t, report); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%v\nwant\n%v", got, want)
	}

	empty := verify.Report{Judgement: verify.Judgement{Verdict: verify.Valid}, Policy: policy}
	if got := decoded(t, empty); !reflect.DeepEqual(got["findings"], []any{}) || got["as_expected"] != nil {
		t.Errorf("%v", got)
	}
}

// For records with a tag that the confirmation leaves open, it does not count.
func TestUnconfirmed(t *testing.T) {
	bound := window(txtrecord.On)
	bound.Domain = "dr.example.com"
	for name, c := range map[string]struct {
		values    []string
		on        string
		open      []string
		want      []string
		confirmed bool
	}{
		"not confirmed":       {signed(t, bound), "", nil, nil, false},
		"confirmed":           {signed(t, bound), "2026-12-01", nil, nil, true},
		"without d":           {signed(t, window(txtrecord.On)), "2026-12-01", []string{"d"}, nil, true},
		"with d":              {signed(t, bound), "2026-12-01", []string{"d"}, []string{"d"}, false},
		"with k and d":        {signed(t, bound), "2026-12-01", []string{"k", "d"}, []string{"k", "d"}, false},
		"with k":              {signed(t, window(txtrecord.On)), "2026-12-01", []string{"k", "d"}, []string{"k"}, false},
		"one part":            {signed(t, bound)[:1], "2026-12-01", []string{"d"}, []string{"d"}, false},
		"unsigned":            {[]string{"v=1;b=on;d=dr.example.com"}, "2026-12-01", []string{"k", "d"}, []string{"d"}, false},
		"beside another":      {append(signed(t, bound), "v=1;k=all;b=off"), "2026-12-01", []string{"d"}, []string{"d"}, false},
		"nothing at all":      {nil, "2026-12-01", []string{"k", "d"}, nil, true},
		"none of our records": {[]string{"d=dr.example.com"}, "2026-12-01", []string{"d"}, nil, true},
	} {
		policy := trusting(t)
		policy.SchemeConfirmed, policy.SchemeOpen = c.on, c.open
		report := verify.NewReport(verify.Judge(verify.Values(c.values...), policy), policy)
		if got := report.Unconfirmed(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if got := decoded(t, report)["scheme_confirmed"]; got != c.confirmed {
			t.Errorf("%s: scheme_confirmed %v", name, got)
		}
		policy.SchemeConfirmed, policy.SchemeOpen = "", nil
		if plain := verify.Judge(verify.Values(c.values...), policy); plain.Verdict != report.Verdict || len(plain.Findings) != len(report.Findings) {
			t.Errorf("%s: the verdict depends on it", name)
		}
	}
	judged := func(values []string) verify.ServerReport {
		policy := trusting(t)
		policy.SchemeOpen = []string{"k", "d"}
		return verify.ServerReport{Judgement: verify.Judge(verify.Values(values...), policy)}
	}
	differing := verify.Report{Policy: verify.Policy{SchemeOpen: []string{"k", "d"}}, Servers: []verify.ServerReport{judged(nil), judged(signed(t, bound))}}
	if got := differing.Unconfirmed(); !slices.Equal(got, []string{"k", "d"}) {
		t.Errorf("servers that differ: %q", got)
	}
}

func TestAddFinding(t *testing.T) {
	policy := trusting(t)
	policy.Acknowledged = []verify.Code{verify.CodeTTLLong, verify.CodeKeyDiffers}
	report := verify.NewReport(verify.Judge(verify.Values(append(signed(t, window(txtrecord.On)), "hello")...), policy), policy)
	report.Add(verify.CodeTTLLong, "long")
	report.Add(verify.CodeKeyDiffers, "differs")
	report.AddFinding(verify.Finding{Code: verify.CodeTTLShort, Severity: verify.Warning, Message: "short"})
	var got []verify.Finding
	for _, f := range report.Findings {
		got = append(got, verify.Finding{Code: f.Code, Severity: f.Severity})
	}
	want := []verify.Finding{
		{Code: verify.CodeKeyDiffers, Severity: verify.Error},
		{Code: verify.CodeForeign, Severity: verify.Warning},
		{Code: verify.CodeTTLShort, Severity: verify.Warning},
		{Code: verify.CodeTTLLong, Severity: verify.Info},
	}
	if !slices.Equal(got, want) || report.ExitStatus() != 1 {
		t.Errorf("%v, want %v", got, want)
	}
	if report.Start() != at(startSecond).UTC() || report.End() != at(endSecond).UTC() || report.Live() {
		t.Errorf("%v %v", report.Start(), report.End())
	}
}

func TestRefuseAlias(t *testing.T) {
	policy := trusting(t)
	policy.Expected, policy.Domain = verify.ExpectOn, "dr.example.com"
	report := verify.NewReport(verify.Judge(verify.Values(signed(t, window(txtrecord.On))...), policy), policy)
	report.RefuseAlias("a\x1b[31m.example.com.")
	if report.Verdict != verify.Invalid || report.AsExpected || report.Set != nil || report.ExitStatus() != 1 || report.State != both(verify.StateUndetermined) {
		t.Errorf("%+v", report)
	}
	if f := report.Findings[0]; f.Code != verify.CodeCNAME || !printable(f.Message) {
		t.Errorf("%+v", f)
	}
	if !report.Start().IsZero() || !report.End().IsZero() {
		t.Error("an alias has a window")
	}
}

func TestSentences(t *testing.T) {
	activation := func(product txtrecord.Type, status txtrecord.Status, window ...int64) txtrecord.Activation {
		a := txtrecord.Activation{Type: product, Status: status}
		if len(window) > 0 && window[0] > 0 {
			a.Start = at(window[0])
		}
		if len(window) > 1 {
			a.End = at(window[1])
		}
		return a
	}
	all, zia, zpa := txtrecord.AllProducts, txtrecord.InternetAccess, txtrecord.PrivateAccess
	on, off, test := txtrecord.On, txtrecord.Off, txtrecord.Test
	for _, c := range []struct {
		values []string
		change func(*verify.Policy)
		want   string
	}{
		{signed(t, window(on)), nil,
			"The records tell Internet Access and Private Access clients to switch to disaster recovery until 2027-01-15T16:00:00Z (4h0m0s left)."},
		{signed(t, activation(zia, on)), nil,
			"The records tell Internet Access clients (not Private Access) to switch to disaster recovery, with no end."},
		{signed(t, activation(zpa, test, 0, endSecond)), func(p *verify.Policy) { p.Expected = verify.ExpectTest },
			"The records tell Private Access clients (not Internet Access) to enter disaster recovery's test mode until 2027-01-15T16:00:00Z (4h0m0s left); that is as expected."},
		{signed(t, activation(all, off)), func(p *verify.Policy) { p.Expected = verify.ExpectOn },
			"The records tell Internet Access and Private Access clients to work normally, disaster recovery off; that is NOT as expected (on)."},
		{signed(t, activation(all, off, startSecond, endSecond)), func(p *verify.Policy) { p.At = at(endSecond) },
			"The records tell Internet Access and Private Access clients to work normally, disaster recovery off until 2027-01-15T16:00:00Z (0s left)."},
		{signed(t, window(on)), func(p *verify.Policy) { p.At = at(startSecond - 1) },
			"The records will tell Internet Access and Private Access clients to switch to disaster recovery from 2027-01-15T08:00:00Z until 2027-01-15T16:00:00Z; not yet."},
		{signed(t, activation(all, test, startSecond)), func(p *verify.Policy) { p.At = at(startSecond - 1) },
			"The records will tell Internet Access and Private Access clients to enter disaster recovery's test mode from 2027-01-15T08:00:00Z, with no end; not yet."},
		{signed(t, activation(all, off, startSecond)), func(p *verify.Policy) { p.At = at(0) },
			"The records will tell Internet Access and Private Access clients to work normally, disaster recovery off from 2027-01-15T08:00:00Z; not yet."},
		{signed(t, window(on)), func(p *verify.Policy) { p.At, p.Expected = at(endSecond+1), verify.ExpectOn },
			"The records told Internet Access and Private Access clients to switch to disaster recovery until 2027-01-15T16:00:00Z; that has ended; that is NOT as expected (on)."},
		{signed(t, window(on)), func(p *verify.Policy) { p.At = at(endSecond).Add(900 * time.Millisecond) },
			"The records tell Internet Access and Private Access clients to switch to disaster recovery until 2027-01-15T16:00:00Z (0s left)."},
		{signed(t, activation(all, on, 0, 16521539999)), func(p *verify.Policy) { p.At = at(1652153049) },
			"The records tell Internet Access and Private Access clients to switch to disaster recovery until 2493-07-18T12:39:59Z (more than 292 years left)."},
		{signedText(t, "v=1;b=on;"), nil,
			"The records tell clients of a product that is not named to switch to disaster recovery, with no end."},
		{signed(t, activation(all, on)), func(p *verify.Policy) { p.SkipSignature = true },
			"The records tell Internet Access and Private Access clients to switch to disaster recovery, with no end; the signature was not checked."},
		{[]string{"v=1;k=zpa;b=off"}, func(p *verify.Policy) { p.AllowUnsigned, p.Expected = true, verify.ExpectOff },
			"The records tell Private Access clients (not Internet Access) to work normally, disaster recovery off; nothing is signed; that is as expected."},
		{nil, func(p *verify.Policy) { p.Domain = "dr.example.com" },
			"There is no disaster recovery record at dr.example.com."},
		{nil, func(p *verify.Policy) { p.Expected = verify.ExpectNone },
			"There is no disaster recovery record; that is as expected."},
		{nil, func(p *verify.Policy) { p.Expected = verify.ExpectOn },
			"There is no disaster recovery record; that is NOT as expected (on)."},
		{[]string{"v=1"}, func(p *verify.Policy) { p.Domain = "dr.example.com" },
			"What stands at dr.example.com is not a valid set: what clients do with it is not known."},
		{[]string{"v=1;k=all;b=on", "v=1;k=all;b=off"}, nil,
			"What stands contradicts itself: what clients do with it is not known."},
	} {
		policy := trusting(t)
		if c.change != nil {
			c.change(&policy)
		}
		report := verify.NewReport(verify.Judge(verify.Values(c.values...), policy), policy)
		if got := report.Sentence(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
