package vendorstatus_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/vendorstatus"
)

// Whatever is pasted, nothing panics, an answer is in the file, and no file without one is
// accepted.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := vendorstatus.Parse(apiexport.Page{Name: "FILE", Data: data})
		if err != nil {
			if all != nil {
				t.Error("answers beside an error")
			}
			return
		}
		answered := false
		for _, s := range all {
			if s.Line < 1 || s.Line > bytes.Count(data, []byte("\n"))+1 {
				t.Errorf("line %d", s.Line)
			}
			if s.MaxAuthentication < 0 || s.MaxAuthentication%time.Second != 0 {
				t.Errorf("interval %v", s.MaxAuthentication)
			}
			answered = answered || !s.Unanswered
		}
		if !answered {
			t.Errorf("accepted without an answer: %+v", all)
		}
		if len(vendorstatus.Judge(all, domain)) == 0 {
			t.Error("nothing was found, not even the interval")
		}
	})
}
