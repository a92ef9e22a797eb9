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

// What [ParsePrivateKey] refuses about an encrypted key, and what is refused
// about a passphrase.
var (
	// ErrEncrypted is for a key that could be read if there were a passphrase.
	ErrEncrypted = &Kind{"holds an encrypted private key",
		"name a file that holds its passphrase with --passphrase-file, or run drtxt at a terminal, where it asks"}
	// ErrPassphrase is one error for both, because the file cannot tell them
	// apart.
	ErrPassphrase = &Kind{"cannot be unlocked: the passphrase is wrong, or the file is damaged",
		"check the passphrase; with the right one, restore the file from a copy"}
	// ErrEncryption comes with the usual name of what is not read.
	ErrEncryption = &Kind{"is encrypted in a way that is not read",
		"encrypt it anew with: (umask 077; openssl pkcs8 -topk8 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 5 -in FILE -out NEW); where openssl calls it unsupported, add -provider default -provider legacy"}
	// ErrCost comes with the number and its limit.
	ErrCost = &Kind{"asks for more work than is done for a key",
		"be sure where the file comes from; then have the program that wrote it encrypt it anew at a lower cost, or, if that is PBKDF2: (umask 077; openssl pkcs8 -topk8 -scrypt -scrypt_N 16384 -scrypt_r 8 -scrypt_p 5 -in FILE -out NEW)"}
	ErrNoPassphrase = &Kind{"cannot be encrypted without a passphrase",
		"give one with --passphrase-file, or leave the key unencrypted with --no-passphrase"}
)

// What [LoadPrivateKey] refuses about the public key beside the private one.
var (
	// ErrMismatch comes with both fingerprints.
	ErrMismatch = &Kind{"is not the private key of the public key beside it",
		"one of the two comes from another pair: restore it from a copy, or move " + PublicKeyFile + " away"}
	// ErrBeside comes with what is wrong with the public key.
	ErrBeside = &Kind{"stands beside the private key and cannot be compared with it",
		"move FILE away, or restore it from a copy"}
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

// What [ReplacePrivateKey] refuses. Nothing was changed then, unless the kind
// says otherwise.
var (
	// ErrNotReplaced comes with the operating system's error.
	ErrNotReplaced = &Kind{"cannot be replaced",
		"nothing was changed; this user must own FILE and may have to free some space; a file that is mounted by itself cannot be replaced"}
	ErrLinked = &Kind{"has a second name (hard link)",
		"the second name would keep the old content: delete it (find DIR -samefile FILE), and run again"}
	ErrChanged = &Kind{"no longer holds the key that was read from it",
		"nothing was changed; see who else writes it, and run again"}
	ErrReplacing = &Kind{"is the new file of a replacement that was killed, or is under way",
		"if no other drtxt is running, delete FILE, which holds the private key too, and run again"}
	ErrUnsynced = &Kind{"was replaced, but a power cut could still bring the old file back",
		"check the disk; run again to be sure"}
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
