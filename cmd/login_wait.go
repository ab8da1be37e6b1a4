package cmd

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/qr"
	"ssoctl/pkg/terminal"
)

// waitOptions say how a login in a browser is shown.
type waitOptions struct {
	open  bool // open the browser
	qr    bool // show the address as a QR code too
	paste bool // do not listen: the redirect is pasted
}

// catchBrowser waits for the redirect of a login in a browser. It arrives at the listener,
// or a person pastes it.
func (r *root) catchBrowser(w waitOptions) func(context.Context, *client.Client, catchOptions) (login.Caught, error) {
	return func(ctx context.Context, cl *client.Client, o catchOptions) (login.Caught, error) {
		v := &waitView{r: r, waitOptions: w, block: live{to: r.Err}}
		in, err := r.newPaste(v)
		if err != nil {
			return login.Caught{}, err
		}
		defer in.restore()
		defer v.end()
		o.paste, o.strays = in, r.strays(v)
		o.show = func(ctx context.Context, _ *client.Client, a client.Authorization, l *loopback.Listener, deadline time.Time) error {
			v.show(ctx, a, l, deadline)
			return nil
		}
		return r.catch(ctx, cl, o)
	}
}

// waitView shows a login in a browser on stderr: the address and what ssoctl is waiting
// for. On a terminal it is redrawn, elsewhere it is printed once.
type waitView struct {
	r *root
	waitOptions
	at       string // the listener's address
	deadline time.Time
	typing   bool // a person can paste at any time
	drawing  sync.WaitGroup

	mu    sync.Mutex
	above string
	block live
	typed int // characters of a paste so far
}

// show shows the address and what is awaited. What it starts ends with ctx.
func (v *waitView) show(ctx context.Context, a client.Authorization, l *loopback.Listener, deadline time.Time) {
	v.at, v.deadline = l.Addr().String(), deadline
	v.above = v.intro(a.URL)
	fmt.Fprint(v.r.Err, v.above)
	if v.open {
		v.r.open(a.URL)
	}
	if !v.paste {
		v.r.sayElsewhere(a, l, v.typing)
	}
	if _, _, tty := v.r.drawable(); !tty {
		v.r.progress("%s", v.sentence(deadline.Sub(v.r.Now()).Round(time.Second)))
		return
	}
	v.r.held.Hold()
	v.draw(0)
	v.drawing.Go(func() { redraw(ctx, &v.mu, func() { v.draw(v.typed) }) })
}

// end leaves the last drawing on the screen. Call it after the ctx of show has ended.
func (v *waitView) end() {
	v.drawing.Wait()
	v.mu.Lock()
	defer v.mu.Unlock()
	v.block.end()
	v.r.held.Release()
}

// intro is the first output: the address, and what to do with it.
func (v *waitView) intro(address string) string {
	if v.r.quiet {
		return address + "\n"
	}
	how := lang.Text{EN: "Open this address in a browser:", ZH: "请在浏览器中打开："}
	if v.open {
		how = lang.Text{EN: "Opening the browser. If it shows nothing, open this address:", ZH: "正在打开浏览器；若没有反应，请自行打开："}
	}
	out := v.r.in(how) + "\n" + address + "\n"
	if v.qr {
		out += strings.Join(v.r.plainQR(address), "\n") + "\n"
	}
	return out
}

// plainQR is an address as a QR code without a panel, or a sentence if the terminal is too
// small.
func (r *root) plainQR(address string) []string {
	picture, err := qr.Terminal(address, r.qrStyle())
	if err != nil {
		return []string{err.Error()}
	}
	columns, rows, tty := terminal.Size(r.Err)
	if tty && (picture.Width > columns || len(picture.Lines) >= rows) {
		return []string{r.tooSmall(picture, len(picture.Lines)+1, columns, rows)}
	}
	return picture.Lines
}

// tooSmall says that a terminal is too small for a picture. lines includes the text below
// the picture.
func (r *root) tooSmall(picture qr.Picture, lines, columns, rows int) string {
	return fmt.Sprintf(r.in(lang.Text{
		EN: "The picture needs a terminal of %d×%d, this one has %d×%d: make it larger, or open the address.",
		ZH: "二维码需要 %d×%d 的终端，当前为 %d×%d：请放大窗口，或直接打开地址。",
	}), picture.Width, lines, columns, rows)
}

// sentence says what ssoctl is waiting for, how long, and how to stop.
func (v *waitView) sentence(left time.Duration) string {
	if v.paste {
		return fmt.Sprintf(v.r.in(lang.Text{
			EN: "%s left, Ctrl-C stops. Log in there, then paste the whole address where the browser stops, or the code, and press Enter",
			ZH: "剩余 %s，按 Ctrl-C 停止。登录后，把浏览器最后停留的完整地址（或授权码）粘贴到这里，再按回车",
		}), clock(left))
	}
	return fmt.Sprintf(v.r.in(lang.Text{
		EN: "%s left, Ctrl-C stops. Waiting for the browser at %s",
		ZH: "剩余 %s，按 Ctrl-C 停止。正在等待浏览器返回 %s",
	}), clock(left), v.at)
}

// draw redraws the wait on a terminal.
func (v *waitView) draw(typed int) {
	columns, rows, tty := v.r.drawable()
	if !tty || v.r.quiet {
		return
	}
	v.typed = typed
	text := v.sentence(v.deadline.Sub(v.r.Now()))
	switch {
	case typed > 0:
		text += "\n" + v.r.in(lang.Text{
			EN: lang.Count(typed, "character") + " typed: Enter submits, Ctrl-U clears",
			ZH: fmt.Sprintf("已输入 %d 个字符：按回车提交，按 Ctrl-U 清除", typed),
		})
	case v.typing && !v.paste:
		text += "\n" + v.r.in(lang.Text{
			EN: "Is the browser on another machine? Paste the address where it stops, and press Enter",
			ZH: "浏览器在别的机器上？把它最后停留的地址粘贴到这里，再按回车",
		})
	}
	v.block.draw(strings.Split(ansi.Wrap(text, columns, ""), "\n"), columns, rows, v.above)
}

// setTyped shows the length of a paste so far.
func (v *waitView) setTyped(n int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.draw(n)
}

// tell prints a sentence above the drawing.
func (v *waitView) tell(t lang.Text) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.block.print(terminal.Fit(v.r.Err, v.r.in(t), 0) + "\n")
}

// sayElsewhere says how the redirect gets here if the redirect_uri is not the listener's
// address.
func (r *root) sayElsewhere(a client.Authorization, l *loopback.Listener, typing bool) {
	u, err := url.Parse(a.RedirectURI)
	if err != nil || !l.Addr().IP.IsLoopback() {
		return
	}
	if login.IsLoopback(u.Hostname()) && loopback.Port(u) == strconv.Itoa(l.Addr().Port) && strings.HasPrefix(l.URL(""), u.Scheme+":") {
		return
	}
	to := lang.Sprintf(lang.Text{
		EN: "forward that to %s, or start again with login --paste",
		ZH: "请将其转发到 %s，或改用 login --paste",
	}, l.Addr())
	if typing {
		to = lang.Sprintf(lang.Text{
			EN: "forward that to %s, or paste the address here",
			ZH: "请将其转发到 %s，或把该地址粘贴到这里",
		}, l.Addr())
	}
	if login.IsOwn(a.RedirectURI, "https") {
		to = lang.Text{EN: "add --listen-tls to serve https, or " + to.EN, ZH: "请加 --listen-tls 以提供 https，或" + strings.TrimPrefix(to.ZH, "请")}
	}
	r.say(lang.Text{
		EN: fmt.Sprintf("The browser returns to %s: %s", u.Host, to.EN),
		ZH: fmt.Sprintf("浏览器会回到 %s：%s", u.Host, to.ZH),
	})
}

// clock writes a duration as minutes and seconds.
func clock(d time.Duration) string {
	s := max(0, int(d.Round(time.Second)/time.Second))
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
