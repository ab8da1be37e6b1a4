package mirror

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"image"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// The folder zxing has ZXing-C++, compiled to WebAssembly, and the functions to call it.
var (
	//go:embed zxing/reader.js
	zxing string
	//go:embed zxing/zxing_reader.wasm
	zxingWASM []byte
	//go:embed read.js
	read string
)

// errNone means that a picture has no readable QR code.
var errNone = errors.New("no QR code in the picture")

// code is a QR code read from a picture. Text may be empty and is not to be trusted:
// anybody can draw a QR code.
type code struct {
	Text                     string
	Left, Top, Right, Bottom int
	// Contrast is the difference between dark and light, at most 255. It drops if the page
	// fades a code that is no longer valid.
	Contrast int
}

func (c code) bounds() image.Rectangle { return image.Rect(c.Left, c.Top, c.Right, c.Bottom) }

// reader reads QR codes in a tab of the browser. A library in Go would do so in less code,
// but would build its tables whenever any command starts.
type reader struct {
	opened chan struct{} // closed when tab and err are set
	tab    context.Context
	err    error
}

// newReader starts to open the tab in the browser that has the page.
func newReader(page context.Context) *reader {
	r := &reader{opened: make(chan struct{})}
	go func() {
		defer close(r.opened)
		r.tab, r.err = openReader(page)
	}()
	return r
}

// noNetwork is an empty page that may run WebAssembly, but load nothing.
const noNetwork = `data:text/html,<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'wasm-unsafe-eval'">`

// openReader opens a tab that the page cannot reach and that has no network. It is in the
// background, so that the page stays visible.
func openReader(page context.Context) (context.Context, error) {
	background := true
	blank, err := chromedp.CallBrowser(page, target.CreateTarget, target.CreateTargetParams{URL: "about:blank", Background: &background})
	if err != nil {
		return nil, err
	}
	tab, _ := chromedp.NewContext(page, chromedp.WithTargetID(blank.TargetID)) // ends with the browser
	return tab, chromedp.Do(tab, chromedp.Navigate(noNetwork),
		chromedp.Evaluate[chromedp.Void](zxing+read), evaluate[chromedp.Void]("start", zxingWASM))
}

// read returns the largest QR code in a PNG picture such as a screenshot. The code may be
// dark on light or light on dark, of any size, rotated, or have a logo in its middle. The
// error is errNone or ctx.Err(), or says that the browser cannot read.
func (r *reader) read(ctx context.Context, png []byte) (code, error) {
	select {
	case <-ctx.Done():
		return code{}, ctx.Err()
	case <-r.opened:
	}
	if r.err != nil {
		return code{}, fmt.Errorf("cannot start to read QR codes: %v", r.err)
	}
	tab, cancel := context.WithTimeout(r.tab, patience)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	found, err := chromedp.Run(tab, evaluate[*code]("read", png))
	switch {
	case err != nil:
		return code{}, fmt.Errorf("cannot read QR codes: %v", err)
	case found == nil:
		return code{}, errNone
	}
	return *found, nil
}

// evaluate calls a function of read.js with data, and waits for its result.
func evaluate[T any](function string, data []byte) chromedp.Action[T] {
	return chromedp.Evaluate[T](function+`("`+base64.StdEncoding.EncodeToString(data)+`")`, chromedp.EvalAwaitPromise)
}
