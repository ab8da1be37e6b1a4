// Package qr draws text as a QR code, for a terminal or for a page, and reads one
// off a picture.
package qr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mdp/qrterminal/v3"
	encoder "rsc.io/qr"
)

// Style is how a picture tells its light modules from its dark ones.
type Style int

// The styles. A reader wants dark modules on light ground; many cannot read
// the reverse, so without colours the style has to fit the terminal.
const (
	// Color is black on white by ANSI sequences, on any ground.
	Color Style = iota
	// PlainDark has no ANSI sequences, for light text on dark ground: what is
	// printed is the light modules.
	PlainDark
	// PlainLight has no ANSI sequences, for dark text on light ground: what is
	// printed is the dark modules.
	PlainLight
)

// MaxBytes is the longest text of arbitrary bytes that a QR code can hold
// (ISO/IEC 18004, version 40, error correction level L). Digits alone, or
// capitals and digits, are packed more densely and may be longer.
const MaxBytes = 2953

// ErrEmpty means that there was no text to draw.
var ErrEmpty = errors.New("no text to draw as a QR code")

// Picture is a drawn QR code.
type Picture struct {
	// Lines are the rows from the top, without line ends. A cell is one module
	// wide and two modules high.
	Lines []string
	// Width is the number of terminal columns that every line takes; ANSI
	// sequences take none.
	Width int
}

// quietZone is the light margin in modules. The standard asks for 4; readers
// manage with 2, and the picture must fit in 24 lines.
const quietZone = 2

// Black and white are 16 and 231 of the 256 colours, the corners of the fixed
// colour cube: unlike 30 and 47, which the user's theme redefines (47 is grey
// almost everywhere, and beige or dark in some themes), they look the same on
// every terminal.
const (
	blackOnWhite = "\x1b[38;5;16;48;5;231m"
	reset        = "\x1b[0m"
)

// Terminal draws text with half blocks, a quiet zone of two modules and the
// lowest error correction (L), so that the picture is as small as can be: 45
// columns and 23 lines for 107 to 134 bytes. In style Color each line sets its
// colours at its start and resets at its end, so lines can stand beside other
// text.
//
// It fails with ErrEmpty, and for a text that no QR code can hold (see
// MaxBytes); the error does not quote the text.
func Terminal(text string, style Style) (Picture, error) {
	if text == "" {
		return Picture{}, ErrEmpty
	}
	// The encoder is asked first because qrterminal drops its error and then
	// dereferences a nil code.
	code, err := encoder.Encode(text, encoder.L)
	if err != nil {
		return Picture{}, fmt.Errorf("%d bytes do not fit into a QR code, which holds %d: %w", len(text), MaxBytes, err)
	}

	var out strings.Builder
	config := qrterminal.Config{
		Level: qrterminal.L, Writer: &out, HalfBlocks: true, QuietZone: quietZone,
		// Named upper half first.
		BlackChar: "█", BlackWhiteChar: "▀", WhiteBlackChar: "▄", WhiteChar: " ",
	}
	if style == PlainDark {
		config.BlackChar, config.BlackWhiteChar, config.WhiteBlackChar, config.WhiteChar = " ", "▄", "▀", "█"
	}
	qrterminal.GenerateWithConfig(text, config)

	width := code.Size + 2*quietZone
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	// A code has an odd number of modules, so the lower half of the last line
	// is outside of it. qrterminal draws it dark, a bar along the quiet zone
	// wherever the ground is light.
	lines[len(lines)-1] = strings.Repeat(config.WhiteChar, width)
	if style == Color {
		for i, line := range lines {
			lines[i] = blackOnWhite + line + reset
		}
	}
	return Picture{Lines: lines, Width: width}, nil
}
