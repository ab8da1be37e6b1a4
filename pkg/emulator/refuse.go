package emulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// instead lists, for kinds that a profile may have no refusal of, the kinds that
// come nearest.
var instead = map[string][]string{
	"expired_code":      {"invalid_code", "bad_request"},
	"invalid_code":      {"expired_code", "bad_request"},
	"expired_token":     {"invalid_token"},
	"invalid_token":     {"expired_token"},
	"missing_parameter": {"bad_request"},
	"not_found":         {"bad_request"},
}

// refusalOf returns how the vendor refuses for a reason of that kind: the first
// refusal that it lists of it or of what comes nearest.
func (v *vendor) refusalOf(kind string) profile.Refusal {
	for _, k := range append([]string{kind}, instead[kind]...) {
		if r, ok := v.p.RefusalOf(k); ok {
			return r
		}
	}
	if len(v.p.Refusals) > 0 {
		return v.p.Refusals[0]
	}
	return profile.Refusal{Code: 1, Kind: kind, EN: "refused: " + kind}
}

// refuse answers a step as the vendor says no, and returns the HTTP status.
func (e *Emulator) refuse(w http.ResponseWriter, c *call, kind string) int {
	refusal, listed := c.v.refusalOf(kind), true
	status := refusal.Status
	if kind == rateLimited { // possible also where the profile has nothing of the kind
		if _, listed = c.v.p.RefusalOf(kind); !listed {
			status = http.StatusTooManyRequests
		}
	}
	if c.disarm() == kind {
		status = cmp.Or(c.fault.Status, status)
	}
	if scheme := c.s.scheme(); scheme != "" && status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", scheme+` realm="emulator"`)
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	if !listed {
		write(w, status, plainText, "Too many requests.\n")
		return status
	}
	return e.writeRefusal(w, c.v, c.s.reply, kind, status)
}

// writeRefusal writes a refusal in the shape that reply gives. The status is
// the one given, else the refusal's, else 200: most vendors refuse inside it.
func (e *Emulator) writeRefusal(w http.ResponseWriter, v *vendor, reply profile.Reply, kind string, status int) int {
	if reply.RefusalExample == "" {
		status = cmp.Or(status, http.StatusBadRequest)
		write(w, status, plainText, "refused: "+kind+"\n")
		return status
	}
	refusal := v.refusalOf(kind)
	now := e.now()
	text, _ := reply.RefusalExample.Expand(func(name string) (string, bool) {
		switch name {
		case "code":
			return jsonEscape(refusal.CodeText()), true
		case "message":
			return jsonEscape(refusal.EN), true
		case "uuid":
			return e.uuid(), true
		case "timestamp":
			return strconv.FormatInt(now.Unix(), 10), true
		case "timestamp_ms":
			return strconv.FormatInt(now.UnixMilli(), 10), true
		}
		return "", false
	})
	status = cmp.Or(status, refusal.Status, http.StatusOK)
	write(w, status, contentType(text), text)
	return status
}

// scheme is the authentication scheme of the step, which an answer of status
// 401 has to name (RFC 9110 §15.5.2); "" for none.
func (s *step) scheme() string {
	for name, t := range s.Headers {
		if !strings.EqualFold(name, "Authorization") {
			continue
		}
		if slices.ContainsFunc(t.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == "basic_auth" }) {
			return "Basic"
		}
		if scheme, _, ok := strings.Cut(string(t), " "); ok && !strings.Contains(scheme, "{") {
			return scheme
		}
	}
	return ""
}
