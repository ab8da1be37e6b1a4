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

// clientAuth checks how the client authenticated if the recipe leaves the choice. A client
// without a secret has to send its client_id (RFC 6749 §3.2.1).
func (rd *reader) clientAuth() {
	basic, body, id := rd.auth["basic_auth"], rd.auth["post_secret"], rd.auth["post_id"]
	_, hasSecret := rd.known("post_secret")
	switch {
	case rd.unreadable():
	case rd.sent["basic_auth"] && rd.sent["post_secret"]:
		rd.worded(body, "", Malformed, lang.Text{EN: "no secret in the body beside Authorization (RFC 6749 §2.3)", ZH: "有 Authorization 时请求体里没有密钥（RFC 6749 §2.3）"}, lang.Text{})
	case !rd.sent["basic_auth"] && !rd.sent["post_secret"] && hasSecret:
		rd.problem(basic, "basic_auth", Missing, rd.texts["basic_auth"].text, "")
	case !rd.sent["basic_auth"] && !rd.sent["post_id"] && id != "":
		rd.problem(id, "post_id", Missing, rd.texts["post_id"].text, "")
	}
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
