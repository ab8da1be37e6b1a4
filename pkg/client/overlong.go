package client

import (
	"slices"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// The longest values of a token and of a user that are accepted, in bytes. Real ones are shorter,
// and a result contains each value twice. An avatar may be a picture, in a data: address.
const (
	maxField  = 64 << 10
	maxAvatar = 1 << 20
)

// overlong returns the error for a response in which a value of a token or of a user is too long;
// nil if none is. It does not check the other values that a step reads.
func (c *Client) overlong(a *stepResult, r Response) error {
	names := slices.Concat(profile.TokenFields, profile.UserFields)
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
