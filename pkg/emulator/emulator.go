// Package emulator is an http.Handler that plays a vendor from the description
// by which the client speaks to it: it recognises every request by the step's
// recipe, checks each value in it, and answers as the vendor does.
package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Options are what an emulator is made of.
type Options struct {
	Profiles []*profile.Profile // each is served under /<name>
	// Address is where the handler is reached, such as http://127.0.0.1:40123.
	Address string
	Now     func() time.Time
	Rand    io.Reader // read by one goroutine at a time
	// Report is called for every request after its answer is written, by several
	// goroutines at once; it may be nil.
	Report func(Event)
	Refs   secret.Resolver // for the references among the values that the user gave
}

// Event is what became of one request.
type Event struct {
	Profile, Step string // "" where none was recognised
	Method, Path  string
	Problems      []recipe.Problem
	Refusal       string // one of profile.Kinds; "" when a step's request was accepted
	Diagnosis     string // what was wrong, in one line without secrets; "" when nothing was
	Status        int    // of the answer
}

// Emulator plays the vendors. All its methods may be called concurrently.
type Emulator struct {
	opts    Options
	root    string // path of Options.Address, without a slash at its end
	host    string // host and port of Options.Address
	vendors map[string]*vendor
	names   []string // of the vendors, in the order of Options.Profiles

	mu    sync.Mutex // guards all below, and Options.Rand
	state state
}

// New makes an emulator. The error says that an option is missing or unusable,
// or is what a value that the user gave lacks (see profile.Profile.Values).
func New(o Options) (*Emulator, error) {
	if o.Now == nil || o.Rand == nil {
		return nil, errors.New("emulator: needs Now and Rand")
	}
	at, err := url.Parse(o.Address)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.RawQuery != "" || at.Fragment != "" {
		return nil, fmt.Errorf("emulator: address %q: needs http:// or https:// and a host", o.Address)
	}
	o.Address = strings.TrimSuffix(o.Address, "/")
	e := &Emulator{
		opts: o, root: strings.TrimSuffix(at.Path, "/"), host: at.Host,
		vendors: map[string]*vendor{}, state: newState(),
	}
	for _, p := range o.Profiles {
		if !servable(p.Name) {
			return nil, fmt.Errorf("emulator: a profile named %q cannot be served: its name is to be one segment of a path", p.Name)
		}
		if e.vendors[p.Name] != nil {
			return nil, fmt.Errorf("emulator: two profiles are named %s", p.Name)
		}
		v, err := newVendor(p, o)
		if err != nil {
			return nil, err
		}
		e.vendors[p.Name], e.names = v, append(e.names, p.Name)
	}
	return e, nil
}

// servable reports whether a profile's name can stand in a path: it is one
// segment of it, not the administration's, and holds nothing that a template
// would read.
func servable(name string) bool {
	return name != "" && name != adminName && name != "." && name != ".." && !strings.ContainsAny(name, "/{}")
}

// ServeHTTP answers as the vendor whose name is the first segment of the path.
func (e *Emulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, _ := strings.CutPrefix(r.URL.Path, e.root+"/")
	name, _, _ := strings.Cut(rest, "/")
	ev := Event{Method: r.Method, Path: r.URL.Path}
	if v := e.vendors[name]; v != nil {
		e.serve(w, r, v, &ev)
	} else if name == adminName {
		e.admin(w, r, &ev)
	} else {
		e.lost(w, &ev)
	}
	if e.opts.Report != nil {
		e.opts.Report(ev)
	}
}

// Inputs returns every input of a profile that has a value, as the emulator
// expects it; nil when it does not serve the profile.
func (e *Emulator) Inputs(name string) recipe.Values {
	v := e.vendors[name]
	if v == nil {
		return nil
	}
	out := recipe.Values{}
	for input, value := range v.inputs {
		out[input] = value
	}
	return out
}

// vendor returns the profile's vendor; the error names those that are served.
func (e *Emulator) vendor(name string) (*vendor, error) {
	if v := e.vendors[name]; v != nil {
		return v, nil
	}
	return nil, fmt.Errorf("emulator: no profile %q is served here, only %s", name, strings.Join(e.names, ", "))
}
