package recordfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/drtxt/drtxt/txtrecord"
	"github.com/drtxt/drtxt/txtrecord/export"
	"github.com/drtxt/drtxt/verify"
)

// recordSet is the JSON of a record set as far as it is needed. What it says about
// itself is kept raw, to be compared with the values.
type recordSet struct {
	Schema     string            `json:"schema"`
	RRSets     []txtrecord.RRSet `json:"rrsets"`
	Activation json.RawMessage   `json:"activation"`
	Signed     *bool             `json:"signed"`
	Key        string            `json:"key"`
	Scheme     string            `json:"scheme"`
}

// readJSON reads a record set, an array of record sets, or an array of values.
func readJSON(data []byte, where Where) (Contents, error) {
	var values []string
	if decodeJSON(data, &values) == nil && len(values) > 0 {
		return Contents{Domain: where.Domain, Records: verify.Values(values...)}, nil
	}
	sets, err := decodeSets(data)
	if err != nil {
		return Contents{}, &ParseError{Format: JSON, Err: err}
	}
	return chooseSet(sets, where)
}

func decodeSets(data []byte) ([]recordSet, error) {
	sets := []recordSet{{}}
	var into any = &sets[0]
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		into = &sets
	}
	if err := decodeJSON(data, into); err != nil {
		return nil, err
	}
	if len(sets) == 0 {
		return nil, errors.New("the array is empty")
	}
	for i := range sets {
		if err := sets[i].validate(); err != nil {
			return nil, err
		}
	}
	return sets, nil
}

// A Set is one record set of a JSON file: the RRsets, and what it says about them.
type Set struct {
	RRSets []txtrecord.RRSet
	Claims Claims
}

// Name is the owner name of all the set's RRsets, without its final dot; empty where
// they have several.
func (s *Set) Name() string {
	var name string
	for _, rrset := range s.RRSets {
		at, err := absoluteDomain(rrset.Name)
		if err != nil || name != "" && at != name {
			return ""
		}
		name = at
	}
	return name
}

// ReadSets reads whole record sets, as they are to be published or as they are
// expected. TXT values that are not disaster recovery records are refused. Errors are a
// [*ParseError] or a [*TooLargeError].
func ReadSets(data []byte) ([]Set, error) {
	if len(data) > MaxOther {
		return nil, &TooLargeError{What: fmt.Sprintf("%d bytes of %s", len(data), JSON), Most: MaxOther}
	}
	decoded, err := decodeSets(data)
	if err != nil {
		return nil, &ParseError{Format: JSON, Err: err}
	}
	sets := make([]Set, len(decoded))
	for i, d := range decoded {
		for _, rrset := range d.RRSets {
			if err := onlyOurs(rrset); err != nil {
				return nil, &ParseError{Format: JSON, Err: err}
			}
		}
		sets[i] = Set{d.RRSets, Claims{Activation: d.Activation, Signed: d.Signed, Key: d.Key, Scheme: d.Scheme}}
	}
	return sets, nil
}

func onlyOurs(rrset txtrecord.RRSet) error {
	for _, value := range rrset.Values {
		if rrset.Type == "TXT" && !txtrecord.IsOurs(value) {
			return fmt.Errorf("the TXT value %q is not a disaster recovery record", value)
		}
	}
	return nil
}

// decodeJSON decodes exactly one value.
func decodeJSON(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return errors.New("the text ends too early")
		}
		return jsonError(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("something stands behind the first value")
	}
	return nil
}

// jsonError words a value of the wrong kind without the names of our types.
func jsonError(err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return err
	}
	where := "the value"
	if wrong.Field != "" {
		where = "the field " + wrong.Field
	}
	return fmt.Errorf("%s must not be a JSON %s", where, wrong.Value)
}

func (s *recordSet) validate() error {
	if s.Schema != export.Schema {
		return fmt.Errorf("the schema is %q, must be %q", s.Schema, export.Schema)
	}
	if len(s.RRSets) == 0 {
		return errors.New("there are no rrsets")
	}
	for _, rrset := range s.RRSets {
		if err := validateRRSet(rrset); err != nil {
			return err
		}
	}
	return nil
}

// maxTTL is the largest TTL that there is, in seconds (RFC 2181 §8).
const maxTTL = 1<<31 - 1

func validateRRSet(rrset txtrecord.RRSet) error {
	if _, err := absoluteDomain(rrset.Name); err != nil {
		return err
	}
	if rrset.TTL > maxTTL {
		return fmt.Errorf("the TTL %d is out of range", rrset.TTL)
	}
	if len(rrset.Values) == 0 {
		return fmt.Errorf("the %s set of %q has no values", rrset.Type, rrset.Name)
	}
	switch rrset.Type {
	case "TXT":
		return nil
	case "A", "AAAA":
		return validateAddresses(rrset)
	}
	return fmt.Errorf("the type %q is not TXT, A or AAAA", rrset.Type)
}

func validateAddresses(rrset txtrecord.RRSet) error {
	for _, value := range rrset.Values {
		address, err := netip.ParseAddr(value)
		if err != nil || address.Is4() != (rrset.Type == "A") || address.Zone() != "" {
			return fmt.Errorf("%q is not an address for an %s record", value, rrset.Type)
		}
	}
	return nil
}

// chooseSet picks the TXT set at the name wanted, or the only one.
func chooseSet(sets []recordSet, where Where) (Contents, error) {
	contents := Contents{Domain: where.Domain}
	var names []string
	for _, set := range sets {
		for _, rrset := range set.RRSets {
			name, _ := absoluteDomain(rrset.Name)
			if rrset.Type != "TXT" {
				continue
			}
			if where.Domain != "" && name != where.Domain {
				if hasOurs(verify.Values(rrset.Values...)) {
					contents.Elsewhere = append(contents.Elsewhere, name)
				}
				continue
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			contents.Domain = name
			contents.add(rrset, set)
		}
	}
	if len(names) > 1 {
		return Contents{}, &SeveralNamesError{Names: names}
	}
	if len(names) > 0 {
		contents.Elsewhere = nil
	}
	return contents, nil
}

func (c *Contents) add(rrset txtrecord.RRSet, set recordSet) {
	c.Records = append(c.Records, verify.Values(rrset.Values...)...)
	for range rrset.Values {
		c.TTLs = append(c.TTLs, rrset.TTL)
	}
	c.Claims = &Claims{Activation: set.Activation, Signed: set.Signed, Key: set.Key, Scheme: set.Scheme}
}
