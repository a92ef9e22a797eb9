package main

import (
	"fmt"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// askConfirmation shows all that was answered, and wants a word that nobody types in
// passing.
func (w *wizard) askConfirmation() *question {
	return &question{
		title:      "Is this right?",
		about:      w.summary(),
		prompt:     "yes to make it, no to end",
		help:       "yes signs the records and writes the files, and publishes nothing. no ends here, and nothing is written.",
		deliberate: true,
		accept:     w.acceptConfirmation,
	}
}

func (w *wizard) acceptConfirmation(answer string) error {
	switch {
	case strings.EqualFold(answer, "no"):
		return errQuit
	case !strings.EqualFold(answer, "yes"):
		return refusal(fmt.Errorf("%s is neither yes nor no", quoted(answer)), "type the whole word, or back to change something")
	case w.end.at.IsZero():
		return nil
	}
	return w.checkEnd(w.end.at, w.env.now()) // the question may have stood for hours
}

// summary is all that was answered, a line each.
func (w *wizard) summary() string {
	a, now := w.activation(), w.env.now()
	lines := []string{
		"Domain: " + w.domain,
		"Status: " + w.status + ", " + statusMeanings[w.status],
		"For: " + productNames[a.Type],
	}
	if !w.noInternet {
		lines = append(lines, "Internet Access traffic meanwhile: "+w.forwardingInWords())
	}
	lines = append(lines,
		"From: "+startInWords(a, now),
		"Until: "+endInWords(a, now),
		"TTL: "+w.record.ttl,
		"Signed: "+w.signerInWords(),
		"Text file: "+quoted(w.files()[0]),
		"JSON file: "+quoted(w.files()[1]),
	)
	if !w.isOff() {
		lines = append(lines, "Warning: when they are published, "+sessionsDrop+" "+noWayBack)
		if a.End.IsZero() {
			lines = append(lines, "Warning: no end. "+replayedLater)
		}
	}
	return strings.Join(lines, "\n")
}

// activation is what the records are to say.
func (w *wizard) activation() txtrecord.Activation {
	return txtrecord.Activation{Type: w.product(), Status: txtrecord.Status(w.status), Start: w.start.at, End: w.end.at}
}

func (w *wizard) forwardingInWords() string {
	if w.forwarding == portalSetting {
		return "as set in the vendor's portal"
	}
	return w.forwarding
}
