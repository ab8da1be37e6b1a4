package qr

import (
	"fmt"
	"strings"

	encoder "rsc.io/qr"
)

// svgQuietZone is the light margin in modules that the standard asks for.
const svgQuietZone = 4

// SVG draws text for a page: black on white whatever the page's own colours
// are, the standard's quiet zone included, at error correction level M, which a
// camera reads off a screen from further away. The element has a viewBox and no
// size, and neither style nor script, so that any Content-Security-Policy admits
// it. Nothing of text is in it as text.
//
// It fails as Terminal does; level M holds 2331 bytes.
func SVG(text string) (string, error) {
	if text == "" {
		return "", ErrEmpty
	}
	code, err := encoder.Encode(text, encoder.M)
	if err != nil {
		return "", fmt.Errorf("%d bytes do not fit into a QR code: %w", len(text), err)
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
