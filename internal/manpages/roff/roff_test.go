package roff_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/manpages/roff"
)

func write(t *testing.T, cmd *cobra.Command) string {
	t.Helper()
	var page strings.Builder
	if err := roff.Write(&page, cmd); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// One page as a whole.
func TestWrite(t *testing.T) {
	t.Parallel()
	run := func(*cobra.Command, []string) {}
	root := &cobra.Command{Use: "ship", Short: "Sail", Run: run}
	root.PersistentFlags().Bool("calm", false, "no storm")
	cmd := &cobra.Command{
		Use: "load CARGO...", Short: "Take cargo in", Run: run,
		Long: `First paragraph,
second line.

'Quoted' at \ the beginning:
  kept  as it is
.then text`,
		Example: "  ship load --to 'port side' a.b\n  ship load ~",
	}
	cmd.Flags().StringP("to", "t", "hold", "where the `PLACE` is")
	cmd.Flags().StringArray("by", nil, "who `LOADS`")
	cmd.Flags().Int("fd", -1, "a descriptor")
	cmd.Flags().Bool("secret", false, "not said")
	cmd.Flags().Lookup("secret").Hidden = true
	sub := &cobra.Command{Use: "more", Short: "Even more", Run: run}
	hidden := &cobra.Command{Use: "less", Hidden: true, Run: run}
	cmd.AddCommand(sub, hidden)
	root.AddCommand(cmd)

	const want = `.TH "SHIP\-LOAD" 1 "" "ship" "User Commands"
.SH NAME
ship\-load \- Take cargo in
.SH SYNOPSIS
ship load CARGO... [flags]
.SH DESCRIPTION
First paragraph,
second line.
.PP
\(aqQuoted\(aq at \e the beginning:
.nf
  kept  as it is
.fi
\&.then text
.SH COMMANDS
.TP
\fBship load more\fR
Even more
.SH OPTIONS
.TP
\fB\-\-by\fR \fILOADS\fR
who LOADS
.TP
\fB\-\-fd\fR \fIint\fR
a descriptor
.TP
\fB\-t\fR, \fB\-\-to\fR \fIPLACE\fR
where the PLACE is (default hold)
.SH OPTIONS OF EVERY COMMAND
.TP
\fB\-\-calm\fR
no storm
.SH EXAMPLES
.nf
  ship load \-\-to \(aqport side\(aq a.b
  ship load \(ti
.fi
.SH SEE ALSO
.BR ship (1),
.BR ship\-load\-more (1)
`
	if got := write(t, cmd); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// A topic has no synopsis, and a command that says nothing no empty sections.
func TestWriteLittle(t *testing.T) {
	t.Parallel()
	const want = `.TH "TOPIC" 1 "" "topic" "User Commands"
.SH NAME
topic \- Something
.SH DESCRIPTION
Words.
`
	if got := write(t, &cobra.Command{Use: "topic", Short: "Something", Long: "Words."}); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
