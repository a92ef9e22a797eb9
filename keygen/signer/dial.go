package signer

import (
	"context"
	"io"
)

// DialAgent returns what connects to the agent at an address, as [AgentAddress] makes
// one: the path of a Unix socket, or on Windows that of a named pipe as well. An empty
// address gives an [ErrNoAgent].
func DialAgent(address string) func(context.Context) (io.ReadWriteCloser, error) {
	return func(ctx context.Context) (io.ReadWriteCloser, error) {
		if address == "" {
			return nil, &Error{Agent: true, Kind: ErrNoAgent, Found: "no address is given"}
		}
		connection, err := dial(ctx, address)
		if err != nil {
			return nil, &Error{Agent: true, Kind: ErrNoAgent, Err: systemError(err)}
		}
		return connection, nil
	}
}
