package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// expected is the part of the flags that names exact record sets.
type expected struct {
	records []string

	sets   remembered[[]namedSet]
	claims []recordfile.Claims // of the record sets that are expected
}

// A namedSet is a record set with the file that it is from.
type namedSet struct {
	recordfile.Set
	path string
}

func (e *expected) flags(cmd *cobra.Command, what string) {
	cmd.Flags().StringArrayVar(&e.records, "records", nil, what+", TXT or addresses (A, AAAA), a `FILE` in the form of record --format json (- for standard input); repeatable")
}

// readRecords puts the record sets that are expected into a request.
func (e *expected) readRecords(ctx context.Context, env *environment, request *verify.Request) error {
	sets, err := e.read(ctx, env)
	if err != nil {
		return err
	}
	for i := range sets {
		if err := e.addRecords(request, &sets[i]); err != nil {
			return err
		}
	}
	return nil
}

// read reads them, once.
func (e *expected) read(ctx context.Context, env *environment) ([]namedSet, error) {
	return e.sets.get(func() ([]namedSet, error) {
		var all []namedSet
		for _, path := range e.records {
			data, err := readInput(ctx, env, path)
			if err != nil {
				return nil, err
			}
			if path == "-" {
				path = "standard input"
			}
			sets, err := recordfile.ReadSets(data)
			if err != nil {
				return nil, notRecordSets(data, path, err)
			}
			for _, set := range sets {
				all = append(all, namedSet{set, path})
			}
		}
		return all, nil
	})
}

// domain is that of the record sets, empty where none could be read: those who need them
// say why.
func (e *expected) domain(ctx context.Context, env *environment) string {
	sets, err := e.read(ctx, env)
	if err != nil || len(sets) == 0 {
		return ""
	}
	return sets[0].Name()
}

// makesAddresses is the command that makes a record set of addresses.
const makesAddresses = "`drtxt edges FILE --domain DOMAIN --format json`"

// notRecordSets says what else a file is than record sets.
func notRecordSets(data []byte, path string, err error) error {
	const way = "the record set is what " + makesAddresses + " makes of the same export or inventory"
	switch {
	case hasSchema(data, edgesSchema):
		return refusal(fmt.Errorf("%s: this is the view of the edges (%s), and not the record set", quoted(path), edgesSchema), way)
	case isAddresses(data):
		return refusal(fmt.Errorf("%s: these are bare addresses, without a name, a type and a time to live", quoted(path)), way)
	}
	if f, ok := errors.AsType[*failure](unrecognised(data, path, err)); ok {
		return f
	}
	return refusal(fmt.Errorf("%s: %w", quoted(path), err), "give it what `drtxt record --format json` writes, or for addresses what "+makesAddresses+" does")
}

// hasSchema reports whether a text is JSON that says to be of that schema.
func hasSchema(data []byte, schema string) bool {
	var said struct {
		Schema string `json:"schema"`
	}
	return json.Unmarshal(data, &said) == nil && said.Schema == schema
}

// isAddresses reports whether a text is a list of addresses, as the format text has them.
func isAddresses(data []byte) bool {
	words := strings.Fields(string(data))
	return len(words) > 0 && !slices.ContainsFunc(words, func(word string) bool {
		_, err := netip.ParseAddr(word)
		return err != nil
	})
}

// addRecords adds one record set to what is expected. One domain can have one set of each
// type.
func (e *expected) addRecords(request *verify.Request, set *namedSet) error {
	name, path := set.Name(), set.path
	if name == "" {
		return refusal(fmt.Errorf("%s holds records of several names: %s", quoted(path), strings.Join(set.names(), ", ")), "give it the records of one name alone")
	}
	if request.Policy.Domain == "" {
		request.Policy.Domain = name
	}
	if name != request.Policy.Domain {
		return refusal(fmt.Errorf("%s holds records of %s, and not of %s", quoted(path), name, request.Policy.Domain), "give the records of each domain by themselves")
	}
	for _, rrset := range set.RRSets {
		if len(rrset.Values) > recordfile.MaxRecords {
			return refusal(fmt.Errorf("%s: the %s set holds %d records, at most %d are read", quoted(path), rrset.Type, len(rrset.Values), recordfile.MaxRecords), "give it the records of one name alone")
		}
		for _, known := range request.Records {
			if known.Type == rrset.Type {
				return refusal(fmt.Errorf("%s: there are two %s sets for %s", quoted(path), rrset.Type, name), "expect one set of each type")
			}
		}
		request.Records = append(request.Records, rrset)
		if rrset.Type == "TXT" {
			e.claims = append(e.claims, set.Claims)
		}
	}
	return nil
}

// names are the owner names in the set, each once, without their final dots.
func (s *namedSet) names() []string {
	var names []string
	for _, rrset := range s.RRSets {
		if name := strings.TrimSuffix(strings.ToLower(rrset.Name), "."); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// addressesAlone reports whether exact records are expected and all are addresses.
func addressesAlone(records []txtrecord.RRSet) bool {
	for _, rrset := range records {
		if rrset.Type == "TXT" {
			return false
		}
	}
	return len(records) > 0
}

// checkClaims holds what the record sets say about themselves against the report.
func (e *expected) checkClaims(report *verify.Report) {
	for i := range e.claims {
		checkClaims(report, &e.claims[i])
	}
}
