package profile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"ssoctl/pkg/recipe"
)

// placeholders checks those of the step's request.
func (l *linter) placeholders(s *Step) {
	lacking := l.lacking(s)
	s.EachTemplate(func(key string, t recipe.Template) {
		path := append([]string{s.Name}, strings.Split(key, ".")...)
		l.lookalikes(path, t)
		for _, ph := range t.Placeholders() {
			if l.placeholder(s, path, ph.Name) && slices.Contains(lacking, ph.Name) {
				l.errorf(path, "{%s} has no value here: %s", ph.Name, l.whyNoValue(s, ph.Name))
			}
		}
	})
}

// lookalikes finds what was probably meant as a placeholder.
func (l *linter) lookalikes(path []string, t recipe.Template) {
	for _, text := range t.Lookalikes() {
		l.errorf(path, "%q is sent as it is: a placeholder is {name} or {name?}", text)
	}
}

// placeholder checks that something supplies a name, somewhere.
func (l *linter) placeholder(s *Step, path []string, name string) bool {
	inSign := len(path) > 1 && path[1] == "sign"
	switch {
	case name == "sign" && (inSign || path[1] == "url"):
		l.errorf(path, "{sign} cannot stand here: it is made of the request without it; use query, headers, form or json")
	case recipe.IsClientAuth(name):
		return l.clientAuth(path, name)
	case name == AppToken && l.p.Token == nil:
		if !l.unsureSteps {
			l.errorf(path, "{%s} needs a step [token]", name)
		}
	case name == AppToken, l.isInput(name), slices.Contains(l.supplied(s), name), inSign && slices.Contains(recipe.SignPlaceholders, name):
		return true
	case l.full(), l.unsureInputs, l.unsureSteps, l.malformed("inputs", name): // they may supply it
	default:
		known := slices.Concat(l.p.InputNames(), l.supplied(s), []string{AppToken})
		if inSign {
			known = append(known, recipe.SignPlaceholders...)
		}
		l.errorf(path, "unknown placeholder {%s}%s", name, Suggest(name, known))
	}
	return false
}

// clientAuth checks that the inputs are there that a placeholder is made of.
func (l *linter) clientAuth(path []string, name string) bool {
	for _, n := range clientCredentials {
		l.used[n] = true
	}
	needs := map[string][]string{"basic_auth": {"client_id", "client_secret"}, "post_id": {"client_id"}, "post_secret": {"client_secret"}}[name]
	for _, n := range needs {
		if _, ok := l.p.Inputs[n]; !ok && !l.unsureInputs {
			l.errorf(path, "{%s} needs an input %s", name, n)
			return false
		}
	}
	return true
}

func (l *linter) isInput(name string) bool {
	if _, ok := l.p.Inputs[name]; !ok {
		return false
	}
	l.used[name] = true
	for _, ph := range l.p.Inputs[name].Default.Placeholders() {
		if !l.used[ph.Name] {
			l.isInput(ph.Name)
		}
	}
	return true
}

// supplied are the names that are no inputs but have values in some step, or are read
// by another than s.
func (l *linter) supplied(s *Step) []string {
	names := slices.Clone(recipe.Made)
	for _, step := range StepNames {
		names = append(names, arguments[step]...)
	}
	for _, other := range l.p.Steps() {
		if other != s {
			names = slices.AppendSeq(names, maps.Keys(other.Read))
		}
	}
	return names
}

// lacking are the names that have a value in other steps and never in s: no command
// gives them, and no step that runs before s reads them.
func (l *linter) lacking(s *Step) []string {
	if l.unsureSteps {
		return nil
	}
	var out []string
	given := recipe.Values{}
	for _, name := range arguments[s.Name] {
		given[name] = name
	}
	if !l.p.carries(s, "nonce") {
		delete(given, "nonce")
	}
	for _, ph := range s.Placeholders() {
		_, isGiven := given[ph.Name]
		_, isInput := l.p.Inputs[ph.Name]
		made := slices.Contains(recipe.Made, ph.Name)
		perRun := slices.Contains(PerRun, ph.Name)
		// [authorize] makes an address and asks nothing, so no step runs before it.
		if !isGiven && !isInput && !made && (perRun || s.Name == "authorize") {
			out = append(out, ph.Name)
		}
	}
	if s.Name == "authorize" {
		return out
	}
	plan, err := l.p.Plan([]string{s.Name}, given)
	if err != nil {
		return out // a step is not offered, which is reported where it is needed
	}
	return append(out, plan.Lacking...)
}

// whyNoValue says who has a value that a step lacks.
func (l *linter) whyNoValue(s *Step, name string) string {
	switch {
	case name == "code_challenge":
		return "it goes into [authorize]; [exchange] has {code_verifier}"
	case name == "code_verifier" && s.Name == "authorize":
		return "it goes into [exchange]; [authorize] has {code_challenge}"
	case name == "nonce" && slices.Contains(arguments[s.Name], name):
		return "[authorize] has to hold it too"
	case s.Name == "authorize":
		return "the address is made before anything is sent; use inputs, {state}, {nonce} and {code_challenge}"
	case name == AppToken:
		return "[token] has to read access_token, and cannot need it"
	}
	var with []string
	for _, step := range StepNames {
		if slices.Contains(arguments[step], name) {
			with = append(with, "["+step+"]")
		}
	}
	if len(with) > 0 {
		return "only " + strings.Join(with, ", ") + " can use it"
	}
	for _, other := range l.p.Steps() {
		if _, reads := other.Read[name]; reads && other != s {
			with = append(with, "["+other.Name+"]")
		}
	}
	return fmt.Sprintf("%s reads it, and does not run before [%s]", strings.Join(with, ", "), s.Name)
}
