package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
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

func (c *Client) excerpt(r Response) Excerpt {
	b := body.Of(r.head.Header, r.body)
	x := Excerpt{Media: c.label(b.Type), Problem: c.unreadable(r.err)}
	data, isText := b.Text()
	if !isText {
		return x
	}
	// Mask secrets before truncating, because half a secret would not be found.
	text := c.scrub.Scrub(start(string(data), mostSearched))
	text = strings.TrimSpace(text[:min(len(text), 64<<10)])
	if x.Page = b.Form() == body.Page; x.Page {
		text = body.PageText(text)
	} else if compact := new(bytes.Buffer); json.Compact(compact, []byte(text)) == nil {
		text = compact.String()
	}
	if r.head.StatusCode < http.StatusBadRequest && !x.Page {
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
	case scrub.Hidden:
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
	text = scrub.WithoutTokens(c.scrub.Scrub(start(text, mostSearched)))
	return printable.Cut(strings.Join(strings.Fields(text), " "), mostExcerpt)
}

// label masks and truncates the value of a header field for a message.
func (c *Client) label(value string) string {
	const most = 80
	return printable.Cut(c.scrub.Scrub(start(value, mostSearched)), most)
}

// unreadable says why a body is not text in UTF-8, with the server's words masked; zero if
// it is.
func (c *Client) unreadable(e *body.Error) lang.Text {
	if e == nil || e.Reason == body.NotData {
		return lang.Text{}
	}
	masked := *e
	masked.Name = c.label(e.Name)
	return masked.Text()
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
