package vendorstatus

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
)

// A label is what stands before the colon of a known line.
type label int

const (
	labelDomain label = iota
	labelKey
	labelInterval
	unknownLabel
)

var labels = []string{
	labelDomain:   "DR activation domain",
	labelKey:      "DR publickey uploaded",
	labelInterval: "DR Max auth interval secs",
}

func labelOf(text string) label {
	text = strings.Join(strings.Fields(text), " ")
	i := slices.IndexFunc(labels, func(known string) bool { return strings.EqualFold(known, text) })
	if i < 0 {
		return unknownLabel
	}
	return label(i)
}

// A reader collects answers line by line.
type reader struct {
	page      string
	all       []Status
	current   *Status
	commanded bool               // current began with a command
	has       [unknownLabel]bool // the known lines that current has
	answered  bool               // one of all has a known line
	refused   bool               // curl reported an error of its own
}

// read takes a line, which is counted from 1.
func (r *reader) read(number int, line string) {
	setting := strings.HasPrefix(line, "DR ") && strings.ContainsAny(line, ":=")
	switch {
	case setting:
		r.setting(number, line)
	case strings.HasPrefix(line, "curl: ("):
		r.refused = true
		r.end()
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
func (r *reader) setting(number int, line string) {
	at := strings.IndexAny(line, ":=")
	name, value := line[:at], strings.TrimSpace(line[at+1:])
	known := labelOf(name)
	if known != unknownLabel && r.has[known] {
		r.end()
	}
	if r.current == nil {
		r.current = &Status{Page: r.page, Line: number}
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

// inAnswer reports whether current has a known line.
func (r *reader) inAnswer() bool { return slices.Contains(r.has[:], true) }

// end closes the current answer. Without a known line it is none: it is kept where a command
// asked for one.
func (r *reader) end() {
	if r.current == nil {
		return
	}
	r.current.Unanswered = !r.inAnswer()
	if r.inAnswer() || r.commanded {
		r.all = append(r.all, *r.current)
	}
	r.answered = r.answered || r.inAnswer()
	r.current, r.commanded, r.has = nil, false, [unknownLabel]bool{}
}

// whyNone says why a file without an answer has none.
func (r *reader) whyNone(data []byte) *Kind {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF")))
	switch {
	case len(text) == 0:
		return ErrEmpty
	case bytes.IndexByte(data, 0) >= 0:
		return ErrUTF16
	case text[0] == '<':
		return ErrHTML
	case r.refused:
		return ErrRefused
	}
	return ErrNoStatus
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

// terminalControl matches what a recorded terminal session holds beside the text: control
// sequences (ECMA-48 §5.4) and the operating system commands that set a title.
var terminalControl = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)`)

// plain is a line without line end, byte order mark, control sequences, and the marks that
// mail programs quote with.
func plain(line []byte) string {
	line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF"))
	line = terminalControl.ReplaceAll(line, nil)
	line = bytes.ReplaceAll(line, []byte("\r"), nil)
	text := strings.TrimSpace(strings.ToValidUTF8(string(line), "\uFFFD"))
	for strings.HasPrefix(text, "> ") {
		text = strings.TrimSpace(text[len("> "):])
	}
	return text
}
