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

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
)

// Width and Height are the size of the window in CSS pixels. It is large, so that the
// page is not the mobile version and the code is not below the fold.
const (
	Width  = 1280
	Height = 1200
)

// Variables are the environment variables passed to the browser. All others are withheld,
// because they may contain secrets.
var Variables = []string{
	"HOME", "PATH", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_DIRS", "XDG_RUNTIME_DIR", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
	"http_proxy", "https_proxy", "no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
	"SystemRoot", "LocalAppData", "AppData", "UserProfile", "ProgramFiles", "ProgramData",
}

// nowhere is an address where usually nothing listens: the discard port.
const nowhere = "http://127.0.0.1:9/"

// Browser is a headless browser. It is controlled through a pipe, so no other process can
// connect to it.
type Browser struct {
	Program string   // the result of [Find]
	Env     []string // NAME=VALUE, the whole environment
	// Sandbox isolates pages from the machine. Chromium cannot use it as root.
	Sandbox bool
	// Proxy is the proxy to use: "none" for no proxy, "" for the proxy of Env or the system.
	Proxy string
	// Trust is a server certificate to trust without checking its issuer; nil for none.
	Trust *x509.Certificate
	// Insecure disables the check of server certificates.
	Insecure bool
}

// start runs the browser with a temporary folder for its profile and its files. end stops
// the browser, if it still runs, and removes the folder. The error is a [*BrowserError], a
// [*failure.TemporaryError] or ctx.Err().
func (b Browser) start(ctx context.Context) (tab context.Context, end func(), err error) {
	temporary, err := os.MkdirTemp(temporaryRoot(), "ssoctl-")
	if err != nil {
		return nil, nil, &failure.TemporaryError{Dir: temporaryRoot(), Err: err}
	}
	// Once started, the browser does not end with ctx: end stops it.
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
		return nil, nil, &BrowserError{b.Program, "cannot start", "无法启动", err}
	}
	return tab, end, nil
}

// temporaryRoot returns the folder for temporary files. Chromium opens a socket in a
// folder below it, and cannot start if the socket's path is longer than about 100 bytes.
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
		// Use no keyring, and show no dialog of the system.
		chromedp.Flag("password-store", "basic"), chromedp.Flag("use-mock-keychain", true),
		// The requests that disable-background-networking does not stop get no response.
		chromedp.Flag("disable-features", "OptimizationHints,NetworkTimeServiceQuerying,Translate,MediaRouter"),
		chromedp.Flag("gaia-url", nowhere), chromedp.Flag("component-updater", "url-source="+nowhere),
		// Containers have little shared memory.
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
	Program   string
	Problem   string
	problemZH string
	err       error
}

func (e *BrowserError) Error() string { return e.Text().EN }

// Text is the error in both languages, with one line of the browser's output. There is no
// Unwrap, because chromedp reports a browser that has exited as context.Canceled.
func (e *BrowserError) Text() lang.Text {
	said := strings.TrimPrefix(e.err.Error(), "chrome failed to start:\n")
	line, _, _ := strings.Cut(strings.TrimSpace(said), "\n")
	const most = 300
	if len(line) > most {
		line = line[:most] + "…"
	}
	why := lang.Text{EN: line}
	if errors.Is(e.err, context.Canceled) {
		why = lang.Text{EN: "it ended", ZH: "它已退出"}
	}
	return lang.Text{
		EN: strings.TrimSuffix(fmt.Sprintf("browser %s: %s: %s", e.Program, e.Problem, why.EN), ": "),
		ZH: strings.TrimSuffix(fmt.Sprintf("浏览器 %s：%s：%s", e.Program, e.problemZH, why.In(lang.ZH)), "："),
	}
}

// Hint says what to do about the error.
func (*BrowserError) Hint() lang.Text { return otherBrowser }

// otherBrowser is the hint for a program that does not work as a browser.
var otherBrowser = lang.Text{
	EN: "Is it Chromium or Chrome? --chrome PATH uses another one. Without one: --via link.",
	ZH: "它是 Chromium 或 Chrome 吗？可用 --chrome PATH 换一个；没有浏览器时可用 --via link。",
}

// patience is the time limit for one command to the browser.
const patience = 10 * time.Second
