package main

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	startsNow = "now"  // the answer that leaves the start out
	noEnd     = "none" // the answer that leaves the end out

	replayedLater = "Without an end, whoever has these records and can change the DNS can switch it on again, for ever."
)

func (w *wizard) askStart() *question {
	q := &question{
		title:  "When do they begin?",
		prompt: "now, or a time",
		preset: w.start.typed,
		help: `now means as soon as clients look them up. A time is written 2026-12-01 05:10:55, which is UTC, or 2026-12-01T05:10:55+01:00 with its offset; +4h is in four hours.
` + w.clock(),
		accept: w.acceptStart,
	}
	if q.preset == "" {
		q.preset = startsNow
	}
	return q
}

func (w *wizard) clock() string {
	return "The clock of this machine says " + bothTimes(w.env.now().Truncate(time.Second)) + "."
}

func (w *wizard) acceptStart(answer string) error {
	if strings.EqualFold(answer, startsNow) {
		w.start = moment{typed: startsNow}
		return nil
	}
	now := w.env.now()
	at, err := parseInstant("the start", answer, now)
	if err != nil {
		return err
	}
	w.start = moment{answer, at}
	w.say("That is " + bothTimes(at) + distance(at, now) + ".")
	return nil
}

func (w *wizard) askEnd() *question {
	q := &question{
		title:  "When do they end?",
		about:  "The end is a stop, in case nobody comes back to this; publish off all the same once the cloud is up. Type none for no end.",
		prompt: "how long, such as 8h or 2d, or a time, or none",
		preset: w.end.typed,
		help: `8h counts from the start, or from now. A time is written 2026-12-01 05:10:55, which is UTC, or 2026-12-01T05:10:55+01:00 with its offset.
To go on for longer, make and publish new records before the end. ` + replayedLater + `
` + w.clock(),
		accept: w.acceptEnd,
	}
	switch {
	case w.isOff():
		q.about, q.preset = "For off, none is usual: normal work needs no end.", noEnd
	case q.preset == noEnd:
		q.preset = w.record.lasting // none has to be typed
	}
	return q
}

func (w *wizard) acceptEnd(answer string) error {
	if strings.EqualFold(answer, noEnd) {
		w.end = moment{typed: noEnd}
		if !w.isOff() {
			w.say("Warning: no end. " + replayedLater)
		}
		return nil
	}
	now := w.env.now()
	at, err := w.endAt(answer, now)
	if err != nil {
		return err
	}
	if _, ok := digits(answer); ok && at.Before(now) { // seconds since the epoch are not meant
		return refusal(fmt.Errorf("%s has no unit", quoted(answer)), "write 8h for hours, 2d for days")
	}
	if err := w.checkEnd(at, now); err != nil {
		return err
	}
	w.end = moment{answer, at}
	w.say("That is " + bothTimes(at) + distance(at, now) + ".")
	return nil
}

// endAt understands an end: how long from the start, or a time.
func (w *wizard) endAt(answer string, now time.Time) (time.Time, error) {
	if _, err := readDuration(answer); err != nil {
		at, err := parseInstant("the end", answer, now)
		if err != nil && is[*failure](err) {
			err = refusal(err, "write how long, as 8h or 2d, or "+strings.TrimPrefix(timeHint, "write "))
		}
		return at, err
	}
	if _, err := parseDuration("the end", answer); err != nil {
		return time.Time{}, err
	}
	lasting := recordOptions{lasting: answer}
	return lasting.endOf(w.start.at, now)
}

// checkEnd refuses an end before the start, and one that is over.
func (w *wizard) checkEnd(at, now time.Time) error {
	switch {
	case at.Before(w.start.at):
		return refusal(fmt.Errorf("the end, %s, lies before the start, %s", bothTimes(at), bothTimes(w.start.at)), "type a later end, or back to change the start")
	case at.Unix() < now.Unix():
		return refusal(errors.New("the end, "+bothTimes(at)+", lies in the past"), "type a later one. "+strings.TrimSuffix(w.clock(), "."))
	}
	return nil
}
