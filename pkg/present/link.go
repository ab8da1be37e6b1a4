package present

import (
	"context"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/login"
	"ssoctl/pkg/loopback"
)

// Link draws the authorize address itself as a QR code. The phone opens the address.
type Link struct {
	Deps
	Refresh bool // renew an expired code without being asked
}

// Catch implements [Catcher].
func (l Link) Catch(ctx context.Context, f login.Flow) (login.Caught, error) {
	return l.catchScan(ctx, f, l.Refresh, l)
}

func (Link) present(ctx context.Context, s *scan, a client.Authorization, l *loopback.Listener) error {
	if s.first {
		s.Console.Say(lang.Text{
			EN: "If the phone shows another QR code, stop and start again with --via mirror.",
			ZH: "如果手机上又显示一个二维码，请停止并改用 --via mirror。",
		})
		s.sayPhone(a, l)
		s.sayForward(a, l, startPaste)
	}
	s.expireAfter(ctx, a.Lifetime)
	s.showCode(a.URL, a.Lifetime, lang.Text{EN: "Address:", ZH: "地址："})
	return nil
}
