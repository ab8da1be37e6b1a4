package oidc

import (
	"net/url"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/localhost"
)

// MaxDocument is the largest size of metadata and of keys, in bytes.
const MaxDocument = 1 << 20

// Addresses returns the two addresses at which the metadata of an issuer may be: that of
// OpenID Connect Discovery 1.0 §4, then that of RFC 8414 §3. The error says why the text
// cannot be an issuer.
func Addresses(issuer string) ([]string, error) {
	u, err := url.Parse(issuer)
	switch {
	case err == nil && u.User != nil:
		return nil, wrong("", withoutUser, lang.Text{EN: "the issuer contains a user or password: %s", ZH: "issuer 含有用户名或密码：%s"}, u.Redacted())
	case err != nil || u.Host == "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(issuer, "#"):
		return nil, wrong("", lang.Text{
			EN: "Give the provider's address as its documentation has it, such as https://sso.example.com.",
			ZH: "请按提供方文档给出地址，例如 https://sso.example.com。",
		}, lang.Text{EN: "the issuer %q must be an address without query and fragment", ZH: "issuer %q 应为不带参数和片段的地址"}, issuer)
	case strings.Contains(u.Path, "/.well-known/"):
		before, _, _ := strings.Cut(issuer, "/.well-known/")
		return nil, wrong("", lang.Text{
			EN: "Give only the issuer: " + before,
			ZH: "请只给出 issuer：" + before,
		}, lang.Text{EN: "%s is the address of the metadata, not the issuer", ZH: "%s 是元数据的地址，不是 issuer"}, issuer)
	case !isSecure(u, true):
		return nil, wrong("", insecure, lang.Text{EN: "the issuer %s is not https", ZH: "issuer %s 不是 https"}, issuer)
	}
	base, path := u.Scheme+"://"+u.Host, strings.TrimSuffix(u.EscapedPath(), "/")
	return []string{base + path + OpenIDPath, base + OAuthPath + path}, nil
}

// isSecure reports whether nobody in between can change the response of an address: it is
// https or, if local, on this machine.
func isSecure(u *url.URL, local bool) bool {
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local && localhost.Is(u.Hostname()))
}

// IsAddress reports whether a text that may be an address or a path is an address.
func IsAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != ""
}

// CheckKeysAddress returns an error unless an address of keys is https or on this machine,
// and has no user.
func CheckKeysAddress(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || !isSecure(u, true):
		return wrong("", insecure, lang.Text{EN: "the address of the keys, %s, is not https", ZH: "公钥地址 %s 不是 https"}, address)
	case u.User != nil:
		return wrong("", withoutUser, lang.Text{EN: "the address of the keys contains a user or password: %s", ZH: "公钥地址含有用户名或密码：%s"}, u.Redacted())
	}
	return nil
}

var insecure = lang.Text{
	EN: "Anyone in between could replace the provider's keys. Use https.",
	ZH: "中间的任何人都能替换提供方的密钥。请使用 https。",
}

var withoutUser = lang.Text{EN: "Give the address without a user and password.", ZH: "请给出不含用户名和密码的地址。"}

// Metadata is what a provider publishes about itself.
type Metadata struct {
	Issuer     string
	Algorithms []string // of the signatures of id_tokens; empty if not published
	// AuthMethods are the methods by which clients may authenticate at the token endpoint,
	// AuthAlgorithms the algorithms with which they may sign assertions there; nil if not
	// published.
	AuthMethods, AuthAlgorithms []string
	// NamesIssuer is true if every redirect has the parameter iss (RFC 9207 §3).
	NamesIssuer bool

	endpoints map[string]string // by input
}

// Endpoint returns the address for an input of [Endpoints]; "" if the provider publishes
// none.
func (m Metadata) Endpoint(input string) string { return m.endpoints[input] }

// ReadMetadata reads the metadata of an issuer: a JSON document, decoded. at is its address.
func ReadMetadata(issuer, at string, document any) (Metadata, error) {
	members, _ := document.(map[string]any)
	if members == nil {
		return Metadata{}, wrong("", askIssuer, lang.Text{
			EN: "the metadata at %s is not a JSON object", ZH: "%s 处的元数据不是 JSON 对象",
		}, at)
	}
	m := Metadata{endpoints: map[string]string{}}
	m.Issuer, _ = members["issuer"].(string)
	if err := m.checkIssuer(issuer, at); err != nil {
		return Metadata{}, err
	}
	if err := m.readEndpoints(members); err != nil {
		return Metadata{}, err
	}
	for _, name := range texts(members["id_token_signing_alg_values_supported"]) {
		if isKnown(name) {
			m.Algorithms = append(m.Algorithms, name)
		}
	}
	m.AuthMethods = texts(members["token_endpoint_auth_methods_supported"])
	m.AuthAlgorithms = texts(members["token_endpoint_auth_signing_alg_values_supported"])
	m.NamesIssuer, _ = members["authorization_response_iss_parameter_supported"].(bool)
	return m, nil
}

// texts returns the texts in a list.
func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, v := range list {
		if text, is := v.(string); is {
			out = append(out, text)
		}
	}
	return out
}

// checkIssuer returns an error unless the metadata has exactly this issuer (OpenID Connect
// Discovery 1.0 §4.3).
func (m Metadata) checkIssuer(issuer, at string) error {
	trimmed := func(s string) string { return strings.TrimSuffix(s, "/") }
	switch {
	case m.Issuer == issuer:
		return nil
	case m.Issuer == "":
		return wrong("", askIssuer, lang.Text{EN: "the metadata at %s has no issuer", ZH: "%s 处的元数据没有 issuer"}, at)
	case trimmed(m.Issuer) == trimmed(issuer):
		return wrong("", lang.Text{
			EN: "Set issuer exactly as the provider writes it: " + m.Issuer,
			ZH: "请让 issuer 与提供方所写完全一致：" + m.Issuer,
		}, lang.Text{EN: "the metadata is for %q, not for %q: they differ in the final /", ZH: "元数据属于 %q，而不是 %q：末尾的 / 不同"}, m.Issuer, issuer)
	}
	return wrong("", lang.Text{
		EN: "If " + m.Issuer + " is the provider that you mean, set issuer to it. Otherwise do not use this address.",
		ZH: "如果你要用的提供方就是 " + m.Issuer + "，请把 issuer 改成它；否则不要使用这个地址。",
	}, lang.Text{EN: "the metadata belongs to another issuer: expected %q, got %q", ZH: "元数据属于另一个 issuer：应为 %q，实际为 %q"}, issuer, m.Issuer)
}

// readEndpoints reads the endpoints in the metadata. Each must be https, or on this machine
// if the issuer is.
func (m Metadata) readEndpoints(members map[string]any) error {
	own, err := url.Parse(m.Issuer)
	if err != nil {
		return err // Addresses has parsed it
	}
	local := localhost.Is(own.Hostname())
	for _, e := range Endpoints {
		text, _ := members[e.Member].(string)
		if text == "" {
			continue
		}
		u, err := url.Parse(text)
		switch {
		case err != nil || !isSecure(u, local) || u.Fragment != "":
			return wrong("", badEndpoint, lang.Text{EN: "the metadata's %s is not an https address: %q", ZH: "元数据里的 %s 不是 https 地址：%q"}, e.Member, text)
		case u.User != nil: // it hides the host from a reader, and net/http would send it as a password
			return wrong("", badEndpoint, lang.Text{
				EN: "the metadata's %s contains a user or password: %q", ZH: "元数据里的 %s 含有用户名或密码：%q",
			}, e.Member, u.Redacted())
		}
		m.endpoints[e.Input] = text
	}
	return nil
}

var badEndpoint = lang.Text{
	EN: "This is the provider's mistake: ask its operator. To go without its metadata, use the profile oauth2 and give the endpoints.",
	ZH: "这是提供方的错误，请联系其管理员。若不使用元数据，请用接入配置 oauth2 并给出各端点。",
}

var askIssuer = lang.Text{
	EN: "Check the issuer. It is the iss in the provider's id_tokens, and may have a path.",
	ZH: "请核对 issuer：它就是该提供方 id_token 里的 iss，可能带有路径。",
}

// NoKeys returns the error if there are no keys at an address. found says what is there
// instead. given is true if the user gave the address, and false if the metadata did.
func NoKeys(found lang.Text, at string, given bool) error {
	advice := lang.Text{EN: "The address is the jwks_uri of the provider's metadata: ask its operator.", ZH: "该地址是提供方元数据里的 jwks_uri，请联系其管理员。"}
	if given {
		advice = lang.Text{EN: "Check --jwks, or the input " + KeysInput + ".", ZH: "请检查 --jwks，或输入项 " + KeysInput + "。"}
	}
	return wrong("", advice, lang.Text{EN: "no keys at %s: %s", ZH: "%s 处没有公钥：%s"}, at, found)
}

// NotFound returns the error if there is no metadata at these addresses. found says what is
// there instead.
func NotFound(found lang.Text, at ...string) error {
	return wrong("", lang.Join(askIssuer, lang.Text{
		EN: "If the provider publishes no metadata, use the profile oauth2 and give the endpoints.",
		ZH: "若提供方没有公布元数据，请用接入配置 oauth2 并给出各端点。",
	}), lang.Text{EN: "the provider publishes nothing at %s: %s", ZH: "提供方公布的内容不在 %s：%s"}, lang.Or(at), found)
}

// NoEndpoint returns the error if the metadata lacks the endpoint of an input.
func NoEndpoint(input string) *Error {
	return wrong("", lang.Text{
		EN: "If the provider has one, give it: --set " + input + "=…",
		ZH: "若提供方有这个端点，请给出：--set " + input + "=…",
	}, lang.Text{EN: "the provider's metadata has no %s", ZH: "提供方的元数据里没有 %s"}, EndpointOf(input).Member)
}
