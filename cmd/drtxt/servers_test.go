package main

import (
	"crypto/rsa"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/nameserver"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// signer loads a private test key.
func testSigner(t *testing.T, name string) *rsa.PrivateKey {
	t.Helper()
	key, err := keygen.LoadPrivateKey(filepath.Join(keysDir, name), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signed makes a set that lasts for ever, so that no test depends on the clock.
func signed(t *testing.T, status txtrecord.Status, key *rsa.PrivateKey) []string {
	t.Helper()
	values, err := txtrecord.Sign(txtrecord.Activation{Type: txtrecord.AllProducts, Status: status}, txtrecord.Scheme{}, key)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// txt is a set of TXT records at a name, given without its final dot.
func txt(name string, ttl uint32, values ...string) txtrecord.RRSet {
	return txtrecord.RRSet{Name: name + ".", Type: "TXT", TTL: ttl, Values: values}
}

// serve starts a name server for the zone example.com and returns its address.
func serve(t *testing.T, records ...txtrecord.RRSet) string { return serveWith(t, nil, records) }

// updateKey is a TSIG key for tests alone, updateKeyFile the file that it stands in.
var updateKey = nameserver.Key{Name: "update.", Algorithm: "hmac-sha256", Secret: []byte("a test key, for tests alone")}

const updateKeyFile = `key "update" { algorithm hmac-sha256; secret "YSB0ZXN0IGtleSwgZm9yIHRlc3RzIGFsb25l"; }; // for tests alone
`

// servePrimary starts a name server that takes updates, with records of another at
// dr.example.com.
func servePrimary(t *testing.T) string {
	t.Helper()
	return serveWith(t, []nameserver.Key{updateKey}, []txtrecord.RRSet{
		txt("dr.example.com", 3600, "google-site-verification=abc"),
		{Name: "dr.example.com.", Type: "A", TTL: 60, Values: []string{"192.0.2.9"}},
	})
}

func serveWith(t *testing.T, keys []nameserver.Key, records []txtrecord.RRSet) string {
	t.Helper()
	server, err := nameserver.Start(t.Context(), nameserver.Config{
		Zones: []nameserver.Zone{{Name: "example.com", Serial: 1, TTL: 300, NegativeTTL: 60, Records: records}},
		Keys:  keys,
		Now:   time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server.Addr()
}

// silent is the address of a server that takes queries and never answers; each query
// is reported.
func silent(t *testing.T) (address string, asked <-chan struct{}) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	queries := make(chan struct{}, 64)
	go func() {
		buffer := make([]byte, 4096)
		for {
			if _, _, err := conn.ReadFrom(buffer); err != nil {
				return
			}
			select {
			case queries <- struct{}{}:
			default:
			}
		}
	}()
	return conn.LocalAddr().String(), queries
}

// startServers starts those that every script can ask.
func startServers(t *testing.T) map[string]string {
	t.Helper()
	a, b := testSigner(t, "test-a.private.pem"), testSigner(t, "test-b.private.pem")
	on, off := signed(t, txtrecord.On, a), signed(t, txtrecord.Off, a)
	never, _ := silent(t)
	return map[string]string{
		"SERVER": serve(t,
			txt("dr.example.com", 30, on...),
			txt("off.example.com", 30, off...),
			txt("ready.example.com", 30, off...),
			txt("edges.example.com", 30, off...),
			txtrecord.RRSet{Name: "edges.example.com.", Type: "A", TTL: 300, Values: []string{"203.0.113.10", "203.0.113.11"}},
			txt("foreign-key.example.com", 30, signed(t, txtrecord.On, b)...),
			txtrecord.RRSet{Name: "foreign-key.example.com.", Type: "A", TTL: 30, Values: []string{"192.0.2.1"}},
			txtrecord.RRSet{Name: "address.example.com.", Type: "A", TTL: 30, Values: []string{"192.0.2.1"}},
			txt("stale.example.com", 30, append(append([]string{}, on...), off...)...),
			txt("half.example.com", 30, on[0]),
			txt("long.example.com", 3600, on...),
			txt("unsigned.example.com", 30, "v=1;k=all;b=on"),
			txt("mail.example.com", 30, "v=spf1 -all"),
			txt("hostile.example.com", 30, "v=1;b=\x1b]0;owned\x07on\x00\n\u202e\xff"),
		),
		"OTHER": serve(t, txt("dr.example.com", 30, off...), txt("off.example.com", 30, off...),
			txt("edges.example.com", 30, off...), txtrecord.RRSet{Name: "edges.example.com.", Type: "A", TTL: 300, Values: []string{"203.0.113.10"}}),
		"HOSTILE": serve(t, txt("dr.example.com", 30, "v=1;b=\x1b]0;owned\x07on")),
		"SILENT":  never,
	}
}
