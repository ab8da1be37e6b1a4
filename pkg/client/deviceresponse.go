package client

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// The interval without a usable one in the response (RFC 8628 §3.2), and the longest one.
const (
	usualInterval   = 5 * time.Second
	longestInterval = 5 * time.Minute
)

// The longest texts of a response that starts a login on another device, in characters. A person
// has to type the user_code, and a QR code has room for about 2,900.
const (
	longestUserCode   = 128
	longestPage       = 2000
	longestDeviceCode = 16 << 10
)

// readDevice reads the response that starts a login on another device (RFC 8628 §3.2). It warns
// about what it does not use.
func (c *Client) readDevice(got Result) (d Device, err error) {
	if d.UserCode, err = c.deviceText(got, "user_code", longestUserCode); err != nil {
		return d, err
	}
	if d.Address, err = c.deviceText(got, "verification_uri", longestPage); err != nil {
		return d, err
	}
	if _, err = c.deviceText(got, "device_code", longestDeviceCode); err != nil {
		return d, err
	}
	page, isPage := pageOf(d.Address)
	switch {
	case d.UserCode == "":
		return d, c.unusable("user_code", lang.Text{EN: "is missing", ZH: "缺失"})
	case d.Address == "":
		return d, c.unusable("verification_uri", lang.Text{EN: "is missing", ZH: "缺失"})
	case !isPage:
		return d, c.unusable("verification_uri", lang.Text{
			EN: "must be an http or https address without a user and password", ZH: "应为不含用户名和密码的 http 或 https 地址",
		})
	}
	d.Complete = c.completePage(got, page)
	d.Interval, d.ExpiresAt = intervalOf(got.Values["interval"]), got.ExpiresAt
	if d.ExpiresAt.IsZero() {
		c.warnDevice(lang.Text{
			EN: "the response does not say how long the code is valid (expires_in), so ssoctl asks until --wait is over",
			ZH: "响应没有给出代码的有效期（expires_in），ssoctl 会一直询问到 --wait 结束",
		})
	}
	return d, nil
}

// deviceText returns a value of the response that has to be text of at most so many characters,
// none of them a control character; "" if it is missing.
func (c *Client) deviceText(got Result, name string, most int) (string, error) {
	v := got.Values[name]
	text := profile.Text(v)
	switch {
	case v == nil:
		return "", nil
	case !isScalar(v):
		return "", c.unusable(name, lang.Text{EN: "is not text", ZH: "不是文本"})
	case utf8.RuneCountInString(text) > most:
		return "", c.unusable(name, lang.Sprintf(lang.Text{
			EN: "has %d characters: expected at most %d", ZH: "有 %d 个字符，最多应为 %d 个",
		}, utf8.RuneCountInString(text), most))
	case strings.ContainsFunc(text, printable.Hidden):
		return "", c.unusable(name, lang.Text{EN: "contains control characters", ZH: "含有控制字符"})
	}
	return text, nil
}

// completePage returns the verification_uri_complete of the response; "" if it is not at the same
// server as verification_uri. People read verification_uri and may recognise it. They do not read
// an address in a QR code, so it must not lead elsewhere. It is optional (RFC 8628 §3.3.1), so
// everyone can log in without it.
func (c *Client) completePage(got Result, page *url.URL) string {
	text, err := c.deviceText(got, "verification_uri_complete", longestPage)
	if err == nil && text == "" {
		return ""
	}
	complete, isPage := pageOf(text)
	if err == nil && isPage && complete.Scheme == page.Scheme && strings.EqualFold(complete.Host, page.Host) {
		return text
	}
	server := page.Scheme + "://" + page.Host
	c.warnDevice(lang.Text{
		EN: "verification_uri_complete is not an address at " + server + " as verification_uri is, so neither it nor a QR code is shown",
		ZH: "verification_uri_complete 不像 verification_uri 那样位于 " + server + "，因此不显示它和二维码",
	})
	return ""
}

// unusable is the error for a value of the response. It does not contain the value.
func (c *Client) unusable(name string, why lang.Text) error {
	expr := c.profile.Step(profile.StepDevice).Read[name]
	return &ProtocolError{Profile: c.profile.Name, Step: profile.StepDevice, Problem: lang.Sprintf(lang.Text{
		EN: "the response has no usable %s (%s): it %s", ZH: "响应里没有可用的 %s（%s）：该值%s",
	}, name, expr, why)}
}

func (c *Client) warnDevice(problem lang.Text) {
	if c.deps.Warn != nil {
		c.deps.Warn(who(c.profile.Name, profile.StepDevice, problem))
	}
}

// pageOf parses the address of a page that a person can be sent to. One with a user@ would hide
// its host from a person.
func pageOf(address string) (u *url.URL, ok bool) {
	u, err := url.Parse(address)
	return u, err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http")
}

// intervalOf reads the interval of a response, a number of seconds.
func intervalOf(v any) time.Duration {
	seconds, ok := number(v)
	switch {
	case !ok || seconds < 1:
		return usualInterval
	case seconds > longestInterval.Seconds():
		return longestInterval
	}
	return time.Duration(seconds * float64(time.Second))
}
