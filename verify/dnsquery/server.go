package dnsquery

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// A Transport is how messages reach a server.
type Transport string

// The transports.
const (
	UDP   Transport = "udp"   // and TCP where a reply does not fit, or none comes
	TCP   Transport = "tcp"   // RFC 7766
	TLS   Transport = "tls"   // RFC 7858
	HTTPS Transport = "https" // RFC 8484
)

// A Server is where a question is asked, and how.
type Server struct {
	Transport Transport
	// Host is the name or address that was given. A certificate must be for it.
	Host string
	// Port is in decimal digits.
	Port string
	// Path is that of the resource that questions are posted to, over HTTPS alone.
	Path string
}

// defaultPorts are those of RFC 1035 §4.2, RFC 7858 §3.1 and RFC 9110 §4.2.2.
var defaultPorts = map[Transport]string{UDP: "53", TCP: "53", TLS: "853", HTTPS: "443"}

// defaultPath is what DNS over HTTPS is commonly offered at (RFC 8484 §4.1.1).
const defaultPath = "/dns-query"

// At is a server that is asked over UDP, and TCP where it must be.
func At(address netip.AddrPort) Server {
	return Server{Transport: UDP, Host: address.Addr().String(), Port: strconv.Itoa(int(address.Port()))}
}

// Address is where the server is connected to, as host:port.
func (s Server) Address() string { return net.JoinHostPort(s.Host, s.Port) }

// String is the server's URL, which [ParseServer] reads.
func (s Server) String() string {
	host := s.Address()
	if s.Port == defaultPorts[s.Transport] {
		host = strings.TrimSuffix(host, ":"+s.Port)
	}
	return string(s.Transport) + "://" + host + s.Path
}

// A ServerError says why a text does not name a server.
type ServerError struct{ Text, Reason string }

func (e *ServerError) Error() string { return fmt.Sprintf("%q %s", e.Text, e.Reason) }

// ParseServer reads udp://, tcp://, tls:// or https:// followed by a host, a port where
// it is not the usual one, and over HTTPS a path; an address or name alone means udp.
// The error is a [*ServerError].
func ParseServer(text string) (Server, error) {
	s, err := parseServer(text)
	if err != nil {
		return Server{}, &ServerError{text, err.Error()}
	}
	return s, nil
}

func parseServer(text string) (Server, error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		scheme, rest = string(UDP), text
	}
	s := Server{Transport: Transport(strings.ToLower(scheme))}
	port, known := defaultPorts[s.Transport]
	if !known {
		return s, fmt.Errorf("has the scheme %q, not udp, tcp, tls or https", scheme)
	}
	hostPort, path, hasPath := strings.Cut(rest, "/")
	if s.Transport == HTTPS {
		s.Path = defaultPath
		if hasPath && path != "" {
			s.Path = "/" + path
		}
		if _, err := url.Parse("https://h" + s.Path); err != nil || strings.ContainsAny(s.Path, "{}?#") {
			return s, errors.New("has a path that cannot be posted to")
		}
	} else if path != "" {
		return s, errors.New("has a path, which only https has")
	}
	return s, s.setHostPort(hostPort, port)
}

// setHostPort reads HOST, HOST:PORT, an IPv6 address with or without brackets, or
// [v6]:PORT.
func (s *Server) setHostPort(text, port string) error {
	host, p, err := net.SplitHostPort(text)
	if err != nil {
		host, p = text, port
		if inside, ok := strings.CutPrefix(text, "["); ok {
			if host, ok = strings.CutSuffix(inside, "]"); !ok || !strings.Contains(host, ":") {
				return errors.New("is not a host and port")
			}
		}
	}
	n, err := strconv.ParseUint(p, 10, 16)
	if err != nil || n == 0 || !isHost(host) {
		return errors.New("is not a host and port")
	}
	s.Host, s.Port = host, strconv.FormatUint(n, 10)
	return nil
}

// isHost reports whether a text is an address or can be a host name.
func isHost(text string) bool {
	outside := func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`:/[]@?#%"\`, r) }
	if address, err := netip.ParseAddr(text); err == nil {
		return !strings.ContainsFunc(address.Zone(), outside)
	}
	return text != "" && !strings.ContainsFunc(text, outside)
}

// A Family limits the addresses that are connected to.
type Family int

// The families.
const (
	AnyFamily Family = iota
	IPv4
	IPv6
)

// Has reports whether an address is of the family.
func (f Family) Has(address netip.Addr) bool {
	return f == AnyFamily || address.Unmap().Is4() == (f == IPv4)
}

// String is the family's name.
func (f Family) String() string { return [...]string{"any family", "IPv4", "IPv6"}[f] }

func (f Family) suffix() string { return [...]string{"", "4", "6"}[f] }
