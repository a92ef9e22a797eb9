package vendorstatus

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// A reader collects answers line by line.
type reader struct {
	page      string
	all       []Status
	current   *Status
	commanded bool               // current began with a command, or has curl's error
	prefix    string             // what stands before the lines of current, such as the name of its host
	has       [unknownLabel]bool // the known lines that current has
	answered  bool               // one of all has a known line
	refused   bool               // curl reported an error of its own
}

// read takes a line, which is counted from 1.
func (r *reader) read(number int, line string) {
	prefix, rest := parted(line)
	switch {
	case isSetting(rest) && isPlainPrefix(prefix):
		r.setting(number, prefix, rest)
	case holdsSetting(rest):
		r.unread(number, rest)
	case strings.HasPrefix(rest, curlError):
		r.failed(number)
	case r.inAnswer() && endsInPrompt(line):
		r.end()
	}
	// A command can stand behind an answer that ends without a line break.
	if isCommand(line) {
		r.end()
		r.current, r.commanded = &Status{Page: r.page, Line: number}, true
	}
}

// setting takes a line of an answer.
func (r *reader) setting(number int, prefix, line string) {
	at := strings.IndexAny(line, separators)
	_, width := utf8.DecodeRuneInString(line[at:])
	name, value := line[:at], strings.TrimSpace(line[at+width:])
	if strings.Contains(prefix, "|") { // the row of a table
		value = strings.TrimSpace(strings.TrimSuffix(value, "|"))
	}
	known := labelOf(name)
	if known != unknownLabel && (r.has[known] || r.inAnswer() && prefix != r.prefix || r.isUnread()) {
		r.end()
	}
	if r.current == nil {
		r.current = &Status{Page: r.page, Line: number}
	}
	if known != unknownLabel {
		r.prefix = prefix
	}
	if known != unknownLabel {
		if !r.inAnswer() {
			r.current.Line = number
		}
		r.has[known] = true
	}
	if !r.current.set(known, value) {
		r.current.Unknown = append(r.current.Unknown, named(name))
	}
}

// unread takes a line that holds known labels in a form that is not read.
func (r *reader) unread(number int, line string) {
	if r.inAnswer() {
		r.end()
	}
	for known := range unknownLabel {
		if !formOf[known].MatchString(line) {
			continue
		}
		if r.current != nil && slices.Contains(r.current.Unread, labels[known]) { // another host's
			r.end()
		}
		if r.current == nil {
			r.current = &Status{Page: r.page}
		}
		if !r.isUnread() {
			r.current.Line = number
		}
		r.current.Unread = append(r.current.Unread, labels[known])
	}
}

func (r *reader) isUnread() bool { return r.current != nil && len(r.current.Unread) > 0 }

// failed takes an error of curl in the place of an answer.
func (r *reader) failed(number int) {
	r.refused = true
	if r.inAnswer() || r.isUnread() {
		r.end()
	}
	if r.current == nil {
		r.current = &Status{Page: r.page, Line: number}
	}
	r.current.Failed, r.commanded = true, true
	r.end()
}

// inAnswer reports whether current has a known line.
func (r *reader) inAnswer() bool { return slices.Contains(r.has[:], true) }

// end closes the current answer. Without a known line it is none: it is kept where a command
// asked for one, and where lines were not read.
func (r *reader) end() {
	if r.current == nil {
		return
	}
	r.current.Unanswered = !r.inAnswer()
	if r.inAnswer() || r.commanded || r.isUnread() {
		r.all = append(r.all, *r.current)
	}
	r.answered = r.answered || r.inAnswer()
	r.current, r.commanded, r.prefix, r.has = nil, false, "", [unknownLabel]bool{}
}

// set takes the value of a line over; it reports whether it knows line and value.
func (s *Status) set(known label, value string) bool {
	switch known {
	case labelDomain:
		s.Domain = domainOf(value)
		return true
	case labelKey:
		s.KeyUploaded = choiceOf(value)
		return s.KeyUploaded != apiexport.Absent
	case labelInterval:
		s.MaxAuthentication, s.HasMaxAuthentication = intervalOf(value)
		return s.HasMaxAuthentication
	}
	return false
}

// noDomain is what programs write where a text is missing.
var noDomain = []string{"(null)", "null", "none"}

func domainOf(value string) string {
	if slices.Contains(noDomain, strings.ToLower(value)) {
		return ""
	}
	return value
}

func choiceOf(value string) apiexport.Choice {
	switch strings.ToLower(value) {
	case "yes", "true", "1":
		return apiexport.Yes
	case "no", "false", "0":
		return apiexport.No
	}
	return apiexport.Absent
}

// intervalOf reads a number of seconds. The answer may end without a line break, so that the
// next prompt follows the number.
func intervalOf(value string) (interval time.Duration, ok bool) {
	digits := value
	if i := strings.IndexFunc(value, notDigit); i >= 0 {
		if !strings.ContainsAny(value[i:], promptEnds) {
			return 0, false
		}
		digits = value[:i]
	}
	const most = int64(1<<63-1) / int64(time.Second)
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || seconds > most {
		return 0, false
	}
	return time.Duration(seconds) * time.Second, true
}

func notDigit(r rune) bool { return r < '0' || r > '9' }

// promptEnds are the last characters of usual prompts.
const promptEnds = "$#%>"

func endsInPrompt(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && strings.ContainsAny(line[len(line)-1:], promptEnds)
}

// isCommand reports whether a line is one at which the settings are asked for.
func isCommand(line string) bool {
	return strings.Contains(line, "curl") && strings.Contains(line, "zpn_dr/show_configuration")
}

// named is what an unknown line is called by. What stands behind the name is not kept: it can
// be a secret.
func named(name string) string {
	const most = 60
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most]) + "…"
	}
	return strings.TrimSpace(name)
}
