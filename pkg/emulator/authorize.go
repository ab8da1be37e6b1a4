package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/emulator/fault"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// authorize serves the authorize step. It redirects the browser back with a code
// or an error, or shows a page that asks first (see Options.Approve).
func (e *Emulator) authorize(w http.ResponseWriter, c *call) (refusal profile.Kind, status int) {
	g := c.grant(e.opts.Strict)
	if c.s.Callback.None {
		return e.enter(w, c)
	}
	if kind := c.refusal(); kind != "" {
		if c.stranger() {
			return kind, e.authorizeProblems(w, c)
		}
		return kind, e.deny(w, c, e.denialOf(c, g, kind))
	}
	if kind := c.injectedRefusal(); kind != "" {
		return kind, e.deny(w, c, e.denialOf(c, g, kind))
	}
	if b, ok := e.scanned(c); ok {
		return "", e.deliver(w, c.req, c.v, http.StatusFound, b)
	}
	switch {
	case e.opts.Approve == ApproveDeny:
		c.findings = append(c.findings, finding{text: lang.Text{EN: "this emulator denies every login (approve is deny)", ZH: "这个模拟器拒绝所有登录（approve 为 deny）"}})
		e.mu.Lock()
		back := e.declined(c.v, g)
		e.mu.Unlock()
		return profile.KindDenied, e.deny(w, c, back)
	case e.opts.Approve == ApproveAsk && c.s.Scan:
		return e.askByScan(w, c, g)
	case e.opts.Approve == ApproveAsk:
		return e.askByForm(w, c, g)
	}
	out, err := e.issueCode(c.v, g)
	if err != nil {
		return c.broken(w, err)
	}
	c.user, c.known = e.defaultUser, true
	return "", e.deliver(w, c.req, c.v, http.StatusFound, out.callback)
}

// deny delivers a callback without a code, and notes the vendor's code in it.
func (e *Emulator) deny(w http.ResponseWriter, c *call, back callback) (status int) {
	c.code = back.code
	return e.deliver(w, c.req, c.v, http.StatusFound, back)
}

// grant returns what the authorize request asks for, and adds a finding for each
// fault in it.
func (c *call) grant(strict bool) Grant {
	g := Grant{RedirectURI: c.v.redirectURI(), State: c.seen.Values["state"].Reveal(), Nonce: c.seen.Values["nonce"].Reveal(), scope: c.seen.Values["scope"].Reveal(), plain: c.isPlain(), by: c.id, mode: c.responseMode(), twice: c.fault.Is(fault.Repeated)}
	if c.forgery() != "" {
		g.issuer = otherIssuer
	}
	g.seen = c.seenFor(c.s.Example, c.s.RefusalExample)
	if v, ok := c.seen.Values["redirect_uri"]; ok {
		g.RedirectURI = v.Reveal()
		if err := c.v.checkRedirect(g.RedirectURI); err != nil {
			c.found(profile.KindBadRequest, "redirect_uri", lang.Sprintf(lang.Text{EN: "%s; got %s", ZH: "%s；实际为%s"}, without("redirect_uri ", err), spaced(orNothing(g.RedirectURI))))
		}
	}
	if v, ok := c.seen.Values["code_challenge"]; ok {
		g.CodeChallenge = v.Reveal()
		if err := checkChallenge(g.CodeChallenge); err != nil {
			c.found(profile.KindBadRequest, "code_challenge", without("code_challenge ", err))
		}
	}
	for _, name := range []string{"state", "code_challenge"} {
		if strict && c.omits(name) {
			c.found(profile.KindMissingParameter, name, lang.Text{EN: "is missing: this emulator is strict and requires it", ZH: "缺少：这个模拟器以 --strict 运行，必须提供"})
		}
	}
	if n := len(c.req.URL.RequestURI()); n > maxAddress {
		c.findings = append(c.findings, finding{kind: profile.KindBadRequest, text: lang.Sprintf(lang.Text{EN: "address: has %d bytes; many servers accept at most %d", ZH: "地址：有 %d 字节，很多服务器最多接受 %d 字节"}, n, maxAddress)})
	}
	return g
}

// without returns the text of an error without a prefix that the caller says differently.
func without(prefix string, err error) lang.Text {
	t := lang.Of(err)
	return lang.Text{EN: strings.TrimPrefix(t.EN, prefix), ZH: strings.TrimPrefix(t.ZH, prefix)}
}

// stranger reports whether the request may come from an unknown application: its
// client or redirect_uri is not registered, or the request cannot be read. Then the
// error goes on a page, and never to the redirect_uri (RFC 6749 §4.1.2.1).
func (c *call) stranger() bool {
	return slices.ContainsFunc(c.findings, func(f finding) bool {
		member := f.problem.Member
		template, _ := c.s.template(member)
		return f.kind != "" && (member == "" || slices.Contains(wholeParts, member) || f.problem.Placeholder == "redirect_uri" ||
			slices.ContainsFunc(template.Placeholders(), func(ph recipe.Placeholder) bool {
				_, known := c.v.expect.Known[ph.Name]
				return known || ph.Name == "redirect_uri" || ph.Name == profile.AppToken || c.v.fromResponse[ph.Name]
			}))
	})
}

// enter serves an [authorize] that only opens a page at the vendor: the browser does not come
// back.
func (e *Emulator) enter(w http.ResponseWriter, c *call) (refusal profile.Kind, status int) {
	kind := cmp.Or(c.refusal(), c.injectedRefusal())
	if kind != "" {
		return kind, e.authorizeProblems(w, c)
	}
	e.note(w, c.req, c.v, http.StatusOK, noteEntered)
	return "", http.StatusOK
}

// broken writes the response to a failure of the emulator itself.
func (c *call) broken(w http.ResponseWriter, err error) (refusal profile.Kind, status int) {
	c.findings = append(c.findings, finding{kind: profile.KindServerError, text: lang.Of(err)})
	write(w, http.StatusInternalServerError, plainText, err.Error()+"\n")
	return profile.KindServerError, http.StatusInternalServerError
}

// seenFor returns the request's values for the placeholders of the examples.
func (c *call) seenFor(examples ...recipe.Template) map[string]string {
	var out map[string]string
	for _, t := range examples {
		for _, ph := range t.Placeholders() {
			if text, ok := c.seen.Text(ph.Name); ok {
				if out == nil {
					out = map[string]string{}
				}
				out[ph.Name] = text
			}
		}
	}
	return out
}

// denialOf calls [Emulator.denial] with the refusal of [call.refusalOf]. If the profile lists
// none, denialOf adds a finding that says so.
func (e *Emulator) denialOf(c *call, g Grant, kind profile.Kind) callback {
	refusal, listed := c.refusalOf(kind)
	if !listed {
		c.findings = append(c.findings, finding{text: c.v.unlisted(kind)})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.denial(c.v, g, kind, refusal, listed)
}

// declined is [Emulator.denial] for a user who denies the login. The caller holds the lock.
func (e *Emulator) declined(v *vendor, g Grant) callback {
	refusal, listed := v.refusalOf(profile.KindDenied, "")
	return e.denial(v, g, profile.KindDenied, refusal, listed)
}

// redirectErrors maps kinds of refusals that a profile does not list to the error
// codes of RFC 6749 §4.1.2.1.
func redirectErrors() map[profile.Kind]string {
	return map[profile.Kind]string{
		profile.KindBadRequest: "invalid_request", profile.KindMissingParameter: "invalid_request",
		profile.KindInvalidClient: "unauthorized_client", profile.KindNoPermission: "unauthorized_client",
		profile.KindRateLimited: "temporarily_unavailable", profile.KindQuota: "temporarily_unavailable",
	}
}

// denial returns the callback without a code. Its error is the code of the refusal, if it is
// listed. In the notation of RFC 6749, a user who denies the login is access_denied, unless
// the vendor has its own word. The caller holds the lock.
func (e *Emulator) denial(v *vendor, g Grant, kind profile.Kind, refusal profile.Refusal, listed bool) callback {
	example, own := v.p.Authorize.RedirectRefusal(kind)
	_, word := refusal.Code.(string)
	code := refusal.CodeText()
	switch {
	case kind == profile.KindDenied && !(listed && (word || own)):
		code = "access_denied"
	case !listed:
		code = cmp.Or(redirectErrors()[kind], string(kind))
	}
	shown := ""
	back := e.callback(example, v, g, func(name string) (string, bool) {
		switch name {
		case "code":
			shown = code
			return code, true
		case "message":
			return refusalMessage(refusal), true
		}
		return "", false
	})
	back.code = shown
	return back
}

// authorizeProblems shows a page that lists what is wrong with the authorize URL.
func (e *Emulator) authorizeProblems(w http.ResponseWriter, c *call) int {
	var lines []lang.Text
	scrubber := c.scrubber()
	for _, f := range c.findings {
		line := c.line(f)
		lines = append(lines, lang.Text{EN: scrubber.Scrub(line.EN), ZH: scrubber.Scrub(line.ZH)})
	}
	e.note(w, c.req, c.v, http.StatusBadRequest, noteAddress, lines...)
	return http.StatusBadRequest
}

func redirect(w http.ResponseWriter, status int, address string) int {
	h := w.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	return status
}
