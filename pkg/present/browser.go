package present

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// Browser waits for the redirect of a login in a browser. The redirect arrives at the listener, or
// a person pastes it into the terminal.
type Browser struct {
	Deps
	Launch bool // open the browser
	ShowQR bool // show the address as a QR code too
}

// CatchLogout shows a logout, and waits for the browser to return from it. It sets the flow's
// View, Paster and Strays. Call [login.Caught.Finish] after it, even after an error.
func (b Browser) CatchLogout(ctx context.Context, o login.Logout) (login.Caught, error) {
	v := b.newView(o.Flow)
	defer v.close()
	v.logout = true
	o.View, o.Strays = v, v.strays()
	if v.keys != nil {
		o.Paster = v
	}
	return o.Run(ctx)
}

// Catch implements [Catcher].
func (b Browser) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	v := b.newView(f)
	defer v.close()
	f.View, f.Strays = v, v.strays()
	if v.keys != nil {
		f.Paster = v
	}
	return f.Code(ctx)
}

// browserView shows a login in a browser: the address and what ssoctl is waiting for. On a
// terminal it is redrawn, elsewhere it is printed once.
type browserView struct {
	area
	launch, showQR bool
	pasteOnly      bool // nothing listens
	logout         bool // the address is that of a logout
	wait           time.Duration

	at       string // the listener's address
	deadline time.Time
	above    string
	typed    int // characters of a paste so far
}

func (b Browser) newView(f login.Flow) *browserView {
	v := &browserView{area: b.area(f.Client.Profile()), launch: b.Launch, showQR: b.ShowQR, wait: f.Wait}
	if _, _, drawable := b.Console.Size(); !drawable && v.keys != nil { // without a drawing, nobody sees how much is typed
		v.restore()
		v.keys = nil
	}
	return v
}

// Show implements [login.View]. The address, and what ssoctl is waiting for, are shown until close.
func (v *browserView) Show(_ context.Context, a client.Authorization, l *loopback.Listener) error {
	v.WarnUnbound(v.profile, a)
	v.at, v.deadline = l.Addr().String(), v.Now().Add(v.wait)
	v.above = v.intro(a.URL, v.launch)
	if v.showQR && !v.Console.Quiet {
		v.above += strings.Join(v.QR(a.URL), "\n") + "\n"
	}
	fmt.Fprint(v.Console.W, v.above)
	if v.launch {
		v.Open(a.URL)
	}
	if !v.pasteOnly {
		v.sayForward(a, l, v.insteadOfForwarding())
	}
	v.live = v.Console.Live(v)
	if _, _, drawable := v.Console.Size(); !drawable {
		v.Console.Printf("%s", v.sentence(v.deadline.Sub(v.Now()).Round(time.Second)))
	}
	v.setTyped(0)
	return nil
}

func (v *browserView) insteadOfForwarding() lang.Text {
	switch {
	case v.keys != nil:
		return pasteHere
	case v.logout:
		return lang.Text{}
	}
	return startPaste
}

// setTyped shows the length of a paste so far.
func (v *browserView) setTyped(n int) {
	v.live.Update(func() { v.typed = n })
}

// sentence says what ssoctl is waiting for, how long, and how to stop.
func (v *browserView) sentence(left time.Duration) string {
	if v.pasteOnly {
		return v.Console.In(lang.Sprintf(lang.Text{
			EN: "%s left, Ctrl-C stops. Log in there, then paste the whole address where the browser stops, or the code, and press Enter",
			ZH: "剩余 %s，按 Ctrl-C 停止。登录后，把浏览器最后停留的完整地址（或授权码）粘贴到这里，再按回车",
		}, clock(left)))
	}
	return v.Console.In(lang.Sprintf(lang.Text{
		EN: "%s left, Ctrl-C stops. Waiting for the browser at %s",
		ZH: "剩余 %s，按 Ctrl-C 停止。正在等待浏览器返回 %s",
	}, clock(left), v.at))
}

// Lines implements [terminal.Drawing].
func (v *browserView) Lines(columns, _ int) []string {
	text := v.sentence(v.deadline.Sub(v.Now()))
	switch {
	case v.typed > 0:
		text += "\n" + v.Console.In(lang.Text{
			EN: lang.Count(v.typed, "character") + " typed: Enter submits, Ctrl-U clears",
			ZH: fmt.Sprintf("已输入 %d 个字符：按回车提交，按 Ctrl-U 清除", v.typed),
		})
	case v.keys != nil && !v.pasteOnly:
		text += "\n" + v.Console.In(lang.Text{
			EN: "Is the browser on another machine? Paste the address where it stops, and press Enter",
			ZH: "浏览器在别的机器上？把它最后停留的地址粘贴到这里，再按回车",
		})
	}
	return folded(text, columns)
}

// Above implements [terminal.Drawing].
func (v *browserView) Above() string { return v.above }
