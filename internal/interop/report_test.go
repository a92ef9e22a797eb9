//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A verification is what the program says of a domain, in the JSON form.
type verification struct {
	Domain     string
	Verdict    string
	State      struct{ ZIA, ZPA string }
	ExitStatus int `json:"exit_status"`
	Servers    []struct {
		Server, Address, Role, Transport, Outcome, Verdict string
		TTL                                                *int
	}
	Findings []finding

	text string // all of it, for the log
}

type finding struct{ Code, Severity, Server, Message, Advice string }

// verifyLive runs drtxt verify for the domain, whose report must keep to its schema.
func verifyLive(t testing.TB, args ...string) *verification {
	t.Helper()
	return verifyIn(t, nil, args...)
}

// verifyIn is verifyLive with variables in the program's environment.
func verifyIn(t testing.TB, environment []string, args ...string) *verification {
	t.Helper()
	command := slices.Concat(environment, []string{drtxt, "verify", "dr.example.com", "--format", "json"}, args)
	r := run(t, "", "env", command...)
	v := parseVerification(t, r.out)
	if v.ExitStatus != r.status {
		t.Errorf("%q ended in %d, the report says %d", args, r.status, v.ExitStatus)
	}
	return v
}

func parseVerification(t testing.TB, text string) *verification {
	t.Helper()
	v := &verification{text: text}
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := verificationSchema()
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	return v
}

const schemaHome = "https://github.com/drtxt/drtxt/docs/"

// verificationSchema is the schema in docs.
var verificationSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(docsLoader{})
	return compiler.Compile(schemaHome + "verification.schema.json")
})

// docsLoader reads the schemas from docs, not from the network.
type docsLoader struct{}

func (docsLoader) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, schemaHome)
	if !ok {
		return nil, fmt.Errorf("%s is not one of ours", url)
	}
	path, err := filepath.Abs(filepath.Join("..", "..", "docs", name))
	if err != nil {
		return nil, err
	}
	return jsonschema.FileLoader{}.Load("file://" + path)
}

// want checks the status and the verdict.
func (v *verification) want(t testing.TB, status int, verdict string) {
	t.Helper()
	if v.ExitStatus != status || v.Verdict != verdict {
		t.Errorf("status %d, verdict %s; want %d, %s\n%s", v.ExitStatus, v.Verdict, status, verdict, v.text)
	}
}

// finding returns the first finding with a code, and fails the test if there is none.
func (v *verification) finding(t testing.TB, code, severity string) finding {
	t.Helper()
	i := slices.IndexFunc(v.Findings, func(f finding) bool { return f.Code == code })
	if i < 0 {
		t.Errorf("no finding %s\n%s", code, v.text)
		return finding{}
	}
	if got := v.Findings[i].Severity; got != severity {
		t.Errorf("the finding %s is of severity %s, want %s", code, got, severity)
	}
	return v.Findings[i]
}

// says checks that a finding's message names what it is about.
func (f finding) says(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(f.Message, text) {
			t.Errorf("%s: %q does not name %q", f.Code, f.Message, text)
		}
	}
}

// wantWarnings checks the codes of all warnings and errors, each counted once.
func (v *verification) wantWarnings(t testing.TB, codes ...string) {
	t.Helper()
	var got []string
	for _, f := range v.Findings {
		if f.Severity != "info" && !slices.Contains(got, f.Code) {
			got = append(got, f.Code)
		}
	}
	slices.Sort(got)
	slices.Sort(codes)
	if !slices.Equal(got, codes) {
		t.Errorf("warnings and errors %q, want %q\n%s", got, codes, v.text)
	}
}

// addressesOf are the addresses that were asked in a role, sorted.
func (v *verification) addressesOf(role string) []string {
	var addresses []string
	for _, s := range v.Servers {
		if s.Role == role && s.Address != "" {
			addresses = append(addresses, s.Address)
		}
	}
	slices.Sort(addresses)
	return addresses
}
