package emulator

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// servedAt reports whether the step answers at u, by whatever method.
func (s *step) servedAt(u *url.URL, known recipe.Values) bool {
	if path := u.EscapedPath(); s.path != "" && !strings.Contains(path, "%") {
		return path == s.path
	}
	return s.IsFor(&http.Request{Method: s.Method, URL: u}, known)
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
