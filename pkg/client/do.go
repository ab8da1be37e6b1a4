package client

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/cache"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// MaxResponse is the largest response that is read, in bytes.
const MaxResponse = 4 << 20

// stepResult is the successful response of one step.
type stepResult struct {
	step   *profile.Step
	reader *profile.Reader
	read   map[string]any
	raw    []byte // the body, see Response.bodyAlone
	saved  []byte // the response, see Response.saved
	trace  string
	at     time.Time
	cached bool // from the cache
	remade bool // a resumed login gets it again without the code, so Done does not return it
	// claims are those of the id_token; nil if it has none, or the issuer is unknown.
	claims   map[string]any
	verified bool // the claims are genuine
	// key and entry are those of a response that was cached.
	key   cache.Key
	entry cache.Entry
}

// do runs one step. It repeats the request up to most times, if that is safe and may help.
func (c *Client) do(ctx context.Context, s *profile.Step, reader *profile.Reader, values recipe.Values, most int) (a *stepResult, err error) {
	err = c.repeat(ctx, s, most, func(ctx context.Context, again record.Repeat) error {
		a, err = c.once(ctx, s, reader, values, again)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// once runs one step: it builds the request, sends it, and judges the response.
func (c *Client) once(ctx context.Context, s *profile.Step, reader *profile.Reader, values recipe.Values, again record.Repeat) (_ *stepResult, err error) {
	c.keepSecret(values)
	if err := c.checkBearer(s, values); err != nil {
		return nil, err
	}
	req, err := s.Build(ctx, values, recipe.Fresh{Now: c.deps.Now, Rand: c.deps.Rand})
	if err != nil {
		return nil, c.unbuilt(s, err)
	}
	c.addHeaders(req)
	c.keepDerived(s, req, values)
	x := c.begin(record.Called, again, s, req, values)
	defer func() { x.End(err, vendorCode(err)) }()
	resp, data, err := c.send(ctx, s, req, x)
	if err != nil {
		return nil, err
	}
	r := NewResponse(s, resp, data)
	a, err := c.interpret(ctx, s, reader, r)
	if err == nil {
		if problem := c.tokenCheck(s, values).problem(a); !problem.IsZero() {
			e := c.lacksOpenID(c.protocolError(s, resp, problem))
			if profile.Text(a.read["id_token"]) == "" {
				e = c.askedOpenID(e)
			}
			a, err = nil, e
		}
	}
	if c.deps.Record != nil {
		x.Failed(c.failures(ctx, reader, r))
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		refusal.BasicEncoded = s.Uses("basic_auth") && basicEncoded(values)
		refusal.Auth = c.authUsed(s, values)
	}
	return a, err
}

// keepDerived adds to the scrubber the secrets that were made for a request: signatures and
// credentials.
func (c *Client) keepDerived(s *profile.Step, req *recipe.Request, values recipe.Values) {
	for _, d := range req.Derivations {
		if isSecret(s.Authenticated(values), d, values) {
			c.scrub.Add(secret.New(d.Value))
		}
	}
	if auth := req.Header.Get("Authorization"); auth != "" {
		_, credentials, _ := strings.Cut(auth, " ")
		c.scrub.Add(secret.New(credentials))
	}
}

// unbuilt returns the error for a request that cannot be built from the profile.
func (c *Client) unbuilt(s *profile.Step, err error) error {
	why := lang.Sprintf(lang.Text{EN: "%v", ZH: "无法生成请求：%v"}, err)
	problem := lang.Text{EN: c.scrub.Scrub(why.EN), ZH: c.scrub.Scrub(why.ZH)}
	e := &profile.Error{Key: c.profile.Name + ": " + string(s.Name), Problem: problem}
	if errors.As(err, new(*recipe.AddressError)) {
		e.Address = s.Name
	}
	return e
}

// send sends a request; no other function does. The body is complete unless it is larger
// than [MaxResponse]. The error is a [*NetworkError] or a [*ProtocolError].
func (c *Client) send(ctx context.Context, s *profile.Step, req *recipe.Request, x *record.Call) (*http.Response, []byte, error) {
	takesCode, once := c.profile.SendsValue(s, "code"), !c.profile.IsRepeatable(s)
	if once {
		// net/http may send a GET twice on a reused connection. A code must be sent only
		// once, so it goes over a new connection.
		c.http.CloseIdleConnections()
	}
	watched, stop := context.WithCancelCause(req.Context())
	defer stop(nil)
	var reached progress
	attempts := 0
	req.Request = req.WithContext(httptrace.WithClientTrace(watched, reached.trace(func() {
		if attempts++; once && attempts > 1 { // HTTP/2: the server has refused the first attempt
			stop(ErrRefusedStream)
		}
		c.codeSent = c.codeSent || takesCode
	})))
	resp, err := c.http.Do(x.Watch(req.Request))
	if err != nil {
		if cause := context.Cause(watched); errors.Is(cause, ErrRefusedStream) {
			err = cause // instead of context.Canceled
		}
		return nil, nil, c.networkError(ctx, s, req.URL, reached.at(), err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, MaxResponse+1))
	if err == nil {
		data = body.Inflate(resp.Header, data, MaxResponse)
	}
	x.SetResponse(resp, data, err != nil || len(data) > MaxResponse)
	if isUnpacking(err) {
		return nil, nil, c.protocolError(s, resp, lang.Text{EN: "the response cannot be decompressed: " + err.Error(), ZH: "响应无法解压：" + err.Error()})
	}
	if err != nil {
		return nil, nil, c.networkError(ctx, s, req.URL, reached.at(), fmt.Errorf("the response was cut off: %w", err))
	}
	return resp, data, nil
}

// addHeaders adds the headers that every request has, unless the profile sets them.
func (c *Client) addHeaders(req *recipe.Request) {
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

// keepSecret adds the secrets among values to the scrubber. It marks the client's id as public,
// because some vendors call it a key.
func (c *Client) keepSecret(values recipe.Values) {
	for _, v := range values {
		if s, ok := v.(secret.String); ok {
			c.scrub.Add(s)
		}
	}
	if id, ok := values["client_id"].(string); ok {
		c.scrub.AddPublic(id)
	}
}

// isSecret reports whether a value that was made must be masked like the secrets in it.
func isSecret(r recipe.Recipe, d recipe.Derivation, values recipe.Values) bool {
	return r.IsSecret(d.Name, func(name string) bool {
		_, is := values[name].(secret.String)
		return is || profile.IsSecretName(name)
	})
}

// isUnpacking reports whether reading failed because a body declared as gzip is not gzip.
func isUnpacking(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt)
}

// ErrUnsolicited: the server sent data before any request, so it is not an HTTP server.
var ErrUnsolicited = errors.New("the server sent data before any request")

// ErrRefusedStream: the server refused an HTTP/2 request that is sent only once. net/http would
// have sent it again.
var ErrRefusedStream = errors.New("the server refused the request before processing it (HTTP/2)")

// networkError returns a [*NetworkError]. If ctx is done, it wraps ctx.Err() too.
func (c *Client) networkError(ctx context.Context, s *profile.Step, u *url.URL, reached Phase, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the text of wrapped contains the URL with its query
	}
	if strings.HasPrefix(err.Error(), "readLoopPeekFailLocked: ") { // an internal name of net/http
		if err = errors.Unwrap(err); err == nil {
			err = ErrUnsolicited
		}
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	if text, _ := c.said(err.Error(), mostSaid); text != err.Error() { // net/http may quote a malformed response
		err = &scrubbedError{text, err}
	}
	return &NetworkError{
		Profile: c.profile.Name, Step: s.Name, Scheme: u.Scheme, Host: u.Host, Phase: reached,
		CodeSent: c.codeSent && c.profile.SendsValue(s, "code"), Err: err, Timeout: c.deps.Timeout,
	}
}

// interpret returns the result of a response, a [*Refusal] or a [*ProtocolError].
func (c *Client) interpret(ctx context.Context, s *profile.Step, reader *profile.Reader, r Response) (*stepResult, error) {
	got := (&Judge{c, s, reader}).Judge(ctx, r)
	switch got.Outcome {
	case Moved:
		return nil, c.movedError(r.head, c.protocolError(s, r.head, lang.Text{}))
	case TooMuch:
		return nil, c.protocolError(s, r.head, r.err.Text())
	case UnreadableRefusal:
		refusal := c.refusal(s, r.head, got.Verdict)
		refusal.Excerpt = c.excerpt(r)
		return nil, refusal
	case Refused:
		return nil, c.explained(ctx, c.refusal(s, r.head, got.Verdict), reader, r)
	case Unreadable:
		return nil, c.notJSON(s, r)
	case Neither:
		return nil, c.neither(ctx, s, reader, r)
	case LacksPrimary:
		return nil, c.lacksPrimary(ctx, s, reader, r)
	case Stopped:
		return nil, c.stopped(s, r, got.Verdict.Err)
	}
	read, err := reader.Read(ctx, r.decoded)
	if err != nil {
		return nil, c.stopped(s, r, err)
	}
	a := &stepResult{step: s, reader: reader, read: read, raw: r.bodyAlone(), saved: r.saved(reader), trace: got.Verdict.Trace, at: c.deps.Now()}
	c.hideTokens(a)
	if err := c.overlong(a, r); err != nil {
		return nil, err
	}
	c.warnUnverified(s, r)
	return a, nil
}

func (c *Client) protocolError(s *profile.Step, resp *http.Response, problem lang.Text) *ProtocolError {
	e := &ProtocolError{
		Profile: c.profile.Name, Step: s.Name, Status: resp.StatusCode, RequestID: c.requestID(resp), Problem: problem, Guess: s.GuessText(),
	}
	e.Scheme, e.Host = addressed(resp)
	return e
}

// addressed returns the scheme and host of the request; "" if the response has no request.
func addressed(resp *http.Response) (scheme, host string) {
	if resp.Request == nil { // from Judge
		return "", ""
	}
	return resp.Request.URL.Scheme, resp.Request.URL.Host
}

// hideTokens adds the tokens in a response to the scrubber.
func (c *Client) hideTokens(a *stepResult) {
	for name, v := range a.read {
		if profile.IsSecretName(name) {
			c.scrub.Add(secret.New(profile.Text(v)))
		}
	}
}

// isScalar reports whether v can be a token or a subject: a string or a number.
func isScalar(v any) bool {
	switch v.(type) {
	case string, json.Number:
		return true
	}
	return false
}
