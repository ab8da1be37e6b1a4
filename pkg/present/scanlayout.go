package present

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/terminal"
)

// panelWidth is the minimum width of a panel beside the picture, panelGap the space between
// them, in columns.
const (
	panelWidth = 28
	panelGap   = 3
)

// Lines implements [terminal.Drawing].
func (v *scanView) Lines(columns, rows int) []string {
	defer func() {
		if fault := recover(); fault != nil {
			v.restore() // a panic while redrawing skips all other clean-up
			panic(fault)
		}
	}()
	picture := v.picture.Lines
	if v.state.over {
		picture = covered(v.picture)
	}
	status := v.status(max(columns, v.picture.Width))
	side := columns - v.picture.Width - panelGap
	switch {
	case len(picture) == 0:
		return status
	case len(picture) <= rows && side >= panelWidth:
		return beside(picture, folded(v.panel(), side))
	case len(picture)+len(status) <= rows && v.picture.Width <= columns:
		return slices.Concat(picture, status)
	}
	text := v.tooSmall(v.picture, len(picture)+len(status), columns, rows)
	return folded(text+"\n"+v.sentence()+"\n"+v.timing(""), columns)
}

// Above implements [terminal.Drawing].
func (v *scanView) Above() string {
	if v.code == "" {
		return ""
	}
	return printable.Text(v.code) + "\n"
}

// status returns the text below a picture: the state and the time left. It mentions the key r
// only if that takes no extra line.
func (v *scanView) status(columns int) []string {
	short := folded(v.sentence()+"\n"+v.timing(""), columns)
	if v.renewable() {
		keyed := folded(v.sentence()+"\n"+v.timing(v.Console.In(lang.Text{EN: "r renews, ", ZH: "按 r 换新，"})), columns)
		if len(keyed) == len(short) {
			return keyed
		}
	}
	return short
}

// panel returns the text beside a picture.
func (v *scanView) panel() string {
	code, wait := v.left()
	if code != "" {
		code = v.Console.In(lang.Sprintf(lang.Text{EN: "QR code  %s left\n", ZH: "二维码    剩余 %s\n"}, code))
	}
	renews := ""
	if v.renewable() {
		renews = v.Console.In(lang.Text{EN: "New one  r\n", ZH: "换新      r\n"})
	}
	return v.Console.In(lang.Sprintf(lang.Text{
		EN: "%s.\n\nProfile  %s\n         %s\n%sWait     %s left\n%sStop     Ctrl-C",
		ZH: "%s。\n\n接入配置  %s\n          %s\n%s等待      剩余 %s\n%s停止      Ctrl-C",
	}, v.sentence(), v.profile.Name, v.profile.VendorName(v.Console.Lang), code, wait, renews))
}

// beside puts the panel to the right of the picture, centred vertically.
func beside(picture, panel []string) []string {
	out := slices.Clone(picture)
	top := max(0, (len(picture)-len(panel))/2)
	for i, line := range panel[:min(len(panel), len(picture))] {
		out[top+i] += strings.Repeat(" ", panelGap) + line
	}
	return out
}

// covered returns the picture with its middle blanked out, so that it cannot be scanned.
func covered(p qr.Picture) []string {
	out := slices.Clone(p.Lines)
	const margin = 4 // rows that stay at top and bottom: half of the finder patterns
	for i := margin; i < len(out)-margin; i++ {
		out[i] = p.Lines[0] // of the quiet zone
	}
	return out
}

// folded breaks text into lines of at most columns columns.
func folded(text string, columns int) []string {
	return strings.Split(terminal.Wrap(text, columns), "\n")
}
