package emulator

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"ssoctl/pkg/lang"
)

// check returns an error if the vendor does not accept the grant.
func (v *vendor) check(g Grant) error {
	if err := v.checkRedirect(g.RedirectURI); err != nil && !v.isWord(g.RedirectURI) {
		return err
	}
	if re := v.patterns["state"]; g.State != "" && re != nil && !re.MatchString(g.State) {
		return lang.Errorf(lang.Text{EN: "state %v", ZH: "state %v"}, v.p.Inputs["state"].Mismatch())
	}
	if g.CodeChallenge == "" {
		return nil
	}
	if !v.uses("code_verifier") {
		return lang.Errorf(lang.Text{EN: "code_challenge: this vendor does not support PKCE", ZH: "code_challenge：这个厂商不支持 PKCE"})
	}
	return checkChallenge(g.CodeChallenge)
}

// checkRedirect accepts the registered redirect_uri, http on loopback with any port
// and path (RFC 8252 §7.3), and an app's own scheme (RFC 8252 §7.1).
func (v *vendor) checkRedirect(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" && !ownScheme(u):
		return lang.Errorf(lang.Text{
			EN: "redirect_uri must be an http or https address, or use a custom scheme such as com.example.app:/callback",
			ZH: "redirect_uri 应为 http 或 https 地址，或用应用自己的 scheme，例如 com.example.app:/callback",
		})
	case u.Fragment != "" || strings.HasSuffix(address, "#"):
		return lang.Errorf(lang.Text{EN: "redirect_uri must not have a fragment (RFC 6749 §3.1.2)", ZH: "redirect_uri 不能带 fragment（RFC 6749 §3.1.2）"})
	case v.registered(address), u.Scheme == "http" && u.User == nil && loopback(u.Hostname()), ownScheme(u):
		return nil
	}
	return lang.Errorf(lang.Text{
		EN: "redirect_uri is not registered: expected %s (input redirect_uri), http on 127.0.0.1, [::1] or localhost, or a custom scheme",
		ZH: "redirect_uri 没有登记：应为 %s（输入项 redirect_uri）、127.0.0.1、[::1] 或 localhost 上的 http 地址，或应用自己的 scheme",
	}, v.redirectURI())
}

// isWord reports whether a redirect_uri is a word that the vendor accepts in place of an
// address, because the input's pattern allows it. No browser is redirected to it.
func (v *vendor) isWord(redirectURI string) bool {
	re := v.patterns["redirect_uri"]
	return re != nil && !strings.Contains(redirectURI, ":") && re.MatchString(redirectURI)
}

// ownScheme reports whether an address has a scheme that an app registers for
// itself, such as com.example.app:/callback, com.example.app:callback or
// myapp://callback. Without a slash the scheme needs a dot (RFC 8252 §7.1), which
// excludes urn: and mailto:.
func ownScheme(u *url.URL) bool {
	switch u.Scheme {
	case "", "http", "https", "ws", "wss", "ftp", "file", "filesystem", "data", "blob", "about", "javascript", "vbscript":
		return false
	}
	if u.Opaque != "" {
		return strings.Contains(u.Scheme, ".")
	}
	return u.User == nil && (u.Host != "" || strings.HasPrefix(u.Path, "/"))
}

// registered reports whether an address is the registered one. If that contains
// {state}, any text without / ? & may take its place.
func (v *vendor) registered(address string) bool {
	before, after, bound := strings.Cut(v.redirectURI(), "{state}")
	if !bound {
		return address == before
	}
	state := strings.TrimSuffix(strings.TrimPrefix(address, before), after)
	return address == before+state+after && state != "" && !strings.ContainsAny(state, "/?&")
}

// redirectURI returns the registered redirect_uri.
func (v *vendor) redirectURI() string {
	if text, ok := v.inputs.Text("redirect_uri"); ok {
		return text
	}
	return defaultRedirect(v.p)
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip.Equal(net.IPv4(127, 0, 0, 1)) || ip.Equal(net.IPv6loopback)
}

// withQuery adds an escaped query to an address, which may have one already.
func withQuery(address, query string) string {
	sep := "?"
	if _, has, ok := strings.Cut(address, "?"); ok {
		if sep = "&"; has == "" || strings.HasSuffix(has, "&") {
			sep = ""
		}
	}
	return ascii(address) + sep + query
}

// ascii escapes the characters that are not allowed in a Location header.
func ascii(address string) string {
	var b strings.Builder
	for _, c := range []byte(address) {
		if c <= ' ' || c > '~' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
