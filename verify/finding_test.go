package verify_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// constantsOf reads the values of the constants of a type out of a source file.
func constantsOf(t *testing.T, file, typeName string) map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values[spec.Names[0].Name] = value
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("no constants of type %s in %s", typeName, file)
	}
	return values
}

func TestCodes(t *testing.T) {
	seen := map[verify.Code]bool{}
	for _, c := range verify.Codes() {
		if seen[c.Code] {
			t.Errorf("%s stands twice", c.Code)
		}
		seen[c.Code] = true
		if !slices.Contains([]verify.Severity{verify.Error, verify.Warning, verify.Info}, c.Severity) || c.Advice == "" {
			t.Errorf("%+v", c)
		}
		if !printable(c.Advice) || strings.ToLower(string(c.Code)) != string(c.Code) || strings.ContainsAny(string(c.Code), " _") {
			t.Errorf("%+v", c)
		}
		if found, ok := verify.Lookup(c.Code); !ok || found != c {
			t.Errorf("Lookup(%s) = %+v, %t", c.Code, found, ok)
		}
	}
	if _, ok := verify.Lookup("no-such"); ok {
		t.Error("an unknown code was found")
	}
	for name, value := range constantsOf(t, "finding.go", "Code") {
		if !seen[verify.Code(value)] {
			t.Errorf("%s = %q is not in Codes()", name, value)
		}
	}
	for _, fault := range txtrecord.Faults() {
		refuses := fault.Unwrap() != txtrecord.ErrNotCanonical
		if seen[faultCode(fault)] != refuses {
			t.Errorf("fault %s: in Codes() %t, refuses %t", fault.Code(), !refuses, refuses)
		}
	}
}

// Every code, by the name of its constant, makes a finding of its own severity and
// advice.
func TestAddEveryCode(t *testing.T) {
	for name, value := range constantsOf(t, "finding.go", "Code") {
		var report verify.Report
		report.Add(verify.Code(value), "seen")
		info, _ := verify.Lookup(verify.Code(value))
		want := verify.Finding{Code: verify.Code(value), Severity: info.Severity, Message: "seen", Advice: info.Advice}
		if len(report.Findings) != 1 || report.Findings[0] != want {
			t.Errorf("%s: %+v", name, report.Findings)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown code made a finding")
		}
	}()
	new(verify.Report).Add("no-such", "seen")
}

// printable reports whether a text is ASCII without control characters: whatever
// terminal it is printed on, it does nothing.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' })
}
