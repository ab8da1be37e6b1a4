package cmd

import (
	"strings"

	"ssoctl/pkg/qr"
)

// qrStyle returns the style that suits the terminal: explicit colours if they are allowed,
// otherwise light on dark, or dark on light if COLORFGBG names a light background.
func (p *printer) qrStyle() qr.Style {
	if _, _, tty := p.drawable(); tty && !p.noColor {
		return qr.Color
	}
	colours, _ := p.env("COLORFGBG")
	if ground := colours[strings.LastIndexByte(colours, ';')+1:]; ground == "7" || ground == "15" {
		return qr.PlainLight
	}
	return qr.PlainDark
}
