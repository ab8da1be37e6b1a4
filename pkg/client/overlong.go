package client

import (
	"maps"
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// The longest values that are accepted, in bytes, because a result contains each value twice. Real
// identifiers, names and tokens are shorter. An avatar may be a picture, in a data: address, and
// extra may have long lists, such as the roles of an administrator.
const (
	maxField  = 64 << 10
	maxAvatar = 1 << 20
	maxExtra  = 1 << 20
)

// overlong returns the error for a response in which a value of a token or of a user is too long,
// or the other values that the step reads are too long together; nil if none is.
func (c *Client) overlong(a *stepResult, r Response) error {
	names := slices.Concat(profile.TokenFields, profile.UserFields)
	i := slices.IndexFunc(names, func(name string) bool { return length(a.read[name]) > longest(name) })
	if i >= 0 {
		return c.protocolError(a.step, r.head, lang.Sprintf(lang.Text{
			EN: "%s is too long: %d KiB, at most %d KiB are accepted",
			ZH: "%s 太长：%d KiB，最多 %d KiB",
		}, names[i], kibibytes(length(a.read[names[i]])), longest(names[i])>>10))
	}
	if !slices.Contains(profile.KnownSteps, a.step.Name) && a.step.With == "" {
		return nil // its values are what the user asks for, such as a list of members
	}
	extra := maps.Clone(a.read)
	maps.DeleteFunc(extra, func(name string, _ any) bool { return name == "expires_in" || slices.Contains(names, name) })
	if problem := overlongExtra(extra); !problem.IsZero() {
		return c.protocolError(a.step, r.head, problem)
	}
	return nil
}

// overlongExtra says that the values of extra are too long; zero if they are not.
func overlongExtra(extra map[string]any) lang.Text {
	sum, most, largest := 0, 0, ""
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		n := length(extra[name])
		if sum += n; n > most {
			most, largest = n, name
		}
	}
	if sum <= maxExtra {
		return lang.Text{}
	}
	return lang.Sprintf(lang.Text{
		EN: "extra is too long, mostly because of %s: %d KiB, at most %d KiB are accepted",
		ZH: "extra 太长，主要是其中的 %s：%d KiB，最多 %d KiB",
	}, largest, kibibytes(sum), maxExtra>>10)
}

func longest(name string) int {
	if name == "avatar" {
		return maxAvatar
	}
	return maxField
}

func length(v any) int { return len(profile.Text(v)) }

// kibibytes rounds up.
func kibibytes(n int) int { return (n + 1023) >> 10 }
