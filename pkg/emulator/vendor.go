package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// vendor is one profile as it is served. It is immutable.
type vendor struct {
	p         *profile.Profile
	base      string // value of base_url
	browser   string // base_url for browsers and phones
	inputs    recipe.Values
	expect    recipe.Expect
	patterns  map[string]*regexp.Regexp // patterns of the inputs that the client chooses
	patterned []string                  // keys of patterns, sorted
	steps     []*step
	routes    []*step                 // the steps and their variants, see withVariants
	plain     map[place][]*step       // see index
	redirect  *profile.RedirectReader // nil if a redirect brings no values besides the code
	// codeStart and codeEnd surround the random part of a code, see [profile.Profile.AroundCode].
	codeStart, codeEnd string
	// fromResponse are the placeholders whose values come from an earlier response.
	fromResponse map[string]bool
	starting     map[profile.StepName]bool // the steps that start a login: [authorize], and those before it
	refusals     func() []profile.Kind     // kinds of refusals that a fault can ask for, computed once
	// known removes the secrets of all vendors, since a client may send one vendor's secret
	// to another.
	known *scrub.Scrubber
}

func newVendor(p *profile.Profile, o Options) (*vendor, error) {
	v := &vendor{
		p: p, base: o.Address + "/" + url.PathEscape(p.Name), browser: o.Browser + "/" + url.PathEscape(p.Name),
		expect:   recipe.Expect{Known: recipe.Values{}, Types: p.InputTypes(), Open: maps.Clone(open)},
		patterns: map[string]*regexp.Regexp{}, fromResponse: map[string]bool{}, starting: map[profile.StepName]bool{},
	}
	for name, m := range p.Makes {
		v.expect.Open[name] = !m.IsText()
	}
	var err error
	if v.inputs, err = resolveInputs(p, v.base, v.browser, o.Refs); err != nil {
		return nil, err
	}
	for _, s := range p.Requests() {
		if err := v.addStep(*s); err != nil {
			return nil, err
		}
	}
	if err := v.expectInputs(); err != nil {
		return nil, err
	}
	if err := v.knowAddresses(); err != nil {
		return nil, err
	}
	if len(p.RedirectNames()) > 0 {
		if v.redirect, err = p.RedirectReader(); err != nil {
			return nil, err
		}
	}
	v.codeStart, v.codeEnd = p.AroundCode()
	for _, s := range p.Starting() {
		v.starting[s.Name] = true
	}
	v.patterned = slices.Sorted(maps.Keys(v.patterns))
	v.refusals = sync.OnceValue(v.kindsOfRefusals)
	v.addRoutes()
	v.index()
	return v, nil
}

// addRoutes makes the routes of the steps.
func (v *vendor) addRoutes() {
	for _, s := range v.steps {
		v.routes = append(v.routes, v.withVariants(s)...)
	}
	for _, s := range v.routes {
		v.prepare(s)
		s.path = v.onlyPath(s)
		for _, ph := range s.Placeholders() {
			v.fromResponse[ph.Name] = v.isFromResponse(ph.Name)
		}
	}
	for _, s := range v.routes { // now that fromResponse is known
		s.unsent = v.unsentBy(s)
	}
}

func (v *vendor) addStep(s profile.Step) error {
	if s.Method == "" {
		return &profile.Error{Key: v.p.Name + "." + string(s.Name), Problem: lang.Text{
			EN: `needs method, such as "GET": without it the emulator cannot recognise requests`,
			ZH: `缺少 method，例如 "GET"：没有它，模拟器无法识别请求`,
		}}
	}
	s.Recipe = withYields(v.p, s.Recipe)
	s.URL = v.moved(s.URL)
	s.Also = slices.Clone(s.Also)
	for i := range s.Also {
		s.Also[i].Recipe = withYields(v.p, s.Also[i].Recipe)
		s.Also[i].URL = v.moved(s.Also[i].URL)
	}
	reader, err := v.p.Reader(&s)
	if err != nil {
		return err
	}
	v.steps = append(v.steps, &step{Step: s, reader: reader, reply: v.p.ReplyOf(&s)})
	return nil
}

// moved returns the URL of a step below the vendor's base, unless an input supplies its
// start: that has been moved.
func (v *vendor) moved(t recipe.Template) recipe.Template {
	if t == "" || strings.HasPrefix(string(t), "{") {
		return t
	}
	return recipe.Template(belowTemplate(v.base, string(t)))
}

// onlyPath returns the path of a step whose URL has only known values and no escapes,
// and "" for other steps. Most requests then find their step by comparing two strings.
func (v *vendor) onlyPath(s *step) string {
	if len(s.URL.Placeholders()) > 1 {
		return ""
	}
	text, missing := s.URL.Expand(v.expect.Known.Text)
	u, err := url.Parse(text)
	if err != nil || len(missing) > 0 || u.EscapedPath() != u.Path {
		return ""
	}
	// The recipe may interpret the path differently, for example its slashes.
	if only := (&url.URL{Path: u.Path}); !s.IsFor(&http.Request{Method: s.Method, URL: only}, v.expect.Known) {
		return ""
	}
	return u.Path
}

// belowTemplate does for a template what below does for an address, and leaves its
// placeholders unescaped.
func belowTemplate(base, address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "/?"); ok && i >= 0 {
		return base + rest[i:]
	}
	return base
}

// expectInputs fills v.expect with the inputs that requests must contain with exactly the
// emulator's value: those that identify the client, and those that URLs begin with. Any other
// input with a default may have another value: a version or a tenant in a path, for example.
func (v *vendor) expectInputs() error {
	begins := map[string]bool{"base_url": true}
	for _, s := range v.steps {
		v.noteInputs(beginning(s.URL), begins)
		for _, also := range s.Also {
			v.noteInputs(beginning(also.URL), begins)
		}
	}
	for name, in := range v.p.Inputs {
		known := in.Required || in.Secret || begins[name]
		if name == recipe.AuthMethod {
			// The emulator accepts both ways unless the user chose one.
			_, from := v.p.Given(name)
			known = from.From != "" && from.From != "default"
			v.expect.AnyAuth = !known
		}
		if value, ok := v.inputs[name]; ok && known && !slices.Contains(chosen, name) {
			v.expect.Known[name] = publicHalf(v.p, name, value)
			continue
		}
		re, err := in.Matcher()
		if err != nil {
			return fmt.Errorf("%s: inputs.%s: %w", v.p.Name, name, err)
		}
		if re != nil {
			v.patterns[name] = re
		}
	}
	return nil
}

// beginning returns what an address has before its path: its first placeholder or literal.
func beginning(address recipe.Template) recipe.Template {
	parts := address.Parts()
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}

// noteInputs adds to seen the inputs in t, and recursively those in their defaults.
func (v *vendor) noteInputs(t recipe.Template, seen map[string]bool) {
	for _, ph := range t.Placeholders() {
		if in, ok := v.p.Inputs[ph.Name]; ok && !seen[ph.Name] {
			seen[ph.Name] = true
			v.noteInputs(in.Default, seen)
		}
	}
}

// isFromResponse reports whether a client learns a placeholder's value from an earlier response:
// a step reads it, and it is neither an input nor in withOwnCheck or recipe.Made.
func (v *vendor) isFromResponse(name string) bool {
	if _, input := v.p.Inputs[name]; input || v.p.IsMade(name) || slices.Contains(withOwnCheck, name) {
		return false
	}
	return slices.ContainsFunc(v.steps, func(s *step) bool { _, ok := s.Read[name]; return ok })
}

// takesCode reports whether any step takes a code.
func (v *vendor) takesCode() bool { return v.uses("code") }

func (v *vendor) uses(placeholder string) bool {
	return slices.ContainsFunc(v.steps, func(s *step) bool { return s.Uses(placeholder) })
}

// step returns the step with this name, or nil.
func (v *vendor) step(name profile.StepName) *step {
	for _, s := range v.steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// open are the placeholders whose values are not secret for any vendor.
var open = map[string]bool{"uuid": true, "timestamp": true, "timestamp_ms": true}

// secret reports whether a placeholder's value must be masked.
func (v *vendor) secret(placeholder string) bool {
	if v.expect.Open[placeholder] || placeholder == "code_challenge" {
		return false
	}
	in, ok := v.p.Inputs[placeholder]
	return !ok || in.Secret || placeholder == "state"
}

// isCredential reports whether a placeholder's value identifies or authorizes the client.
func (v *vendor) isCredential(placeholder string) bool {
	return placeholder == "client_id" || placeholder == "access_token" || placeholder == profile.AppToken ||
		recipe.IsClientAuth(placeholder) || v.p.Inputs[placeholder].Secret
}

// secrets returns the secret inputs of the vendor.
func (v *vendor) secrets() (out []secret.String) {
	for _, value := range v.inputs {
		if value, ok := value.(secret.String); ok {
			out = append(out, value)
		}
	}
	return out
}
