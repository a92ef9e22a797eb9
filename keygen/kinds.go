package keygen

// A Kind is a class of refusal. It is compared with [errors.Is].
type Kind struct {
	// says is the predicate of the error's sentence.
	says string
	// hint is the way out; FILE stands for the path, the name of the public
	// key file for that file in the same directory.
	hint string
}

func (k *Kind) Error() string { return k.says }

// What [ParsePrivateKey] and [ParsePublicKey] refuse about the text.
var (
	ErrEmpty = &Kind{"is empty",
		"restore the key from a copy, or make a pair with drtxt keygen"}
	ErrNotPEM = &Kind{"is not PEM text",
		"the text must begin with -----BEGIN; a key in DER becomes PEM with: openssl pkey -inform DER -in FILE -out NEW (a public one: add -pubin -pubout)"}
	ErrJunk = &Kind{"holds something besides the PEM block",
		"save the lines from -----BEGIN to -----END alone, as plain text without a byte order mark"}
	ErrManyBlocks = &Kind{"holds more than one PEM block",
		"save the one block that is meant in a file of its own"}
	ErrHeaders = &Kind{"holds a PEM block with headers",
		"delete the header lines between -----BEGIN and the base64, and the blank line after them"}
	ErrOtherBlock = &Kind{"holds a PEM block of another kind",
		"give the file that drtxt keygen wrote, or one that openssl pkey writes"}
)

// What they refuse about the key.
var (
	ErrEncrypted = &Kind{"holds an encrypted private key",
		"encrypted keys cannot be read yet; an unencrypted copy is made with: (umask 077; openssl pkey -in FILE -out NEW)"}
	ErrCertificate = &Kind{"holds a certificate",
		"it holds no private key; take the public key out of it with: openssl x509 -in FILE -noout -pubkey"}
	ErrNotRSA = &Kind{"holds a key of another algorithm",
		"records are signed with RSA alone (rsaEncryption, 2048 bits); make a pair with drtxt keygen"}
	ErrOpenSSH = &Kind{"holds a key in OpenSSH's format",
		"rewrite a copy of a private key with: ssh-keygen -p -m PKCS8 -N '' -f COPY; a public one with: ssh-keygen -e -m PKCS8 -f FILE"}
	ErrPrivateGiven = &Kind{"holds a private key",
		"take the public key out of it with: openssl pkey -in FILE -pubout"}
	ErrPublicGiven = &Kind{"holds a public key",
		"signing needs the private key, " + PrivateKeyFile + ", which cannot be had from the public one"}
	ErrDamaged = &Kind{"holds a damaged key",
		"restore the key from a copy, or make a pair with drtxt keygen and upload its public key"}
	ErrMultiPrime = &Kind{"holds an RSA key of more than two primes",
		"make a pair with drtxt keygen"}
	// ErrPolicy comes with a [*txtrecord.KeyError].
	ErrPolicy = &Kind{"holds a key that the format does not allow",
		"make a pair with drtxt keygen"}
)

// What [LoadPrivateKey] and [LoadPublicKey] refuse about the file.
var (
	// ErrUnreadable comes with the operating system's error.
	ErrUnreadable = &Kind{"cannot be read",
		"check the path, and that this user may read the file"}
	ErrNotRegular = &Kind{"is not a regular file",
		"give a regular file, or a symbolic link to one"}
	ErrTooLarge = &Kind{"is too large for a key",
		"a key has less than 4 KiB; check the path"}
	// ErrExposed comes with the file's Mode.
	ErrExposed = &Kind{"can be used by group or others",
		"chmod 600 FILE, or --allow-exposed-key where a secret is mounted like this"}
)

// What [WritePair] and [CheckVacant] refuse.
var (
	// ErrUnwritable comes with the operating system's error.
	ErrUnwritable = &Kind{"cannot be written",
		"free some space, or give a directory where this user may write with --dir"}
	ErrExists = &Kind{"exists already",
		"keep using that pair, or give another directory with --dir; nothing is ever overwritten"}
	ErrPublicAlone = &Kind{"stands without its private key, as an interrupted run leaves it",
		"if it was never uploaded to a portal, and no other keygen is running, delete FILE and run again"}
	ErrPrivateAlone = &Kind{"stands without its public key",
		"make the public key from it with: openssl pkey -in FILE -pubout -out " + PublicKeyFile}
	ErrUnfinished = &Kind{"is an empty private key, as a killed run leaves it",
		"delete FILE and run again"}
)
