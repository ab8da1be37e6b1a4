package login

import (
	"context"
	"errors"
	"net/url"

	"ssoctl/pkg/client"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

// Logout is a logout in the user's browser, which then returns to the listener (OpenID Connect
// RP-Initiated Logout 1.0 §2 and §3).
type Logout struct {
	// Flow says where to listen and how to show the address. Its RedirectURI is the
	// post_logout_redirect_uri.
	Flow
	IDToken secret.String // of the session to end; may be zero
	State   string        // "" means a random one
}

// Run shows the logout address, and waits until the browser returns with the state. The result
// has no code. Call [Caught.Finish] after it, even after an error. The error is one of
// [client.Client.Logout] or of View, or a [*loopback.ListenError], [*LogoutError] or [*TimeoutError].
func (o Logout) Run(ctx context.Context) (Caught, error) {
	l, err := o.listen()
	if err != nil {
		return Caught{}, err
	}
	caught := false
	defer closeUnless(&caught, l)
	redirect := o.withPort(l)
	if redirect == "" {
		redirect = l.URL("/logged-out")
	}
	started, err := o.Client.Logout(client.LogoutOptions{IDToken: o.IDToken, RedirectURI: redirect, State: o.State})
	if err != nil {
		return Caught{}, err
	}
	expect := o.expectReturn(started)
	if err := expect.Check(); err != nil {
		return Caught{}, &profile.Error{Key: o.Client.Profile().Name, Problem: lang.Of(err)}
	}
	out := Caught{Authorization: client.Authorization{
		Profile: started.Profile, URL: started.URL, RedirectURI: started.RedirectURI, State: started.State, Bound: true, Returns: true,
	}}
	back, err := o.showAndAwait(ctx, out.Authorization, l, expect)
	if late := (*TimeoutError)(nil); errors.As(err, &late) {
		late.Logout = true
	}
	if err != nil {
		return Caught{}, err
	}
	if caught = back.byBrowser; caught {
		out.browser = l
	}
	if refused := (*loopback.CallbackError)(nil); errors.As(back.err, &refused) {
		return out, &LogoutError{Profile: started.Profile, Said: refused.Said()}
	}
	return out, back.err
}

// LogoutError says that the browser returned from a logout with an error.
type LogoutError struct {
	Profile string
	Said    string // the error in the provider's words, safe to print
}

func (e *LogoutError) Error() string { return e.Text().EN }

// Failure returns [failure.Callback].
func (*LogoutError) Failure() failure.Kind { return failure.Callback }

// Details returns what the error says to scripts.
func (e *LogoutError) Details() failure.Details { return failure.Details{Profile: e.Profile} }

// Text returns the error in both languages.
func (e *LogoutError) Text() lang.Text {
	return lang.Sprintf(lang.Text{EN: "%s: the provider returned from the logout with %s", ZH: "%s：提供方从退出登录返回时报错：%s"}, e.Profile, e.Said)
}

// Hint says what to do about the error.
func (*LogoutError) Hint() lang.Text {
	return lang.Text{
		EN: "The session at the provider may still exist. Log out again; --id-token says whose session ends.",
		ZH: "提供方的会话可能仍然存在。请重新退出；可用 --id-token 说明要结束谁的会话。",
	}
}

// expectReturn describes the redirect that ends the logout.
func (o Logout) expectReturn(started client.Logout) loopback.Expect {
	return loopback.Expect{
		RedirectURI: started.RedirectURI, State: started.State, Logout: true, CodeParams: []string{"state"}, Reader: returnReader{},
		Beside: o.Beside, Strays: o.Strays, Lang: o.Lang, Login: o.Client.Profile().Caption(o.Lang),
	}
}

// returnReader reads the redirect at the end of a logout. In the standard it has only a state, which
// takes the place of the code. An error means that the logout did not succeed.
type returnReader struct{}

// Read implements [loopback.Reader].
func (returnReader) Read(params url.Values) loopback.Response {
	if refusal := params.Get("error"); refusal != "" {
		return loopback.Response{Error: refusal, Description: params.Get("error_description")}
	}
	return loopback.Response{Code: params.Get("state")}
}
