package capture

import (
	"net/http"
	"net/url"
	"slices"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// Site serves a [Proxy] in place of an emulator: under the path of its profile, with the emulator's
// health check.
type Site struct {
	http.Handler
	// Inputs are for the client that is recorded: the proxy's addresses instead of the
	// vendor's, and the values that the user gave, without secrets.
	Inputs recipe.Values
}

// CheckAddresses returns an error if an input with an address of the vendor has no value. A
// provider need not have all endpoints that the profile knows.
func CheckAddresses(p *profile.Profile, refs reference.Resolver) error {
	var addresses []recipe.Placeholder
	for _, name := range append(p.AddressInputs(p.Requests()...), oidc.IssuerInput) {
		if lacks(p, name) {
			continue
		}
		optional := (name == oidc.IssuerInput || oidc.IsEndpoint(name)) && !p.Inputs[name].Required
		addresses = append(addresses, recipe.Placeholder{Name: name, Optional: optional})
	}
	_, err := p.Values(addresses, refs)
	return err
}

// lacks reports whether an input is an endpoint that the provider does not have. The endpoints in
// the provider's metadata have been set as inputs before.
func lacks(p *profile.Profile, name string) bool {
	given, _ := p.Given(name)
	in := p.Inputs[name]
	return oidc.IsEndpoint(name) && given == "" && in.Default == "" && !in.Required
}

// NewSite returns a site at the addresses at, which keeps what it records in a folder. emu is the
// emulator that it replaces; only its health check and addresses are used. NewSite sets Prefix, Ours
// and Folder of o.
func NewSite(emu *emulator.Emulator, at emulator.Addresses, folder string, o Options) (*Site, error) {
	var err error
	if o.Folder, err = fixture.OpenFolder(folder); err != nil {
		return nil, failure.Usagef(lang.Text{EN: "--record: %v", ZH: "--record：%v"}, failure.WithoutPath(err))
	}
	p := o.Profile
	o.Prefix = at.Path() + "/" + p.Name
	o.Ours = emu.Inputs(p.Name)
	if keys, err := keysOf(p, o.Refs); err != nil {
		return nil, err
	} else if keys != "" {
		o.Ours[oidc.KeysInput] = at.Public + "/" + p.Name + keys
	}
	proxy, err := New(o)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(at.Path()+"/_/health", emu)
	mux.Handle(o.Prefix+"/", proxy)
	return &Site{mux, inputsOf(p, o.Ours)}, nil
}

// keysOf returns the path and query of the provider's keys; "" if they are not known.
func keysOf(p *profile.Profile, refs reference.Resolver) (string, error) {
	known, err := p.Values([]recipe.Placeholder{{Name: oidc.KeysInput, Optional: true}}, refs)
	text, _ := known.Text(oidc.KeysInput)
	if err != nil || text == "" {
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	return u.RequestURI(), nil
}

// inputsOf returns [Site].Inputs. ours are the inputs for a client of the emulator that the proxy
// replaces.
func inputsOf(p *profile.Profile, ours recipe.Values) recipe.Values {
	out := recipe.Values{}
	addresses := append(p.AddressInputs(p.Requests()...), oidc.KeysInput)
	for name, in := range p.Inputs {
		text, origin := p.Given(name)
		switch {
		case oidc.IsEndpoint(name) && origin.From == "": // the provider has none
		case slices.Contains(addresses, name):
			out[name] = ours[name]
		case in.Secret, origin.From == "", origin.From == "default", reference.Is(text):
		default:
			out[name] = text
		}
	}
	return out
}
