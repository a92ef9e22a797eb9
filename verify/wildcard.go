package verify

import (
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

// A sibling is a name beside the domain that nobody made, and what a server has there:
// what answers is a wildcard (RFC 4592).
type sibling struct {
	name    string
	content string // of ours, as it compares
	asked   time.Time
}

// wildcards remembers siblings for a moment, so that many domains with one parent at one
// server cost one question.
type wildcards struct {
	mu    sync.Mutex
	known map[string]sibling // by server's address and parent
}

// The bounds of what is remembered.
const (
	maxSiblings     = 1024
	siblingLifetime = 10 * time.Second
)

func (w *wildcards) recall(key string) (sibling, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, ok := w.known[key]
	return s, ok && time.Since(s.asked) < siblingLifetime
}

func (w *wildcards) remember(key string, s sibling) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.known == nil || len(w.known) >= maxSiblings {
		w.known = map[string]sibling{}
	}
	w.known[key] = s
}

// newSibling makes a name beside a domain, empty for one without a parent.
func newSibling(domain string) sibling {
	_, parent, found := strings.Cut(domain, ".")
	if !found {
		return sibling{}
	}
	return sibling{name: "drtxt-" + strings.ToLower(rand.Text()[:16]) + "." + parent, asked: time.Now()}
}

// siblingAt finds out what a server has beside the domain: what is remembered, or what
// the question that it returns will tell.
func (w *wave) siblingAt(address string) (s sibling, question []dnsquery.Question) {
	if s, ok := w.run.checker.wildcards.recall(w.siblingKey(address)); ok {
		return s, nil
	}
	if s = newSibling(w.run.policy.Domain); s.name == "" {
		return s, nil
	}
	return s, []dnsquery.Question{{Name: s.name, Type: dns.TypeTXT}}
}

func (w *wave) siblingKey(address string) string {
	_, parent, _ := strings.Cut(w.run.policy.Domain, ".")
	return address + " " + parent
}

// noteSibling keeps what the question about the sibling told.
func (w *wave) noteSibling(report *ServerReport, s sibling) {
	r, asked := report.replyTo(s.name, dns.TypeTXT)
	if asked && r.tells(Authoritative) {
		beside := ServerReport{Role: Authoritative}
		beside.note(r)
		s.content = beside.content
		w.run.checker.wildcards.remember(w.siblingKey(report.Address), s)
	}
	report.sibling = s
}

// wildcardFindings says that a name which nobody made answers like the domain.
func wildcardFindings(told []ServerReport) []Finding {
	for i := range told {
		s := &told[i]
		if s.sibling.content == "" || s.sibling.content != s.content {
			continue
		}
		finding := newFinding(CodeWildcard, fmt.Sprintf("a wildcard answers: %s, which nobody made, has the same records", s.sibling.name))
		finding.Server = s.Address
		return []Finding{finding}
	}
	return nil
}
