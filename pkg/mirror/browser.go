package mirror

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
)

// Width and Height are the page's, in pixels of its own: large ones, so that it is
// not the page for phones, and the code not below the fold.
const (
	Width  = 1280
	Height = 1200
)

// scale is how many pixels of a screenshot one of the page's has, each way.
const scale = 2

// Variables are those of the environment that a browser has a use for: any other
// may be a secret.
var Variables = []string{
	"HOME", "PATH", "TMPDIR", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
	"http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
	"SystemRoot", "TEMP", "TMP", "LocalAppData", "AppData", "UserProfile", "ProgramFiles", "ProgramData",
}

// Browser is one that shows nothing on a screen. Nobody else can drive it: it is
// spoken to through a pipe.
type Browser struct {
	Program string   // as Find returns it
	Env     []string // NAME=VALUE, all that it gets
	// Sandbox is what keeps a page from the machine. Chromium cannot have it as root.
	Sandbox bool
}

// start runs the browser, with a new folder for its profile. The folder is gone
// when end returns, however the browser ended. The error is a *BrowserError, or
// ctx's own.
func (b Browser) start(ctx context.Context) (tab context.Context, end func(), err error) {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(b.Program), chromedp.NoInheritEnv, chromedp.Env(b.Env...), chromedp.Flag("no-sandbox", !b.Sandbox),
		chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		// No keyring and no dialog of the system.
		chromedp.Flag("password-store", "basic"), chromedp.Flag("use-mock-keychain", true),
		// Containers have little of it.
		chromedp.Flag("disable-dev-shm-usage", true),
	}
	for _, name := range []string{
		"disable-background-networking", "disable-component-update", "disable-domain-reliability", "disable-sync", "disable-default-apps",
		"disable-extensions", "disable-breakpad", "disable-client-side-phishing-detection", "metrics-recording-only", "no-pings",
		"deny-permission-prompts", "disable-gpu",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	silent := func(string, ...any) {}
	// It outlives ctx by the moment that it takes to ask it where it is.
	alloc, stop := chromedp.NewExecAllocator(context.WithoutCancel(ctx), options...)
	tab, cancel := chromedp.NewContext(alloc, chromedp.WithLogf(silent), chromedp.WithErrorf(silent))
	end = func() { cancel(); stop() }
	unwatch := context.AfterFunc(ctx, cancel)
	_, err = chromedp.CallBrowser(tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny})
	unwatch()
	if err == nil {
		err = chromedp.Do(tab, chromedp.EmulateViewport(Width, Height, chromedp.EmulateScale(scale)))
	}
	if err != nil {
		end()
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, &BrowserError{b.Program, "cannot start", err}
	}
	return tab, end, nil
}

// BrowserError says that the browser itself failed.
type BrowserError struct {
	Program string
	Problem string
	err     error
}

// Error has one line of what the browser said. It does not unwrap: what chromedp
// returns for a browser that is gone passes for a context that was cancelled.
func (e *BrowserError) Error() string {
	text := strings.TrimPrefix(e.err.Error(), "chrome failed to start:\n")
	if errors.Is(e.err, context.Canceled) {
		text = "it ended"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	const most = 300
	if len(line) > most {
		line = line[:most] + "…"
	}
	return strings.TrimSuffix(fmt.Sprintf("browser %s: %s: %s", e.Program, e.Problem, line), ": ")
}

// patience is how long a browser has for an answer.
const patience = 10 * time.Second
