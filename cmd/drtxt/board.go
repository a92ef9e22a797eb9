package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/drtxt/drtxt/verify"
)

// A board is the table of servers on a terminal while they are asked: a line a server,
// filled as the answers come, taken away when the result is there.
type board struct {
	env   *environment
	title func() []string
	begin time.Time

	mu    sync.Mutex
	rows  []verify.ServerReport
	lines int // that stand on the terminal now

	done, ended chan struct{}
}

const (
	// boardDelay spares the eye what is over at once.
	boardDelay    = 300 * time.Millisecond
	boardInterval = 200 * time.Millisecond
)

// newBoard shows a board on standard error, where that is a terminal that it can move on. The title is
// asked for again at each drawing. It has to be closed.
func newBoard(env *environment, title func() []string) *board {
	b := &board{env: env, title: title, begin: time.Now(), done: make(chan struct{}), ended: make(chan struct{})}
	if !env.animated() {
		close(b.ended)
		return b
	}
	go b.run()
	return b
}

// update puts a server's report in the place of the one before, which stays while the
// server is only being asked again.
func (b *board) update(report verify.ServerReport) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range b.rows {
		row := &b.rows[i]
		same := row.Address == report.Address && (row.Address != "" || row.Server == report.Server)
		if row.Role == report.Role && same {
			if report.Outcome != "" {
				*row = report
			}
			return
		}
	}
	b.rows = append(b.rows, report)
}

// close takes the board away.
func (b *board) close() {
	close(b.done)
	<-b.ended
}

func (b *board) run() {
	defer close(b.ended)
	next := time.NewTimer(boardDelay)
	defer next.Stop()
	for {
		select {
		case <-b.done:
			io.WriteString(b.env.err, b.erase())
			return
		case <-next.C:
			b.draw()
			next.Reset(boardInterval)
		}
	}
}

// erase moves to the board's first line and clears from there (ECMA-48 §8.3.22,
// §8.3.39).
func (b *board) erase() string {
	if b.lines == 0 {
		return ""
	}
	return fmt.Sprintf("\r\x1b[%dA\x1b[J", b.lines)
}

// draw writes the board over itself, cut to what the terminal shows.
func (b *board) draw() {
	width, height := b.env.terminalSize()
	lines := b.content()
	if most := max(height-1, 2); len(lines) > most {
		hidden := len(lines) - most + 1
		lines = append(lines[:most-1], fmt.Sprintf("… and %d more", hidden))
	}
	var out bytes.Buffer
	out.WriteString(b.erase())
	for _, line := range lines {
		out.WriteString(cutLine(line, width-1) + "\n")
	}
	b.lines = len(lines)
	b.env.err.Write(out.Bytes())
}

func (b *board) content() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	lines := b.title()
	// The time comes first: it is what must not be cut off.
	lines[0] = fmt.Sprintf("%s … %s", time.Since(b.begin).Round(time.Second), lines[0])
	for i, line := range lines {
		lines[i] = printableLine(line)
	}
	if len(b.rows) == 0 {
		return lines
	}
	var table bytes.Buffer
	if err := writeServers(&table, b.rows); err != nil {
		return lines
	}
	return append(lines, strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n")...)
}

// cutLine cuts a line to so many characters, so that none breaks over two lines.
func cutLine(line string, width int) string {
	if width <= 0 || utf8.RuneCountInString(line) <= width {
		return line
	}
	return string([]rune(line)[:width-1]) + "…"
}
