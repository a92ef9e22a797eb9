package verify

import (
	"cmp"
	"errors"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
)

// A Severity ranks a finding. Only an Error changes the exit status.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// A Code is the stable name of a kind of finding.
type Code string

// A Finding is one thing that was seen, with what to do next.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Server is where it was seen, empty where it is about the records as such.
	Server string `json:"server,omitempty"`
	// Message says what was seen. Text from outside is quoted in it.
	Message string `json:"message"`
	// Advice says what to do next.
	Advice string `json:"advice"`
	// Err is the typed error behind it, if any, such as a [*txtrecord.RecordError].
	Err error `json:"-"`
}

// Codes of findings that are not faults of the format; those bear the codes of
// [txtrecord.Fault].
const (
	CodeCutAtSemicolon     Code = "cut-at-semicolon"
	CodeLiteralBackslash   Code = "literal-backslash"
	CodeQuotedTwice        Code = "quoted-twice"
	CodeByteOrderMark      Code = "byte-order-mark"
	CodeSpaceInSignature   Code = "space-in-signature"
	CodeSpaces             Code = "spaces"
	CodePartsInOneRecord   Code = "parts-in-one-record"
	CodeSplitOverRecords   Code = "split-over-records"
	CodeMoreFaults         Code = "more-faults"
	CodeForeign            Code = "foreign-txt"
	CodeSeveralStrings     Code = "several-strings"
	CodeNotCanonical       Code = "not-canonical"
	CodeTagNotSigned       Code = "tag-not-signed"
	CodeAmbiguousScheme    Code = "ambiguous-scheme"
	CodeTypeUnknown        Code = "type-unknown"
	CodeUnchecked          Code = "unchecked"
	CodeUnsigned           Code = "unsigned"
	CodeNoRecord           Code = "no-record"
	CodeFoundElsewhere     Code = "found-elsewhere"
	CodeScheduled          Code = "scheduled"
	CodeExpired            Code = "expired"
	CodeClockNearStart     Code = "clock-near-start"
	CodeClockNearEnd       Code = "clock-near-end"
	CodeEndsSoon           Code = "ends-soon"
	CodeNotAsExpected      Code = "not-as-expected"
	CodeKeyDiffers         Code = "key-differs"
	CodeSchemeDiffers      Code = "scheme-differs"
	CodeActivationDiffers  Code = "activation-differs"
	CodeTTLShort           Code = "ttl-short"
	CodeTTLLong            Code = "ttl-long"
	CodeTTLUnequal         Code = "ttl-unequal"
	CodeTTLBeyondEnd       Code = "ttl-beyond-end"
	CodeServersDiffer      Code = "servers-differ"
	CodeServerSilent       Code = "server-silent"
	CodeServerLame         Code = "server-lame"
	CodeServerFailed       Code = "server-failed"
	CodeServerIntercepted  Code = "server-intercepted"
	CodeServerUnreachable  Code = "server-unreachable"
	CodeNotAsked           Code = "not-asked"
	CodeServerNameUnknown  Code = "server-name-unknown"
	CodeServerUnacceptable Code = "server-reply-unacceptable"
	CodeCNAME              Code = "cname"
	CodeTCPNeeded          Code = "tcp-needed"
	CodeEDNSRefused        Code = "edns-refused"
	CodeUDPBlocked         Code = "udp-blocked"
	CodeRetriesNeeded      Code = "retries-needed"
	CodeAnswerLarge        Code = "answer-large"
	CodeTooManyRecords     Code = "too-many-records"
	CodeFamilyUnreachable  Code = "family-unreachable"
	CodeWildcard           Code = "wildcard"
	CodeTrailingDot        Code = "trailing-dot-missing"
	CodeSerialsDiffer      Code = "serials-differ"
	CodeNoAddress          Code = "no-address"
	CodeAddressesDiffer    Code = "addresses-differ"
	CodeAddressesNotAsked  Code = "addresses-not-asked"

	CodeRecordsNotExpected   Code = "records-not-expected"
	CodeAddressesNotExpected Code = "addresses-not-expected"
	CodeTTLNotExpected       Code = "ttl-not-expected"

	CodeDelegation             Code = "delegation"
	CodeDelegationUnknown      Code = "delegation-unknown"
	CodeDelegationFromResolver Code = "delegation-from-resolver"
	CodeDelegationDiffers      Code = "delegation-differs"
	CodeGlueDiffers            Code = "glue-differs"
	CodeNoZone                 Code = "no-zone"
	CodeTooManyServers         Code = "too-many-servers"

	CodeResolverLags          Code = "resolver-lags"
	CodeResolverDiffers       Code = "resolver-differs"
	CodeResolverUnsteady      Code = "resolver-unsteady"
	CodeResolverNotAsked      Code = "resolver-not-asked"
	CodeServedStale           Code = "served-stale"
	CodeCertificate           Code = "certificate-invalid"
	CodeBogus                 Code = "dnssec-bogus"
	CodeAuthenticated         Code = "dnssec-authenticated"
	CodeSplitHorizon          Code = "split-horizon"
	CodeAuthoritativeNotAsked Code = "authoritative-not-asked"
)

// A CodeInfo describes a kind of finding.
type CodeInfo struct {
	Code Code
	// Severity is the usual one; unsigned and unchecked are lowered where a flag
	// accepts them, no-address where the set is for Internet Access alone.
	Severity Severity
	// Advice is what to do next.
	Advice string
}

const (
	adviceSignAgain = "publish the set again, whole, as `drtxt record` prints it"
	adviceReplace   = "replace the whole record set by one set; a tool that appends leaves the old one standing"
)

// catalogue lists the codes in the order of the checks.
var catalogue = []CodeInfo{
	{CodeCutAtSemicolon, Error, "the value was cut at its first semicolon: put it in double quotes where it was entered, and publish again"},
	{CodeLiteralBackslash, Error, "the value was published with literal backslashes: enter it without them, and publish again"},
	{CodeQuotedTwice, Error, "the value was published with quotes inside: enter it without quotes, or with one pair, and publish again"},
	{CodeByteOrderMark, Error, "an editor put a byte order mark before the value: save as plain ASCII, and publish again"},
	{CodeSpaceInSignature, Error, "the value was split at a space, or + was decoded to one: paste the line as one piece, and publish again"},
	{CodeSpaces, Error, "take the spaces out of the value, and publish again"},
	{CodePartsInOneRecord, Error, "both parts stand in one record as two strings: publish two records of one string each"},
	{CodeSplitOverRecords, Error, "one value was cut into several records: publish each value whole, as one record of one string"},
	{CodeMoreFaults, Error, "mend the faults above first"},
	{CodeForeign, Warning, "keep the disaster recovery name free of other TXT records; they were left alone"},
	{CodeSeveralStrings, Warning, "publish each record as one character-string; whether clients join several is not documented"},
	{CodeNotCanonical, Warning, "nothing to do if the vendor's tool made it; otherwise sign again with `drtxt record`"},
	{CodeTagNotSigned, Warning, "whoever controls the DNS can change this tag; choose a scheme that covers it if the vendor's tool allows"},
	{CodeAmbiguousScheme, Warning, "digits can move between the tags under the same signature; use this scheme only if no other verifies"},
	{CodeTypeUnknown, Warning, "sign again with --type, so that the records say which product they are for"},
	{CodeUnchecked, Error, "name the public key with --public FILE"},
	{CodeUnsigned, Error, "sign the record with `drtxt record --key FILE`, or accept it with --allow-unsigned"},
	{CodeNoRecord, Info, "publish a set made by `drtxt record`; a standing off record spares a later activation the negative caching"},
	{CodeFoundElsewhere, Warning, "check how the domain was written"},
	{CodeScheduled, Warning, "wait for the start, or publish a set that starts now"},
	{CodeExpired, Warning, "renew it, or publish off"},
	{CodeClockNearStart, Warning, "clients whose clock is off see the start earlier or later; check again in a few minutes"},
	{CodeClockNearEnd, Warning, "clients whose clock is off see the end earlier or later; renew it if it is still needed"},
	{CodeEndsSoon, Warning, "renew it if it is still needed"},
	{CodeNotAsExpected, Error, "publish the set that is wanted, or correct the expectation"},
	{CodeKeyDiffers, Error, "find out which key the portal has, and verify or sign with that one"},
	{CodeSchemeDiffers, Error, "verify with the scheme the set was signed under (--scheme), or sign again"},
	{CodeActivationDiffers, Warning, "the values count, not the file's description of them; make the file again with `drtxt record --format json`"},
	{CodeTTLShort, Warning, "set a TTL of 30 s to 15 min"},
	{CodeTTLLong, Warning, "set a TTL of 30 s to 15 min; is this the provider's default? clients may keep the old answer this long"},
	{CodeTTLUnequal, Warning, "give every record of the set the same TTL (RFC 2181 section 5.2)"},
	{CodeTTLBeyondEnd, Warning, "caches may hold the set beyond its end; shorten the TTL"},
	{CodeServersDiffer, Error, "wait for the secondaries, or look at the transfer to the server that differs; " + adviceReplace},
	{CodeServerSilent, Warning, "check that the server runs and that port 53 is open on the way to it"},
	{CodeServerLame, Warning, "the server does not serve this zone: correct the delegation, or name an authoritative server"},
	{CodeServerFailed, Warning, "look at the server's log; ask again in a minute"},
	{CodeServerIntercepted, Warning, "port 53 seems intercepted here, or the server is a resolver: ask over HTTPS with --resolver https://HOST/dns-query, or from another network"},
	{CodeServerUnreachable, Warning, "check the address, and that a route and port 53 are open on the way to it"},
	{CodeNotAsked, Warning, "nothing is known of the server by that: ask fewer at once (--concurrency), allow more open files (ulimit -n), or give it more time (--timeout)"},
	{CodeServerNameUnknown, Warning, "give the server's address instead of its name; where the delegation names it, give the host an address, or take it out of the delegation"},
	{CodeServerUnacceptable, Warning, "the server is broken, or something on the way alters DNS messages: look with dig, and ask from another network"},
	{CodeTCPNeeded, Warning, "resolvers that cannot use TCP on port 53 do not see the records; keep the name free of other TXT records"},
	{CodeEDNSRefused, Warning, "the server does not know EDNS (RFC 6891): update it, or what stands before it"},
	{CodeCNAME, Error, "take the CNAME away: the records must stand at the name itself"},
	{CodeUDPBlocked, Warning, "open UDP port 53 on the way to the server; resolvers ask over UDP first, and clients see the records late or not at all where it is closed to everybody"},
	{CodeRetriesNeeded, Warning, "look at the way to the server and at its load; clients wait as long for their answers"},
	{CodeAnswerLarge, Info, "nothing to do: resolvers ask with EDNS; keep the name free of other TXT records"},
	{CodeTooManyRecords, Error, "take the other TXT records away from the disaster recovery name"},
	{CodeFamilyUnreachable, Warning, "if others cannot reach the servers either, mend them or take the addresses out of the DNS"},
	{CodeWildcard, Warning, "give the name records of its own: the wildcard answers for every name beside it too"},
	{CodeTrailingDot, Warning, "enter the owner name with its final dot, or relative to the zone, and publish again; take the misplaced records away"},
	{CodeSerialsDiffer, Info, "wait for the zone transfer; if it stays, look at the secondary's log"},
	{CodeNoAddress, Warning, "publish A records at the name with the public addresses of the Private Service Edges that are designated for disaster recovery: `drtxt edges FILE --domain DOMAIN` makes them of an export or an inventory"},
	{CodeAddressesDiffer, Warning, "wait for the secondaries, or look at the transfer to the server that differs; nothing to do if this is meant"},
	{CodeAddressesNotAsked, Warning, "ask again; look at why the server does not answer for this type"},
	{CodeRecordsNotExpected, Error, adviceReplace},
	{CodeAddressesNotExpected, Error, "publish the addresses that were expected, or correct the expectation"},
	{CodeTTLNotExpected, Error, "publish the set with the TTL that was expected; is this the provider's default?"},
	{CodeDelegation, Info, "nothing to do"},
	{CodeDelegationUnknown, Warning, "check the domain's spelling, or name the zone's servers with --server HOST; where port 53 is blocked, ask over HTTPS with --resolver https://HOST/dns-query"},
	{CodeDelegationFromResolver, Warning, "the servers are those that this network's resolver names: to be sure, verify from another network, or name the zone's servers with --server HOST"},
	{CodeDelegationDiffers, Warning, "make the registrar's list of name servers and the zone's own NS records the same"},
	{CodeGlueDiffers, Warning, "correct the name server's addresses at the registrar, or in its own zone"},
	{CodeNoZone, Warning, "check the spelling of the domain, and that it is registered and delegated"},
	{CodeTooManyServers, Error, "take name servers and addresses that do not serve the zone out of the delegation and of the zone's own NS records"},
	{CodeResolverUnsteady, Warning, "ask it a few times: several caches, or something on the way, answer in turn"},
	{CodeResolverLags, Warning, "wait until its cache has expired, then verify again; `drtxt watch` does"},
	{CodeResolverDiffers, Error, "find out what this resolver asks: another view of the zone, or an override of its own"},
	{CodeResolverNotAsked, Warning, "check that the resolver runs and is reachable from here, over HTTPS at this path; the system's own may be part of what has failed: name another with --resolver URL"},
	{CodeServedStale, Warning, "the resolver cannot reach the authoritative servers, or keeps answers beyond their time: look at it, or empty its cache"},
	{CodeCertificate, Warning, "name the resolver by the name or address that its certificate is for; a private authority can be named in SSL_CERT_FILE"},
	{CodeBogus, Error, "DNSSEC validation fails: clients behind validating resolvers see nothing; sign the zone again, or correct the DS record at the parent"},
	{CodeAuthenticated, Info, "nothing to do"},
	{CodeSplitHorizon, Warning, "clients in this network see another zone than the world: publish in both, or make sure that this is meant"},
	{CodeAuthoritativeNotAsked, Warning, "open port 53 to the authoritative servers, or ask from another network; a resolver shows what its own clients see, no more"},
}

// faultAdvice is what to do about the faults of the format, one by one or by class:
// the first that fits.
var faultAdvice = []struct {
	class  error
	advice string
}{
	{txtrecord.PartRepeated, "publish each record once; a tool that appends leaves the old one standing"},
	{txtrecord.ErrIncomplete, "publish both parts, as two TXT records at the same name, each once"},
	{txtrecord.OtherDomain, "publish the set that was made for this domain, or verify at the one that d names"},
	{txtrecord.ErrMismatch, adviceSignAgain + "; these are halves of two sets, or one of them was altered"},
	{txtrecord.ErrConflict, adviceReplace},
	{txtrecord.ErrSignature, "compare the key's fingerprint and the scheme with those that the set was made with; if both are right, the records were altered: publish them again"},
	{txtrecord.ErrSyntax, adviceSignAgain + "; if they stand as they were printed, sign again"},
}

// Codes lists every kind of finding: those of the format first.
func Codes() []CodeInfo {
	var all []CodeInfo
	for _, fault := range txtrecord.Faults() {
		if info, ok := faultInfo(fault); ok {
			all = append(all, info)
		}
	}
	return append(all, catalogue...)
}

// Lookup returns the description of a code.
func Lookup(code Code) (CodeInfo, bool) {
	for _, info := range catalogue {
		if info.Code == code {
			return info, true
		}
	}
	for _, fault := range txtrecord.Faults() {
		if Code(fault.Code()) == code {
			return faultInfo(fault)
		}
	}
	return CodeInfo{}, false
}

// faultInfo describes a fault of the format. Deviations from canonical form have
// no code of their own: they are all not-canonical.
func faultInfo(fault txtrecord.Fault) (CodeInfo, bool) {
	for _, f := range faultAdvice {
		if errors.Is(fault, f.class) {
			return CodeInfo{Code(fault.Code()), Error, f.advice}, true
		}
	}
	return CodeInfo{}, false
}

// newFinding returns a finding of the code's usual severity and advice.
func newFinding(code Code, message string) Finding {
	info, ok := Lookup(code)
	if !ok {
		panic("verify: no such code: " + string(code))
	}
	return Finding{Code: code, Severity: info.Severity, Message: message, Advice: info.Advice}
}

// Rank orders severities: the gravest has the lowest.
func (s Severity) Rank() int {
	return slices.Index([]Severity{Error, Warning, Info}, s)
}

// sortFindings puts the gravest first and otherwise keeps the order of the checks.
func sortFindings(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Compare(a.Severity.Rank(), b.Severity.Rank())
	})
}

// acknowledge lowers acknowledged warnings to information.
func acknowledge(findings []Finding, codes []Code) {
	for i := range findings {
		if f := &findings[i]; f.Severity == Warning && slices.Contains(codes, f.Code) {
			f.Severity = Info
		}
	}
}

// hasError reports whether a finding changes the exit status.
func hasError(findings []Finding) bool {
	return slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity == Error })
}
