package cmd

import (
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/printable"
)

// mirrorOptions holds the flags that only qrlogin --via mirror has.
type mirrorOptions struct{ chrome, screenshot string }

func (o *mirrorOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.chrome, "chrome", "", "")
	f.StringVar(&o.screenshot, "screenshot", "", "")
}

// mirrorError is an error of the browser that mirrors the page.
type mirrorError struct {
	profile string
	err     error
}

func (e *mirrorError) Error() string { return e.Text().EN }

// Text is the error in both languages. Messages of the browser itself are not translated.
func (e *mirrorError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s: qrlogin: %v", ZH: "%s：qrlogin：%v"}, e.profile, e.err)
}

func (e *mirrorError) Unwrap() error { return e.err }

// Details returns what the error says to scripts.
func (e *mirrorError) Details() failure.Details {
	return failure.Details{Profile: e.profile, Step: "authorize"}
}

// catchMirror opens the login page in a headless browser, draws the page's QR code in the
// terminal, and waits for the redirect.
func (r *root) catchMirror(ctx context.Context, cl *client.Client, o *qrOptions) (login.Caught, error) {
	b, err := r.mirrorBrowser(o.mirrorOptions)
	if err != nil {
		return login.Caught{}, err
	}
	// Usually a second Ctrl-C ends the process at once. Here that would leave the browser's
	// temporary folder behind, which is removed a moment after the first Ctrl-C.
	hold := make(chan os.Signal, 1)
	signal.Notify(hold, endSignals()...)
	defer signal.Stop(hold)
	limit := min(r.timeout, o.wait/2) // nobody could scan a later code in time
	caught, err := r.catchScan(ctx, cl, o.catchOptions, o.refresh, func(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error {
		if s.first {
			s.sayElsewhere(a, l, false)
		}
		s.view.setState(scanState{text: lang.Text{
			EN: "Opening the login page in the background with " + b.Program,
			ZH: "正在后台用 " + b.Program + " 打开登录页",
		}})
		if made := r.made.Certificate; made != nil { // the certificate of our own listener
			if b.Trust, err = x509.ParseCertificate(made[0]); err != nil {
				return err
			}
		}
		s.running.Go(func() {
			err := b.Watch(ctx, a.URL, limit, func(code string) { s.mirrored(ctx, code, a.Lifetime) })
			if ctx.Err() == nil {
				s.finish(r.mirrorFailed(cl.Profile().Name, a.URL, err))
			}
		})
		return nil
	})
	var none *mirror.NoCodeError
	if errors.As(err, &none) && o.screenshot != "" && len(none.Screenshot) > 0 {
		r.saveScreenshot(o.screenshot, none.Screenshot)
	}
	return caught, err
}

// mirrorBrowser returns the browser to use. It warns if the browser runs without sandbox.
func (r *root) mirrorBrowser(o mirrorOptions) (mirror.Browser, error) {
	program, err := mirror.Find(o.chrome, runtime.GOOS, r.Env)
	if err != nil {
		return mirror.Browser{}, err
	}
	if _, err := os.Lstat(o.screenshot); o.screenshot != "" && !errors.Is(err, fs.ErrNotExist) {
		return mirror.Browser{}, usagef(lang.Text{EN: "--screenshot %s: %v", ZH: "--screenshot %s：%v"}, o.screenshot, cmp.Or(err, fs.ErrExist))
	}
	b := mirror.Browser{Program: program, Sandbox: os.Geteuid() != 0, Proxy: r.connecting.proxy, Insecure: r.connecting.insecure}
	if strings.Contains(b.Proxy, "@") {
		return mirror.Browser{}, usagef(lang.Text{EN: "--proxy: --via mirror does not support a proxy with a password", ZH: "--proxy：--via mirror 不支持带密码的代理"})
	}
	for _, name := range mirror.Variables {
		if value, ok := r.Env(name); ok {
			b.Env = append(b.Env, name+"="+value)
		}
	}
	if !b.Sandbox {
		r.warn(lang.Text{
			EN: "as root the browser runs without its sandbox, which protects this machine from the page: run ssoctl as a normal user",
			ZH: "以 root 运行时浏览器只能关闭沙箱，网页与本机之间少一层隔离：建议改用普通用户",
		})
	}
	return b, nil
}

// mirrored shows the content of the page's QR code; "" means that the page has none now.
func (s *scan) mirrored(ctx context.Context, code string, life time.Duration) {
	if code == "" { // the code still expires if nobody confirms
		s.view.setState(scanState{text: lang.Text{
			EN: "The page no longer shows a QR code. If you scanned it, confirm on the phone; otherwise " + s.view.again.EN,
			ZH: "页面上的二维码已消失。如已扫码，请在手机上确认；否则" + s.view.again.ZH,
		}})
		return
	}
	lines := []string{printable.Text(code)}
	if !s.quiet {
		lines = []string{s.in(lang.Text{EN: "The page's QR code contains:", ZH: "页面二维码的内容："}), lines[0]}
	}
	s.lasts(ctx, life)
	s.view.showCode(code, life, lines...)
}

// mirrorFailed turns an error of [mirror.Browser.Watch] into the error of the login.
func (r *root) mirrorFailed(profile, address string, err error) error {
	var load *mirror.LoadError
	switch {
	case errors.As(err, &load) && load.Answered():
		return &client.ProtocolError{Profile: profile, Step: "authorize", Status: load.Status, Problem: load.Text()}
	case errors.As(err, &load):
		u, _ := url.Parse(address) // cannot fail: the browser accepted it
		return &client.NetworkError{Profile: profile, Step: "authorize", Scheme: u.Scheme, Host: u.Host, Err: load, Timeout: r.timeout}
	}
	return &mirrorError{profile, err}
}

// saveScreenshot writes the picture to a new file that only the user can read, because it
// may show who logs in.
func (r *root) saveScreenshot(path string, picture []byte) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(picture)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		r.warn(lang.Sprintf(lang.Text{EN: "--screenshot: %v", ZH: "--screenshot：%v"}, err))
		return
	}
	r.say(lang.Text{EN: "Screenshot of the page: " + printable.Text(path), ZH: "页面截图：" + printable.Text(path)})
}

// mirrorTrustHint is the hint for a certificate that the browser does not trust.
var mirrorTrustHint = lang.Text{
	EN: "The browser uses its own certificate store, not --ca-cert. Add the CA there (Linux: certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n NAME -i FILE). For a test, turn certificate checks off: --insecure.",
	ZH: "浏览器只信任自己的证书库，不认 --ca-cert。请把 CA 加入其中（Linux：certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n 名称 -i 文件）；临时测试可用 --insecure 跳过校验。",
}

// mirrorHint says what to do about an error of the browser or of its page.
func mirrorHint(err error) lang.Text {
	var none *mirror.NoBrowserError
	switch {
	case errors.As(err, new(*mirror.NoCodeError)):
		return lang.Text{
			EN: "Is it the right page? --screenshot FILE.png saves what it looks like, --timeout 1m waits longer. A page that shows its QR code only after a click cannot be mirrored: --via link.",
			ZH: "页面对吗？--screenshot FILE.png 可保存截图，--timeout 1m 可延长等待。点击后才出现二维码的页面无法镜像，请改用 --via link。",
		}
	case errors.As(err, &none) && none.Program == "":
		return lang.Text{
			EN: "Install one (Debian, Ubuntu: apt install chromium; macOS: brew install --cask chromium), or say where it is: --chrome PATH. Without one: --via link.",
			ZH: "请先安装（Debian、Ubuntu：apt install chromium；macOS：brew install --cask chromium），或用 --chrome PATH 指定；没有浏览器时可用 --via link。",
		}
	}
	return lang.Text{
		EN: "Is it Chromium or Chrome? --chrome PATH uses another one. Without one: --via link.",
		ZH: "它是 Chromium 或 Chrome 吗？可用 --chrome PATH 换一个；没有浏览器时可用 --via link。",
	}
}
