package recipe

import "ssoctl/pkg/lang"

// authMembers returns the members that authenticate the client, by placeholder. It returns
// nil unless the recipe leaves the choice between Basic and a secret in the body.
func (r Recipe) authMembers() map[string]string {
	out := map[string]string{}
	r.EachTemplate(func(key string, t Template) {
		if p, only := t.Only(); only && p.Optional && IsClientAuth(p.Name) {
			out[p.Name] = key
		}
	})
	if out["basic_auth"] == "" || out["post_secret"] == "" {
		return nil
	}
	return out
}

// authenticates notes that a placeholder of authMembers was sent, readable or not.
func (rd *reader) authenticates(placeholder string) {
	if rd.auth != nil && IsClientAuth(placeholder) {
		rd.sent[placeholder] = true
	}
}

// clientAuth checks how the client authenticated if the recipe lets it choose. A client
// without a secret must send its client_id (RFC 6749 §3.2.1).
func (rd *reader) clientAuth() {
	id := rd.auth["post_id"]
	_, hasSecret := rd.known("post_secret")
	var used []string
	for _, name := range []string{"basic_auth", "post_secret", jwtAuth} {
		if rd.sent[name] {
			used = append(used, name)
		}
	}
	switch {
	case rd.unreadable():
	case len(used) > 1:
		rd.worded(rd.auth[used[1]], "", Malformed, twice(used), lang.Text{})
	case rd.sent[jwtAuthType] && len(used) == 0:
		rd.problem(rd.auth[jwtAuth], jwtAuth, Missing, "", "")
	case len(used) == 0 && hasSecret:
		rd.problem(rd.auth["basic_auth"], "basic_auth", Missing, rd.texts["basic_auth"].text, "")
	case rd.sent[jwtAuth] && !rd.sent[jwtAuthType]: // RFC 7521 §4.2
		rd.problem(rd.auth[jwtAuthType], jwtAuthType, Missing, JWTBearer, "")
	case !rd.sent["basic_auth"] && !rd.sent[jwtAuth] && !rd.sent["post_id"] && id != "":
		rd.problem(id, "post_id", Missing, rd.texts["post_id"].text, "")
	}
}

// twice says what to leave out of a request that authenticates in two ways.
func twice(used []string) lang.Text {
	switch {
	case used[0] == "post_secret":
		return lang.Text{EN: "no assertion beside client_secret (RFC 6749 §2.3)", ZH: "有 client_secret 时没有 client_assertion（RFC 6749 §2.3）"}
	case used[1] == jwtAuth:
		return lang.Text{EN: "no assertion beside Authorization (RFC 6749 §2.3)", ZH: "有 Authorization 时没有 client_assertion（RFC 6749 §2.3）"}
	}
	return lang.Text{EN: "no secret in the body beside Authorization (RFC 6749 §2.3)", ZH: "有 Authorization 时请求体里没有密钥（RFC 6749 §2.3）"}
}

// lacksAssertion reports whether a missing placeholder stands for the JWT, or its type, with
// which the client must authenticate.
func (rd *reader) lacksAssertion(placeholder string) bool {
	return (placeholder == jwtAuth || placeholder == jwtAuthType) && len(rd.jwtMethods()) > 0
}

// unreadable reports whether the body could not be parsed, so that it is unknown which
// members it lacks.
func (rd *reader) unreadable() bool {
	for _, p := range rd.seen.Problems {
		if p.Member == "content-type" || p.Member == "form" || p.Member == "json" {
			return true
		}
	}
	return false
}
