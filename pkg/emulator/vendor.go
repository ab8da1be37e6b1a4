package emulator

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// vendor is one profile as it is served. It does not change once it is made.
type vendor struct {
	p        *profile.Profile
	base     string // what base_url is here
	inputs   recipe.Values
	expect   recipe.Expect
	patterns map[string]*regexp.Regexp // of inputs that the client chooses
	steps    []*step
	// handed are the placeholders that only an earlier answer can have supplied.
	handed map[string]bool
}

// step is one of the vendor's steps with its address moved below the vendor's
// base, and what reads its answers.
type step struct {
	profile.Step
	reader *profile.Reader
	reply  profile.Reply
	path   string // the only one that it is served at, "" when it holds placeholders
}

func newVendor(p *profile.Profile, o Options) (*vendor, error) {
	v := &vendor{
		p: p, base: o.Address + "/" + url.PathEscape(p.Name),
		expect:   recipe.Expect{Known: recipe.Values{}, Types: map[string]string{}},
		patterns: map[string]*regexp.Regexp{}, handed: map[string]bool{},
	}
	var err error
	if v.inputs, err = resolveInputs(p, v.base, o.Refs); err != nil {
		return nil, err
	}
	for _, s := range p.Steps() {
		if err := v.addStep(*s); err != nil {
			return nil, err
		}
	}
	if err := v.expectInputs(); err != nil {
		return nil, err
	}
	for _, s := range v.steps {
		s.path = v.onlyPath(s.URL)
		for _, ph := range s.Placeholders() {
			v.handed[ph.Name] = v.isHanded(ph.Name)
		}
	}
	return v, nil
}

func (v *vendor) addStep(s profile.Step) error {
	if !strings.HasPrefix(string(s.URL), "{") {
		s.URL = recipe.Template(belowTemplate(v.base, string(s.URL)))
	}
	reader, err := v.p.Reader(&s)
	if err != nil {
		return err
	}
	v.steps = append(v.steps, &step{Step: s, reader: reader, reply: v.p.ReplyOf(&s)})
	return nil
}

// onlyPath returns the path of a URL of which all is known and plain, so that
// most requests find their step by comparing two texts.
func (v *vendor) onlyPath(t recipe.Template) string {
	if len(t.Placeholders()) > 1 {
		return ""
	}
	text, missing := t.Expand(func(name string) (string, bool) {
		known, ok := v.expect.Known.Text(name)
		return strings.TrimSuffix(known, "/"), ok
	})
	u, err := url.Parse(text)
	if err != nil || len(missing) > 0 || u.EscapedPath() != u.Path || strings.Contains(u.Path, "{") {
		return ""
	}
	return u.Path
}

func (s *step) servedAt(u *url.URL, known recipe.Values) bool {
	if path := u.EscapedPath(); s.path != "" && !strings.Contains(path, "%") {
		return path == s.path
	}
	return s.IsFor(&http.Request{Method: s.Method, URL: u}, known)
}

// belowTemplate is below for a template, which must not be escaped.
func belowTemplate(base, address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if i := strings.IndexAny(rest, "/?"); ok && i >= 0 {
		return base + rest[i:]
	}
	return base
}

// expectInputs says which inputs every request has to hold with the emulator's
// value: those by which the client is known, and those that make up addresses.
func (v *vendor) expectInputs() error {
	inAddress := map[string]bool{"base_url": true}
	for _, s := range v.steps {
		v.noteInputs(s.URL, inAddress)
	}
	for name, in := range v.p.Inputs {
		if in.Type != "" {
			v.expect.Types[name] = in.Type
		}
		known := in.Required || in.Secret || inAddress[name] || name == recipe.AuthMethod
		if value, ok := v.inputs[name]; ok && known && !slices.Contains(chosen, name) {
			v.expect.Known[name] = value
		} else if in.Pattern != "" {
			re, err := wholly(in.Pattern)
			if err != nil {
				return fmt.Errorf("%s: inputs.%s: %w", v.p.Name, name, err)
			}
			v.patterns[name] = re
		}
	}
	return nil
}

// noteInputs notes the inputs of t and of their defaults.
func (v *vendor) noteInputs(t recipe.Template, seen map[string]bool) {
	for _, ph := range t.Placeholders() {
		if in, ok := v.p.Inputs[ph.Name]; ok && !seen[ph.Name] {
			seen[ph.Name] = true
			v.noteInputs(in.Default, seen)
		}
	}
}

// isHanded reports whether a placeholder is neither an input nor a value with
// rules of its own, and some step's answer holds it.
func (v *vendor) isHanded(name string) bool {
	if _, input := v.p.Inputs[name]; input || slices.Contains(recipe.Made, name) || slices.Contains(ruled, name) {
		return false
	}
	return slices.ContainsFunc(v.steps, func(s *step) bool { _, ok := s.Read[name]; return ok })
}

// takesCode reports whether a code is good for anything here.
func (v *vendor) takesCode() bool { return v.uses("code") }

func (v *vendor) uses(placeholder string) bool {
	return slices.ContainsFunc(v.steps, func(s *step) bool { return s.Uses(placeholder) })
}

// step returns the step of that name, nil when it is not offered.
func (v *vendor) step(name string) *step {
	for _, s := range v.steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// at returns the steps served at the request's path: those for its method, and
// the methods of all of them.
func (v *vendor) at(r *http.Request) (here []*step, methods []string) {
	for _, s := range v.steps {
		if !s.servedAt(r.URL, v.expect.Known) {
			continue
		}
		if s.Method == r.Method {
			here = append(here, s)
		}
		if !slices.Contains(methods, s.Method) {
			methods = append(methods, s.Method)
		}
	}
	return here, methods
}

// recognise reads the request as the step that fits it best: several grants
// share one path, and what tells them apart is the members that are literal.
func (v *vendor) recognise(here []*step, r *http.Request, body []byte) (*step, recipe.Seen) {
	var best *step
	var seen recipe.Seen
	var least [2]int
	for _, s := range here {
		got := s.Recognise(r, body, v.expect)
		misfit := [2]int{0, len(got.Problems)}
		for _, p := range got.Problems {
			if p.Placeholder == "" && p.Kind != recipe.Unread {
				misfit[0]++
			}
		}
		if best == nil || slices.Compare(misfit[:], least[:]) < 0 {
			best, seen, least = s, got, misfit
		}
		if len(got.Problems) == 0 {
			break
		}
	}
	return best, seen
}

// secret reports whether a placeholder's value is not for other eyes.
func (v *vendor) secret(placeholder string) bool {
	switch placeholder {
	case "uuid", "timestamp", "timestamp_ms", "code_challenge":
		return false
	}
	in, ok := v.p.Inputs[placeholder]
	return !ok || in.Secret || placeholder == "state"
}

// scrubber knows every secret of the vendor and of one request.
func (v *vendor) scrubber(seen recipe.Seen) *secret.Scrubber {
	s := &secret.Scrubber{}
	for _, value := range v.inputs {
		if value, ok := value.(secret.String); ok {
			s.Add(value)
		}
	}
	for name, value := range seen.Values {
		if v.secret(name) {
			s.Add(value)
		}
	}
	return s
}

// member returns the key of the step's member that holds a placeholder.
func (s *step) member(placeholder string) string {
	var keys []string
	s.EachTemplate(func(key string, t recipe.Template) {
		for _, ph := range t.Placeholders() {
			if ph.Name == placeholder && !strings.HasPrefix(key, "sign.") {
				keys = append(keys, key)
			}
		}
	})
	if len(keys) == 0 {
		return placeholder
	}
	return slices.Min(keys)
}

// template returns what the profile says of a member, false where it does not.
func (s *step) template(member string) (recipe.Template, bool) {
	var found recipe.Template
	ok := false
	s.EachTemplate(func(key string, t recipe.Template) {
		if key == member {
			found, ok = t, true
		}
	})
	return found, ok
}

// lasts is how long what the step yields is good for.
func (s *step) lasts() time.Duration {
	if s.Lifetime > 0 {
		return s.Lifetime
	}
	return tokenLifetime
}

// renews reports whether the step's answer holds a new refresh token.
func (s *step) renews() bool {
	_, read := s.Read["refresh_token"]
	return read && slices.ContainsFunc(s.Example.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == "refresh_token" })
}
