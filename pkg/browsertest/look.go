package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// Look takes a screenshot in light and dark, checks that neither is blank and that the dark
// one is darker, and returns the light one. With SSOCTL_SHOTS=FOLDER it saves both.
func (b *Browser) Look(name string) image.Image {
	b.t.Helper()
	var shots []image.Image
	for _, scheme := range []string{"dark", "light"} {
		b.Scheme(scheme)
		data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			b.t.Fatal(err)
		}
		shot, _, err := image.Decode(bytes.NewReader(data))
		if err != nil {
			b.t.Fatal(err)
		}
		if colours(shot) < 8 {
			b.t.Errorf("%s, %s: the page is blank", name, scheme)
		}
		if dir := os.Getenv("SSOCTL_SHOTS"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.png", name, scheme)), data, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
		shots = append(shots, shot)
	}
	if ground(shots[0]) >= ground(shots[1]) {
		b.t.Errorf("%s: the dark page is not darker than the light one", name)
	}
	return shots[1]
}

// colours counts the colours of the image, up to 8.
func colours(img image.Image) int {
	seen := map[[3]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y && len(seen) < 8; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}

// ground returns the brightness of the page's corner.
func ground(img image.Image) uint32 {
	r, g, b, _ := img.At(2, 2).RGBA()
	return r + g + b
}

// Clean checks that the page has a language, a title, the structure and the labels that
// every page needs, and that it loads only its own resources.
func (b *Browser) Clean(name string) {
	b.t.Helper()
	for what, expression := range map[string]string{
		"a language":         "document.documentElement.lang !== ''",
		"a title":            "document.title !== ''",
		"one h1":             "document.querySelectorAll('h1').length === 1",
		"a main":             "document.querySelectorAll('main').length === 1",
		"names of controls":  "[...document.querySelectorAll('button,a,input:not([type=hidden]),select,summary')].every(c => (c.textContent + (c.labels && c.labels.length ? c.labels[0].textContent : '') + (c.getAttribute('aria-label')||'')).trim() !== '')",
		"its own files":      "performance.getEntriesByType('resource').every(r => r.name.startsWith(location.origin))",
		"its style":          "[...document.styleSheets].some(s => s.cssRules.length > 10)",
		"no sideways scroll": "document.documentElement.scrollWidth <= document.documentElement.clientWidth",
	} {
		if b.JS(expression) != "true" {
			b.t.Errorf("%s: the page fails the check for %s", name, what)
		}
	}
}

// contrast is a JavaScript expression for the text with the lowest contrast (WCAG 2) to its
// background, as "4.21 of TEXT", or "" if that contrast is at least 4.5.
const contrast = `(() => {
  const lum = c => { const f = c.map(v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 }); return .2126 * f[0] + .7152 * f[1] + .0722 * f[2] };
  const rgb = s => { const m = s.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m.slice(0, 3) };
  const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c } return null };
  let worst = [99, ''];
  for (const e of document.querySelectorAll('main *, footer *, header *')) {
    const own = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim()).map(n => n.data.trim()).join(' ');
    if (!own || !e.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const a = lum(rgb(getComputedStyle(e).color)), b = lum(behind(e) || (matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255]));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < worst[0]) worst = [ratio, own];
  }
  return worst[0] < 4.5 ? worst[0].toFixed(2) + ' of ' + worst[1] : '';
})()`

// Readable checks the contrast of all texts, in light and dark.
func (b *Browser) Readable(name string) {
	b.t.Helper()
	for _, scheme := range []string{"dark", "light"} {
		b.Scheme(scheme)
		if worst := b.JS(contrast); worst != "" {
			b.t.Errorf("%s, %s: the contrast is only %s", name, scheme, worst)
		}
	}
}
