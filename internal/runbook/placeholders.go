package runbook

import (
	"iter"
	"regexp"
	"slices"
	"sync"
)

// The words in capitals that stand in commands for what was not known when the kit was
// made. The page explains those that it has.
const (
	NameServer   = "YOUR-NAME-SERVER"
	TSIGFile     = "KEY_FILE"
	PublicKeyPEM = "PUBLIC_KEY"
)

// Those for what is only known when they are needed.
const (
	anyNameServer = "NAME-SERVER"
	privateKeyPEM = "PRIVATE_KEY"
	newFolder     = "FOLDER"
	fileOfNow     = "FILE"
)

// A placeholder is a word in capitals, with what it stands for.
type placeholder struct {
	word    string
	meaning text
}

// placeholders are all that can stand on the page, those of the guides of the formats
// among them.
func placeholders() []placeholder {
	return []placeholder{
		{PublicKeyPEM, say("the file of the public key, such as `dr_publickey.pem`")},
		{NameServer, say("the zone's primary name server, which takes updates")},
		{TSIGFile, say("the file of the TSIG key, by which that server knows who may change the zone")},
		{anyNameServer, say("each of the zone's name servers in turn")},
		{privateKeyPEM, say("the file of the private key. Where a token or an agent holds it, the flags for that take the place of `--key`")},
		{newFolder, say("a folder outside this one that is not there yet")},
		{fileOfNow, say("the file of the window of now, which [%s] names", headingRecords)},
		{"ZONE_ID", say("what the DNS provider calls the zone")},
		{"HEADER_FILE", say("a file that you alone can read, with the line that is named there")},
		{"TOKEN", say("the token that the DNS provider has given you")},
		{"KEY", say("the key of the name server's API")},
		{"CONFIG_FILE", say("the configuration of octoDNS")},
	}
}

// vocabulary explains those words in capitals that the parts have; nil if they have none.
func vocabulary(parts []part) []block {
	found := map[string]bool{}
	for _, part := range parts {
		for text := range textsOf(part.blocks) {
			for _, word := range wholeWord().FindAllString(text, -1) {
				found[word] = true
			}
		}
	}
	t := table{name: "Words in capitals are to be filled in", head: []string{"Word", "Stands for"}}
	for _, p := range placeholders() {
		if found[p.word] {
			t.rows = append(t.rows, row{cells: []text{say("`%s`", p.word), p.meaning}})
		}
	}
	switch {
	case t.rows == nil:
		return nil
	case !found[PublicKeyPEM] && !found[NameServer] && !found[TSIGFile]:
		return []block{t}
	}
	return []block{t, paragraph(say("What was not known when this kit was made may stand in the configuration of drtxt. Then leave it out, together with its flag."))}
}

// wholeWord is a word with its hyphens and underscores, so that none is found in another.
var wholeWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z0-9_-]+`) })

// textsOf are the commands and the pieces of text in blocks, but for those of records.
func textsOf(blocks []block) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, b := range blocks {
			for _, text := range textsIn(b) {
				if !yield(text) {
					return
				}
			}
		}
	}
}

func textsIn(b block) []string {
	var texts []text
	switch b := b.(type) {
	case command:
		return b
	case step:
		return slices.Collect(textsOf(b.blocks))
	case paragraph:
		texts = []text{text(b)}
	case notice:
		texts = []text{text(b)}
	case outcome:
		texts = []text{text(b)}
	case remedy:
		texts = append(b.ways, b.lead)
	case list:
		texts = b.entries
	}
	var pieces []string
	for _, t := range texts {
		for _, s := range t {
			pieces = append(pieces, s.text)
		}
	}
	return pieces
}
