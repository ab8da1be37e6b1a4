package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
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

// Excerpt tells a person what a response was that the profile does not read. None of
// it holds a secret that was sent, or what looks like a secret of the vendor's.
type Excerpt struct {
	Media   string    // Content-Type
	Text    string    // the start of the body, in one line; "" when none can be shown
	Page    bool      // the body is an HTML page, so what responds may not be the vendor's API
	Problem lang.Text // why the body cannot be read: compression or charset
}

// mostExcerpt bounds Excerpt.Text, in characters.
const mostExcerpt = 300

func (c *Client) excerpt(resp *http.Response, body []byte) Excerpt {
	x := Excerpt{Media: c.label(resp.Header.Get("Content-Type")), Problem: c.unreadable(resp, body)}
	body = record.UTF8(resp.Header.Get("Content-Type"), body)
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return x
	}
	// Secrets come out before the text is cut: half a secret would not be found.
	text := c.scrub.Scrub(start(string(bytes.TrimPrefix(body, []byte("\ufeff"))), mostSearched))
	text = strings.TrimSpace(text[:min(len(text), 64<<10)])
	if x.Page = isPage(resp, body); x.Page {
		text, x.Problem = pageText(text), lang.Text{} // in no charset would a page be data
	} else if compact := new(bytes.Buffer); json.Compact(compact, []byte(text)) == nil {
		text = compact.String()
	}
	if resp.StatusCode < http.StatusBadRequest && !x.Page {
		text = secret.WithoutMixed(text) // it may be a grant, with tokens under any name
	}
	x.Text = c.fit(text)
	return x
}

// got says what came, after "expected JSON, got".
func (x Excerpt) got(status int) lang.Text {
	text := lang.Text{EN: x.Text, ZH: x.Text}
	switch x.Text {
	case "":
		return lang.Text{EN: fmt.Sprintf("an empty response (HTTP %d)", status), ZH: fmt.Sprintf("空响应（HTTP %d）", status)}
	case hidden:
		text = lang.Text{EN: "a bare token, which is not shown", ZH: "单独一个令牌，不显示"}
	}
	media := x.Media
	if media == "" && x.Page {
		media = "HTML"
	}
	if media == "" {
		return text
	}
	return lang.Text{EN: media + ": " + text.EN, ZH: media + "：" + text.ZH}
}

// fit makes a text of the vendor's fit for one line of a message.
func (c *Client) fit(text string) string {
	text = withoutTokens(c.scrub.Scrub(start(text, mostSearched)))
	return printable.Cut(strings.Join(strings.Fields(text), " "), mostExcerpt)
}

// label makes the value of a header fit for a message.
func (c *Client) label(value string) string {
	const most = 80
	return printable.Cut(c.scrub.Scrub(start(value, mostSearched)), most)
}

// unreadable says why a body is not text in UTF-8; zero where it is.
func (c *Client) unreadable(resp *http.Response, body []byte) lang.Text {
	if encoding := resp.Header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") && len(body) > 0 {
		encoding = c.label(encoding)
		return lang.Text{
			EN: "the response is compressed with " + encoding + ", which ssoctl does not ask for",
			ZH: "响应以 " + encoding + " 压缩，而 ssoctl 没有请求这种压缩",
		}
	}
	if bytes.HasPrefix(body, []byte("\x1f\x8b")) {
		return lang.Text{
			EN: "the response is compressed with gzip, but has no Content-Encoding: gzip",
			ZH: "响应以 gzip 压缩，却没有 Content-Encoding: gzip 响应头",
		}
	}
	valid := utf8.Valid(body)
	if valid && bytes.IndexByte(body, 0) < 0 {
		return lang.Text{}
	}
	switch charset := c.charset(resp, body); {
	case charset != "" && !strings.EqualFold(charset, "utf-8"):
		return lang.Text{
			EN: "the response is in " + charset + ", and ssoctl reads only UTF-8",
			ZH: "响应的字符集是 " + charset + "，而 ssoctl 只能读取 UTF-8",
		}
	case valid:
		return lang.Text{EN: "the response is binary data (" + lang.Count(len(body), "byte") + ")", ZH: fmt.Sprintf("响应是二进制数据（%d 字节）", len(body))}
	}
	return lang.Text{
		EN: "the response is not valid UTF-8 and names no other charset (" + lang.Count(len(body), "byte") + ")",
		ZH: fmt.Sprintf("响应不是有效的 UTF-8，也没有声明其他字符集（%d 字节）", len(body)),
	}
}

// charset is what a body is in, by its byte order mark, its Content-Type or itself;
// "" where nothing says.
func (c *Client) charset(resp *http.Response, body []byte) string {
	contentType := resp.Header.Get("Content-Type")
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return "UTF-16"
	}
	_, params, _ := mime.ParseMediaType(contentType)
	if params["charset"] != "" {
		return c.label(params["charset"])
	}
	if !bytes.Equal(record.UTF8(contentType, body), body) { // as the page itself says
		return "GBK"
	}
	return ""
}

// isPage reports whether a body is an HTML page rather than data, XML included.
func isPage(resp *http.Response, body []byte) bool {
	const start = 256 // bytes, in which a page says what it is
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	head := strings.ToLower(string(body[:min(len(body), start)]))
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html") ||
		mediaType == "text/html" && strings.HasPrefix(head, "<") && !strings.HasPrefix(head, "<?xml")
}

// isHTML is also said of a response that is empty.
func isHTML(resp *http.Response, body []byte) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return mediaType == "text/html" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) || len(bytes.TrimSpace(body)) == 0
}

// isJSONType reports whether the response says that it is JSON.
func isJSONType(resp *http.Response) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return strings.HasSuffix(mediaType, "/json") || strings.HasSuffix(mediaType, "+json")
}

// pageText is a page's title and the text that a browser would show below it; the page
// itself where it has neither.
func pageText(page string) string {
	title := record.Title(page)
	text := regexp.MustCompile(`(?is)<!--.*?-->|<(script|style|title|head)\b.*?(</(script|style|title|head)\s*>|$)`).ReplaceAllString(page, " ")
	text = html.UnescapeString(regexp.MustCompile(`(?s)<[^>]*>?`).ReplaceAllString(text, " "))
	text = strings.TrimSpace(strings.TrimPrefix(strings.Join(strings.Fields(text), " "), title))
	switch {
	case title == "" && text == "":
		return page
	case title == "" || text == "":
		return title + text
	}
	return title + ": " + text
}

// target says where a redirect goes. What an address holds beyond its path is left
// out, since some servers hand over tokens there; "" where there is none to show.
func (c *Client) target(resp *http.Response) (to string, err error) {
	u, err := resp.Location()
	if err != nil {
		return "", err
	}
	place := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	to, _ = c.said(place.String(), mostSaid)
	return printable.Text(to), nil
}

// movedError is about a redirect, which is never followed.
func (c *Client) movedError(resp *http.Response, e *ProtocolError) *ProtocolError {
	to, err := c.target(resp)
	status := resp.StatusCode
	e.Foreign = true
	switch {
	case errors.Is(err, http.ErrNoLocation):
		e.Problem = lang.Text{EN: fmt.Sprintf("expected JSON, got HTTP %d without an address to go to", status), ZH: fmt.Sprintf("应为 JSON，得到 HTTP %d，且没有跳转地址", status)}
	case err != nil:
		e.Problem = lang.Text{EN: fmt.Sprintf("redirected to an address that cannot be parsed (HTTP %d)", status), ZH: fmt.Sprintf("跳转到一个无法解析的地址（HTTP %d）", status)}
	default:
		e.Problem = lang.Text{EN: fmt.Sprintf("redirected to %s (HTTP %d), which ssoctl does not follow", to, status), ZH: fmt.Sprintf("跳转到 %s（HTTP %d），ssoctl 不跟随跳转", to, status)}
		if status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect {
			e.MovedTo = to
		}
	}
	return e
}
