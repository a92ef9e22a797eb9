package signer

// A Kind is a class of failure. It is compared with [errors.Is].
type Kind struct {
	// says is the predicate of the error's sentence.
	says string
	// hint is the way out.
	hint string
}

func (k *Kind) Error() string { return k.says }

// What the options of a signer are refused for.
var (
	// ErrKey comes with a [*txtrecord.KeyError].
	ErrKey = &Kind{"is given a public key that the format does not allow",
		"the key has to be RSA, 2048 bits, exponent 65537; give its public half in PEM"}
	ErrEnvironment = &Kind{"cannot be given this environment",
		"name variables that exist; DRTXT_SIGNER_PROTOCOL, DRTXT_SHA256 and DRTXT_PADDING are set by the protocol"}
)

// What [NewCommand] refuses about the program.
var (
	ErrNotAbsolute = &Kind{"is not an absolute path",
		"give the whole path of the program, which is never looked for, and its arguments apart from it"}
	// ErrNotFound comes with the operating system's error.
	ErrNotFound = &Kind{"cannot be looked at",
		"check the path; arguments are given apart from it"}
	ErrNotRegular = &Kind{"is no program",
		"give a regular file, or a symbolic link to one"}
	ErrNotExecutable = &Kind{"cannot be executed by this user",
		"check the path; a script becomes executable with chmod 755"}
	ErrWritable = &Kind{"can be changed by others, who could have anything signed",
		"take the permission away with chmod go-w"}
	ErrOwner = &Kind{"belongs to another user, who could have anything signed",
		"use a copy of this user's own, or one that belongs to root"}
	ErrOpenFolder = &Kind{"lies below a folder where everybody can put another in its place",
		"take the permission away with chmod o-w, or move the program elsewhere"}
)

// What [Command.SignMessage] and [Agent.SignMessage] fail with.
var (
	// ErrHash means that the signature was asked for with another hash than SHA-256.
	ErrHash = &Kind{"signs with SHA-256 alone",
		"ask with crypto.SHA256"}
	// ErrDigest means that Sign was called.
	ErrDigest = &Kind{"hashes by itself and does not sign digests",
		"ask it through crypto.SignMessage"}
	// ErrPadding means that the signer cannot pad like that. It was not asked.
	ErrPadding = &Kind{"cannot pad signatures like that",
		"an SSH agent knows PKCS #1 v1.5 alone; take a scheme without +pss, or another signer"}
	// ErrSignature means that the signature does not verify.
	ErrSignature = &Kind{"gave a signature that does not hold",
		"check that it signs with the private half of the public key given: the bytes of its standard input, hashed once with SHA-256, padded as DRTXT_PADDING says"}
	// ErrTimeout comes with [context.DeadlineExceeded].
	ErrTimeout = &Kind{"did not finish in time",
		"see whether it waits for a PIN, a touch or the network; a longer limit is given with --signer-timeout"}
	// ErrInterrupted comes with [context.Canceled].
	ErrInterrupted = &Kind{"was interrupted",
		"run it again"}
)

// What [Command.SignMessage] fails with besides.
var (
	// ErrStart comes with the operating system's error.
	ErrStart = &Kind{"cannot be started",
		"run it by hand; a script needs a first line such as #!/bin/sh, a binary has to be for this machine"}
	ErrFailed = &Kind{"failed",
		"what it says on standard error tells why; it is not asked again, because tokens count wrong PINs"}
	ErrTooMuchOutput = &Kind{"wrote more than a signature can take",
		"its standard output has to be the signature alone; messages belong on standard error"}
	ErrNoOutput = &Kind{"ended well and wrote no signature",
		"it has to write the signature to standard output"}
	ErrOutput = &Kind{"wrote something that is no signature",
		"it has to write 256 bytes, or 344 characters of base64, and nothing else; base64url has to be converted: tr -- '-_' '+/'"}
)

// What [NewAgent] and [Agent.SignMessage] fail with besides.
var (
	// ErrNoAgent comes with the operating system's error, where there is one.
	ErrNoAgent = &Kind{"cannot be reached",
		"start one and let SSH_AUTH_SOCK name its socket: eval \"$(ssh-agent)\""}
	// ErrAgentAnswer means that the agent refused, or answered something else.
	ErrAgentAnswer = &Kind{"gave no usable answer",
		"it may have been locked, its token pulled out, or the use of the key not confirmed; look with ssh-add -l"}
	ErrTooLongAnswer = &Kind{"answered at a length that makes no sense",
		"check that SSH_AUTH_SOCK names the socket of an SSH agent"}
	// ErrSignatureFormat means that the agent signed with another hash.
	ErrSignatureFormat = &Kind{"did not sign as it was asked",
		"an agent is needed that knows rsa-sha2-256 (RFC 8332): OpenSSH 7.2 and later do"}
)
