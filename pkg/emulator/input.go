package emulator

import (
	"net/url"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// defaultRedirect returns the redirect_uri that is registered unless the user sets
// one: loopback with any free port (port 0), and {state} in the path if the vendor
// has no parameter for it.
func defaultRedirect(p *profile.Profile) string {
	if p.Authorize != nil && p.Authorize.State == profile.StateRedirect {
		return "http://127.0.0.1:0/{state}"
	}
	return "http://127.0.0.1:0/callback"
}

// chosen are the inputs that the client chooses for each request, even if the
// profile requires them.
var chosen = []string{"redirect_uri", "state", "scope"}

// inputs finds the value of every input of one profile.
type inputs struct {
	p         *profile.Profile
	base      string // value of base_url
	browser   string // base_url for browsers and phones
	refs      reference.Resolver
	addresses map[string]bool // see addressInputs
	out       recipe.Values
}

// resolveInputs returns the value of each input. The user's value comes first (see wins),
// then the example, then the default; without these, a required or secret input gets an
// invented one. Addresses are moved below base, even those that the user set, because
// otherwise clients would call the company's own server instead of the emulator.
func resolveInputs(p *profile.Profile, base, browser string, refs reference.Resolver) (recipe.Values, error) {
	p = p.Copy()
	p.Verifies = true
	in := &inputs{p: p, base: base, browser: browser, refs: refs, addresses: addressInputs(p), out: recipe.Values{}}
	for _, name := range p.InputNames() {
		if isUnoffered(p, name) {
			continue
		}
		if err := in.resolve(name, nil); err != nil {
			return nil, err
		}
	}
	return in.out, nil
}

// isUnoffered reports whether an input is the endpoint of a step that the vendor does not
// offer. A profile has such an input only because a profile that it extends has it.
func isUnoffered(p *profile.Profile, input string) bool {
	step := profile.StepOfEndpoint(input)
	_, refused := p.NotOffered[step]
	return step != "" && refused && !slices.ContainsFunc(p.Requests(), func(s *profile.Step) bool { return s.Uses(input) })
}

// addressInputs returns the inputs with which URLs begin. The value is true if only
// browsers open those URLs, that is [authorize] and the vendor's script.
func addressInputs(p *profile.Profile) map[string]bool {
	out := map[string]bool{}
	onlyBrowser := []*profile.Step{}
	if p.Authorize != nil {
		onlyBrowser = append(onlyBrowser, p.Authorize)
	}
	if p.Scan != nil {
		onlyBrowser = append(onlyBrowser, &profile.Step{Recipe: recipe.Recipe{URL: p.Scan.SDK}})
	}
	for _, name := range p.AddressInputs(onlyBrowser...) {
		out[name] = true
	}
	if isDiscovered(p) {
		out[oidc.IssuerInput] = false // clients request the metadata below it
	}
	others := slices.DeleteFunc(p.Requests(), func(s *profile.Step) bool { return s == p.Authorize })
	for _, name := range p.AddressInputs(others...) {
		out[name] = false
	}
	return out
}

func (in *inputs) resolve(name string, within []string) error {
	if _, done := in.out[name]; done {
		return nil
	}
	if slices.Contains(within, name) {
		return in.errorf(name, lang.Text{EN: "refers to itself: %s", ZH: "引用了自身：%s"}, strings.Join(append(within, name), " → "))
	}
	if name == "base_url" {
		in.out[name] = in.base
		return nil
	}
	if in.p.Scan != nil && string(in.p.Scan.Origin) == "{"+name+"}" {
		in.out[name] = originOf(in.browser)
		return nil
	}
	if wins(in.p, name) {
		given, err := in.p.Values([]recipe.Placeholder{{Name: name, Optional: true}}, in.refs)
		if err != nil {
			return err
		}
		if value, ok := given[name]; ok {
			in.out[name] = publicHalf(in.p, name, in.placed(name, value))
			return nil
		}
	}
	text, err := in.unset(name, append(within, name))
	if err != nil || text == "" {
		return err
	}
	value, err := in.p.Inputs[name].Typed(text)
	if err != nil {
		return in.errorf(name, lang.Text{EN: "the emulator's value %q %s: give the input an example", ZH: "模拟器用的值 %q %s，请给这个输入项写上 example"}, text, err)
	}
	in.out[name] = in.placed(name, value)
	return nil
}

// wins reports whether the emulator expects the value that the user set for an input.
// It does not expect a secret from a file or the environment, which is probably real;
// clients send an invented one instead.
func wins(p *profile.Profile, name string) bool {
	switch _, from := p.Given(name); from.From {
	case "", "default":
		return false
	case "file", "environment":
		return !p.Inputs[name].Secret
	}
	return true
}

func (in *inputs) errorf(name string, format lang.Text, args ...any) error {
	return &profile.Error{Key: in.p.Name + ".inputs." + name, Problem: lang.Sprintf(format, args...)}
}

// unset returns the value of an input that the user has not set, or "" for none.
func (in *inputs) unset(name string, within []string) (string, error) {
	input := in.p.Inputs[name]
	for _, t := range []recipe.Template{input.Example, input.Default} {
		if text, ok, err := in.expand(t, within); err != nil || ok {
			return text, err
		}
	}
	if text := in.p.ExampleKey(name); text != "" {
		return text, nil // clients of the emulator sign with it
	}
	if name == recipe.ClientKey {
		return "", nil // clients that must sign with a key are told so
	}
	dashed := strings.ReplaceAll(name, "_", "-")
	switch {
	case name == "redirect_uri":
		return defaultRedirect(in.p), nil
	case in.isAddress(name):
		return in.base + "/" + dashed, nil
	case input.Secret:
		return "emulated-" + dashed + "-not-real", nil
	case !input.Required:
		return "", nil
	case input.Type == "int":
		return "0", nil
	case input.Type == "bool":
		return "false", nil
	}
	return "emulated-" + dashed, nil
}

// expand fills in a template. It returns false if the template is empty, or if a placeholder
// has no value.
func (in *inputs) expand(t recipe.Template, within []string) (string, bool, error) {
	for _, ph := range t.Placeholders() {
		if _, ok := in.p.Inputs[ph.Name]; ok {
			if err := in.resolve(ph.Name, within); err != nil {
				return "", false, err
			}
		}
	}
	text, missing := t.Expand(func(name string) (string, bool) {
		if name == "base_url" {
			return in.base, true
		}
		text, ok := in.out.Text(name)
		return strings.TrimSuffix(text, "/"), ok
	})
	return text, text != "" && len(missing) == 0, nil
}

func (in *inputs) isAddress(name string) bool { _, ok := in.addresses[name]; return ok }

// placed moves an address below base, or below browser if only browsers open it.
func (in *inputs) placed(name string, value any) any {
	text, ok := value.(string)
	if !ok || !in.isAddress(name) {
		return value
	}
	text = below(in.base, text)
	if in.addresses[name] {
		return in.browser + strings.TrimPrefix(text, in.base)
	}
	return text
}

// below returns the emulator's address for a vendor's address: base with the path
// and query of address.
func below(base, address string) string {
	if address == base || strings.HasPrefix(address, base+"/") {
		return address
	}
	u, err := url.Parse(address)
	if err != nil {
		return base
	}
	path := strings.TrimPrefix(u.EscapedPath(), "/")
	if path != "" {
		path = "/" + path
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return base + path
}
