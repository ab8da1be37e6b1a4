package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/lipgloss"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/terminal"
)

// scanState is the state of a scan, as the terminal shows it.
type scanState struct {
	text lang.Text
	over bool // the QR code cannot be used any more
	// timed marks the start of a wait. Without a terminal, the time left is printed then.
	timed bool
}

// The states of a scan. Which of them occur depends on --via.
var (
	scanWaiting   = scanState{text: lang.Text{EN: "Scan with the phone and confirm there", ZH: "请用手机扫码，并在手机上确认"}, timed: true}
	scanScanned   = scanState{text: lang.Text{EN: "Scanned: confirm on the phone", ZH: "已扫码：请在手机上确认"}}
	scanCancelled = scanState{text: lang.Text{EN: "Cancelled", ZH: "已取消"}, over: true}
	scanExpired   = scanState{text: lang.Text{EN: "Expired", ZH: "二维码已过期"}, over: true}
	scanConfirmed = scanState{text: lang.Text{EN: "Confirmed", ZH: "已确认"}}
)

// scanView shows a scan on stderr: the QR code, a panel beside it, the state.
// On a terminal it is redrawn in place, elsewhere it is plain lines.
type scanView struct {
	r        *root
	profile  *profile.Profile
	deadline time.Time          // of the wait
	keys     <-chan byte        // see [root.keys]; may be nil
	restore  func()             // restores the terminal
	again    lang.Text          // how to get a new QR code
	stop     context.CancelFunc // stops the redrawing
	drawing  sync.WaitGroup

	mu      sync.Mutex
	block   live
	state   scanState
	code    string     // the content of the QR code; "" if there is none
	picture qr.Picture // of code; without lines if it cannot be drawn
	expires time.Time  // when the code expires; zero if unknown
}

// newScanView makes a view that shows nothing yet. otherwise says how to get a new QR code
// without keys.
func (r *root) newScanView(p *profile.Profile, deadline time.Time, otherwise lang.Text) *scanView {
	if _, _, tty := r.drawable(); tty {
		r.held.Hold()
	}
	ctx, stop := context.WithCancel(context.Background())
	v := &scanView{r: r, profile: p, deadline: deadline, stop: stop, block: live{to: r.Err}}
	if v.keys, v.restore = r.keys(); v.keys != nil {
		otherwise = lang.Text{EN: "press r for a new one", ZH: "按 r 换一个新的"}
	}
	v.again = otherwise
	v.drawing.Go(func() { redraw(ctx, &v.mu, v.draw) })
	return v
}

// showCode replaces the QR code and shows that it waits for a scan. It prints lines above
// the drawing, where they stay. code is "" if the QR code is shown elsewhere, such as on a page;
// life is zero if its lifetime is unknown.
func (v *scanView) showCode(code string, life time.Duration, lines ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, line := range lines {
		v.block.print(line + "\n")
	}
	v.code, v.expires = code, time.Time{}
	if life > 0 {
		v.expires = v.r.Now().Add(life)
	}
	v.picture, _ = qr.Terminal(code, v.r.qrStyle()) // an address too long for a picture can still be opened
	v.change(scanWaiting)
}

// setState shows a new state of the scan.
func (v *scanView) setState(s scanState) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if s != v.state {
		v.change(s)
	}
}

// tell prints a sentence above the drawing.
func (v *scanView) tell(t lang.Text) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.block.print(terminal.Fit(v.r.Err, v.r.in(t), 0) + "\n")
}

func (v *scanView) change(s scanState) {
	v.state = s
	if _, _, tty := v.r.drawable(); !tty {
		line := v.sentence()
		if s.timed {
			line += v.r.in(lang.Text{EN: ". Waiting: ", ZH: "。等待中："}) + v.timing("")
		}
		v.r.progress("%s", line)
	}
	v.draw()
}

// over reports whether the last QR code can no longer be used.
func (v *scanView) over() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.state.over
}

// close leaves the last drawing on the screen and restores the terminal.
func (v *scanView) close() {
	defer v.restore()
	v.stop()
	v.drawing.Wait()
	v.mu.Lock() // a request that is still being served may call tell
	v.block.end()
	v.mu.Unlock()
	v.r.held.Release()
}

func (v *scanView) draw() {
	defer func() {
		if fault := recover(); fault != nil {
			v.restore() // a panic in this goroutine skips all other clean-up
			panic(fault)
		}
	}()
	columns, rows, tty := v.r.drawable()
	if !tty || v.r.quiet {
		return
	}
	above := ""
	if v.code != "" {
		above = printable.Text(v.code) + "\n"
	}
	v.block.draw(v.lines(columns, rows), columns, rows, above)
}

// panelWidth is the least width of a panel beside the picture, panelGap the space between
// them, in columns.
const (
	panelWidth = 28
	panelGap   = 3
)

// lines returns what a terminal of this size shows.
func (v *scanView) lines(columns, rows int) []string {
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
		return beside(picture, v.wrap(v.panel(), side))
	case len(picture)+len(status) <= rows && v.picture.Width <= columns:
		return slices.Concat(picture, status)
	}
	text := v.r.tooSmall(v.picture, len(picture)+len(status), columns, rows)
	return v.wrap(text+"\n"+v.sentence()+"\n"+v.timing(""), columns)
}

// status is the text below a picture: the state and the time left. It mentions the key r
// only if that takes no extra line.
func (v *scanView) status(columns int) []string {
	short := v.wrap(v.sentence()+"\n"+v.timing(""), columns)
	if v.renewable() {
		keyed := v.wrap(v.sentence()+"\n"+v.timing(v.r.in(lang.Text{EN: "r renews, ", ZH: "按 r 换新，"})), columns)
		if len(keyed) == len(short) {
			return keyed
		}
	}
	return short
}

// wrap breaks text into lines of at most columns columns.
func (v *scanView) wrap(text string, columns int) []string {
	lines := strings.Split(lipgloss.NewRenderer(v.r.Err).NewStyle().Width(columns).Render(text), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// sentence is the state and, if the code cannot be used any more, how to get a new one.
func (v *scanView) sentence() string {
	text := v.r.in(v.state.text)
	if v.state.over {
		text += v.r.in(lang.Text{EN: ": ", ZH: "："}) + v.r.in(v.again)
	}
	return text
}

// timing is the time left, the help for keys, and how to stop.
func (v *scanView) timing(keys string) string {
	code, wait := v.left()
	if code == "" {
		return fmt.Sprintf(v.r.in(lang.Text{EN: "%s left, %sCtrl-C stops", ZH: "剩余 %s，%s按 Ctrl-C 停止"}), wait, keys)
	}
	return fmt.Sprintf(v.r.in(lang.Text{
		EN: "QR code %s, wait %s left, %sCtrl-C stops", ZH: "二维码剩余 %s，等待剩余 %s，%s按 Ctrl-C 停止",
	}), code, wait, keys)
}

// renewable reports whether to mention the key r. If the code is over, sentence mentions it.
func (v *scanView) renewable() bool { return v.keys != nil && !v.state.over }

// left returns the time left of the code and of the wait. code is "" if it has no lifetime
// or cannot be used any more.
func (v *scanView) left() (code, wait string) {
	now := v.r.Now()
	if !v.expires.IsZero() && !v.state.over {
		code = clock(v.expires.Sub(now))
	}
	return code, clock(v.deadline.Sub(now))
}

func (v *scanView) panel() string {
	code, wait := v.left()
	if code != "" {
		code = fmt.Sprintf(v.r.in(lang.Text{EN: "QR code  %s left\n", ZH: "二维码    剩余 %s\n"}), code)
	}
	renews := ""
	if v.renewable() {
		renews = v.r.in(lang.Text{EN: "New one  r\n", ZH: "换新      r\n"})
	}
	return fmt.Sprintf(v.r.in(lang.Text{
		EN: "%s.\n\nProfile  %s\n         %s\n%sWait     %s left\n%sStop     Ctrl-C",
		ZH: "%s。\n\n接入配置  %s\n          %s\n%s等待      剩余 %s\n%s停止      Ctrl-C",
	}), v.sentence(), v.profile.Name, v.profile.VendorName(v.r.language()), code, wait, renews)
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

// covered is the picture with its middle blanked out, so that it cannot be scanned.
func covered(p qr.Picture) []string {
	out := slices.Clone(p.Lines)
	const margin = 4 // rows that stay at top and bottom: half of the finder patterns
	for i := margin; i < len(out)-margin; i++ {
		out[i] = p.Lines[0] // of the quiet zone
	}
	return out
}

// qrStyle returns the style that suits the terminal: explicit colours if they are allowed,
// otherwise light on dark, or dark on light if COLORFGBG names a light background.
func (r *root) qrStyle() qr.Style {
	if _, _, tty := r.drawable(); tty && !r.noColor {
		return qr.Color
	}
	colours, _ := r.Env("COLORFGBG")
	if ground := colours[strings.LastIndexByte(colours, ';')+1:]; ground == "7" || ground == "15" {
		return qr.PlainLight
	}
	return qr.PlainDark
}
