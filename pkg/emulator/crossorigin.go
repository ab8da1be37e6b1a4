package emulator

import (
	"net/http"
	"slices"

	"ssoctl/pkg/profile"
)

// Clients in a browser read an OpenID provider's documents and call its endpoints from their
// own origin, which the provider must allow (Fetch Standard, CORS protocol). The emulator
// allows every origin, and no cookies.

// allowsOrigins reports whether a step may be called by pages of other origins. Vendors that
// do not follow the standards do only what their profiles say.
func (s *site) allowsOrigins(step profile.StepName) bool {
	return s.sendsIss() && slices.Contains([]profile.StepName{
		profile.StepDiscovery, profile.StepKeys, profile.StepExchange, profile.StepRefresh, profile.StepToken, profile.StepUserInfo,
	}, step)
}

// allowOrigin lets the page that sent the request read the response.
func (c *call) allowOrigin(h http.Header) {
	if c.req.Header.Get("Origin") != "" && c.v.allowsOrigins(c.s.Name) {
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Access-Control-Expose-Headers", "WWW-Authenticate, "+DiagnosisHeader)
	}
}

// preflight responds to a CORS preflight request, and reports whether r is one.
func (v *vendor) preflight(w http.ResponseWriter, r *http.Request) bool {
	if r.Method != http.MethodOptions || r.Header.Get("Origin") == "" || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	_, steps := v.at(r)
	var methods []string
	for _, s := range steps {
		if v.allowsOrigins(s.Name) {
			methods = append(methods, s.Method)
		}
	}
	if len(methods) == 0 {
		return false
	}
	slices.Sort(methods)
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h["Access-Control-Allow-Methods"] = slices.Compact(methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type") // * does not cover Authorization
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return true
}
