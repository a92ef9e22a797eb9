package signer

// A Kind is a class of failure. It is compared with [errors.Is].
type Kind struct {
	// says is the predicate of the error's sentence.
	says string
	// hint is the way out.
	hint string
	// agentHint is the way out where the signer is an SSH agent, if that is another.
	agentHint string
	// class is the wider class that this one belongs to, or nil.
	class *Kind
}

func (k *Kind) Error() string { return k.says }

// Unwrap returns the wider class, or nil.
func (k *Kind) Unwrap() error {
	if k.class == nil {
		return nil
	}
	return k.class
}

// What the options of a signer are refused for.
var (
	// ErrKey comes with a [*txtrecord.KeyError].
	ErrKey = &Kind{says: "is given a public key that the format does not allow",
		hint: "the key has to be RSA, 2048 bits, exponent 65537; give its public half in PEM"}
	ErrEnvironment = &Kind{says: "cannot be given this environment",
		hint: "name variables that exist; DRTXT_SIGNER_PROTOCOL, DRTXT_SHA256 and DRTXT_PADDING are set by the protocol"}
)

// What [NewCommand] refuses about the program.
var (
	ErrNotAbsolute = &Kind{says: "is not an absolute path",
		hint: "give the whole path of the program, which is never looked for, and its arguments apart from it"}
	// ErrNotFound comes with the operating system's error.
	ErrNotFound = &Kind{says: "cannot be looked at",
		hint: "check the path; arguments are given apart from it"}
	ErrNotRegular = &Kind{says: "is no program",
		hint: "give a regular file, or a symbolic link to one"}
	ErrNotExecutable = &Kind{says: "cannot be executed by this user",
		hint: "check the path; a script becomes executable with chmod 755"}
	ErrWritable = &Kind{says: "can be changed by others, who could have anything signed",
		hint: "take the permission away with chmod go-w"}
	ErrOwner = &Kind{says: "belongs to another user, who could have anything signed",
		hint: "use a copy of this user's own, or one that belongs to root"}
	ErrOpenFolder = &Kind{says: "is reached through a folder where everybody can put another in its place",
		hint: "take the permission away with chmod o-w, or move the program elsewhere"}
	// ErrReplaceable is about a link or folder that lies in a folder such as /tmp.
	ErrReplaceable = &Kind{says: "is reached through a link or folder that another user can replace",
		hint: "name the program by a way that leads through links and folders of this user or root"}
)

// What [Command.SignMessage] and [Agent.SignMessage] fail with.
var (
	// ErrHash means that the signature was asked for with another hash than SHA-256.
	ErrHash = &Kind{says: "signs with SHA-256 alone",
		hint: "ask with crypto.SHA256"}
	// ErrDigest means that Sign was called.
	ErrDigest = &Kind{says: "hashes by itself and does not sign digests",
		hint: "ask it through crypto.SignMessage"}
	// ErrPadding means that the signer cannot pad like that. It was not asked.
	ErrPadding = &Kind{says: "cannot pad signatures like that",
		hint: "an SSH agent knows PKCS #1 v1.5 alone; take a scheme without +pss, or another signer"}
	// ErrSignature means that the signature does not verify.
	ErrSignature = &Kind{says: "gave a signature that does not hold",
		hint:      "check that it signs with the private half of the public key given: the bytes of its standard input, hashed once with SHA-256, padded as DRTXT_PADDING says",
		agentHint: "what the agent or its token signs with does not belong to the public key that it shows: take the key out with ssh-add -d FILE, a token's with ssh-add -e LIBRARY, and add the right one"}
	// ErrOtherPadding means that the signature is right but for its padding. It is an
	// [ErrSignature] too.
	ErrOtherPadding = &Kind{says: "gave a signature with another padding than it was asked for",
		hint:      "let it pad as DRTXT_PADDING says; if it cannot, take a scheme that fits: with +pss for PSS, without for PKCS #1 v1.5",
		agentHint: "the agent has to pad rsa-sha2-256 as RFC 8332 says; take another agent",
		class:     ErrSignature}
	// ErrTimeout comes with [context.DeadlineExceeded].
	ErrTimeout = &Kind{says: "did not finish in time",
		hint: "see whether it waits for a PIN, a touch or the network; a longer limit is given with --signer-timeout"}
	// ErrInterrupted comes with [context.Canceled].
	ErrInterrupted = &Kind{says: "was interrupted",
		hint: "run it again"}
)

// What [Command.SignMessage] fails with besides.
var (
	// ErrStart comes with the operating system's error.
	ErrStart = &Kind{says: "cannot be started",
		hint: "run it by hand; a script needs a first line such as #!/bin/sh, a binary has to be for this machine"}
	ErrFailed = &Kind{says: "failed",
		hint: "what it says on standard error tells why; it is not asked again, because tokens count wrong PINs"}
	ErrTooMuchOutput = &Kind{says: "wrote more than a signature can take",
		hint: "its standard output has to be the signature alone; messages belong on standard error"}
	ErrNoOutput = &Kind{says: "ended well and wrote no signature",
		hint: "it has to write the signature to standard output"}
	ErrOutput = &Kind{says: "wrote something that is no signature",
		hint: "it has to write 256 bytes, or 344 characters of base64, and nothing else; base64url has to be converted: tr -- '-_' '+/'"}
)

// What [NewAgent] and [Agent.SignMessage] fail with besides.
var (
	// ErrNoAgent comes with the operating system's error, where there is one.
	ErrNoAgent = &Kind{says: "cannot be reached",
		hint: "start one and let SSH_AUTH_SOCK name its socket: eval \"$(ssh-agent)\""}
	// ErrAgentAnswer means that the agent refused, or answered something else.
	ErrAgentAnswer = &Kind{says: "gave no usable answer",
		hint: "it may have been locked, its token pulled out, or the use of the key not confirmed; look with ssh-add -l"}
	ErrTooLongAnswer = &Kind{says: "answered at a length that makes no sense",
		hint: "check that SSH_AUTH_SOCK names the socket of an SSH agent"}
	// ErrSignatureFormat means that the agent signed with another hash.
	ErrSignatureFormat = &Kind{says: "did not sign as it was asked",
		hint: "an agent is needed that knows rsa-sha2-256 (RFC 8332): OpenSSH 7.2 and later do"}
)
