package emulator

import (
	"encoding/json"
	"strings"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// secrets returns the secret values in the request, including those sent in a wrong place.
func (c *call) secrets() []secret.String {
	var out []secret.String
	const minSecret = 4 // in bytes; a shorter value would match unrelated text
	for name, value := range c.seen.Values {
		if c.v.secret(name) && len(value.Reveal()) >= minSecret {
			out = append(out, value)
		}
	}
	const minSuspect = 8 // more than minSecret, because these values may not be secret
	for _, f := range c.findings {
		p := f.problem
		got := unquoted(p.Got.Reveal())
		unread := p.Kind == recipe.Unread && (len(got) <= ledger.LongestSecret || scrub.Suspicious(p.Member))
		if len(got) >= minSuspect && !described(p) && (p.Inside == "" || !c.mayShow(p)) && (unread || p.Placeholder != "" && c.v.secret(p.Placeholder)) {
			out = append(out, secret.New(got))
		}
	}
	return out
}

// unquoted decodes a JSON string. It returns other texts unchanged.
func unquoted(text string) string {
	if len(text) > ledger.Kept {
		return strings.Trim(text, `"`) // too long to be kept whole
	}
	var out string
	if strings.HasPrefix(text, `"`) && json.Unmarshal([]byte(text), &out) == nil {
		return out
	}
	return text
}

// person returns the user whom the request concerns, or nil.
func (c *call) person() *User {
	if c.login == nil && !c.known {
		return nil
	}
	user := c.user
	return &user
}
