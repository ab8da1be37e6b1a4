package client

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/loopback"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// Expect describes the redirect that ends a login with this redirect_uri and state. It says
// how to read the redirect, not yet how to handle one without a state.
func (c *Client) Expect(redirectURI, state string) (loopback.Expect, error) {
	step, err := c.profile.Offer(profile.StepAuthorize)
	if err != nil {
		return loopback.Expect{}, err
	}
	if step.Callback.None {
		return loopback.Expect{}, c.nothingBack()
	}
	out := loopback.Expect{RedirectURI: redirectURI, CodeParams: step.CodeParams(), State: state}
	if out.Issuer, out.IssuerRequired, err = c.provider.redirects(); err != nil {
		return out, err
	}
	if step.ReadsRedirect() {
		reader, err := c.profile.RedirectReader()
		if err != nil {
			return out, err
		}
		out.Reader, out.ErrorParams = redirectReader{reader}, step.ErrorParams()
	}
	return out, nil
}

// nothingBack is the error for a login whose [authorize] only opens a page at the vendor.
func (c *Client) nothingBack() error {
	return &profile.NotOfferedError{Profile: c.profile.Name, Step: "login", Why: lang.Text{
		EN: "The authorize URL only opens a page at the vendor, which does not redirect back. To print it: ssoctl authorize-url -p " + c.profile.Name,
		ZH: "授权地址是进入厂商的链接，不会有回调。输出这个地址：ssoctl authorize-url -p " + c.profile.Name,
	}}
}

// redirectReader is a [loopback.Reader].
type redirectReader struct{ *profile.RedirectReader }

func (r redirectReader) Read(params url.Values) loopback.Response {
	says := r.Says(params)
	return loopback.Response{Code: says.Code, Error: says.Error, Description: says.Message, Repeated: says.Repeated}
}

// Redirected returns the redirect that ended a login, with these parameters, as the response
// of a step that has run: pass it to [Client.Login] or [Client.Exchange]. It is nil if
// [authorize] reads nothing from it besides the code.
func (c *Client) Redirected(params url.Values) []Done {
	if len(c.profile.RedirectNames()) == 0 || params == nil {
		return nil
	}
	response, err := json.Marshal(profile.RedirectObject(params))
	if err != nil {
		panic(err) // strings and lists of them can always be encoded
	}
	return []Done{{Step: profile.StepAuthorize, At: c.deps.Now(), Response: response}}
}

// notInRedirect returns an error if a step of the plan needs a value that only the redirect
// could bring, and the redirect has not brought it. redirect is nil if there is none. No
// request has been sent yet, so that the code is not wasted.
func (c *Client) notInRedirect(p prepared, redirect *stepResult) error {
	if redirect == nil {
		return nil
	}
	for _, s := range p.steps {
		for _, ph := range s.Placeholders() {
			expr, reads := redirect.step.Read[ph.Name]
			_, known := p.values.Text(ph.Name)
			if !reads || known || ph.Optional || slices.ContainsFunc(p.steps, func(other *profile.Step) bool { return other.Read[ph.Name] != "" }) {
				continue
			}
			return &ProtocolError{
				Profile: c.profile.Name, Step: profile.StepAuthorize, Guess: redirect.step.GuessText(),
				Problem: lang.Sprintf(lang.Text{
					EN: "the redirect has no %s (%s), which %s needs",
					ZH: "回调里没有 %s（%s），而 %s 需要它",
				}, ph.Name, expr, s.Name),
				Advice: lang.Sprintf(lang.Text{
					EN: "The code was not sent. If the redirect has the value under another name, correct read.%s in [authorize]. Otherwise give it: --set %[1]s=…",
					ZH: "授权码没有发送。若回调用别的名字带回了这个值，请改正 [authorize] 里的 read.%s；否则请给出：--set %[1]s=…",
				}, ph.Name),
			}
		}
	}
	return nil
}

// readRedirect adds the secrets in the parameters of a redirect to the scrubber. It returns
// the expressions that fail on the redirect.
func (c *Client) readRedirect(params url.Values) []record.Member {
	if c.profile.Authorize == nil {
		return nil
	}
	for _, name := range c.profile.Authorize.CodeParams() {
		c.scrub.Add(secret.New(params.Get(name)))
	}
	if !c.profile.Authorize.ReadsRedirect() && len(c.profile.RedirectNames()) == 0 {
		return nil
	}
	reader, err := c.profile.RedirectReader()
	if err != nil {
		return nil // reported when the profile is used
	}
	c.scrub.Add(secret.New(reader.Says(params).Code))
	for name, v := range reader.Values(params) {
		if profile.IsSecretName(name) {
			c.scrub.Add(secret.New(profile.Text(v)))
		}
	}
	return c.membersOf(reader.Failures(params))
}

// addRedirect adds what the redirect says to the token, as if the exchange had read it, or
// what is not about the user to the user if there is no token. What responses say comes
// first. redirect is nil if there is none.
func (l *Login) addRedirect(redirect *stepResult) {
	if redirect == nil {
		return
	}
	f := fields(maps.Clone(redirect.read))
	switch {
	case l.Token != nil:
		if subject := f.take("subject"); l.Token.Subject == "" {
			l.Token.Subject = subject
		}
		if tenant := f.tenant(); l.Token.Tenant == (Tenant{}) {
			l.Token.Tenant = tenant
		}
		maps.Copy(f, l.Token.Extra)
		l.Token.Extra = f.extra()
	case l.User != nil:
		maps.DeleteFunc(f, func(name string, _ any) bool { return slices.Contains(profile.UserFields, name) })
		maps.Copy(f, l.User.Extra)
		l.User.Extra = f.extra()
	}
}
