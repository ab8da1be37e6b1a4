package cmd

import (
	"context"
	"crypto/subtle"
	"errors"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

type exchangeOptions struct {
	code, callback, listen, codeVerifier, state, redirectURI string
	noState                                                  bool
	params                                                   []string
	wait                                                     time.Duration
	tls                                                      listenTLS
}

func (r *root) newExchange() *cobra.Command {
	var o exchangeOptions
	c := &cobra.Command{
		Use: "exchange", Args: arguments(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, err := r.newClient()
			if err != nil {
				return err
			}
			if err := redirectFlag(cl.Profile(), o.redirectURI); err != nil {
				return err
			}
			if r.curl {
				given, _, err := r.exchangeGiven(cl, o)
				if err != nil {
					return err
				}
				return r.writeCurl(c, cl, cl.ExchangeSteps(), given)
			}
			if o.tls != (listenTLS{}) && o.listen == "" {
				return usagef(lang.Text{EN: "--listen-tls goes with --listen", ZH: "--listen-tls 要和 --listen 一起用"})
			}
			if len(o.params) > 0 && o.listen == "" {
				return usagef(lang.Text{EN: "--param goes with --listen: otherwise no address is made", ZH: "--param 要和 --listen 一起用：否则不会生成地址"})
			}
			exchange := r.exchangeOnce
			if o.listen != "" {
				exchange = r.exchangeCaught
			}
			got, err := exchange(c.Context(), cl, o)
			if err != nil {
				return err
			}
			return r.write(c, exchangeResult(got))
		},
	}
	f := c.Flags()
	f.StringVar(&o.code, "code", "", "")
	f.StringVar(&o.callback, "callback", "", "")
	f.StringVar(&o.listen, "listen", "", "")
	f.StringVar(&o.codeVerifier, "code-verifier", "", "")
	f.StringVar(&o.state, "state", "", "")
	f.StringVar(&o.redirectURI, "redirect-uri", "", "")
	f.BoolVar(&o.noState, "no-state", false, "")
	spanVar(f, &o.wait, "wait", defaultWait)
	paramFlag(f, &o.params)
	o.tls.flags(c)
	excludeEachOther(c, "code", "callback", "listen")
	needOne(c, "code", "callback", "listen")
	excludeEachOther(c, "listen", "state")
	excludeEachOther(c, "listen", "code-verifier")
	return c
}

// exchangeCaught waits for a redirect and exchanges its code.
func (r *root) exchangeCaught(ctx context.Context, cl *client.Client, o exchangeOptions) (client.Login, error) {
	caught := catchOptions{listen: o.listen, tls: o.tls, wait: o.wait, noState: o.noState, params: o.params, then: cl.ExchangeSteps(), by: r.catchBrowser(waitOptions{})}
	_, got, err := r.catchAndTrade(ctx, cl, caught, cl.Exchange)
	return got, err
}

// exchangeOnce exchanges the code from the command line. If it fails before the code is
// sent, the remembered login is kept.
func (r *root) exchangeOnce(ctx context.Context, cl *client.Client, o exchangeOptions) (client.Login, error) {
	given, begun, err := r.exchangeGiven(cl, o)
	if err != nil {
		return client.Login{}, err
	}
	if err := r.claim(begun); err != nil {
		return client.Login{}, err
	}
	_, verified := given.Text("code_verifier")
	r.noVerifier = !verified && cl.Profile().Authorize != nil && cl.Profile().Authorize.Uses("code_challenge")
	got, err := cl.Exchange(ctx, given)
	if err != nil && !cl.CodeSent() {
		err = errors.Join(err, r.giveBack(begun))
	}
	return got, r.afterCode(cl, given, err)
}

// claim removes the remembered login before its code is sent, so that no other command
// sends the same code.
func (r *root) claim(begun pending.Login) error {
	if begun.Profile == "" {
		return nil
	}
	err := r.logins().Remove(begun)
	if errors.Is(err, fs.ErrNotExist) {
		return stray("another command has just finished this login", "这次登录刚被另一个命令完成")
	}
	return err
}

// giveBack saves the login again after its code was not sent.
func (r *root) giveBack(begun pending.Login) error {
	if begun.Profile == "" {
		return nil
	}
	return r.logins().Save(begun, r.Now())
}

// exchangeGiven returns the code and the values that belong to it. begun is the remembered
// login, empty if there is none.
func (r *root) exchangeGiven(cl *client.Client, o exchangeOptions) (given recipe.Values, begun pending.Login, err error) {
	var code string
	if o.callback != "" {
		code, begun, err = r.readCallback(cl, o)
	} else {
		code, err = r.orStdin("code", o.code)
	}
	if err != nil {
		return nil, begun, err
	}
	if o.callback == "" && o.state != "" {
		begun, err = r.begun(cl.Profile(), o.state)
		if errors.Is(err, pending.ErrNone) && o.codeVerifier != "" {
			err = nil // the caller keeps track of state and verifier
		}
		if errors.Is(err, pending.ErrNone) {
			return nil, begun, stray("--state: "+err.Error(), "--state："+noLogin)
		} else if err != nil {
			return nil, begun, err
		}
	}
	given = recipe.Values{"code": secret.New(code)}
	if begun.Profile != "" {
		auth := client.Authorization{RedirectURI: begun.RedirectURI, Nonce: begun.Nonce, CodeVerifier: secret.New(begun.CodeVerifier)}
		given = auth.Given(code)
	}
	if o.codeVerifier != "" {
		given["code_verifier"] = secret.New(o.codeVerifier)
	}
	if o.redirectURI != "" {
		given["redirect_uri"] = o.redirectURI
	}
	return given, begun, nil
}

// readCallback reads the code from a redirected address, after checking its state. login
// is the remembered login, empty if there is none and none is needed.
func (r *root) readCallback(cl *client.Client, o exchangeOptions) (code string, login pending.Login, err error) {
	p := cl.Profile()
	step, err := p.Offer("authorize")
	if err != nil {
		return "", login, err
	}
	text := o.callback
	if text == "-" {
		if text, err = r.readStdin(); err != nil {
			return "", login, err
		}
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err == nil && u.Scheme != "" && u.RawQuery == "" && strings.Contains(u.Fragment, "=") {
		return "", login, usagef(lang.Text{EN: "--callback: %v: ask the vendor for response_mode=query", ZH: "--callback：%v：请让厂商用 response_mode=query 返回"}, loopback.NewStray(loopback.InFragment))
	}
	if err != nil || u.Scheme == "" || u.RawQuery == "" {
		return "", login, usagef(lang.Text{EN: "--callback: expected an address with a query, such as https://…/callback?code=…", ZH: "--callback：应为带查询参数的地址，例如 https://…/callback?code=…"})
	}
	defer func() { cl.Returned(u, err) }()
	login, err = r.loginOf(p, step, u, o)
	if errors.As(err, new(*loopback.StrayError)) {
		for _, name := range step.CodeParams() { // perhaps the callback was used before
			if earlier, known := r.codes().Find(u.Query().Get(name), r.Now()); known {
				err = r.sentBefore(earlier, err)
			}
		}
	}
	if err != nil {
		return "", login, err
	}
	expect := loopback.Expect{RedirectURI: login.RedirectURI, CodeParams: step.CodeParams(), State: login.State}
	if expect.RedirectURI == "" { // there is nothing to compare the address with
		expect.RedirectURI = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	got, err := expect.Read(text)
	return got.Code, login, err
}

// loginOf finds the login that a callback belongs to, by its state or, if the vendor
// returns none, by its redirect_uri.
func (r *root) loginOf(p *profile.Profile, step *profile.Step, u *url.URL, o exchangeOptions) (pending.Login, error) {
	states := u.Query()["state"]
	switch {
	case !step.Uses("state"):
		login, err := r.begun(p, withoutCode(u, step))
		if woven, _ := p.Given("redirect_uri"); errors.Is(err, pending.ErrNone) && strings.Contains(woven, client.Woven) {
			return login, stray("the callback does not match this redirect_uri: "+err.Error(), "回调不属于这个 redirect_uri："+noLogin)
		}
		if errors.Is(err, pending.ErrNone) {
			r.warn(lang.Text{
				EN: "cannot check that this callback belongs to a login that was started here: the vendor returns no state",
				ZH: "无法确认这个回调属于本机发起的登录：厂商不回传 state",
			})
			return pending.Login{}, nil
		}
		return login, err
	case len(states) == 0 && step.State == profile.StateOptional && o.noState:
		r.warnNoState()
		return pending.Login{}, nil
	case len(states) == 0 && step.State == profile.StateOptional:
		return pending.Login{}, loopback.NewStray(loopback.NoState)
	case len(states) != 1:
		return pending.Login{}, loopback.Expect{CodeParams: step.CodeParams()}.WithoutState(u.Query())
	}
	if o.state != "" && subtle.ConstantTimeCompare([]byte(o.state), []byte(states[0])) == 0 {
		if how := loopback.Change(o.state, states[0]); how != loopback.StateOther {
			return pending.Login{}, loopback.NewStray(how)
		}
		return pending.Login{}, stray("the callback's state differs from --state", "回调的 state 与 --state 不一致")
	}
	login, err := r.begun(p, states[0])
	if errors.Is(err, pending.ErrNone) && o.state != "" {
		return pending.Login{}, nil // the caller keeps track of state and verifier
	}
	if errors.Is(err, pending.ErrNone) {
		err = r.unknownState(p, states[0])
	}
	return login, err
}

// unknownState explains why no login has this state: perhaps it was changed on the way.
func (r *root) unknownState(p *profile.Profile, state string) error {
	for how, original := range loopback.Originals(state) {
		if _, err := r.begun(p, original); err == nil {
			return loopback.NewStray(how)
		}
	}
	return stray("the callback's state is unknown: "+pending.ErrNone.Error(), "回调的 state 未知："+noLogin)
}

// noLogin is pending.ErrNone in Chinese.
const noLogin = "本机没有发起过这次登录，或已过期"

// begun finds a login that was started here. The error wraps [pending.ErrNone], or is a
// *profile.Error if the file is damaged or somebody else could have written it.
func (r *root) begun(p *profile.Profile, key string) (pending.Login, error) {
	login, err := r.logins().Find(p.Name, key, r.Now())
	if err == nil || errors.Is(err, pending.ErrNone) {
		return login, err
	}
	again := lang.Text{EN: "Start the login again: ssoctl authorize-url -p " + p.Name, ZH: "请重新发起登录：ssoctl authorize-url -p " + p.Name}
	return login, unusable(lang.Text{EN: "the remembered login", ZH: "保存的登录"}, err, again)
}

// unusable is the error for one of ssoctl's files that is damaged, or that somebody else
// could have written. what names the file in a sentence; again says how to start over.
func unusable(what lang.Text, err error, again lang.Text) error {
	why := lang.Of(err)
	if foreign := (*private.Error)(nil); errors.As(err, &foreign) {
		return &profile.Error{
			Problem: lang.Sprintf(lang.Text{EN: "%s is not used: %s", ZH: "%s不能使用：%s"}, what, why),
			Hint: lang.Join(lang.Text{
				EN: "Somebody else could have written it. Find out who did, then move " + foreign.Path + " away.",
				ZH: "它可能是别人写的。请查明来源，再把 " + foreign.Path + " 移走。",
			}, again),
		}
	}
	return &profile.Error{Problem: lang.Sprintf(lang.Text{EN: "%s cannot be read: %s", ZH: "%s无法读取：%s"}, what, why), Hint: again}
}

// withoutCode is the redirect_uri of a callback: its address without code and error.
func withoutCode(u *url.URL, step *profile.Step) string {
	plain := *u
	pairs := strings.Split(u.RawQuery, "&")
	plain.RawQuery = strings.Join(slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(step.CodeParams(), name) || strings.HasPrefix(name, "error")
	}), "&")
	return plain.String()
}

func (r *root) warnNoState() {
	r.warn(lang.Text{
		EN: "the callback has no state, so there is no way to check that it belongs to this login",
		ZH: "回调没有带 state，无法确认它属于这次登录",
	})
}
