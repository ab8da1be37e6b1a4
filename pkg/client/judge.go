package client

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"ssoctl/pkg/body"
	"ssoctl/pkg/exactjson"
	"ssoctl/pkg/profile"
)

// Outcome is what a response to a step means.
type Outcome int

// The outcomes.
const (
	Granted           Outcome = iota
	Refused                   // according to the body or the HTTP status
	UnreadableRefusal         // according to the HTTP status, with a body that expressions cannot read
	Unreadable                // a web page, binary data, or an empty body that the step cannot use
	Neither                   // neither a success nor a refusal
	LacksPrimary              // a success without the value that the step must return
	Moved                     // a redirect, which a client does not follow
	TooMuch                   // larger than a client reads
	Stopped                   // unknown: the context was done first; the verdict's Err says where
)

// Success reports whether the vendor did not refuse. The response may still lack a value.
func (o Outcome) Success() bool { return o == Granted || o == LacksPrimary }

// Judgement is what a response means to a client.
type Judgement struct {
	Outcome Outcome
	// Verdict describes a refusal as the vendor sent it, or holds the trace id of a success.
	Verdict profile.Verdict
}

// Judge decides what responses to one step mean: for a [Client], and for code that reads
// responses from elsewhere, such as a log or a recording. Nothing else makes this decision.
// Use [NewJudge] to create one; it can judge many responses.
type Judge struct {
	client *Client
	step   *profile.Step
	reader *profile.Reader
}

// NewJudge compiles the step's expressions. The error says what is wrong in the profile.
// The zero Step judges responses whose step is unknown.
func NewJudge(p *profile.Profile, s *profile.Step) (*Judge, error) {
	reader, err := p.Reader(s)
	if err != nil {
		return nil, err
	}
	// No real clock: a response may be old.
	c := New(p, Deps{HTTP: &http.Client{}, Now: func() time.Time { return time.Time{} }})
	return &Judge{c, s, reader}, nil
}

// Judge decides what a response means.
func (j *Judge) Judge(ctx context.Context, r Response) Judgement {
	failed := r.head.StatusCode >= http.StatusBadRequest
	switch {
	case r.moved():
		return Judgement{Outcome: Moved}
	case r.tooMuch():
		return Judgement{Outcome: TooMuch}
	case r.err != nil && failed:
		return Judgement{UnreadableRefusal, withBearerError(r.head, profile.Verdict{})}
	case r.err != nil && !r.empty():
		return Judgement{Outcome: Unreadable}
	}
	verdict := j.reader.Judge(ctx, r.decoded)
	if failed && verdict.OK {
		verdict = j.reader.Refusal(ctx, r.decoded)
	}
	switch {
	case verdict.Err != nil:
		return Judgement{Stopped, verdict}
	case failed || !verdict.OK && verdict.Refused:
		return Judgement{Refused, withBearerError(r.head, verdict)}
	case !verdict.OK && r.empty():
		return Judgement{Unreadable, verdict}
	case !verdict.OK:
		return Judgement{Neither, verdict}
	}
	got := j.checkPrimary(ctx, r, verdict)
	if got.Outcome == LacksPrimary && r.empty() {
		got.Outcome = Unreadable
	}
	return got
}

// checkPrimary checks that a success has the value that the step must return.
func (j *Judge) checkPrimary(ctx context.Context, r Response, verdict profile.Verdict) Judgement {
	name := j.step.Primary()
	if _, reads := j.reader.Expr(name); !reads {
		return Judgement{Granted, verdict}
	}
	value, err := j.reader.ReadOne(ctx, r.decoded, name)
	switch {
	case err != nil:
		return Judgement{Stopped, profile.Verdict{Err: err}}
	case !isScalar(value):
		return Judgement{LacksPrimary, verdict}
	}
	return Judgement{Granted, verdict}
}

// Refusal returns the error that a client returns for a response with this judgement; nil if
// it is not a refusal. Of its Excerpt, only Page is set.
func (j *Judge) Refusal(r Response, got Judgement) *Refusal {
	if got.Outcome != Refused && got.Outcome != UnreadableRefusal {
		return nil
	}
	refusal := j.client.refusal(j.step, r.head, got.Verdict)
	refusal.Excerpt.Page = got.Outcome == UnreadableRefusal && r.err.Form == body.Page
	return refusal
}

// Reader returns the expressions that read values from a response.
func (j *Judge) Reader() *profile.Reader { return j.reader }

// Response is a response with a decoded body, which any number of judges can share. Use
// [NewResponse] to create one.
type Response struct {
	head    *http.Response
	body    []byte
	decoded profile.Response
	err     *body.Error // says why the body cannot be read, or that it is empty; nil if it is data or text
}

// NewResponse returns a response to a step, with the status and header of head and the body
// data; it does not read head.Body. The status is 0, and s the zero Step, if they are not
// known. A body larger than [MaxResponse] is not decoded.
func NewResponse(s *profile.Step, head *http.Response, data []byte) Response {
	r := Response{head: head, body: data}
	if len(data) > MaxResponse {
		r.err = &body.Error{Reason: body.TooLarge, Size: len(data), Limit: MaxResponse}
		return r
	}
	decoded, err := s.Decode(head.StatusCode, head.Header, data)
	r.decoded = decoded
	r.err, _ = errors.AsType[*body.Error](err)
	if decoded.Form == body.Empty && err == nil {
		r.err = body.Of(head.Header, data).Unreadable()
	}
	return r
}

// Response is [NewResponse] for the step of the judge.
func (j *Judge) Response(head *http.Response, data []byte) Response {
	return NewResponse(j.step, head, data)
}

// Remembering returns r with a memo for its expressions, which other responses may share.
func (r Response) Remembering(memo *profile.Memo) Response {
	r.decoded = memo.Remember(r.decoded)
	return r
}

// moved reports whether the response is a redirect.
func (r Response) moved() bool { return r.head.StatusCode >= 300 && r.head.StatusCode < 400 }

// tooMuch reports whether the response exceeds a limit.
func (r Response) tooMuch() bool {
	return r.err != nil && (r.err.Reason == body.TooLarge || r.err.Reason == body.TooManyValues)
}

// empty reports whether the body is empty: null to expressions.
func (r Response) empty() bool {
	return r.err != nil && r.err.Reason == body.NotData && r.err.Form == body.Empty
}

// bodyAlone returns the body so that it reads the same without its header: in UTF-8, and a form
// as JSON.
func (r Response) bodyAlone() []byte {
	if r.Form() == body.Fields {
		if text, err := exactjson.Encode(r.decoded.Value); err == nil {
			return text
		}
	}
	return body.Of(r.head.Header, r.body).UTF8()
}

// Form returns the form of the body.
func (r Response) Form() body.Form { return r.decoded.Form }

// IsData reports whether the body is data rather than plain text.
func (r Response) IsData() bool { return r.decoded.IsData() }

// IsPage reports whether the body is a web page, other markup or nothing.
func (r Response) IsPage() bool {
	return r.err != nil && slices.Contains([]body.Form{body.Page, body.Markup, body.Empty}, r.err.Form)
}

// Err says why the body cannot be read, or that it is empty; nil if it is data or text.
func (r Response) Err() *body.Error { return r.err }

// Decoded returns the response as the input of a [profile.Reader].
func (r Response) Decoded() profile.Response { return r.decoded }

// Value returns the body as the input of expressions.
func (r Response) Value() any { return r.decoded.Value }

// Reads reports whether the step reads at least one value from the response.
func (j *Judge) Reads(ctx context.Context, r Response) bool {
	read, _ := j.reader.Read(ctx, r.decoded) // an error means that ctx is done
	return len(read) > 0
}

// Expressions returns the expressions that decide the verdict. The last one reads the value
// that a success must have; it is "" if the step needs none.
func (j *Judge) Expressions() []string {
	reply := j.client.profile.ReplyOf(j.step)
	read, _ := j.reader.Expr(j.step.Primary())
	return []string{reply.OK, reply.Code, reply.Message, read}
}
