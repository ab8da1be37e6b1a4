package signature

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/suggestion"
)

// clocked are the generated values that contain the time, which Given.At sets, too.
var clocked = []string{"timestamp", "timestamp_ms"}

// Settable returns the names of values that are generated unless the user sets them. They are the
// same for every profile; [SettableOf] adds those of one profile.
func Settable() []string { return slices.Concat(recipe.Fixable, profile.PerRun) }

// SettableOf returns [Settable] and the times and random values of the profile's [make.NAME].
func SettableOf(p *profile.Profile) []string {
	names := Settable()
	for _, name := range slices.Sorted(maps.Keys(p.Makes)) {
		if p.Makes[name].IsFresh() {
			names = append(names, name)
		}
	}
	return names
}

// Given has the values that were signed in an existing request. With them, its signature can be
// computed again.
type Given struct {
	At       string            // --at: the time, in seconds or milliseconds since 1970; "" if it is not given
	Settable []string          // the names that Values may have
	Values   map[string]string // by name
	Flags    []string          // the names of values that have a flag, such as code for --code
}

// Clock returns a clock that always returns the given time, or now if no time is given. The error
// is a usage error about --at.
func (g Given) Clock(now func() time.Time) (func() time.Time, error) {
	at, flagged := g.At, g.At != ""
	for _, name := range clocked {
		at = cmp.Or(at, g.Values[name])
	}
	n, err := strconv.ParseInt(at, 10, 64)
	if !flagged && (err != nil || n < 0) {
		return now, nil // a --set timestamp in another form is used as it is
	}
	if err != nil || n < 0 {
		return nil, failure.Usagef(lang.Text{EN: "--at %s: expected seconds or milliseconds since 1970, such as 1595229375367", ZH: "--at %s：应为秒或毫秒时间戳，例如 1595229375367"}, at)
	}
	const latestSecond = 1e11 // the year 5138; in milliseconds 1973
	when := time.Unix(n, 0)
	if n >= latestSecond {
		when = time.UnixMilli(n)
	}
	return func() time.Time { return when }, nil
}

// Give adds the given values that the step uses to values. Inputs, and values that the step does not
// use, are set with [profile.Profile.Give] instead; Give returns its error.
func (g Given) Give(p *profile.Profile, step *profile.Step, values recipe.Values) error {
	for _, name := range g.Settable {
		value, ok := g.Values[name]
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
		values[name] = value
	}
	return nil
}

// Suggest returns err. If err is about an unknown input of p, it first adds the settable value with
// the most similar name. p is nil if err is not about a profile.
func (g Given) Suggest(p *profile.Profile, err error) error {
	var unknown *profile.Error
	if p == nil || !errors.As(err, &unknown) || strings.Contains(unknown.Problem.EN, "did you mean") {
		return err
	}
	var used []string
	for _, s := range Steps(p) {
		for _, name := range g.Settable {
			if s.Uses(name) {
				used = append(used, name)
			}
		}
	}
	unknown.Problem = lang.Sprintf(lang.Text{EN: "%s%s", ZH: "%s%s"}, unknown.Problem, suggestion.For(unknown.Key, used))
	return err
}
