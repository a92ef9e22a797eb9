package main

import "github.com/spf13/cobra"

// settings are what `drtxt record` would take for a domain from the variables and the
// configuration.
func (w *wizard) settings(domain string) (*recordOptions, error) {
	var o recordOptions
	cmd := &cobra.Command{Use: "record"}
	o.out.flags(w.env, cmd, formatNames())
	o.flags(cmd)
	typed := map[string]bool{"config": w.env.typed["config"]}
	if err := applyEnvironment(w.env, cmd); err != nil {
		return nil, err
	}
	w.env.typed, w.env.settings.given = typed, chosenFlags(cmd.Flags())
	if w.env.settings.file != nil {
		if err := takeSettings(w.env, cmd, domain); err != nil {
			return nil, err
		}
	}
	_, _, err := o.host.zoneOf(w.env, domain, false)
	return &o, err
}

// offer takes what is set as the answers that are offered.
func (w *wizard) offer() {
	w.key = w.record.signing.key
	w.forwarding = w.record.forwarding
	w.noInternet = w.record.product == "zpa"
	w.noPrivate = w.record.product == "zia"
	w.start.typed = w.record.start
	w.end.typed = w.record.end
	if w.end.typed == "" {
		w.end.typed = w.record.lasting
	}
}
