package cmd

import (
	"slices"
	"strings"

	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// demonstrated returns the profiles that a demo shows: the named ones, or all built-in and
// own profiles that can be shown.
func (r *root) demonstrated(names []string) ([]*profile.Profile, error) {
	if len(names) > 0 || r.profile != "" {
		profiles, err := r.emulated(names)
		if err != nil {
			return nil, err
		}
		for _, p := range profiles {
			if why := r.prepareDemo(p); !why.IsZero() {
				return nil, usagef(lang.Text{EN: "%s: %s", ZH: "%s：%s"}, p.Name, why)
			}
		}
		return profiles, nil
	}
	if len(r.set) > 0 {
		return nil, usagef(lang.Text{EN: "--set goes with one profile: name it", ZH: "--set 只用于一个接入配置：请写出它的名字"})
	}
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	var out []*profile.Profile
	names = src.BuiltinNames()
	for _, own := range src.OwnNames() {
		if !slices.Contains(names, own) { // own versions of built-in profiles are in names already
			names = append(names, own)
		}
	}
	for _, name := range names {
		p, err := profile.Load(name, src)
		if err == nil && len(p.Steps()) == 0 { // a base
			continue
		}
		why := lang.Text{}
		if err != nil {
			why = lang.Of(err)
		} else if why = r.prepareDemo(p); why.IsZero() {
			out = append(out, p)
			continue
		}
		r.say(lang.Text{EN: name + " is left out: " + why.EN, ZH: "略过 " + name + "：" + why.In(lang.ZH)})
	}
	return out, nil
}

// prepareDemo makes a profile's login return to our listener. It returns the reason why a
// demo cannot show the profile, or the zero text if it can.
func (r *root) prepareDemo(p *profile.Profile) lang.Text {
	if steps := strings.Join(elsewhere(p), ", "); steps != "" {
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
	if _, err := emulator.New(r.demoOptions(p)); err != nil {
		return lang.Of(err)
	}
	return lang.Text{}
}

// demoOptions returns the options of the emulator in a demo.
func (r *root) demoOptions(profiles ...*profile.Profile) emulator.Options {
	return emulator.Options{Profiles: profiles, Address: "http://127.0.0.1:1", Now: r.Now, Rand: r.Rand, Refs: r.refs()}
}

// takesCode reports whether a step of the profile's login takes a code.
func takesCode(p *profile.Profile) bool {
	return p.Exchange != nil && p.Exchange.Uses("code") || p.Exchange == nil && p.UserInfo != nil && p.UserInfo.Uses("code")
}

// inBrowser reports whether a browser brings the code to a redirect_uri that we choose.
func inBrowser(p *profile.Profile) bool {
	return p.Authorize != nil && p.Authorize.Uses("redirect_uri")
}

// demoKind names the kind of login: a key of demoKinds.
func demoKind(p *profile.Profile) string {
	switch {
	case !takesCode(p):
		return "application"
	case !inBrowser(p):
		return "platform"
	case p.Authorize.Scan:
		return "scan"
	}
	return "browser"
}
