package zonefile_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/zonefile"
)

func Example() {
	directory, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(directory)
	path := filepath.Join(directory, "example.com.zone")
	const text = `$ORIGIN example.com.
$TTL 1h
@	IN	SOA	ns hostmaster (
		2026010107 ; serial
		2h 1h 2w 5m )
	IN	NS	ns
ns	IN	A	192.0.2.53
dr	30	IN	TXT	"v=1;k=all;b=off" ; on a quiet day
www	IN	A	192.0.2.80
`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}

	file, err := zonefile.Load(path, "", "dr.example.com", zonefile.Options{})
	if err != nil {
		log.Fatal(err)
	}
	record, err := txtrecord.TXTData("v=1;k=all;b=on")
	if err != nil {
		log.Fatal(err)
	}
	change := zonefile.Change{Type: "TXT", Remove: file.Standing()[0].RDATA, Add: [][]byte{record}, TTL: 30}
	edit, err := file.Edit([]zonefile.Change{change}, time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC))
	if err != nil {
		log.Fatal(err)
	}
	var diff strings.Builder
	if err := edit.WriteDiff(&diff); err != nil {
		log.Fatal(err)
	}
	_, hunks, _ := strings.Cut(diff.String(), "@@")
	fmt.Println(strings.ReplaceAll("@@"+hunks, "\t", " "))
	if err := edit.Commit(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// @@ -1,9 +1,9 @@
	//  $ORIGIN example.com.
	//  $TTL 1h
	//  @ IN SOA ns hostmaster (
	// -  2026010107 ; serial
	// +  2026112501 ; serial
	//    2h 1h 2w 5m )
	//   IN NS ns
	//  ns IN A 192.0.2.53
	// -dr 30 IN TXT "v=1;k=all;b=off" ; on a quiet day
	// +dr.example.com. 30 IN TXT "v=1;k=all;b=on"
	//  www IN A 192.0.2.80
}
