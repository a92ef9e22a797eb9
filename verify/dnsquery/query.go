package dnsquery

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// udpSize is the EDNS buffer size: what passes nearly every path unfragmented.
const udpSize = 1232

// A query is a question as a message, in wire form.
type query struct {
	message *dns.Msg
	packed  []byte
}

func newQuery(question Question) (*query, error) {
	m := new(dns.Msg)
	m.Question = []dns.Question{{Name: dns.Fqdn(question.Name), Qtype: question.Type, Qclass: dns.ClassINET}}
	m.RecursionDesired = question.Recursive
	m.AuthenticatedData = question.Recursive
	m.CheckingDisabled = question.CheckingDisabled
	m.SetEdns0(udpSize, false)
	return pack(m)
}

func pack(m *dns.Msg) (*query, error) {
	packed, err := m.Pack()
	return &query{m, packed}, err
}

// fresh is the query with an id of its own, which nobody can have guessed yet.
func (q *query) fresh() *query {
	m := *q.message
	m.Id = dns.Id()
	packed := append([]byte(nil), q.packed...)
	binary.BigEndian.PutUint16(packed, m.Id)
	return &query{&m, packed}
}

// withoutEDNS is the query as a server from before RFC 6891 understands it.
func (q *query) withoutEDNS() *query {
	m := *q.message
	m.Extra = nil
	plain, err := pack(&m)
	if err != nil {
		return q // never: less of what could be packed
	}
	return plain
}

func (q *query) edns() bool { return len(q.message.Extra) > 0 }

// framed is the query with its length before it (RFC 1035 §4.2.2).
func (q *query) framed() []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(q.packed))), q.packed...)
}
