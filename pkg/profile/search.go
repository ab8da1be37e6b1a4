package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/suggestion"
)

// Names returns the names of all profiles: the user's own, then the built-in ones.
func (src Sources) Names() []string {
	names := src.OwnNames()
	for _, name := range src.BuiltinNames() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// LoadWithSteps loads the named profiles and returns those that have steps. Profiles
// without steps only serve as a base for others.
func LoadWithSteps(names []string, src Sources) ([]*Profile, error) {
	var out []*Profile
	for _, name := range names {
		p, err := Load(name, src)
		if err != nil {
			return nil, err
		}
		if len(p.Steps()) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// Matching returns the profiles whose name and titles together contain every word, in any
// case.
func Matching(all []*Profile, words []string) []*Profile {
	var out []*Profile
	for _, p := range all {
		text := strings.ToLower(p.Name + "\n" + p.Title + "\n" + p.TitleZH)
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) }) {
			out = append(out, p)
		}
	}
	return out
}

// NoMatch is the error of a search that finds nothing. It suggests a similar name or word
// of a title.
func NoMatch(all []*Profile, words []string) error {
	var known []string
	for _, p := range all {
		known = append(known, p.Name)
		known = append(known, strings.Fields(strings.ToLower(p.Title))...)
	}
	var meant lang.Text
	for _, word := range words {
		if len(Matching(all, []string{word})) > 0 || !isASCII(word) { // short Chinese words are all similar by edit distance
			continue
		}
		if meant = suggestion.For(strings.ToLower(word), known); !meant.IsZero() {
			break
		}
	}
	problem := lang.Text{EN: "no profile matches %s%s", ZH: "没有接入配置与 %s 相符%s"}
	return &failure.UsageError{Problem: lang.Sprintf(problem, strings.Join(words, " "), meant), Advice: lang.Text{
		EN: "See the available profiles: ssoctl profile list", ZH: "查看可用的接入配置：ssoctl profile list",
	}}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c > 127 })
}
