package emulator

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// step is a step of a profile with its URL moved below the vendor's base.
type step struct {
	profile.Step
	reader *profile.Reader
	reply  profile.Reply
	// example and refusal are the parsed examples. Parse errors are ignored, because lint
	// reports them.
	example, refusal profile.Example
	path             string                     // see onlyPath
	variantOf        *step                      // the step that this is a variant of, see withVariants; nil if none
	forged           map[string]profile.Example // responses that replace example, by kind of fault

	// The following fields are computed once, because every request needs them.
	recogniser   *recipe.Recogniser
	placeholders []recipe.Placeholder
	uses         map[string]bool
	reading      func() reading         // how clients read its example
	fresh        map[string]recipe.Make // its makes that are times or random
	renewing     bool                   // its response contains a new refresh token
	hint         string                 // see hintOf
	unsent       []string               // see unsentBy
	forgeries    []string               // see site.forgeries
}

// prepare computes the fields of a step that every request needs.
func (v *vendor) prepare(s *step) {
	s.recogniser = s.Recogniser(v.expect)
	s.placeholders, s.uses = s.Step.Placeholders(), map[string]bool{}
	for _, ph := range s.placeholders {
		s.uses[ph.Name] = true
	}
	s.EachMake(func(name string, m recipe.Make) {
		if !m.IsText() {
			if s.fresh == nil {
				s.fresh = map[string]recipe.Make{}
			}
			s.fresh[name] = m
		}
	})
	s.example, _ = profile.ParseExample(s.Response, s.Example)
	s.refusal, _ = profile.ParseExample(s.Response, s.reply.RefusalExample)
	s.renewing, s.hint, s.forgeries = s.renews(), s.hintOf(), v.site.forgeries(&s.Step)
	s.reading = sync.OnceValue(func() reading { return v.read(s) })
}

// Placeholders returns the cached result of profile.Step.Placeholders.
func (s *step) Placeholders() []recipe.Placeholder { return s.placeholders }

// Uses returns the cached result of profile.Step.Uses.
func (s *step) Uses(name string) bool { return s.uses[name] }

// at returns the steps served at the request's path: candidates with the request's method,
// others with a different method.
func (v *vendor) at(r *http.Request) (candidates, others []*step) {
	if candidates := v.plain[place{r.Method, r.URL.Path}]; candidates != nil && r.URL.RawPath == "" {
		return candidates, nil
	}
	for _, s := range v.routes {
		if !s.servedAt(r.URL) {
			continue
		}
		if s.Method == r.Method {
			candidates = append(candidates, s)
		} else {
			others = append(others, s)
		}
	}
	return candidates, others
}

// place is the method and the path of a step, see step.path.
type place struct{ method, path string }

// index fills v.plain with the steps at each place. It leaves v.plain nil if any step
// has no fixed path, because that step could match at any place.
func (v *vendor) index() {
	plain := map[place][]*step{}
	for _, s := range v.routes {
		if s.path == "" {
			return
		}
		at := place{s.Method, s.path}
		plain[at] = append(plain[at], s)
	}
	v.plain = plain
}

// hintOf returns a literal value in the body of the step's requests, such as a grant_type,
// that may distinguish them from requests to other steps at the same place. It returns "" if
// there is none.
func (s *step) hintOf() string {
	hint := ""
	s.EachTemplate(func(key string, t recipe.Template) {
		group, _, _ := strings.Cut(key, ".")
		if hint == "" && (group == "form" || group == "json") && len(t.Placeholders()) == 0 {
			hint = string(t)
		}
	})
	return hint
}

// recognise returns the candidate that fits the request best, and what its recipe recognised.
// Several grant types may share one path; their literal members distinguish them.
func (v *vendor) recognise(candidates []*step, r *http.Request, body []byte) (*step, recipe.Seen) {
	if len(candidates) > 1 {
		for _, s := range candidates { // fast path: the hint usually finds the right step
			if s.hint != "" && bytes.Contains(body, []byte(s.hint)) {
				if got := s.recogniser.Recognise(r, body); len(got.Problems) == 0 {
					return s, got
				}
			}
		}
	}
	return recipe.Closest(func(yield func(*step, recipe.Seen) bool) {
		for _, s := range candidates {
			if !yield(s, s.recogniser.Recognise(r, body)) {
				return
			}
		}
	})
}

// servedAt reports whether the step is served at u, with any method.
func (s *step) servedAt(u *url.URL) bool {
	if path := u.EscapedPath(); s.path != "" && !strings.Contains(path, "%") {
		return path == s.path
	}
	return s.recogniser.IsFor(&http.Request{Method: s.Method, URL: u})
}

// member returns the key of the step's member that contains a placeholder, such as form.code.
// If no member contains it, member returns the placeholder's name.
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

// template returns the step's template of a member, such as form.code, and false if there is
// none.
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

// lifetime returns the lifetime of the tokens that the step issues.
func (s *step) lifetime() time.Duration {
	if s.Lifetime > 0 {
		return s.Lifetime
	}
	return tokenLifetime
}

// renews reports whether the step's response contains a new refresh token.
func (s *step) renews() bool {
	_, read := s.Read["refresh_token"]
	return read && slices.ContainsFunc(s.example.Placeholders(), func(p recipe.Placeholder) bool { return p.Name == "refresh_token" })
}
