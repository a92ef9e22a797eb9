package zonefile

import "os"

// keepable refuses nothing: the new file takes its access control list from the
// directory.
func keepable(string) error { return nil }

func copyAttributes(*os.File, string) error { return nil }
