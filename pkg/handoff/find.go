package handoff

import (
	"crypto/subtle"
	"errors"
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/client"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/pending"
	"ssoctl/pkg/private"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Code is a code with the login that it belongs to.
type Code struct {
	Given    recipe.Values // the code and the values that belong to it
	Redirect []client.Done // the responses of the login so far; the last one is the callback
	// Unbound warns that nothing ties the code to a login, for [Command.WarnOfCode]; zero if
	// something does.
	Unbound lang.Text
	login   pending.Login // the remembered login, zero if there is none
}

// newCode returns a code with the values of its login. A zero login gives the code alone.
func newCode(code string, login pending.Login) Code {
	if login.Profile == "" {
		return Code{Given: recipe.Values{"code": secret.New(code)}}
	}
	auth := client.Authorization{RedirectURI: login.RedirectURI, Nonce: login.Nonce, CodeVerifier: secret.New(login.CodeVerifier)}
	return Code{Given: auth.Given(code), Redirect: doneOf(login.Before), login: login}
}

// Code returns a code that was given without its callback, with the remembered login that has this
// state, or without a login if state is "". verifier means that the caller supplies the
// code_verifier; then an unknown login is not an error.
func (c *Command) Code(code, state string, verifier bool) (Code, error) {
	if state == "" {
		return newCode(code, pending.Login{}), nil
	}
	login, err := c.begun(state)
	switch {
	case err == nil || errors.Is(err, pending.ErrNone) && verifier:
		return newCode(code, login), nil
	case errors.Is(err, pending.ErrNone):
		return Code{}, stray(lang.Text{EN: "--state: %v", ZH: "--state：%v"}, err)
	}
	return Code{}, err
}

// Callback reads the code from text, the URL that a browser was redirected to, after
// checking its state. known is the state that the caller keeps, "" if it keeps none.
// noState accepts a callback without state if the profile says that the vendor may leave it
// out.
func (c *Command) Callback(text, known string, noState bool) (_ Code, err error) {
	step, err := c.Client.Profile().Offer(profile.StepAuthorize)
	if err != nil {
		return Code{}, err
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return Code{}, err
	}
	expect, err := c.Client.Expect("", "")
	if err != nil {
		return Code{}, err
	}
	u = expect.Moved(u)
	defer func() { c.Client.Returned(u, err) }()
	login, unbound, err := c.loginOf(step, expect, u, known, noState)
	if errors.As(err, new(*loopback.StrayError)) {
		for _, name := range step.CodeParams() { // perhaps the callback was used before
			if earlier, known := c.Codes.Find(u.Query().Get(name), c.Now()); known {
				err = c.sentBefore(earlier, err)
			}
		}
	}
	if err != nil {
		return Code{}, err
	}
	expect.RedirectURI, expect.State = login.RedirectURI, login.State
	if expect.RedirectURI == "" { // there is nothing to compare the URL with
		expect.RedirectURI = (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	got, err := expect.Read(text)
	if err != nil {
		return Code{}, err
	}
	code := newCode(got.Code, login)
	code.Unbound = unbound
	code.Redirect = append(code.Redirect, c.Client.Redirected(got.Query)...)
	return code, nil
}

// loginOf finds the login that a callback belongs to, by its state or, if the vendor
// returns none, by its redirect_uri. If it finds none and the callback is accepted
// nevertheless, it returns a warning.
func (c *Command) loginOf(step *profile.Step, expect loopback.Expect, u *url.URL, known string, noState bool) (login pending.Login, unbound lang.Text, err error) {
	states := u.Query()["state"]
	switch {
	case !c.Client.Profile().StartUses("state"):
		return c.byRedirectURI(step, u)
	case len(states) == 0 && step.State == profile.StateOptional && noState:
		return login, NoState(), nil
	case len(states) == 0 && step.State == profile.StateOptional:
		return login, unbound, loopback.NewStray(loopback.KnownNoState)
	case len(states) != 1:
		return login, unbound, expect.WithoutState(u.Query())
	}
	login, err = c.byState(states[0], known)
	return login, unbound, err
}

// byState finds the login with a callback's state. known is the state that the caller keeps, ""
// if it keeps none.
func (c *Command) byState(state, known string) (pending.Login, error) {
	if known != "" && subtle.ConstantTimeCompare([]byte(known), []byte(state)) == 0 {
		if how := loopback.Change(known, state); how != loopback.StateOther {
			return pending.Login{}, loopback.NewStray(how)
		}
		return pending.Login{}, stray(lang.Text{EN: "the callback's state differs from --state", ZH: "回调的 state 与 --state 不一致"})
	}
	login, err := c.begun(state)
	if errors.Is(err, pending.ErrNone) && known != "" {
		return pending.Login{}, nil // the caller keeps track of state and verifier
	}
	if errors.Is(err, pending.ErrNone) {
		err = c.unknownState(state)
	}
	return login, err
}

// byRedirectURI finds the login that a callback without state belongs to. A login that is
// not known is an error only if its redirect_uri was made for it alone, otherwise a warning.
func (c *Command) byRedirectURI(step *profile.Step, u *url.URL) (login pending.Login, unbound lang.Text, err error) {
	login, err = c.begun(withoutCode(u, step))
	if !errors.Is(err, pending.ErrNone) {
		return login, unbound, err
	}
	if given, _ := c.Client.Profile().Given("redirect_uri"); strings.Contains(given, client.Woven) {
		return login, unbound, stray(lang.Text{EN: "the callback does not match this redirect_uri: %v", ZH: "回调不属于这个 redirect_uri：%v"}, err)
	}
	return pending.Login{}, lang.Text{
		EN: "cannot check that this callback belongs to a login that was started here: the vendor returns no state",
		ZH: "无法确认这个回调属于本机发起的登录：厂商不回传 state",
	}, nil
}

// unknownState explains why no login has this state, for example because it was changed on the way.
func (c *Command) unknownState(state string) error {
	for how, original := range loopback.Originals(state) {
		if _, err := c.begun(original); err == nil {
			return loopback.NewStray(how)
		}
	}
	return stray(lang.Text{EN: "the callback's state is unknown: %v", ZH: "回调的 state 未知：%v"}, pending.ErrNone)
}

// begun finds a login that was started here. The error wraps [pending.ErrNone], or is a
// [*profile.Error] if the file is damaged or somebody else could have written it.
func (c *Command) begun(key string) (pending.Login, error) {
	name := c.Client.Profile().Name
	login, err := c.Logins.Find(name, key, c.Now())
	if err == nil || errors.Is(err, pending.ErrNone) {
		return login, err
	}
	again := lang.Text{EN: "Start the login again: ssoctl authorize-url -p " + name, ZH: "请重新发起登录：ssoctl authorize-url -p " + name}
	return login, unusable(lang.Text{EN: "the remembered login", ZH: "保存的登录"}, err, again)
}

// unusable is the error for a stored login that is damaged, or that somebody else could
// have written. what names it in a sentence; again says how to start over.
func unusable(what lang.Text, err error, again lang.Text) error {
	if foreign := (*private.Error)(nil); errors.As(err, &foreign) {
		return &profile.Error{
			Problem: lang.Sprintf(lang.Text{EN: "%s is not used: %v", ZH: "%s不能使用：%v"}, what, err),
			Hint: lang.Join(lang.Sprintf(lang.Text{
				EN: "Somebody else could have written it. Find out who did, then move %s away.",
				ZH: "它可能是别人写的。请查明来源，再把 %s 移走。",
			}, foreign.Path), again),
		}
	}
	return &profile.Error{Problem: lang.Sprintf(lang.Text{EN: "%s cannot be read: %v", ZH: "%s无法读取：%v"}, what, err), Hint: again}
}

// withoutCode returns the redirect_uri of a callback: its address without the vendor's parameters.
func withoutCode(u *url.URL, step *profile.Step) string {
	plain := *u
	added := step.CallbackParams()
	pairs := strings.Split(u.RawQuery, "&")
	plain.RawQuery = strings.Join(slices.DeleteFunc(pairs, func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(added, body.Unescape(name)) || strings.HasPrefix(name, "error")
	}), "&")
	return plain.String()
}
