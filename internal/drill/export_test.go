package drill

import (
	"context"

	"github.com/drtxt/drtxt/internal/nameserver"
)

// NameServer is what a rehearsal needs of a name server.
type NameServer = nameServer

// ServeBy has a plan start its name servers otherwise.
func (p *Plan) ServeBy(serve func(context.Context, nameserver.Config) (NameServer, error)) {
	p.serve = serve
}
