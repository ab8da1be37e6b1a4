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
	"ssoctl/pkg/scrub"
)

// Excerpt describes a response that the profile cannot read. Secrets that were sent, and
// values that look like the vendor's secrets, are masked.
type Excerpt struct {
	Media   string    // Content-Type
	Text    string    // start of the body as one line; "" if it cannot be shown
	Page    bool      // the body is an HTML page, so the server may not be the vendor's API
	Problem lang.Text // why the body cannot be read: compression or charset
}

// mostExcerpt is the length limit of Excerpt.Text, in characters.
const mostExcerpt = 300

func (c *Client) excerpt(resp *http.Response, body []byte) Excerpt {
	x := Excerpt{Media: c.label(resp.Header.Get("Content-Type")), Problem: c.unreadable(resp, body)}
	body = record.UTF8(resp.Header.Get("Content-Type"), body)
	if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
		return x
	}
	// Mask secrets before truncating, because half a secret would not be found.
	text := c.scrub.Scrub(start(string(bytes.TrimPrefix(body, []byte("\ufeff"))), mostSearched))
	text = strings.TrimSpace(text[:min(len(text), 64<<10)])
	if x.Page = isPage(resp, body); x.Page {
		text, x.Problem = pageText(text), lang.Text{} // a page is not data, whatever its charset
	} else if compact := new(bytes.Buffer); json.Compact(compact, []byte(text)) == nil {
		text = compact.String()
	}
	if resp.StatusCode < http.StatusBadRequest && !x.Page {
		text = scrub.WithoutMixed(text) // may contain tokens under any name
	}
	x.Text = c.fit(text)
	return x
}

// got describes the response, to follow "expected JSON, got".
func (x Excerpt) got(status int) lang.Text {
	text := lang.Text{EN: x.Text, ZH: x.Text}
	switch x.Text {
	case "":
		return lang.Sprintf(lang.Text{EN: "an empty response (HTTP %d)", ZH: "空响应（HTTP %d）"}, status)
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

// fit masks, joins and truncates a text from the vendor to one line of a message.
func (c *Client) fit(text string) string {
	text = withoutTokens(c.scrub.Scrub(start(text, mostSearched)))
	return printable.Cut(strings.Join(strings.Fields(text), " "), mostExcerpt)
}

// label masks and truncates the value of a header field for a message.
func (c *Client) label(value string) string {
	const most = 80
	return printable.Cut(c.scrub.Scrub(start(value, mostSearched)), most)
}

// unreadable says why a body is not text in UTF-8; zero if it is.
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
			EN: "the response is in " + charset + ", but ssoctl reads only UTF-8",
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

// charset returns the charset of a body according to its byte order mark, its Content-Type
// or its own declaration; "" if none of them names one.
func (c *Client) charset(resp *http.Response, body []byte) string {
	contentType := resp.Header.Get("Content-Type")
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return "UTF-16"
	}
	_, params, _ := mime.ParseMediaType(contentType)
	if params["charset"] != "" {
		return c.label(params["charset"])
	}
	if !bytes.Equal(record.UTF8(contentType, body), body) { // declared in the page
		return "GBK"
	}
	return ""
}

// isPage reports whether a body is an HTML page. XML counts as data.
func isPage(resp *http.Response, body []byte) bool {
	const start = 256 // bytes to search for the start of a page
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	head := strings.ToLower(string(body[:min(len(body), start)]))
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return strings.HasPrefix(head, "<!doctype html") || strings.HasPrefix(head, "<html") ||
		mediaType == "text/html" && strings.HasPrefix(head, "<") && !strings.HasPrefix(head, "<?xml")
}

// isHTML reports whether a body is markup, or empty.
func isHTML(resp *http.Response, body []byte) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return mediaType == "text/html" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) || len(bytes.TrimSpace(body)) == 0
}

// isJSONType reports whether the Content-Type is JSON.
func isJSONType(resp *http.Response) bool {
	mediaType, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	return strings.HasSuffix(mediaType, "/json") || strings.HasSuffix(mediaType, "+json")
}

// pageText returns a page's title and visible text, or the page itself if it has neither.
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

// target returns the URL of a redirect without its query and fragment, which may contain
// tokens.
func (c *Client) target(resp *http.Response) (to string, err error) {
	u, err := resp.Location()
	if err != nil {
		return "", err
	}
	place := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	to, _ = c.said(place.String(), mostSaid)
	return printable.Text(to), nil
}

// movedError fills in e for a redirect. Redirects are never followed.
func (c *Client) movedError(resp *http.Response, e *ProtocolError) *ProtocolError {
	to, err := c.target(resp)
	status := resp.StatusCode
	e.Foreign = true
	switch {
	case errors.Is(err, http.ErrNoLocation):
		e.Problem = lang.Sprintf(lang.Text{EN: "expected JSON, got HTTP %d without a Location", ZH: "应为 JSON，得到 HTTP %d，且没有跳转地址"}, status)
	case err != nil:
		e.Problem = lang.Sprintf(lang.Text{EN: "redirected to a URL that cannot be parsed (HTTP %d)", ZH: "跳转到一个无法解析的地址（HTTP %d）"}, status)
	default:
		e.Problem = lang.Sprintf(lang.Text{EN: "redirected to %s (HTTP %d), which ssoctl does not follow", ZH: "跳转到 %s（HTTP %d），ssoctl 不跟随跳转"}, to, status)
		if status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect {
			e.MovedTo = to
		}
	}
	return e
}
