package nameserver

import (
	"encoding/binary"

	"github.com/miekg/dns"
)

// headerSize is the length of a message's header in octets (RFC 1035 §4.1.1).
const headerSize = 12

// responseBit is QR in the third octet of the header (RFC 1035 §4.1.1).
const responseBit = 1 << 7

// respond returns the reply to one message as it came off the wire, nil where
// there is none: to a message without a header, and to a reply. limit gives the
// octets that fit into the reply.
func (s *Server) respond(wire []byte, limit func(*dns.OPT) int) []byte {
	if len(wire) < headerSize || wire[2]&responseBit != 0 {
		return nil
	}
	request, ok := parse(wire)
	if !ok {
		return headerOnly(wire, dns.RcodeFormatError)
	}
	reply := new(dns.Msg).SetReply(request)
	reply.Compress = true
	opt := request.IsEdns0()
	if opt != nil {
		reply.SetEdns0(maxUDP, opt.Do())
	}
	sig := s.checkSignature(wire, request)
	switch {
	case sig.failed():
		reply.Rcode = dns.RcodeNotAuth
	case opt != nil && opt.Version() != 0:
		reply.Rcode = dns.RcodeBadVers // RFC 6891 §6.1.3
	case request.Opcode == dns.OpcodeQuery:
		s.answer(request, reply)
	case request.Opcode == dns.OpcodeUpdate:
		reply.Rcode = s.update(request, sig != nil)
	default:
		reply.Rcode = dns.RcodeNotImplemented
	}
	return fit(wire, reply, sig, limit(opt))
}

// parse reads a whole message, and fails where the library is content with part
// of one: counts that promise more than there is, two OPT records (RFC 6891
// §6.1.1), and a TSIG that is not the one last record, or empty (RFC 8945 §5.1).
func parse(wire []byte) (*dns.Msg, bool) {
	m := new(dns.Msg)
	if err := m.Unpack(wire); err != nil {
		return nil, false
	}
	lengths := [...]int{len(m.Question), len(m.Answer), len(m.Ns), len(m.Extra)}
	for i, length := range lengths {
		if int(binary.BigEndian.Uint16(wire[4+2*i:])) != length {
			return nil, false
		}
	}
	opts := 0
	for i, rr := range m.Extra {
		switch rr.(type) {
		case *dns.OPT:
			opts++
		case *dns.TSIG:
			if i != len(m.Extra)-1 || rr.Header().Rdlength == 0 {
				return nil, false
			}
		}
	}
	return m, opts <= 1
}

// headerOnly returns a reply that has nothing but the header: id, opcode and RD
// of the request, and the code.
func headerOnly(wire []byte, rcode byte) []byte {
	reply := make([]byte, headerSize)
	copy(reply, wire[:3])
	const opcodeAndRD = 0b0111_1001
	reply[2] = responseBit | reply[2]&opcodeAndRD
	reply[3] = rcode
	return reply
}

// udpLimit returns the octets that a UDP reply may have: 512 without EDNS, else
// what the client says (RFC 6891 §6.2.3), within the server's own bounds.
func udpLimit(opt *dns.OPT) int {
	if opt == nil {
		return minUDP
	}
	return min(max(int(opt.UDPSize()), minUDP), maxUDP)
}

func tcpLimit(*dns.OPT) int { return maxMessage }

// fit packs the reply. One that is too long says so (TC) and carries no records
// at all: a client has no use for part of an RRset (RFC 2181 §9), and room for
// the signature is certain (RFC 8945 §5.3.2).
func fit(wire []byte, reply *dns.Msg, sig *signature, limit int) []byte {
	packed, err := sig.pack(reply)
	if err == nil && len(packed) > limit {
		reply.Truncated = true
		reply.Answer, reply.Ns = nil, nil
		packed, err = sig.pack(reply)
	}
	if err != nil {
		return headerOnly(wire, dns.RcodeServerFailure)
	}
	return packed
}
