package nameserver

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/miekg/dns"
)

func TestUnsignedUpdateIsRefused(t *testing.T) {
	s := start(t, testConfig())
	for _, network := range []string{"udp", "tcp"} {
		m := replaceTXT(dr, "x")
		m.Answer = []dns.RR{bare(dr, dns.TypeTXT, dns.ClassNONE)} // not told that this fails
		if reply := ask(t, s, network, m); reply.Rcode != dns.RcodeRefused || reply.IsTsig() != nil {
			t.Error(reply)
		}
	}
	if set, _ := s.RRSet(dr, "TXT"); !slices.Equal(set.Values, on) {
		t.Error(set)
	}
}

func TestAlgorithms(t *testing.T) {
	config := testConfig()
	config.Keys = nil
	for _, algorithm := range []string{"hmac-sha256", "HMAC-SHA384.", "hmac-sha512"} {
		name := strings.ToLower(strings.TrimSuffix(algorithm, ".")) + ".key."
		config.Keys = append(config.Keys, Key{name, algorithm, []byte(algorithm)})
	}
	s := start(t, config)
	for _, key := range config.Keys {
		if reply := sendUpdate(t, s, key, replaceTXT(dr, key.Name)); reply.Rcode != dns.RcodeSuccess {
			t.Error(reply)
		}
		if set, _ := s.RRSet(dr, "TXT"); !slices.Equal(set.Values, []string{key.Name}) {
			t.Error(set)
		}
	}
}

// RFC 8945 §5.2: each fault has its own TSIG error, and all have the code NOTAUTH.
func TestSignatureFaults(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	config := testConfig()
	config.Now = func() time.Time { return now }
	cases := []struct {
		title  string
		key    Key
		signed time.Time
		error  uint16
	}{
		{"right", testKey, now, dns.RcodeSuccess},
		{"300 s late", testKey, now.Add(-300 * time.Second), dns.RcodeSuccess},
		{"300 s early", testKey, now.Add(300 * time.Second), dns.RcodeSuccess},
		{"301 s late", testKey, now.Add(-301 * time.Second), dns.RcodeBadTime},
		{"301 s early", testKey, now.Add(301 * time.Second), dns.RcodeBadTime},
		{"unknown key", Key{"other.", testKey.Algorithm, testKey.Secret}, now, dns.RcodeBadKey},
		{"other algorithm", Key{testKey.Name, "hmac-sha512", testKey.Secret}, now, dns.RcodeBadKey},
		{"other secret", Key{testKey.Name, testKey.Algorithm, []byte("other")}, now, dns.RcodeBadSig},
		{"other secret, and late: the MAC comes first", Key{testKey.Name, testKey.Algorithm, []byte("other")}, now.Add(-time.Hour), dns.RcodeBadSig},
	}
	for _, c := range cases {
		s := start(t, config)
		m := replaceTXT(dr, "x").SetTsig(c.key.Name, dns.CanonicalName(c.key.Algorithm), 300, c.signed.Unix())
		wire, mac, err := dns.TsigGenerate(m, base64.StdEncoding.EncodeToString(c.key.Secret), "", false)
		if err != nil {
			t.Fatal(err)
		}
		raw := s.respond(wire, tcpLimit)
		reply := new(dns.Msg)
		if err := reply.Unpack(raw); err != nil {
			t.Fatal(err)
		}
		tsig, rcode := reply.IsTsig(), dns.RcodeNotAuth
		if c.error == dns.RcodeSuccess {
			rcode = dns.RcodeSuccess
		}
		if reply.Rcode != rcode || tsig == nil || tsig.Error != c.error {
			t.Errorf("%s: %v", c.title, reply)
			continue
		}
		if set, _ := s.RRSet(dr, "TXT"); (set.Values[0] == "x") != (c.error == dns.RcodeSuccess) {
			t.Errorf("%s: %v stands", c.title, set)
		}
		switch c.error {
		case dns.RcodeBadKey, dns.RcodeBadSig:
			if tsig.MAC != "" || tsig.TimeSigned != uint64(now.Unix()) {
				t.Errorf("%s: %v", c.title, tsig)
			}
		case dns.RcodeBadTime:
			want := hex.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(now.Unix()))[2:])
			if tsig.TimeSigned != uint64(c.signed.Unix()) || tsig.OtherData != want || tsig.MAC == "" {
				t.Errorf("%s: %v", c.title, tsig)
			}
		default:
			if err := dns.TsigVerify(raw, base64.StdEncoding.EncodeToString(testKey.Secret), mac, false); err != nil && err != dns.ErrTime {
				t.Errorf("%s: the reply's signature: %v", c.title, err)
			}
		}
	}
}

// A signed query is held to the same, and a truncated reply to it is signed too.
func TestSignedQuery(t *testing.T) {
	s := start(t, testConfig())
	secret := base64.StdEncoding.EncodeToString(testKey.Secret)
	for _, name := range []string{dr, "ns.example.com."} {
		client := &dns.Client{TsigSecret: map[string]string{"drill.": secret}}
		reply, _, err := client.Exchange(query(name, dns.TypeTXT).SetTsig("drill.", dns.HmacSHA256, 300, time.Now().Unix()), s.Addr())
		if err != nil || reply.IsTsig() == nil || reply.Truncated != (name == dr) {
			t.Errorf("%v, %v", reply, err)
		}
	}
	wrong := &dns.Client{TsigSecret: map[string]string{"drill.": "b3RoZXI="}}
	reply, _, _ := wrong.Exchange(query(dr, dns.TypeA).SetTsig("drill.", dns.HmacSHA256, 300, time.Now().Unix()), s.Addr())
	if reply.Rcode != dns.RcodeNotAuth || len(reply.Answer) != 0 || reply.IsTsig().Error != dns.RcodeBadSig {
		t.Error(reply)
	}
}
