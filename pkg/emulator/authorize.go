package emulator

import (
	"net/http"
	"strings"
)

// authorize answers the user's browser: the user agrees at once, and the browser
// goes back with a code.
func (e *Emulator) authorize(w http.ResponseWriter, c *call) (refusal string, status int) {
	g := Grant{RedirectURI: c.v.redirectURI()}
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
	if kind := c.refusal(); kind != "" {
		return kind, e.authorizeProblems(w, c)
	}
	if kind := e.disarm(c.v.p.Name, c.s.Name); kind != "" {
		c.findings = append(c.findings, asked(kind))
		back := []string{"error", c.v.errorParam(kind), "error_description", c.v.refusalOf(kind).EN}
		if g.State != "" {
			back = append(back, "state", g.State)
		}
		return kind, redirect(w, withQuery(g.RedirectURI, back...))
	}
	out, err := e.issueCode(c.v, g)
	if err != nil {
		c.findings = append(c.findings, finding{kind: "server_error", text: err.Error()})
		write(w, http.StatusInternalServerError, plainText, err.Error()+"\n")
		return "server_error", http.StatusInternalServerError
	}
	return "", redirect(w, out.callback)
}

// errorParam is the error of RFC 6749 §4.1.2.1: the vendor's own code where that
// is a word.
func (v *vendor) errorParam(kind string) string {
	if word, ok := v.refusalOf(kind).Code.(string); ok {
		return word
	}
	if kind == "denied" {
		return "access_denied"
	}
	return kind
}

// authorizeProblems shows the user what is wrong with the address. Nothing goes
// back to a redirect_uri that may be a stranger's.
func (e *Emulator) authorizeProblems(w http.ResponseWriter, c *call) int {
	text := "This authorize address is not what " + c.v.p.Name + " expects:\n\n"
	for _, f := range c.findings {
		text += "- " + c.line(f) + "\n"
	}
	text += "\nBuild the address anew; the emulator's own values are what it printed at its start.\n"
	write(w, http.StatusBadRequest, plainText, c.v.scrubber(c.seen).Scrub(text))
	return http.StatusBadRequest
}

func redirect(w http.ResponseWriter, address string) int {
	h := w.Header()
	h.Set("Location", address)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusFound)
	return http.StatusFound
}
