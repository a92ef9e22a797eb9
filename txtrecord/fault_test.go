package txtrecord_test

import (
	"crypto/rsa"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

const body = "v=1;k=all;b=on;t=1800000000;x=1800028800;"

// ending makes a part of a body and a share of a signature.
func ending(body, part, signature string) string {
	return body + "n=2;p=" + part + ";bh=" + signature
}

// A refusal is values that break one rule, and the error that has to say so.
type refusal struct {
	name   string
	values []string
	class  error
	want   txtrecord.RecordError
}

// recordRefusals break a rule within one record.
func recordRefusals() []refusal {
	at := func(fault txtrecord.Fault, tag string, offset int, found string) txtrecord.RecordError {
		return txtrecord.RecordError{Fault: fault, Tag: tag, Offset: offset, Found: found}
	}
	var all []refusal
	for _, r := range []struct {
		text string
		want txtrecord.RecordError
	}{
		{"v=2;k=all;b=on", at(txtrecord.Version, "v", 2, "2")},
		{"v=01;k=all;b=on", at(txtrecord.Version, "v", 2, "01")},
		{"v=1;k=all", at(txtrecord.MissingTag, "b", 9, "")},
		{"k=all;b=on", at(txtrecord.MissingTag, "v", 10, "")},
		{"v=1;k=all;b=on;n=2;p=1", at(txtrecord.MissingTag, "bh", 22, "")},
		{"v=1;k=zdx;b=on", at(txtrecord.UnknownKeyword, "k", 6, "zdx")},
		{"v=1;k=all;b=standby", at(txtrecord.UnknownKeyword, "b", 12, "standby")},
		{"v=1;k=all;b=on;b=on", at(txtrecord.DuplicateTag, "b", 15, "on")},
		{"v=1;k=all;b=on;b=off", at(txtrecord.DuplicateTag, "b", 15, "off")},
		{"v=1;k=all;b=on;z=1;z=2", at(txtrecord.DuplicateTag, "z", 19, "2")},
		{"v=1;k=all;b=on;z=1;n=2;p=1;bh=QUFB", at(txtrecord.UnknownTag, "z", 15, "z")},
		{"v=1;k=all;b=on;m=", at(txtrecord.EmptyValue, "m", 17, "")},
		{"v=1;k=all;b=on;z=", at(txtrecord.EmptyValue, "z", 17, "")},
		{"v=1;k=all;b=on;n=2;p=1;bh=", at(txtrecord.EmptyValue, "bh", 26, "")},
		{"v=1;k=ALL;b=on", at(txtrecord.UpperCase, "k", 6, "ALL")},
		{"v=1;k=all;b=On", at(txtrecord.UpperCase, "b", 12, "On")},
		{"v=1;k=all;b=on;m=Fo", at(txtrecord.UpperCase, "m", 17, "Fo")},
		{"v=1;K=all;b=on", at(txtrecord.UpperCase, "K", 4, "K")},
		{"v=1;k=all;b=on;Z=1", at(txtrecord.UpperCase, "Z", 15, "Z")},
		{"v=1;k=all;b=on;m=f\x1b", at(txtrecord.ForbiddenByte, "m", 18, "\x1b")},
		{"v=1;k=all;b=on;m=f o", at(txtrecord.ForbiddenByte, "m", 18, " ")},
		{"v=1;k=all;b=on;m=f\x7f", at(txtrecord.ForbiddenByte, "m", 18, "\x7f")},
		{"v=1;k=all;b=on;m=f\xc3\xa4", at(txtrecord.ForbiddenByte, "m", 18, "\xc3")},
		{"v=1;k=all;b=on;m=f\x80", at(txtrecord.ForbiddenByte, "m", 18, "\x80")},
		{"v=1;k=all;b=on;m=f\xc3\x84", at(txtrecord.ForbiddenByte, "m", 18, "\xc3")},
		{"v=1;k=all;b=on;\xe9=1", at(txtrecord.ForbiddenByte, "\xe9", 15, "\xe9")},
		{"v=1;k=all;;b=on", at(txtrecord.NotAPair, "", 10, "")},
		{"v=1;k=all;b=on;;", at(txtrecord.NotAPair, "", 15, "")},
		{";v=1;k=all;b=on", at(txtrecord.NotAPair, "", 0, "")},
		{"v=1;k=all;b=on;m", at(txtrecord.NotAPair, "", 15, "m")},
		{"v=1;k=all;b=on;=fo", at(txtrecord.NotAPair, "", 15, "=fo")},
		{"v=1;k=all;b=on;t=007", at(txtrecord.InvalidInteger, "t", 17, "007")},
		{"v=1;k=all;b=on;t=+7", at(txtrecord.InvalidInteger, "t", 17, "+7")},
		{"v=1;k=all;b=on;t=-7", at(txtrecord.InvalidInteger, "t", 17, "-7")},
		{"v=1;k=all;b=on;x=253402300800", at(txtrecord.InvalidInteger, "x", 17, "253402300800")},
		{"v=1;k=all;b=on;x=99999999999999999999", at(txtrecord.InvalidInteger, "x", 17, "99999999999999999999")},
		{"v=1;k=all;b=on;x=1e9", at(txtrecord.InvalidInteger, "x", 17, "1e9")},
		{"v=1;k=all;b=on;n=02;p=1;bh=QUFB", at(txtrecord.InvalidInteger, "n", 17, "02")},
		{"v=1;k=all;b=on;n=2;p=one;bh=QUFB", at(txtrecord.InvalidInteger, "p", 21, "one")},
		{"v=1;k=all;b=on;t=1800000001;x=1800000000", at(txtrecord.StartAfterEnd, "t", 17, "2027-01-15T08:00:01Z")},
		{"v=1;k=all;b=on;x=1;t=2", at(txtrecord.StartAfterEnd, "t", 21, "1970-01-01T00:00:02Z")},
		{"v=1;k=all;b=on;d=-dr.example.com", at(txtrecord.InvalidDomain, "d", 17, "-dr.example.com")},
		{"v=1;k=all;b=on;n=3;p=1;bh=QUFB", at(txtrecord.PartCount, "n", 17, "3")},
		{"v=1;k=all;b=on;n=2;p=3;bh=QUFB", at(txtrecord.PartIndex, "p", 21, "3")},
		{"v=1;k=all;b=on;n=2;p=0;bh=QUFB", at(txtrecord.PartIndex, "p", 21, "0")},
		{"v=1;k=all;b=on;p=1;n=2;bh=QUFB", at(txtrecord.SignatureTagOrder, "p", 15, "p")},
		{"v=1;k=all;b=on;n=2;bh=QUFB;p=1", at(txtrecord.SignatureTagOrder, "bh", 19, "bh")},
		{ending(body, "1", "QUFB;m=fc"), at(txtrecord.TrailingData, "m", 57, "m=fc")},
		{ending(body, "1", "QUFB;"), at(txtrecord.TrailingData, "", 56, ";")},
		{ending(body, "1", "QU*B"), at(txtrecord.InvalidBase64, "bh", 54, "*")},
		{ending(body, "1", "QU-B"), at(txtrecord.InvalidBase64, "bh", 54, "-")},
		{"v=1;k=all;b=on;z=" + strings.Repeat("z", 65535-16), at(txtrecord.TooLong, "", 65535, "")},
	} {
		all = append(all, refusal{r.text[:min(len(r.text), 80)], []string{r.text}, txtrecord.ErrSyntax, r.want})
	}
	return all
}

// setRefusals break a rule between the records of a name.
func setRefusals(t *testing.T) []refusal {
	t.Helper()
	key := testKey(t, "test-a")
	pair := mustSign(t, plain, txtrecord.Scheme{}, key)
	other := mustSign(t, bound, txtrecord.Scheme{}, key)
	forged := mustSign(t, plain, txtrecord.Scheme{}, testKey(t, "test-b"))
	one, two := mustParse(t, pair[0])[0].Signature(), mustParse(t, pair[1])[0].Signature()
	cut := func(body string) string { return strings.Replace(pair[1], "b=on;", body, 1) }
	unsigned := "v=1;k=all;b=off"
	before := len(ending(body, "1", ""))

	syntax, incomplete, mismatch, conflict := txtrecord.ErrSyntax, txtrecord.ErrIncomplete, txtrecord.ErrMismatch, txtrecord.ErrConflict
	return []refusal{
		{"a syntax error in the second record", []string{pair[0], "v=1;b=up"}, syntax, txtrecord.RecordError{Fault: txtrecord.UnknownKeyword, Record: 1, Tag: "b", Offset: 6, Found: "up"}},
		{"part 1 alone", pair[:1], incomplete, txtrecord.RecordError{Fault: txtrecord.PartMissing, Tag: "p", Offset: 45}},
		{"part 2 alone", pair[1:], incomplete, txtrecord.RecordError{Fault: txtrecord.PartMissing, Tag: "p", Offset: 45}},
		{"part 1 twice", []string{pair[0], pair[0]}, incomplete, txtrecord.RecordError{Fault: txtrecord.PartRepeated, Record: 1, Tag: "p", Offset: 45}},
		{"part 2 twice, beside part 1", []string{pair[1], pair[0], pair[1]}, incomplete, txtrecord.RecordError{Fault: txtrecord.PartRepeated, Record: 2, Tag: "p", Offset: 45}},
		{"an unsigned record twice", []string{unsigned, unsigned}, incomplete, txtrecord.RecordError{Fault: txtrecord.PartRepeated, Record: 1}},
		{"part 2 without t", []string{pair[0], strings.Replace(pair[1], "t=1800000000;", "", 1)}, mismatch, txtrecord.RecordError{Fault: txtrecord.PartsDiffer, Record: 1, Offset: 28}},
		{"part 2 in another order", []string{pair[0], strings.Replace(pair[1], "k=all;b=on;", "b=on;k=all;", 1)}, mismatch, txtrecord.RecordError{Fault: txtrecord.PartsDiffer, Record: 1, Offset: 41}},
		{"m rides along in part 2", []string{pair[0], cut("b=on;m=fc;")}, mismatch, txtrecord.RecordError{Fault: txtrecord.PartsDiffer, Record: 1, Tag: "m", Offset: 15}},
		{"d rides along in part 2, which stands first", []string{cut("b=on;d=dr.example.com;"), pair[0]}, mismatch, txtrecord.RecordError{Fault: txtrecord.PartsDiffer, Tag: "d", Offset: 15}},
		{"part 2 says off", []string{pair[0], cut("b=off;")}, conflict, txtrecord.RecordError{Fault: txtrecord.MixedHalves, Record: 1, Tag: "b", Offset: 10}},
		{"two signed sets", []string{pair[0], pair[1], other[0], other[1]}, conflict, txtrecord.RecordError{Fault: txtrecord.SeveralSets, Record: 2, Tag: "p", Offset: len("v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800;n=2;")}},
		{"two unsigned records", []string{unsigned, "v=1;k=all;b=on"}, conflict, txtrecord.RecordError{Fault: txtrecord.SeveralSets, Record: 1}},
		{"an unsigned record beside the set", []string{pair[0], unsigned, pair[1]}, conflict, txtrecord.RecordError{Fault: txtrecord.UnsignedBeside, Record: 1}},
		{"343 characters of signature", []string{pair[0], pair[1][:len(pair[1])-1]}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Record: 1, Tag: "bh", Offset: len(pair[1]) - 1}},
		{"345 characters of signature", []string{pair[0], pair[1] + "="}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Record: 1, Tag: "bh", Offset: len(pair[1])}},
		{"257 bytes of signature", []string{pair[0], pair[1][:len(pair[1])-2] + "A="}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Record: 1, Tag: "bh", Offset: len(pair[1])}},
		{"340 characters of signature", []string{pair[0], pair[1][:len(pair[1])-4]}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Record: 1, Tag: "bh", Offset: len(pair[1]) - 4}},
		{"padding inside part 1", []string{ending(body, "1", one[:10]+"="+one[11:]), pair[1]}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Tag: "bh", Offset: before + 10}},
		{"padding inside part 2, which stands first", []string{ending(body, "2", two[:10]+"="+two[11:]), pair[0]}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Tag: "bh", Offset: before + 10}},
		{"padding bits that are not zero", []string{pair[0], pair[1][:len(pair[1])-3] + "B=="}, syntax, txtrecord.RecordError{Fault: txtrecord.InvalidBase64, Record: 1, Tag: "bh", Offset: len(pair[1]) - 2}},
		{"another key", forged, txtrecord.ErrSignature, txtrecord.RecordError{Fault: txtrecord.SignatureInvalid, Tag: "bh", Offset: 49}},
		{"another key, part 2 first", []string{forged[1], forged[0]}, txtrecord.ErrSignature, txtrecord.RecordError{Fault: txtrecord.SignatureInvalid, Record: 1, Tag: "bh", Offset: 49}},
	}
}

// deviations are accepted, and said not to be canonical.
func deviations(t *testing.T) []refusal {
	t.Helper()
	pair := mustSign(t, plain, txtrecord.Scheme{}, testKey(t, "test-a"))
	one, two := mustParse(t, pair[0])[0].Signature(), mustParse(t, pair[1])[0].Signature()
	withDomain := mustSign(t, bound, txtrecord.Scheme{}, testKey(t, "test-a"))
	inBoth := []string{withDomain[0], strings.Replace(withDomain[1], "b=on;", "b=on;d=dr.example.com;", 1)}
	long := strings.TrimSuffix(strings.Repeat("abcdefghi.", 24), ".")
	before := len(ending(body, "1", ""))

	var all []refusal
	for _, d := range []struct {
		name   string
		values []string
		want   txtrecord.RecordError
	}{
		{"k behind b", []string{"v=1;b=on;k=all"}, txtrecord.RecordError{Fault: txtrecord.TagOrder, Tag: "k", Offset: 9}},
		{"k absent", []string{"v=1;b=on"}, txtrecord.RecordError{Fault: txtrecord.TypeAbsent, Tag: "k"}},
		{"m=wf", []string{"v=1;k=all;b=on;m=wf"}, txtrecord.RecordError{Fault: txtrecord.UnknownForwarding, Tag: "m", Offset: 17, Found: "wf"}},
		{"a semicolon at the end", []string{"v=1;k=all;b=on;"}, txtrecord.RecordError{Fault: txtrecord.TrailingSemicolon, Offset: 14}},
		{"an unknown tag", []string{"v=1;k=all;b=on;zz=top"}, txtrecord.RecordError{Fault: txtrecord.ExtraTag, Tag: "zz", Offset: 15, Found: "zz"}},
		{"upper case in d", []string{"v=1;k=all;b=on;d=DR.example.com"}, txtrecord.RecordError{Fault: txtrecord.DomainSpelling, Tag: "d", Offset: 17, Found: "DR.example.com"}},
		{"a final dot in d", []string{"v=1;k=all;b=on;d=dr.example.com."}, txtrecord.RecordError{Fault: txtrecord.DomainSpelling, Tag: "d", Offset: 17, Found: "dr.example.com."}},
		{"d in part 2 too", inBoth, txtrecord.RecordError{Fault: txtrecord.DomainInPart2, Record: 1, Tag: "d", Offset: 15}},
		{"255 bytes or more", []string{"v=1;k=all;b=on;d=" + long}, txtrecord.RecordError{Fault: txtrecord.LongString, Offset: 254}},
		{"a character moved to part 2", []string{ending(body, "1", one[:len(one)-1]), ending(body, "2", one[len(one)-1:]+two)}, txtrecord.RecordError{Fault: txtrecord.OtherSplit, Tag: "bh", Offset: before}},
		{"the same, part 2 first", []string{ending(body, "2", one[len(one)-1:]+two), ending(body, "1", one[:len(one)-1])}, txtrecord.RecordError{Fault: txtrecord.OtherSplit, Record: 1, Tag: "bh", Offset: before}},
	} {
		all = append(all, refusal{d.name, d.values, txtrecord.ErrNotCanonical, d.want})
	}
	return all
}

// checkError holds one error against a refusal: what it says, and what it is.
func checkError(t *testing.T, got error, want refusal) {
	t.Helper()
	fault, ok := errors.AsType[*txtrecord.RecordError](got)
	if !ok || *fault != want.want {
		t.Fatalf("got %#v, want %#v", fault, want.want)
	}
	for _, class := range []error{
		txtrecord.ErrSyntax, txtrecord.ErrIncomplete, txtrecord.ErrMismatch,
		txtrecord.ErrConflict, txtrecord.ErrSignature, txtrecord.ErrNotCanonical,
	} {
		if errors.Is(got, class) != (class == want.class) {
			t.Errorf("is %q: %t", class, class != want.class)
		}
	}
	if !errors.Is(got, want.want.Fault) {
		t.Error("is not its own fault")
	}
	if text := got.Error(); !isPrintable(text) || !strings.Contains(text, want.want.Fault.Error()) {
		t.Errorf("the text is %q", text)
	}
}

func TestRefusedRecords(t *testing.T) {
	for _, r := range recordRefusals() {
		t.Run(r.name, func(t *testing.T) {
			record, err := txtrecord.Parse(r.values[0])
			checkError(t, err, r)
			if record.Text != "" {
				t.Error("a refused record was returned")
			}
			_, faults := txtrecord.Examine(r.values[0])
			if slices.ContainsFunc(faults, func(f *txtrecord.RecordError) bool { return f.Fault != r.want.Fault }) {
				t.Errorf("it breaks other rules too: %v", faults)
			}
		})
	}
}

func TestRefusedSets(t *testing.T) {
	key := testKey(t, "test-a")
	for _, r := range setRefusals(t) {
		t.Run(r.name, func(t *testing.T) {
			set, err := txtrecord.Verify(r.values, txtrecord.Scheme{}, &key.PublicKey)
			checkError(t, err, r)
			if set != nil {
				t.Error("a refused set was returned")
			}
		})
	}
}

// What is not canonical is accepted, and signed sets still verify.
func TestDeviations(t *testing.T) {
	key := testKey(t, "test-a")
	for _, d := range deviations(t) {
		t.Run(d.name, func(t *testing.T) {
			set, err := txtrecord.Join(mustParse(t, d.values...))
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Deviations) != 1 {
				t.Fatalf("got %v", set.Deviations)
			}
			checkError(t, set.Deviations[0], d)
			if err := set.Verify(txtrecord.Scheme{}, &key.PublicKey); set.Signed() && err != nil {
				t.Error(err)
			}
		})
	}
}

// The name at which a set stands is not known here: package verify compares it.
func TestOtherDomain(t *testing.T) {
	key := testKey(t, "test-a")
	values := mustSign(t, bound, txtrecord.Scheme{}, key)
	got := verify.Judge([]verify.TXT{{values[0]}, {values[1]}}, verify.Policy{
		At: start.Add(time.Hour), Domain: "dr.example.net", Keys: []verify.Key{{PublicKey: &key.PublicKey}},
	})
	for _, finding := range got.Findings {
		if errors.Is(finding.Err, txtrecord.OtherDomain) {
			checkError(t, finding.Err, refusal{class: txtrecord.ErrMismatch, want: txtrecord.RecordError{
				Fault: txtrecord.OtherDomain, Tag: "d", Offset: 17, Found: "dr.example.com",
			}})
			return
		}
	}
	t.Errorf("got %v", got.Findings)
}

// A rule without a case that breaks it and no other is a rule that nothing tests.
func TestEveryFaultHasACase(t *testing.T) {
	covered := map[txtrecord.Fault]bool{txtrecord.OtherDomain: true} // by TestOtherDomain
	for _, r := range slices.Concat(recordRefusals(), setRefusals(t), deviations(t)) {
		covered[r.want.Fault] = true
	}
	codes := map[string]bool{}
	for _, fault := range txtrecord.Faults() {
		if !covered[fault] {
			t.Errorf("no case for %s", fault.Code())
		}
		if fault.Code() == "" || codes[fault.Code()] || fault.Error() == "" || fault.Unwrap() == nil {
			t.Errorf("fault %d: code %q, sentence %q, class %v", fault, fault.Code(), fault.Error(), fault.Unwrap())
		}
		codes[fault.Code()] = true
	}
	if len(codes) != int(txtrecord.OtherSplit) {
		t.Errorf("%d faults, want %d", len(codes), txtrecord.OtherSplit)
	}
}

func TestExamineListsSeveralFaults(t *testing.T) {
	record, faults := txtrecord.Examine("v=2;k=all;b=up;t=9;x=08;m=F\n")
	want := []txtrecord.RecordError{
		{Fault: txtrecord.Version, Tag: "v", Offset: 2, Found: "2"},
		{Fault: txtrecord.UnknownKeyword, Tag: "b", Offset: 12, Found: "up"},
		{Fault: txtrecord.InvalidInteger, Tag: "x", Offset: 21, Found: "08"},
		{Fault: txtrecord.UpperCase, Tag: "m", Offset: 26, Found: "F\n"},
		{Fault: txtrecord.ForbiddenByte, Tag: "m", Offset: 27, Found: "\n"},
	}
	if len(faults) != len(want) {
		t.Fatalf("got %v", faults)
	}
	for i, fault := range faults {
		if *fault != want[i] {
			t.Errorf("got %+v, want %+v", *fault, want[i])
		}
	}
	if record.Activation.Type != txtrecord.AllProducts || record.Activation.Start.Unix() != 9 {
		t.Errorf("what could be understood is %+v", record.Activation)
	}
}

// However bad the input, the list of faults and each of them stay short.
func TestExamineIsBounded(t *testing.T) {
	for name, text := range map[string]string{
		"semicolons":   strings.Repeat(";", 65535),
		"duplicates":   "v=1;b=on" + strings.Repeat(";b=on", 1000),
		"unknown tags": "v=1;b=on;n=2;p=1;bh=A" + strings.Repeat(";zz=\x00", 1000),
		"upper case":   strings.Repeat("V=1;", 1000),
		"one value":    "v=" + strings.Repeat("\x1b", 60000),
		"too long":     strings.Repeat("v=1;", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := txtrecord.Examine(text)
			if len(faults) == 0 || len(faults) > 32 {
				t.Fatalf("%d faults", len(faults))
			}
			if !slices.IsSortedFunc(faults, func(a, b *txtrecord.RecordError) int { return a.Offset - b.Offset }) {
				t.Error("they are not in the order of their offsets")
			}
			for _, fault := range faults {
				if text := fault.Error(); len(text) > 512 || !isPrintable(text) {
					t.Errorf("the text is %q", text)
				}
			}
		})
	}
}

func TestDeviationsAreBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("v=1;k=all;b=on")
	for i := range 100 {
		text.WriteString(";" + strings.Repeat("z", i+1) + "=1")
	}
	if got := len(mustParse(t, text.String())[0].Deviations); got != 32 {
		t.Errorf("%d deviations, want 32", got)
	}
}

// Whatever a record holds, an error's text can go to a terminal.
func TestErrorTextsHoldNoRawByte(t *testing.T) {
	for b := range 256 {
		c := string([]byte{byte(b)})
		for _, text := range []string{c, c + "=1", "v=" + c, "v=1;k=" + c, "v=1;b=on;d=" + c, "v=1;b=on;t=" + c, "v=1;b=on;bh=" + c, "v=1;" + c + "=1;b=on"} {
			_, faults := txtrecord.Examine(text)
			for _, fault := range faults {
				if !isPrintable(fault.Error()) {
					t.Errorf("%q: the text is %q", text, fault.Error())
				}
			}
		}
	}
}

func TestVerifyWithoutASignature(t *testing.T) {
	key := &testKey(t, "test-a").PublicKey
	signed := mustSign(t, plain, txtrecord.Scheme{}, testKey(t, "test-a"))
	for _, test := range []struct {
		name   string
		values []string
		key    *rsa.PublicKey
		want   error
	}{
		{"no record", nil, key, txtrecord.ErrNoRecord},
		{"an unsigned record", []string{"v=1;k=all;b=on"}, key, txtrecord.ErrUnsigned},
		{"an unsigned record, no key", []string{"v=1;k=all;b=on"}, nil, txtrecord.ErrUnsigned},
	} {
		if set, err := txtrecord.Verify(test.values, txtrecord.Scheme{}, test.key); set != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, %v, want %v", test.name, set, err, test.want)
		}
	}
	set, err := txtrecord.Verify(signed, txtrecord.Scheme{}, nil)
	if _, ok := errors.AsType[*txtrecord.KeyError](err); !ok || set != nil {
		t.Errorf("a signed set without a key: got %v, %v", set, err)
	}
}
