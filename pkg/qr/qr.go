// Package qr draws QR codes, for a terminal ([Terminal]) or for a web page ([SVG]).
package qr

import (
	"strings"

	"github.com/mdp/qrterminal/v3"
	encoder "rsc.io/qr"

	"ssoctl/pkg/lang"
)

// Style is how a picture shows light and dark modules.
type Style int

// The styles. Readers expect dark modules on a light ground, and many cannot read light
// modules on a dark one. So a style without colours has to match the terminal.
const (
	// Color draws black on white with ANSI sequences, on any terminal.
	Color Style = iota
	// PlainDark uses no ANSI sequences and suits light text on a dark ground: it prints
	// the light modules.
	PlainDark
	// PlainLight uses no ANSI sequences and suits dark text on a light ground: it prints
	// the dark modules.
	PlainLight
)

// StyleOf returns the style for a terminal: explicit colours if they are allowed, otherwise
// light on dark, or dark on light if colours, the value of COLORFGBG, names a light ground.
func StyleOf(allowed bool, colours string) Style {
	ground := colours[strings.LastIndexByte(colours, ';')+1:]
	switch {
	case allowed:
		return Color
	case ground == "7" || ground == "15":
		return PlainLight
	}
	return PlainDark
}

// MaxBytes is the length in bytes of the longest text that a QR code can hold (ISO/IEC
// 18004, version 40, error correction level L). Texts of digits, or of capitals and
// digits, may be longer.
const MaxBytes = 2953

// ErrEmpty means that the text to draw is empty.
var ErrEmpty = lang.Errorf(lang.Text{EN: "no text to draw as a QR code", ZH: "没有可画成二维码的内容"})

// Picture is a QR code drawn with characters.
type Picture struct {
	// Lines are the rows from top to bottom, without line ends. A character is one
	// module wide and two modules high.
	Lines []string
	// Width is the number of terminal columns of each line, not counting ANSI
	// sequences.
	Width int
}

// quietZone is the light margin in modules. The standard requires 4, but readers manage
// with 2, and the picture has to fit in 24 lines.
const quietZone = 2

// Black and white are colours 16 and 231 of 256, from the fixed colour cube. Colours such
// as 30 and 47 depend on the user's theme, where 47 is often grey, beige or even dark.
const (
	blackOnWhite = "\x1b[38;5;16;48;5;231m"
	reset        = "\x1b[0m"
)

// Terminal draws text with half blocks, a quiet zone of two modules and the lowest error
// correction level (L), which gives the smallest picture: 45 columns and 23 lines for 107
// to 134 bytes. In style [Color] each line sets and resets its colours, so it can stand
// next to other text.
//
// The error is [ErrEmpty], or says that the text is too long (see [MaxBytes]). It does
// not quote the text.
func Terminal(text string, style Style) (Picture, error) {
	if text == "" {
		return Picture{}, ErrEmpty
	}
	// Encode first, because qrterminal ignores the encoder's error and then
	// dereferences a nil code.
	code, err := encoder.Encode(text, encoder.L)
	if err != nil {
		return Picture{}, lang.Errorf(lang.Text{
			EN: "%d bytes do not fit in a QR code, which holds up to %d: %v",
			ZH: "%d 字节超出二维码的容量，最多 %d 字节：%v",
		}, len(text), MaxBytes, err)
	}

	var out strings.Builder
	config := qrterminal.Config{
		Level: qrterminal.L, Writer: &out, HalfBlocks: true, QuietZone: quietZone,
		// The names say the upper half first.
		BlackChar: "█", BlackWhiteChar: "▀", WhiteBlackChar: "▄", WhiteChar: " ",
	}
	if style == PlainDark {
		config.BlackChar, config.BlackWhiteChar, config.WhiteBlackChar, config.WhiteChar = " ", "▄", "▀", "█"
	}
	qrterminal.GenerateWithConfig(text, config)

	width := code.Size + 2*quietZone
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	// A code has an odd number of modules, so the lower half of the last line is outside
	// it. qrterminal draws that half dark, which shows as a bar on a light ground.
	lines[len(lines)-1] = strings.Repeat(config.WhiteChar, width)
	if style == Color {
		for i, line := range lines {
			lines[i] = blackOnWhite + line + reset
		}
	}
	return Picture{Lines: lines, Width: width}, nil
}
