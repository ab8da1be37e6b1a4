package emulator

import (
	signkey "ssoctl/pkg/key"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// exampleKey returns the published private key for an input that is a key, in PEM; "" for
// any other input. Clients of the emulator sign with it.
func exampleKey(p *profile.Profile, input string) string {
	for _, algorithm := range p.KeyOf(input) {
		if k, ok := signkey.Example(algorithm); ok {
			return k.PEM()
		}
	}
	return ""
}

// publicHalf replaces a key that the user set with its public half, which is all that the
// emulator needs. Other values stay as they are.
func (in *inputs) publicHalf(name string, value any) any {
	if len(in.p.KeyOf(name)) == 0 {
		return value
	}
	text, _ := recipe.Values{name: value}.Text(name)
	k, err := signkey.Parse(text)
	if err != nil {
		return value // refused before
	}
	return secret.New(k.Public().PEM())
}

// isPublicKey reports whether an input is a key of which the emulator has the public half.
func (v *vendor) isPublicKey(input string) bool {
	if len(v.p.KeyOf(input)) == 0 {
		return false
	}
	text, _ := v.inputs.Text(input)
	k, err := signkey.Parse(text)
	return err == nil && !k.IsPrivate()
}
