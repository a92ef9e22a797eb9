// Package zonefile replaces RRsets at one name in a zone file (a master file, RFC 1035
// §5) in place: every other byte stays as it was, the zone's serial number apart.
//
//	f, err := zonefile.Load("/etc/bind/example.com.zone", "", "dr.example.com", zonefile.Options{})
//	// f.Standing() is what stands; the caller decides what goes and what comes
//	edit, err := f.Edit(changes, time.Now())
//	// edit.WriteDiff shows it; nothing is written yet
//	err = edit.Commit(ctx)
//
// # What is edited
//
// A record that goes takes its whole line with it, or its lines, where parentheses make
// it several, and the comments on them. Lines that are comment alone stay. A record that
// comes is one line: the absolute owner name, TTL, IN, type, and RDATA, for TXT each
// character-string in quotes; separated by tabs where the line in whose place it stands
// has one in front of its type, else by single blanks; with that line's line end. As the
// file's last line it has one too, unless the last line was a record without.
//
// New lines stand in the place of the first line of their set that goes. They stand
// before records of the set that stay, with no other name's record between, because
// name servers that find several TTLs in a set mostly let the first line decide. Where
// nothing of the set stands they follow the other records of the name, and where there
// are none, they are the file's last lines. They move to the end of the file too if
// that spares a line from being written out.
//
// A line that stays and has no owner name, or no TTL where there is no $TTL, takes it
// from lines before it. Where the edit would change what it takes, it is written into
// the line, which a [WrittenOut] warning says. Nothing else is touched.
//
// Name servers differ about what is taken across an $INCLUDE or $GENERATE: some go on
// with the owner name and TTL from before it, some with those of its last record. An
// owner name that the edit would have taken across is written out; where a line at the
// name takes its owner so, the file is refused. While no $TTL of the file itself counts,
// an edit is refused that would change or write out a TTL taken across a $GENERATE, or
// anywhere behind an $INCLUDE, which may have a $TTL in it.
//
// The serial number is replaced digit by digit where it stands, with leading zeros where
// it had them. Its style is told by its value:
//
//   - YYYYMMDDnn (RFC 1912 §2.2) with a calendar date from 1990 to 2099 becomes the day
//     of now in UTC, with nn 00 if the old one has that, else 01;
//   - seconds since the epoch, not before 2000 and no more than an hour after now,
//     become those of now;
//   - anything else, and what is not newer then by serial number arithmetic (RFC 1982
//     §3.2), becomes the old number plus one, passing over 0.
//
// # How it is made sure
//
// A scanner finds where statements stand, the DNS library decides what they mean: what
// the one says about the name has to agree with the other's reading, before and after.
// After the edit all other records are compared in their order, owner name, class, type,
// TTL and RDATA, by a SHA-256 digest over them; the sets at the name have to be those
// asked for. Besides, no line may be served by BIND with another TTL than before: within
// a run of lines of one owner BIND gives all lines of a set the first one's TTL.
//
// Where a file has no $TTL, and neither the SOA record nor a record before it has a TTL,
// the SOA record's minimum stands for TTLs that are not written, as BIND has it. Other
// name servers have rules of their own for files without $TTL: there what an edit keeps
// is BIND's reading, and [WrittenOut] and [NoDefaultTTL] warn of it.
//
// A relative $INCLUDE is looked for beside the file that it stands in, as Knot does, and
// in [Options.IncludeDirectories], as BIND, NSD and PowerDNS do with their working
// directory; of several files that are found so, all have to hold the same. $TTL in an
// included file counts there alone, while BIND and PowerDNS let it count behind the
// $INCLUDE too. PowerDNS also keeps an included file's $ORIGIN behind the $INCLUDE, and
// has its own understanding of an $ORIGIN that is relative, or has a comment behind it:
// what it makes of lines that depend on these is not looked at.
//
// Where nothing stands at the name or below it, but a wildcard answers for it, a
// [WildcardHidden] warning says that it will not any more.
//
// # What is refused
//
// Whatever cannot be edited safely, with an [*Error] whose Kind says why, whose Hint
// says what to do about it, and that names the line where it is about one: a file that
// does not parse, or holds no SOA record, several, or that of another zone; classes
// other than IN; zones signed with DNSSEC or digested by ZONEMD; a CNAME record at the
// name, a zone cut at it or above, a DNAME record above; the name or the SOA record in
// an included file, which is never edited, or in a $GENERATE; included files that cannot
// be read, or differ between the directories they may be in; an $INCLUDE path with "..",
// which is not what it seems behind a symbolic link; an included file whose first record
// has no owner name; in any of the files a NUL byte, a
// carriage return within a line, outside comments and quotes, or a $GENERATE of more than
// 4096 bytes; a directive as the last line, without a line end; TXT, A and AAAA records at
// the name with strings that only line ends or parentheses keep apart, which name servers
// take for two and the DNS library for one; several hard links; owners that this user
// cannot give a new file; and a BIND journal that runs ahead of the file, or cannot be
// understood. The journal is looked for beside the file and beside each symbolic link
// that leads to it, with .jnl behind the path; a journal that the server's configuration
// puts elsewhere is not found.
//
// The DNS library reads less than BIND does: values at the very start of a line within
// parentheses, a comment that touches a value there, and the path of an $INCLUDE in
// quotes are refused as syntax errors; named-compilezone writes such files anew.
//
// # How it is written
//
// The new text goes into a file .drtxt-NAME-* in the same directory, which gets mode,
// owner and extended attributes (access control lists too) of the old one and then its
// place, on the disk before it has it. A symbolic link is followed. The zone file is
// locked by flock(2), so that of two programs that both use this package, or lock
// likewise, one finds out about the other. Windows locks a file NAME.lock beside it
// instead, which stays; and there the new file has the access control list that the
// directory gives it. A process that is killed may leave the .drtxt- file behind, and
// one that fails where files cannot be removed does: its error names the file.
package zonefile
