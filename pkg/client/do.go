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

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/record"
	"ssoctl/pkg/secret"
)

// MaxAnswer is the largest response that is read, in bytes.
const MaxAnswer = 4 << 20

// answer is what one step yielded.
type answer struct {
	step   *profile.Step
	reader *profile.Reader
	read   map[string]any
	raw    []byte
	trace  string
	at     time.Time
	cached bool // it came from the cache
	// cacheKey is where the cache holds an application's token; "" for other tokens
	cacheKey string
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
	r := NewResponse(resp, body)
	a, err := c.judge(ctx, s, reader, r, values)
	if c.deps.Record != nil {
		x.Failed(c.failures(ctx, reader, r))
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		refusal.BasicEncoded = s.Uses("basic_auth") && basicEncoded(values)
	}
	return a, err
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
		return nil, nil, c.protocolError(s, resp, lang.Text{EN: "the response cannot be decompressed: " + err.Error(), ZH: "响应无法解压：" + err.Error()})
	}
	if err != nil {
		return nil, nil, c.networkError(ctx, s, req.URL, came.at(), fmt.Errorf("the response was cut off: %w", err))
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

// keepSecret makes the scrubber know the secrets among the values.
func (c *Client) keepSecret(values recipe.Values) {
	for _, v := range values {
		if s, ok := v.(secret.String); ok {
			c.scrub.Add(s)
		}
	}
}

// isUnpacking reports whether reading failed because a body declared as gzip is not gzip.
func isUnpacking(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt)
}

// ErrUnsolicited: the server sent data before any request, so it is not an HTTP server.
var ErrUnsolicited = errors.New("the server sent data before any request")

// networkError wraps ctx.Err() when ctx has ended, whatever the cause was.
func (c *Client) networkError(ctx context.Context, s *profile.Step, u *url.URL, came Phase, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text repeats the address, with whatever the query holds
	}
	if strings.HasPrefix(err.Error(), "readLoopPeekFailLocked: ") { // net/http's own name for it
		if err = errors.Unwrap(err); err == nil {
			err = ErrUnsolicited
		}
	}
	if ended := ctx.Err(); ended != nil && !errors.Is(err, ended) {
		err = fmt.Errorf("%w: %w", ended, err)
	}
	if text, _ := c.said(err.Error(), mostSaid); text != err.Error() { // it may quote an answer that is no HTTP
		err = &scrubbedError{text, err}
	}
	return &NetworkError{
		Profile: c.profile.Name, Step: s.Name, Scheme: u.Scheme, Host: u.Host, Phase: came,
		CodeSent: c.codeSent && s.Uses("code"), Err: err, Timeout: c.deps.Timeout,
	}
}

// judge decides between an answer, a *Refusal and a *ProtocolError.
func (c *Client) judge(ctx context.Context, s *profile.Step, reader *profile.Reader, r Response, values recipe.Values) (*answer, error) {
	if r.moved() {
		return nil, c.movedError(r.head, c.protocolError(s, r.head, lang.Text{}))
	}
	if problem := r.tooMuch(); !problem.IsZero() {
		return nil, c.protocolError(s, r.head, problem)
	}
	verdict, got := c.decide(ctx, s, reader, r)
	switch got {
	case unreadableRefusal:
		refusal := c.refusal(s, r.head, verdict)
		refusal.Excerpt = c.excerpt(r.head, r.body)
		return nil, refusal
	case refused:
		return nil, c.explained(ctx, c.refusal(s, r.head, verdict), reader, r)
	case unreadable:
		return nil, c.notJSON(s, r.head, r.body)
	case neither:
		return nil, c.neither(ctx, s, reader, r)
	case lacksPrimary:
		expr, _ := reader.Expr(primary(s))
		return nil, c.lacksPrimary(ctx, s, expr, reader, r)
	case stopped:
		return nil, c.stopped(s, r, verdict.Err)
	}
	read, err := reader.Read(ctx, r.value)
	if err != nil {
		return nil, c.stopped(s, r, err)
	}
	a := &answer{step: s, reader: reader, read: read, raw: r.body, trace: verdict.Trace, at: c.deps.Now()}
	c.hideTokens(a)
	if nonce, sent := values.Text("nonce"); sent && s.Uses("code") {
		if problem := nonceProblem(a.read["id_token"], nonce); !problem.IsZero() {
			return nil, c.protocolError(s, r.head, problem)
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

// asked is the address of the request; "" for a response without one.
func asked(resp *http.Response) (scheme, host string) {
	if resp.Request == nil { // it was not: Judge
		return "", ""
	}
	return resp.Request.URL.Scheme, resp.Request.URL.Host
}

// hideTokens makes the scrubber know the tokens of an answer.
func (c *Client) hideTokens(a *answer) {
	for name, v := range a.read {
		if profile.IsSecretName(name) {
			c.scrub.Add(secret.New(profile.Text(v)))
		}
	}
}

// isScalar reports whether v can be a token or a subject: text or a number.
func isScalar(v any) bool {
	switch v.(type) {
	case string, json.Number:
		return true
	}
	return false
}

// primary is the name of the value that a step is there for.
func primary(s *profile.Step) string {
	if s.Name == "userinfo" || s.Name == "details" {
		return "subject"
	}
	return "access_token"
}
