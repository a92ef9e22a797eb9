package runbook_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/drtxt/drtxt/txtrecord"
)

// commands are those of a page for a shell, as the shell takes them apart.
func commands(t *testing.T, d documents) [][]string {
	t.Helper()
	var commands [][]string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)\n```\n").FindAllStringSubmatch(d.markdown, -1) {
		commands = append(commands, simpleCommands(t, block[1])...)
	}
	return commands
}

// section is what stands below a heading of the Markdown document.
func (d documents) section(t *testing.T, heading string) string {
	t.Helper()
	level := heading[:strings.Index(heading, " ")+1]
	_, after, found := strings.Cut(d.markdown, "\n"+heading)
	if !found {
		t.Fatalf("no heading %q", heading)
	}
	own, _, _ := strings.Cut(after, "\n"+level)
	own, _, _ = strings.Cut(own, "\n## ") // a step ends with its part
	return own
}

// step is the one with such a title.
func (d documents) step(t *testing.T, title string) string {
	t.Helper()
	heading := regexp.MustCompile(`(?m)^### Step \d+: ` + regexp.QuoteMeta(title) + "$").FindString(d.markdown)
	if heading == "" {
		t.Fatalf("no step %q", title)
	}
	return d.section(t, heading)
}

// capitals are words that can stand for something; ordinary those that stand for
// themselves.
var (
	capitals = regexp.MustCompile(`^[A-Z][A-Z0-9]*([-_][A-Z0-9]+)*$`)
	ordinary = strings.Fields("A TXT DNS NS SOA TTL UTC DR TSIG API PATCH BIND NSD I D")
)

// Every word in capitals that is to be filled in is explained, and no other.
func TestWordsInCapitals(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			root := write(t, r).tree(t)
			explained := map[string]int{}
			for n := range root.Descendants() {
				if n.DataAtom == atom.Table && strings.Contains(allText(n.FirstChild.NextSibling), "Words in capitals") {
					for d := range n.Descendants() {
						if attribute(d, "scope") == "row" {
							explained[allText(d)] = 0
						}
					}
				}
			}
			for _, word := range wordsInCapitals(root) {
				if _, ok := explained[word]; !ok {
					t.Errorf("%s is not explained", word)
				}
				explained[word]++
			}
			for word, n := range explained {
				if n < 2 {
					t.Errorf("%s is explained, and does not stand anywhere", word)
				}
			}
			if len(explained) < 3 {
				t.Errorf("%d words are explained", len(explained))
			}
		})
	}
}

// wordsInCapitals are those of a page, but for what stands in records and keys.
func wordsInCapitals(root *html.Node) []string {
	var found []string
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.DataAtom == atom.Head || n.DataAtom == atom.Script || n.Data == "svg" || attribute(n, "class") == "value" {
			return
		}
		if n.Type == html.TextNode && !strings.Contains(n.Data, "SHA256:") {
			for _, word := range regexp.MustCompile(`[A-Za-z0-9_-]+`).FindAllString(n.Data, -1) {
				if capitals.MatchString(word) && !slices.Contains(ordinary, word) {
					found = append(found, word)
				}
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(root)
	return found
}

// Every command has the flags without which it would not do what the page says.
func TestCommandsHaveTheirFlags(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			seen := map[string]int{}
			for _, words := range commands(t, d) {
				var want []string
				switch verb := strings.Join(words[:min(3, len(words))], " "); {
				case words[0] == "nsupdate" && slices.Contains(r.Publish, "--tsig-file"):
					want = []string{"-k", r.Publish[slices.Index(r.Publish, "--tsig-file")+1]}
				case words[0] != "drtxt":
					continue
				case strings.HasPrefix(verb, "drtxt version"):
				case strings.HasPrefix(verb, "drtxt keygen inspect"):
					want = []string{r.Trust[1]}
				case strings.HasPrefix(verb, "drtxt record on"):
					want = []string{r.Domain, "--for", "--type", string(r.Type), "--ttl", "--key", "PRIVATE_KEY", "--out", "../on.json"}
				case verb == "drtxt kit "+r.Domain:
					want = []string{"--out", "FOLDER", "--key", "PRIVATE_KEY", "--zone", r.Zone, "--type", string(r.Type), "--window", "7d", "--count", "--timezone"}
				case strings.HasPrefix(verb, "drtxt publish"):
					want = append(slices.Clone(r.Publish), r.Trust...)
				case words[1] == "verify" || words[1] == "watch":
					want = append(slices.Clone(r.Asking), r.Trust...)
				default:
					want = r.Trust
				}
				seen[words[0]+" "+words[min(1, len(words)-1)]]++
				for _, word := range want {
					if !slices.Contains(words, word) {
						t.Errorf("%q lacks %s", words, word)
					}
				}
				if r.Forwarding != txtrecord.NoForwarding && slices.Contains(words, "PRIVATE_KEY") && !slices.Contains(words, r.Forwarding.Name()) {
					t.Errorf("%q lacks --forwarding %s", words, r.Forwarding.Name())
				}
			}
			for _, verb := range []string{"drtxt keygen", "drtxt kit", "drtxt record", "drtxt publish", "drtxt watch", "drtxt verify"} {
				if seen[verb] == 0 {
					t.Errorf("there is no %s", verb)
				}
			}
			// What is a command stands as one: it can be copied, and is tried.
			for n := range d.tree(t).Descendants() {
				if n.DataAtom == atom.Code && n.Parent.DataAtom != atom.Pre && strings.HasPrefix(allText(n), "drtxt ") {
					t.Errorf("a command stands within a sentence: %s", allText(n))
				}
			}
		})
	}
}

// What is signed anew, or made anew, is such as what the kit has.
func TestCommandsSignTheSame(t *testing.T) {
	r := newRunbook(t)
	r.TTL, r.Type, r.Forwarding = 300, txtrecord.PrivateAccess, txtrecord.FailClose
	r.Trust = append(r.Trust, "--scheme", "values+pss")
	r.Sets[9].Values[0] = strings.Replace(r.Sets[9].Values[0], "v=1;", "v=1;d=dr.example.com;", 1)
	page := write(t, r).markdown
	for _, want := range []string{
		"\ndrtxt record on dr.example.com --for 8h --type zpa --forwarding fail-close --bind-domain --ttl 5m0s --scheme values+pss --key PRIVATE_KEY --format json --out ../on.json\n",
		"\ndrtxt kit dr.example.com --out FOLDER --zone example.com --type zpa --forwarding fail-close --bind-domain --ttl 5m0s --scheme values+pss --key PRIVATE_KEY --window 7d --count 8 --overlap 1d --timezone Europe/Berlin\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %s", want)
		}
	}
}

// The files that are not in the kit are named, and can lie elsewhere.
func TestFilesKeptElsewhere(t *testing.T) {
	title := "drtxt: find the files that are kept elsewhere"
	r := newRunbook(t)
	step := write(t, r).step(t, title)
	for _, want := range []string{
		"drtxt keygen inspect /etc/drtxt/dr_publickey.pem\n", "the fingerprint `" + r.Key + "`", "never taken out of this folder",
		"`/etc/drtxt/update.key`", "**If they lie elsewhere tonight, change the paths in the commands.**", "Public key is kept at: _", "TSIG key is kept at: _",
	} {
		if !strings.Contains(step, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	r.Publish = []string{"--zone-file", "/etc/bind/zone", "--zone", "example.com"}
	if step := write(t, r).step(t, title); strings.Contains(step, "TSIG") || !strings.Contains(step, "`/etc/bind/zone`") {
		t.Errorf("of a zone file it says %s", step)
	}
	d := write(t, newRunbook(t))
	if strings.Index(d.markdown, title) > strings.Index(d.markdown, "drtxt kit verify") {
		t.Error("the kit is checked before the key is there")
	}
}

// A key that is not there says nothing against the kit, and one that has expired can
// still switch back.
func TestWhatIsWrongWithTheKit(t *testing.T) {
	step := write(t, newRunbook(t)).step(t, "drtxt: check the kit")
	for _, want := range []string{
		`(?m)^> - .*status 2.*\*\*Find the file\*\*`, "(?m)^> - `kit-expired` .*`off` \\*\\*is still good\\*\\*.*Part 6",
		"(?m)^> - `kit-other-version` ", `(?m)^> - Any other error \(status 1\).*\*\*Publish nothing`,
	} {
		if !regexp.MustCompile(want).MatchString(step) {
			t.Errorf("nothing like %s in\n%s", want, step)
		}
	}
}

// on that stands already is no sign that another set of on has arrived.
func TestRenewal(t *testing.T) {
	part := write(t, newRunbook(t)).section(t, "## Part 5: While it is on")
	if strings.Contains(part, "--until") {
		t.Error("it waits for a state that the old set has too")
	}
	want := []string{"drtxt kit pick . --status on --public K --out F", "drtxt publish --records F S --public K", "drtxt watch dr.example.com --records F --public K"}
	replacer := strings.NewReplacer("K", "/etc/drtxt/dr_publickey.pem", "F", "../on.json", "S", "--server ns1.example.com --zone example.com --tsig-file /etc/drtxt/update.key")
	at := 0
	for _, line := range want {
		line = "```sh\n" + replacer.Replace(line) + "\n```\n"
		found := strings.Index(part[at:], line)
		if found < 0 {
			t.Fatalf("no %s after the one before it", line)
		}
		at += found
	}
}

// With one window nothing is said of another.
func TestOneWindow(t *testing.T) {
	page := strings.Join(said(write(t, kits(t)["one window, one file"]).tree(t)), " ")
	for _, never := range []string{`next (one|window|set)\b`, `next has`, `windows\b`, `\brow\b`, `\btwo fit`, `later end`, `last window`, `First window`, `takes? the place of (the old|another)`, `one below the other`} {
		if found := regexp.MustCompile(".{0,40}" + never + ".{0,40}").FindString(page); found != "" {
			t.Errorf("it says %q", found)
		}
	}
	for _, want := range []string{"no other window", "Now must lie between the two times."} {
		if !strings.Contains(page, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}

// With fail-close the machine that is worked on may lose the way to the DNS.
func TestLosingTheWay(t *testing.T) {
	for _, c := range []struct {
		forwarding txtrecord.Forwarding
		products   txtrecord.Type
		want       string
	}{
		{txtrecord.FailClose, txtrecord.AllProducts, "**loses the internet**"},
		{txtrecord.FailClose, txtrecord.InternetAccess, "**loses the internet**"},
		{txtrecord.FailClose, txtrecord.PrivateAccess, ""},
		{txtrecord.NoForwarding, txtrecord.AllProducts, "**may lose the internet**"},
		{txtrecord.NoForwarding, txtrecord.PrivateAccess, ""},
		{txtrecord.FailOpen, txtrecord.AllProducts, ""},
	} {
		r := newRunbook(t)
		r.Forwarding, r.Type = c.forwarding, c.products
		d := write(t, r)
		if step := d.step(t, "Get into the DNS"); !strings.Contains(step, c.want) || strings.Contains(step, "the internet**") != (c.want != "") {
			t.Errorf("%s for %s: it says %s", c.forwarding, c.products, step)
		}
		if back := d.section(t, "## Part 6: Come back"); strings.Contains(back, "has lost the internet") != (c.want != "") {
			t.Errorf("%s for %s: the way back says otherwise", c.forwarding, c.products)
		}
	}
}

// The journal is searched: what has happened already is not shown by following it.
func TestVendorsComponents(t *testing.T) {
	r := newRunbook(t)
	step := write(t, r).step(t, "Ask the vendor's components")
	if !strings.Contains(step, "\nsudo journalctl --since=-6h | grep 'DR mode is activated!'\n") || strings.Contains(step, "journalctl -f") {
		t.Errorf("it says %s", step)
	}
	r.Type = txtrecord.InternetAccess
	if step := write(t, r).step(t, "Ask the vendor's components"); strings.Contains(step, "curl") || strings.Contains(step, "journal") || !strings.Contains(step, "Safe Mode") {
		t.Errorf("for Internet Access alone it says %s", step)
	}
}

// What the page says of flags and formats holds whatever they are set to.
func TestNoContradictions(t *testing.T) {
	r := newRunbook(t)
	d := write(t, r)
	if step := d.step(t, "Look every hour"); !strings.Contains(step, "`--warn-before`") || regexp.MustCompile(`(?i)one hour|an hour`).MatchString(step) {
		t.Errorf("of the warning it says %s", step)
	}
	other := d.step(t, "File: apply a file of the kit")
	caution, replaces := strings.Index(other, "Take one only if every TXT record there begins with"), strings.Index(other, "These lines replace every TXT record")
	if caution < 0 || replaces < caution {
		t.Errorf("the records of others are not thought of first: %s", other)
	}
	if clock := d.step(t, "Check the clock"); !strings.Contains(clock, "date -u") || !strings.Contains(clock, "\npowershell -Command [DateTime]::UtcNow\n") {
		t.Errorf("of the clock it says %s", clock)
	}
	page := strings.Join(said(d.tree(t)), " ")
	if strings.Contains(page, "The vendor says to assume") && !strings.Contains(page, "help.zscaler.com/zscaler-deployments-operations/zpa-disaster-recovery-deployment-and-operations-guide") {
		t.Error("what the vendor says is said without the place where")
	}
}

// Whoever has published one way is done: the branching names the steps of each way, and
// each way ends with where to go on.
func TestOneWayIsEnough(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			part := d.section(t, "## Part 3: Switch on")
			branching, _, _ := strings.Cut(part, "\n### ")
			if !strings.Contains(branching, "**Take one way, and only that one.**") {
				t.Errorf("it says %s", branching)
			}
			last := map[string]string{} // step of each way
			for _, m := range regexp.MustCompile(`(?m)^### Step (\d+): (\S+).*$`).FindAllStringSubmatch(part, -1) {
				last[m[2]] = m[0]
				line := regexp.MustCompile(`(?m)^- \*\*` + strings.TrimSuffix(m[2], ":") + `\*\*.*$`).FindString(branching)
				if m[2] == "Only" {
					line = regexp.MustCompile(`(?m)^- No window .*$`).FindString(branching)
				}
				if !regexp.MustCompile(`\b` + m[1] + `\b`).MatchString(line) {
					t.Errorf("step %s is not among those of %s: %q", m[1], m[2], line)
				}
			}
			want := []string{"Console:", "Only", "drtxt:"}
			if len(r.Sets[1].Files) > 2 { // more than text and json
				want = []string{"Console:", "File:", "Only", "drtxt:"}
			}
			if got := slices.Sorted(maps.Keys(last)); !slices.Equal(got, want) {
				t.Errorf("the ways are %q, want %q", got, want)
			}
			for way, heading := range last {
				if !strings.Contains(d.section(t, heading), "**Done? Skip the other ways** and go on with [Part 4: See it arrive]") {
					t.Errorf("%s does not say where to go on", way)
				}
			}
			if strings.Contains(d.section(t, "## Part 6: Come back"), "**File**") != (len(want) == 4) {
				t.Error("the way back has other ways")
			}
		})
	}
}

// What a file does to the records of others is said before the command that applies it,
// and what is seen of a program that says nothing.
func TestFilesReplaceWhatStands(t *testing.T) {
	step := write(t, newRunbook(t)).step(t, "File: apply a file of the kit")
	want := regexp.MustCompile("(?s)\nAs `nsupdate`:\n\nIt replaces every TXT record of dr.example.com: any other .*\n\\{ echo server ns1.example.com; cat FILE; \\} \\| nsupdate -v -k /etc/drtxt/update.key\n```\n\n> \\*\\*You should see:\\*\\* Nothing")
	if !want.MatchString(step) {
		t.Errorf("it says %s", step)
	}
}

// Every step that needs drtxt says so in its name, or what to do without it.
func TestWithoutDrtxt(t *testing.T) {
	for name, r := range kits(t) {
		t.Run(name, func(t *testing.T) {
			d := write(t, r)
			digs := 0
			for _, m := range regexp.MustCompile(`(?m)^### Step \d+: (.*)$`).FindAllStringSubmatch(d.markdown, -1) {
				step := d.step(t, m[1])
				digs += strings.Count(step, "\ndig +norecurse +short TXT dr.example.com @")
				needs := strings.Contains(step, "\ndrtxt ") && !strings.HasPrefix(m[1], "drtxt: ") && !strings.Contains(step, "This needs drtxt")
				if needs && !strings.Contains(step, "**Without drtxt**") {
					t.Errorf("%s: there is no way without drtxt", m[1])
				}
			}
			servers := max(1, strings.Count(strings.Join(r.Asking, " "), "--server"))
			if want := 4 * servers; digs != want { // it arrives, every hour, off, test
				t.Errorf("%d times dig, want %d", digs, want)
			}
		})
	}
}

// Where the organisation has named servers and resolvers, they are those that are asked.
func TestAsking(t *testing.T) {
	usual := write(t, newRunbook(t))
	arrive := "drtxt: wait until every server has it"
	if !strings.Contains(usual.step(t, arrive), "the zone's name servers and the resolvers of this machine.") {
		t.Errorf("it says %s", usual.step(t, arrive))
	}
	own := write(t, kits(t)["asks servers of its own"])
	for _, want := range []string{
		"\ndrtxt verify dr.example.com --expect on --server ns1.example.com --server '[2001:db8::1]:5353' --resolver tls://dns.example.net --public ",
		"\ndrtxt watch dr.example.com --records ../on.json --server ns1.example.com ",
		"\ndig +norecurse +short TXT dr.example.com @ns1.example.com\n",
		"\ndig +norecurse +short TXT dr.example.com @2001:db8::1 -p 5353\n",
		"those that the command names. The last line",
	} {
		if !strings.Contains(own.markdown, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if strings.Contains(own.markdown, "dig +short NS") || strings.Contains(own.markdown, "@NAME-SERVER") {
		t.Error("it asks for name servers that are known")
	}
	r := newRunbook(t)
	r.Asking = []string{"--resolver", "udp://192.0.2.1"}
	if step := write(t, r).step(t, arrive); !strings.Contains(step, "the zone's name servers, the resolvers of this machine and those that the command names.") {
		t.Errorf("with a resolver it says %s", step)
	}
}

// The undo line is for a moment after on, and never for after off: it would put on back.
func TestUndoLine(t *testing.T) {
	d := write(t, newRunbook(t))
	on := d.step(t, "drtxt: publish")
	for _, want := range []string{"for a mistake that you see **right now**", "until you go on to [Part 4", "The way back is [Part 6"} {
		if !strings.Contains(on, want) {
			t.Errorf("of on it does not say %q: %s", want, on)
		}
	}
	if off := d.step(t, "drtxt: publish off"); !strings.Contains(off, "> **Do not use the undo line** at the end: it would put `on` back.") {
		t.Errorf("of off it says %s", off)
	}
}

// A warning that was there before is none of that night.
func TestFindingsOfTheQuietDay(t *testing.T) {
	d := write(t, newRunbook(t))
	before := d.step(t, "See what stands now")
	for _, want := range []string{"**only errors are for tonight**", "that was there on the quiet day", "Warnings on the quiet day: _"} {
		if !strings.Contains(before, want) {
			t.Errorf("it does not say %q: %s", want, before)
		}
	}
	if after := d.step(t, "drtxt: verify"); !regexp.MustCompile("an `error`. A `warning` counts only if it was not there in \\[Step 9: See what stands now\\]").MatchString(after) {
		t.Errorf("afterwards it says %s", after)
	}
}

// What is published in a zone file is not served before the file was read.
func TestZoneFileIsToBeRead(t *testing.T) {
	d := write(t, kits(t)["a zone file, fail-close"])
	for _, title := range []string{"drtxt: publish", "drtxt: publish off", "drtxt: publish test, and see it arrive", "Only if no window fits: sign new records", "Stay on beyond that"} {
		step := d.step(t, title)
		publish, read := strings.LastIndex(step, "drtxt publish"), strings.Index(step, "`rndc reload example.com`")
		if watch := strings.Index(step, "drtxt watch"); read < publish || watch >= 0 && watch < read {
			t.Errorf("%s: it says %s", title, step)
		}
	}
	if strings.Contains(write(t, newRunbook(t)).markdown, "rndc") {
		t.Error("it tells of a file where there is none")
	}
}

// The contents say where each part is to be found on paper: at which steps.
func TestContentsNameSteps(t *testing.T) {
	d := write(t, newRunbook(t))
	for _, m := range regexp.MustCompile(`(?m)^## (Part \d+: .*)$`).FindAllStringSubmatch(d.markdown, -1) {
		numbers := regexp.MustCompile(`(?m)^### Step (\d+): `).FindAllStringSubmatch(d.section(t, m[0]), -1)
		want := regexp.QuoteMeta("["+m[1]+"](") + `[^)]*\)$`
		if len(numbers) > 0 {
			want = regexp.QuoteMeta("["+m[1]+"](") + `[^)]*\), steps? ` + numbers[0][1] + `( (to|and) ` + numbers[len(numbers)-1][1] + `)?$`
		}
		if !regexp.MustCompile(`(?m)^- ` + want).MatchString(d.markdown) {
			t.Errorf("the contents do not have %s", want)
		}
	}
}

// Each line of a command is an element, and what is copied is the command.
func TestLinesOfCommands(t *testing.T) {
	d := write(t, newRunbook(t))
	var lines, longer int
	for n := range d.tree(t).Descendants() {
		if n.DataAtom != atom.Code || attribute(n.Parent, "class") != "command" {
			continue
		}
		want := strings.Split(allText(n), "\n")
		var got []string
		for c := range n.ChildNodes() {
			if attribute(c, "class") == "line" {
				got = append(got, allText(c))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the lines are %q, want %q", got, want)
		}
		if lines += len(got); len(got) > 1 {
			longer++
		}
	}
	if lines < 20 || longer < 4 {
		t.Errorf("%d lines, %d commands of several", lines, longer)
	}
}
