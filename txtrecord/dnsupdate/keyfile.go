package dnsupdate

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

// MaxKeyFile is the size of the largest key file that is read, in bytes.
const MaxKeyFile = 64 << 10

// ParseKey reads a BIND key file, as tsig-keygen, ddns-confgen and rndc-confgen
// write it:
//
//	key "name" { algorithm hmac-sha256; secret "base64=="; };
//
// The comments are BIND's, and other clauses are passed over, but there is exactly
// one key. Errors are [*KeyFileError]s and hold nothing of the file's text, whose
// secret may stand where it is not looked for.
func ParseKey(data []byte) (Key, error) {
	if len(data) > MaxKeyFile {
		return Key{}, &KeyFileError{Err: ErrKeyFileSize}
	}
	if isDNSSECKey(string(data)) {
		return Key{}, &KeyFileError{Err: ErrDNSSECKey}
	}
	tokens, err := tokenize(string(data))
	if err != nil {
		return Key{}, err
	}
	p := &keyParser{tokens: tokens}
	if err := p.file(); err != nil {
		return Key{}, err
	}
	if !p.found {
		return Key{}, &KeyFileError{Err: ErrNoKey}
	}
	return p.key, nil
}

// isDNSSECKey recognises the files K*.private and K*.key of dnssec-keygen, which made
// TSIG keys too in former times.
func isDNSSECKey(text string) bool {
	if strings.HasPrefix(text, "Private-key-format:") {
		return true
	}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		at := slices.IndexFunc(fields, func(field string) bool { return field == "KEY" || field == "DNSKEY" })
		if at > 0 && fields[at-1] == "IN" {
			return true
		}
	}
	return false
}

// A keyParser goes through the tokens of a key file.
type keyParser struct {
	tokens []token // the last one is the end
	key    Key
	found  bool
}

func (p *keyParser) next() token {
	t := p.tokens[0]
	if t.kind != end {
		p.tokens = p.tokens[1:]
	}
	return t
}

// expect takes the next token, which must be of that kind.
func (p *keyParser) expect(kind tokenKind) error {
	if t := p.next(); t.kind != kind {
		return t.fault(ErrKeySyntax)
	}
	return nil
}

// file = { clause }
func (p *keyParser) file() error {
	for {
		t := p.next()
		var err error
		switch {
		case t.kind == end:
			return nil
		case t.kind != word:
			err = t.fault(ErrKeySyntax)
		case !strings.EqualFold(t.text, "key"):
			err = p.skipClause()
		case p.found:
			err = t.fault(ErrSeveralKeys)
		default:
			p.found = true
			err = p.keyClause()
		}
		if err != nil {
			return err
		}
	}
}

// skipClause passes over what follows the first word of a clause that is no key, as
// far as the semicolon outside of braces. The last clause may be without: the remarks
// at the end of what ddns-confgen prints are.
func (p *keyParser) skipClause() error {
	for depth := 0; ; {
		t := p.next()
		switch t.kind {
		case open:
			depth++
		case shut:
			depth--
		}
		switch {
		case depth < 0, t.kind == end && depth > 0:
			return t.fault(ErrKeySyntax)
		case t.kind == end, t.kind == semicolon && depth == 0:
			return nil
		}
	}
}

// keyClause = name "{" { statement } "}" ";"
func (p *keyParser) keyClause() error {
	name := p.next()
	if !isKeyName(name.text) { // nor is the text of punctuation, which is empty
		return name.fault(ErrKeyName)
	}
	p.key.Name = name.text
	if err := p.expect(open); err != nil {
		return err
	}
	for {
		t := p.next()
		if t.kind == shut {
			if p.key.Algorithm == "" || p.key.Secret == nil {
				return t.fault(ErrKeySyntax)
			}
			return p.expect(semicolon)
		}
		if err := p.statement(t); err != nil {
			return err
		}
	}
}

// statement = ( "algorithm" | "secret" ) value ";"
func (p *keyParser) statement(keyword token) error {
	var err error
	switch {
	case keyword.is("algorithm") && p.key.Algorithm == "":
		p.key.Algorithm, err = parseAlgorithm(p.next())
	case keyword.is("secret") && p.key.Secret == nil:
		p.key.Secret, err = parseSecret(p.next())
	default:
		err = keyword.fault(ErrKeySyntax)
	}
	if err != nil {
		return err
	}
	return p.expect(semicolon)
}

// isKeyName reports whether the text is a domain name that is printed as it stands.
func isKeyName(name string) bool {
	_, ok := dns.IsDomainName(name)
	return ok && name != "." && !strings.ContainsAny(name, " \t")
}

// formerAlgorithms are those that a key file may name and that are not offered: too
// weak, or not for a shared secret.
var formerAlgorithms = []string{"hmac-md5", "hmac-md5.sig-alg.reg.int", "hmac-sha1", "hmac-sha224", "gss-tsig"}

// parseAlgorithm returns the algorithm's name, lower case and without a final dot. The
// error names one that is known and not offered, and nothing else.
func parseAlgorithm(t token) (string, error) {
	if !t.isValue() {
		return "", t.fault(ErrKeySyntax)
	}
	name := strings.TrimSuffix(strings.ToLower(t.text), ".")
	if slices.Contains(algorithms, name+".") {
		return name, nil
	}
	err := t.fault(ErrKeyAlgorithm)
	if slices.Contains(formerAlgorithms, name) || isTruncated(name) {
		err.Algorithm = name
	}
	return "", err
}

// isTruncated reports whether the name is of an algorithm whose MAC is cut to a number
// of bits, such as hmac-sha256-128: no way of BIND's to say so is offered.
func isTruncated(name string) bool {
	at := strings.LastIndexByte(name, '-')
	if at < 0 {
		return false
	}
	base, bits := name[:at], name[at+1:]
	n, err := strconv.Atoi(bits)
	return err == nil && n > 0 && n <= 512 && strconv.Itoa(n) == bits &&
		(slices.Contains(algorithms, base+".") || slices.Contains(formerAlgorithms, base))
}

// parseSecret decodes the secret. The decoder would skip line ends; the tokens have
// none.
func parseSecret(t token) ([]byte, error) {
	if !t.isValue() {
		return nil, t.fault(ErrKeySyntax)
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(t.text)
	if err != nil || len(secret) == 0 {
		return nil, t.fault(ErrKeySecret) // the decoder's error tells where a foreign character is, not which
	}
	return secret, nil
}
