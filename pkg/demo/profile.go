package demo

import (
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// Everything prepares the built-in profiles and the user's own, and returns those that a demo
// can show. It says on the console why it leaves out the others.
func (d Demo) Everything(src profile.Sources) []*profile.Profile {
	names := src.BuiltinNames()
	for _, own := range src.OwnNames() {
		if !slices.Contains(names, own) { // own versions of built-in profiles are in names already
			names = append(names, own)
		}
	}
	var out []*profile.Profile
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err == nil && len(p.Steps()) == 0 { // a base
			continue
		}
		why := lang.Text{}
		if err != nil {
			why = lang.Of(err)
		} else if why = d.Prepare(p); why.IsZero() {
			out = append(out, p)
			continue
		}
		d.Console.Say(lang.Sprintf(lang.Text{EN: "%s is left out: %s", ZH: "略过 %s：%s"}, name, why))
	}
	return out
}

// Prepare makes a profile's login return to the demo's listener. It returns the reason why a
// demo cannot show the profile, or the zero text if it can.
func (d Demo) Prepare(p *profile.Profile) lang.Text {
	if steps := strings.Join(emulator.NamedHosts(p), ", "); steps != "" {
		return lang.Text{
			EN: steps + " names a host, but a demo calls only the emulator: start it with {base_url}",
			ZH: steps + " 写死了主机，而演示只访问模拟器：请改以 {base_url} 开头",
		}
	}
	if !takesCode(p) && p.Token == nil {
		return lang.Text{EN: "no step takes a code, and there is no [token]", ZH: "没有接收授权码的步骤，也没有 [token]"}
	}
	if _, ok := p.Inputs["redirect_uri"]; ok {
		uri := "http://127.0.0.1:0/callback"
		if p.Authorize != nil && p.Authorize.State == profile.StateRedirect {
			uri = "http://127.0.0.1:0/" + client.Woven
		}
		if err := p.Set("redirect_uri", uri, profile.Origin{From: "flag"}); err != nil {
			return lang.Of(err)
		}
	}
	if _, err := emulator.New(d.options("http://127.0.0.1:1", p)); err != nil {
		return lang.Of(err)
	}
	return lang.Text{}
}

// takesCode reports whether a step of the profile's login takes a code.
func takesCode(p *profile.Profile) bool {
	return p.TakesCode(profile.StepExchange) || p.Exchange == nil && p.TakesCode(profile.StepUserInfo)
}

// inBrowser reports whether a browser brings the code to a redirect_uri that we choose.
func inBrowser(p *profile.Profile) bool {
	return p.Authorize != nil && p.StartUses("redirect_uri") && !p.Authorize.Callback.None
}

// Kind says how the application gets the code of a login.
type Kind string

// The values of Kind.
const (
	Application Kind = "application" // no code: the application gets its own token
	Platform    Kind = "platform"    // the vendor's platform opens the application with a code
	Scan        Kind = "scan"        // a person scans a QR code
	Browser     Kind = "browser"
)

// kindOf returns the kind of a profile's login.
func kindOf(p *profile.Profile) Kind {
	switch {
	case !takesCode(p):
		return Application
	case !inBrowser(p):
		return Platform
	case p.Authorize.Scan:
		return Scan
	}
	return Browser
}

// Text returns the kind in both languages.
func (k Kind) Text() lang.Text {
	zh := map[Kind]string{Application: "应用令牌", Platform: "平台", Scan: "扫码", Browser: "浏览器"}
	return lang.Text{EN: string(k), ZH: zh[k]}
}
