// Package emulator is an http.Handler that plays a vendor from the profile by which
// the client speaks to it: it recognises every request by the step's recipe, checks
// each value in it, and answers as the vendor does. Tests of other programs begin
// with [Start].
//
// [New] prepares each profile once: vendor.go, step.go, input.go, and oauthvariants.go
// for the further requests that standards allow. [Emulator.ServeHTTP] finds the
// vendor; recorder.go writes the answer and keeps it. From there:
//
//   - serve.go recognises the step and turns what is wrong into findings, of which
//     tolerate.go says which refuse nothing;
//   - faultinject.go lets faults happen;
//   - authorize.go answers the browser: with a redirect, or with a page (pagerequest.go,
//     page.go) that has a form (authorizeform.go) or a QR code (scan.go, scanpage.go; sdk.go
//     is the vendor's script);
//   - redeem.go and pkce.go check codes and tokens, which issue.go and redirecturi.go hand
//     out and expiring.go keeps;
//   - response.go fills in the example, which stepexample.go can read; refuse.go refuses;
//     notfound.go answers other paths.
//
// Beside the wire, diagnose.go, problem.go and signature.go say what was wrong.
// ledger.go keeps the exchanges and redact.go removes their secrets, for requests.go,
// assert.go, har.go and events.go. Those, with clock.go, fault.go, faulttext.go,
// approve.go, user.go and profilelist.go, are below /_/: admin.go serves them to whom
// address.go lets.
package emulator

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

// Options are what an emulator is made of.
type Options struct {
	Profiles []*profile.Profile // each is served under /<name>
	// Address is where clients reach the handler, such as http://127.0.0.1:40123.
	Address string
	// Browser is where browsers and phones reach it, when that is another host:
	// the addresses that they are sent to begin with it. "" is Address.
	Browser string
	// Hosts are further hosts, with their ports, that reach it, such as the one
	// that it listens on behind Address.
	Hosts []string
	// Users are the people who can log in; none are DefaultUsers.
	Users []User
	// Approve is how the user's browser is answered: ApproveAuto, ApproveAsk or
	// ApproveDeny, else the subject, user name or name of the user who agrees at
	// once. "" is ApproveAuto.
	Approve string
	// Strict demands state and PKCE wherever the vendor takes them, as RFC 9700
	// §2.1 recommends.
	Strict bool
	Now    func() time.Time
	Rand   io.Reader // read by one goroutine at a time
	// Report is called for every request after its answer is written, by several
	// goroutines at once; it may be nil.
	Report func(Event)
	Quiet  bool            // leaves the header X-Ssoctl-Diagnosis out of answers
	Refs   secret.Resolver // for the references among the values that the user gave
}

// Emulator plays the vendors. All its methods may be called concurrently.
type Emulator struct {
	opts    Options
	root    string   // path of Options.Address, without a slash at its end
	hosts   []string // under which the administration answers, beside loopback
	vendors map[string]*vendor
	names   []string // of the vendors, in the order of Options.Profiles
	// allSecrets are those of all vendors.
	allSecrets []secret.String
	someone    User          // who logs in unless another is asked for
	closing    chan struct{} // closed by Close
	closed     sync.Once

	clock  atomic.Pointer[clock]
	ledger ledger

	mu    sync.Mutex // guards all below, and Options.Rand
	state state
	asked asked
}

// New makes an emulator. The error says that an option is missing or unusable,
// or is what a value that the user gave lacks (see profile.Profile.Values).
func New(o Options) (*Emulator, error) {
	if o.Now == nil || o.Rand == nil {
		return nil, errors.New("emulator: needs Now and Rand")
	}
	at, err := reachedAt(&o)
	if err != nil {
		return nil, err
	}
	e := &Emulator{
		opts: o, root: at.Path, hosts: o.Hosts,
		vendors: map[string]*vendor{}, closing: make(chan struct{}), state: newState(), asked: newAsked(),
	}
	if err := e.gather(); err != nil {
		return nil, err
	}
	e.clock.Store(&clock{})
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
	for _, v := range e.vendors {
		e.allSecrets = append(e.allSecrets, v.secrets()...)
	}
	for _, v := range e.vendors {
		v.allSecrets = e.allSecrets
	}
	if err := e.checkNumbers(o.Users); err != nil {
		return nil, err
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
	plain := plainPath(r)
	rest, _ := strings.CutPrefix(plain.URL.Path, e.root+"/")
	name, _, _ := strings.Cut(rest, "/")
	if name == adminName {
		if file, ok := strings.CutPrefix(rest, adminName+"/static/"); ok && r.Method == http.MethodGet && static(w, file) {
			return
		}
		ev := Event{Method: r.Method, Path: r.URL.Path, Time: e.now()}
		e.admin(w, r, &ev)
		if e.opts.Report != nil {
			e.opts.Report(ev)
		}
		return
	}
	v := e.vendors[name]
	if v != nil && e.background(w, plain, v) {
		return
	}
	w.Header().Set("Date", e.now().UTC().Format(http.TimeFormat)) // a clock that differs is seen by it
	x := e.begin(w, r)
	defer e.finish(x) // also where the connection is cut on demand
	if v != nil {
		e.serve(x, plain, v)
	} else {
		x.body, _ = readBody(x, r)
		e.lost(x, &x.Event)
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
	return nil, fmt.Errorf("emulator: no profile %q is served here, only %s%s", name, strings.Join(e.names, ", "), profile.Suggest(name, e.names))
}
