package emulator

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// vendor answers the requests to a profile. It is immutable.
type vendor struct {
	*site
	patterns  map[string]*regexp.Regexp // patterns of the inputs that the client chooses
	patterned []string                  // keys of patterns, sorted
	steps     []*step
	routes    []*step                 // steps and their variants, see withVariants
	plain     map[place][]*step       // see index
	redirect  *profile.RedirectReader // nil if redirects contain no values besides the code
	// codeStart and codeEnd surround the random part of codes, see
	// [profile.Profile.AroundCode].
	codeStart, codeEnd string
	// fromResponse are the placeholders whose values come from an earlier response.
	fromResponse map[string]bool
	starting     map[profile.StepName]bool // the steps that start a login: [authorize], and those before it
}

// newVendor prepares a profile to serve requests. It returns an error if one of the profile's
// expressions does not compile.
func newVendor(s *site) (*vendor, error) {
	v := &vendor{
		site: s, patterns: map[string]*regexp.Regexp{}, fromResponse: map[string]bool{}, starting: map[profile.StepName]bool{},
	}
	if err := v.addPatterns(); err != nil {
		return nil, err
	}
	for _, step := range s.requests {
		if err := v.addStep(step); err != nil {
			return nil, err
		}
	}
	if err := v.addDocuments(); err != nil {
		return nil, err
	}
	if len(s.p.RedirectNames()) > 0 {
		var err error
		if v.redirect, err = s.p.RedirectReader(); err != nil {
			return nil, err
		}
	}
	v.codeStart, v.codeEnd = s.p.AroundCode()
	for _, step := range s.p.Starting() {
		v.starting[step.Name] = true
	}
	v.addRoutes()
	v.index()
	return v, nil
}

// addPatterns compiles the patterns of the inputs that the client chooses.
func (v *vendor) addPatterns() error {
	for name, in := range v.p.Inputs {
		if _, known := v.expect.Known[name]; known {
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
	v.patterned = slices.Sorted(maps.Keys(v.patterns))
	return nil
}

func (v *vendor) addStep(s *profile.Step) error {
	reader, err := v.p.Reader(s)
	if err != nil {
		return err
	}
	v.steps = append(v.steps, &step{Step: *s, reader: reader, reply: v.p.ReplyOf(s)})
	return nil
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

// onlyPath returns the path of the step's URL if it contains only known values and no
// escapes, and otherwise "". So the step of most requests is found by comparing strings.
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

// isFromResponse reports whether a client learns a placeholder's value from an earlier
// response. That is so if a step reads it and it is neither an input, nor made, nor in
// withOwnCheck.
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

// isCredential reports whether a placeholder's value identifies or authorizes the client.
func (v *vendor) isCredential(placeholder string) bool {
	return placeholder == "client_id" || placeholder == "access_token" || placeholder == profile.AppToken ||
		recipe.IsClientAuth(placeholder) || v.p.Inputs[placeholder].Secret
}
