package recipe

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"ssoctl/pkg/basicauth"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/secret"
)

// value records the text found for a placeholder. An empty text counts as missing.
func (rd *reader) value(member string, c capture) {
	if c.text == "" {
		rd.absent(member, parts{{Placeholder: c.Placeholder}})
		return
	}
	rd.authenticates(c.Name)
	if _, made := rd.makes[c.Name]; c.Name == jwtAuth && !made {
		rd.assertion(member, c)
		return
	}
	switch c.Name {
	case "basic_auth":
		rd.basicAuth(member, c.text)
	case "post_id": // harmless beside {basic_auth}
		rd.same(member, "client_id", c.text)
	case "post_secret":
		if _, ok := rd.known(c.Name); !ok {
			rd.worded(member, c.Name, Differs, lang.Text{EN: "no secret in the body: this client does not use " + AuthMethodPost, ZH: "请求体里没有密钥：这个客户端不使用 " + AuthMethodPost}, lang.Text{EN: c.text})
			return
		}
		rd.same(member, "client_secret", c.text)
	case jwtAuthType:
		if _, ok := rd.known(c.Name); ok { // otherwise clientAuth or assertion reports the JWT beside it
			rd.same(member, c.Name, c.text)
		}
	default:
		_, before := rd.seen.Text(c.Name)
		if want, ok := wellFormed(c.Name, c.text); !ok {
			rd.worded(member, c.Name, Malformed, want, lang.Text{EN: c.text})
		}
		rd.same(member, c.Name, c.text)
		if m, made := rd.makes[c.Name]; made && !before {
			rd.made(member, c, m)
		}
	}
}

// wellFormed checks the format of the values that are generated for each request.
func wellFormed(name, text string) (want lang.Text, ok bool) {
	switch name {
	case "uuid":
		return lang.Text{EN: "a UUID", ZH: "UUID"}, len(text) == 36 && uuid.Validate(text) == nil
	case "timestamp":
		return secondsWords, len(text) == 10 && isUint(text)
	case "timestamp_ms":
		return lang.Text{EN: "a time in milliseconds", ZH: "以毫秒为单位的时间"}, len(text) == 13 && isUint(text)
	}
	return lang.Text{}, true
}

var secondsWords = lang.Text{EN: "a time in seconds", ZH: "以秒为单位的时间"}

func isUint(text string) bool {
	_, err := strconv.ParseUint(text, 10, 63)
	return err == nil
}

// same records a value. The value must equal the known one, and the value in every other
// member with the same placeholder.
func (rd *reader) same(member, name, text string) {
	if before, ok := rd.seen.Text(name); ok && before != text {
		rd.problem(member, name, Differs, before+" as in "+rd.at[name], text)
		return
	}
	if rd.at[name] = member; rd.inside != "" {
		rd.at[name] += " " + rd.inside
	}
	expected, known := rd.texts[name]
	switch {
	case rd.Open[name]:
		if rd.seen.Open == nil {
			rd.seen.Open = map[string]string{}
		}
		rd.seen.Open[name] = text
	case known && expected.text == text:
		rd.seen.Values[name] = expected.value
	default:
		rd.seen.Values[name] = secret.New(text)
	}
	if known && expected.text != text {
		rd.problem(member, name, Differs, expected.text, text)
	}
}

func (rd *reader) basicAuth(member, value string) {
	if _, ok := rd.known("basic_auth"); !ok {
		rd.worded(member, "basic_auth", Differs, lang.Text{EN: "no Authorization: this client does not use " + AuthMethodBasic, ZH: "没有 Authorization：这个客户端不使用 " + AuthMethodBasic}, lang.Text{EN: value})
		return
	}
	id, secretText := rd.texts["client_id"], rd.texts["client_secret"]
	if value == rd.texts["basic_auth"].text && id.text != "" && secretText.text != "" {
		rd.same(member, "client_id", id.text)
		rd.same(member, "client_secret", secretText.text)
		return
	}
	rd.decodeBasic(member, value)
}

func (rd *reader) decodeBasic(member, value string) {
	id, password, ok := basicauth.Decode(value)
	if !ok || !strings.HasPrefix(value, "Basic ") {
		rd.worded(member, "basic_auth", Malformed, lang.Text{EN: "Basic and base64 of client_id:client_secret", ZH: "Basic 加 client_id:client_secret 的 base64"}, lang.Text{EN: value})
		return
	}
	rd.value(member, capture{Placeholder{Name: "client_id"}, id})
	rd.value(member, capture{Placeholder{Name: "client_secret"}, password})
}

// withoutMember removes one member from a raw query and leaves the rest unchanged.
func withoutMember(raw, name string) string {
	pairs := strings.Split(raw, "&")
	return strings.Join(slices.DeleteFunc(pairs, func(p string) bool {
		key, _, _ := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(key)
		return err == nil && plain == name
	}), "&")
}
