package emulator

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// standIns maps a kind of refusal to the kinds that replace it if the vendor does not list
// it, the closest first: many vendors do not distinguish them. RFC 6749 §5.2, for example,
// has only invalid_grant for invalid, expired and used codes, and invalid_request for missing
// and bad parameters.
func standIns() map[profile.Kind][]profile.Kind {
	return map[profile.Kind][]profile.Kind{
		profile.KindUsedCode:         {profile.KindInvalidCode, profile.KindExpiredCode},
		profile.KindExpiredCode:      {profile.KindInvalidCode},
		profile.KindInvalidCode:      {profile.KindExpiredCode},
		profile.KindExpiredToken:     {profile.KindInvalidToken},
		profile.KindInvalidToken:     {profile.KindExpiredToken},
		profile.KindMissingParameter: {profile.KindBadRequest},
	}
}

// ofToken maps a kind that is about a code to the kinds to look up for a refresh token, the
// closest first. Findings about a refresh token have the kinds of a code, because RFC 6749
// §5.2 has invalid_grant for both, but many vendors list separate refusals.
func ofToken() map[profile.Kind][]profile.Kind {
	return map[profile.Kind][]profile.Kind{
		profile.KindUsedCode:    {profile.KindUsedCode, profile.KindInvalidCode, profile.KindInvalidToken},
		profile.KindInvalidCode: {profile.KindInvalidCode, profile.KindInvalidToken},
		profile.KindExpiredCode: {profile.KindExpiredCode, profile.KindExpiredToken, profile.KindInvalidToken},
	}
}

// refusalOf returns the refusal that the vendor lists for this kind, and for this member of
// the request if the vendor distinguishes members. If the vendor lists none, it returns a
// general refusal and false: a refusal of another kind would mislead the client.
func (v *vendor) refusalOf(kind profile.Kind, member string) (r profile.Refusal, listed bool) {
	if member != "" {
		for _, kind := range ofToken()[kind] {
			if r, ok := v.p.RefusalAbout(kind, member); ok {
				return r, true
			}
		}
	}
	if r, ok := v.p.RefusalFor(kind, member); ok {
		return r, true
	}
	for _, other := range standIns()[kind] {
		if r, ok := v.p.RefusalAbout(other, ""); ok {
			return r, true
		}
	}
	return v.general(kind), false
}

// statuses maps kinds to the HTTP status of a general refusal. Kinds that it lacks have 400.
func statuses() map[profile.Kind]int {
	return map[profile.Kind]int{
		profile.KindInvalidClient: http.StatusUnauthorized,
		profile.KindInvalidToken:  http.StatusUnauthorized,
		profile.KindExpiredToken:  http.StatusUnauthorized,
		profile.KindDenied:        http.StatusForbidden,
		profile.KindNoPermission:  http.StatusForbidden,
		profile.KindNotFound:      http.StatusNotFound,
		profile.KindRateLimited:   http.StatusTooManyRequests,
		profile.KindQuota:         http.StatusTooManyRequests,
		profile.KindServerError:   http.StatusInternalServerError,
	}
}

// general returns a refusal for a kind that the profile does not list. Its code is the HTTP
// status, which suits vendors with numbers as codes and those with texts. Zeros are appended
// until the profile does not list the code.
func (v *vendor) general(kind profile.Kind) profile.Refusal {
	status := cmp.Or(statuses()[kind], http.StatusBadRequest)
	code := int64(status)
	for taken := true; taken; {
		if _, taken = v.p.Refusal(strconv.FormatInt(code, 10), ""); taken {
			code *= 10
		}
	}
	return profile.Refusal{Code: code, Kind: kind, Status: status}
}

// unlisted returns a remark for the diagnosis: the profile lists no refusal of this kind.
func (v *vendor) unlisted(kind profile.Kind) lang.Text {
	return lang.Sprintf(lang.Text{
		EN: "the profile %s lists no refusal of kind %s, so this response is generic",
		ZH: "接入配置 %s 没有列出 %s 类的拒绝，所以返回通用的响应",
	}, v.p.Name, kind)
}

// refusalMessage returns the profile's message of a refusal, or a made-up one if it has none.
// It does not contain the profile's explanation: clients look that up by code and message.
func refusalMessage(r profile.Refusal) string {
	if r.Message != "" {
		return r.Message
	}
	return strings.ReplaceAll(string(r.Kind), "_", " ") + " (emulated)"
}

// refuse writes the vendor's refusal of a step, and returns the HTTP status.
func (e *Emulator) refuse(w http.ResponseWriter, c *call, kind profile.Kind) int {
	refusal, listed := c.refusalOf(kind)
	if !listed {
		c.findings = append(c.findings, finding{text: c.v.unlisted(kind)})
	}
	status := refusal.Status
	if !listed { // a general status says less than the profile's example
		status = cmp.Or(c.s.refusal.Status, status)
	}
	if c.injectedRefusal() == kind {
		status = cmp.Or(c.fault.Status, status)
	}
	status = cmp.Or(status, c.s.refusal.Status)
	challenge := c.challenge(status, refusal)
	if challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	if status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "1")
	}
	if c.code = codeIn(c.s.refusal, refusal); strings.Contains(challenge, "error=") {
		c.code = refusal.CodeText()
	}
	return e.writeRefusal(w, c.s.Response, c.s.refusal, refusal, status)
}

// refusalOf returns the vendor's refusal of this kind for the request. A refusal that a fault
// asks for comes first, then the refusal about the member that is wrong. If none is listed,
// it returns a general refusal and false.
func (c *call) refusalOf(kind profile.Kind) (r profile.Refusal, listed bool) {
	if c.injectedRefusal() == kind {
		if r, listed := c.expiredDevice(kind); listed {
			return r, true
		}
		if r, listed := c.v.refusalToInject(c.fault.Kind); listed {
			return r, true
		}
	}
	if f, ok := c.decisive(); ok && f.kind == kind && f.code != "" && c.injectedRefusal() == "" {
		if r, listed := c.v.p.Refusal(f.code, ""); listed {
			return r, true
		}
	}
	return c.v.refusalOf(kind, c.about(kind))
}

// expiredDevice returns the refusal of an expired device_code if the step takes a device_code
// and the vendor has no refusal for expired codes in general. RFC 8628 §3.5 defines this
// refusal; RFC 6749 defines none for other codes.
func (c *call) expiredDevice(kind profile.Kind) (r profile.Refusal, listed bool) {
	if _, general := c.v.p.RefusalOf(kind); general || kind != profile.KindExpiredCode || !c.s.Uses("device_code") {
		return r, false
	}
	return c.v.p.RefusalAbout(kind, "device_code")
}

// about returns the vendor's name of the member that caused a refusal of this kind, or "" if
// a fault caused it. For Basic authentication, it is client_id or client_secret.
func (c *call) about(kind profile.Kind) string {
	f, ok := c.decisive()
	if !ok || f.kind != kind || c.injectedRefusal() != "" {
		return ""
	}
	if f.problem.Member == "headers.Authorization" && c.s.scheme() == basic {
		return f.problem.Placeholder
	}
	_, name, _ := strings.Cut(f.problem.Member, ".")
	return name
}

// codeIn returns the code of a refusal if the example contains it, otherwise "".
func codeIn(example profile.Example, refusal profile.Refusal) string {
	if slices.ContainsFunc(example.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == "code" }) {
		return refusal.CodeText()
	}
	return ""
}

// writeRefusal writes a refusal in the shape of example. response is the step's key response.
// The HTTP status, which it returns, is status; if that is 0, the refusal's, the example's or
// 200. Without an example it writes plain text with status, or 400.
func (e *Emulator) writeRefusal(w http.ResponseWriter, response string, example profile.Example, refusal profile.Refusal, status int) int {
	if example.IsZero() {
		status = cmp.Or(status, http.StatusBadRequest)
		write(w, status, plainText, "refused: "+string(refusal.Kind)+"\n")
		return status
	}
	if _, isText := refusal.Code.(string); isText {
		example = example.Quoting("code")
	}
	now := e.now()
	filled := signed(example, example.Fill(func(name string) (string, bool) {
		switch name {
		case "code":
			return refusal.CodeText(), true
		case "message":
			return refusalMessage(refusal), true
		case profile.ResponseSign:
			return profile.Unsigned, true
		case "uuid":
			return e.uuid(), true
		case "timestamp":
			return strconv.FormatInt(now.Unix(), 10), true
		case "timestamp_ms":
			return strconv.FormatInt(now.UnixMilli(), 10), true
		}
		return "", false
	}))
	status = cmp.Or(status, refusal.Status, filled.Status)
	writeFilled(w, status, filled, func(text string) string { return contentType(response, text) })
	return status
}

// challenge returns the WWW-Authenticate header of a refusal (RFC 9110 §11.6.1), or
// "" for none. For a bearer token it contains the error (RFC 6750 §3).
func (c *call) challenge(status int, r profile.Refusal) string {
	scheme := c.s.scheme()
	if method, chosen := c.v.expect.Known.Text(recipe.AuthMethod); chosen && method != recipe.AuthMethodBasic && scheme == basic {
		return "" // the client does not use Basic
	}
	text := scheme + ` realm="emulator"`
	_, sent := c.seen.Values["access_token"]
	switch {
	case scheme == "" || status < http.StatusBadRequest || status > http.StatusForbidden:
		return ""
	case scheme == bearer && sent:
		return text + fmt.Sprintf(", error=%q, error_description=%q", r.CodeText(), refusalMessage(r))
	case status == http.StatusUnauthorized:
		return text
	}
	return ""
}

// The schemes of RFC 7617 and RFC 6750.
const (
	basic  = "Basic"
	bearer = "Bearer"
)

// scheme returns the authentication scheme of the step, or "" for none.
func (s *step) scheme() string {
	if s.variantOf != nil {
		return s.variantOf.scheme()
	}
	for name, t := range s.Headers {
		if !strings.EqualFold(name, "Authorization") {
			continue
		}
		if slices.ContainsFunc(t.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == "basic_auth" }) {
			return basic
		}
		if scheme, _, ok := strings.Cut(string(t), " "); ok && !strings.Contains(scheme, "{") {
			return scheme
		}
	}
	return ""
}
