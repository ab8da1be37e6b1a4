package mirror

import (
	"context"
	"image"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"ssoctl/pkg/lang"
)

// LoadError says that the address did not return a page.
type LoadError struct {
	Host    string
	Status  int    // of the HTTP response; 0 if there was none
	Problem string // the browser's error, such as net::ERR_NAME_NOT_RESOLVED
}

func (e *LoadError) Error() string { return e.Text().EN }

// Text is the error in both languages. Messages of the browser itself are not translated.
func (e *LoadError) Text() lang.Text {
	switch {
	case e.Status != 0:
		return lang.Sprintf(lang.Text{EN: "HTTP %d instead of a page", ZH: "返回的是 HTTP %d，不是网页"}, e.Status)
	case e.Problem == problemDownload:
		return lang.Text{EN: e.Problem, ZH: "返回的是要下载的文件，不是网页"}
	}
	return lang.Text{EN: e.Problem}
}

// Unwrap returns the equivalent error of package net, or nil.
func (e *LoadError) Unwrap() error {
	switch e.Problem {
	case "net::ERR_NAME_NOT_RESOLVED", "net::ERR_NAME_RESOLUTION_FAILED":
		return &net.DNSError{Err: "no such host", Name: e.Host, IsNotFound: true}
	case "net::ERR_CONNECTION_REFUSED":
		return syscall.ECONNREFUSED
	case "net::ERR_TIMED_OUT", "net::ERR_CONNECTION_TIMED_OUT":
		return context.DeadlineExceeded
	}
	return nil
}

// Untrusted reports whether the browser does not trust the server's certificate.
func (e *LoadError) Untrusted() bool { return strings.HasPrefix(e.Problem, "net::ERR_CERT_") }

// Hint says what to do about a certificate that the browser does not trust. It is zero for
// other errors.
func (e *LoadError) Hint() lang.Text {
	if !e.Untrusted() {
		return lang.Text{}
	}
	return lang.Text{
		EN: "The browser uses its own certificate store, not --ca-cert. Add the CA there (Linux: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n NAME -i FILE). For a test, turn certificate checks off: --insecure.",
		ZH: "浏览器只信任自己的证书库，不认 --ca-cert。请把 CA 加入其中（Linux：certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n 名称 -i 文件）；临时测试可用 --insecure 跳过校验。",
	}
}

// Answered reports whether there was a response, even an unusable one.
func (e *LoadError) Answered() bool {
	return e.Status != 0 || slices.Contains([]string{
		problemDownload, "net::ERR_ABORTED", "net::ERR_TOO_MANY_REDIRECTS", "net::ERR_UNSAFE_REDIRECT", "net::ERR_INVALID_REDIRECT",
		"net::ERR_INVALID_RESPONSE", "net::ERR_INVALID_HTTP_RESPONSE", "net::ERR_RESPONSE_HEADERS_TOO_BIG",
	}, e.Problem)
}

const problemDownload = "a file to download instead of a page"

// open navigates to the address. It returns when the response starts, which may be long
// before the page has finished loading.
func (m *mirror) open(ctx context.Context, address string) error {
	status := map[cdp.LoaderID]int64{} // used by the tab's goroutine only, until the call below returns
	var answered atomic.Bool
	err := chromedp.Listen(m.tab, func(event any) {
		switch e := event.(type) {
		case *network.EventResponseReceived:
			if e.Type == network.ResourceTypeDocument && !answered.Load() {
				status[e.LoaderID] = e.Response.Status
			}
		case *page.EventJavascriptDialogOpening:
			// A dialog blocks the page. Accept it if it asks whether to leave the page,
			// otherwise dismiss it.
			go m.answer(e.Type == page.DialogTypeBeforeunload)
		case *inspector.EventTargetCrashed:
			m.crashed.Store(true)
		}
	})
	if err != nil {
		return err
	}
	got, err := call(ctx, m, page.Navigate, page.NavigateParams{URL: address})
	answered.Store(true)
	u, _ := url.Parse(address)
	switch {
	case err != nil && ctx.Err() == nil:
		return err
	case err != nil:
		return &LoadError{Host: u.Host, Problem: "net::ERR_TIMED_OUT"}
	case got.IsDownload:
		return &LoadError{Host: u.Host, Problem: problemDownload}
	case got.ErrorText != "":
		return &LoadError{Host: u.Host, Problem: got.ErrorText}
	case status[got.LoaderID] >= 400:
		return &LoadError{Host: u.Host, Status: int(status[got.LoaderID])}
	}
	return nil
}

func (m *mirror) answer(accept bool) {
	ctx, cancel := context.WithTimeout(m.tab, patience)
	defer cancel()
	_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: accept}) // fails if the page is gone
}

// shoot takes a screenshot of a part of the window, given in pixels of the page.
func (m *mirror) shoot(ctx context.Context, part image.Rectangle, scale int) ([]byte, error) {
	quick := true
	params := page.CaptureScreenshotParams{OptimizeForSpeed: &quick, Clip: &page.Viewport{
		X: float64(part.Min.X), Y: float64(part.Min.Y), Width: float64(part.Dx()), Height: float64(part.Dy()), Scale: float64(scale),
	}}
	ctx, cancel := context.WithTimeout(ctx, patience/3)
	defer cancel()
	got, err := call(ctx, m, page.CaptureScreenshot, params)
	return got.Data, err
}

// where returns the title and address of the page for an error message, without the parts
// of the address that may be secret.
func (m *mirror) where() (title, address string) {
	ctx, cancel := context.WithTimeout(m.tab, 2*time.Second)
	defer cancel()
	title, _ = chromedp.Run(ctx, chromedp.Title()) // best effort
	at, _ := chromedp.Run(ctx, chromedp.Location())
	u, err := url.Parse(at)
	if err != nil {
		return title, ""
	}
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	return title, u.String()
}

// call sends a command to the tab and returns the result. It also returns when ctx ends, with
// the cause.
func call[P, R any](ctx context.Context, m *mirror, command cdp.Command[P, R], params P) (R, error) {
	tab, cancel := context.WithCancel(m.tab)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	got, err := chromedp.Call(tab, command, params)
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return got, err
}
