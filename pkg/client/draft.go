package client

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Draft is a request as it would be sent. In place of each value that is secret,
// or that only an earlier answer brings, it holds a mark.
type Draft struct {
	Step    *profile.Step
	Request *recipe.Request
	Marks   []Mark // of all values that may be in it, in alphabetical order
	// Signed is the request with the values themselves, marks only for what
	// earlier answers bring; nil when nothing is signed. Request has its digest.
	Signed *recipe.Request
}

// Mark stands for a value in a draft. It is of letters and digits, so that every
// encoding but that of HTTP Basic leaves it as it is.
type Mark struct {
	Name  string        // of the placeholder
	Text  string        // that stands for it
	Value secret.String // empty when From is not
	From  *profile.Step // whose answer brings the value
}

// Draft makes the requests with which the targets would begin, and sends none:
// those steps whose answers the targets need come first. The errors are those
// with which the targets would end before they ask the vendor, and an
// *ArgumentError when a signature covers what only an answer brings.
func (c *Client) Draft(ctx context.Context, targets []string, given recipe.Values) ([]Draft, error) {
	p, err := c.prepare(targets, given)
	if err != nil {
		return nil, err
	}
	c.keepSecret(p.values)
	d := drafter{Client: c, values: p.values, now: c.deps.Now(), marks: map[string]Mark{}}
	for name, v := range p.values {
		if s, ok := v.(secret.String); ok {
			d.mark(Mark{Name: name, Value: s})
		}
	}
	var out []Draft
	for _, s := range p.steps {
		draft, err := d.draft(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, draft)
		for name := range s.Read {
			if s.Name == "token" && name == "access_token" {
				name = profile.AppToken
			}
			d.mark(Mark{Name: name, From: s})
		}
	}
	return out, nil
}

type drafter struct {
	*Client
	values recipe.Values // as they are
	now    time.Time
	rand   []byte // of one step: its builds make the same {uuid}
	marks  map[string]Mark
}

func (d *drafter) mark(m Mark) {
	m.Text = "mark" + d.random(24)
	d.marks[m.Name] = m
}

func (d *drafter) draft(ctx context.Context, s *profile.Step) (Draft, error) {
	d.rand = d.randomBytes(64)
	marked := maps.Clone(d.values)
	for name, m := range d.marks {
		marked[name] = secret.New(m.Text)
		if strings.HasPrefix(string(s.URL), "{"+name+"}") {
			why := "is secret"
			if m.From != nil {
				why = "only the answer of " + m.From.Name + " brings"
			}
			return Draft{}, &profile.Error{Key: d.profile.Name + ": " + s.Name, Problem: fmt.Sprintf("the address begins with {%s}, which %s", name, why)}
		}
	}
	out := Draft{Step: s}
	var err error
	if out.Request, err = d.build(ctx, s, s.Recipe, marked); err != nil {
		return out, err
	}
	for _, name := range slices.Sorted(maps.Keys(d.marks)) {
		out.Marks = append(out.Marks, d.marks[name])
	}
	if s.Sign == nil {
		return out, nil
	}
	return d.sign(ctx, out, marked)
}

// sign puts the digest over the values themselves into the request.
func (d *drafter) sign(ctx context.Context, out Draft, marked recipe.Values) (Draft, error) {
	known := maps.Clone(d.values)
	for name, m := range d.marks {
		if m.From == nil {
			continue
		}
		if strings.Contains(out.Request.SignText.Reveal(), m.Text) {
			return out, &ArgumentError{Profile: d.profile.Name, Step: out.Step.Name, Needs: []string{name}}
		}
		known[name] = secret.New(m.Text)
	}
	var err error
	if out.Signed, err = d.build(ctx, out.Step, out.Step.Recipe, known); err != nil {
		return out, err
	}
	asGiven, text := out.Step.Recipe, out.Request.SignText
	asGiven.Sign, marked["sign"] = nil, out.Signed.Digest
	out.Request, err = d.build(ctx, out.Step, asGiven, marked)
	if err == nil {
		out.Request.SignText = text
	}
	return out, err
}

func (d *drafter) build(ctx context.Context, s *profile.Step, r recipe.Recipe, values recipe.Values) (*recipe.Request, error) {
	fresh := recipe.Fresh{Now: func() time.Time { return d.now }, Rand: bytes.NewReader(d.rand)}
	req, err := r.Build(ctx, values, fresh)
	if err != nil {
		return nil, &profile.Error{Key: d.profile.Name + ": " + s.Name, Problem: d.scrub.Scrub(err.Error())}
	}
	d.dress(req)
	return req, nil
}
