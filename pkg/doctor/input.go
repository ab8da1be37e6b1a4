package doctor

import (
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/kballard/go-shellquote"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/localhost"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// inputs lints the profile, and checks every input that has a value or needs one.
func (d Doctor) inputs() []Finding {
	var found []Finding
	for _, fault := range d.profile().Lint() {
		found = append(found, Finding{Check: "profile", Status: Fail, What: fault.Text(), Err: fault})
	}
	for _, name := range d.profile().InputNames() {
		if f, ok := d.input(name); ok {
			found = append(found, f)
		}
	}
	return found
}

// shown is a value and its origin.
func shown(value string, from lang.Text) lang.Text {
	beside := func(from string) string { return strings.TrimSpace(value + "  [" + from + "]") }
	return lang.Text{EN: beside(from.EN), ZH: beside(from.In(lang.ZH))}
}

func (d Doctor) input(name string) (Finding, bool) {
	p := d.profile()
	in := p.Inputs[name]
	value, from := p.Shown(name)
	if name == recipe.AuthMethod {
		if method, by, err := d.Client.AuthMethod(); err == nil {
			value, from = method, by
		}
	}
	f := Finding{Check: name, Status: OK, What: shown(value, from)}
	given, origin := p.Given(name)
	if given == "" {
		needing, login := d.needing(name)
		if !in.Required || !d.Own || len(needing) == 0 || name == "redirect_uri" { // redirect checks redirect_uri
			return f, false
		}
		f.Status, f.Err = Warn, &profile.MissingError{Profile: p.Name, Missing: []profile.MissingInput{{Name: name, Input: in}}}
		if login {
			f.Status = Fail
		}
		steps := lang.List(needing).EN
		f.What = lang.Text{EN: "missing; needed by " + steps, ZH: "缺少，以下步骤需要：" + steps}
		return f, true
	}
	refs, holder := d.Refs, "" // the file with the secret
	refs.ReadSecret = func(path string) (string, error) {
		holder = path
		return d.Refs.ReadFile(path)
	}
	if _, err := p.Values([]recipe.Placeholder{{Name: name, Optional: true}}, refs); err != nil {
		f.Status, f.What, f.Err = Fail, lang.Of(err), err
		return f, true
	}
	if in.Secret && origin.From == "file" && !reference.Is(given) {
		holder = origin.File
	}
	if exposed, is := secretIn(holder); is {
		f.Status, f.What, f.Do = Warn, exposed.What, exposed.Do
	}
	return f, true
}

// needing returns the steps that require an input, and whether a login runs any of
// them.
func (d Doctor) needing(name string) (steps []profile.StepName, login bool) {
	p := d.profile()
	for _, s := range p.Steps() {
		plan, err := p.Plan([]profile.StepName{s.Name}, nil)
		if err == nil && slices.ContainsFunc(plan.Inputs, func(ph recipe.Placeholder) bool { return ph.Name == name && !ph.Optional }) {
			steps = append(steps, s.Name)
			login = login || slices.Contains([]profile.StepName{profile.StepAuthorize, profile.StepExchange, profile.StepUserInfo}, s.Name)
		}
	}
	return steps, login
}

// SecretFiles returns a finding for each of these files of secrets that other users of this
// machine can read.
func SecretFiles(paths []string) []Finding {
	var found []Finding
	for _, path := range paths {
		if f, exposed := secretIn(path); exposed {
			f.Check = "secrets"
			found = append(found, f)
		}
	}
	return found
}

// secretIn returns a finding without Check if other users of this machine can read a file
// with a secret. path may be "".
func secretIn(path string) (f Finding, exposed bool) {
	if _, open := private.OpenToOthers(path); !open {
		return f, false
	}
	return Finding{
		Status: Warn,
		What:   lang.Text{EN: "the secret is in " + path + ", which other users of this machine can read", ZH: "密钥写在 " + path + " 里，而本机其他用户能读该文件"},
		Do:     plain("chmod 600 " + shellquote.Join(path)),
	}, true
}

// redirect checks whether redirect_uri can receive a redirect and, if it is a loopback
// address, whether this machine can listen there.
func (d Doctor) redirect() []Finding {
	p := d.profile()
	values, err := p.Values([]recipe.Placeholder{{Name: "redirect_uri", Optional: true}}, d.Refs)
	if err != nil || p.Authorize == nil {
		return nil // already reported by inputs
	}
	uri, given := values.Text("redirect_uri")
	if !given && !d.Own {
		return nil
	}
	f := Finding{Check: "redirect_uri"}
	if !given {
		f.Status = Warn
		f.What = lang.Text{EN: "not set: login listens on a free port of 127.0.0.1, but most vendors accept only registered addresses", ZH: "未设置：login 会用 127.0.0.1 的空闲端口，而多数厂商要求事先登记"}
		f.Do = lang.Text{EN: "Set redirect_uri to the address that is registered with the vendor.", ZH: "请把 redirect_uri 设为在厂商处登记的地址。"}
		return []Finding{f}
	}
	u, err := url.Parse(uri)
	isHTTP := err == nil && (u.Scheme == "http" || u.Scheme == "https")
	if isHTTP {
		err = loopback.Expect{RedirectURI: uri, CodeParams: p.Authorize.CodeParams(), State: "S"}.Check()
	}
	switch {
	case err != nil:
		f.Status, f.What = Fail, lang.Of(err)
		f.Do = lang.Text{EN: "Set redirect_uri to an address such as http://127.0.0.1:8976/callback, and register it with the vendor.", ZH: "请把 redirect_uri 改成 http://127.0.0.1:8976/callback 这样的地址，并在厂商处登记。"}
	case isHTTP && localhost.Is(u.Hostname()):
		return []Finding{d.listen(u)}
	case u.Scheme == "http":
		f.Status = Warn
		f.What = lang.Text{EN: "plain http to another machine: anyone in between can read the code, and most vendors refuse it", ZH: "用 http 回到别的机器：code 会被中间人看到，多数厂商也不接受"}
		f.Do = lang.Text{EN: "Use https, or a loopback address for tests.", ZH: "请改用 https；测试时可用本机回环地址。"}
	default:
		f.Status, f.What = OK, otherReceiver(u)
	}
	return []Finding{f}
}

// otherReceiver says who receives the code instead of ssoctl, and how to finish the login. A
// redirect_uri without a scheme is a word that the profile's pattern allows.
func otherReceiver(u *url.URL) lang.Text {
	switch u.Scheme {
	case "":
		return lang.Text{
			EN: u.Path + ": no browser is redirected, so login cannot catch the code: finish with ssoctl exchange --code",
			ZH: u.Path + "：浏览器不会跳转，login 收不到 code：请用 ssoctl exchange --code 完成",
		}
	case "https":
		return lang.Text{
			EN: "leads to " + u.Host + ", not to this machine: finish with ssoctl exchange --callback, or forward it here (--listen)",
			ZH: "回到 " + u.Host + "，不是本机：请用 ssoctl exchange --callback 完成，或转发到本机（--listen）",
		}
	}
	return lang.Text{
		EN: "leads to an application that handles " + u.Scheme + "://, not to ssoctl: finish with ssoctl exchange --callback",
		ZH: "由处理 " + u.Scheme + ":// 的应用接收，不是 ssoctl：请用 ssoctl exchange --callback 完成",
	}
}

// listen tries to listen on a loopback address.
func (d Doctor) listen(u *url.URL) Finding {
	at := net.JoinHostPort(u.Hostname(), loopback.Port(u))
	l, err := loopback.Listen([]string{at})
	if err != nil {
		return Finding{Check: "redirect_uri", Status: Fail, What: lang.Of(err), Err: err}
	}
	l.Close()
	if u.Scheme == "https" {
		return Finding{
			Check: "redirect_uri", Status: Warn,
			What: lang.Text{EN: at + " is free, but https needs a certificate", ZH: "可以监听 " + at + "，但用 https 需要证书"},
			Do:   lang.Text{EN: "Log in with --listen-tls, or with --listen-tls-cert and --listen-tls-key.", ZH: "登录时请加 --listen-tls，或用 --listen-tls-cert 和 --listen-tls-key 指定证书。"},
		}
	}
	what := lang.Text{
		EN: at + " is free; the address must be registered with the vendor",
		ZH: "可以监听 " + at + "；该地址须在厂商处登记",
	}
	if u.Port() == "0" {
		what = lang.Text{
			EN: "any free port of " + u.Hostname() + "; the vendor must accept any port (RFC 8252 §7.3)",
			ZH: u.Hostname() + " 的任意空闲端口；厂商须接受任意端口（RFC 8252 §7.3）",
		}
	}
	return Finding{Check: "redirect_uri", Status: OK, What: what}
}
