package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/drtxt/drtxt/verify"
)

// A stream prints many verifications in one of the formats, each as it comes.
type stream struct {
	env    *environment
	buffer *bufio.Writer
	file   *pendingFile // nil for standard output
	form   streamForm
	// closes what the form keeps besides, nil for nothing.
	close func() error
}

// A streamForm is a format for many verifications.
type streamForm struct {
	begin func(io.Writer) error
	add   func(io.Writer, *verify.Report) error
	end   func(io.Writer, *tally) error
}

func newStream(env *environment, o *output) (*stream, error) {
	s := &stream{env: env}
	var to io.Writer = env.out
	if o.path != "" {
		var err error
		if s.file, err = newPendingFile(o.path); err != nil {
			return nil, err
		}
		to = s.file
	}
	s.buffer = bufio.NewWriterSize(to, 1<<16)
	s.form, s.close = streamFormOf(o.format)
	return s, s.written(s.form.begin(s.buffer))
}

func streamFormOf(format string) (streamForm, func() error) {
	nothing := func(io.Writer) error { return nil }
	switch format {
	case "json":
		return streamForm{nothing, addLine, func(io.Writer, *tally) error { return nil }}, nil
	case "markdown":
		return streamForm{beginMarkdown, addMarkdown, endMarkdown}, nil
	case "prometheus":
		m := newMetrics()
		return streamForm{
			begin: nothing,
			add:   func(_ io.Writer, report *verify.Report) error { return m.add(report) },
			end:   func(w io.Writer, _ *tally) error { return m.writeTo(w) },
		}, m.close
	case "nagios":
		return streamForm{
			begin: nothing,
			add:   func(io.Writer, *verify.Report) error { return nil },
			end: func(w io.Writer, t *tally) error {
				_, err := fmt.Fprintln(w, t.nagios.line())
				return err
			},
		}, nil
	}
	return streamForm{beginRows, addRow, endRows}, nil
}

func addLine(w io.Writer, report *verify.Report) error {
	line, err := json.Marshal(report)
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

func beginMarkdown(w io.Writer) error {
	_, err := w.Write(renderMarkdownHeader())
	return err
}

func addMarkdown(w io.Writer, report *verify.Report) error {
	_, err := w.Write(renderMarkdownRow(report))
	return err
}

func endMarkdown(w io.Writer, t *tally) error {
	_, err := fmt.Fprintf(w, "\n%s\n", t.sentence())
	return err
}

// row is how a domain stands in the table: widths that nearly everything fits into,
// since those of what is still to come are not known.
const row = "%-6s %-40s %-11s %-12s %-12s %-20s %s\n"

func beginRows(w io.Writer) error {
	_, err := fmt.Fprintf(w, row, "STATUS", "DOMAIN", "VERDICT", "ZIA", "ZPA", "UNTIL", "FINDING")
	return err
}

func addRow(w io.Writer, report *verify.Report) error {
	until, finding := "-", "-"
	if end := report.End(); !end.IsZero() {
		until = end.UTC().Format(time.RFC3339)
	}
	if f := gravest(report.Findings); f != nil {
		finding = printableLine(string(f.Code) + ": " + findingText(f))
	}
	_, err := fmt.Fprintf(w, row, fmt.Sprint(report.ExitStatus()), printableLine(report.Policy.Domain), report.Verdict,
		report.State.InternetAccess, report.State.PrivateAccess, until, finding)
	return err
}

func endRows(w io.Writer, t *tally) error {
	_, err := fmt.Fprintf(w, "\n%s\n", t.sentence())
	return err
}

// add prints one verification, sooner or later.
func (s *stream) add(report *verify.Report) error { return s.written(s.form.add(s.buffer, report)) }

// flush shows what was printed so far.
func (s *stream) flush() error {
	if s.file != nil {
		return nil // nobody sees it before it is whole
	}
	s.clearProgress()
	return s.written(s.buffer.Flush())
}

// clearProgress takes the line of progress away where results go to the same terminal.
func (s *stream) clearProgress() {
	if s.env.errTerminal {
		io.WriteString(s.env.err, "\r\x1b[K")
	}
}

// end prints what comes last, and makes the result whole. The summary stands on
// standard error too where the format has no place for it.
func (s *stream) end(t *tally) error {
	if err := s.written(s.form.end(s.buffer, t)); err != nil {
		return err
	}
	if err := s.written(s.buffer.Flush()); err != nil {
		return err
	}
	if s.file != nil {
		file := s.file
		s.file = nil
		return file.commit()
	}
	return nil
}

// drop ends a stream that was not ended, and does nothing after that.
func (s *stream) drop() {
	if s.close != nil {
		s.close()
	}
	if s.file != nil {
		s.file.drop()
	}
}

func (s *stream) written(err error) error {
	switch {
	case err == nil:
		return nil
	case is[*domainTwiceError](err) || is[*failure](err):
		return err // not about the output
	case s.file != nil:
		return s.file.failed(err)
	}
	return outputError(pathError("writing to", "standard output", err))
}
