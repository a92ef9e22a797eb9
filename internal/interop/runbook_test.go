//go:build interop

package interop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// A kitFolder is a kit that the program has made.
type kitFolder struct{ dir, public string }

// newKit makes a kit whose second windows are those of now: the first ones are open for
// half a day more.
func newKit(t *testing.T) kitFolder {
	t.Helper()
	private, public := keyPair(t)
	dir := filepath.Join(t.TempDir(), "kit")
	start := time.Now().Add(-6*24*time.Hour - 12*time.Hour).UTC().Format(time.RFC3339)
	must(t, drtxt, "kit", "dr.example.com", "--out", dir, "--key", private, "--start", start, "--zone", "example.com",
		"--forwarding", "fail-open", "--timezone", "Asia/Kathmandu", "--format", "route53")
	return kitFolder{dir, public}
}

func (k kitFolder) page() string { return filepath.Join(k.dir, "runbook.html") }

func (k kitFolder) markdown(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "RUNBOOK.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// names are those of all sets: off, then test and on.
func (k kitFolder) names(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(k.dir, "*", "*.txt"))
	if err != nil || len(paths) != 17 {
		t.Fatalf("%d sets: %v", len(paths), err)
	}
	var names []string
	for _, path := range paths {
		names = append(names, strings.TrimSuffix(filepath.Base(path), ".txt"))
	}
	return names
}

// values are those of a set, out of its own file.
func (k kitFolder) values(t *testing.T, name string) []string {
	t.Helper()
	status, _, _ := strings.Cut(name, "-")
	text, err := os.ReadFile(filepath.Join(k.dir, status, name+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Fields(string(text))
	if len(values) != 2 {
		t.Fatalf("%s: %q", name, text)
	}
	return values
}

// fence is a block of the Markdown document that is to be copied.
var fence = regexp.MustCompile("(?s)```(?:sh|text)\n(.*?)\n```\n")

// blocks are what is to be copied, in the order of the page.
func (k kitFolder) blocks(t *testing.T) []string {
	t.Helper()
	var blocks []string
	for _, m := range fence.FindAllStringSubmatch(k.markdown(t), -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func TestRunbookInChromium(t *testing.T) {
	kit := newKit(t)
	chromium := startChromium(t)
	for _, part := range []struct {
		name string
		test func(*testing.T, kitFolder, *tab)
	}{
		{"keeps to itself", runbookKeepsToItself},
		{"copies exactly", runbookCopiesExactly},
		{"marks what it cannot copy", runbookMarksWhatItCannotCopy},
		{"finds the window", runbookFindsTheWindow},
		{"without a window", runbookWithoutAWindow},
		{"on paper", runbookOnPaper},
		{"sets long lines in", runbookSetsLongLinesIn},
		{"on a telephone", runbookOnATelephone},
		{"for everybody", runbookForEverybody},
		{"without script", runbookWithoutScript},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, kit, newTab(t, chromium)) })
	}
}

// Nothing leaves the page but the request for itself, and nothing could.
func runbookKeepsToItself(t *testing.T, kit kitFolder, tab *tab) {
	var hits atomic.Int32
	outside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(outside.Close)
	tab.open(kit.page())
	evaluate[any](tab, "new Promise((done) => setTimeout(done, 300))")
	requests, messages := tab.heard()
	if want := []string{"file://" + kit.page()}; !slices.Equal(requests, want) {
		t.Errorf("it requests %q, want %q", requests, want)
	}
	if len(messages) > 0 {
		t.Errorf("the console has %q", messages)
	}
	if violations := evaluate[[]string](tab, "violations"); len(violations) > 0 {
		t.Errorf("its policy stops %q", violations)
	}
	// That would have been seen, if it were otherwise.
	evaluate[any](tab, fmt.Sprintf(`new Promise((done) => {
		const at = %q;
		document.body.append(Object.assign(new Image(), {src: at + "/image"}));
		document.body.append(Object.assign(document.createElement("script"), {textContent: "document.title = 'changed'"}));
		document.body.append(Object.assign(document.createElement("iframe"), {src: at + "/frame"}));
		document.body.insertAdjacentHTML("beforeend", "<p style='color: red' onclick='x'>");
		fetch(at + "/fetch").catch(() => 0).finally(() => setTimeout(done, 300));
	})`, outside.URL))
	violations := strings.Join(evaluate[[]string](tab, "violations"), "\n")
	for _, want := range []string{"img-src", "script-src-elem", "frame-src", "style-src-attr", "connect-src"} {
		if !strings.Contains(violations, want) {
			t.Errorf("its policy does not stop %s:\n%s", want, violations)
		}
	}
	if title := evaluate[string](tab, "document.title"); title == "changed" || hits.Load() > 0 {
		t.Errorf("a foreign script has run, or %d requests have left", hits.Load())
	}
}

// Every button copies what the Markdown document has in the same place, byte for byte.
func runbookCopiesExactly(t *testing.T, kit kitFolder, tab *tab) {
	tab.clipboard(browser.PermissionSettingGranted)
	tab.open(kit.page())
	got := evaluate[[]string](tab, `(async () => {
		const copied = [];
		for (const button of document.querySelectorAll("pre > button")) {
			if (button.closest(".now")) continue;
			await navigator.clipboard.writeText("nothing was copied");
			button.click();
			for (let i = 0; i < 100 && button.textContent === "Copy"; i++) await new Promise((done) => setTimeout(done, 5));
			copied.push(await navigator.clipboard.readText());
		}
		return copied;
	})()`)
	want := kit.blocks(t)
	if !slices.Equal(got, want) {
		t.Errorf("copied: %q\nwant: %q", got, want)
	}
	for _, name := range kit.names(t) {
		for _, value := range kit.values(t, name) {
			if !slices.Contains(got, value) {
				t.Errorf("%s cannot be copied: %s", name, value)
			}
		}
	}
	// As a hand does it.
	if err := chromedp.Do(tab.ctx, chromedp.Click(chromedp.CSS(`.record[data-set="on-03"] button`))); err != nil {
		t.Fatal(err)
	}
	if got, want := evaluate[string](tab, "navigator.clipboard.readText()"), kit.values(t, "on-03")[0]; got != want {
		t.Errorf("a click copies %q, want %q", got, want)
	}
}

// Where the browser forbids it, the value is marked, to be copied by hand.
func runbookMarksWhatItCannotCopy(t *testing.T, kit kitFolder, tab *tab) {
	tab.clipboard(browser.PermissionSettingDenied)
	tab.open(kit.page())
	got := evaluate[[]string](tab, `(async () => {
		const button = document.querySelector('.record[data-set="on-03"] button');
		button.click();
		for (let i = 0; i < 100 && button.textContent === "Copy"; i++) await new Promise((done) => setTimeout(done, 5));
		return [button.textContent, getSelection().toString()];
	})()`)
	if want := []string{"Marked: press Ctrl+C", kit.values(t, "on-03")[0]}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// currentSets are those that the page marks, and what it shows where values are needed.
const currentSets = `({
	marked: [...document.querySelectorAll(".record.current")].map((e) => e.dataset.set),
	rows: [...document.querySelectorAll("tr.current")].map((e) => e.querySelector("a").textContent),
	links: [...document.querySelectorAll(".now")].map((e) => e.querySelector("a")?.textContent ?? ""),
	texts: [...document.querySelectorAll(".now")].map((e) => e.firstElementChild.textContent),
	values: [...document.querySelectorAll(".now pre code")].map((e) => e.textContent),
})`

type current struct{ Marked, Rows, Links, Texts, Values []string }

// Two windows are open. The page shows the one that ends later, as kit pick does.
func runbookFindsTheWindow(t *testing.T, kit kitFolder, tab *tab) {
	tab.open(kit.page())
	got := evaluate[current](tab, currentSets)
	want := current{
		Marked: []string{"on-02", "test-02"}, Rows: []string{"on-02", "test-02"},
		Links:  []string{"on-02", "on-02", "on-02", "test-02", "test-02"},
		Values: slices.Concat(kit.values(t, "on-02"), kit.values(t, "test-02")),
	}
	if !slices.Equal(got.Marked, want.Marked) || !slices.Equal(got.Rows, want.Rows) || !slices.Equal(got.Links, want.Links) || !slices.Equal(got.Values, want.Values) {
		t.Errorf("%+v, want %+v", got, want)
	}
	var picked struct {
		RRSets []struct{ Values []string } `json:"rrsets"`
	}
	if err := json.Unmarshal([]byte(must(t, drtxt, "kit", "pick", kit.dir, "--status", "on", "--public", kit.public)), &picked); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(picked.RRSets[0].Values, got.Values[:2]) {
		t.Errorf("the page shows %q, kit pick prints %q", got.Values[:2], picked.RRSets[0].Values)
	}
}

func runbookWithoutAWindow(t *testing.T, kit kitFolder, tab *tab) {
	tab.before("Date.now = () => 1000000000000;")
	tab.open(kit.page())
	got := evaluate[current](tab, currentSets)
	if len(got.Marked)+len(got.Rows)+len(got.Values) > 0 || len(got.Texts) != 5 {
		t.Errorf("%+v", got)
	}
	for _, text := range got.Texts {
		if !strings.Contains(text, "it is 2001-09-09 01:46:40 UTC. No window of ") {
			t.Errorf("it says %q", text)
		}
	}
}

// Each record is whole on one sheet, and there once.
func runbookOnPaper(t *testing.T, kit kitFolder, tab *tab) {
	tab.open(kit.page())
	for name, paper := range map[string]chromedp.PaperSize{"A4": chromedp.PaperA4, "Letter": chromedp.PaperLetter} {
		sheets := tab.print(paper)
		if len(sheets) < 10 || len(sheets) > 28 {
			t.Errorf("%s: %d sheets", name, len(sheets))
		}
		for i := range sheets {
			sheets[i] = strings.Join(strings.Fields(sheets[i]), "")
		}
		whole := strings.Join(sheets, "")
		for _, set := range kit.names(t) {
			values := kit.values(t, set)
			on := slices.IndexFunc(sheets, func(sheet string) bool {
				return strings.Contains(sheet, values[0]) && strings.Contains(sheet, values[1]) && strings.Contains(sheet, set+".txt")
			})
			foot := "Part9:Therecords"
			if set == "off" {
				foot = "Part6:Comeback"
			}
			switch {
			case on < 0 || set != "off" && !strings.Contains(sheets[on], set+"From"):
				t.Errorf("%s: %s is not whole on a sheet", name, set)
			case !strings.Contains(strings.TrimPrefix(sheets[on], foot), foot+"Page"):
				t.Errorf("%s: the sheet of %s does not name its part at its foot: %.40q…%q", name, set, sheets[on], sheets[on][len(sheets[on])-40:])
			}
			if n := strings.Count(whole, values[0]); n != 1 {
				t.Errorf("%s: %s is there %d times", name, set, n)
			}
		}
		for _, heading := range []string{"Part6:Comeback", "Part9:Therecords"} {
			if !slices.ContainsFunc(sheets, func(sheet string) bool { return strings.HasPrefix(sheet, heading) }) {
				t.Errorf("%s: no sheet begins with %s", name, heading)
			}
		}
		if strings.Contains(whole, "Copy") || strings.Contains(whole, "clockofthismachine") {
			t.Errorf("%s: the buttons, or the moment, are printed", name)
		}
	}
	tab.media("print", "dark")
	if got, want := evaluate[[]string](tab, `["color", "backgroundColor"].map((p) => getComputedStyle(document.body)[p])`), []string{"rgb(0, 0, 0)", "rgb(255, 255, 255)"}; !slices.Equal(got, want) {
		t.Errorf("on paper, from a dark screen: %q, want %q", got, want)
	}
}

// What of a line of a command does not fit begins further right than the line, and than
// that of a second line.
func runbookSetsLongLinesIn(t *testing.T, kit kitFolder, tab *tab) {
	for medium, width := range map[string]int64{"screen": 360, "print": 660} {
		tab.media(medium, "light")
		tab.viewport(width, 740)
		tab.open(kit.page())
		got := evaluate[[]float64](tab, `[...document.querySelectorAll("main > section .command")].flatMap((pre) => {
			const begins = (line) => {
				const rows = new Map();
				const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
				while (texts.nextNode()) {
					const range = document.createRange();
					range.selectNodeContents(texts.currentNode);
					for (const box of range.getClientRects()) {
						const row = Math.round(box.top);
						rows.set(row, Math.min(rows.get(row) ?? Infinity, box.left));
					}
				}
				return [...rows].sort((a, b) => a[0] - b[0]).map((row) => row[1]);
			};
			const lines = [...pre.querySelectorAll(".line")].map(begins);
			const first = lines[0][0];
			return lines.flatMap((rows) => rows.slice(1)).map((left) => left - first);
		})`)
		if len(got) < 10 || slices.Min(got) < 20 {
			t.Errorf("%s: %d continued lines, set in by %.0f", medium, len(got), got)
		}
	}
}

// Nothing has to be scrolled sideways.
func runbookOnATelephone(t *testing.T, kit kitFolder, tab *tab) {
	for _, width := range []int64{320, 360, 1280} {
		tab.viewport(width, 740)
		tab.open(kit.page())
		outside := evaluate[[]string](tab, `[...document.querySelectorAll("body *")].filter((e) => {
			const box = e.getBoundingClientRect();
			return box.right > innerWidth + 0.5 || box.left < -0.5 || !e.closest("svg") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline";
		}).map((e) => e.outerHTML.slice(0, 80))`)
		if scroll := evaluate[int64](tab, "document.scrollingElement.scrollWidth"); scroll > width || len(outside) > 0 {
			t.Errorf("%d pixels wide: the page takes %d; outside is %q", width, scroll, outside)
		}
	}
}

// The rules of axe-core hold on the screen, light and dark, and for what is printed.
func runbookForEverybody(t *testing.T, kit kitFolder, tab *tab) {
	axe := loadAxe(t)
	run := func() []string {
		return evaluate[[]string](tab, `axe.run(document, {resultTypes: ["violations", "incomplete"]}).then((r) =>
			[...r.violations, ...r.incomplete].flatMap((v) => v.nodes.map((n) => v.id + ": " + v.help + ": " + n.html.slice(0, 100) + " " + n.any.map((c) => c.message).join("; ")))
			.filter((line) => !/^color-contrast.*<text .*could not be determined/.test(line)))`)
	}
	for _, look := range [][2]string{{"screen", "light"}, {"screen", "dark"}, {"print", "light"}, {"print", "dark"}} {
		tab.media(look[0], look[1])
		tab.open(kit.page())
		evaluate[any](tab, axe+"; 0")
		if found := run(); len(found) > 0 {
			t.Errorf("%s: %d findings\n%s", look, len(found), strings.Join(found, "\n"))
		}
		if ratios := evaluate[[]float64](tab, drawingContrasts); len(ratios) < 2 || slices.Min(ratios) < 4.5 {
			t.Errorf("%s: the letters of the drawings have contrasts of %.1f", look, ratios)
		}
	}
	// That it looks at all.
	evaluate[any](tab, `document.querySelector("h3").outerHTML = "<h6>x</h6>"; document.documentElement.removeAttribute("lang")`)
	if found := strings.Join(run(), "\n"); !strings.Contains(found, "heading-order") || !strings.Contains(found, "html-has-lang") {
		t.Errorf("a broken page has the findings\n%s", found)
	}
}

// drawingContrasts are the contrasts of the letters in drawings against the page (WCAG
// 2.2, relative luminance), which axe-core leaves open.
const drawingContrasts = `(() => {
	const luminance = (color) => color.match(/\d+/g).slice(0, 3).map((c) => c / 255)
		.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const paper = luminance(getComputedStyle(document.body).backgroundColor);
	return [...document.querySelectorAll("svg text")].map((e) => luminance(getComputedStyle(e).fill))
		.map((ink) => (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05));
})()`

// Without script everything can be read.
func runbookWithoutScript(t *testing.T, kit kitFolder, tab *tab) {
	call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.open(kit.page())
	shown := evaluate[string](tab, "document.body.innerText")
	for _, block := range kit.blocks(t) {
		if !strings.Contains(shown, block) {
			t.Errorf("it does not show %q", block)
		}
	}
	if n := evaluate[int](tab, `document.querySelectorAll("button, .now:not([hidden])").length`); n > 0 {
		t.Errorf("%d buttons and boxes that need a script", n)
	}
}
