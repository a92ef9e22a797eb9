package txtrecord_test

import (
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
)

// Damage must never be taken for absence.
func TestIsOurs(t *testing.T) {
	for _, text := range []string{
		"v=1",
		"v=1;k=all;b=on",
		"v=2;k=all;b=on",
		"v=9",
		"v=10",
		"V=1;K=ALL;B=ON",
		"b=on",
		"k=all;b=on",
		"bh=QUFB",
		"n=2;p=1;bh=QUFB",
		"v=;b=",
		"v=one;b=on",
		`"v=1;k=all;b=on"`,
		`\"v=1;k=all;b=on\"`,
		`'v=1'`,
		`v=1\;k=all\;b=on`,
		`k=all\;b=on`,
		" v=1;b=on ",
		"v = 1 ; b = on",
		"\tv=1",
		"v=\n1",
		"v\x00=1",
		"\x7fv=1",
		"\u00a0v=1",
		"\ufeffv=1;k=all;b=on",
		"k=all; B = on",
		"v=spf1;b=on",
		`" v = 1 " ; " k = all "`,
	} {
		if !txtrecord.IsOurs(text) {
			t.Errorf("%q was taken for somebody else's", text)
		}
	}
}

func TestIsNotOurs(t *testing.T) {
	for _, text := range []string{
		"",
		";",
		"v=",
		"v",
		"v=spf1 include:_spf.example.com -all",
		"v=DMARC1; p=none; rua=mailto:dmarc@example.com",
		"v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
		"v=STSv1; id=20270115T080000",
		"v=TLSRPTv1; rua=mailto:tls@example.com",
		"v=BIMI1; l=https://example.com/logo.svg",
		"google-site-verification=rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ",
		"MS=ms12345678",
		"k=all",
		"n=2;p=1",
		"bb=on",
		"xb=on;ab=1",
		"b",
		"note: v=1",
		"a=v=1",
		"0",
	} {
		if txtrecord.IsOurs(text) {
			t.Errorf("%q was taken for ours", text)
		}
	}
}
