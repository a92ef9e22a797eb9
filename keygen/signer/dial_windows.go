package signer

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
)

// AgentAddress returns where the agent listens, given the value of SSH_AUTH_SOCK:
// this very value, or where it is empty the named pipe of the agent that comes with
// Windows.
func AgentAddress(socket string) string {
	if socket == "" {
		return pipes + "openssh-ssh-agent"
	}
	return socket
}

// pipes is what the paths of this machine's named pipes begin with.
const pipes = `\\.\pipe\`

func dial(ctx context.Context, address string) (io.ReadWriteCloser, error) {
	if strings.HasPrefix(strings.ToLower(address), pipes) {
		return os.OpenFile(address, os.O_RDWR, 0)
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", address)
}
