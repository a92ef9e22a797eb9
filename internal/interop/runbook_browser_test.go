//go:build interop

package interop

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// startChromium starts a browser without a window, which ends with the test. The context
// that it returns is that of its first tab.
func startChromium(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath("chromium"),
		chromedp.NoSandbox, // root has none, and it only reads a file of ours
		chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("chromium: %v", err)
	}
	return ctx
}

// A tab shows the page of a test, and remembers what the page wants of others.
type tab struct {
	ctx context.Context
	t   *testing.T

	mu       sync.Mutex
	requests []string
	messages []string
}

// newTab opens a tab of its own.
func newTab(t *testing.T, browser context.Context) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	t.Cleanup(cancel)
	tab := &tab{ctx: ctx, t: t}
	if err := chromedp.Listen(ctx, tab.hear); err != nil {
		t.Fatal(err)
	}
	call(tab, network.Enable, network.EnableParams{})
	call(tab, log.Enable, cdp.Empty{})
	// What the policy of the page stops is not even a request.
	tab.before("window.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI));")
	return tab
}

func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, event.Request.URL)
	case *network.EventWebSocketCreated:
		b.requests = append(b.requests, event.URL)
	case *log.EventEntryAdded:
		b.messages = append(b.messages, event.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.messages = append(b.messages, fmt.Sprint(event.Type))
	case *runtime.EventExceptionThrown:
		b.messages = append(b.messages, event.ExceptionDetails.Text)
	}
}

// heard are the requests and messages so far.
func (b *tab) heard() (requests, messages []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.requests), slices.Clone(b.messages)
}

// call is a command of the protocol to the tab.
func call[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, command, params); err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
}

// callBrowser is a command of the protocol to the browser.
func callBrowser[P, R any](b *tab, command cdp.Command[P, R], params P) {
	b.t.Helper()
	if _, err := chromedp.CallBrowser(b.ctx, command, params); err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
}

// before has a script run before those of every page that is opened from here on.
func (b *tab) before(script string) {
	b.t.Helper()
	call(b, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
}

// open shows a file.
func (b *tab) open(path string) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate("file://"+filepath.ToSlash(path))); err != nil {
		b.t.Fatal(err)
	}
}

// evaluate is the value of an expression, or of its promise, as if a person had clicked.
func evaluate[T any](b *tab, expression string) T {
	b.t.Helper()
	clicked := func(p *runtime.EvaluateParams) { yes := true; p.UserGesture = &yes }
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise, clicked))
	if err != nil {
		b.t.Fatalf("%.80s: %v", expression, err)
	}
	return value
}

// media has the page think of a medium, screen or print, and of a color scheme.
func (b *tab) media(medium, scheme string) {
	b.t.Helper()
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// viewport gives the page a window of so many pixels.
func (b *tab) viewport(width, height int64) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		b.t.Fatal(err)
	}
}

// clipboard allows the page to use it, or forbids it.
func (b *tab) clipboard(setting browser.PermissionSetting) {
	b.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		callBrowser(b, browser.SetPermission, browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: name}, Setting: setting})
	}
}

// print is the page on paper, the text of each sheet.
func (b *tab) print(paper chromedp.PaperSize) []string {
	b.t.Helper()
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF(chromedp.PDFPaper(paper)))
	if err != nil {
		b.t.Fatal(err)
	}
	text := must(b.t, "pdftotext", writeTemp(b.t, "page.pdf", string(pdf)), "-")
	return strings.Split(strings.TrimSuffix(text, "\f"), "\f")
}
