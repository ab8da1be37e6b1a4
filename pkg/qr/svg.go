package qr

import (
	"fmt"
	"strings"

	encoder "rsc.io/qr"
)

// svgQuietZone is the light margin in modules that the standard requires.
const svgQuietZone = 4

// SVG draws text as an SVG element for a web page: black on white, with the quiet zone of
// the standard, at error correction level M, which a camera can read from further away
// than L. The element has a viewBox but no size, and neither style nor script, so any
// Content-Security-Policy allows it. It does not contain the text itself.
//
// The errors are those of [Terminal]. Level M holds 2331 bytes.
func SVG(text string) (string, error) {
	if text == "" {
		return "", ErrEmpty
	}
	code, err := encoder.Encode(text, encoder.M)
	if err != nil {
		return "", fmt.Errorf("%d bytes do not fit in a QR code: %w", len(text), err)
	}
	var b strings.Builder
	width := code.Size + 2*svgQuietZone
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %[1]d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%[1]dv%[1]dh-%[1]dz"/><path fill="#000" d="`, width)
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			start := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if x > start {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%[3]dz", start+svgQuietZone, y+svgQuietZone, x-start)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String(), nil
}
