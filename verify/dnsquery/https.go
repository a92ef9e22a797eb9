package dnsquery

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"
)

const mediaType = "application/dns-message" // RFC 8484 §6

// overHTTPS posts the question (RFC 8484 §4.1). The id is 0, since the connection
// tells what is an answer to what.
func (c *Client) overHTTPS(ctx context.Context, server Server, q *query) (*Answer, error) {
	begin := c.now()
	var conn *sharedConn
	address := ""
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			conn.leave(true) // one that failed before it was of use
			conn, address = join(info.Conn), remoteAddress(info.Conn)
		},
	})
	raw, age, err := c.post(traced, server, q)
	var answer *Answer
	if err == nil {
		answer, err = readReply(raw, q)
	}
	conn.leave(err != nil)
	if err != nil {
		return nil, err
	}
	answer.Transport, answer.RoundTrip, answer.Address = HTTPS, c.now().Sub(begin), address
	answer.age(age)
	return answer, nil
}

// post brings the body of the response, and its age.
func (c *Client) post(ctx context.Context, server Server, q *query) (raw []byte, age string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+server.Address()+server.Path, bytes.NewReader(q.packed))
	if err != nil {
		return nil, "", err
	}
	request.Header.Set("Content-Type", mediaType)
	request.Header.Set("Accept", mediaType)
	response, err := c.httpClient().Do(request)
	if err != nil {
		return nil, "", closed(err)
	}
	defer response.Body.Close()
	raw, err = readBody(response)
	return raw, response.Header.Get("Age"), err
}

// A sharedConn is a connection that may serve several questions at a time. Like any
// other it is given up when one fails: net/http would keep it, even if it is dead.
type sharedConn struct {
	net.Conn
	questions atomic.Int32
	failed    atomic.Bool
}

// join finds the connection below TLS.
func join(conn net.Conn) *sharedConn {
	if over, ok := conn.(*tls.Conn); ok {
		conn = over.NetConn()
	}
	shared, ok := conn.(*sharedConn)
	if ok {
		shared.questions.Add(1)
	}
	return shared
}

// leave closes the connection after a failure, once no other question is on it.
func (s *sharedConn) leave(failed bool) {
	if s == nil {
		return
	}
	if failed {
		s.failed.Store(true)
	}
	if s.questions.Add(-1) == 0 && s.failed.Load() {
		s.Close()
	}
}

func (c *Client) dialShared(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := c.dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &sharedConn{Conn: conn}, nil
}

// readBody reads a message, and no more than one can hold.
func readBody(response *http.Response) ([]byte, error) {
	if response.StatusCode != http.StatusOK {
		return nil, &ReplyError{Reason: fmt.Sprintf("the server answers with HTTP status %d", response.StatusCode)}
	}
	if kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type")); err != nil || kind != mediaType {
		return nil, &ReplyError{Reason: fmt.Sprintf("the server answers with content of type %q, not %s", response.Header.Get("Content-Type"), mediaType)}
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, dns.MaxMsgSize+1))
	if err != nil {
		return nil, closed(err)
	}
	if len(raw) > dns.MaxMsgSize {
		return nil, &ReplyError{Reason: "the server answers with more than a DNS message can hold"}
	}
	return raw, nil
}

// httpClient is made on the first question over HTTPS. It follows no redirects: the
// certificate must be that of the server that was named.
func (c *Client) httpClient() *http.Client {
	c.https.once.Do(func() {
		c.https.client = &http.Client{
			Transport: &http.Transport{
				DialContext:            c.dialShared,
				TLSClientConfig:        c.tlsConfig(""),
				ForceAttemptHTTP2:      true,
				DisableCompression:     true,
				MaxResponseHeaderBytes: 64 << 10,
				IdleConnTimeout:        time.Minute,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
	return c.https.client
}

// age takes the time that the answer stood in an HTTP cache off its TTLs (RFC 8484
// §5.1).
func (a *Answer) age(header string) {
	seconds, err := strconv.ParseUint(header, 10, 32)
	if err != nil && !errors.Is(err, strconv.ErrRange) { // too large a number gives the largest
		return
	}
	for _, section := range [][]Record{a.Records, a.Authority, a.Additional} {
		for i := range section {
			section[i].TTL -= min(section[i].TTL, uint32(seconds))
		}
	}
	a.CNAMETTL -= min(a.CNAMETTL, uint32(seconds))
	a.NegativeTTL = max(0, a.NegativeTTL-time.Duration(seconds)*time.Second)
}
