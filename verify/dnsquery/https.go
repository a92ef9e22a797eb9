package dnsquery

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"github.com/miekg/dns"
)

const mediaType = "application/dns-message" // RFC 8484 §6

// overHTTPS posts the question (RFC 8484 §4.1). The id is 0, since the connection
// tells what is an answer to what.
func (c *Client) overHTTPS(ctx context.Context, server Server, q *query) (*Answer, error) {
	begin := c.now()
	address := ""
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) { address = remoteAddress(info.Conn) },
	})
	request, err := http.NewRequestWithContext(traced, http.MethodPost, "https://"+server.Address()+server.Path, bytes.NewReader(q.packed))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", mediaType)
	request.Header.Set("Accept", mediaType)
	response, err := c.httpClient().Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	raw, err := readBody(response)
	if err != nil {
		return nil, err
	}
	answer, err := readReply(raw, q)
	if err != nil {
		return nil, err
	}
	answer.Transport, answer.RoundTrip, answer.Address = HTTPS, c.now().Sub(begin), address
	answer.age(response.Header.Get("Age"))
	return answer, nil
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
				DialContext:            c.dial,
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
	if err != nil {
		return
	}
	for _, section := range [][]Record{a.Records, a.Authority, a.Additional} {
		for i := range section {
			section[i].TTL -= min(section[i].TTL, uint32(seconds))
		}
	}
	a.NegativeTTL = max(0, a.NegativeTTL-time.Duration(seconds)*time.Second)
}
