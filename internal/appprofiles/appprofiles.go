// Package appprofiles reads the app profiles of Client Connector from an export of the
// vendor's API, and judges whether their clients would follow a record.
//
// An app profile is for one platform, and for the users and groups that it names. Its
// disaster recovery section has a domain and a public key for Internet Access and for Private
// Access, says whether either is on, and whether test mode is allowed. Of all else that an
// export holds, passwords and tokens among it, nothing is read.
//
// What an export does not say is not guessed: which profile somebody gets whom several would
// fit (the portal's order decides), who is meant by a profile that names nobody, and whether
// a client has fetched its profile since it was changed.
package appprofiles

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/drtxt/drtxt/internal/apiexport"
	"github.com/drtxt/drtxt/internal/domainname"
	"github.com/drtxt/drtxt/keygen"
	"github.com/drtxt/drtxt/txtrecord"
)

// An Export is what the files of one export hold.
type Export struct {
	Profiles []Profile
	// Complete says that the export counts its profiles, and that all are there.
	Complete bool
}

// A Profile is an app profile, also called a web policy. Its texts come from outside: quote
// them.
type Profile struct {
	ID, Name string
	// Device is the platform, such as Windows; one that is not known stands as the export
	// has it. Empty where it does not say.
	Device string
	// Active says whether the profile is in use. Absent is taken as active.
	Active apiexport.Choice
	// Groups and Users are whom it names.
	Groups, Users []string
	// Recovery is its disaster recovery section, nil where the export has none.
	Recovery *Recovery
	// Page is the file that it stands in.
	Page string
}

// A Recovery is the disaster recovery section of a profile.
type Recovery struct {
	// Internet is about Internet Access, Private about Private Access.
	Internet, Private Product
}

// A Product is the part of a section that is about one product.
type Product struct {
	// Enabled says whether disaster recovery is on for the product, AllowTest whether test
	// mode is allowed. Absent is taken as no: some programs leave false out when they export.
	Enabled, AllowTest apiexport.Choice
	// Domain is the disaster recovery domain in canonical form. It is empty where there is
	// none, and where DomainErr says why that which is there is none. The text itself is not
	// kept: it can be anything, a key or a password among it.
	Domain    string
	DomainErr error
	// Key is the fingerprint of the public key. It is empty where there is none, and where
	// KeyErr says why that which is there cannot be read. The text itself is not kept.
	Key    string
	KeyErr error
}

// Counts reports whether the profile is in use, as far as the export says.
func (p Profile) Counts() bool { return p.Active != apiexport.No }

// namesSomebody reports whether the export says whom the profile is for.
func (p Profile) namesSomebody() bool { return len(p.Groups)+len(p.Users) > 0 }

// Label is what findings call the profile: its name and platform.
func (p Profile) Label() string {
	label := cut(p.Name)
	switch {
	case label == "" && p.ID != "":
		label = "without a name, id " + cut(p.ID)
	case label == "":
		label = "without a name"
	}
	if p.Device != "" {
		label += " (" + cut(p.Device) + ")"
	}
	return label
}

// cut is a text from outside, no longer than a name is.
func cut(text string) string {
	const most = 80
	characters := 0
	for at := range text {
		if characters == most {
			return text[:at] + "…"
		}
		characters++
	}
	return text
}

// product is the part of the section about a product.
func (r *Recovery) product(t txtrecord.Type) *Product {
	if t == txtrecord.InternetAccess {
		return &r.Internet
	}
	return &r.Private
}

// Read reads the files of one export, in any order. Errors are an [*apiexport.Error].
func Read(pages []apiexport.Page) (*Export, error) {
	list, err := apiexport.ReadList(pages, apiexport.WebPolicy)
	if err != nil {
		return nil, err
	}
	export := &Export{Complete: list.Complete, Profiles: make([]Profile, 0, len(list.Items))}
	keys, places := keyring{}, map[string]string{}
	for _, item := range list.Items {
		profile, err := readProfile(item, keys)
		if err != nil {
			return nil, err
		}
		if err := requireNew(item, profile.ID, places); err != nil {
			return nil, err
		}
		export.Profiles = append(export.Profiles, profile)
	}
	return export, nil
}

// requireNew refuses a profile whose id another has: then one page was saved twice, or the
// list changed between two pages, and one may be missing.
func requireNew(item apiexport.Item, id string, places map[string]string) error {
	if id == "" {
		return nil
	}
	place := fmt.Sprintf("%q, %s", item.Page, item.Where())
	if first, there := places[id]; there {
		return item.Refuse(apiexport.ErrDuplicate, "id", "the profile stands there already: "+first)
	}
	places[id] = place
	return nil
}

func readProfile(item apiexport.Item, keys keyring) (p Profile, err error) {
	p.Page = item.Page
	if p.ID, err = readText(item.Object, "id"); err != nil {
		return p, err
	}
	if p.Name, err = readText(item.Object, "name"); err != nil {
		return p, err
	}
	if p.Device, err = readPlatform(item.Object); err != nil {
		return p, err
	}
	if p.Active, err = item.Choice("active"); err != nil {
		return p, err
	}
	if p.Groups, err = readNames(item.Object, "groups", "name"); err != nil {
		return p, err
	}
	if p.Users, err = readNames(item.Object, "users", "loginName"); err != nil {
		return p, err
	}
	section, there, err := item.Object.Object("disasterRecovery")
	if err != nil || !there {
		return p, err
	}
	p.Recovery, err = readRecovery(section, keys)
	return p, err
}

func readText(o apiexport.Object, name string) (string, error) {
	text, _, err := o.Text(name)
	return strings.TrimSpace(text), err
}

// readNames reads groups or users: objects with a name, or the names themselves.
func readNames(o apiexport.Object, member, name string) ([]string, error) {
	texts, objects, _, err := o.Mixed(member)
	if err != nil {
		return nil, err
	}
	var names []string
	for i, text := range texts {
		if objects[i] != nil {
			if text, err = nameOf(*objects[i], name); err != nil {
				return nil, err
			}
		}
		if text = strings.TrimSpace(text); text != "" {
			names = append(names, text)
		}
	}
	return names, nil
}

// nameOf is the name of a group or user, else its id.
func nameOf(o apiexport.Object, name string) (string, error) {
	text, err := readText(o, name)
	if err != nil || text != "" {
		return text, err
	}
	id, err := readText(o, "id")
	if err != nil || id == "" {
		return "", err
	}
	return "id " + id, nil
}

func readRecovery(o apiexport.Object, keys keyring) (*Recovery, error) {
	var r Recovery
	for _, f := range fields {
		if err := f.read(o, r.product(f.product), keys); err != nil {
			return nil, err
		}
	}
	return &r, nil
}

// fields name the members of the section that are about a product.
var fields = []productFields{
	{txtrecord.InternetAccess, "Internet Access", "enableZiaDR", "allowZiaTest", "ziaDomainName", "ziaRSAPubKey"},
	{txtrecord.PrivateAccess, "Private Access", "enableZpaDR", "allowZpaTest", "zpaDomainName", "zpaRSAPubKey"},
}

type productFields struct {
	product                            txtrecord.Type
	name                               string
	enabled, allowTest, domain, pubKey string
}

func (f productFields) read(o apiexport.Object, p *Product, keys keyring) (err error) {
	if p.Enabled, err = o.Choice(f.enabled); err != nil {
		return err
	}
	if p.AllowTest, err = o.Choice(f.allowTest); err != nil {
		return err
	}
	domain, err := readText(o, f.domain)
	if err != nil {
		return err
	}
	p.Domain, p.DomainErr = readDomain(domain)
	text, err := readText(o, f.pubKey)
	if err != nil || text == "" {
		return err
	}
	p.Key, p.KeyErr = keys.read(text)
	return nil
}

// A NoDomainError says that what stands in the place of a domain is no domain name. It holds
// nothing of the text.
type NoDomainError struct {
	// Length is how many characters the text has.
	Length int
}

func (e *NoDomainError) Error() string {
	if e.Length == 1 {
		return "is no domain name (1 character)"
	}
	return fmt.Sprintf("is no domain name (%d characters)", e.Length)
}

// longestDomain is more than any domain name has in bytes, in whatever form.
const longestDomain = 1024

func readDomain(text string) (string, error) {
	switch {
	case text == "":
		return "", nil
	case isPrivateText(text):
		return "", &keygen.FileError{Kind: keygen.ErrPrivateGiven}
	case len(text) <= longestDomain:
		if domain, err := domainname.Canonical(text); err == nil {
			return domain, nil
		}
	}
	return "", &NoDomainError{utf8.RuneCountInString(text)}
}

// deviceMembers are the names under which programs write the platform.
var deviceMembers = []string{"deviceType", "device_type"}

func readPlatform(o apiexport.Object) (string, error) {
	for _, name := range deviceMembers {
		if text, err := readText(o, name); err != nil || text != "" {
			return platform(text), err
		}
	}
	return "", nil
}

// platforms are the vendor's numbers and words for them.
var platforms = map[string]string{
	"1": "iOS", "2": "Android", "3": "Windows", "4": "macOS", "5": "Linux",
	"ios": "iOS", "android": "Android", "windows": "Windows", "mac": "macOS", "macos": "macOS", "linux": "Linux",
}

func platform(device string) string {
	word := strings.TrimPrefix(strings.ToLower(device), "device_type_")
	if known, ok := platforms[word]; ok {
		return known
	}
	return device
}
