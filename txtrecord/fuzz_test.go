package txtrecord_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// nasty are inputs that no vector holds.
var nasty = []string{
	"", ";", ";;", "=", "==", "v", "v=", "=1", "v=1", "v=1;", "v=1;;b=on", "v=1;b=on;v=1", "v=1;b=on;n=", "n=2;p=1;bh=QUFB;v=1;b=on",
	"b=on;v=1;k=all", "v=1;b=on;m=wf;z=1;yy=2", "v=1;b=on;d=DR.EXAMPLE.COM.", "v=1;b=on;t=0;x=253402300799", "v=1;b=on;t=253402300800",
	"v=1;b=on;n=2;p=1;bh==", "v=1;b=on;n=2;p=2;bh=QQ==", "v=1;B=on;b=off", "v=1;b=on;\x00=1", "\ufeffv=1;b=on", "v=1;b=on\n", "v=1;b=on;é=1",
	"v=1;k=all;b=on;d=" + strings.Repeat("a.", 126) + "a", strings.Repeat("v=1;", 100), strings.Repeat(";", 40), "v=1;b=on;" + strings.Repeat("z", 70) + "=1",
}

// FuzzParse: what is accepted is what was given, and what is refused is said in
// printable text, at a place within it.
func FuzzParse(f *testing.F) {
	for _, v := range loadVectors(f) { // none at all is a failure
		for _, text := range textsOf(v) {
			f.Add(text)
		}
	}
	for _, text := range nasty {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		record, err := txtrecord.Parse(text)
		if err != nil {
			checkRefusal(t, text, err)
			return
		}
		checkAccepted(t, text, &record)
	})
}

func checkRefusal(t *testing.T, text string, err error) {
	t.Helper()
	fault, ok := errors.AsType[*txtrecord.RecordError](err)
	if !ok || !errors.Is(err, txtrecord.ErrSyntax) {
		t.Fatalf("refused with %v", err)
	}
	if fault.Offset < 0 || fault.Offset > len(text) || fault.Record != 0 {
		t.Errorf("the place is record %d, offset %d of %d", fault.Record, fault.Offset, len(text))
	}
	if !isPrintable(err.Error()) {
		t.Errorf("the text is %q", err)
	}
	_, faults := txtrecord.Examine(text)
	if len(faults) == 0 || *faults[0] != *fault || len(faults) > 32 {
		t.Errorf("Examine found %v", faults)
	}
}

func checkAccepted(t *testing.T, text string, record *txtrecord.Record) {
	t.Helper()
	if got := record.String(); got != text || record.Text != text {
		t.Errorf("%q came back as %q", text, got)
	}
	if !isPrintable(text) || strings.Contains(text, " ") || !txtrecord.IsOurs(text) {
		t.Errorf("%q was accepted", text)
	}
	for _, deviation := range record.Deviations {
		if !errors.Is(deviation, txtrecord.ErrNotCanonical) || deviation.Offset < 0 || deviation.Offset > len(text) {
			t.Errorf("the deviation is %#v", deviation)
		}
	}
	if !record.Signed() {
		if again, err := txtrecord.Unsigned(record.Activation); len(record.Deviations) == 0 && (err != nil || again != text) {
			t.Errorf("%q is written as %q, %v", text, again, err)
		}
		return
	}
	if got := string((txtrecord.Scheme{}).Message(record)); got != record.Body() || !strings.HasPrefix(text, got+"n=2;p=") {
		t.Errorf("signed is %q of %q", got, text)
	}
	if !strings.HasSuffix(text, ";bh="+record.Signature()) {
		t.Errorf("the signature is %q of %q", record.Signature(), text)
	}
}

// FuzzJoin: the order in which the records stand changes nothing but the places.
func FuzzJoin(f *testing.F) {
	seeds := 0
	for _, v := range loadVectors(f) {
		if texts := append(textsOf(v), "", ""); len(v.Records) > 0 && len(v.Records) <= 3 {
			f.Add(texts[0], texts[1], texts[2])
			seeds++
		}
	}
	if seeds < 120 {
		f.Fatalf("only %d vectors were found", seeds)
	}
	f.Add("v=1;b=on", "v=1;b=on", "v=1;b=off")
	f.Add("v=1;b=on", "v=1;b=on;n=2;p=1;bh=QUFB", "v=1;b=on;n=2;p=1;bh=QUFB")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var records []txtrecord.Record
		for _, text := range []string{a, b, c} {
			if record, err := txtrecord.Parse(text); err == nil {
				records = append(records, record)
			}
		}
		want := outcome(records)
		for order := range permutations(records) {
			if got := outcome(order); got != want {
				t.Errorf("%q %q %q: got %s in another order, otherwise %s", a, b, c, got, want)
			}
		}
	})
}

// FuzzSignVerify: whatever can be written can be signed, verifies under its key and
// scheme, and comes back as it was.
func FuzzSignVerify(f *testing.F) {
	key := testKey(f, "test-a")
	schemes := txtrecord.Schemes()
	seeds := 0
	for i, v := range loadVectors(f) {
		for _, text := range textsOf(v) {
			if record, err := txtrecord.Parse(text); err == nil && i%10 == 0 {
				a := record.Activation
				f.Add(string(a.Type), string(a.Status), string(a.Forwarding), a.Domain, a.Start.Unix(), a.End.Unix(), uint8(i))
				seeds++
			}
		}
	}
	if seeds < 20 {
		f.Fatalf("only %d vectors were found", seeds)
	}
	f.Add("all", "test", "fc", domainOf(longestDomain), int64(txtrecord.MaxInstant), int64(txtrecord.MaxInstant), uint8(0))
	f.Add("all", "test", "fc", domainOf(longestDomain+1), int64(txtrecord.MaxInstant), int64(txtrecord.MaxInstant), uint8(0))
	f.Add("all", "on", "", "dr.example.com;b=off", int64(0), int64(1), uint8(4))
	f.Add("all", "on", "", "", int64(1), int64(0), uint8(8))
	f.Fuzz(func(t *testing.T, product, status, forwarding, domain string, start, end int64, n uint8) {
		scheme := schemes[int(n)%len(schemes)]
		want := txtrecord.Activation{
			Type:       txtrecord.Type(product),
			Status:     txtrecord.Status(status),
			Forwarding: txtrecord.Forwarding(forwarding),
			Domain:     domain,
			Start:      time.Unix(start, 0).UTC(),
			End:        time.Unix(end, 0).UTC(),
		}
		values, err := txtrecord.Sign(want, scheme, key)
		if err != nil {
			_, tooLong := errors.AsType[*txtrecord.LengthError](err)
			if want.Validate() == nil && !tooLong || values != nil {
				t.Errorf("%+v was refused: %q, %v", want, values, err)
			}
			return
		}
		slices.Reverse(values)
		set, err := txtrecord.Verify(values, scheme, &key.PublicKey)
		if err != nil || set.Activation != want || len(set.Deviations) > 0 {
			t.Errorf("got %+v, %v, want %+v", set, err, want)
		}
		for _, value := range values {
			if len(value) > txtrecord.MaxString || !isPrintable(value) {
				t.Errorf("%d bytes: %q", len(value), value)
			}
		}
	})
}
