package emulator

import (
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// publicHalf returns the public half of a key, which is all that the emulator needs to check
// a request. It returns other values unchanged.
func publicHalf(p *profile.Profile, name string, value any) any {
	if !p.IsKey(name) {
		return value
	}
	text, _ := recipe.Values{name: value}.Text(name)
	k, err := signkey.Parse(text)
	if err != nil {
		return value // a JWK Set; anything else has been refused
	}
	return secret.New(k.Public().PEM())
}

// isPublicKey reports whether an input is a key of which the emulator has the public half.
func (s *site) isPublicKey(input string) bool {
	if !s.p.IsKey(input) {
		return false
	}
	text, _ := s.inputs.Text(input)
	k, err := signkey.Parse(text)
	return err != nil || !k.IsPrivate()
}
