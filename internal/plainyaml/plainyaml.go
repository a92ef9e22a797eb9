// Package plainyaml reads YAML that says what it seems to say: one document of UTF-8 text,
// without anchors, aliases, merge keys and tags, and without characters that hide a line
// from who looks at it in an editor.
package plainyaml

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v4"
)

// The classes of refusal; every [Error] is of one.
var (
	ErrText      = errors.New("a character has no place there")
	ErrSyntax    = errors.New("the text is not YAML")
	ErrDocuments = errors.New("there is a second document")
	ErrFeature   = errors.New("there is something that is not read")
)

// An Error says what was refused, and where.
type Error struct {
	Class error
	// Line and Column count from 1; 0 where the place is not known.
	Line, Column int
	// Detail says what it is, in our words; empty for a second document, and where Err says it.
	Detail string
	// Found is what stands there, for features that have a name. It is the text's own.
	Found string
	// Hint is the way out for a character, empty otherwise.
	Hint string
	// Err is the YAML library's message for a fault of syntax. It may quote the text.
	Err error
}

func (e *Error) Error() string { return e.Class.Error() + ": " + e.Detail }

// Unwrap returns the class.
func (e *Error) Unwrap() error { return e.Class }

// Load returns the root of the one document, nil where the text says nothing. The text has to
// pass [CheckText], which it is up to the caller to ask first. Errors are an [*Error].
func Load(text []byte) (*yaml.Node, error) {
	loader, err := yaml.NewLoader(bytes.NewReader(text))
	if err != nil {
		return nil, syntaxError(err)
	}
	var document, more yaml.Node
	switch err := loader.Load(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxError(err)
	}
	switch err := loader.Load(&more); {
	case err == nil:
		return nil, &Error{Class: ErrDocuments, Line: more.Line, Column: more.Column}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(err)
	}
	root := document.Content[0]
	return root, checkFeatures(root)
}

func syntaxError(err error) error {
	refusal := &Error{Class: ErrSyntax, Err: err}
	if at, ok := errors.AsType[*yaml.LoadError](err); ok && at.Mark.Line > 0 {
		refusal.Line, refusal.Column, refusal.Err = at.Mark.Line, at.Mark.Column, errors.New(at.Message)
	}
	return refusal
}

// checkFeatures refuses what makes a text mean something that it does not say.
func checkFeatures(node *yaml.Node) error {
	refused := func(detail, found string) error {
		return &Error{Class: ErrFeature, Line: node.Line, Column: node.Column, Detail: detail, Found: found}
	}
	switch {
	case node.Kind == yaml.AliasNode:
		return refused("an alias", "*"+node.Value)
	case node.Anchor != "":
		return refused("an anchor", "&"+node.Anchor)
	case node.Style&yaml.TaggedStyle != 0:
		return refused("a tag", node.Tag)
	case node.Tag == "!!merge":
		return refused("a merge key", "<<")
	}
	for _, child := range node.Content {
		if err := checkFeatures(child); err != nil {
			return err
		}
	}
	return nil
}
