// Package browsertest drives a real Chromium in tests of web pages.
//
// Call [Main.Run] in TestMain of the package, and [Start] in each test to get the tab.
package browsertest

import (
	"context"
	"fmt"
	_ "image/png" // for screenshots
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// patience is much longer than any step takes. It only ends a test that hangs.
const patience = 60 * time.Second

// Browser is a tab of a real Chromium that one test uses.
type Browser struct {
	t   testing.TB
	of  *chromium
	ctx context.Context
}

// Main runs the tests of a package that uses [Start], and then stops the browsers that they
// share.
type Main struct{ *testing.M }

// Run runs the tests.
func (m Main) Run() int {
	ends = true
	code := m.M.Run()
	for _, c := range []*chromium{&light, &whole} {
		if c.end != nil {
			c.end()
		}
	}
	return code
}

// ends is true if [Main] will stop the browsers.
var ends bool

// chromium is a browser, and its tab. The tests take turns in that tab, because another one
// costs a second of CPU: Chromium gives each a window and a process.
type chromium struct {
	programs []string // the first one that is installed is used
	begin    sync.Once
	turn     sync.Mutex      // held by the test that uses the tab
	tab      context.Context // nil if no program is installed
	// blank serves an empty page. Chromium would make a new process for the page that
	// follows about:blank. The page has an icon, because the next test could hear the request
	// for /favicon.ico, which Chromium sends some time after the page.
	blank *httptest.Server
	end   func()
	err   error
}

// light shows pages with the same code as whole, for half the CPU, but has neither warnings
// about certificates nor developer tools.
var (
	light = chromium{programs: []string{"chromium-headless-shell"}}
	whole = chromium{programs: []string{"chromium", "chromium-browser", "google-chrome", "chrome"}}
)

func (c *chromium) installed() string {
	for _, name := range c.programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (c *chromium) start() {
	path := c.installed()
	if path == "" {
		return
	}
	folder, err := os.MkdirTemp("", "ssoctl-chromium-")
	if err != nil {
		c.err = err
		return
	}
	opts := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(folder), chromedp.Headless, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.WindowSize(900, 760),
	}
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	c.blank = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><link rel="icon" href="data:,">`)
	}))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	first, _ := chromedp.NewContext(alloc)
	c.end = func() {
		_ = chromedp.Cancel(first) // closes the browser and waits for it
		stop()
		c.blank.Close()
		os.RemoveAll(folder)
	}
	// A browser, like a tab, lives as long as the context of its first step.
	c.tab, c.err = first, chromedp.Do(first, chromedp.Navigate(c.blank.URL))
}

// Start returns a tab without cookies and settings of other tests. It waits until tests that
// run at the same time have ended. If Chromium is not installed, it skips the test, or fails
// it if CI is true. TestMain of the package has to run [Main]. The tab is of Chromium's
// headless shell if that is installed.
func Start(t testing.TB) *Browser {
	t.Helper()
	if light.installed() != "" {
		return light.turnOf(t)
	}
	return whole.turnOf(t)
}

// StartWhole is [Start] for tests of what only the whole browser has: its warnings and its
// developer tools.
func StartWhole(t testing.TB) *Browser {
	t.Helper()
	return whole.turnOf(t)
}

func (c *chromium) turnOf(t testing.TB) *Browser {
	t.Helper()
	if !ends {
		t.Fatal("TestMain has to run browsertest.Main, which stops Chromium")
	}
	c.begin.Do(c.start)
	if c.err != nil {
		t.Fatal(c.err)
	}
	if c.tab == nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("Chromium is not installed")
		}
		t.Skip("Chromium is not installed: pages are not tested in a browser")
	}
	c.turn.Lock()
	tab, end := context.WithCancel(c.tab)
	b := &Browser{t, c, tab}
	t.Cleanup(func() {
		end()
		b.ctx = c.tab
		b.reset()
		c.turn.Unlock()
	})
	return b
}

// reset leaves the page, closes windows that it opened, and undoes what a test may have set.
func (b *Browser) reset() {
	b.Scripts(true)
	set(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
	set(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	set(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{}})
	b.Open(b.of.blank.URL)
	set(b, storage.ClearDataForOrigin, storage.ClearDataForOriginParams{Origin: "*", StorageTypes: "all"})
	set(b, network.ClearBrowserCookies, cdp.Empty{})
	targets, err := chromedp.Targets(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, other := range targets {
		if other.Type == "page" && other.TargetID != chromedp.FromContext(b.ctx).Target.TargetID {
			if _, err := chromedp.CallBrowser(b.ctx, target.CloseTarget, target.CloseTargetParams{TargetID: other.TargetID}); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

func (b *Browser) Do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		at, _ := chromedp.Run(b.ctx, chromedp.Location())
		text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText : ''"))
		b.t.Fatalf("at %s: %v\n%s", at, err, text)
	}
}

func (b *Browser) Open(address string) { b.t.Helper(); b.Do(chromedp.Navigate(address)) }

// Until waits until a JavaScript expression is true.
func (b *Browser) Until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && yes {
			return
		}
		select {
		case <-ctx.Done():
			text, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body.innerText"))
			b.t.Fatalf("never true: %s (%v)\n%s", expression, err, text)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// JS returns the value of a JavaScript expression as text.
func (b *Browser) JS(expression string) string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return text
}

func (b *Browser) Keys(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		b.Do(chromedp.KeyEvent(key))
	}
}

// Speak sets the Accept-Language of the browser.
func (b *Browser) Speak(language string) {
	b.t.Helper()
	set(b, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": language}})
}

// Hear starts to record the requests of the tab and the browser's messages about the page.
// Call the function that it returns to get the record so far.
func (b *Browser) Hear() func() []string {
	b.t.Helper()
	var mu sync.Mutex
	var heard []string
	err := chromedp.Listen(b.ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *network.EventRequestWillBeSent:
			heard = append(heard, ev.Request.URL)
		case *log.EventEntryAdded:
			heard = append(heard, string(ev.Entry.Level)+": "+ev.Entry.Text)
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(heard)
	}
}

// Print emulates printing by a user who prefers a dark scheme. With SSOCTL_SHOTS=FOLDER
// it saves a full screenshot.
func (b *Browser) Print(name string) {
	b.t.Helper()
	set(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
	if dir := os.Getenv("SSOCTL_SHOTS"); dir != "" {
		data, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name+"-print.png"), data, 0o644)
		}
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// Pages prints the page to PDF and returns the number of sheets. With SSOCTL_SHOTS=FOLDER
// it saves the PDF.
func (b *Browser) Pages(name string) int {
	b.t.Helper()
	printed := set(b, page.PrintToPDF, page.PrintToPDFParams{})
	if dir := os.Getenv("SSOCTL_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), printed.Data, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(printed.Data, -1))
}

func (b *Browser) Scheme(scheme string) {
	b.t.Helper()
	set(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
}

// Phone gives the window the size of a phone.
func (b *Browser) Phone() {
	b.Size(emulation.SetDeviceMetricsOverrideParams{Width: 360, Height: 740, DeviceScaleFactor: 2, Mobile: true})
}

func (b *Browser) Size(size emulation.SetDeviceMetricsOverrideParams) {
	b.t.Helper()
	set(b, emulation.SetDeviceMetricsOverride, size)
}

// Scripts turns the scripts of pages on or off.
func (b *Browser) Scripts(on bool) {
	b.t.Helper()
	set(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}

// set sends a command to the tab.
func set[P, R any](b *Browser, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		b.t.Fatalf("%s: %v", command.Method, err)
	}
	return result
}
