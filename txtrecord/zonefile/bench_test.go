package zonefile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/miekg/dns"
)

// millionRecords is a zone file with a million records in the mixture of a provider's
// zone.
func millionRecords() []byte {
	var b bytes.Buffer
	b.WriteString("$ORIGIN example.com.\n$TTL 3600\n@ IN SOA ns1 hostmaster 2026010100 7200 3600 1209600 300\n  IN NS ns1\nns1 IN A 192.0.2.1\n")
	for i := range 333_332 {
		fmt.Fprintf(&b, "host%d IN A 198.51.%d.%d\n", i, i>>8&255, i&255)
		fmt.Fprintf(&b, "\t300\tIN\tMX\t10 mail%d.example.net. ; relay\n", i%100)
		fmt.Fprintf(&b, "www.host%d IN CNAME host%d\n", i, i)
	}
	b.WriteString("dr 30 IN TXT \"v=1;k=all;b=off\"\n")
	return b.Bytes()
}

// BenchmarkEdit edits a zone file of a million records from reading it to the written
// file. The metric x-parse is how many times as long that takes as reading the zone
// once with the DNS library.
func BenchmarkEdit(b *testing.B) {
	data := millionRecords()
	path := filepath.Join(b.TempDir(), "example.com.zone")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	var parsing, editing time.Duration
	for b.Loop() {
		start := time.Now()
		parseOnce(b, path)
		parsed := time.Now()
		editOnce(b, path)
		parsing += parsed.Sub(start)
		editing += time.Since(parsed)
	}
	b.ReportMetric(float64(editing)/float64(parsing), "x-parse")
	b.ReportMetric(parsing.Seconds()/float64(b.N), "parse-s")
	b.ReportMetric(editing.Seconds()/float64(b.N), "edit-s")
}

func parseOnce(tb testing.TB, path string) {
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	parser := dns.NewZoneParser(file, "", "")
	records := 0
	for _, ok := parser.Next(); ok; _, ok = parser.Next() {
		records++
	}
	if parser.Err() != nil || records != 1_000_000 {
		tb.Fatalf("%d records, %v", records, parser.Err())
	}
}

func editOnce(tb testing.TB, path string) {
	f, err := Load(path, "", "dr.example.com", Options{})
	if err != nil {
		tb.Fatal(err)
	}
	edit, err := f.Edit([]Change{{Type: "TXT", Remove: f.Standing()[0].RDATA, Add: f.Standing()[0].RDATA, TTL: 30}}, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	if err := edit.Commit(context.Background()); err != nil {
		tb.Fatal(err)
	}
}
