// Package present shows a person where to log in, and catches the code that comes back.
//
// A [Catcher] is one way to do that. [Browser] waits for the browser on this machine,
// [Paste] for the address that a person copies from any browser. [Link], [Page] and
// [Mirror] show a QR code, for a vendor whose login is a scan: the authorize address
// itself, the code that the vendor's script draws on a page that ssoctl serves, or the code
// on the vendor's page.
package present

import (
	"context"
	"os"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/keyboard"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/terminal"
)

// Catcher is a way to log in.
type Catcher interface {
	// Catch shows the login and waits for its code. It sets the flow's View, Paster,
	// PasteOnly, Server and Strays. Call [login.Caught.Finish] after it, even after an
	// error.
	Catch(context.Context, login.Flow) (login.Caught, error)
}

// Deps is what every [Catcher] needs from outside.
type Deps struct {
	Console     terminal.Console
	Style       qr.Style // the one that suits the terminal
	Keyboard    *os.File // where a person types; nil if keys must not be read
	Now         func() time.Time
	OpenBrowser func(address string) error
}

// launcherTime is how long we wait for a browser's launcher to fail. If the launcher is
// the browser itself, it returns only when the window is closed.
const launcherTime = 500 * time.Millisecond

// Open opens an address in the user's browser, or warns that it could not.
func (d Deps) Open(address string) {
	opened := make(chan error, 1)
	go func() { opened <- d.OpenBrowser(address) }()
	var err error
	select {
	case err = <-opened:
	case <-time.After(launcherTime):
	}
	if err != nil {
		d.Console.Warn(lang.Sprintf(lang.Text{
			EN: "could not open a browser (%v): open the address yourself",
			ZH: "无法打开浏览器（%v）：请自行打开上面的地址",
		}, err))
	}
}

// QR returns an address as the lines of a QR code, or a sentence if the terminal is too
// small.
func (d Deps) QR(address string) []string {
	picture, err := qr.Terminal(address, d.Style)
	if err != nil {
		return []string{d.Console.In(lang.Of(err))}
	}
	columns, rows, ok := terminal.Size(d.Console.W)
	if ok && (picture.Width > columns || len(picture.Lines) >= rows) {
		return []string{d.tooSmall(picture, len(picture.Lines)+1, columns, rows)}
	}
	return picture.Lines
}

// tooSmall says that a terminal is too small for a picture. lines includes the text below
// the picture.
func (d Deps) tooSmall(picture qr.Picture, lines, columns, rows int) string {
	return d.Console.In(lang.Sprintf(lang.Text{
		EN: "The picture needs a terminal of %d×%d, this one has %d×%d: make it larger, or open the address.",
		ZH: "二维码需要 %d×%d 的终端，当前为 %d×%d：请放大窗口，或直接打开地址。",
	}, picture.Width, lines, columns, rows))
}

// WarnUnbound warns if nothing ties the code to this login, so that anybody could supply a
// code.
func (d Deps) WarnUnbound(p *profile.Profile, a client.Authorization) {
	switch {
	case a.Bound:
	case !p.StartUses("redirect_uri"):
		d.Console.Warn(lang.Text{
			EN: "this login is not protected against forged codes: the address has neither state nor redirect_uri",
			ZH: "这次登录防不住伪造的授权码：地址里既没有 state，也没有回调地址",
		})
	default:
		d.Console.Warn(lang.Text{
			EN: "this login is not protected against forged codes: the vendor returns no state, and the redirect_uri is always the same; put {state} into it if the vendor accepts that",
			ZH: "这次登录防不住伪造的授权码：厂商不回传 state，回调地址又固定不变；若厂商接受，请在回调地址里写上 {state}",
		})
	}
}

// intro returns the first output of a login in a browser: the address, and what to do with it.
func (d Deps) intro(address string, opening bool) string {
	if d.Console.Quiet {
		return address + "\n"
	}
	how := lang.Text{EN: "Open this address in a browser:", ZH: "请在浏览器中打开："}
	if opening {
		how = lang.Text{EN: "Opening the browser. If it shows nothing, open this address:", ZH: "正在打开浏览器；若没有反应，请自行打开："}
	}
	return d.Console.In(how) + "\n" + address + "\n"
}

// area is the part of the terminal that shows one login, and the keys that are typed there.
type area struct {
	Deps
	profile *profile.Profile
	live    *terminal.Live // nil until something is shown
	keys    <-chan byte    // nil if keys are not read
	restore func()         // restores the terminal
}

// area returns an area that shows nothing yet. It reads the keys of the Keyboard, if there is one.
func (d Deps) area(p *profile.Profile) area {
	a := area{Deps: d, profile: p, restore: func() {}}
	if d.Keyboard != nil {
		if keys, restore, ok := keyboard.Listen(d.Keyboard); ok {
			a.keys, a.restore = keys, restore
		}
	}
	return a
}

// close leaves the last drawing on the screen and restores the terminal.
func (a *area) close() {
	defer a.restore()
	if a.live != nil {
		a.live.Close()
	}
}

// tell prints a sentence above the drawing, even with --quiet. The sentence may contain what a
// server or a browser sent.
func (a *area) tell(t lang.Text) {
	a.live.Print(terminal.Fit(a.Console.W, printable.Text(a.Console.In(t)), 0) + "\n")
}

// strays reports requests that the listener does not accept, because the user may have to act.
func (a *area) strays() *loopback.Strays {
	return &loopback.Strays{Report: func(s loopback.Stray) { a.tell(notTaken(s.StrayError, stillWaiting(s))) }}
}
