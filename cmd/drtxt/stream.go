package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

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

func newStream(ctx context.Context, env *environment, o *output) (*stream, error) {
	s := &stream{env: env}
	var to io.Writer = env.out
	if o.path != "" {
		var err error
		if s.file, err = newPendingFile(ctx, o.path); err != nil {
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

// addLine prints a report as JSON on one line.
func addLine(w io.Writer, report *verify.Report) error {
	line, err := encodeJSONLine(report)
	if err != nil {
		return err
	}
	_, err = w.Write(line)
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

func beginRows(w io.Writer) error { return writeRow(w, domainColumns) }

func addRow(w io.Writer, report *verify.Report) error { return writeRow(w, domainCells(report)) }

// writeRow writes a row of the table, the status in front, which is what an eye looks
// for. Nearly everything fits into the widths: those of what is still to come are not
// known.
func writeRow(w io.Writer, cells []string) error {
	shown := make([]any, len(cells))
	for i, cell := range cells {
		shown[i] = printableLine(cell)
	}
	_, err := fmt.Fprintf(w, "%-6[6]s %-40[1]s %-11[2]s %-12[3]s %-12[4]s %-20[5]s %[7]s\n", shown...)
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
	clearProgress(s.env) // results may go to the same terminal
	return s.written(s.buffer.Flush())
}

// end prints what comes last, and makes the result whole.
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
	case is[*failure](err): // not about the output
		return err
	case s.file != nil:
		return s.file.failed(err)
	}
	return stdoutError(err)
}
