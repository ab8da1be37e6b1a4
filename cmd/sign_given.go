package cmd

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// clocked are the generated values that --at sets too.
var clocked = []string{"timestamp", "timestamp_ms"}

// settable are values that are otherwise generated for each request or login. For sign
// they can be set, to reproduce the signature of an existing request.
var settable = slices.Concat(recipe.Fixable, profile.PerRun)

// fresh returns the names of the values that can be set: those, and the times and random
// values of the profile's [make.NAME].
func (o *signOptions) fresh() ([]string, error) {
	known := func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return slices.Contains(settable, name)
	}
	if !slices.ContainsFunc(o.conf.set, func(pair string) bool { return !known(pair) }) {
		return settable, nil // without reading the profile twice
	}
	p, err := o.conf.bare(o.conf.profile)
	if err != nil {
		return nil, err
	}
	names := slices.Clone(settable)
	for _, name := range slices.Sorted(maps.Keys(p.Makes)) {
		if p.Makes[name].IsFresh() {
			names = append(names, name)
		}
	}
	return names, nil
}

// takeMade removes the settable values from --set and returns them.
func (o *signOptions) takeMade(c *cobra.Command, fresh []string) (map[string]string, error) {
	made := map[string]string{}
	var rest []string
	for _, pair := range o.conf.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || !slices.Contains(fresh, name) {
			rest = append(rest, pair)
			continue
		}
		text, err := o.in.orStdin(c, "set "+name, value)
		if err != nil {
			return nil, err
		}
		resolved, err := o.conf.refs(c.Context()).Resolve(text)
		if err != nil {
			return nil, &profile.Error{Key: name, Problem: lang.Of(err)}
		}
		made[name] = resolved.Reveal()
	}
	o.conf.set = rest
	return made, nil
}

// giveMade adds to given the made values that the step takes. A value that the profile
// declares as an input is set there instead.
func giveMade(p *profile.Profile, step *profile.Step, fresh []string, made map[string]string, given recipe.Values) error {
	for _, name := range fresh {
		value, ok := made[name]
		if !ok {
			continue
		}
		_, input := p.Inputs[name]
		if input || !step.Uses(name) && !slices.Contains(clocked, name) {
			if err := p.Give(name, value, profile.Origin{From: "flag"}); err != nil {
				return err
			}
			continue
		}
		given[name] = value
	}
	return nil
}

// suggestMade adds a suggestion to the error about an unknown input: the settable value
// that may have been meant.
func (o *signOptions) suggestMade(err error, fresh []string) error {
	var unknown *profile.Error
	if o.conf.loaded == nil || !errors.As(err, &unknown) || strings.Contains(unknown.Problem.EN, "did you mean") {
		return err
	}
	var used []string
	for _, s := range o.conf.loaded.Steps() {
		for _, name := range fresh {
			if isSigned(s) && s.Uses(name) {
				used = append(used, name)
			}
		}
	}
	if near := profile.Nearest(unknown.Key, used); near != "" {
		like := didYouMean(near)
		unknown.Problem = lang.Text{EN: unknown.Problem.EN + like.EN, ZH: unknown.Problem.ZH + like.ZH}
	}
	return err
}
