package present

import (
	"fmt"
	"strings"
	"time"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/terminal"
)

// Device shows a login on another device: the code, the address where a person enters it, and
// how long ssoctl waits. It implements [ssoctl/pkg/login.DeviceView]. Call Close at the end.
type Device struct {
	Deps

	area     area
	above    string
	deadline time.Time
}

// NewDevice returns a view for a login with this profile.
func NewDevice(d Deps, p *profile.Profile) *Device {
	d.Keyboard = nil // nothing is typed
	return &Device{Deps: d, area: d.area(p)}
}

// Show implements the DeviceView.
func (v *Device) Show(d client.Device, deadline time.Time) {
	v.deadline = deadline
	v.above = v.text(d)
	fmt.Fprint(v.Console.W, v.above)
	v.area.live = v.Console.Live(v)
	if _, _, drawable := v.Console.Size(); !drawable {
		v.Console.Printf("%s", v.sentence())
	}
}

// text says where to log in. With --quiet it is only the address and the code.
func (v *Device) text(d client.Device) string {
	code, at := printable.Text(d.UserCode), printable.Text(d.Address)
	if v.Console.Quiet {
		return at + "\n" + code + "\n"
	}
	var b strings.Builder
	b.WriteString(v.Console.In(lang.Text{EN: "On any device, open this address:", ZH: "请在任意设备上打开："}) + "\n" + at + "\n")
	b.WriteString(v.Console.In(lang.Text{EN: "and enter the code:", ZH: "并输入代码："}) + "\n" + code + "\n")
	if d.Complete != "" {
		b.WriteString(v.Console.In(lang.Text{EN: "Or scan this QR code, which contains it, and compare the code:", ZH: "也可以扫描二维码（已含代码），并核对代码："}) + "\n")
		b.WriteString(strings.Join(v.QR(d.Complete), "\n") + "\n" + printable.Text(d.Complete) + "\n")
	}
	return b.String()
}

// Retry implements the DeviceView.
func (v *Device) Retry(err error, in time.Duration) {
	v.area.tell(lang.Sprintf(lang.Text{EN: "%s; asking again in %s", ZH: "%s；%s后重试"}, lang.Of(err), lang.Span(in)))
}

func (v *Device) sentence() string {
	return v.Console.In(lang.Sprintf(lang.Text{
		EN: "%s left, Ctrl-C stops. Waiting for the login to be confirmed", ZH: "剩余 %s，按 Ctrl-C 停止。正在等待确认登录",
	}, clock(v.deadline.Sub(v.Now()))))
}

// Lines implements [terminal.Drawing].
func (v *Device) Lines(columns, _ int) []string { return folded(v.sentence(), columns) }

// Above implements [terminal.Drawing].
func (v *Device) Above() string { return v.above }

// Close leaves the last drawing on the screen.
func (v *Device) Close() { v.area.close() }

var _ terminal.Drawing = (*Device)(nil)
