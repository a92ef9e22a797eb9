package targets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// parseJSON reads a line that is one JSON object.
func parseJSON(line []byte) (Target, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("{")) {
		return Target{}, errors.New("not a JSON object, as those before it are")
	}
	// The decoder below says where a token ends, not that nothing stands behind the
	// object, nor at which column of the line a fault is.
	var whole json.RawMessage
	if err := json.Unmarshal(line, &whole); err != nil {
		return Target{}, jsonError(err)
	}
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber() // so that a number out of range is the wrong type, not invalid
	return decodeObject(d)
}

func jsonError(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("invalid JSON at column %d", syntax.Offset)
	}
	return errors.New("invalid JSON")
}

// decodeObject goes through the members one by one, since decoding into a struct lets
// the last of several members of the same name win, and takes Domain for domain.
func decodeObject(d *json.Decoder) (Target, error) {
	var t Target
	if _, err := d.Token(); err != nil {
		return Target{}, jsonError(err)
	}
	seen := make(map[string]bool)
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return Target{}, jsonError(err)
		}
		name, _ := key.(string)
		if seen[name] {
			return Target{}, fmt.Errorf("the key %s stands there twice", quote(name))
		}
		seen[name] = true
		if err := t.decodeMember(name, d); err != nil {
			return Target{}, err
		}
	}
	return t, nil
}

func (t *Target) decodeMember(name string, d *json.Decoder) error {
	if !known(name) {
		return fmt.Errorf("the unknown key %s, must be one of %s", quote(name), oneOf(columns))
	}
	token, err := d.Token()
	if err != nil {
		return jsonError(err)
	}
	if one := t.single(name); one != nil {
		*one, err = text(name, "a string", token)
		return err
	}
	*t.list(name), err = texts(name, d, token)
	return err
}

// texts reads one string, or an array of them.
func texts(name string, d *json.Decoder, token json.Token) ([]string, error) {
	const kind = "a string or an array of strings"
	if token != json.Delim('[') {
		one, err := text(name, kind, token)
		return []string{one}, err
	}
	var all []string
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, jsonError(err)
		}
		one, err := text(name, kind, token)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	_, err := d.Token() // the closing bracket
	return all, err
}

// text checks a string, which an escape can have filled with anything. An empty one is
// refused: it is more often a variable that was not set than the wish to say nothing.
func text(name, kind string, token json.Token) (string, error) {
	value, ok := token.(string)
	switch {
	case !ok:
		return "", fmt.Errorf("%s must be %s", name, kind)
	case value == "" && name == "domain":
		return "", ErrNoDomain
	case value == "":
		return "", fmt.Errorf("%s is an empty string", name)
	}
	if err := checkText(value); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return value, nil
}
