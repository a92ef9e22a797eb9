package runbook

// The words in capitals that stand in commands for what was not known when the kit was
// made. The page explains those that it has.
const (
	NameServer   = "YOUR-NAME-SERVER"
	TSIGFile     = "KEY_FILE"
	PublicKeyPEM = "PUBLIC_KEY"
)
