package client

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// isHTML is also said of an answer that is empty.
func isHTML(resp *http.Response, body []byte) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return mediaType == "text/html" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) || len(bytes.TrimSpace(body)) == 0
}

// target says where a redirect goes. What an address may hold beyond its path is
// left out: some hand over tokens there.
func (c *Client) target(resp *http.Response) lang.Text {
	u, err := resp.Location()
	if errors.Is(err, http.ErrNoLocation) {
		return lang.Text{EN: ", which is no answer", ZH: " 不是接口应答"}
	}
	if err != nil {
		return lang.Text{EN: " sends us to an address that cannot be read", ZH: " 跳转到一个无法解析的地址"}
	}
	place := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	to := printable.Text(c.scrub.Scrub(place.String()))
	return lang.Text{EN: " sends us to " + to + ", which is not followed", ZH: " 跳转到 " + to + "，不跟随"}
}

// describe says in a few words what an answer is. It goes into messages, so it
// holds no secret that we sent, and none that the vendor may be sending us.
func (c *Client) describe(resp *http.Response, body []byte) string {
	const most = 80
	body = record.UTF8(resp.Header.Get("Content-Type"), body)
	if !utf8.Valid(body) {
		return fmt.Sprintf("%d bytes that are not UTF-8", len(body))
	}
	// First what is secret, and only then the cut: half a secret is not found.
	start := c.scrub.Scrub(string(body))
	start = strings.Join(strings.Fields(withoutTokens(start[:min(len(start), 64<<10)])), " ")
	if start == "" {
		return fmt.Sprintf("empty (HTTP %d)", resp.StatusCode)
	}
	if r := []rune(start); len(r) > most {
		start = string(r[:most]) + "…"
	}
	if kind := resp.Header.Get("Content-Type"); kind != "" {
		start = c.scrub.Scrub(kind) + ": " + start
	}
	return printable.Text(start)
}

// withoutTokens leaves out what looks like a token: what stands behind such a
// name, and long runs of letters and digits. It compiles its expressions when
// it is called, since hardly any run of the program calls it.
func withoutTokens(text string) string {
	named := regexp.MustCompile(`(?i)((?:token|secret|password|ticket|session)[\w-]*\\*["']?\s*[:=]\s*\\*["']?)[^"'&\s,}\\]+`)
	text = named.ReplaceAllString(text, "${1}…")
	return secret.WithoutRuns(text)
}
