package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/drtxt/drtxt/internal/recordfile"
	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/verify"
)

// expected is the part of the flags that names exact record sets.
type expected struct {
	records []string

	claims []recordfile.Claims // of the record sets that were read
}

func (e *expected) flags(cmd *cobra.Command, what string) {
	cmd.Flags().StringArrayVar(&e.records, "records", nil, what+", TXT or addresses (A, AAAA), a `FILE` in the form of record --format json (- for standard input); repeatable")
}

// readRecords reads the record sets that are expected.
func (e *expected) readRecords(ctx context.Context, env *environment, request *verify.Request) error {
	for _, path := range e.records {
		data, err := readInput(ctx, env, path)
		if err != nil {
			return err
		}
		if path == "-" {
			path = "standard input"
		}
		sets, err := recordfile.ReadSets(data)
		if err != nil {
			return notRecordSets(data, path, err)
		}
		for _, set := range sets {
			if err := e.addRecords(request, path, &set); err != nil {
				return err
			}
		}
	}
	return nil
}

// notRecordSets says what else a file is than record sets.
func notRecordSets(data []byte, path string, err error) error {
	if f, ok := errors.AsType[*failure](unrecognised(data, path, err)); ok {
		return f
	}
	return refusal(fmt.Errorf("%s: %w", quoted(path), err), "give it what `drtxt record --format json` writes")
}

// addRecords adds one record set to what is expected. One domain can have one set of each
// type.
func (e *expected) addRecords(request *verify.Request, path string, set *recordfile.Set) error {
	name := set.Name()
	if request.Policy.Domain == "" {
		request.Policy.Domain = name
	}
	if name == "" || name != request.Policy.Domain {
		return refusal(fmt.Errorf("%s holds records of another name than %s", quoted(path), request.Policy.Domain), "verify each domain with its own records")
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
