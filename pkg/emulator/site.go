package emulator

import (
	"net/url"
	"slices"
	"strings"
	"sync"

	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// site is one profile at its address, with what the emulator needs to describe it. What
// requests need takes more time and memory; it is in the vendor, which is prepared when it is
// first needed. site is immutable.
type site struct {
	p        *profile.Profile
	base     string // value of base_url
	browser  string // base_url for browsers and phones
	inputs   recipe.Values
	requests []*profile.Step // the steps that are requests, with URLs below base, and those of the provider
	provider *provider       // nil if the vendor is not an OpenID provider
	expect   recipe.Expect
	refusals func() []profile.Kind // kinds of refusals that a fault can ask for; computed once
	// known removes the secrets of all vendors, since a client may send one vendor's secret
	// to another.
	known    *scrub.Scrubber
	prepared func() (*vendor, error) // newVendor, called once
}

// newSite prepares a profile to be served below o.Address. It adds the profile's secrets to
// known.
func newSite(p *profile.Profile, o Options, known *scrub.Scrubber) (*site, error) {
	s := &site{
		p: p, base: o.Address + "/" + url.PathEscape(p.Name), browser: o.Browser + "/" + url.PathEscape(p.Name),
		expect: recipe.Expect{Known: recipe.Values{}, Types: p.InputTypes(), Open: map[string]bool{}}, known: known,
	}
	for _, name := range append([]string{"token_type_hint"}, recipe.Fixable...) { // not secret for any vendor
		s.expect.Open[name] = true
	}
	for name, m := range p.Makes {
		s.expect.Open[name] = !m.IsText()
	}
	var err error
	if s.inputs, err = resolveInputs(p, s.base, s.browser, o.Refs); err != nil {
		return nil, err
	}
	known.Add(s.secrets()...)
	if id, ok := s.inputs["client_id"].(string); ok {
		known.AddPublic(id)
	}
	for _, step := range p.Requests() {
		if err := s.addStep(*step); err != nil {
			return nil, err
		}
	}
	s.expectInputs()
	s.expectKey()
	s.addProvider()
	if err := s.knowAddresses(); err != nil {
		return nil, err
	}
	s.refusals = sync.OnceValue(s.kindsOfRefusals)
	s.prepared = sync.OnceValues(func() (*vendor, error) { return newVendor(s) })
	return s, nil
}

// vendor returns the vendor. The first call prepares it.
func (s *site) vendor() *vendor {
	v, err := s.prepared()
	if err != nil {
		panic(err) // unreachable: New has prepared each profile that can have an error, see mayFail
	}
	return v
}

// mayFail reports whether the profile's expressions may have errors. Tests check the
// expressions of built-in profiles.
func (s *site) mayFail() bool { return len(s.p.Files()) > 0 }

func (s *site) addStep(step profile.Step) error {
	if step.Method == "" {
		return &profile.Error{Key: s.p.Name + "." + string(step.Name), Problem: lang.Text{
			EN: `needs method, such as "GET": without it the emulator cannot recognise requests`,
			ZH: `缺少 method，例如 "GET"：没有它，模拟器无法识别请求`,
		}}
	}
	step.Recipe = withYields(s.p, step.Recipe)
	step.URL = s.moved(step.URL)
	step.Also = slices.Clone(step.Also)
	for i := range step.Also {
		step.Also[i].Recipe = withYields(s.p, step.Also[i].Recipe)
		step.Also[i].URL = s.moved(step.Also[i].URL)
	}
	s.requests = append(s.requests, &step)
	return nil
}

// serves reports whether there is a step with this name.
func (s *site) serves(name profile.StepName) bool {
	return s.request(name) != nil
}

// request returns the step with this name, or nil.
func (s *site) request(name profile.StepName) *profile.Step {
	i := slices.IndexFunc(s.requests, func(step *profile.Step) bool { return step.Name == name })
	if i < 0 {
		return nil
	}
	return s.requests[i]
}

// moved returns the URL of a step below the vendor's base. A URL that begins with an input is
// unchanged, because resolveInputs has moved the input's value.
func (s *site) moved(t recipe.Template) recipe.Template {
	if t == "" || strings.HasPrefix(string(t), "{") {
		return t
	}
	return recipe.Template(belowTemplate(s.base, string(t)))
}

// belowTemplate is below for templates. It leaves placeholders unescaped.
func belowTemplate(base, address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "/?"); ok && i >= 0 {
		return base + rest[i:]
	}
	return base
}

// expectInputs fills s.expect with the inputs whose values in requests must be the
// emulator's: those that identify the client, and those at the start of a URL. Another input
// with a default, such as a version or a tenant in a path, may have any value.
func (s *site) expectInputs() {
	begins := map[string]bool{"base_url": true}
	for _, step := range s.requests {
		s.noteInputs(beginning(step.URL), begins)
		for _, also := range step.Also {
			s.noteInputs(beginning(also.URL), begins)
		}
	}
	for name, in := range s.p.Inputs {
		known := in.Required || in.Secret || begins[name]
		if isRegistered(name) {
			_, from := s.p.Given(name)
			known = from.From != "" && from.From != "default"
		}
		if name == recipe.AuthMethod {
			s.expect.AnyAuth = !known // every method is accepted unless the user chose one
		}
		if value, ok := s.inputs[name]; ok && known && !slices.Contains(chosen, name) {
			s.expect.Known[name] = publicHalf(s.p, name, value)
		}
	}
}

// isRegistered reports whether an input is part of how a client authenticates. Requests must
// have its value only if the user gives one.
func isRegistered(input string) bool {
	return slices.Contains([]string{recipe.AuthMethod, recipe.AuthAlgorithm, recipe.ClientKeyID, recipe.AssertionAudience}, input)
}

// expectKey expects the published example keys as the client's keys, unless the user gives
// the client's key. Clients may then sign by any algorithm.
func (s *site) expectKey() {
	if _, declared := s.p.Inputs[recipe.ClientKey]; declared && !wins(s.p, recipe.ClientKey) {
		s.expect.Known[recipe.ClientKey] = secret.New(exampleKeys())
	}
}

var exampleKeys = sync.OnceValue(signkey.ExampleSet)

// beginning returns the first placeholder or literal of an address, which is all or part of
// what precedes its path.
func beginning(address recipe.Template) recipe.Template {
	parts := address.Parts()
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}

// noteInputs adds to seen the inputs in t, and recursively those in their defaults.
func (s *site) noteInputs(t recipe.Template, seen map[string]bool) {
	for _, ph := range t.Placeholders() {
		if in, ok := s.p.Inputs[ph.Name]; ok && !seen[ph.Name] {
			seen[ph.Name] = true
			s.noteInputs(in.Default, seen)
		}
	}
}

// secret reports whether a placeholder's value must be masked.
func (s *site) secret(placeholder string) bool {
	if s.expect.Open[placeholder] || placeholder == "code_challenge" {
		return false
	}
	in, ok := s.p.Inputs[placeholder]
	return !ok || in.Secret || placeholder == "state"
}

// secrets returns the values of the vendor's secret inputs.
func (s *site) secrets() (out []secret.String) {
	for _, value := range s.inputs {
		if value, ok := value.(secret.String); ok {
			out = append(out, value)
		}
	}
	return out
}
