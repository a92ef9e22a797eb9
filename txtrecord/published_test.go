package txtrecord_test

import (
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// The vendor's published samples. The key of the signed one is not public.
var publishedPair = []string{
	"v=1;d=pse.zpa.customer.com;b=on;t=1652153049;x=16521539999;n=2;p=1;bh=TukwDQXnOEqC+HJ0T3MubNs0h6nZHa0QoQpHaOy3wSgKAMnEif7RZZM/ANJ3sMXApph1pRD76WG6FDpIA0LPKV8Z66AP048eog31fXl8UIi5XEqUOHSbc1dK1Artu1PNtJkqQ1mA5VkfAMgaGN3MYTeUkF7KAljyBxquSp9W2+",
	"v=1;b=on;t=1652153049;x=16521539999;n=2;p=2;bh=QyvM59ZYPm/6czwOUR8dOUhiIPEo9+DJvp1uT4myWhDLJblyRaeVXUveE5HzTIba1DReRucylysTIMF1f0JpnD6Y1AD2QLFNgO90jtgfMvRCb7dmbXPWC2ABeKAKTKDXrFWRizXa3N6lozH+eOYvYPcrkDMMxrRVG2J3k3m21EJQ==",
}

func TestPublishedSignedSample(t *testing.T) {
	records := mustParse(t, publishedPair...)
	if got := len(records[0].Text); got != 240 {
		t.Errorf("part 1 has %d bytes, want 240", got)
	}
	if one, two := len(records[0].Signature()), len(records[1].Signature()); one != 170 || two != 174 {
		t.Errorf("the parts of the signature have %d and %d characters, want 170 and 174", one, two)
	}
	set, err := txtrecord.Join(records)
	if err != nil {
		t.Fatal(err)
	}
	if len(set.Signature) != 256 || !set.Signed() {
		t.Errorf("the signature has %d bytes, want 256", len(set.Signature))
	}
	want := txtrecord.Activation{
		Status: txtrecord.On,
		Domain: "pse.zpa.customer.com",
		Start:  time.Unix(1652153049, 0).UTC(),
		End:    time.Unix(16521539999, 0).UTC(),
	}
	if set.Activation != want {
		t.Errorf("got %+v, want %+v", set.Activation, want)
	}
	if got := records[0].Body(); got != "v=1;d=pse.zpa.customer.com;b=on;t=1652153049;x=16521539999;" {
		t.Errorf("the signed text is %q", got)
	}
}

// d stands before b in part 1, and k is absent from both parts. Nothing else about
// the sample differs from canonical form, the place of the split included.
func TestPublishedSignedSampleDeviations(t *testing.T) {
	set, err := txtrecord.Join(mustParse(t, publishedPair...))
	if err != nil {
		t.Fatal(err)
	}
	want := []txtrecord.RecordError{
		{Fault: txtrecord.TagOrder, Tag: "b", Offset: 27},
		{Fault: txtrecord.TypeAbsent, Tag: "k"},
		{Fault: txtrecord.TypeAbsent, Tag: "k", Record: 1},
	}
	if len(set.Deviations) != len(want) {
		t.Fatalf("got %v", set.Deviations)
	}
	for i, deviation := range set.Deviations {
		if *deviation != want[i] {
			t.Errorf("got %+v, want %+v", *deviation, want[i])
		}
	}
}

func TestPublishedUnsignedSamples(t *testing.T) {
	for text, want := range map[string]txtrecord.Activation{
		"v=1;k=zpa;b=on;m=fo":              {Type: txtrecord.PrivateAccess, Status: txtrecord.On, Forwarding: txtrecord.FailOpen},
		"v=1;k=all;b=off;d=dr.example.com": {Type: txtrecord.AllProducts, Status: txtrecord.Off, Domain: "dr.example.com"},
	} {
		record := mustParse(t, text)[0]
		if record.Activation != want || record.Signed() || len(record.Deviations) > 0 || record.Body() != text {
			t.Errorf("%s: got %+v", text, record)
		}
		if again, err := txtrecord.Unsigned(want); err != nil || again != text {
			t.Errorf("%s is written as %q, %v", text, again, err)
		}
	}
}
