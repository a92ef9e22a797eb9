package txtrecord_test

import (
	"go/build"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// Whoever verifies records with this package must not have to trust anybody else's
// code. Every file counts, whatever its build constraints.
func TestImportsTheStandardLibraryAlone(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	imports := 0
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imports++
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if p, err := build.Import(name, ".", build.FindOnly); err != nil || !p.Goroot {
				t.Errorf("%s imports %q, which is not in the standard library (%v)", path, name, err)
			}
		}
	}
	if imports < 10 {
		t.Errorf("only %d imports were seen", imports)
	}
}

// The same through every package that it needs, as the go command resolves it.
func TestDependsOnTheStandardLibraryAlone(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "github.com/drtxt/drtxt/txtrecord" {
		t.Errorf("outside the standard library it needs %q", got)
	}
}
