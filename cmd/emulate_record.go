package cmd

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// recorder sets the server's handler to a proxy that passes a profile's requests on to its
// vendor and saves the exchanges.
func (r *root) recorder(c *cobra.Command, s *server, o *emulateOptions, p *profile.Profile) error {
	var addresses []recipe.Placeholder
	for _, name := range p.AddressInputs(p.Steps()...) {
		addresses = append(addresses, recipe.Placeholder{Name: name})
	}
	if _, err := p.Values(addresses, r.refs()); err != nil {
		return err
	}
	// Only the emulator's health endpoint and the addresses of its Inputs are used.
	emu, err := emulator.New(emulator.Options{Profiles: []*profile.Profile{p}, Address: s.public, Browser: s.browser, Now: r.Now, Rand: r.Rand, Refs: r.refs()})
	if err != nil {
		return usageOr(err)
	}
	folder, err := fixture.OpenFolder(o.record)
	if err != nil {
		return usagef(lang.Text{EN: "--record: %v", ZH: "--record：%v"}, err)
	}
	prefix := strings.TrimPrefix(s.public, originOf(s.public)) + "/" + p.Name
	recorder, err := capture.New(capture.Options{
		Load: func() (*profile.Profile, error) { return r.again(p) }, Refs: r.refs(), Prefix: prefix, HTTP: r.HTTP, Timeout: r.timeout, Now: r.Now,
		Keep: folder.Add, Report: func(e capture.Event) { s.tell("%s", recordedLine(e)) },
	})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(strings.TrimSuffix(prefix, p.Name)+"_/health", emu)
	mux.Handle(prefix+"/", recorder)
	s.Handler = mux
	s.ready = func() error {
		r.progress("%s", lang.Text{
			EN: "passing " + p.Name + " on to the vendor; exchanges are saved in " + o.record,
			ZH: "正在把 " + p.Name + " 的请求转发给厂商，往来内容保存在 " + o.record,
		}.In(r.language()))
		return r.announce(c, s, o, []*profile.Profile{p}, map[string]recipe.Values{p.Name: r.passing(p, emu)})
	}
	return nil
}

// again reloads a profile and keeps the values that came from flags and environment.
func (r *root) again(p *profile.Profile) (*profile.Profile, error) {
	src, err := r.sources()
	if err != nil {
		return nil, err
	}
	out, err := profile.Load(p.Name, src)
	if err != nil {
		return nil, err
	}
	for _, name := range p.InputNames() {
		if text, origin := p.Given(name); origin.From == "flag" || origin.From == "environment" {
			if err := out.Set(name, text, origin); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// passing returns the inputs for a client that is recorded: the recorder's addresses
// instead of the vendor's, and the values that the user gave, without secrets.
func (r *root) passing(p *profile.Profile, emu *emulator.Emulator) recipe.Values {
	out := recipe.Values{}
	addresses := p.AddressInputs(p.Steps()...)
	ours := emu.Inputs(p.Name)
	for name, in := range p.Inputs {
		text, origin := p.Given(name)
		switch {
		case slices.Contains(addresses, name):
			out[name] = ours[name]
		case in.Secret, origin.From == "", origin.From == "default", isReference(text):
		default:
			out[name] = text
		}
	}
	return out
}

func recordedLine(e capture.Event) string {
	line := strings.TrimSpace(strings.Join([]string{e.Method, e.Path, strconv.Itoa(e.Status), e.Step, e.Kept}, " "))
	if len(e.Problems) > 0 {
		line += ": " + strings.Join(e.Problems, "; ")
	}
	return line
}

// originOf is an address without its path.
func originOf(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}
