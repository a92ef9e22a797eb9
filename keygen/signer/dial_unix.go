//go:build unix

package signer

import (
	"context"
	"io"
	"net"
)

// AgentAddress returns where the agent listens, given the value of SSH_AUTH_SOCK:
// this very value.
func AgentAddress(socket string) string { return socket }

func dial(ctx context.Context, address string) (io.ReadWriteCloser, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", address)
}
