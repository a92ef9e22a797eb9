// Package interop holds the program against programs that nobody here wrote:
// openssl, dig, BIND, NSD and the checkers of zone files. Its tests need the build
// tag interop and those programs, and fail where one is missing.
package interop
