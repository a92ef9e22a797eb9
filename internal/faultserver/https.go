package faultserver

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"maps"
	"net"
	"net/http"

	"github.com/drtxt/drtxt/verify/dnsquery"
)

type connKey struct{}

// serveHTTPS offers HTTP/2 and HTTP/1.1.
func (s *Server) serveHTTPS(listener net.Listener, config *tls.Config) {
	server := &http.Server{
		Handler:   http.HandlerFunc(s.handle),
		TLSConfig: config.Clone(),
		ErrorLog:  log.New(io.Discard, "", 0), // clients that refuse the certificate are no news
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, conn)
		},
	}
	server.TLSConfig.NextProtos = []string{"h2", "http/1.1"}
	s.closeAtEnd(server)
	s.wait.Go(func() { server.ServeTLS(listener, "", "") })
}

// enter reports whether the server still runs, and has its end wait if so.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ended {
		s.wait.Add(1)
	}
	return !s.ended
}

func (s *Server) handle(w http.ResponseWriter, request *http.Request) {
	if !s.enter() {
		return
	}
	defer s.wait.Done()
	raw, err := io.ReadAll(request.Body)
	if err != nil {
		return
	}
	reply := s.took(raw, dnsquery.HTTPS, request)
	if !s.late(reply) {
		return
	}
	s.respond(w, request, reply)
	if reply.Close {
		request.Context().Value(connKey{}).(net.Conn).Close()
	}
}

func (s *Server) respond(w http.ResponseWriter, request *http.Request, reply Reply) {
	special := reply.HTTP
	if len(reply.Messages) == 0 && special.Status == 0 && !special.Endless && !special.Hang {
		if !reply.Close {
			s.untilGone(request)
		}
		return
	}
	w.Header().Set("Content-Type", "application/dns-message")
	maps.Copy(w.Header(), special.Header)
	if special.Status != 0 {
		w.WriteHeader(special.Status)
	}
	for _, message := range reply.Messages {
		w.Write(message)
	}
	if reply.Close || special.Hang {
		http.NewResponseController(w).Flush()
	}
	if special.Hang {
		s.untilGone(request)
	}
	for special.Endless && s.ctx.Err() == nil {
		if _, err := w.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
}

// untilGone is silence.
func (s *Server) untilGone(request *http.Request) {
	select {
	case <-request.Context().Done():
	case <-s.ctx.Done():
	}
}
