package profile

import (
	"slices"
	"strings"

	"ssoctl/pkg/oidc"
	"ssoctl/pkg/recipe"
)

// AppToken is the placeholder for the application's own token, which [token] reads.
const AppToken = "app_token"

// UserFields are the names of the values that say who a user is: the standard claims about a
// user, and the fields of a tenant.
var UserFields = slices.Concat(oidc.UserFields(), []string{"tenant.id", "tenant.code", "tenant.name"})

// maybeNumbers are those of [UserFields] that some vendors send as JSON numbers.
var maybeNumbers = []string{"subject", "phone", "tenant.id", "tenant.code"}

// TokenFields are the names of the values that a client reads as text from a response with a
// token. scope may also be a list there, see [ScopeText].
var TokenFields = []string{"access_token", "refresh_token", "id_token", "token_type", "scope"}

// perLogin are the placeholders whose values [authorize] makes anew for each login.
var perLogin = []string{"state", "nonce", "code_challenge"}

// PerRun are the placeholders whose values a login carries from authorize to exchange.
var PerRun = slices.Concat(perLogin, []string{"code_verifier"})

// IsMadeAnew reports whether a value is made anew for each request ([recipe.Made]) or each
// login. It excludes code_verifier, because a later step needs the same value again.
func IsMadeAnew(name string) bool {
	return slices.Contains(recipe.Made, name) || IsPerLogin(name)
}

// IsMade reports whether the value is made for each request, by the rules of the format
// ([recipe.Made]) or of the profile ([Profile.Makes]).
func (p *Profile) IsMade(name string) bool {
	_, made := p.Makes[name]
	return made || slices.Contains(recipe.Made, name)
}

// IsPerLogin reports whether [authorize] makes the value anew for each login.
func IsPerLogin(name string) bool { return slices.Contains(perLogin, name) }

// IsSecretName reports whether a value other than an input is secret, because of its name:
// codes and the code_verifier, tokens and other keys. It applies to placeholders, to
// the values that steps read, and to values given by [Profile.Give] without a declared
// input. For names that no profile has, see [scrub.Suspicious].
func IsSecretName(name string) bool {
	return slices.Contains([]string{"code", "code_verifier", "token", "device_code"}, name) ||
		slices.ContainsFunc([]string{"_token", "_ticket", "_key", "_secret"}, func(end string) bool { return strings.HasSuffix(name, end) })
}
