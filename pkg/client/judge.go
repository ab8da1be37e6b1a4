package client

import (
	"context"
	"net/http"
	"time"

	"ssoctl/pkg/profile"
)

// outcome is what a response to a step amounts to.
type outcome int

const (
	granted           outcome = iota
	refused                   // by what the profile reads of the body, or by the HTTP status
	unreadableRefusal         // by the HTTP status, with a body that no expression can read
	unreadable                // a page, nothing, or bytes that are not text
	neither                   // neither a success nor a refusal
	lacksPrimary              // a success without the value that the step is there for
	stopped                   // not known: the context ended first; the verdict's Err says where
)

// decoded is a body as jq sees it: the results of [profile.Decode].
type decoded struct {
	body   []byte
	value  any
	isJSON bool
	err    error
}

// decode decodes nothing of what is larger than MaxAnswer.
func decode(body []byte) decoded {
	if len(body) > MaxAnswer {
		return decoded{body: body}
	}
	v, isJSON, err := profile.Decode(body)
	return decoded{body, v, isJSON, err}
}

// decide is the one decision about a response that is no redirect. It reads as little as
// it can and describes nothing. The verdict is that of a refusal, or holds the trace id.
func (c *Client) decide(ctx context.Context, s *profile.Step, reader *profile.Reader, r Response) (profile.Verdict, outcome) {
	failed := r.head.StatusCode >= http.StatusBadRequest
	if r.err != nil || !r.isJSON && (isHTML(r.head, r.body) || !c.unreadable(r.head, r.body).IsZero()) {
		if failed {
			return profile.Verdict{}, unreadableRefusal
		}
		return profile.Verdict{}, unreadable
	}
	verdict := reader.Judge(ctx, r.value)
	if failed && verdict.OK {
		verdict = reader.Refusal(ctx, r.value)
	}
	if verdict.Err != nil {
		return verdict, stopped
	}
	if failed || !verdict.OK && verdict.Refused {
		return verdict, refused
	}
	if !verdict.OK {
		return verdict, neither
	}
	if _, asked := reader.Expr(primary(s)); asked {
		value, err := reader.ReadOne(ctx, r.value, primary(s))
		if err != nil {
			return profile.Verdict{Err: err}, stopped
		}
		if !isScalar(value) {
			return verdict, lacksPrimary
		}
	}
	return verdict, granted
}

// Judge says of responses to one step, wherever they came from, what a client would
// make of them. It is made once and asked often: see [NewJudge].
type Judge struct {
	client *Client
	step   *profile.Step
	reader *profile.Reader
}

// NewJudge compiles the step's expressions. The error is a fault of the profile.
func NewJudge(p *profile.Profile, s *profile.Step) (*Judge, error) {
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	// No clock: a response may be old.
	c := New(p, Deps{HTTP: &http.Client{}, Now: func() time.Time { return time.Time{} }})
	return &Judge{c, s, reader}, nil
}

// Response is a response that was not necessarily asked for, its body decoded once for
// any number of judges: see [NewResponse].
type Response struct {
	head *http.Response
	decoded
}

// NewResponse decodes a body. The head's own body is not read.
func NewResponse(head *http.Response, body []byte) Response {
	return Response{head, decode(body)}
}

// moved reports whether the response is a redirect.
func (r Response) moved() bool { return r.head.StatusCode >= 300 && r.head.StatusCode < 400 }

// IsJSON reports whether the body is JSON.
func (r Response) IsJSON() bool { return r.isJSON && r.err == nil }

// Value is the body as jq sees it; nil where it cannot be read.
func (r Response) Value() any { return r.value }

// Judge reports whether the vendor granted the request. A refusal is not nil where the
// vendor refused it; it has no excerpt. Neither of them: the response is not one to
// this step.
func (j *Judge) Judge(ctx context.Context, r Response) (yes bool, refusal *Refusal) {
	if r.moved() || !r.tooMuch().IsZero() {
		return false, nil
	}
	verdict, got := j.client.decide(ctx, j.step, j.reader, r)
	switch got {
	case granted:
		return true, nil
	case refused:
		return false, j.client.refusal(j.step, r.head, verdict)
	case unreadableRefusal:
		refusal := j.client.refusal(j.step, r.head, verdict)
		refusal.Excerpt.Page = isPage(r.head, r.body)
		return false, refusal
	}
	return false, nil
}

// Reads reports whether the step reads anything from a response.
func (j *Judge) Reads(ctx context.Context, r Response) bool {
	read, _ := j.reader.Read(ctx, r.value) // as far as the context allows
	return len(read) > 0
}

// Expressions are those on which the judgement depends, the last one that of the value
// which a success needs; "" where it needs none.
func (j *Judge) Expressions() []string {
	reply := j.client.profile.ReplyOf(j.step)
	read, _ := j.reader.Expr(primary(j.step))
	return []string{reply.OK, reply.Code, reply.Message, read}
}
