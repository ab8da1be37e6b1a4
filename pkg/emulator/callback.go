package emulator

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"ssoctl/pkg/body"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Values of response_mode: how the browser brings a response to the application (OAuth 2.0
// Multiple Response Types §2.1, OAuth 2.0 Form Post Response Mode). Any other value means
// query.
const (
	modeFormPost = "form_post"
	modeFragment = "fragment"
)

// callback is the response to an authorize request: parameters that are added to the
// redirect_uri. The zero callback is none.
type callback struct {
	redirectURI string
	query       string // escaped
	mode        string
	twice       bool   // the browser brings it twice
	code        string // the vendor's code of a refusal in it, "" if there is none
}

// address returns the address that the browser is sent to. The parameters are in its query
// even in form_post mode.
func (b callback) address() string {
	if b.mode == modeFragment {
		return ascii(b.redirectURI) + "#" + b.query
	}
	return withQuery(b.redirectURI, b.query)
}

// byPage reports whether a page brings the callback to the application, not a redirect.
func (b callback) byPage() bool {
	return b.mode == modeFormPost || b.twice && strings.HasPrefix(originOf(b.redirectURI), "http")
}

// pair is a parameter of a callback.
type pair struct{ Name, Value string }

func (b callback) pairs() (out []pair) {
	for text := range strings.SplitSeq(b.query, "&") {
		name, value, _ := strings.Cut(text, "=")
		out = append(out, pair{body.Unescape(name), body.Unescape(value)})
	}
	return out
}

// deliver makes the browser bring a callback to the application, with a redirect of this
// status or a page, and returns the HTTP status.
func (e *Emulator) deliver(w http.ResponseWriter, r *http.Request, v *vendor, status int, b callback) int {
	origin := originOf(b.redirectURI)
	switch {
	case b.byPage() && b.mode != modeFormPost:
		policy := strings.Replace(contentPolicy, "connect-src 'self'", "connect-src 'self' "+origin, 1) + unframed
		writePage(w, http.StatusOK, policy, "twice.html", struct {
			view
			Address template.URL
		}{e.view(r, v), template.URL(b.address())})
		return http.StatusOK
	case b.mode != modeFormPost:
		return redirect(w, status, b.address())
	}
	writePage(w, http.StatusOK, contentPolicy+unframed, "post.html", struct {
		view
		Action template.URL // checkRedirect accepts no address with a script
		Pairs  []pair
	}{e.view(r, v), template.URL(b.redirectURI), b.pairs()})
	return http.StatusOK
}

// responseMode returns the response_mode that an authorize request asks for. A vendor that
// does not know the parameter ignores it.
func (c *call) responseMode() string {
	_, inQuery := c.s.template("query.response_mode")
	_, inForm := c.s.template("form.response_mode")
	if !inQuery && !inForm && !speaksOAuth(c.v.p) {
		return ""
	}
	for _, text := range []string{c.req.URL.RawQuery, string(c.body)} {
		for pair := range strings.SplitSeq(text, "&") {
			if mode, ok := strings.CutPrefix(pair, "response_mode="); ok {
				return mode
			}
		}
	}
	return ""
}

// granted returns the callback with a code for a user. code is the random part of the code.
// granted remembers the values in the callback that the client may send back. The caller
// holds the lock.
func (e *Emulator) granted(v *vendor, g Grant, user User, code string) callback {
	example := recipe.Template("code={code}&state={state}")
	if a := v.p.Authorize; a != nil {
		example = a.RedirectExample(!e.state.loggedIn[key{v.p.Name, "subject", user.Subject}])
		e.state.loggedIn[key{v.p.Name, "subject", user.Subject}] = true
	}
	b := e.callback(example, v, g, func(name string) (string, bool) {
		if name == "code" {
			return code, true
		}
		return user.Field(name)
	})
	e.rememberRedirect(v, b, user)
	return b
}

// callback fills in the placeholders of an example. The caller holds the lock.
func (e *Emulator) callback(example recipe.Template, v *vendor, g Grant, own func(string) (string, bool)) callback {
	query := profile.ExpandRedirect(example, func(name string) (string, bool) {
		if text, ok := own(name); ok {
			return text, true
		}
		switch name {
		case oidc.IssuerInput:
			if v.sendsIss() {
				return cmp.Or(g.issuer, v.provider.issuer), true
			}
		case "state":
			return g.State, true
		case "redirect_uri":
			return g.RedirectURI, true
		case "uuid":
			u, _ := uuid.NewRandomFromReader(e.opts.Rand)
			return u.String(), true
		case "timestamp":
			return strconv.FormatInt(e.now().Unix(), 10), true
		case "timestamp_ms":
			return strconv.FormatInt(e.now().UnixMilli(), 10), true
		}
		if text, ok := v.inputs.Text(name); ok {
			return text, true
		}
		text, ok := g.seen[name]
		return text, ok
	})
	if v.sendsIss() && !hasIss(example) { // RFC 9207 §2
		query += "&iss=" + url.QueryEscape(cmp.Or(g.issuer, v.provider.issuer))
	}
	return callback{redirectURI: g.RedirectURI, query: query, mode: g.mode, twice: g.twice}
}

// rememberRedirect stores the values of a callback that requests may contain. The caller
// holds the lock.
func (e *Emulator) rememberRedirect(v *vendor, b callback, user User) {
	if v.redirect == nil {
		return
	}
	params := map[string][]string{}
	for _, p := range b.pairs() {
		params[p.Name] = append(params[p.Name], p.Value)
	}
	now := e.now()
	for name, value := range v.redirect.Values(params) {
		if text := profile.Text(value); text != "" && v.fromResponse[name] {
			e.state.responseValues.put(key{v.p.Name, name, text}, issuedValue{user: user, known: true, issued: now}, now, now.Add(refreshLifetime))
		}
	}
}
