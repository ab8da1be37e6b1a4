package client

import (
	"context"
	"net/http"
	"time"

	"ssoctl/pkg/profile"
)

// outcome classifies a response to a step.
type outcome int

const (
	granted           outcome = iota
	refused                   // according to the body or the HTTP status
	unreadableRefusal         // according to the HTTP status, with a body that expressions cannot read
	unreadable                // a web page, an empty body, or binary data
	neither                   // neither a success nor a refusal
	lacksPrimary              // a success without the value that the step must return
	stopped                   // unknown: the context was done first; the verdict's Err says where
)

// decoded is a decoded body: the results of [profile.Decode].
type decoded struct {
	body   []byte
	value  any
	isJSON bool
	err    error
}

// decode decodes a body unless it is larger than [MaxAnswer].
func decode(body []byte) decoded {
	if len(body) > MaxAnswer {
		return decoded{body: body}
	}
	v, isJSON, err := profile.Decode(body)
	return decoded{body, v, isJSON, err}
}

// decide classifies a response that is not a redirect; no other function does. The verdict
// describes a refusal, or holds the trace id of a success.
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

// Judge classifies responses to one step as a [Client] would, wherever they came from. Use
// [NewJudge] to create one; it can judge many responses.
type Judge struct {
	client *Client
	step   *profile.Step
	reader *profile.Reader
}

// NewJudge compiles the step's expressions. The error says what is wrong in the profile.
func NewJudge(p *profile.Profile, s *profile.Step) (*Judge, error) {
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	// No real clock: a response may be old.
	c := New(p, Deps{HTTP: &http.Client{}, Now: func() time.Time { return time.Time{} }})
	return &Judge{c, s, reader}, nil
}

// Response is a response with a decoded body, which any number of judges can share. Use
// [NewResponse] to create one.
type Response struct {
	head *http.Response
	decoded
}

// NewResponse returns a Response with the status and header of head. It decodes body, and
// does not read head.Body.
func NewResponse(head *http.Response, body []byte) Response {
	return Response{head, decode(body)}
}

// moved reports whether the response is a redirect.
func (r Response) moved() bool { return r.head.StatusCode >= 300 && r.head.StatusCode < 400 }

// IsJSON reports whether the body is JSON.
func (r Response) IsJSON() bool { return r.isJSON && r.err == nil }

// Value returns the body as the input of expressions; nil if it cannot be read.
func (r Response) Value() any { return r.value }

// Judge reports whether the response grants the request. If it refuses the request, refusal
// is not nil; of its Excerpt, only Page is set. If it does neither, it is not a response
// to this step.
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

// Reads reports whether the step reads at least one value from the response.
func (j *Judge) Reads(ctx context.Context, r Response) bool {
	read, _ := j.reader.Read(ctx, r.value) // an error means that ctx is done
	return len(read) > 0
}

// Expressions returns the expressions that decide the verdict. The last one reads the value
// that a success must have; it is "" if the step needs none.
func (j *Judge) Expressions() []string {
	reply := j.client.profile.ReplyOf(j.step)
	read, _ := j.reader.Expr(primary(j.step))
	return []string{reply.OK, reply.Code, reply.Message, read}
}
