package readiness

import "cmp"

// Commands are those that advice names, to be typed as they are.
type Commands struct {
	// PublishEdges makes the address records of the edges and publishes them.
	PublishEdges string
	// PublishOff signs a standing off and publishes it.
	PublishOff string
	// SignOff signs a standing off with the key file.
	SignOff string
}

// commands are those that were given; in the place of others, what they come down to.
func (a *Assessment) commands() Commands {
	domain, given := a.Report.Policy.Domain, a.Commands
	return Commands{
		PublishEdges: cmp.Or(given.PublishEdges, "drtxt edges FILE --domain "+domain+" --format json | drtxt publish"),
		PublishOff:   cmp.Or(given.PublishOff, "drtxt record off "+domain+" --format json | drtxt publish"),
		SignOff:      cmp.Or(given.SignOff, "drtxt record off "+domain+" --key FILE --public FILE"),
	}
}
