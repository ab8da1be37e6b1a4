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

// step is one of the vendor's steps with its address moved below the vendor's
// base, and what reads its answers.
type step struct {
	profile.Step
	reader *profile.Reader
	reply  profile.Reply
	path   string // the only one that it is served at, "" when it holds placeholders
	of     *step  // the step that this is another request for; nil for the step itself

	// What follows is prepared once, since every request needs it.
	recogniser   *recipe.Recogniser
	placeholders []recipe.Placeholder
	uses         map[string]bool
	reading      func() reading // of its example
	renewing     bool           // its answer holds a new refresh token
	hint         string         // see hintOf
}

// prepare takes apart what requests and answers are compared with and made of.
func (v *vendor) prepare(s *step) {
	s.recogniser = s.Recogniser(v.expect)
	s.placeholders, s.uses = s.Step.Placeholders(), map[string]bool{}
	for _, ph := range s.placeholders {
		s.uses[ph.Name] = true
	}
	s.renewing, s.hint = s.renews(), s.hintOf()
	s.reading = sync.OnceValue(func() reading { return v.read(s) })
}

// Placeholders is profile.Step's.
func (s *step) Placeholders() []recipe.Placeholder { return s.placeholders }

// Uses is profile.Step's.
func (s *step) Uses(name string) bool { return s.uses[name] }

// at returns the steps served at the request's path: those for its method, and
// those for another.
func (v *vendor) at(r *http.Request) (here, others []*step) {
	if here := v.plain[place{r.Method, r.URL.Path}]; here != nil && r.URL.RawPath == "" {
		return here, nil
	}
	for _, s := range v.routes {
		if !s.servedAt(r.URL) {
			continue
		}
		if s.Method == r.Method {
			here = append(here, s)
		} else {
			others = append(others, s)
		}
	}
	return here, others
}

// place is where steps are served whose path is all known.
type place struct{ method, path string }

// index finds the steps that are served at each place, where no step's path
// holds placeholders, which could be served there too.
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

// hintOf is a text by which requests to the step are told from those to others
// at the same place, such as a grant's name: "" where there is none.
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

// recognise reads the request as the step that fits it best: several grants
// share one path, and what tells them apart is the members that are literal.
func (v *vendor) recognise(here []*step, r *http.Request, body []byte) (*step, recipe.Seen) {
	if len(here) > 1 {
		for _, s := range here { // mostly one look is enough
			if s.hint != "" && bytes.Contains(body, []byte(s.hint)) {
				if got := s.recogniser.Recognise(r, body); len(got.Problems) == 0 {
					return s, got
				}
			}
		}
	}
	var best *step
	var seen recipe.Seen
	var least [2]int
	for _, s := range here {
		got := s.recogniser.Recognise(r, body)
		misfit := [2]int{0, len(got.Problems)}
		for _, p := range got.Problems {
			if p.Placeholder == "" && !tolerated(p) {
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

// servedAt reports whether the step answers at u, by whatever method.
func (s *step) servedAt(u *url.URL) bool {
	if path := u.EscapedPath(); s.path != "" && !strings.Contains(path, "%") {
		return path == s.path
	}
	return s.recogniser.IsFor(&http.Request{Method: s.Method, URL: u})
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
