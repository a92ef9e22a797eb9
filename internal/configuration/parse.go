package configuration

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/internal/plainyaml"
	"github.com/drtxt/drtxt/txtrecord"
)

// Parse reads the text of a configuration. path is where it is from: errors name it, and
// relative paths are relative to its folder. disarming are the names of flags that are
// never keys. Errors are an [*Error].
func Parse(data []byte, path string, disarming []string) (*File, error) {
	p := &parser{file: &File{Path: path}, disarming: disarming}
	root, err := p.root(data)
	if err != nil || root == nil {
		return p.file, err
	}
	if err := p.read(root); err != nil {
		return nil, err
	}
	if err := p.file.checkTogether(); err != nil {
		return nil, err
	}
	return p.file, nil
}

type parser struct {
	file      *File
	disarming []string
}

// fail makes an error about what stands at a node.
func (p *parser) fail(at *yaml.Node, kind *Kind, key, detail string) error {
	return &Error{Path: p.file.Path, Line: at.Line, Column: at.Column, Kind: kind, Key: key, Detail: detail}
}

// root is the mapping of the one document, nil where the file says nothing.
func (p *parser) root(data []byte) (*yaml.Node, error) {
	if len(data) > MaxSize {
		return nil, &Error{Path: p.file.Path, Kind: ErrTooLarge}
	}
	if err := plainyaml.CheckText(data); err != nil {
		return nil, p.refused(err)
	}
	root, err := plainyaml.Load(data)
	switch {
	case err != nil:
		return nil, p.refused(err)
	case root == nil || root.Kind == yaml.ScalarNode && root.Tag == "!!null" && root.Value == "" && plain(root):
		return nil, nil
	case root.Kind != yaml.MappingNode:
		return nil, p.fail(root, ErrMapping, "", "")
	}
	return root, nil
}

// kinds are ours for what cannot be read as plain YAML.
var kinds = map[error]*Kind{
	plainyaml.ErrText: ErrEncoding, plainyaml.ErrSyntax: ErrSyntax, plainyaml.ErrDocuments: ErrDocuments, plainyaml.ErrFeature: ErrFeature,
}

// refused words a refusal of the YAML as those of this package are.
func (p *parser) refused(err error) error {
	fault, ok := errors.AsType[*plainyaml.Error](err)
	if !ok {
		return err
	}
	refusal := &Error{Path: p.file.Path, Line: fault.Line, Column: fault.Column, Kind: kinds[fault.Class], Detail: fault.Detail, hint: fault.Hint}
	switch {
	case fault.Err != nil:
		refusal.Detail = fault.Err.Error()
	case fault.Found != "":
		refusal.Detail += " (" + fault.Found + ")"
	}
	return refusal
}

// plain reports whether a scalar has neither quotes nor a block around it.
func plain(node *yaml.Node) bool {
	return node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// read takes all that the file says.
func (p *parser) read(root *yaml.Node) error {
	if err := p.readKeys(root, "", General); err != nil {
		return err
	}
	if p.file.Confirmed == nil {
		return nil
	}
	return p.checkConfirmed(child(root, confirmedKey))
}

// readKeys takes the keys of a mapping one by one: those for a domain, or for every
// domain where that is empty, of one section.
func (p *parser) readKeys(mapping *yaml.Node, domain, section string) error {
	top := domain == "" && section == General
	return p.each(mapping, func(name, value *yaml.Node) error {
		key, known := lookup(section, name.Value)
		switch {
		case top && name.Value == confirmedKey:
			return p.readConfirmed(value)
		case top && name.Value == domainsKey:
			return p.readDomains(value)
		case section == General && slices.Contains(sections, name.Value):
			return p.readSection(value, domain, name.Value)
		case slices.Contains(p.disarming, name.Value):
			return p.fail(name, ErrDisarming, name.Value, "")
		case !known:
			return p.unknown(name, domain, section)
		}
		values, places, err := p.values(key, value)
		p.file.Settings = append(p.file.Settings, Setting{key, domain, values, name.Line, name.Column, places})
		return err
	})
}

// readSection reads what is about publishing, or about kits.
func (p *parser) readSection(node *yaml.Node, domain, section string) error {
	if err := p.requireMapping(node, section, "a mapping of "+strings.Join(names(section), ", ")); err != nil {
		return err
	}
	return p.readKeys(node, domain, section)
}

// requireMapping refuses a value that is no mapping, or an empty one.
func (p *parser) requireMapping(node *yaml.Node, name, wanted string) error {
	switch {
	case isNull(node), node.Kind == yaml.MappingNode && len(node.Content) == 0:
		return p.fail(node, ErrEmpty, name, "")
	case node.Kind != yaml.MappingNode:
		return p.fail(node, ErrType, name, wanted)
	}
	return nil
}

// readDomains reads the domains with what holds for each alone.
func (p *parser) readDomains(node *yaml.Node) error {
	const wanted = "a mapping of domains, each with its keys"
	if err := p.requireMapping(node, domainsKey, wanted); err != nil {
		return err
	}
	return p.each(node, func(name, value *yaml.Node) error {
		written := name.Value
		domain, err := p.addDomain(name)
		switch {
		case err != nil:
			return err
		case isNull(value):
			return &Error{Path: p.file.Path, Line: value.Line, Column: value.Column, Kind: ErrEmpty, Key: written, hint: "write {} behind it where nothing is to be said about that domain alone"}
		case value.Kind != yaml.MappingNode:
			return p.fail(value, ErrType, written, "a mapping of keys")
		}
		return p.readKeys(value, domain, General)
	})
}

// addDomain notes a domain that the file names.
func (p *parser) addDomain(node *yaml.Node) (name string, err error) {
	name, err = domainname.Canonical(node.Value)
	if fault, ok := errors.AsType[*txtrecord.DomainError](err); ok {
		return "", p.fail(node, ErrDomain, node.Value, fault.Reason)
	}
	if err != nil {
		return "", err
	}
	if slices.Contains(p.file.Domains(), name) {
		return "", p.fail(node, ErrTwice, node.Value, strconv.Quote(p.file.Written(name)))
	}
	p.file.domains = append(p.file.domains, domain{name, node.Value})
	return name, nil
}

// unknown is the error about a key that is not known where it stands. It may be known
// elsewhere.
func (p *parser) unknown(at *yaml.Node, domain, section string) error {
	name := at.Value
	if name == confirmedKey || name == domainsKey || section != General && slices.Contains(sections, name) {
		return p.fail(at, ErrMisplaced, name, "at the top level")
	}
	if _, known := lookup(General, name); known {
		return p.fail(at, ErrMisplaced, name, "outside of "+section)
	}
	for _, other := range sections {
		if _, known := lookup(other, name); known {
			return p.fail(at, ErrMisplaced, name, "under "+other)
		}
	}
	refusal := &Error{Path: p.file.Path, Line: at.Line, Column: at.Column, Kind: ErrUnknown, Key: name}
	known := names(section)
	if section == General {
		known = append(known, sections...)
		if domain == "" {
			known = append(known, confirmedKey, domainsKey)
		}
	}
	refusal.hint = "the keys are " + strings.Join(known, ", ")
	return refusal
}

// each calls take for every pair of a mapping. Keys are texts, and distinct.
func (p *parser) each(mapping *yaml.Node, take func(name, value *yaml.Node) error) error {
	seen := map[string]bool{}
	for i := 0; i < len(mapping.Content); i += 2 {
		name, value := mapping.Content[i], mapping.Content[i+1]
		switch {
		case name.Kind != yaml.ScalarNode:
			return p.fail(name, ErrMapping, "", "")
		case seen[name.Value]:
			return p.fail(name, ErrDuplicate, name.Value, "")
		}
		seen[name.Value] = true
		if err := take(name, value); err != nil {
			return err
		}
	}
	return nil
}

// values are those of a key, as its shape has them, and where they stand.
func (p *parser) values(key Key, node *yaml.Node) (values []string, places []place, err error) {
	nodes := []*yaml.Node{node}
	listed := node.Kind == yaml.SequenceNode
	switch {
	case key.Shape == List && isNull(node), listed && len(node.Content) == 0 && (key.Shape == List || key.Shape == Texts):
		return nil, nil, p.fail(node, ErrEmpty, key.String(), "")
	case key.Shape == List && !listed:
		return nil, nil, p.fail(node, ErrType, key.String(), "a list")
	case key.Shape == List, key.Shape == Texts && listed:
		nodes = node.Content
	}
	for _, node := range nodes {
		value, err := p.scalar(key, node)
		if err != nil {
			return nil, nil, err
		}
		values, places = append(values, value), append(places, place{node.Line, node.Column})
	}
	return values, places, nil
}

// tag is that of the values that a shape takes, and what it is in words.
func (s Shape) tag() (tag, words string) {
	switch s {
	case Switch:
		return "!!bool", "true or false"
	case Number:
		return "!!int", "a whole number"
	case List:
		return "!!str", "a list of texts"
	case Texts:
		return "!!str", "a text or a list of texts"
	}
	return "!!str", "a text"
}

// scalar is one value of a key.
func (p *parser) scalar(key Key, node *yaml.Node) (string, error) {
	tag, words := key.Shape.tag()
	switch {
	case isNull(node) || node.Kind == yaml.ScalarNode && node.Value == "":
		return "", p.fail(node, ErrEmpty, key.String(), "")
	case node.Kind != yaml.ScalarNode || node.Tag != tag:
		return "", p.fail(node, ErrType, key.String(), words)
	case strings.ContainsFunc(node.Value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return "", p.fail(node, ErrValue, key.String(), "on one line, without control characters")
	}
	value := node.Value
	if key.check != nil {
		if wanted := key.check(value); wanted != "" {
			return "", p.fail(node, ErrValue, key.String(), wanted)
		}
	}
	if key.Shape == Switch {
		value = strconv.FormatBool(strings.EqualFold(value, "true"))
	}
	if key.Path && !filepath.IsAbs(value) {
		value = filepath.Join(filepath.Dir(p.file.Path), value)
	}
	return value, nil
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// The keys of scheme-confirmed.
const (
	dateKey = "date"
	wayKey  = "way"
	keyKey  = "key"
	openKey = "open"
)

// undecidable are the tags that a scheme can leave out, and so the values of open.
var undecidable = []string{"k", "d"}

// readConfirmed reads scheme-confirmed.
func (p *parser) readConfirmed(node *yaml.Node) error {
	switch {
	case isNull(node):
		return p.fail(node, ErrEmpty, confirmedKey, "")
	case node.Kind != yaml.MappingNode:
		return p.fail(node, ErrType, confirmedKey, "a mapping of scheme, date, way, key and open")
	}
	confirmed, seen := &Confirmed{}, map[string]bool{}
	err := p.each(node, func(name, value *yaml.Node) error {
		seen[name.Value] = true
		return p.readConfirmation(confirmed, name, value)
	})
	if err != nil {
		return err
	}
	for _, name := range []string{schemeKey, dateKey, wayKey} {
		if !seen[name] {
			return p.fail(node, ErrEmpty, confirmedKey+"."+name, "")
		}
	}
	p.file.Confirmed = confirmed
	return nil
}

// readConfirmation reads one key of scheme-confirmed.
func (p *parser) readConfirmation(c *Confirmed, name, value *yaml.Node) (err error) {
	path := confirmedKey + "." + name.Value
	if name.Value == openKey {
		c.Open, err = p.readOpen(path, value)
		return err
	}
	switch {
	case isNull(value) || value.Kind == yaml.ScalarNode && value.Value == "":
		return p.fail(value, ErrEmpty, path, "")
	case value.Kind != yaml.ScalarNode || value.Tag != "!!str" && value.Tag != "!!timestamp":
		return p.fail(value, ErrType, path, "a text")
	}
	wrong := func(wanted string) error { return p.fail(value, ErrValue, path, wanted) }
	switch name.Value {
	case schemeKey:
		if c.Scheme, err = txtrecord.ParseScheme(value.Value); err != nil {
			return wrong(checkScheme(value.Value))
		}
	case dateKey:
		if c.Date, err = time.Parse(time.DateOnly, value.Value); err != nil {
			return wrong("a day, as 2026-12-01")
		}
	case wayKey:
		if c.Way = Way(value.Value); c.Way != Pair && c.Way != Trial {
			return wrong(string(Pair) + " or " + string(Trial))
		}
	case keyKey:
		if c.Key = value.Value; !isFingerprint(c.Key) {
			return wrong("a fingerprint, as `drtxt keygen` prints it: SHA256: and 43 characters")
		}
	default:
		return &Error{Path: p.file.Path, Line: name.Line, Column: name.Column, Kind: ErrUnknown, Key: path,
			hint: "its keys are " + strings.Join([]string{schemeKey, dateKey, wayKey, keyKey, openKey}, ", ")}
	}
	return nil
}

// readOpen reads the tags that a confirmation leaves open.
func (p *parser) readOpen(path string, list *yaml.Node) ([]string, error) {
	tags, _, err := p.values(Key{Name: path, Shape: List, check: checkUndecidable}, list)
	if err != nil {
		return nil, err
	}
	for i, tag := range tags {
		if slices.Contains(tags[:i], tag) {
			return nil, p.fail(list.Content[i], ErrValue, path, "a list without repetitions")
		}
	}
	return tags, nil
}

func checkUndecidable(tag string) string {
	if !slices.Contains(undecidable, tag) {
		return "a list of " + strings.Join(undecidable, " and ")
	}
	return ""
}

// isFingerprint recognises SHA256: and the unpadded base64 of 32 bytes.
func isFingerprint(text string) bool {
	digest, ok := strings.CutPrefix(text, "SHA256:")
	return ok && len(digest) == 43 && !strings.ContainsFunc(digest, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '/')
	})
}

// checkConfirmed refuses a confirmation of another scheme than the one in use.
func (p *parser) checkConfirmed(at *yaml.Node) error {
	scheme, ok := p.file.Scheme()
	switch {
	case !ok:
		return p.fail(at, ErrConfirmed, confirmedKey, p.file.Confirmed.Scheme.String()+", and the file names no scheme")
	case scheme != p.file.Confirmed.Scheme:
		return p.fail(at, ErrConfirmed, confirmedKey, p.file.Confirmed.Scheme.String()+", and scheme is "+scheme.String())
	}
	return nil
}
