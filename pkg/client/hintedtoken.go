package client

import (
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// HintedToken is a token to revoke or to introspect.
type HintedToken struct {
	Token secret.String
	Kind  string // access_token or refresh_token, which the server gets as token_type_hint (RFC 7009 §2.1)
}

// Given returns the values of a request about the token.
func (t HintedToken) Given() recipe.Values {
	return recipe.Values{"token": t.Token, "token_type_hint": t.Kind}
}
