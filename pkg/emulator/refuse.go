package emulator

import (
	"cmp"
	"fmt"
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

// refusalOf returns how the vendor refuses for a reason of that kind, and for
// that member of the request where it tells them apart: by the first refusal
// that it lists of it, or of what comes nearest.
func (v *vendor) refusalOf(kind, member string) profile.Refusal {
	for _, k := range append([]string{kind}, instead[kind]...) {
		if r, ok := v.p.RefusalFor(k, member); ok {
			return r
		}
		member = "" // of another kind it would say something else
	}
	if len(v.p.Refusals) > 0 {
		return v.p.Refusals[0]
	}
	return profile.Refusal{Code: 1, Kind: kind}
}

// said is the vendor's message of a refusal. It is the emulator's own: what the
// refusal means is for the client to know.
func said(r profile.Refusal) string { return strings.ReplaceAll(r.Kind, "_", " ") + " (emulated)" }

// refuse answers a step as the vendor says no, and returns the HTTP status.
func (e *Emulator) refuse(w http.ResponseWriter, c *call, kind string) int {
	refusal := c.v.refusalOf(kind, c.about(kind))
	status, listed := refusal.Status, true
	if kind == rateLimited { // possible also where the profile has nothing of the kind
		if _, listed = c.v.p.RefusalOf(kind); !listed {
			status = http.StatusTooManyRequests
		}
	}
	if c.disarm() == kind {
		status = cmp.Or(c.fault.Status, status)
	}
	if text := c.challenge(status, refusal); text != "" {
		w.Header().Set("WWW-Authenticate", text)
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	if !listed {
		write(w, status, plainText, "Too many requests.\n")
		return status
	}
	return e.writeRefusal(w, c.s.reply, refusal, status)
}

// about is the member because of which there is a refusal of that kind, as the
// vendor calls it; "" where it is on demand.
func (c *call) about(kind string) string {
	for _, f := range c.findings {
		if f.kind == kind && c.disarm() == "" {
			_, name, _ := strings.Cut(f.problem.Member, ".")
			return name
		}
	}
	return ""
}

// writeRefusal writes a refusal in the shape that reply gives. The status is
// the one given, else the refusal's, else 200: most vendors refuse inside it.
func (e *Emulator) writeRefusal(w http.ResponseWriter, reply profile.Reply, refusal profile.Refusal, status int) int {
	if reply.RefusalExample == "" {
		status = cmp.Or(status, http.StatusBadRequest)
		write(w, status, plainText, "refused: "+refusal.Kind+"\n")
		return status
	}
	now := e.now()
	text, _ := reply.RefusalExample.Expand(func(name string) (string, bool) {
		switch name {
		case "code":
			return jsonEscape(refusal.CodeText()), true
		case "message":
			return said(refusal), true
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

// challenge is the WWW-Authenticate of a refusal, "" for none (RFC 9110
// §11.6.1). One for a bearer token says why the token that came is not enough
// (RFC 6750 §3).
func (c *call) challenge(status int, r profile.Refusal) string {
	scheme := c.s.scheme()
	text := scheme + ` realm="emulator"`
	_, token, _ := strings.Cut(c.req.Header.Get("Authorization"), scheme+" ")
	switch {
	case scheme == "" || status < http.StatusBadRequest || status > http.StatusForbidden:
		return ""
	case scheme == bearer && token != "":
		return text + fmt.Sprintf(", error=%q, error_description=%q", r.CodeText(), said(r))
	case status == http.StatusUnauthorized:
		return text
	}
	return ""
}

// bearer is the scheme of RFC 6750.
const bearer = "Bearer"

// scheme is the authentication scheme of the step, "" for none.
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
