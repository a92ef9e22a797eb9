package nameserver

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/miekg/dns"
)

// A Key authenticates updates (RFC 8945).
type Key struct {
	// Name is the key's name, a domain name.
	Name string
	// Algorithm is "hmac-sha256", "hmac-sha384" or "hmac-sha512".
	Algorithm string
	// Secret is known to server and client. It is never printed.
	Secret []byte
}

// Format writes the key without its secret, whatever the verb.
func (k Key) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, k.Algorithm+":"+k.Name+":[secret]")
}

// fudge is how far, in seconds, the clocks of the two sides may be apart (RFC
// 8945 §10).
const fudge = 300

// algorithms are those that the server does, all of them still sound.
var algorithms = []string{dns.HmacSHA256, dns.HmacSHA384, dns.HmacSHA512}

func keysByName(keys []Key) (map[string]Key, error) {
	byName := make(map[string]Key, len(keys))
	for _, key := range keys {
		key.Algorithm = dns.CanonicalName(key.Algorithm)
		if !slices.Contains(algorithms, key.Algorithm) || len(key.Secret) == 0 {
			return nil, fmt.Errorf("%w: key %q: no secret, or algorithm %q", ErrConfig, key.Name, key.Algorithm)
		}
		byName[dns.CanonicalName(key.Name)] = key
	}
	return byName, nil
}

// A signature goes with the reply to a signed request; nil with any other.
type signature struct {
	record     dns.TSIG // its Error says what is wrong with the request
	secret     string   // in base64, as the library takes it
	requestMAC string   // in hexadecimal
}

func (sig *signature) failed() bool { return sig != nil && sig.record.Error != dns.RcodeSuccess }

// checkSignature checks the request's key, MAC and time, in this order (RFC 8945
// §5.2). It returns nil for an unsigned request.
func (s *Server) checkSignature(wire []byte, request *dns.Msg) *signature {
	tsig := request.IsTsig()
	if tsig == nil {
		return nil
	}
	now := uint64(s.now().Unix())
	key, known := s.keys[dns.CanonicalName(tsig.Hdr.Name)]
	sig := &signature{
		record: dns.TSIG{
			Hdr:       dns.RR_Header{Name: tsig.Hdr.Name, Rrtype: dns.TypeTSIG, Class: dns.ClassANY},
			Algorithm: tsig.Algorithm, TimeSigned: now, Fudge: fudge, OrigId: request.Id,
		},
		secret:     base64.StdEncoding.EncodeToString(key.Secret),
		requestMAC: tsig.MAC,
	}
	switch {
	case !known || key.Algorithm != dns.CanonicalName(tsig.Algorithm):
		sig.record.Error = dns.RcodeBadKey
	case !macHolds(wire, sig.secret):
		sig.record.Error = dns.RcodeBadSig
	case distance(now, tsig.TimeSigned) > uint64(tsig.Fudge):
		sig.record.Error = dns.RcodeBadTime
		// The client is told both times (RFC 8945 §5.2.3).
		sig.record.TimeSigned = tsig.TimeSigned
		sig.record.OtherLen, sig.record.OtherData = 6, fmt.Sprintf("%012x", now)
	}
	return sig
}

// macHolds checks the MAC alone. The library then holds the time against the
// wall clock; that outcome is set aside.
func macHolds(wire []byte, secret string) bool {
	err := dns.TsigVerify(slices.Clone(wire), secret, "", false) // it writes into the message
	return err == nil || errors.Is(err, dns.ErrTime)
}

func distance(a, b uint64) uint64 { return max(a, b) - min(a, b) }

// pack returns the reply's wire form, signed as the request was; without MAC
// where key or MAC were wrong (RFC 8945 §5.3.2).
func (sig *signature) pack(reply *dns.Msg) ([]byte, error) {
	if sig == nil {
		return reply.Pack()
	}
	signed, record := *reply, sig.record
	signed.Extra = append(slices.Clip(reply.Extra), &record)
	if record.Error == dns.RcodeBadKey || record.Error == dns.RcodeBadSig {
		return signed.Pack() // the library's way leaves out the time too
	}
	wire, _, err := dns.TsigGenerate(&signed, sig.secret, sig.requestMAC, false)
	return wire, err
}
