package signer

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// EnvironmentNames returns the names of the variables that a program gets in any
// case, where they are set; the caller reads their values.
func EnvironmentNames() []string { return []string{"PATH", "HOME", "USER", "LANG", "TMPDIR"} }

// The variables of the protocol.
const (
	protocolVariable = "DRTXT_SIGNER_PROTOCOL"
	digestVariable   = "DRTXT_SHA256"
	paddingVariable  = "DRTXT_PADDING"
)

// checkEnvironment never shows a value.
func checkEnvironment(environment []string) error {
	for _, variable := range environment {
		name, _, assigned := strings.Cut(variable, "=")
		switch {
		case !assigned || name == "":
			return &Error{Kind: ErrEnvironment, Found: "an entry that is not NAME=value"}
		case strings.Contains(variable, "\x00"):
			return &Error{Kind: ErrEnvironment, Found: strconv.Quote(name) + " holds a NUL"}
		case slices.Contains([]string{protocolVariable, digestVariable, paddingVariable}, strings.ToUpper(name)):
			return &Error{Kind: ErrEnvironment, Found: name}
		}
	}
	return nil
}

func (c *Command) environment(message []byte, asked padding) []string {
	digest := sha256.Sum256(message)
	return append(slices.Clone(c.options.Environment),
		protocolVariable+"=1",
		digestVariable+"="+hex.EncodeToString(digest[:]),
		paddingVariable+"="+string(asked),
	)
}
