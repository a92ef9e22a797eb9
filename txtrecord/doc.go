// Package txtrecord reads, writes, signs and verifies the DNS TXT records that
// switch Zscaler Internet Access and Zscaler Private Access into disaster
// recovery and back. It uses the standard library alone.
//
// # The format
//
// The format is the vendor's. What follows marks what the vendor has published,
// what it leaves open, and what this package decided.
//
// A record is a list of tag=value pairs separated by semicolons, without spaces
// [published]:
//
//	v   version, always 1
//	k   activation type: zia, zpa or all; absent from the oldest sample
//	b   status: on, off or test
//	d   the disaster recovery domain; optional
//	m   Internet Access forwarding: fo (fail-open) or fc (fail-close); optional
//	t   start, seconds since the epoch, inclusive; optional
//	x   end, seconds since the epoch, inclusive; optional
//	n   number of parts, 2; signed records only
//	p   index of this part, 1 or 2; signed records only
//	bh  this part of the signature, base64; signed records only
//
// An unsigned record has the tags up to x and nothing after. A signed set is two
// records at the same name. Their bh values, joined in the order of p and then
// decoded, are an RSA signature of 256 bytes over SHA-256 [published]; [Join]
// does so.
//
// # What is signed
//
// The vendor's pages contradict each other about the bytes under the signature,
// and do not name the padding [open]. A [Scheme] is one reading of them. The
// default, prefix, takes the exact bytes of part 1 before "n=", the semicolon
// included, under RSASSA-PKCS1-v1_5 (RFC 8017 §8.2): it is the literal reading,
// and not confirmed against the vendor's tool.
//
// # What is written
//
// [Sign] and [Unsigned] write one canonical form: tags in the order of the table,
// no trailing semicolon, integers without leading zeros, part 1 filled to 240
// bytes and no record over 254 [decided here]. Where d is asked for it stands in
// part 1 alone.
//
// # What is accepted
//
// [Parse] is strict. It refuses versions other than 1, a missing v or b, values
// that are not in the table, duplicate tags, empty values, upper-case tags or
// keywords, spaces, control characters and bytes beyond ASCII, integers with a
// sign, leading zeros or beyond the year 9999, and a start after the end. In a
// signed record the tags end with exactly n, p, bh; unknown tags are refused.
// [Join] refuses parts that are missing or repeated, and parts whose text before
// "n=" differs, except that d may be missing in part 2: nothing unsigned may ride
// along under a valid signature. Every refusal is a [*RecordError] with the tag
// and the byte offset.
//
// What is not refused and yet not as this package writes (another order, k absent,
// an m that the table lacks, a trailing semicolon on an unsigned record, more than
// 254 bytes) is accepted and listed in Deviations.
//
// [Verify] does all of it: nothing verified is an error.
package txtrecord
