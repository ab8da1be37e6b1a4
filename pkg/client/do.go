package client

import (
	"cmp"
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// MaxAnswer is the largest answer that is read, in bytes.
const MaxAnswer = 4 << 20

// answer is what one step yielded.
type answer struct {
	step   *profile.Step
	reader *profile.Reader
	read   map[string]any
	raw    []byte
	trace  string
	at     time.Time
	cached bool   // it came from the cache
	kept   string // under this key there, of the application's token
}

// do runs one step: it makes the request, sends it, and judges the answer.
func (c *Client) do(ctx context.Context, s *profile.Step, reader *profile.Reader, values recipe.Values) (_ *answer, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.deps.Timeout)
	defer cancel()
	c.keepSecret(values)
	if err := c.checkBearer(s, values); err != nil {
		return nil, err
	}
	req, err := s.Build(ctx, values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return nil, c.unbuilt(s, err)
	}
	c.dress(req)
	if auth := req.Header.Get("Authorization"); auth != "" {
		_, credentials, _ := strings.Cut(auth, " ")
		c.scrub.Add(secret.New(credentials))
	}
	x := c.begin(record.Called, s, req, values)
	defer func() { x.End(err, vendorCode(err)) }()
	resp, body, err := c.send(ctx, s, req, x)
	if err != nil {
		return nil, err
	}
	return c.judge(ctx, s, reader, resp, body, values)
}

// unbuilt says that the profile, or a value that it has, makes no request.
func (c *Client) unbuilt(s *profile.Step, err error) error {
	e := &profile.Error{Key: c.profile.Name + ": " + s.Name, Problem: c.scrub.Scrub(err.Error())}
	if errors.As(err, new(*recipe.AddressError)) {
		e.Address = s.Name
	}
	return e
}

// send is the one request path. The body is whole, or larger than MaxAnswer; the
// error is a *NetworkError or a *ProtocolError.
func (c *Client) send(ctx context.Context, s *profile.Step, req *recipe.Request, x *record.Exchange) (*http.Response, []byte, error) {
	takesCode := s.Uses("code")
	if takesCode {
		// On a connection used before, net/http may send a GET twice; a code is
		// sent once, so it goes over a new one.
		c.http.CloseIdleConnections()
	}
	var came progress
	req.Request = req.WithContext(httptrace.WithClientTrace(req.Context(), came.trace(func() { c.codeSent = c.codeSent || takesCode })))
	resp, err := c.http.Do(x.Watch(req.Request))
	if err != nil {
		return nil, nil, c.networkError(ctx, s, req.URL, came.at(), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswer+1))
	x.Answered(resp, body, err != nil || len(body) > MaxAnswer)
	if isUnpacking(err) {
		return nil, nil, c.protocolError(s, resp, lang.Text{EN: "the answer cannot be unpacked: " + err.Error(), ZH: "应答无法解压：" + err.Error()})
	}
	if err != nil {
		return nil, nil, c.networkError(ctx, s, req.URL, came.at(), fmt.Errorf("the answer was cut off: %w", err))
	}
	return resp, body, nil
}

// dress adds the headers that every request has, where the profile does not set them.
func (c *Client) dress(req *recipe.Request) {
	acceptJSON(req)
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.deps.UserAgent)
	}
}

func acceptJSON(req *recipe.Request) {
	if req.Header.Get("Accept") == "" {
		req.Header.Set("Accept", "application/json")
	}
}

// keepSecret notes what must not come back in any message.
func (c *Client) keepSecret(values recipe.Values) {
	for _, v := range values {
		if s, ok := v.(secret.String); ok {
			c.scrub.Add(s)
		}
	}
}

// isUnpacking reports whether an answer says that it is gzip and is not.
func isUnpacking(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt)
}

// ErrUnasked means that a server speaks before it is asked, which none does by HTTP.
var ErrUnasked = errors.New("the server speaks before it is asked")

// networkError wraps ctx.Err() when ctx has ended, whatever the cause was.
func (c *Client) networkError(ctx context.Context, s *profile.Step, u *url.URL, came Phase, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text repeats the address, with whatever the query holds
	}
	if strings.HasPrefix(err.Error(), "readLoopPeekFailLocked: ") { // net/http's own name for it
		if err = errors.Unwrap(err); err == nil {
			err = ErrUnasked
		}
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	if text := c.scrub.Scrub(err.Error()); text != err.Error() { // it may quote an answer that is no HTTP
		err = &scrubbedError{text, err}
	}
	return &NetworkError{
		Profile: c.profile.Name, Step: s.Name, Scheme: u.Scheme, Host: u.Host, Phase: came,
		CodeSent: c.codeSent && s.Uses("code"), Err: err, Timeout: c.deps.Timeout,
	}
}

// judge decides between an answer, a refusal and nonsense.
func (c *Client) judge(ctx context.Context, s *profile.Step, reader *profile.Reader, resp *http.Response, body []byte, values recipe.Values) (*answer, error) {
	v, isJSON, err := profile.Decode(body)
	moved := resp.StatusCode >= 300 && resp.StatusCode < 400
	protocol := func(problem lang.Text) error {
		e := c.protocolError(s, resp, problem)
		e.Foreign = moved || !isJSON && v != "" && isHTML(resp, body)
		return e
	}
	if moved {
		to := c.target(resp)
		return nil, protocol(lang.Text{EN: fmt.Sprintf("HTTP %d%s", resp.StatusCode, to.EN), ZH: fmt.Sprintf("HTTP %d%s", resp.StatusCode, to.ZH)})
	}
	if len(body) > MaxAnswer {
		return nil, protocol(lang.Text{EN: fmt.Sprintf("the answer is larger than %d MiB", MaxAnswer>>20), ZH: fmt.Sprintf("应答超过 %d MiB", MaxAnswer>>20)})
	}
	// is says what came instead, of which there is a description in but one language.
	is := func(en, zh string) error {
		what := c.describe(resp, body)
		return protocol(lang.Text{EN: en + what, ZH: zh + what})
	}
	failed := resp.StatusCode >= 400
	if !isJSON && (failed || err != nil || isHTML(resp, body)) {
		if failed {
			refusal := c.refusal(s, resp, profile.Verdict{})
			if len(body) > 0 {
				refusal.Page, refusal.Foreign = c.describe(resp, body), v != "" && isHTML(resp, body)
			}
			return nil, refusal
		}
		return nil, is("the answer is no JSON but ", "应答不是 JSON，而是 ")
	}
	verdict := reader.Judge(ctx, v)
	if !verdict.OK || failed {
		if !failed && verdict.Code == "" && verdict.Message == "" {
			return nil, is("the answer is neither a yes nor a refusal: ", "应答既不是成功也不是拒绝：")
		}
		if verdict.OK {
			verdict = reader.Refusal(ctx, v)
		}
		return nil, c.refusal(s, resp, verdict)
	}
	a := &answer{step: s, reader: reader, read: reader.Read(ctx, v), raw: body, trace: verdict.Trace, at: c.deps.Now()}
	if expr, asked := reader.Expr(primary(s)); asked && !isScalar(a.read[primary(s)]) {
		return nil, is(fmt.Sprintf("the answer has no %s (%s): ", primary(s), expr), fmt.Sprintf("应答里没有 %s（%s）：", primary(s), expr))
	}
	c.hideTokens(a)
	if nonce, sent := values.Text("nonce"); sent && s.Uses("code") {
		if problem := nonceProblem(a.read["id_token"], nonce); !problem.IsZero() {
			return nil, protocol(problem)
		}
	}
	return a, nil
}

func (c *Client) protocolError(s *profile.Step, resp *http.Response, problem lang.Text) *ProtocolError {
	e := &ProtocolError{
		Profile: c.profile.Name, Step: s.Name, Status: resp.StatusCode, RequestID: c.requestID(resp), Problem: problem, Guess: s.GuessText(),
	}
	e.Scheme, e.Host = asked(resp)
	return e
}

// asked is where an answer came from, as far as it was asked for.
func asked(resp *http.Response) (scheme, host string) {
	if resp.Request == nil { // it was not: Judge
		return "", ""
	}
	return resp.Request.URL.Scheme, resp.Request.URL.Host
}

// hideTokens makes known what an answer holds of tokens.
func (c *Client) hideTokens(a *answer) {
	for name, v := range a.read {
		if profile.IsSecretName(name) {
			c.scrub.Add(secret.New(profile.Text(v)))
		}
	}
}

// Judge returns what says of an answer to the step, wherever it came from, what
// a client would: nil of a yes, else a *Refusal or a *ProtocolError. The error is
// a fault of the profile.
func Judge(p *profile.Profile, s *profile.Step) (func(context.Context, *http.Response, []byte) error, error) {
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	c := New(p, Deps{HTTP: &http.Client{}, Now: func() time.Time { return time.Time{} }}) // no clock: the answer may be old
	return func(ctx context.Context, resp *http.Response, body []byte) error {
		_, err := c.judge(ctx, s, reader, resp, body, nil)
		return err
	}, nil
}

// isScalar reports whether a token or subject can be v: text or a number.
func isScalar(v any) bool {
	switch v.(type) {
	case string, json.Number, int, float64, *big.Int:
		return true
	}
	return false
}

// primary is the member without which a step's answer is of no use.
func primary(s *profile.Step) string {
	if s.Name == "userinfo" || s.Name == "details" {
		return "subject"
	}
	return "access_token"
}

// refusal is the vendor's no, with what the profile knows of it. The kind
// follows the code; where the profile does not know that, the HTTP status.
func (c *Client) refusal(s *profile.Step, resp *http.Response, v profile.Verdict) *Refusal {
	if v.Code == "" {
		var message string
		v.Code, message = BearerError(resp.Header.Values("WWW-Authenticate"))
		v.Message = cmp.Or(v.Message, message)
	}
	r := &Refusal{
		Profile: c.profile.Name, Step: s.Name, Code: c.scrub.Scrub(v.Code), Message: c.scrub.Scrub(v.Message),
		Status: resp.StatusCode, TraceID: c.scrub.Scrub(v.Trace), RequestID: c.requestID(resp),
	}
	r.Scheme, r.Host = asked(resp)
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		r.Skew = c.deps.Now().Sub(date)
	}
	if known, ok := c.profile.Refusal(v.Code); ok {
		r.Kind, r.Meaning, r.Guess = known.Kind, known.Text(), known.GuessText()
	} else { // a call that is guessed may itself be why
		r.Kind, r.Guess = kindOfStatus(resp.StatusCode), s.GuessText()
	}
	return r
}

// requestID is what many servers name a request by, in their logs too.
func (c *Client) requestID(resp *http.Response) string {
	return c.scrub.Scrub(resp.Header.Get("X-Request-Id"))
}

func kindOfStatus(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "invalid_token"
	case status == http.StatusForbidden:
		return "no_permission"
	case status == http.StatusNotFound:
		return "not_found"
	case status == http.StatusTooManyRequests:
		return "rate_limited"
	case status >= 500:
		return "server_error"
	case status >= 400:
		return "bad_request"
	}
	return ""
}

// BearerError reads error and error_description of RFC 6750 §3 from the values
// of WWW-Authenticate, where some servers leave the body empty.
func BearerError(challenges []string) (code, description string) {
	for _, challenge := range challenges {
		if code := attribute(challenge, "error"); code != "" {
			return code, attribute(challenge, "error_description")
		}
	}
	return "", ""
}

// attribute returns name="…" of a challenge (RFC 9110 §11.2), "" when it has none.
func attribute(challenge, name string) string {
	for _, before := range []string{" ", ","} {
		if _, rest, ok := strings.Cut(challenge, before+name+`="`); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}
