package configuration

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/duration"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// Each check says what a value must be, in words, or nothing where it is that.

func checkScheme(value string) string {
	if _, err := txtrecord.ParseScheme(value); err != nil {
		return "the name of a scheme, such as prefix or values+nok"
	}
	return ""
}

func checkAbsolute(value string) string {
	if !filepath.IsAbs(value) {
		return "an absolute path"
	}
	return ""
}

func checkVariable(value string) string {
	if !IsVariable(value) {
		return "the name of an environment variable"
	}
	return ""
}

// IsVariable reports whether a text can be the name of an environment variable (POSIX.1,
// XBD §8.1), letters of both cases allowed.
func IsVariable(name string) bool {
	for i, c := range []byte(name) {
		letter := c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

func checkType(value string) string {
	if !slices.Contains([]string{"zia", "zpa", "all"}, value) {
		return "zia, zpa or all"
	}
	return ""
}

func checkForwarding(value string) string {
	if !slices.Contains([]string{"fail-open", "fail-close"}, value) {
		return "fail-open or fail-close"
	}
	return ""
}

// checkLength takes how long something lasts.
func checkLength(value string) string {
	if d, err := duration.Parse(value); err != nil || d <= 0 || d%time.Second != 0 {
		return "a positive duration in whole seconds, such as 8h or 7d"
	}
	return ""
}

// checkDistance takes a duration that may be nothing.
func checkDistance(value string) string {
	if d, err := duration.Parse(value); err != nil || d < 0 {
		return "a duration, such as 2d or 0s"
	}
	return ""
}

func checkTimeout(value string) string {
	if d, err := duration.Parse(value); err != nil || d <= 0 {
		return "a positive duration, such as 30s"
	}
	return ""
}

func checkTTL(value string) string {
	if ttl, err := duration.ParseTTL(value); err != nil || ttl%time.Second != 0 || ttl < time.Second || ttl > 24*time.Hour {
		return "a duration from 1s to 24h in whole seconds, such as 30s"
	}
	return ""
}

func checkZone(value string) string {
	if _, err := domainname.CanonicalZone(value); err != nil {
		return "the name of a zone, such as example.com"
	}
	return ""
}

func checkServer(value string) string {
	if _, err := dnsquery.ParseServer("udp://" + value); err != nil || strings.Contains(value, "/") {
		return "a host, with a port where it is not 53, such as ns1.example.com, 192.0.2.1:53 or [2001:db8::1]:53"
	}
	return ""
}

func checkResolver(value string) string {
	if _, err := dnsquery.ParseServer(value); err != nil {
		return "a resolver, such as udp://192.0.2.1, tcp://192.0.2.1:53, tls://dns.example.net or https://dns.example.net/dns-query"
	}
	return ""
}

func checkAcknowledged(value string) string {
	// unsigned is an error only until a flag accepts it.
	code := verify.Code(value)
	if info, ok := verify.Lookup(code); !ok || info.Severity != verify.Warning && code != verify.CodeUnsigned {
		return "the code of a warning, such as ends-soon"
	}
	return ""
}

// mostWindows is how many windows a kit can have.
const mostWindows = 52

func checkCount(value string) string {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > mostWindows || strconv.Itoa(n) != value {
		return "a number from 1 to " + strconv.Itoa(mostWindows)
	}
	return ""
}

func checkFormat(value string) string {
	if _, ok := export.Lookup(value); !ok {
		return "a format of drtxt record, such as terraform"
	}
	return ""
}

func checkTimezone(value string) string {
	if _, err := time.LoadLocation(value); err != nil || value == "Local" {
		return "the name of a time zone in the IANA database, such as Europe/Berlin"
	}
	return ""
}
