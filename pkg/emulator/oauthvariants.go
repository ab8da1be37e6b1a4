package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// OAuth 2.0 and OpenID Connect allow several requests for a step. For a vendor that follows
// these standards, the emulator also accepts the requests that the profile does not list.

// speaksOAuth reports whether the profile's exchange step is that of RFC 6749
// §4.1.3: a form with the standard names.
func speaksOAuth(p *profile.Profile) bool {
	s := p.Exchange
	return s != nil && s.Method == http.MethodPost && s.Form["grant_type"] == "authorization_code" && s.Form["code"].Is("code")
}

// isAnyServer reports whether the profile is for any OAuth 2.0 server and not for one vendor:
// it does not say where the token endpoint is. Such a server does what the standards advise.
func isAnyServer(p *profile.Profile) bool {
	tokenURL, declared := p.Inputs["token_url"]
	return declared && tokenURL.Default == "" && speaksOAuth(p)
}

// standard returns the other requests that the standards allow for a step. They share its
// URL and its response.
func (v *vendor) standard(s *step) []recipe.Recipe {
	if !speaksOAuth(v.p) || s.Method != http.MethodGet {
		return nil
	}
	switch {
	case s.Name == profile.StepAuthorize && s.Query["response_type"] == "code" && s.Query["client_id"].Is("client_id"):
		// OpenID Connect Core 1.0, §3.1.2.1: by POST, as a form.
		r := s.Recipe
		r.Method, r.Query, r.Form, r.Repeated = http.MethodPost, nil, s.Query, map[string][]recipe.Template{}
		for key, list := range s.Repeated {
			r.Repeated["form."+strings.TrimPrefix(key, "query.")] = list
		}
		return []recipe.Recipe{r}
	case s.Name == profile.StepUserInfo && s.bearerOnly():
		// OpenID Connect Core 1.0, §5.3.1: by POST, with the header, or with
		// access_token in a form (RFC 6750 §2.2).
		header, form := s.Recipe, s.Recipe
		header.Method = http.MethodPost
		form.Method, form.Headers, form.Form = http.MethodPost, nil, map[string]recipe.Template{"access_token": "{access_token}"}
		return []recipe.Recipe{header, form}
	}
	return nil
}

// bearerOnly reports whether the step's only member is a bearer token.
func (s *step) bearerOnly() bool {
	if len(s.Headers) != 1 || len(s.Query)+len(s.Form)+len(s.JSON)+len(s.Repeated) > 0 {
		return false
	}
	for name, t := range s.Headers {
		return strings.EqualFold(name, "Authorization") && t == bearer+" {access_token}"
	}
	return false
}

// judgeBearer adds a finding if a token was sent in two ways; a client must use only
// one (RFC 6750 §2).
func (c *call) judgeBearer() {
	if c.s.variantOf == nil || c.s.Name != profile.StepUserInfo || c.req.Header.Get("Authorization") == "" {
		return
	}
	if form, err := url.ParseQuery(string(c.body)); err == nil && form.Has("access_token") {
		c.findings = append(c.findings, finding{kind: profile.KindBadRequest, problem: recipe.Problem{
			Member: "form.access_token", Kind: recipe.Malformed, Expected: secret.New("no token in the body beside Authorization (RFC 6750 §2)"), ExpectedZH: "有 Authorization 时请求体里没有令牌（RFC 6750 §2）",
		}})
	}
}
