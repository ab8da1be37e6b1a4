package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"ssoctl/pkg/body"
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

// decide classifies a response that is not a redirect; no other function does. The verdict
// describes a refusal, or holds the trace id of a success.
func (c *Client) decide(ctx context.Context, s *profile.Step, reader *profile.Reader, r Response) (profile.Verdict, outcome) {
	failed := r.head.StatusCode >= http.StatusBadRequest
	if r.err != nil {
		if failed {
			return profile.Verdict{}, unreadableRefusal
		}
		return profile.Verdict{}, unreadable
	}
	verdict := reader.Judge(ctx, r.answer.Value)
	if failed && verdict.OK {
		verdict = reader.Refusal(ctx, r.answer.Value)
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
		value, err := reader.ReadOne(ctx, r.answer.Value, primary(s))
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
	head   *http.Response
	body   []byte
	answer profile.Answer
	err    *body.Error // says why answer cannot be read; nil if it can
}

// NewResponse returns a response to a step, with the status and header of head. It decodes
// data unless that is larger than [MaxAnswer], and does not read head.Body. If the step is
// unknown, s is the zero Step.
func NewResponse(s *profile.Step, head *http.Response, data []byte) Response {
	r := Response{head: head, body: data}
	if len(data) > MaxAnswer {
		r.err = &body.Error{Reason: body.TooLarge, Size: len(data), Limit: MaxAnswer}
		return r
	}
	answer, err := s.Decode(head.Header, data)
	r.answer = answer
	r.err, _ = errors.AsType[*body.Error](err)
	return r
}

// moved reports whether the response is a redirect.
func (r Response) moved() bool { return r.head.StatusCode >= 300 && r.head.StatusCode < 400 }

// tooMuch reports whether the response exceeds a limit.
func (r Response) tooMuch() bool {
	return r.err != nil && (r.err.Reason == body.TooLarge || r.err.Reason == body.TooManyValues)
}

// IsJSON reports whether the body is JSON.
func (r Response) IsJSON() bool { return r.answer.IsJSON }

// IsPage reports whether the body is a web page, other markup or nothing.
func (r Response) IsPage() bool {
	return r.err != nil && slices.Contains([]body.Form{body.Page, body.Markup, body.Empty}, r.err.Form)
}

// Value returns the body as the input of expressions.
func (r Response) Value() any { return r.answer.Value }

// Judge reports whether the response grants the request. If it refuses the request, refusal
// is not nil; of its Excerpt, only Page is set. If it does neither, it is not a response
// to this step.
func (j *Judge) Judge(ctx context.Context, r Response) (yes bool, refusal *Refusal) {
	if r.moved() || r.tooMuch() {
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
		refusal.Excerpt.Page = r.err.Form == body.Page
		return false, refusal
	}
	return false, nil
}

// Reads reports whether the step reads at least one value from the response.
func (j *Judge) Reads(ctx context.Context, r Response) bool {
	read, _ := j.reader.Read(ctx, r.answer.Value) // an error means that ctx is done
	return len(read) > 0
}

// Expressions returns the expressions that decide the verdict. The last one reads the value
// that a success must have; it is "" if the step needs none.
func (j *Judge) Expressions() []string {
	reply := j.client.profile.ReplyOf(j.step)
	read, _ := j.reader.Expr(primary(j.step))
	return []string{reply.OK, reply.Code, reply.Message, read}
}
