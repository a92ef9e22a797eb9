package dnsquery

import (
	"crypto/rand"
	"encoding/binary"
	"slices"

	"github.com/miekg/dns"
)

// udpSize is the EDNS buffer size: what passes nearly every path unfragmented.
const udpSize = 1232

// A query is a question as a message, in wire form (RFC 1035 §4.1).
type query struct {
	name   string // absolute
	rrtype uint16
	packed []byte
	edns   bool
}

// The flags of a query, in the third and fourth byte (RFC 1035 §4.1.1, RFC 4035 §3).
const (
	flagRD = 0x01
	flagAD = 0x20
	flagCD = 0x10
)

// optRecord is an OPT record that says udpSize, and nothing else (RFC 6891 §6.1.2).
var optRecord = []byte{0, 0, byte(dns.TypeOPT), udpSize >> 8, udpSize & 0xff, 0, 0, 0, 0, 0, 0}

func newQuery(question Question) (*query, error) {
	q := &query{name: dns.Fqdn(question.Name), rrtype: question.Type, edns: true}
	const longestName = 255
	packed := make([]byte, headerLength+longestName, headerLength+longestName+4+len(optRecord))
	end, err := dns.PackDomainName(q.name, packed, headerLength, nil, false)
	if err != nil {
		return nil, err
	}
	if question.Recursive {
		packed[2] |= flagRD
		packed[3] |= flagAD
	}
	if question.CheckingDisabled {
		packed[3] |= flagCD
	}
	packed[5], packed[11] = 1, 1 // one question, one additional record
	packed = binary.BigEndian.AppendUint16(packed[:end], question.Type)
	packed = binary.BigEndian.AppendUint16(packed, dns.ClassINET)
	q.packed = append(packed, optRecord...)
	return q, nil
}

func (q *query) id() uint16 { return binary.BigEndian.Uint16(q.packed) }

// fresh is the query with an id of its own, which nobody can have guessed yet.
func (q *query) fresh() *query {
	fresh := *q
	fresh.packed = slices.Clone(q.packed)
	rand.Read(fresh.packed[:2])
	return &fresh
}

// withoutEDNS is the query as a server from before RFC 6891 understands it.
func (q *query) withoutEDNS() *query {
	if !q.edns {
		return q
	}
	plain := *q
	plain.edns = false
	plain.packed = slices.Clone(q.packed[:len(q.packed)-len(optRecord)])
	plain.packed[11] = 0
	return &plain
}

// framed is the query with its length before it (RFC 1035 §4.2.2).
func (q *query) framed() []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(q.packed))), q.packed...)
}
