package main

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/drtxt/drtxt/internal/configuration"
	"github.com/drtxt/drtxt/internal/domainname"
)

// checkVariable looks at the value of a variable as the commands do that take it.
func (d *shownDomain) checkVariable(key configuration.Key, shown *shownSetting) {
	for _, value := range shown.Values {
		if wanted := d.wantedOf(key, value); wanted != "" {
			d.refuseVariable(shown, value, wanted)
			return
		}
	}
	if key.Input {
		shown.Missing = missingOf(shown.Values)
	}
	if len(shown.Missing) > 0 {
		d.refuse(refusal(fmt.Errorf("%s names %s, which does not exist", shown.Variable, quoted(shown.Missing[0])), variableHint))
	}
}

const variableHint = "correct the variable, or unset it"

// refuseVariable says what the value of a variable has to be.
func (d *shownDomain) refuseVariable(shown *shownSetting, value, wanted string) {
	shown.MustBe = wanted
	d.refuse(refusal(fmt.Errorf("%s %s must be %s", shown.Variable, quoted(value), wanted), variableHint))
}

// wantedOf says what the value of a key in a variable must be, in words; nothing where it is
// that. Flags take more spellings than the file.
func (d *shownDomain) wantedOf(key configuration.Key, value string) string {
	switch {
	case key.Name == "format": // one variable for all commands, each of which has its own
		return ""
	case key.Shape == configuration.Switch && value != "true" && value != "false":
		return "true or false"
	case key.Shape == configuration.Number:
		if n, err := strconv.ParseInt(value, 0, 64); err == nil {
			value = strconv.FormatInt(n, 10)
		}
	case key.Name == "forwarding" && slices.Contains(forwardingNames, value):
		return ""
	}
	if wanted := key.Check(value); wanted != "" || key.Name != "zone" || d.Domain == "" {
		return wanted
	}
	zone, err := domainname.CanonicalZone(value)
	if err != nil || domainname.LiesIn(d.Domain, zone) {
		return ""
	}
	return "a zone that " + d.Domain + " lies in"
}

// checkWindow looks whether the windows of a kit would follow one another, where a variable
// has a say in that; of the file alone it is known.
func (d *shownDomain) checkWindow() {
	window, overlap := d.setting(configuration.Kit, "window"), d.setting(configuration.Kit, "overlap")
	if window.MustBe != "" || overlap.MustBe != "" || configuration.Longer(window.Values[0], overlap.Values[0]) {
		return
	}
	switch {
	case window.Source == fromVariable:
		d.refuseVariable(window, window.Values[0], "longer than kit.overlap, "+overlap.Values[0])
	case overlap.Source == fromVariable:
		d.refuseVariable(overlap, overlap.Values[0], "shorter than kit.window, "+window.Values[0])
	}
}

// setting is what is shown of a key.
func (d *shownDomain) setting(section, name string) *shownSetting {
	i := slices.IndexFunc(d.Settings, func(s shownSetting) bool { return s.Section == section && s.Key == name })
	return &d.Settings[i]
}
