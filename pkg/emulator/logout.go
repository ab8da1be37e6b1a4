package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
)

// logoutURL returns where users log out at an OpenID provider (OpenID Connect RP-Initiated
// Logout 1.0); "" if the profile has no such address.
func (s *site) logoutURL() string {
	_, refused := s.p.NotOffered[profile.StepLogout]
	text, ok := s.inputs.Text(oidc.LogoutInput)
	if !ok || refused || s.provider == nil {
		return ""
	}
	return below(s.base, text)
}

// isLogout reports whether the request is for the address of logoutURL.
func (v *vendor) isLogout(r *http.Request) bool {
	u, err := url.Parse(v.logoutURL())
	return err == nil && u.Path != "" && u.Path == r.URL.Path
}

// logout ends the session of the id_token_hint: all tokens of its user. The browser returns only
// to a registered address.
func (e *Emulator) logout(p pageRequest) {
	query := p.r.URL.Query()
	if p.r.Method == http.MethodPost {
		query, _ = url.ParseQuery(string(p.x.body)) // unreadable parameters count as missing
	}
	subject, problem := p.v.logoutSubject(query)
	back := query.Get("post_logout_redirect_uri")
	if problem.IsZero() && back != "" {
		problem = p.v.checkLogoutRedirect(back, query)
	}
	if !problem.IsZero() {
		p.x.diagnose(problem)
		e.note(p.x, p.r, p.v, http.StatusBadRequest, noteLogout, problem)
		return
	}
	e.endSession(p, subject)
	if back == "" {
		e.note(p.x, p.r, p.v, http.StatusOK, noteLoggedOut)
		return
	}
	if state := query.Get("state"); state != "" {
		back = withQuery(back, "state="+url.QueryEscape(state))
	}
	redirect(p.x, http.StatusFound, back)
}

// logoutSubject returns the sub of the id_token_hint, which may have expired; "" without one.
func (v *vendor) logoutSubject(query url.Values) (subject string, problem lang.Text) {
	client, _ := v.inputs.Text("client_id")
	if id := query.Get("client_id"); id != "" && id != client {
		return "", about("client_id", expectedGot(orNothing(client), orNothing(id)))
	}
	hint := query.Get("id_token_hint")
	if hint == "" {
		return "", lang.Text{}
	}
	foreign := lang.Text{EN: "id_token_hint: is not an id_token of this provider for this client", ZH: "id_token_hint：不是本提供方发给此客户端的 id_token"}
	token, err := signkey.ReadToken(hint)
	if err != nil {
		return "", foreign
	}
	var claims struct {
		Issuer  string `json:"iss"`
		Subject string `json:"sub"`
		Client  string `json:"aud"`
	}
	private, known := signkey.Example(string(token.Algorithm()))
	if !known || !slices.Contains(signingAlgorithms, token.Algorithm()) || !token.Verify(private) {
		return "", foreign
	}
	if json.Unmarshal(token.Payload, &claims) != nil || claims.Issuer != v.provider.issuer || claims.Client != client {
		return "", foreign
	}
	return claims.Subject, lang.Text{}
}

// checkLogoutRedirect says why the browser may not return to an address; zero if it may. The
// provider must know whose address it is.
func (v *vendor) checkLogoutRedirect(back string, query url.Values) lang.Text {
	if query.Get("id_token_hint") == "" && query.Get("client_id") == "" {
		return lang.Text{EN: "post_logout_redirect_uri: needs id_token_hint or client_id", ZH: "post_logout_redirect_uri：需要 id_token_hint 或 client_id"}
	}
	registered, _ := v.inputs.Text(oidc.LogoutRedirectInput)
	if u, err := url.Parse(back); back == registered || err == nil && u.Scheme == "http" && u.User == nil && u.Fragment == "" && loopback(u.Hostname()) {
		return lang.Text{}
	}
	but := lang.Text{ZH: "（未登记任何地址）"}
	if registered != "" {
		but = lang.Sprintf(lang.Text{EN: ", only %s is", ZH: "，只登记了 %s"}, orNothing(registered))
	}
	return lang.Sprintf(lang.Text{
		EN: "post_logout_redirect_uri is not registered%s: --set post_logout_redirect_uri=… registers it; http on 127.0.0.1, [::1] or localhost needs no registration",
		ZH: "post_logout_redirect_uri 没有登记%s：可用 --set post_logout_redirect_uri=… 登记；127.0.0.1、[::1]、localhost 上的 http 地址无需登记",
	}, but)
}

// endSession revokes the tokens of all logins of a user.
func (e *Emulator) endSession(p pageRequest, subject string) {
	if subject == "" {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, tokens := range []expiringMap[token]{e.state.access, e.state.refresh} {
		for _, t := range tokens.order {
			if l := t.value.login; t.key.profile == p.v.p.Name && l != nil && l.revoked == 0 && l.user.Subject == subject {
				l.revoke(p.x.ID, lang.Text{EN: "logged the user out", ZH: "让用户退出了登录"})
				user := l.user
				p.x.about = &user
			}
		}
	}
}
