package client

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Draft is a request that was built but not sent. Marks replace the values that are secret
// or not known.
type Draft struct {
	Step    *profile.Step
	Request *recipe.Request
	Marks   []Mark // all values that Request may contain, sorted by name
	// Signed is the request with the secret values, and marks for unknown values only. It
	// is nil if the request is not signed. Request has the signature of Signed.
	Signed *recipe.Request
}

// Mark is a placeholder for a value in a [Draft]. Its text has letters and digits only, so
// that no encoding except HTTP Basic changes it.
type Mark struct {
	Name  string        // of the placeholder, or STEP.KEY of a secret in the profile itself
	Text  string        // the placeholder text in the request
	Value secret.String // empty if not known
	From  *profile.Step // the step whose response supplies an unknown value; nil if none does
}

// Draft builds the requests of the target steps and of the steps that must run before
// them, in order, without sending any. redirect is as in [Client.Exchange]. The error
// is the one that the steps would return before they send a request, or an
// [*ArgumentError] if a signature, or a step that sends nothing, uses a value that only a
// response supplies.
func (c *Client) Draft(ctx context.Context, targets []profile.StepName, given recipe.Values, redirect ...Done) ([]Draft, error) {
	p, _, err := c.planned(ctx, targets, given, redirect)
	if err != nil {
		return nil, err
	}
	d := c.drafter(p.values)
	var out []Draft
	for _, s := range p.steps {
		if s.With != "" && d.lacksOption(s) {
			continue
		}
		if !s.Sends() {
			if err := d.yield(s); err != nil {
				return nil, err
			}
			continue
		}
		draft, err := d.draft(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, draft)
		for name := range s.Read {
			d.mark(Mark{Name: s.Supplies(name), From: s})
		}
	}
	return out, nil
}

// DraftStep builds the request of one step only. Values that other steps would supply are
// unknown unless they are given. given may also contain values that are otherwise generated
// for each request, such as uuid.
func (c *Client) DraftStep(ctx context.Context, step profile.StepName, given recipe.Values) (Draft, error) {
	s, err := c.profile.Offer(step)
	if err != nil {
		return Draft{}, err
	}
	if err := c.profile.SendsKey(s); err != nil {
		return Draft{}, err
	}
	plan := c.profile.Alone(s)
	values, err := c.profile.Values(plan.Inputs, c.deps.Refs)
	if err != nil {
		return Draft{}, err
	}
	maps.Copy(values, given)
	if err := c.authenticate(plan.Steps, values); err != nil {
		return Draft{}, err
	}
	s = authenticated(s, values)
	d := c.drafter(values)
	for name := range given {
		if text, ok := given.Text(name); ok && (slices.Contains(recipe.Fixable, name) || s.Makes[name].IsFresh()) {
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

// authenticated returns the step with what makes the JWT by which the client authenticates, if
// it does so.
func authenticated(s *profile.Step, values recipe.Values) *profile.Step {
	out := *s
	out.Recipe = s.Authenticated(values)
	return &out
}

func (c *Client) drafter(values recipe.Values) *drafter {
	c.keepSecret(values)
	d := &drafter{Client: c, values: values, now: c.deps.Now(), marks: map[string]Mark{}, fixed: map[string]string{}}
	for name, v := range values {
		if s, ok := v.(secret.String); ok && !c.profile.IsKey(name) { // a mark cannot sign, and a key is not sent
			d.mark(Mark{Name: name, Value: s})
		}
	}
	return d
}

type drafter struct {
	*Client
	values recipe.Values // unmarked
	now    time.Time
	rand   []byte // fixed for one step, so that each build gives the same random values
	marks  map[string]Mark
	fixed  map[string]string // see recipe.Fresh
}

func (d *drafter) mark(m Mark) {
	m.Text = "mark" + d.random(24)
	d.marks[m.Name] = m
}

func (d *drafter) draft(ctx context.Context, s *profile.Step) (Draft, error) {
	const forUUIDs, perCharacter = 64, 8 // bytes; more than are used
	size := forUUIDs
	s.EachMake(func(_ string, m recipe.Make) { size += perCharacter * min(m.Random, recipe.MaxRandom) })
	d.rand = d.randomBytes(size)
	marked := maps.Clone(d.values)
	for name, m := range d.marks {
		marked[name] = secret.New(m.Text)
		if strings.HasPrefix(string(s.URL), "{"+name+"}") {
			why := lang.Text{EN: "is secret", ZH: "是密钥"}
			if m.Value.IsZero() {
				why = lang.Text{EN: "is not known yet", ZH: "的值还不知道"}
			}
			return Draft{}, &profile.Error{Key: d.profile.Name + ": " + string(s.Name), Problem: lang.Sprintf(lang.Text{EN: "the URL starts with {%s}, which %s", ZH: "地址以 {%s} 开头，而它%s"}, name, why)}
		}
	}
	out := Draft{Step: s}
	asGiven := s.Map(func(key string, t recipe.Template) recipe.Template { return d.literal(s, key, t) })
	var err error
	if out.Request, err = d.build(ctx, s, asGiven, marked); err != nil {
		return out, err
	}
	out.Marks = d.allMarks()
	if !slices.ContainsFunc(out.Request.Derivations, hashed) {
		return out, nil
	}
	return d.sign(ctx, out, asGiven, marked)
}

// allMarks returns the marks, sorted by name.
func (d *drafter) allMarks() []Mark {
	var out []Mark
	for _, name := range slices.Sorted(maps.Keys(d.marks)) {
		out = append(out, d.marks[name])
	}
	return out
}

// hashed reports whether a value is a hash, a signature or encoded, so that marks in its text would change it.
func hashed(d recipe.Derivation) bool { return d.Make.Signs() || d.Make.Encoding != "" }

// lacksOption reports whether an optional placeholder of the step will have no value.
func (d *drafter) lacksOption(s *profile.Step) bool {
	return slices.ContainsFunc(s.Placeholders(), func(ph recipe.Placeholder) bool {
		_, marked := d.marks[ph.Name]
		_, has := d.values.Text(ph.Name)
		return ph.Optional && !has && !marked
	})
}

// yield makes the values of a step that sends nothing, for the steps after it.
func (d *drafter) yield(s *profile.Step) error {
	for _, ph := range s.Placeholders() {
		if m, marked := d.marks[ph.Name]; marked && m.Value.IsZero() {
			return &ArgumentError{Profile: d.profile.Name, Step: s.Name, Needs: []string{ph.Name}}
		}
	}
	made, err := d.Client.yield(s, d.values)
	if err != nil {
		return err
	}
	for name, v := range made.read {
		text := profile.Text(v)
		if d.values[name] = text; profile.IsSecretName(name) {
			d.values[name] = secret.New(text)
			d.mark(Mark{Name: name, Value: secret.New(text)})
		}
	}
	return nil
}

// literal returns the template, or a mark if the template is a secret that is written in
// the profile itself.
func (d *drafter) literal(s *profile.Step, key string, t recipe.Template) recipe.Template {
	if !profile.IsSecretLiteral(key[strings.LastIndexByte(key, '.')+1:], string(t)) {
		return t
	}
	name := string(s.Name) + "." + key
	d.mark(Mark{Name: name, Value: secret.New(string(t))})
	return recipe.Template(d.marks[name].Text)
}

// sign adds the values that are made from the unmarked values to the request.
func (d *drafter) sign(ctx context.Context, out Draft, asGiven recipe.Recipe, marked recipe.Values) (Draft, error) {
	known := maps.Clone(d.values)
	for name, m := range d.marks {
		if !m.Value.IsZero() {
			continue
		}
		if slices.ContainsFunc(out.Request.Derivations, func(of recipe.Derivation) bool { return hashed(of) && covers(of, m) }) {
			return out, &ArgumentError{Profile: d.profile.Name, Step: out.Step.Name, Needs: []string{name}}
		}
		known[name] = secret.New(m.Text)
	}
	var err error
	if out.Signed, err = d.build(ctx, out.Step, out.Step.Recipe, known); err != nil {
		return out, err
	}
	derived, fixed := out.Request.Derivations, d.fixed
	d.fixed = maps.Clone(fixed)
	for _, of := range derived {
		if !hashed(of) {
			continue
		}
		value := out.Signed.Made[of.Name]
		d.fixed[of.Name] = value
		if isSecret(out.Step.Authenticated(d.values), of, d.values) {
			d.mark(Mark{Name: of.Name, Value: secret.New(value)})
			d.fixed[of.Name] = d.marks[of.Name].Text
			out.Marks = d.allMarks()
		}
	}
	out.Request, err = d.build(ctx, out.Step, asGiven, marked)
	d.fixed = fixed
	return out, err
}

// covers reports whether a derivation depends on a mark.
func covers(of recipe.Derivation, m Mark) bool {
	return strings.Contains(of.Text.Reveal(), m.Text) || strings.Contains(of.Key.Reveal(), m.Text) ||
		slices.ContainsFunc(of.Make.Key.Placeholders(), func(ph recipe.Placeholder) bool { return ph.Name == m.Name })
}

func (d *drafter) build(ctx context.Context, s *profile.Step, r recipe.Recipe, values recipe.Values) (*recipe.Request, error) {
	fresh := recipe.Fresh{Now: func() time.Time { return d.now }, Rand: bytes.NewReader(d.rand), Fixed: d.fixed}
	if !s.Sends() {
		_, made, err := r.Compute(values, fresh)
		if err != nil {
			return nil, d.unbuilt(s, err)
		}
		return made, nil
	}
	req, err := r.Build(ctx, values, fresh)
	if err != nil {
		return nil, d.unbuilt(s, err)
	}
	acceptJSON(req) // no User-Agent: the program that sends the request adds its own
	return req, nil
}
