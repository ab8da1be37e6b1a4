// Package profile reads descriptions of SSO integrations: it decodes and merges
// their TOML layers, checks them, supplies their inputs' values, and reads
// vendors' answers as they say.
package profile

import (
	"maps"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/recipe"
)

// Profile is one integration: a vendor's description, and the values that the
// user supplies.
type Profile struct {
	Name    string   `toml:"-"`
	Extends []string `toml:"-"` // the names of what it extends, nearest first

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

	Scan *Scan `toml:"scan"` // nil where the vendor has no such script

	// NotOffered says why a step is missing; it also takes away an inherited step.
	NotOffered map[string]Sentence `toml:"not_offered"`
	Refusals   []Refusal           `toml:"refusals"`

	raw      map[string]any    // the merged tables
	values   map[string]value  // as given, references unresolved
	origins  map[string]origin // of top-level keys, their keys, and inputs' keys
	refusals []origin          // of each of Refusals
	own      []origin          // what is not inherited
}

// TitleText returns the title, "Vendor: what", in both languages.
func (p *Profile) TitleText() lang.Text { return lang.Text{EN: p.Title, ZH: p.TitleZH} }

// VendorName returns the part of the title before its colon.
func (p *Profile) VendorName(l lang.Lang) string {
	title := p.TitleText().In(l)
	if i := strings.IndexAny(title, ":："); i >= 0 {
		title = title[:i]
	}
	return strings.TrimSpace(title)
}

// Caption is what a browser's page calls a login by this profile.
func (p *Profile) Caption(l lang.Lang) string { return p.Name + " · " + p.TitleText().In(l) }

// Input is something that the user supplies.
type Input struct {
	Default  recipe.Template `toml:"default"` // may hold other inputs
	Required bool            `toml:"required"`
	Secret   bool            `toml:"secret"`
	Type     string          `toml:"type"`    // "", "int" or "bool": its type in JSON
	Pattern  string          `toml:"pattern"` // a regular expression that the whole value has to match
	Vendor   string          `toml:"vendor"`  // the vendor's name for it
	Help     string          `toml:"help"`
	HelpZH   string          `toml:"help_zh"`
	Guess    string          `toml:"guess"` // why the default is not known for sure
	GuessZH  string          `toml:"guess_zh"`
	Example  recipe.Template `toml:"example"` // what the emulator takes; may hold {base_url}

	Undeclared bool `toml:"-"` // no layer has it: see [Profile.Give]
}

// Sentence is a text for people in both languages.
type Sentence struct {
	EN string `toml:"en"`
	ZH string `toml:"zh"`
}

// Text returns the sentence as lang has it.
func (s Sentence) Text() lang.Text { return lang.Text(s) }

// Reply is how an answer is judged: jq over the decoded answer.
type Reply struct {
	OK      string `toml:"ok"`      // true: the vendor said yes
	Code    string `toml:"code"`    // of a refusal
	Message string `toml:"message"` // of a refusal
	Trace   string `toml:"trace"`   // the vendor's id of this exchange
	// RefusalExample is the shape of a refusal, with {code} and {message}.
	RefusalExample recipe.Template `toml:"refusal_example"`
}

// Step is one thing that a vendor does for us.
type Step struct {
	recipe.Recipe
	Reply

	Name     string            `toml:"-"`
	Read     map[string]string `toml:"read"`     // our name: jq
	Lifetime time.Duration     `toml:"lifetime"` // of what it yields, where the answer does not say
	Example  recipe.Template   `toml:"example"`  // of an answer
	Source   string            `toml:"source"`   // how it is known: one of Known; "" where nobody says
	Guess    string            `toml:"guess"`    // what of it is not known for sure
	GuessZH  string            `toml:"guess_zh"`

	// Of [authorize] only.
	Scan     bool     `toml:"scan"`
	State    string   `toml:"state"` // "", StateRedirect or StateOptional
	Callback Callback `toml:"callback"`
}

// What [authorize] says of the state parameter when the vendor does not simply
// return it.
const (
	StateRedirect = "redirect" // the vendor has none: bind the run in redirect_uri
	StateOptional = "optional" // some callbacks come without it
)

// Callback is how the vendor's redirect comes back.
type Callback struct {
	Code     []string      `toml:"code"`     // the names under which the code may come; default "code"
	Lifetime time.Duration `toml:"lifetime"` // of the code
}

// Refusal is one of the vendor's ways of saying no.
type Refusal struct {
	Code    any    `toml:"code"`   // a string or a number
	Kind    string `toml:"kind"`   // one of Kinds
	Member  string `toml:"member"` // of the request, that it is about; "" for any
	EN      string `toml:"en"`
	ZH      string `toml:"zh"`
	Status  int    `toml:"status"` // HTTP status; default 200
	Guess   string `toml:"guess"`
	GuessZH string `toml:"guess_zh"`
}

// Kinds are the kinds of refusals, for decisions: a message never makes one.
var Kinds = []string{
	"bad_request", "missing_parameter", "invalid_client", "invalid_code", "expired_code",
	"invalid_token", "expired_token", "denied", "no_permission", "rate_limited", "quota",
	"not_found", "server_error",
}

// StepNames are the names of all steps, in the order in which they happen.
var StepNames = []string{"authorize", "exchange", "token", "refresh", "userinfo", "details"}

// Step returns the step of that name, nil when it is not offered.
func (p *Profile) Step(name string) *Step {
	switch name {
	case "authorize":
		return p.Authorize
	case "exchange":
		return p.Exchange
	case "token":
		return p.Token
	case "refresh":
		return p.Refresh
	case "userinfo":
		return p.UserInfo
	case "details":
		return p.Details
	}
	return nil
}

// Offer returns the step, or a *NotOfferedError.
func (p *Profile) Offer(name string) (*Step, error) {
	if s := p.Step(name); s != nil {
		return s, nil
	}
	return nil, &NotOfferedError{p.Name, name, p.NotOffered[name].Text()}
}

// Steps returns the steps that are offered, in the order of StepNames.
func (p *Profile) Steps() []*Step {
	var out []*Step
	for _, name := range StepNames {
		if s := p.Step(name); s != nil {
			out = append(out, s)
		}
	}
	return out
}

// InputNames returns the names of the inputs in alphabetical order.
func (p *Profile) InputNames() []string { return slices.Sorted(maps.Keys(p.Inputs)) }

// CodeParams are the names under which the code may come back.
func (s *Step) CodeParams() []string {
	if len(s.Callback.Code) == 0 {
		return []string{"code"}
	}
	return s.Callback.Code
}

// Uses reports whether a placeholder of the step's request has that name.
func (s *Step) Uses(name string) bool {
	return slices.ContainsFunc(s.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == name })
}

// Requires reports whether the step's request cannot be made without a value of that
// name.
func (s *Step) Requires(name string) bool {
	return slices.Contains(s.Placeholders(), recipe.Placeholder{Name: name})
}

// ReplyOf is how the step's answers are judged: its own keys before [reply].
func (p *Profile) ReplyOf(s *Step) Reply {
	r := s.Reply
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

// GuessOf says why an input's default is not known for sure; empty when it is, or
// when another value was given.
func (p *Profile) GuessOf(input string) lang.Text {
	if _, given := p.values[input]; given {
		return lang.Text{}
	}
	return lang.Text{EN: p.Inputs[input].Guess, ZH: p.Inputs[input].GuessZH}
}

// GuessText says what of the step is not known for sure; empty when all is.
func (s *Step) GuessText() lang.Text { return lang.Text{EN: s.Guess, ZH: s.GuessZH} }

// GuessText says why the refusal is not known for sure; empty when it is.
func (r Refusal) GuessText() lang.Text { return lang.Text{EN: r.Guess, ZH: r.GuessZH} }
