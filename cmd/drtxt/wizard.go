package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const wizardInstead = "`drtxt record on|off|test DOMAIN --for 8h --key FILE` makes the same without a question; `drtxt record --help` lists its flags"

func newWizardCommand(env *environment) *cobra.Command {
	return &cobra.Command{
		Use:   "wizard",
		Short: "Be asked what the records are to be, and make them",
		Long: `Ask, one question at a time, what the records for disaster recovery are to say,
then make and sign them. It is for a terminal; every answer is checked at once, and
back goes to the question before. What the configuration says is offered as the
answer.

Nothing is written before the last question, which wants the word yes. Then the
records stand on standard output and in two files, and the line of drtxt record that
makes the same is shown. Nothing is published: that is drtxt publish.`,
		Example: `  drtxt wizard
  drtxt wizard --config drtxt.yaml`,
		RunE: func(cmd *cobra.Command, _ []string) error { return runWizard(cmd.Context(), env) },
	}
}

// A wizard asks for what `drtxt record` takes as flags, and does what that does.
type wizard struct {
	interview
	// domains are those of the configuration.
	domains []string

	// domain is the first answer, and record what the variables and the configuration set
	// for it: what is offered, and what is not asked for.
	domain string
	record *recordOptions
	// gone says which files are configured for signing and missing.
	gone gone

	unsigned, newKey, otherKey bool
	key, public                string
	noInternet, noPrivate      bool
	forwarding                 string
	status                     string
	start, end                 moment
	folder                     string

	// pairWritten says that a new key pair is there, whatever happens afterwards.
	pairWritten bool
}

// A moment is a time as it was typed, and what it was understood as.
type moment struct {
	typed string
	at    time.Time // zero for none
}

const wizardGreeting = `This asks what the records for disaster recovery are to say, one question at a time, and then makes them. Nothing is written before you answer yes to the last question, and nothing is published.`

func runWizard(ctx context.Context, env *environment) error {
	w := &wizard{interview: interview{env: env, greeting: wizardGreeting, instead: wizardInstead}}
	var err error
	if env.settings.file, env.settings.found, err = findConfiguration(env, false); err != nil {
		return err
	}
	if file := env.settings.file; file != nil {
		w.domains = file.Domains()
	}
	if err := w.checkVariables(); err != nil {
		return err
	}
	if names := w.unheeded(unheededByWizard); len(names) > 0 {
		w.greeting += "\nIt takes nothing from " + strings.Join(names, ", ") + "."
	}
	w.stages = w.questions()
	if err := w.run(ctx); err != nil {
		return err
	}
	return w.make(ctx)
}
