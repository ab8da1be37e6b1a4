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

// Draft is a request as it would be sent. In place of each value that is secret
// or not known it holds a mark.
type Draft struct {
	Step    *profile.Step
	Request *recipe.Request
	Marks   []Mark // of all values that may be in it, in alphabetical order
	// Signed is the request with the values themselves, marks only for what is not
	// known; nil when nothing is signed. Request has its digest.
	Signed *recipe.Request
}

// Mark stands for a value in a draft. It is of letters and digits, so that every
// encoding but that of HTTP Basic leaves it as it is.
type Mark struct {
	Name  string        // of the placeholder, or step and key of what the profile itself says
	Text  string        // that stands for it
	Value secret.String // empty where it is not known
	From  *profile.Step // whose answer brings a value that is not known, if one does
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
	d := c.drafter(p.values)
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

// DraftStep makes the request of one step alone. What else it takes and is not
// given is not known, whatever could bring it. given may hold what is otherwise made
// anew for each request, such as uuid.
func (c *Client) DraftStep(ctx context.Context, step string, given recipe.Values) (Draft, error) {
	s, err := c.profile.Offer(step)
	if err != nil {
		return Draft{}, err
	}
	plan := c.profile.Alone(s)
	values, err := c.profile.Values(plan.Inputs, c.deps.Refs)
	if err != nil {
		return Draft{}, err
	}
	maps.Copy(values, given)
	d := c.drafter(values)
	for _, name := range recipe.Fixable {
		if text, ok := given.Text(name); ok {
			d.fixed[name] = text
		}
	}
	for _, name := range plan.Lacking {
		if _, known := given[name]; !known {
			d.mark(Mark{Name: name})
		}
	}
	return d.draft(ctx, s)
}

func (c *Client) drafter(values recipe.Values) *drafter {
	c.keepSecret(values)
	d := &drafter{Client: c, values: values, now: c.deps.Now(), marks: map[string]Mark{}, fixed: map[string]string{}}
	for name, v := range values {
		if s, ok := v.(secret.String); ok {
			d.mark(Mark{Name: name, Value: s})
		}
	}
	return d
}

type drafter struct {
	*Client
	values recipe.Values // as they are
	now    time.Time
	rand   []byte // of one step: its builds make the same {uuid}
	marks  map[string]Mark
	fixed  map[string]string // see recipe.Fresh
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
			if m.Value.IsZero() {
				why = "is not known yet"
			}
			return Draft{}, &profile.Error{Key: d.profile.Name + ": " + s.Name, Problem: fmt.Sprintf("the address begins with {%s}, which %s", name, why)}
		}
	}
	out := Draft{Step: s}
	asGiven := s.Map(func(key string, t recipe.Template) recipe.Template { return d.literal(s, key, t) })
	var err error
	if out.Request, err = d.build(ctx, s, asGiven, marked); err != nil {
		return out, err
	}
	for _, name := range slices.Sorted(maps.Keys(d.marks)) {
		out.Marks = append(out.Marks, d.marks[name])
	}
	if s.Sign == nil {
		return out, nil
	}
	return d.sign(ctx, out, asGiven, marked)
}

// literal is a template, or a mark where that is a secret which somebody wrote into the
// profile itself.
func (d *drafter) literal(s *profile.Step, key string, t recipe.Template) recipe.Template {
	if !profile.IsSecretLiteral(key[strings.LastIndexByte(key, '.')+1:], string(t)) {
		return t
	}
	name := s.Name + "." + key
	d.mark(Mark{Name: name, Value: secret.New(string(t))})
	return recipe.Template(d.marks[name].Text)
}

// sign puts the digest over the values themselves into the request.
func (d *drafter) sign(ctx context.Context, out Draft, asGiven recipe.Recipe, marked recipe.Values) (Draft, error) {
	known := maps.Clone(d.values)
	for name, m := range d.marks {
		if !m.Value.IsZero() {
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
	text, value := out.Request.SignText, out.Request.SignValue
	asGiven.Sign, marked["sign"] = nil, out.Signed.Digest
	out.Request, err = d.build(ctx, out.Step, asGiven, marked)
	if err == nil {
		out.Request.SignText, out.Request.SignValue = text, value
	}
	return out, err
}

func (d *drafter) build(ctx context.Context, s *profile.Step, r recipe.Recipe, values recipe.Values) (*recipe.Request, error) {
	fresh := recipe.Fresh{Now: func() time.Time { return d.now }, Rand: bytes.NewReader(d.rand), Fixed: d.fixed}
	req, err := r.Build(ctx, values, fresh)
	if err != nil {
		return nil, d.unbuilt(s, err)
	}
	acceptJSON(req) // User-Agent is the sender's own, unless the profile sets it
	return req, nil
}
