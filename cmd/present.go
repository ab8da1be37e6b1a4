package cmd

import (
	"os"
	"strings"

	"ssoctl/pkg/present"
	"ssoctl/pkg/qr"
)

// presenting is what a login needs from outside.
func (r *root) presenting() present.Deps {
	d := present.Deps{Console: r.console(), Style: r.qrStyle(), Now: r.Now, OpenBrowser: r.OpenBrowser}
	if !r.stdin && !r.quiet {
		d.Keyboard, _ = r.In.(*os.File)
	}
	return d
}

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
