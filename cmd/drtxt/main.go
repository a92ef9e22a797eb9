// Command drtxt makes, publishes and verifies the signed DNS TXT records that
// switch an organisation's remote access into disaster recovery and back.
package main

import "os"

func main() { os.Exit(run(systemEnvironment(), os.Args[1:])) }
