package faultserver

import (
	"encoding/binary"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// Send sends messages as they are, whole over UDP too.
func Send(messages ...*dns.Msg) Reply {
	var r Reply
	for _, m := range messages {
		r.Messages = append(r.Messages, Packed(m))
	}
	return r
}

// SendFitting sends a message as a right server does: over UDP cut to the size that
// the query allows, and marked as truncated then.
func SendFitting(q *Query, m *dns.Msg) Reply {
	if q.Over == dnsquery.UDP {
		size := dns.MinMsgSize
		if opt := q.IsEdns0(); opt != nil {
			size = int(opt.UDPSize())
		}
		m.Truncate(size)
	}
	return Send(m)
}

// SendBytes sends messages in wire form, or what is to be taken for that.
func SendBytes(messages ...[]byte) Reply { return Reply{Messages: messages} }

// Answer is an authoritative reply that holds the records.
func Answer(q *Query, records ...dns.RR) *dns.Msg {
	m := new(dns.Msg).SetReply(q.Msg)
	m.Authoritative = true
	m.Answer = records
	return m
}

// Fail is a reply with a response code and nothing else.
func Fail(q *Query, code int) *dns.Msg {
	m := new(dns.Msg).SetReply(q.Msg)
	m.Rcode = code
	return m
}

// Truncated is an empty reply with TC set.
func Truncated(q *Query) *dns.Msg {
	m := Answer(q)
	m.Truncated = true
	return m
}

// TXT is a TXT record, its strings given as the bytes on the wire.
func TXT(owner string, ttl uint32, strings ...string) dns.RR {
	var wire []byte
	for _, s := range strings {
		wire = append(append(wire, byte(len(s))), s...)
	}
	rr, _, err := dns.UnpackRRWithHeader(dns.RR_Header{
		Name: owner, Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: ttl, Rdlength: uint16(len(wire)),
	}, wire, 0)
	if err != nil {
		panic(err)
	}
	return rr
}

// Packed is a message in wire form.
func Packed(m *dns.Msg) []byte {
	wire, err := m.Pack()
	if err != nil {
		panic(err)
	}
	return wire
}

// Framed is a message with its length before it (RFC 1035 §4.2.2).
func Framed(wire []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(wire))), wire...)
}
