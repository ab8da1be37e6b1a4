package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ssoctl/pkg/body"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/record"
)

// notJSON returns the error for a body that expressions cannot read: a web page, an empty
// body, or binary data.
func (c *Client) notJSON(s *profile.Step, r Response) error {
	x := c.excerpt(r)
	problem := x.Problem
	if problem.IsZero() {
		got := x.got(r.head.StatusCode)
		problem = lang.Text{EN: "expected JSON, got " + got.EN, ZH: "应为 JSON，得到 " + got.ZH}
	} else if x.Text != "" {
		problem = lang.Text{EN: problem.EN + ": " + x.Text, ZH: problem.ZH + "：" + x.Text}
	}
	e := c.protocolError(s, r.head, problem)
	e.Foreign = x.Page
	if !x.Problem.IsZero() {
		e.Advice = lang.Text{
			EN: "ssoctl reads UTF-8, uncompressed or compressed with gzip. Configure the server, or the proxy in between, to send that. --trace shows the response headers.",
			ZH: "ssoctl 只能读取未压缩或 gzip 压缩的 UTF-8。请在服务器或中间的代理上调整。可用 --trace 查看响应头。",
		}
	}
	return e
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

// neither returns the error for a response that is neither a success nor a refusal.
func (c *Client) neither(ctx context.Context, s *profile.Step, reader *profile.Reader, got Response) error {
	declared := body.Of(got.head.Header, got.body)
	problem := lang.Text{EN: "the response is neither a success nor a refusal", ZH: "响应既不是成功也不是拒绝"}
	switch {
	case !got.decoded.IsData() && declared.DeclaresJSON():
		problem = lang.Sprintf(lang.Text{EN: "the response is not valid JSON (%v)", ZH: "响应不是有效的 JSON（%v）"}, declared.SyntaxError())
	case !got.decoded.IsData() && declared.Media() != "" && declared.Media() != "text/plain": // a bare token may be text/plain
		return c.notJSON(s, got)
	}
	failed := c.failed(ctx, reader, got, "ok", "code", "message")
	e := c.protocolError(s, got.head, c.excerpt(got).after(because(problem, failed), got.head.StatusCode))
	if len(failed) > 0 {
		e.Advice = lang.Text{
			EN: "An expression of the profile failed on this response. Correct it; --trace shows the response.",
			ZH: "接入配置中有表达式在这个响应上执行失败。请修正该表达式；可用 --trace 查看响应。",
		}
	}
	return e
}

// lacksPrimary returns the error for a success without the value that the step must return.
func (c *Client) lacksPrimary(ctx context.Context, s *profile.Step, reader *profile.Reader, got Response) error {
	name := s.Primary()
	expr, _ := reader.Expr(name)
	problem := lang.Sprintf(lang.Text{EN: "the response has no %s (%s)", ZH: "响应里没有 %s（%s）"}, name, expr)
	if failed := c.failed(ctx, reader, got, "read."+name); len(failed) > 0 {
		problem = because(lang.Text{EN: "the response has no " + name, ZH: "响应里没有 " + name}, failed)
	}
	e := c.protocolError(s, got.head, c.excerpt(got).after(problem, got.head.StatusCode))
	if s.Name == profile.StepUserInfo {
		e = c.lacksOpenID(e)
	}
	return e
}

// after adds a description of the response to a problem.
func (x Excerpt) after(problem lang.Text, status int) lang.Text {
	got := x.got(status)
	return lang.Text{EN: problem.EN + ": " + got.EN, ZH: problem.ZH + "：" + got.ZH}
}

// explained adds the expressions that failed to a refusal, and an excerpt of the response
// if there is no message and the profile does not list the code.
func (c *Client) explained(ctx context.Context, r *Refusal, reader *profile.Reader, got Response) *Refusal {
	if r.Message == "" && r.Meaning.IsZero() && saysMore(got, r) {
		r.Excerpt = c.excerpt(got)
	}
	if r.Status >= http.StatusBadRequest { // a refusal whatever the ok expression says
		r.Failures = c.failed(ctx, reader, got, "code", "message")
	} else if r.Failures = c.failed(ctx, reader, got, "ok", "code", "message"); len(r.Failures) > 0 {
		r.Advice = lang.Text{
			EN: "An expression of the profile failed on this response, so it may not be a refusal at all. Correct the expression; --trace shows the response.",
			ZH: "接入配置中有表达式在这个响应上执行失败，因此它未必是拒绝。请修正该表达式；可用 --trace 查看响应。",
		}
	}
	return r
}

// saysMore reports whether a body contains more than the code and the trace id, which are
// shown anyway.
func saysMore(got Response, r *Refusal) bool {
	return !got.decoded.IsData() || slices.ContainsFunc(leaves(got.decoded.Value), func(text string) bool { return text != "" && text != r.Code && text != r.TraceID })
}

// leaves returns the scalars in a decoded JSON value as text.
func leaves(v any) []string {
	var out []string
	switch x := v.(type) {
	case map[string]any:
		for _, member := range x {
			out = append(out, leaves(member)...)
		}
	case []any:
		for _, item := range x {
			out = append(out, leaves(item)...)
		}
	default:
		out = append(out, profile.Text(v))
	}
	return out
}

// failed returns those of the expressions with these keys, in the step or [reply], that
// fail on a JSON body, as "FILE:LINE: KEY: jq's message".
func (c *Client) failed(ctx context.Context, reader *profile.Reader, got Response, keys ...string) []string {
	if !got.decoded.IsData() {
		return nil
	}
	var out []string
	for _, m := range c.failures(ctx, reader, got) {
		if _, key, _ := strings.Cut(m.Key, "."); slices.Contains(keys, key) {
			out = append(out, m.Where+": "+m.Key+": "+m.Template)
		}
	}
	return out
}

// failures returns all expressions that fail on a body, with jq's message, as one line, in
// Template.
func (c *Client) failures(ctx context.Context, reader *profile.Reader, got Response) []record.Member {
	if got.err != nil { // expressions do not read these
		return nil
	}
	return c.membersOf(reader.Failures(ctx, got.decoded))
}

func (c *Client) membersOf(expressions []*profile.Error) []record.Member {
	var out []record.Member
	for _, e := range expressions {
		out = append(out, record.Member{Key: e.Key, Template: c.fit(e.Problem.EN), Where: printable.Text(e.Place())})
	}
	return out
}

// stopped returns the error for an expression that was abandoned, because of a time-out or
// Ctrl-C.
func (c *Client) stopped(s *profile.Step, r Response, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %s: %w", c.profile.Name, s.Name, err)
	}
	stopped := (*profile.StoppedError)(nil)
	if !errors.As(err, &stopped) {
		return err
	}
	at := &stopped.Expression
	e := c.protocolError(s, r.head, lang.Sprintf(lang.Text{
		EN: "the response was not read within %s: %s: %s takes too long",
		ZH: "未能在 %s 内读完响应：%s：%s 耗时过长",
	}, c.deps.Timeout, at.Place(), at.Key))
	e.Advice = lang.Text{
		EN: "This expression of the profile takes too long on this response. Correct it, or allow more time: --timeout 2m. --trace shows the response.",
		ZH: "接入配置中的这个表达式在该响应上计算过久。请修正该表达式，或延长时间：--timeout 2m。可用 --trace 查看响应。",
	}
	return e
}
