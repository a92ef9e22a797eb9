package readiness

// An Area is one thing that has to be right on the night.
type Area string

// The areas.
const (
	Record         Area = "record"
	TTL            Area = "ttl"
	HostTTL        Area = "host-ttl"
	Addresses      Area = "addresses"
	Port           Area = "port"
	Kit            Area = "kit"
	Key            Area = "key"
	ProfilesOn     Area = "profiles-on"
	ProfilesTest   Area = "profiles-test"
	Products       Area = "products"
	Status         Area = "status"
	Scheme         Area = "scheme"
	Authentication Area = "authentication"
)

var areas = []struct {
	area Area
	name string
	// flags are those that have it checked, empty where it always is.
	flags string
}{
	{Record, "record", ""},
	{TTL, "TTL", ""},
	{HostTTL, "DNS host's TTL", "--host FORMAT"},
	{Addresses, "addresses", "--edges FILE"},
	{Port, "TCP 443", "--edges FILE --probe"},
	{Kit, "kit", "--kit DIR"},
	{Key, "key file", "--key FILE"},
	{ProfilesOn, "app profiles (on)", "--profiles FILE"},
	{ProfilesTest, "app profiles (test)", "--profiles FILE"},
	{Products, "products agree", "--profiles FILE"},
	{Status, "edges' own status", "--vendor-status FILE"},
	{Scheme, "scheme", ""},
	{Authentication, "authentication age", "--vendor-status FILE"},
}

// Areas are all of them, in the order of the table.
func Areas() []Area {
	all := make([]Area, len(areas))
	for i := range areas {
		all[i] = areas[i].area
	}
	return all
}

func (a Area) index() int {
	for i := range areas {
		if areas[i].area == a {
			return i
		}
	}
	return -1
}

// Name is what people call it.
func (a Area) Name() string { return areas[a.index()].name }

// Flags are those that have it checked, empty where it always is.
func (a Area) Flags() string { return areas[a.index()].flags }

// A Result says what came of checking an area.
type Result string

// The results.
const (
	OK         Result = "ok"
	Warned     Result = "warning"
	Failed     Result = "error"
	NotChecked Result = "not-checked"
	Unknown    Result = "unknown"
)

// Results are all of them.
func Results() []Result { return []Result{OK, Warned, Failed, NotChecked, Unknown} }

// Name is what people call it.
func (r Result) Name() string {
	if r == NotChecked {
		return "not checked"
	}
	return string(r)
}

// A Row says of one area what was seen.
type Row struct {
	Area   Area   `json:"area"`
	Result Result `json:"result"`
	// Seen is what was seen, in words. Text from outside is quoted in it.
	Seen string `json:"seen"`
}
