package present

import (
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
)

// scanState is the state of a scan, as the terminal shows it.
type scanState struct {
	text lang.Text
	over bool // the QR code cannot be used any more
	// timed marks the start of a wait. Without a terminal, the time left is printed then.
	timed bool
}

// The states of a scan. Which of them occur depends on the [Catcher].
var (
	scanOpening   = scanState{text: lang.Text{EN: "Open the page in a browser", ZH: "请在浏览器中打开页面"}, timed: true}
	scanWaiting   = scanState{text: lang.Text{EN: "Scan with the phone and confirm there", ZH: "请用手机扫码，并在手机上确认"}, timed: true}
	scanScanned   = scanState{text: lang.Text{EN: "Scanned: confirm on the phone", ZH: "已扫码：请在手机上确认"}}
	scanCancelled = scanState{text: lang.Text{EN: "Cancelled", ZH: "已取消"}, over: true}
	scanExpired   = scanState{text: lang.Text{EN: "Expired", ZH: "二维码已过期"}, over: true}
	scanConfirmed = scanState{text: lang.Text{EN: "Confirmed", ZH: "已确认"}}
)

// scanUnheard is shown if a scan message is ignored because of its sender.
var scanUnheard = lang.Text{
	EN: "A scan message came from a nested frame or another window and was ignored. If the vendor's script uses such frames or windows, use --via link.",
	ZH: "有扫码消息来自嵌套的框架或其他窗口，未被采用。如果厂商脚本要用这类框架或窗口，请改用 --via link。",
}

// scanView shows a scan: the QR code, a panel beside it, the state. On a terminal it is
// redrawn in place, elsewhere it is plain lines.
type scanView struct {
	area
	deadline time.Time // of the wait
	again    lang.Text // how to get a new QR code

	// What [terminal.Live.Update] may change:
	state   scanState
	code    string     // the content of the QR code; "" if there is none
	picture qr.Picture // of code; without lines if it cannot be drawn
	expires time.Time  // when the code expires; zero if unknown
}

// newScanView makes a view that shows nothing yet. otherwise says how to get a new QR code
// without keys.
func (d Deps) newScanView(p *profile.Profile, deadline time.Time, otherwise lang.Text) *scanView {
	v := &scanView{area: d.area(p), deadline: deadline, again: otherwise}
	if v.keys != nil {
		v.again = lang.Text{EN: "press r for a new one", ZH: "按 r 换一个新的"}
	}
	v.live = d.Console.Live(v)
	return v
}

// showCode replaces the QR code and shows that it waits for a scan. It prints the code
// above the drawing, where it stays, below a label. code is "" if the QR code is shown
// elsewhere, such as on a page; life is zero if its lifetime is unknown.
func (v *scanView) showCode(code string, life time.Duration, label lang.Text) {
	if text := printable.Text(code); code != "" && v.Console.Quiet {
		v.live.Print(text + "\n")
	} else if code != "" {
		v.live.Print(v.Console.In(label) + "\n" + text + "\n")
	}
	v.live.Update(func() {
		v.code, v.expires = code, time.Time{}
		if life > 0 {
			v.expires = v.Now().Add(life)
		}
		v.picture, _ = qr.Terminal(code, v.Style) // an address too long for a picture can still be opened
		v.change(scanWaiting)
	})
}

// setState shows a new state of the scan.
func (v *scanView) setState(s scanState) {
	v.live.Update(func() {
		if s != v.state {
			v.change(s)
		}
	})
}

// change sets the state and, without a terminal, prints it.
func (v *scanView) change(s scanState) {
	v.state = s
	if _, _, drawable := v.Console.Size(); drawable {
		return
	}
	line := v.sentence()
	if s.timed {
		line += v.Console.In(lang.Text{EN: ". Waiting: ", ZH: "。等待中："}) + v.timing("")
	}
	v.Console.Printf("%s", line)
}

// current returns the state of the scan.
func (v *scanView) current() (s scanState) {
	v.live.Update(func() { s = v.state })
	return s
}

// sentence returns the state and, if the code cannot be used any more, how to get a new one.
func (v *scanView) sentence() string {
	text := v.Console.In(v.state.text)
	if v.state.over {
		text += v.Console.In(lang.Text{EN: ": ", ZH: "："}) + v.Console.In(v.again)
	}
	return text
}

// renewable reports whether to mention the key r. If the code is over, sentence mentions it.
func (v *scanView) renewable() bool { return v.keys != nil && !v.state.over }
