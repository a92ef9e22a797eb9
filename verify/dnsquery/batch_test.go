package dnsquery_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/miekg/dns"

	"github.com/drtxt/drtxt/internal/faultserver"
	"github.com/drtxt/drtxt/internal/virtualnet"
	"github.com/drtxt/drtxt/verify/dnsquery"
)

// batch is what is asked at once: each question can be told from the others by its type,
// or else by its name.
var batch = []dnsquery.Question{
	{Name: owner, Type: dns.TypeTXT},
	{Name: owner, Type: dns.TypeA},
	{Name: owner, Type: dns.TypeSOA},
	{Name: "beside." + owner, Type: dns.TypeTXT},
}

// answerBatch has a record for every question of the batch, which shows the question that
// it belongs to.
func answerBatch(q *faultserver.Query) faultserver.Reply {
	return faultserver.Send(faultserver.Answer(q, batchRecord(q.Question[0])))
}

func batchRecord(question dns.Question) dns.RR {
	h := header(question.Name, question.Qtype, 30)
	switch question.Qtype {
	case dns.TypeA:
		return &dns.A{Hdr: h, A: net.IPv4(192, 0, 2, 1)}
	case dns.TypeSOA:
		return &dns.SOA{Hdr: h, Ns: "ns.example.com.", Mbox: ".", Serial: 7}
	}
	return faultserver.TXT(question.Name, 30, question.Name)
}

// batchIs reports whether a reply is the one that answerBatch gives to a question.
func batchIs(question dnsquery.Question, r dnsquery.Reply) bool {
	if r.Err != nil || r.Answer == nil || len(r.Answer.Records) != 1 {
		return false
	}
	want, _ := dnsquery.NewRecord(batchRecord(dns.Question{Name: question.Name, Qtype: question.Type}))
	got := r.Answer.Records[0]
	return got.Owner == want.Owner && got.Type == want.Type && got.Serial == want.Serial && got.Address == want.Address && slices.Equal(got.Strings, want.Strings)
}

// ofType does something else with questions of a type at the owner than with all others.
func ofType(rrtype uint16, special, others answerer) answerer {
	return func(q *faultserver.Query) faultserver.Reply {
		if question := q.Question[0]; question.Qtype == rrtype && question.Name == owner {
			return special(q)
		}
		return others(q)
	}
}

func TestAskAll(t *testing.T) {
	t.Parallel()
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, answerBatch)
			client, count := countingClient(t, s)
			client.Timeout = ample
			for range 3 {
				replies := client.AskAll(t.Context(), s.Over(over), batch)
				for i, r := range replies {
					if !batchIs(batch[i], r) || r.Answer.Transport != over || r.Answer.Address == "" || r.Answer.RoundTrip <= 0 {
						t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
					}
				}
				if len(replies) != len(batch) {
					t.Fatalf("%d replies", len(replies))
				}
			}
			asked := s.Asked(over)
			if asked != 3*len(batch) || asked != len(s.Queries()) {
				t.Errorf("%d queries, %d of them over %s", len(s.Queries()), asked, over)
			}
			if over == dnsquery.UDP && count.opened.Load() != 1 {
				t.Errorf("%d sockets", count.opened.Load())
			}
		})
	}
}

// Few questions are no special case.
func TestAskAllFew(t *testing.T) {
	t.Parallel()
	s := everywhere(t, answerBatch)
	for n := range 3 {
		client, count := countingClient(t, s)
		replies := client.AskAll(t.Context(), s.Over(dnsquery.UDP), batch[:n])
		for i, r := range replies {
			if !batchIs(batch[i], r) {
				t.Errorf("question %d of %d: %+v, %v", i, n, r.Answer, r.Err)
			}
		}
		if len(replies) != n || count.opened.Load() > 1 {
			t.Errorf("%d replies to %d questions on %d sockets", len(replies), n, count.opened.Load())
		}
	}
}

// Every query has an id of its own: what answers one must not pass for another's.
func TestAskAllIDs(t *testing.T) {
	t.Parallel()
	s := plain(t, answerBatch, nil)
	client, _ := countingClient(t, s)
	questions := slices.Repeat(batch[:1], 8)
	for i, r := range client.AskAll(t.Context(), s.Over(dnsquery.UDP), questions) {
		if !batchIs(questions[i], r) {
			t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
		}
	}
	ids := map[uint16]bool{}
	for _, q := range s.Queries() {
		ids[q.Id] = true
	}
	if len(ids) < 7 { // two of eight may be the same by chance
		t.Errorf("%d ids for %d queries", len(ids), len(s.Queries()))
	}
}

// reversed answers the questions of a batch in the opposite order, all with the last.
func reversed() answerer {
	var waiting [][]byte
	return func(q *faultserver.Query) faultserver.Reply {
		waiting = append([][]byte{answerBatch(q).Messages[0]}, waiting...)
		if len(waiting) < len(batch) {
			return faultserver.Reply{}
		}
		all := waiting
		waiting = nil
		return faultserver.SendBytes(all...)
	}
}

// strays sends much before the reply that is none.
func strays(q *faultserver.Query) faultserver.Reply {
	good := answerBatch(q).Messages[0]
	otherID := slices.Clone(good)
	otherID[0] ^= 0x55
	query := faultserver.Packed(q.Msg)
	otherName := faultserver.Answer(q, record("forged"))
	otherName.Question[0].Name = "other.example.com."
	return faultserver.SendBytes(nil, []byte{1, 2, 3}, otherID, query, faultserver.Packed(otherName), good, good)
}

// What goes wrong with one question, or comes beside the replies, does not show in the
// answers to the others.
func TestAskAllUDP(t *testing.T) {
	t.Parallel()
	silence := faultserver.Reply{}
	torn := func(q *faultserver.Query) faultserver.Reply {
		wire := answerBatch(q).Messages[0]
		return faultserver.SendBytes(wire[:len(wire)-3])
	}
	cases := map[string]struct {
		udp, tcp answerer // tcp is answerBatch where it is nil
		noTCP    bool
		timeout  time.Duration
		// first is what should come of the first question; all others are answered.
		first func(dnsquery.Reply) bool
		// kept says that the socket may be used for further questions; sockets how many
		// are opened at most, with those for TCP.
		kept    int32
		sockets int32
	}{
		"in another order": {udp: reversed(), timeout: ample, first: answered, kept: 1, sockets: 1},
		"strays between":   {udp: strays, timeout: ample, first: answered, kept: 1, sockets: 1},
		"one unanswered": {udp: ofType(dns.TypeTXT, silent, answerBatch), noTCP: true, timeout: 6 * short,
			first: func(r dnsquery.Reply) bool { return isTimeout(r.Err) }, sockets: 4},
		"one unanswered over UDP": {udp: ofType(dns.TypeTXT, silent, answerBatch), timeout: 6 * short,
			first: func(r dnsquery.Reply) bool { return answered(r) && r.Answer.UDPSilent }, kept: 2, sockets: 4},
		"one answered when asked again": {udp: ofType(dns.TypeTXT, onceMore(silence), answerBatch), noTCP: true, timeout: 6 * short,
			first: func(r dnsquery.Reply) bool { return answered(r) && r.Answer.Transport == dnsquery.UDP }, kept: 1, sockets: 2},
		"one torn": {udp: ofType(dns.TypeTXT, torn, answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool { return answered(r) && r.Answer.Truncated }, kept: 2, sockets: 4},
		"one truncated": {udp: ofType(dns.TypeTXT, truncated, answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool {
				return answered(r) && r.Answer.Truncated && r.Answer.Transport == dnsquery.TCP
			}, kept: 2, sockets: 4},
		"one torn, no TCP": {udp: ofType(dns.TypeTXT, torn, answerBatch), noTCP: true, timeout: ample,
			first: func(r dnsquery.Reply) bool { return isType[*dnsquery.FallbackError](r.Err) }, kept: 2, sockets: 4},
		"one SERVFAIL": {udp: ofType(dns.TypeTXT, failing(dns.RcodeServerFailure), answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool { return r.Err == nil && r.Answer.Rcode == dns.RcodeServerFailure }, kept: 2, sockets: 2},
		"one SERVFAIL, once": {udp: ofType(dns.TypeTXT, onceMore(faultserver.Reply{}, failing(dns.RcodeServerFailure)), answerBatch), timeout: ample,
			first: answered, kept: 2, sockets: 2},
		"one refused": {udp: ofType(dns.TypeTXT, failing(dns.RcodeRefused), answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool { return r.Err == nil && r.Answer.Rcode == dns.RcodeRefused }, kept: 1, sockets: 1},
		"one of no such name": {udp: ofType(dns.TypeTXT, failing(dns.RcodeNameError), answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool { return r.Err == nil && r.Answer.Rcode == dns.RcodeNameError }, kept: 1, sockets: 1},
		"one of another type": {udp: ofType(dns.TypeTXT, func(q *faultserver.Query) faultserver.Reply {
			return faultserver.Send(faultserver.Answer(q, address()))
		}, answerBatch), timeout: ample,
			first: func(r dnsquery.Reply) bool { return isReplyError(r.Err) }, kept: 1, sockets: 2},
		"no EDNS understood": {udp: oldBatch, timeout: ample,
			first: func(r dnsquery.Reply) bool { return answered(r) && r.Answer.WithoutEDNS }, kept: 5, sockets: 5},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tcp := answerer(answerBatch)
			if c.noTCP {
				tcp = nil
			}
			s := plain(t, c.udp, tcp)
			client, count := countingClient(t, s)
			client.Timeout = c.timeout
			begin := time.Now()
			replies := client.AskAll(t.Context(), s.Over(dnsquery.UDP), batch)
			if took := time.Since(begin); took > c.timeout+2*short {
				t.Errorf("took %v", took)
			}
			if !c.first(replies[0]) {
				t.Errorf("the first question: %+v, %v", replies[0].Answer, replies[0].Err)
			}
			for i, r := range replies[1:] {
				if !batchIs(batch[i+1], r) {
					t.Errorf("question %d: %+v, %v", i+1, r.Answer, r.Err)
				}
			}
			if opened, open := count.opened.Load(), count.open.Load(); opened > c.sockets || open > c.kept {
				t.Errorf("%d sockets, %d of them kept; want %d and %d at most", opened, open, c.sockets, c.kept)
			}
		})
	}
}

func answered(r dnsquery.Reply) bool { return batchIs(batch[0], r) }

// onceMore gives a reply to the first question, or does what an answerer says then, and
// answers the next ones.
func onceMore(first faultserver.Reply, does ...answerer) answerer {
	asked := false
	return func(q *faultserver.Query) faultserver.Reply {
		if asked {
			return answerBatch(q)
		}
		asked = true
		for _, do := range does {
			return do(q)
		}
		return first
	}
}

// oldBatch does not understand EDNS.
func oldBatch(q *faultserver.Query) faultserver.Reply {
	if q.IsEdns0() != nil {
		return faultserver.Send(faultserver.Fail(q, dns.RcodeFormatError))
	}
	return answerBatch(q)
}

// A socket on which a question is open is not used again: its reply may still come, and
// whoever forges one has had more time.
func TestAskAllLeavesNoOpenQuestion(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var late []byte
	s := plain(t, func(q *faultserver.Query) faultserver.Reply {
		mu.Lock()
		defer mu.Unlock()
		if q.Question[0].Qtype == dns.TypeTXT && q.Question[0].Name == owner && q.N <= len(batch) {
			late = faultserver.Packed(faultserver.Answer(q, record("late")))
			return faultserver.Reply{}
		}
		if late != nil && q.N > len(batch) {
			return faultserver.SendBytes(late, answerBatch(q).Messages[0])
		}
		return answerBatch(q)
	}, nil)
	var first atomic.Pointer[net.Conn]
	var closed atomic.Bool
	client := newClient(t, s)
	client.Timeout = 6 * short
	client.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		if err == nil && first.CompareAndSwap(nil, &conn) {
			return counted{conn, func() { closed.Store(true) }}, nil
		}
		return conn, err
	}
	for range 2 {
		for i, r := range client.AskAll(t.Context(), s.Over(dnsquery.UDP), batch) {
			if !batchIs(batch[i], r) {
				t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
			}
		}
		if !closed.Load() {
			t.Error("the socket with an open question was kept")
		}
	}
}

// A port that refuses does so for all questions, at once.
func TestAskAllRefused(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]faultserver.Script{
		"UDP and TCP": {NoUDP: true, NoTCP: true},
		"UDP alone":   {NoUDP: true, Answer: answerBatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := faultserver.Start(t, script)
			client, _ := countingClient(t, s)
			client.Timeout = ample
			begin := time.Now()
			for i, r := range client.AskAll(t.Context(), s.Over(dnsquery.UDP), batch) {
				if script.NoTCP && !errors.Is(r.Err, syscall.ECONNREFUSED) || !script.NoTCP && (!batchIs(batch[i], r) || !r.Answer.UDPSilent) {
					t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
				}
			}
			if took := time.Since(begin); took > ample/4 {
				t.Errorf("took %v", took)
			}
		})
	}
}

// All questions together take no longer than one may, whatever stays open.
func TestAskAllWithinOneTimeout(t *testing.T) {
	t.Parallel()
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			s := everywhere(t, silent)
			client, count := countingClient(t, s)
			client.Timeout = 3 * short
			begin := time.Now()
			for i, r := range client.AskAll(t.Context(), s.Over(over), batch) {
				if !isTimeout(r.Err) || r.Answer != nil {
					t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
				}
			}
			if took := time.Since(begin); took < 3*short || took > 5*short {
				t.Errorf("took %v", took)
			}
			settle(func() int { return int(count.open.Load()) })
			if open := count.open.Load(); open != 0 {
				t.Errorf("%d sockets are open", open)
			}
		})
	}
}

// The same to the nanosecond, and without sockets.
func TestAskAllTakesOneTimeout(t *testing.T) {
	t.Parallel()
	for _, over := range []dnsquery.Transport{dnsquery.UDP, dnsquery.TCP} {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				n := new(virtualnet.Net)
				n.Add("192.0.2.1", func(*dns.Msg) *dns.Msg { return nil })
				client := &dnsquery.Client{Dial: n.Dial, Timeout: time.Minute}
				begin := time.Now()
				for i, r := range client.AskAll(t.Context(), dnsquery.Server{Transport: over, Host: "192.0.2.1", Port: "53"}, batch) {
					if !isTimeout(r.Err) || r.Answer != nil {
						t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
					}
				}
				if took := time.Since(begin); took != time.Minute {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// Cancelled in the middle, all questions that are open end at once, with what the caller
// did; what is answered stays answered.
func TestAskAllCancelled(t *testing.T) {
	t.Parallel()
	for _, over := range transports {
		t.Run(string(over), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var asked atomic.Int32
			s := everywhere(t, func(q *faultserver.Query) faultserver.Reply {
				if asked.Add(1) == int32(len(batch)) {
					time.AfterFunc(short/3, cancel) // not before the answers are there
				}
				return ofType(dns.TypeTXT, silent, answerBatch)(q)
			})
			client, count := countingClient(t, s)
			client.Timeout = ample
			begin := time.Now()
			for i, r := range client.AskAll(ctx, s.Over(over), batch) {
				if i == 0 && (!errors.Is(r.Err, context.Canceled) || r.Answer != nil) || i > 0 && !batchIs(batch[i], r) {
					t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
				}
			}
			if took := time.Since(begin); took > ample/8 { // what is waited for at first takes longer
				t.Errorf("took %v", took)
			}
			client.CloseIdle()
			settle(func() int { return int(count.open.Load()) })
			if open := count.open.Load(); open != 0 {
				t.Errorf("%d sockets are open", open)
			}
		})
	}
}

// Cancelled before it begins, nothing is asked.
func TestAskAllCancelledBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := everywhere(t, answerBatch)
	for _, over := range transports {
		client, _ := countingClient(t, s)
		for i, r := range client.AskAll(ctx, s.Over(over), batch) {
			if !errors.Is(r.Err, context.Canceled) || r.Answer != nil {
				t.Errorf("question %d over %s: %+v, %v", i, over, r.Answer, r.Err)
			}
		}
	}
	if asked := len(s.Queries()); asked != 0 {
		t.Errorf("%d questions were asked", asked)
	}
}

// A question that cannot be asked does not keep the others from it.
func TestAskAllImpossibleQuestion(t *testing.T) {
	t.Parallel()
	s := plain(t, answerBatch, answerBatch)
	client, count := countingClient(t, s)
	questions := append([]dnsquery.Question{{Name: "a..b", Type: dns.TypeTXT}}, batch...)
	replies := client.AskAll(t.Context(), s.Over(dnsquery.UDP), questions)
	if replies[0].Err == nil || replies[0].Answer != nil || count.opened.Load() != 1 {
		t.Errorf("%+v, %v, %d sockets", replies[0].Answer, replies[0].Err, count.opened.Load())
	}
	for i, r := range replies[1:] {
		if !batchIs(batch[i], r) {
			t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
		}
	}
}

// Several goroutines may ask at the same time, and each gets its own replies.
func TestAskAllConcurrently(t *testing.T) {
	t.Parallel()
	s := everywhere(t, answerBatch)
	client, _ := countingClient(t, s)
	client.Timeout = ample
	var wait sync.WaitGroup
	for range 16 {
		wait.Go(func() {
			for i, r := range client.AskAll(t.Context(), s.Over(dnsquery.UDP), batch) {
				if !batchIs(batch[i], r) {
					t.Errorf("question %d: %+v, %v", i, r.Answer, r.Err)
				}
			}
		})
	}
	wait.Wait()
}
