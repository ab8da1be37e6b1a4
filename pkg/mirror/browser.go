package mirror

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"runtime"
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

// Variables are those of the environment that a browser has a use for: any other
// may be a secret.
var Variables = []string{
	"HOME", "PATH", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
	"http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
	"SystemRoot", "LocalAppData", "AppData", "UserProfile", "ProgramFiles", "ProgramData",
}

// nowhere is where nobody listens, as a rule: the port to discard things at.
const nowhere = "http://127.0.0.1:9/"

// Browser is one that shows nothing on a screen. Nobody else can drive it: it is
// spoken to through a pipe.
type Browser struct {
	Program string   // as Find returns it
	Env     []string // NAME=VALUE, all that it gets
	// Sandbox is what keeps a page from the machine. Chromium cannot have it as root.
	Sandbox bool
	// Proxy is the one to use, none is none; "" is what Env or the system says.
	Proxy string
	// Trust is a server's certificate to trust, whoever vouches for it; nil is none.
	Trust *x509.Certificate
	// Insecure does not have the servers' certificates checked.
	Insecure bool
}

// start runs the browser, with a new folder for its profile and one for its
// temporary files. They are gone when end returns, however the browser ended. The
// error is a *BrowserError, or ctx's own.
func (b Browser) start(ctx context.Context) (tab context.Context, end func(), err error) {
	temporary, err := os.MkdirTemp(temporaryRoot(), "ssoctl-")
	if err != nil {
		return nil, nil, &BrowserError{b.Program, "cannot start", err}
	}
	// It outlives ctx by the moment that it takes to ask it where it is.
	life, kill := context.WithCancel(context.WithoutCancel(ctx))
	alloc, removed := chromedp.NewExecAllocator(life, b.options(temporary)...)
	silent := func(string, ...any) {}
	tab, ended := chromedp.NewContext(alloc, chromedp.WithLogf(silent), chromedp.WithErrorf(silent))
	end = func() { kill(); ended(); removed(); os.RemoveAll(temporary) }
	unwatch := context.AfterFunc(ctx, kill)
	_, err = chromedp.CallBrowser(tab, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorDeny})
	if err == nil {
		err = chromedp.Do(tab, chromedp.EmulateViewport(Width, Height))
	}
	unwatch()
	if err != nil {
		end()
		if ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		return nil, nil, &BrowserError{b.Program, "cannot start", err}
	}
	return tab, end, nil
}

// temporaryRoot is where temporary files go: Chromium opens a socket in a folder
// there, and cannot start where that has a path of more than a hundred bytes.
func temporaryRoot() string {
	const longest = 40
	if root := os.TempDir(); len(root) <= longest || runtime.GOOS == "windows" {
		return root
	}
	return "/tmp"
}

func (b Browser) options(temporary string) []chromedp.ExecAllocatorOption {
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(b.Program), chromedp.NoInheritEnv, chromedp.Env(b.Env...),
		chromedp.Env("TMPDIR="+temporary, "TEMP="+temporary, "TMP="+temporary, "BREAKPAD_DUMP_LOCATION="+temporary),
		chromedp.Flag("no-sandbox", !b.Sandbox), chromedp.Flag("ignore-certificate-errors", b.Insecure),
		chromedp.Headless, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		// No keyring and no dialog of the system.
		chromedp.Flag("password-store", "basic"), chromedp.Flag("use-mock-keychain", true),
		// What it still does on its own, with background networking off, leads nowhere.
		chromedp.Flag("disable-features", "OptimizationHints,NetworkTimeServiceQuerying,Translate,MediaRouter"),
		chromedp.Flag("gaia-url", nowhere), chromedp.Flag("component-updater", "url-source="+nowhere),
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
	if b.Trust != nil {
		key := sha256.Sum256(b.Trust.RawSubjectPublicKeyInfo)
		options = append(options, chromedp.Flag("ignore-certificate-errors-spki-list", base64.StdEncoding.EncodeToString(key[:])))
	}
	switch b.Proxy {
	case "":
	case "none":
		options = append(options, chromedp.Flag("no-proxy-server", true))
	default:
		options = append(options, chromedp.ProxyServer(b.Proxy))
	}
	return options
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
