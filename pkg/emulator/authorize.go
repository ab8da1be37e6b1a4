package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// authorize serves the authorize step. It redirects the browser back with a code
// or an error, or shows a page that asks first (see Options.Approve).
func (e *Emulator) authorize(w http.ResponseWriter, c *call) (refusal profile.Kind, status int) {
	g := c.grant(e.opts.Strict)
	if kind := c.refusal(); kind != "" {
		if c.stranger() {
			return kind, e.authorizeProblems(w, c)
		}
		return kind, redirect(w, c.denial(g, kind))
	}
	if kind := c.injectedRefusal(); kind != "" {
		return kind, redirect(w, c.denial(g, kind))
	}
	switch {
	case e.opts.Approve == ApproveDeny:
		c.findings = append(c.findings, finding{text: "this emulator denies every login (approve is deny)"})
		return profile.KindDenied, redirect(w, c.v.denial(g, profile.KindDenied, ""))
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
	return "", redirect(w, out.callback)
}

// grant returns what the authorize request asks for, and adds a finding for each
// fault in it.
func (c *call) grant(strict bool) Grant {
	g := Grant{RedirectURI: c.v.redirectURI(), State: c.seen.Values["state"].Reveal(), Nonce: c.seen.Values["nonce"].Reveal(), by: c.id}
	if v, ok := c.seen.Values["redirect_uri"]; ok {
		g.RedirectURI = v.Reveal()
		if err := c.v.checkRedirect(g.RedirectURI); err != nil {
			c.found(profile.KindBadRequest, "redirect_uri", strings.TrimPrefix(err.Error(), "redirect_uri ")+"; got "+orNothing(g.RedirectURI))
		}
	}
	if v, ok := c.seen.Values["code_challenge"]; ok {
		g.CodeChallenge = v.Reveal()
		if err := checkChallenge(g.CodeChallenge); err != nil {
			c.found(profile.KindBadRequest, "code_challenge", strings.TrimPrefix(err.Error(), "code_challenge "))
		}
	}
	for _, name := range []string{"state", "code_challenge"} {
		if strict && c.doesWithout(name) {
			c.found(profile.KindMissingParameter, name, "is missing: this emulator is strict and requires it")
		}
	}
	if n := len(c.req.URL.RequestURI()); n > maxAddress {
		c.findings = append(c.findings, finding{kind: profile.KindBadRequest, text: fmt.Sprintf("address: has %d bytes; many servers accept at most %d", n, maxAddress)})
	}
	return g
}

// stranger reports whether the request may come from an unknown application: its
// client or redirect_uri is not registered, or the request cannot be read. Then the
// error goes on a page, and never to the redirect_uri (RFC 6749 §4.1.2.1).
func (c *call) stranger() bool {
	return slices.ContainsFunc(c.findings, func(f finding) bool {
		member := f.problem.Member
		template, _ := c.s.template(member)
		return f.kind != "" && (member == "" || slices.Contains(wholeParts, member) ||
			slices.ContainsFunc(template.Placeholders(), func(ph recipe.Placeholder) bool {
				_, known := c.v.expect.Known[ph.Name]
				return known || ph.Name == "redirect_uri"
			}))
	})
}

// broken writes the response to a failure of the emulator itself.
func (c *call) broken(w http.ResponseWriter, err error) (refusal profile.Kind, status int) {
	c.findings = append(c.findings, finding{kind: profile.KindServerError, text: err.Error()})
	write(w, http.StatusInternalServerError, plainText, err.Error()+"\n")
	return profile.KindServerError, http.StatusInternalServerError
}

// denial calls [vendor.denial] for the member at fault. If the profile lists no
// refusal for it, denial adds a finding that says so.
func (c *call) denial(g Grant, kind profile.Kind) string {
	member := c.about(kind)
	if _, listed := c.v.refusalOf(kind, member); !listed {
		c.findings = append(c.findings, finding{text: c.v.unlisted(kind)})
	}
	return c.v.denial(g, kind, member)
}

// redirectErrors maps kinds of refusals that a profile does not list to the error
// codes of RFC 6749 §4.1.2.1.
var redirectErrors = map[profile.Kind]string{
	profile.KindBadRequest: "invalid_request", profile.KindMissingParameter: "invalid_request",
	profile.KindInvalidClient: "unauthorized_client", profile.KindNoPermission: "unauthorized_client",
	profile.KindRateLimited: "temporarily_unavailable", profile.KindQuota: "temporarily_unavailable",
}

// denial returns the address to which the browser returns without a code. Its error
// is the vendor's code for this kind of refusal and this member. For a user who
// denies the login it is access_denied, unless the vendor has its own word.
func (v *vendor) denial(g Grant, kind profile.Kind, member string) string {
	refusal, listed := v.refusalOf(kind, member)
	_, word := refusal.Code.(string)
	param := refusal.CodeText()
	switch {
	case kind == profile.KindDenied && !(listed && word):
		param = "access_denied"
	case !listed:
		param = cmp.Or(redirectErrors[kind], string(kind))
	}
	return g.back("error", param, "error_description", refusalMessage(refusal))
}

// authorizeProblems shows a page that lists what is wrong with the authorize URL.
func (e *Emulator) authorizeProblems(w http.ResponseWriter, c *call) int {
	var lines []string
	scrubber := c.scrubber()
	for _, f := range c.findings {
		lines = append(lines, scrubber.Scrub(c.line(f)))
	}
	e.note(w, c.req, c.v, http.StatusBadRequest, noteAddress, lines...)
	return http.StatusBadRequest
}

func redirect(w http.ResponseWriter, address string) int {
	return redirectAs(w, http.StatusFound, address)
}

func redirectAs(w http.ResponseWriter, status int, address string) int {
	h := w.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	return status
}
