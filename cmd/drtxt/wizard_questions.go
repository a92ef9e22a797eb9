package main

import (
	"errors"
	"strings"

	"github.com/drtxt/drtxt/txtrecord"
)

// What somebody has to know before the answer on or test.
const (
	sessionsDrop = "the connectors and edges designated for disaster recovery restart their services, and their sessions drop."
	noWayBack    = "Clients do not come back by themselves: somebody has to publish off."
)

// questions are those of the wizard, in the order of the vendor's tool.
func (w *wizard) questions() []stage {
	return []stage{
		w.askDomain,
		w.askSigned, w.askNewKey, w.askSigner, w.askKey, w.askPublic,
		w.askInternet, w.askForwarding, w.askPrivate,
		w.askStatus, w.askStart, w.askEnd,
		w.askFolder,
		w.askConfirmation,
	}
}

func (w *wizard) askDomain() *question {
	q := &question{
		title:  "For which disaster recovery domain?",
		prompt: "domain",
		preset: w.domain,
		help: `The name at which the records stand in the DNS, such as dr.example.com. The same name is set in the vendor's portal.
It is a name of its own: not that of a server, and mostly not that of the zone.`,
		accept: w.acceptDomain,
	}
	if len(w.domains) == 1 {
		if written := w.written(w.domains[0]); written != w.domains[0] {
			q.about = w.domains[0] + " is " + written + ", as configured."
		}
		if w.domain == "" {
			q.preset = w.domains[0]
		}
	}
	if len(w.domains) > 1 {
		q.about, q.open, q.prompt = "These are configured; another one may be typed.", true, "domain, or its number"
		for _, domain := range w.domains {
			meaning := "as configured"
			if written := w.written(domain); written != domain {
				meaning = written + ", " + meaning
			}
			q.choices = append(q.choices, choice{domain, meaning})
		}
	}
	return q
}

// written is a configured domain with the U-labels that the configuration has, if any.
func (w *wizard) written(domain string) string {
	written, _, _ := strings.Cut(inBothForms(w.env.settings.file, domain), " ")
	return written
}

func (w *wizard) acceptDomain(answer string) error {
	domain, err := parseDomain(w.env, answer)
	if err != nil {
		return err
	}
	if w.record != nil && domain == w.domain {
		return nil // what was answered about it stays
	}
	record, gone, err := w.settings(domain)
	if err != nil {
		return err
	}
	w.domain, w.record, w.gone = domain, record, gone
	w.offer()
	return nil
}

func (w *wizard) askInternet() *question {
	return yesOrNo(question{
		title:  "Is Internet Access deployed?",
		about:  "Answer no, too, if the records are to leave it as it is.",
		preset: yesNo(!w.noInternet),
		help:   "Internet Access (ZIA) is the vendor's product for traffic to the internet.",
	}, func(yes bool) error {
		w.noInternet = !yes
		return nil
	})
}

// portalSetting is the answer that leaves the forwarding action out.
const portalSetting = "portal"

func (w *wizard) askForwarding() *question {
	if w.noInternet {
		return nil
	}
	q := &question{
		title: "What happens to Internet Access traffic meanwhile?",
		choices: []choice{
			{"fail-open", "it goes to the internet directly, past the vendor's protection"},
			{"fail-close", "clients have no internet"},
			{portalSetting, "what is set in the vendor's portal"},
		},
		preset: w.forwarding,
		help:   "Records that say it win over the portal. Answer portal if you do not know: then what was set there on a quiet day holds.",
		accept: func(answer string) error {
			w.forwarding = answer
			return nil
		},
	}
	if q.preset == "" {
		q.preset = portalSetting
	}
	return q
}

func (w *wizard) askPrivate() *question {
	return yesOrNo(question{
		title:  "Is Private Access deployed?",
		about:  "Answer no, too, if the records are to leave it as it is.",
		preset: yesNo(!w.noPrivate),
		help:   "Private Access (ZPA) is the vendor's product for applications of your own.",
	}, func(yes bool) error {
		if !yes && w.noInternet {
			return refusal(errors.New("neither Internet Access nor Private Access leaves nothing to switch"), "answer yes, or type back to change what you said about Internet Access")
		}
		w.noPrivate = !yes
		return nil
	})
}

// product is the activation type of what is deployed.
func (w *wizard) product() txtrecord.Type {
	switch {
	case w.noPrivate:
		return txtrecord.InternetAccess
	case w.noInternet:
		return txtrecord.PrivateAccess
	}
	return txtrecord.AllProducts
}

// statusMeanings say to what each status leads.
var statusMeanings = map[string]string{
	"on":   "switch to disaster recovery",
	"off":  "work normally",
	"test": "try disaster recovery out",
}

func (w *wizard) askStatus() *question {
	return &question{
		title: "What are the records to say?",
		about: "When on or test is published, " + sessionsDrop + " " + noWayBack,
		choices: []choice{
			{"on", statusMeanings["on"]},
			{"off", statusMeanings["off"] + "; this is the way back"},
			{"test", statusMeanings["test"] + "; not harmless, sessions drop as with on"},
		},
		preset: w.status,
		help: `on is for when the vendor's cloud is down, off for when it is back. test is for a quiet day, announced and planned.
The records do nothing before they are published in the DNS.`,
		accept: func(answer string) error {
			w.status = answer
			return nil
		},
	}
}

// isOff reports whether the records say off, which needs no end.
func (w *wizard) isOff() bool { return w.status == string(txtrecord.Off) }
