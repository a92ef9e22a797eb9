package keygen

// What only a race or another system reaches otherwise.
var (
	CreateNamed = createNamed
	WriteFiles  = writePair
)

const (
	OpenFlags   = openFlags
	MaxFileSize = maxFileSize
)
