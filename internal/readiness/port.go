package readiness

import "github.com/drtxt/drtxt/internal/reach"

// assessPort says which of the edges' addresses take connections.
func (a *Assessment) assessPort() {
	if a.Edges == nil || !a.Probed {
		a.skip(Port, "whether the edges take connections")
		return
	}
	if len(a.Probes) == 0 {
		a.skip(Port, "there is no address to try")
		return
	}
	findings, undetermined := reach.Judge(a.Probes)
	a.add(Port, findings...)
	connected := 0
	for _, result := range a.Probes {
		if result.Outcome == reach.Connected {
			connected++
		}
	}
	conclude := a.conclude
	if undetermined {
		a.undetermined, conclude = true, a.concludeUnknown
	}
	conclude(Port, "%d of %d addresses take connections, seen from this network", connected, len(a.Probes))
}
