package present

import (
	"context"
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/mirror"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// Mirror opens the login page in a headless browser, draws the page's QR code in the
// terminal, and waits for the redirect.
type Mirror struct {
	Deps
	Browser    mirror.Browser
	Refresh    bool          // renew an expired code without being asked
	Timeout    time.Duration // for the page's QR code to appear
	Screenshot string        // a file to create if none appears; "" for none

	limit time.Duration // Timeout, but at most half of the wait
}

// MirrorError is an error of the browser that mirrors the page.
type MirrorError struct {
	Profile string
	Err     error
}

func (e *MirrorError) Error() string { return e.Text().EN }

// Text is the error in both languages. Messages of the browser itself are not translated.
func (e *MirrorError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s: qrlogin: %v", ZH: "%s：qrlogin：%v"}, e.Profile, e.Err)
}

func (e *MirrorError) Unwrap() error { return e.Err }

// Details returns what the error says to scripts.
func (e *MirrorError) Details() failure.Details {
	return failure.Details{Profile: e.Profile, Step: string(profile.StepAuthorize)}
}

// Catch implements [Catcher].
func (m Mirror) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	m.limit = min(m.Timeout, f.Wait/2) // nobody could scan a later code in time
	caught, err := m.catchScan(ctx, f, m.Refresh, m)
	var none *mirror.NoCodeError
	if errors.As(err, &none) && m.Screenshot != "" && len(none.Screenshot) > 0 {
		m.saveScreenshot(none.Screenshot)
	}
	return caught, err
}

func (m Mirror) present(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error {
	if s.first {
		m.warnOfSandbox()
		s.sayForward(a, l, startPaste)
	}
	s.setState(scanState{text: lang.Sprintf(lang.Text{
		EN: "Opening the login page in the background with %s",
		ZH: "正在后台用 %s 打开登录页",
	}, m.Browser.Program)})
	if own := l.Certificate(); own != nil {
		var err error
		if m.Browser.Trust, err = x509.ParseCertificate(own); err != nil {
			return err
		}
	}
	s.running.Go(func() {
		err := m.Browser.Watch(ctx, a.URL, m.limit, func(code string) { s.mirrored(ctx, code, a.Lifetime) })
		if ctx.Err() == nil {
			s.finish(m.failed(s.profile.Name, a.URL, err))
		}
	})
	return nil
}

// warnOfSandbox warns if the browser runs without its sandbox.
func (m Mirror) warnOfSandbox() {
	if !m.Browser.Sandbox {
		m.Console.Warn(lang.Text{
			EN: "as root the browser runs without its sandbox, which protects this machine from the page: run ssoctl as a normal user",
			ZH: "以 root 运行时浏览器只能关闭沙箱，网页与本机之间少一层隔离：建议改用普通用户",
		})
	}
}

// mirrored shows the content of the page's QR code; "" means that the page has none now.
func (s *scan) mirrored(ctx context.Context, code string, life time.Duration) {
	if code == "" { // the code still expires if nobody confirms
		s.setState(scanState{text: lang.Sprintf(lang.Text{
			EN: "The page no longer shows a QR code. If you scanned it, confirm on the phone; otherwise %s",
			ZH: "页面上的二维码已消失。如已扫码，请在手机上确认；否则%s",
		}, s.again)})
		return
	}
	s.expireAfter(ctx, life)
	s.showCode(code, life, lang.Text{EN: "The page's QR code contains:", ZH: "页面二维码的内容："})
}

// failed turns an error of [mirror.Browser.Watch] into the error of the login.
func (m Mirror) failed(name, address string, err error) error {
	var load *mirror.LoadError
	switch {
	case errors.As(err, &load) && load.Answered():
		return &client.ProtocolError{Profile: name, Step: profile.StepAuthorize, Status: load.Status, Problem: load.Text()}
	case errors.As(err, &load):
		u, _ := url.Parse(address) // cannot fail: the browser accepted it
		return &client.NetworkError{Profile: name, Step: profile.StepAuthorize, Scheme: u.Scheme, Host: u.Host, Err: load, Timeout: m.Timeout}
	}
	return &MirrorError{name, err}
}

// saveScreenshot writes the picture to a new file that only the user can read, because it
// may show who logs in.
func (m Mirror) saveScreenshot(picture []byte) {
	f, err := os.OpenFile(m.Screenshot, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = f.Write(picture)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		m.Console.Warn(lang.Sprintf(lang.Text{EN: "--screenshot: %v", ZH: "--screenshot：%v"}, err))
		return
	}
	m.Console.Say(lang.Sprintf(lang.Text{EN: "Screenshot of the page: %s", ZH: "页面截图：%s"}, printable.Text(m.Screenshot)))
}
