package vendorstatus

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
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

// separators stand between a label and its value; the last is the full-width colon that
// input methods write.
const separators = ":=\uFF1A"

// curlError begins what curl says when there was no answer.
const curlError = "curl: ("

var (
	// formOf matches a label that something follows as a value follows: a separator, quotes
	// and one, or the wide blank of a table. It is what a line is looked through for.
	formOf = func() (forms [unknownLabel]*regexp.Regexp) {
		for i, label := range labels {
			words := strings.Join(strings.Fields(label), `\s+`)
			forms[i] = regexp.MustCompile(`(?i)\b` + words + `(["'\x60*]*\s*[` + separators + `|]|["'\x60*]*\t|["'\x60*]*\s{2})`)
		}
		return forms
	}()
	// beginning matches where an answer's line or curl's error begins, whatever stands before.
	beginning = regexp.MustCompile(`(?i)\bDR\s+(activation\s+domain|publickey\s+uploaded|Max\s+auth\s+interval\s+secs)\b|\bcurl: \(`)
	// plainPrefix matches what programs that ask several hosts put before each line, and what
	// is left of a list or a table: "pse-2: ", "10.0.0.7 | ", "[pse-2] ", "- ", "| ".
	plainPrefix = regexp.MustCompile(`^([\pL\pN@._:/\[\]()-]{1,255}[:|>\]] ?|[\pL\pN@._:/-]{1,255} [|>] ?|[-*•|>] ?)*$`)
)

// parted is a line without what stands before the part that is looked at, and that prefix.
func parted(line string) (prefix, rest string) {
	if hasSettingName(line) {
		return "", line
	}
	at := beginning.FindStringIndex(line)
	if at == nil {
		return "", line
	}
	return line[:at[0]], line[at[0]:]
}

func isPlainPrefix(prefix string) bool { return plainPrefix.MatchString(prefix) }

func hasSettingName(line string) bool {
	return len(line) > 3 && strings.EqualFold(line[:3], "DR ")
}

// isSetting reports whether a line is one of an answer: a known label and a separator, or one
// that begins as the known ones do.
func isSetting(line string) bool {
	at := strings.IndexAny(line, separators)
	return at > 0 && (strings.HasPrefix(line, "DR ") || labelOf(line[:at]) != unknownLabel)
}

// holdsSetting reports whether a known label stands in a line as a value would follow.
func holdsSetting(line string) bool {
	return slices.ContainsFunc(formOf[:], func(form *regexp.Regexp) bool { return form.MatchString(line) })
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
