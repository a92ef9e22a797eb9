package apiexport

import "encoding/json"

// RequireStrict is requireStrict, with another bound.
var RequireStrict = requireStrict

// Members are those of an object.
func Members(raw json.RawMessage) map[string]json.RawMessage { return newObject("", "", raw).members }

// Split returns the elements of an array.
var Split = split
