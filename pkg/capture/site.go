package capture

import (
	"net/http"
	"slices"

	"ssoctl/pkg/emulator"
	"ssoctl/pkg/failure"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// Site is a [Proxy] in the place of an emulator: below the path of its profile, and beside
// the health check of the emulator.
type Site struct {
	http.Handler
	// Inputs are for the client that is recorded: addresses of the proxy instead of the
	// vendor's, and the values that the user gave, without secrets.
	Inputs recipe.Values
}

// CheckAddresses returns an error if an input with an address of the vendor has no value.
func CheckAddresses(p *profile.Profile, refs reference.Resolver) error {
	var addresses []recipe.Placeholder
	for _, name := range p.AddressInputs(p.Requests()...) {
		addresses = append(addresses, recipe.Placeholder{Name: name})
	}
	_, err := p.Values(addresses, refs)
	return err
}

// NewSite returns a site that keeps what it records in a folder. path is the common path of
// its addresses. Of emu, which emulates the profile there, only the health check and the
// addresses are used. NewSite sets Prefix and Folder of o.
func NewSite(emu *emulator.Emulator, path, folder string, o Options) (*Site, error) {
	var err error
	if o.Folder, err = fixture.OpenFolder(folder); err != nil {
		return nil, failure.Usagef(lang.Text{EN: "--record: %v", ZH: "--record：%v"}, failure.WithoutPath(err))
	}
	p := o.Profile
	o.Prefix = path + "/" + p.Name
	proxy, err := New(o)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(path+"/_/health", emu)
	mux.Handle(o.Prefix+"/", proxy)
	return &Site{mux, inputsOf(p, emu.Inputs(p.Name))}, nil
}

// inputsOf returns the inputs for a client that is recorded, see [Site]. ours are those of
// the emulator in whose place the proxy is.
func inputsOf(p *profile.Profile, ours recipe.Values) recipe.Values {
	out := recipe.Values{}
	addresses := p.AddressInputs(p.Requests()...)
	for name, in := range p.Inputs {
		text, origin := p.Given(name)
		switch {
		case slices.Contains(addresses, name):
			out[name] = ours[name]
		case in.Secret, origin.From == "", origin.From == "default", reference.Is(text):
		default:
			out[name] = text
		}
	}
	return out
}
