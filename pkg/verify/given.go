package verify

import (
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// relative stands for base_url at the start of an address in the section given of a fixture. The
// section does not say where the vendor is: it leaves out base_url, and every address that has its
// default.
const relative = "{base_url}"

// base replaces relative when a fixture is read.
const base = "https://vendor.invalid"

// GivenAddress returns an input that is an address, as the section given of a fixture writes it.
// known has the values of the inputs. ok is false if the section leaves the input out.
func GivenAddress(p *profile.Profile, name string, known recipe.Values) (text string, ok bool) {
	text, ok = known.Text(name)
	if !ok || name == "base_url" || hasDefault(p, name) {
		return "", false
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", false
	}
	path := u.EscapedPath() + "/" // so that the path of base_url itself counts as below it
	return relative + strings.TrimSuffix(recipe.PathAfter(known, path), "/"), true
}

// give sets the inputs of p that the fixture gives, and base_url. If the fixture gives no private
// key, give sets the example key of an RFC. It returns the given values that are not inputs.
func give(p *profile.Profile, x *fixture.Fixture) (others recipe.Values, err error) {
	others = recipe.Values{}
	given := map[string]string{}
	for name, value := range x.Given {
		if _, input := p.Inputs[name]; input {
			given[name] = strings.ReplaceAll(value, relative, base)
		} else {
			others[name] = secret.New(value)
		}
	}
	if _, input := p.Inputs["base_url"]; input {
		given["base_url"] = base
	}
	for _, name := range p.InputNames() {
		if text := p.ExampleKey(name); text != "" && given[name] == "" {
			given[name] = text
		}
	}
	for name, value := range given {
		if err := p.Set(name, value, profile.Origin{From: "recording"}); err != nil {
			return nil, err
		}
	}
	return others, nil
}

// leftOut returns the inputs whose defaults complete a fixture: addresses, and the
// authentication method, which a transcribed fixture need not give.
func leftOut(p *profile.Profile) []string {
	names := append(p.AddressInputs(p.Requests()...), recipe.AuthMethod)
	return slices.DeleteFunc(names, func(name string) bool { return !hasDefault(p, name) })
}

// hasDefault reports whether the value of an input is its default.
func hasDefault(p *profile.Profile, name string) bool {
	_, from := p.Given(name)
	return from.From == "default"
}

// expect returns the values that the fixture's request has to contain: the given ones, and defaults
// for those left out. It sets the inputs of p.
func (v Verifier) expect(p *profile.Profile, x *fixture.Fixture) (recipe.Expect, error) {
	known, err := give(p, x)
	if err != nil {
		return recipe.Expect{}, err
	}
	names := leftOut(p)
	for _, name := range p.InputNames() {
		if _, from := p.Given(name); from.From == "recording" {
			names = append(names, name)
		}
	}
	var ask []recipe.Placeholder
	for _, name := range names {
		ask = append(ask, recipe.Placeholder{Name: name, Optional: true})
	}
	values, err := p.Values(ask, v.Refs)
	if err != nil {
		return recipe.Expect{}, err
	}
	for name, value := range values {
		known[name] = value
	}
	return recipe.Expect{Known: known, Types: p.InputTypes()}, nil
}
