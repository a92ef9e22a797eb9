// Package interop holds the program against programs that nobody here wrote: openssl,
// dig, kdig and nsupdate, the servers BIND, NSD, Knot, PowerDNS and Unbound, the checkers
// of zone files, and what the output formats are for: node, aws, curl, jq. Its tests need the build tag interop and those programs, and
// fail where one is missing. The servers listen on loopback alone; those of the tests
// that follow a delegation have a network of their own, which takes root, or
//
//	unshare --user --map-root-user make interop INTEROP=./internal/interop
package interop
