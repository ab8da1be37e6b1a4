package client

import (
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// The largest values that a step can read, in bytes. No identifier, name or token is longer, and
// results contain each value twice. An avatar may be a picture, in a data: address.
const (
	maxField  = 64 << 10
	maxAvatar = 1 << 20
)

// overlong returns the error for a response with a value that is too long; nil if there is none.
func (c *Client) overlong(a *stepResult, r Response) error {
	names := slices.Concat([]string{"access_token", "refresh_token", "id_token", "token_type", "scope"}, profile.UserFields)
	i := slices.IndexFunc(names, func(name string) bool { return len(profile.Text(a.read[name])) > longest(name) })
	if i < 0 {
		return nil
	}
	name := names[i]
	return c.protocolError(a.step, r.head, lang.Sprintf(lang.Text{
		EN: "%s is too long: %d KiB, at most %d KiB are accepted",
		ZH: "%s 太长：%d KiB，最多 %d KiB",
	}, name, (len(profile.Text(a.read[name]))+1023)>>10, longest(name)>>10))
}

func longest(name string) int {
	if name == "avatar" {
		return maxAvatar
	}
	return maxField
}
