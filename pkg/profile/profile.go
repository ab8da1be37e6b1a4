// Package profile reads profiles: TOML descriptions of how a vendor's single sign-on
// works over the wire, with the values that a user supplies.
//
// [ParseFile] parses a configuration file, and [Load] finds a profile in [Sources],
// merges it with the profiles that it extends, and returns a [Profile]. [Profile.Lint]
// checks it more closely; [Check] does both and reports every error with its line.
//
// [Profile.Set] gives a value to an input, and [Profile.Values] resolves them.
// [Profile.Plan] says which steps to run before a step. [Profile.Reader] judges a
// vendor's response and reads values from it. [Profile.Refusal] explains a vendor's
// error code.
package profile

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// Profile describes one SSO integration: a vendor's API, and the values that the user
// has supplied. [Load] makes one.
type Profile struct {
	Name    string   `toml:"-"`
	Extends []string `toml:"-"` // names of the profiles that it extends, nearest first

	Title   string           `toml:"title"`
	TitleZH string           `toml:"title_zh"`
	Docs    []string         `toml:"docs"`
	Inputs  map[string]Input `toml:"inputs"`
	Reply   Reply            `toml:"reply"`

	Authorize *Step `toml:"authorize"`
	Exchange  *Step `toml:"exchange"`
	Token     *Step `toml:"token"`
	Refresh   *Step `toml:"refresh"`
	UserInfo  *Step `toml:"userinfo"`
	Details   *Step `toml:"details"`

	// Own are the vendor's own steps, which the format does not name. They run if a plan needs
	// a value that they read, or with another step, see [Step.With].
	Own map[StepName]*Step `toml:"step"`

	// Resolver is asked for missing inputs; nil for none.
	Resolver Resolver `toml:"-"`

	// Verifies means that the profile is used to check requests, so an input that is a key may
	// be the public half.
	Verifies bool `toml:"-"`

	// Makes say how the values of placeholders are made, by name. They are also in
	// Recipe.Makes of each step.
	Makes map[string]recipe.Make `toml:"make"`

	Scan *Scan `toml:"scan"` // nil if the vendor has no script for a QR code

	// NotOffered says, by step, why the step does not exist. An entry also removes an
	// inherited step.
	NotOffered map[StepName]Sentence `toml:"not_offered"`
	Refusals   []Refusal             `toml:"refusals"`

	raw      map[string]any    // the merged tables
	values   map[string]value  // as given; references are not resolved
	origins  map[string]origin // by dotted path, down to the keys of inputs
	refusals []origin          // parallel to Refusals
	own      []origin          // the layers that are not inherited
}

// Lean returns a copy of the profile without the tables of its files, which take two thirds
// of its memory. It is for a program that keeps many profiles. Such a copy cannot be linted
// or shown, and its errors name no line.
func (p *Profile) Lean() *Profile {
	lean := *p
	lean.raw, lean.origins, lean.refusals, lean.own = nil, nil, nil, nil
	return &lean
}

// TitleText returns the title, such as "Vendor: product", in both languages.
func (p *Profile) TitleText() lang.Text { return lang.Text{EN: p.Title, ZH: p.TitleZH} }

// VendorName returns the title up to its colon.
func (p *Profile) VendorName(l lang.Lang) string {
	title := p.TitleText().In(l)
	if i := strings.IndexAny(title, ":："); i >= 0 {
		title = title[:i]
	}
	return strings.TrimSpace(title)
}

// Caption returns the profile's name and title for pages in the browser.
func (p *Profile) Caption(l lang.Lang) string { return p.Name + " · " + p.TitleText().In(l) }

// Input declares a value that the user supplies.
type Input struct {
	Default  recipe.Template `toml:"default"` // may contain other inputs
	Required bool            `toml:"required"`
	Secret   bool            `toml:"secret"`
	Type     string          `toml:"type"`    // type in JSON: "" (string), "int" or "bool"
	Pattern  string          `toml:"pattern"` // a regular expression that the whole value must match
	Vendor   string          `toml:"vendor"`  // the vendor's name for the input
	Help     string          `toml:"help"`
	HelpZH   string          `toml:"help_zh"`
	Guess    string          `toml:"guess"` // what about the default is unverified; "" if nothing
	GuessZH  string          `toml:"guess_zh"`
	Example  recipe.Template `toml:"example"` // the value in the emulator; may contain {base_url}

	Undeclared bool `toml:"-"` // added by [Profile.Declare], not by a file
}

// Sentence is text for people, in both languages.
type Sentence struct {
	EN string `toml:"en"`
	ZH string `toml:"zh"`
}

// Text returns the sentence as a [lang.Text].
func (s Sentence) Text() lang.Text { return lang.Text(s) }

// Reply says how to judge a response, with jq expressions over the decoded body.
type Reply struct {
	OK      string `toml:"ok"`      // yields true for a success
	Code    string `toml:"code"`    // yields the code of a refusal
	Message string `toml:"message"` // yields the message of a refusal
	Trace   string `toml:"trace"`   // yields the vendor's id for the request
	// RefusalExample is a refusal as the emulator sends it, with {code} and {message}.
	RefusalExample recipe.Template `toml:"refusal_example"`
}

// Refusal describes one error response of the vendor.
type Refusal struct {
	Code    any    `toml:"code"`    // a string or an int64
	Message string `toml:"message"` // a part of the message, if the code has several meanings; "" for any message
	Kind    Kind   `toml:"kind"`    // one of Kinds
	Member  string `toml:"member"`  // the member of the request it concerns; "" for none in particular
	EN      string `toml:"en"`
	ZH      string `toml:"zh"`
	Status  int    `toml:"status"` // HTTP status; 0 means 200
	Guess   string `toml:"guess"`
	GuessZH string `toml:"guess_zh"`
}

// Step returns the step with this name; nil if it is not offered.
func (p *Profile) Step(name StepName) *Step {
	switch name {
	case StepAuthorize:
		return p.Authorize
	case StepExchange:
		return p.Exchange
	case StepToken:
		return p.Token
	case StepRefresh:
		return p.Refresh
	case StepUserInfo:
		return p.UserInfo
	case StepDetails:
		return p.Details
	}
	return p.Own[name]
}

// Offer returns the step, or a [*NotOfferedError].
func (p *Profile) Offer(name StepName) (*Step, error) {
	if s := p.Step(name); s != nil {
		return s, nil
	}
	return nil, &NotOfferedError{p.Name, name, p.NotOffered[name].Text()}
}

// OfferTyped is [Profile.Offer] for a name that a person typed: the error suggests the step that was
// probably meant, unless [not_offered] has a reason.
func (p *Profile) OfferTyped(name StepName) (*Step, error) {
	s, err := p.Offer(name)
	if err == nil || !p.NotOffered[name].Text().IsZero() {
		return s, err
	}
	var names []StepName
	for _, s := range p.Steps() {
		names = append(names, s.Name)
	}
	e := &NotOfferedError{Profile: p.Name, Step: name}
	if near := suggestion.Nearest(name, names); near != "" {
		e.Why = lang.Sprintf(lang.Text{EN: "Did you mean %s?", ZH: "是不是 %s？"}, near)
	}
	return nil, e
}

// Steps returns the steps that are offered, in the order of [StepNames], and then the
// vendor's own, by name.
func (p *Profile) Steps() []*Step {
	var out []*Step
	for _, name := range StepNames {
		if s := p.Step(name); s != nil {
			out = append(out, s)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Own)) {
		out = append(out, p.Own[name])
	}
	return out
}

// Requests returns the steps that send a request, in the order of [Profile.Steps].
func (p *Profile) Requests() []*Step {
	return slices.DeleteFunc(p.Steps(), func(s *Step) bool { return !s.Sends() })
}

// InputNames returns the names of the inputs, sorted.
func (p *Profile) InputNames() []string { return slices.Sorted(maps.Keys(p.Inputs)) }

// InputTypes returns the JSON types of the inputs that declare one, by name.
func (p *Profile) InputTypes() map[string]string {
	out := map[string]string{}
	for name, in := range p.Inputs {
		if in.Type != "" {
			out[name] = in.Type
		}
	}
	return out
}

// ReplyOf returns how to judge the step's responses: the step's own keys, completed
// from [reply]. The redirect that [authorize] leads to is not judged by [reply].
func (p *Profile) ReplyOf(s *Step) Reply {
	r := s.Reply
	if s.Name == StepAuthorize {
		return Reply{Code: cmp.Or(r.Code, redirectError), Message: cmp.Or(r.Message, redirectMessage), RefusalExample: r.RefusalExample}
	}
	if r.OK == "" {
		r.OK = p.Reply.OK
	}
	if r.Code == "" {
		r.Code = p.Reply.Code
	}
	if r.Message == "" {
		r.Message = p.Reply.Message
	}
	if r.Trace == "" {
		r.Trace = p.Reply.Trace
	}
	if r.RefusalExample == "" {
		r.RefusalExample = p.Reply.RefusalExample
	}
	return r
}

// GuessOf says what is unverified about an input's default. It is empty if nothing is,
// or if the input has been given a value.
func (p *Profile) GuessOf(input string) lang.Text {
	if _, given := p.values[input]; given {
		return lang.Text{}
	}
	return lang.Text{EN: p.Inputs[input].Guess, ZH: p.Inputs[input].GuessZH}
}

// GuessText says what is unverified about the refusal; it is empty if nothing is.
func (r Refusal) GuessText() lang.Text { return lang.Text{EN: r.Guess, ZH: r.GuessZH} }
