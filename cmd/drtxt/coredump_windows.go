package main

// forbidCoreDumps has nothing to do: error reports of Windows are the administrator's
// to switch off.
func forbidCoreDumps() {}
