package record

import (
	"cmp"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// The parts of HAR 1.2 that ssoctl writes: see
// http://www.softwareishard.com/blog/har-12-spec/.
type (
	// HARHead is a log without its entries, for callers that write entries one by one.
	HARHead struct {
		Version string     `json:"version"`
		Creator HARCreator `json:"creator"`
		Comment string     `json:"comment,omitempty"`
	}
	HARCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	HAREntry struct {
		Started       time.Time   `json:"startedDateTime"`
		Time          float64     `json:"time"` // ms, the sum of Timings
		Request       HARRequest  `json:"request"`
		Response      HARResponse `json:"response"`
		Cache         struct{}    `json:"cache"`
		Timings       HARTimings  `json:"timings"`
		ServerAddress string      `json:"serverIPAddress,omitempty"`
		Comment       string      `json:"comment,omitempty"`
		Profile       string      `json:"_profile,omitempty"`
		Step          string      `json:"_step,omitempty"`
	}
	HARPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	HARRequest struct {
		Method      string    `json:"method"`
		URL         string    `json:"url"`
		HTTPVersion string    `json:"httpVersion"`
		Cookies     []HARPair `json:"cookies"`
		Headers     []HARPair `json:"headers"`
		Query       []HARPair `json:"queryString"`
		Post        *HARPost  `json:"postData,omitempty"`
		HeadersSize int       `json:"headersSize"`
		BodySize    int       `json:"bodySize"`
	}
	HARPost struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Comment  string `json:"comment,omitempty"`
	}
	HARResponse struct {
		Status      int        `json:"status"` // 0 if there is no response
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []HARPair  `json:"cookies"`
		Headers     []HARPair  `json:"headers"`
		Content     HARContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
		Error       string     `json:"_error,omitempty"` // the name that Chromium uses
	}
	HARContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Comment  string `json:"comment,omitempty"`
	}
	// HARTimings are in ms. A phase that did not take place is nil.
	HARTimings struct {
		Blocked *float64 `json:"blocked,omitempty"`
		DNS     *float64 `json:"dns,omitempty"`
		Connect *float64 `json:"connect,omitempty"` // includes TLS
		Send    float64  `json:"send"`
		Wait    float64  `json:"wait"`
		Receive float64  `json:"receive"`
		TLS     *float64 `json:"ssl,omitempty"`
	}
)

// called is an entry with the fields that ssoctl adds to HAR.
type called struct {
	HAREntry
	SignedText string   `json:"_signedText,omitempty"`
	Claims     []string `json:"_claims,omitempty"`
}

var (
	textMasked   = lang.Text{EN: "Secrets, codes and tokens are masked; personal data is not.", ZH: "密钥、授权码和令牌已脱敏；个人信息未脱敏。"}
	textUnmasked = lang.Text{EN: "NOTHING IS MASKED: --show-secrets was given. This contains live secrets; do not share it.", ZH: "未脱敏：使用了 --show-secrets，内含可用的密钥和令牌，请勿外传。"}
	textOpened   = lang.Text{EN: "URL for a browser: ssoctl does not see the response.", ZH: "供浏览器打开的地址：ssoctl 看不到它的响应。"}
	textReturned = lang.Text{EN: "Redirect from the browser: ssoctl received this request.", ZH: "浏览器跳转回来的请求：由 ssoctl 接收。"}
	textNoText   = lang.Text{EN: "omitted: binary data", ZH: "已略去：不是文本"}
	textPart     = lang.Text{EN: "truncated", ZH: "已截断"}
	textBegins   = lang.Text{EN: "truncated: the first 256 KiB of %d bytes", ZH: "已截断：仅前 256 KiB，共 %d 字节"}
)

// Masked returns the notice that says whether secrets are masked.
func (r *Recorder) Masked() lang.Text {
	if r.Scrub.Lifted {
		return textUnmasked
	}
	return textMasked
}

// HAR returns all calls as a HAR 1.2 file. version is ssoctl's version.
func (r *Recorder) HAR(version string, l lang.Lang) ([]byte, error) {
	log := struct {
		HARHead
		Entries []called `json:"entries"`
	}{HARHead{"1.2", HARCreator{"ssoctl", version}, r.Masked().In(l)}, []called{}}
	for _, s := range r.shown() {
		log.Entries = append(log.Entries, s.entry(l))
	}
	text, err := exactjson.EncodeIndented(map[string]any{"log": log})
	return printable.JSON(text), err
}

const (
	unknownSize = -1
	unknown     = "unknown" // HTTP version
)

// signedText returns the text of the last signature, the one that covers most; "" if
// there is no signature.
func (s shown) signedText() string {
	if len(s.signed) == 0 {
		return ""
	}
	return s.signed[len(s.signed)-1].Text
}

func (s shown) entry(l lang.Lang) called {
	e := called{SignedText: s.signedText(), HAREntry: HAREntry{
		Started: s.Started, Profile: s.Profile, Step: s.Step, Timings: s.timings(),
		Request: HARRequest{
			Method: s.method, URL: HARAddress(s.url), HTTPVersion: unknown, Cookies: []HARPair{},
			Headers: harPairs(s.sent.header), Query: harPairs(s.query), HeadersSize: unknownSize, BodySize: s.sent.size,
		},
		Response: HARResponse{
			HTTPVersion: unknown, Cookies: []HARPair{}, Headers: harPairs(s.got.header), HeadersSize: unknownSize, BodySize: s.got.size, Error: s.problem.EN,
			Content: HARContent{Size: s.got.size, MimeType: orUnknown(s.got.media), Text: s.got.raw, Comment: s.got.missing(l)},
		},
	}}
	for _, part := range []*float64{e.Timings.Blocked, e.Timings.DNS, e.Timings.Connect, &e.Timings.Send, &e.Timings.Wait, &e.Timings.Receive} {
		if part != nil {
			e.Time += *part
		}
	}
	e.Comment = cmp.Or(s.remark(l), s.Repeat.Text().In(l))
	if host, _, err := net.SplitHostPort(s.remoteAddress()); err == nil {
		e.ServerAddress = host
	}
	if s.sent.size > 0 {
		e.Request.Post = &HARPost{MimeType: orUnknown(s.sent.media), Text: s.sent.raw, Comment: s.sent.missing(l)}
	}
	if s.status > 0 {
		e.Request.HTTPVersion, e.Response.HTTPVersion = s.proto, s.proto
		e.Response.Status, e.Response.StatusText = s.status, http.StatusText(s.status)
	}
	for _, f := range s.got.header {
		if f.Name == "Location" {
			e.Response.RedirectURL = f.Value
		}
	}
	e.Claims = s.got.body.claims
	return e
}

// HARAddress returns a URL as it is sent, without a fragment. It percent-encodes the
// characters of masked secrets that are not allowed in a URL.
func HARAddress(address string) string {
	address, _, _ = strings.Cut(address, "#")
	var b strings.Builder
	for _, c := range []byte(address) {
		if c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// HARQuery returns the decoded parameters of a query.
func HARQuery(raw string) []HARPair { return harPairs(pairs(raw)) }

// HARHeaders returns header fields in alphabetical order.
func HARHeaders(h http.Header) []HARPair { return harPairs(fields(h)) }

// remark explains a request that ssoctl did not send; "" for one that it sent.
func (s shown) remark(l lang.Lang) string {
	switch s.Kind {
	case Opened:
		return textOpened.In(l)
	case Returned:
		return textReturned.In(l)
	}
	return ""
}

// missing says which part of a body is missing; "" for none.
func (m message) missing(l lang.Lang) string {
	switch {
	case m.body.form == body.Binary:
		return textNoText.In(l)
	case m.size > mostShown:
		return fmt.Sprintf(textBegins.In(l), m.size)
	case m.partial:
		return textPart.In(l)
	}
	return ""
}

func orUnknown(media string) string {
	if media == "" {
		return "x-unknown"
	}
	return media
}

func harPairs(list []Field) []HARPair {
	out := []HARPair{}
	for _, f := range list {
		out = append(out, HARPair(f))
	}
	return out
}

// timings converts the phases to HAR. Time outside all phases counts as blocked.
func (s shown) timings() HARTimings {
	var out HARTimings
	parts, total := s.Phases()
	rest := total
	for _, p := range parts {
		took := milliseconds(p.Length)
		rest -= p.Length
		switch p.Name {
		case "dns":
			out.DNS = &took
		case "connect":
			out.Connect = &took
		case "tls":
			out.TLS = &took
			if out.Connect != nil {
				*out.Connect += took
			}
		case "send":
			out.Send = took
		case "wait":
			out.Wait = took
		case "receive":
			out.Receive = took
		}
	}
	if blocked := milliseconds(max(0, rest)); s.Kind == Called {
		out.Blocked = &blocked
	}
	return out
}
