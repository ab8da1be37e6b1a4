package emulator

import (
	"fmt"
	"net/http"
	"strings"

	"ssoctl/pkg/profile"
)

// authorize answers the user's browser: it goes back with a code at once, or a
// page asks first (see Options.Approve).
func (e *Emulator) authorize(w http.ResponseWriter, c *call) (refusal string, status int) {
	g := Grant{RedirectURI: c.v.redirectURI(), by: c.id}
	if v, ok := c.seen.Values["redirect_uri"]; ok {
		g.RedirectURI = v.Reveal()
		if err := c.v.checkRedirect(g.RedirectURI); err != nil {
			c.found("bad_request", "redirect_uri", strings.TrimPrefix(err.Error(), "redirect_uri ")+"; got "+shown(g.RedirectURI))
		}
	}
	if v, ok := c.seen.Values["code_challenge"]; ok {
		g.CodeChallenge = v.Reveal()
		if err := checkChallenge(g.CodeChallenge); err != nil {
			c.found("bad_request", "code_challenge", strings.TrimPrefix(err.Error(), "code_challenge "))
		}
	}
	g.State = c.seen.Values["state"].Reveal()
	if n := len(c.req.URL.RequestURI()); n > maxAddress {
		c.findings = append(c.findings, finding{kind: "bad_request", text: fmt.Sprintf("address: has %d bytes; many servers take no more than %d", n, maxAddress)})
	}
	if kind := c.refusal(); kind != "" {
		return kind, e.authorizeProblems(w, c)
	}
	if kind := c.disarm(); kind != "" {
		return kind, redirect(w, c.v.denial(g, kind))
	}
	switch {
	case e.opts.Approve == ApproveDeny:
		c.findings = append(c.findings, finding{text: "this emulator denies every login: it was started so (approve)"})
		return "denied", redirect(w, c.v.denial(g, "denied"))
	case e.opts.Approve == ApproveAsk && c.s.Scan:
		return e.askByScan(w, c, g)
	case e.opts.Approve == ApproveAsk:
		return e.askByForm(w, c, g)
	}
	out, err := e.issueCode(c.v, g)
	if err != nil {
		return c.broken(w, err)
	}
	c.user, c.known = e.someone, true
	return "", redirect(w, out.callback)
}

// broken answers where the emulator itself cannot go on.
func (c *call) broken(w http.ResponseWriter, err error) (refusal string, status int) {
	c.findings = append(c.findings, finding{kind: "server_error", text: err.Error()})
	write(w, http.StatusInternalServerError, plainText, err.Error()+"\n")
	return "server_error", http.StatusInternalServerError
}

// denial is where the browser returns to when there is no code, for a reason of
// that kind: the error of RFC 6749 §4.1.2.1 is the vendor's own where that is a
// word.
func (v *vendor) denial(g Grant, kind string) string {
	refusal, listed := v.p.RefusalOf(kind)
	if !listed {
		refusal = profile.Refusal{Kind: kind}
	}
	param := kind
	if kind == "denied" {
		param = "access_denied"
	}
	if word, ok := refusal.Code.(string); ok {
		param = word
	}
	return g.back("error", param, "error_description", said(refusal))
}

// authorizeProblems shows the user what is wrong with the address: a browser as
// a page, others as text. Nothing goes back to a redirect_uri that may be a
// stranger's.
func (e *Emulator) authorizeProblems(w http.ResponseWriter, c *call) int {
	var lines []string
	scrubber := c.scrubber()
	for _, f := range c.findings {
		lines = append(lines, scrubber.Scrub(c.line(f)))
	}
	if strings.Contains(c.req.Header.Get("Accept"), "text/html") {
		e.note(w, c.req, c.v, http.StatusBadRequest, noteAddress, lines...)
		return http.StatusBadRequest
	}
	text := "This authorize address is not what " + c.v.p.Name + " expects:\n\n- " + strings.Join(lines, "\n- ") +
		"\n\nBuild the address anew; the emulator's own values are what it printed at its start.\n"
	write(w, http.StatusBadRequest, plainText, text)
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
