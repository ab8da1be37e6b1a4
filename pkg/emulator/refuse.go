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

// armed is where a refusal waits for the next request.
type armed struct{ profile, step string }

// Refuse makes the emulator refuse the next request that it recognises as that
// step's, once, whatever the request holds; several wait for one request each.
// [authorize] first has to be right, since its refusal goes to redirect_uri.
// An unknown profile, step or kind is an error, and so is a kind of which the
// profile lists no refusal.
func (e *Emulator) Refuse(name, step, kind string) error {
	v, err := e.vendor(name)
	if err != nil {
		return err
	}
	if v.step(step) == nil {
		return fmt.Errorf("emulator: %s has no step %q", name, step)
	}
	if !slices.Contains(profile.Kinds, kind) {
		return fmt.Errorf("emulator: %q is no kind of refusal: it is one of %s", kind, strings.Join(profile.Kinds, ", "))
	}
	if _, ok := v.p.RefusalOf(kind); !ok {
		return fmt.Errorf("emulator: %s lists no refusal of the kind %s", name, kind)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	at := armed{name, step}
	e.state.armed[at] = append(e.state.armed[at], kind)
	return nil
}

// disarm returns the kind that waits for this request, "" for none.
func (e *Emulator) disarm(name, step string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := armed{name, step}
	waiting := e.state.armed[at]
	if len(waiting) == 0 {
		return ""
	}
	e.state.armed[at] = waiting[1:]
	return waiting[0]
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
	if scheme := c.s.scheme(); scheme != "" && c.v.refusalOf(kind).Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", scheme+` realm="emulator"`)
	}
	return e.writeRefusal(w, c.v, c.s.reply, kind, 0)
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
	now := e.opts.Now()
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
