package txtrecord_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
)

// second is an instant by its seconds since the epoch.
func second(s int64) time.Time { return time.Unix(s, 0) }

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name  string
		alter func(*txtrecord.Activation)
		field string // empty: valid
	}{
		{"as it is", func(*txtrecord.Activation) {}, ""},
		{"Internet Access", func(a *txtrecord.Activation) { a.Type = txtrecord.InternetAccess }, ""},
		{"Private Access", func(a *txtrecord.Activation) { a.Type = txtrecord.PrivateAccess }, ""},
		{"off", func(a *txtrecord.Activation) { a.Status = txtrecord.Off }, ""},
		{"test", func(a *txtrecord.Activation) { a.Status = txtrecord.Test }, ""},
		{"fail-close", func(a *txtrecord.Activation) { a.Forwarding = txtrecord.FailClose }, ""},
		{"no window", func(a *txtrecord.Activation) { a.Start, a.End = time.Time{}, time.Time{} }, ""},
		{"no start", func(a *txtrecord.Activation) { a.Start = time.Time{} }, ""},
		{"no end", func(a *txtrecord.Activation) { a.End = time.Time{} }, ""},
		{"from the first second", func(a *txtrecord.Activation) { a.Start = second(0) }, ""},
		{"to the last second", func(a *txtrecord.Activation) { a.End = second(txtrecord.MaxInstant) }, ""},
		{"one second long", func(a *txtrecord.Activation) { a.End = a.Start }, ""},
		{"in another time zone", func(a *txtrecord.Activation) { a.Start = a.Start.In(time.FixedZone("", 3600)) }, ""},

		{"no type", func(a *txtrecord.Activation) { a.Type = txtrecord.NoType }, "type"},
		{"an unknown type", func(a *txtrecord.Activation) { a.Type = "ZIA" }, "type"},
		{"a type that breaks out", func(a *txtrecord.Activation) { a.Type = "all;b=off" }, "type"},
		{"no status", func(a *txtrecord.Activation) { a.Status = "" }, "status"},
		{"an unknown status", func(a *txtrecord.Activation) { a.Status = "On" }, "status"},
		{"an unknown forwarding", func(a *txtrecord.Activation) { a.Forwarding = "wf" }, "forwarding"},
		{"upper case in the domain", func(a *txtrecord.Activation) { a.Domain = "DR.example.com" }, "domain"},
		{"a final dot", func(a *txtrecord.Activation) { a.Domain = "dr.example.com." }, "domain"},
		{"a start before the epoch", func(a *txtrecord.Activation) { a.Start = second(-1) }, "start"},
		{"a start in the year 1", func(a *txtrecord.Activation) { a.Start = time.Time{}.Add(time.Second) }, "start"},
		{"a fraction in the start", func(a *txtrecord.Activation) { a.Start = a.Start.Add(time.Nanosecond) }, "start"},
		{"an end in the year 10000", func(a *txtrecord.Activation) { a.End = second(txtrecord.MaxInstant + 1) }, "end"},
		{"an end before the epoch", func(a *txtrecord.Activation) { a.Start, a.End = time.Time{}, second(-1) }, "end"},
		{"a fraction in the end", func(a *txtrecord.Activation) { a.End = a.End.Add(500 * time.Millisecond) }, "end"},
		{"a start after the end", func(a *txtrecord.Activation) { a.Start = a.End.Add(time.Second) }, "start"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := bound
			test.alter(&a)
			err := a.Validate()
			text, unsignedErr := txtrecord.Unsigned(a)
			if test.field == "" {
				if err != nil || unsignedErr != nil {
					t.Errorf("got %v, %v", err, unsignedErr)
				}
				return
			}
			if fault, ok := errors.AsType[*txtrecord.ActivationError](err); !ok || fault.Field != test.field || !strings.HasPrefix(err.Error(), test.field) {
				t.Errorf("got %v, want the field %s", err, test.field)
			}
			if unsignedErr == nil || text != "" {
				t.Errorf("it was written all the same: %q", text)
			}
		})
	}
}

func TestValidateDomain(t *testing.T) {
	a := bound
	a.Domain = "dr..example.com"
	if _, ok := errors.AsType[*txtrecord.DomainError](a.Validate()); !ok {
		t.Errorf("got %v", a.Validate())
	}
}

func TestMaxInstantIsTheEndOfTheYear9999(t *testing.T) {
	if got := second(txtrecord.MaxInstant).UTC().Format(time.DateTime); got != "9999-12-31 23:59:59" {
		t.Error(got)
	}
}

func TestForwardingName(t *testing.T) {
	for forwarding, want := range map[txtrecord.Forwarding]string{
		txtrecord.NoForwarding: "", txtrecord.FailOpen: "fail-open", txtrecord.FailClose: "fail-close", "wf": "wf",
	} {
		if got := forwarding.Name(); got != want {
			t.Errorf("%q: got %q, want %q", string(forwarding), got, want)
		}
	}
}

func TestUnsigned(t *testing.T) {
	for want, a := range map[string]txtrecord.Activation{
		"v=1;k=all;b=on;d=dr.example.com;m=fo;t=1800000000;x=1800028800": bound,
		"v=1;k=all;b=on;t=1800000000;x=1800028800":                       plain,
		"v=1;k=zia;b=off":                      {Type: txtrecord.InternetAccess, Status: txtrecord.Off},
		"v=1;k=zpa;b=test;m=fc;x=253402300799": {Type: txtrecord.PrivateAccess, Status: txtrecord.Test, Forwarding: txtrecord.FailClose, End: second(txtrecord.MaxInstant)},
		"v=1;k=all;b=on;t=0":                   {Type: txtrecord.AllProducts, Status: txtrecord.On, Start: second(0)},
	} {
		if got, err := txtrecord.Unsigned(a); err != nil || got != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

// 254 bytes fit, 255 are one too many.
func TestUnsignedLength(t *testing.T) {
	a := txtrecord.Activation{Type: txtrecord.AllProducts, Status: txtrecord.On}
	a.Domain = domainOf(txtrecord.MaxString - len("v=1;k=all;b=on;d="))
	if text, err := txtrecord.Unsigned(a); err != nil || len(text) != txtrecord.MaxString {
		t.Errorf("got %d bytes, %v", len(text), err)
	}
	a.Domain = domainOf(len(a.Domain) + 1)
	text, err := txtrecord.Unsigned(a)
	if fault, ok := errors.AsType[*txtrecord.LengthError](err); !ok || fault.Over != 1 || text != "" {
		t.Errorf("got %q, %v", text, err)
	}
}
