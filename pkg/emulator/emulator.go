// Package emulator plays SSO vendors over HTTP, so that a client can be tested
// without a vendor and without real accounts.
//
// An [Emulator] is an [http.Handler] made from the same [profile.Profile] that the
// client uses. It recognises each request by the recipe of a step, checks every
// value in it, and responds as the vendor does. A request that differs from the
// profile gets the vendor's refusal. What was wrong with it is in the header
// [DiagnosisHeader], in the [Event] passed to [Options].Report, and in the ledger,
// see [Emulator.Requests].
//
// In a Go test, call [Start] for the built-in profiles, or [StartWith] for other
// [Options]; [OwnProfiles] reads profiles from a configuration file.
// [Server.Config] returns the values to configure the client with, and
// [Emulator.IssueCode] takes the place of the browser. Outside tests, call [New]
// and serve the result.
//
// [Emulator.SetFaults] makes requests fail on demand, each as a [Fault] describes.
// [Emulator.Advance], [Emulator.Freeze] and [Emulator.Run] set the clock that all
// expiry follows. [Emulator.Scan] plays the phone that scans a QR code. Paths below
// /_/ offer the same over HTTP, and a page that shows requests as they arrive.
//
// To read the code, begin with [Emulator.ServeHTTP].
package emulator

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ssoctl/pkg/emulator/ledger"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/suggestion"
)

// Options configures an [Emulator]. [New] requires Address, Now and Rand.
type Options struct {
	Profiles []*profile.Profile // each is served under /<name>
	// Address is the URL at which clients reach the handler, such as
	// http://127.0.0.1:40123.
	Address string
	// Browser is the URL at which browsers and phones reach the handler, if its host
	// differs. Its path is that of Address. "" means Address.
	Browser string
	// Hosts are further hosts, with ports, that reach the handler, such as the one
	// that it listens on behind a proxy.
	Hosts []string
	// Users are the people who can log in. Empty means [DefaultUsers].
	Users []User
	// Approve decides logins: [ApproveAuto], [ApproveAsk], [ApproveDeny], or the
	// subject, username or name of the user who agrees at once. That user is then
	// the default user; otherwise it is the first of Users. "" means [ApproveAuto].
	Approve string
	// Strict requires state and PKCE where the vendor supports them, as RFC 9700
	// §2.1 recommends.
	Strict bool
	Now    func() time.Time
	Rand   io.Reader // cryptographic randomness, read by one goroutine at a time
	// Report, unless nil, is called for every request after its response is written.
	// Several goroutines may call it at once.
	Report func(Event)
	Quiet  bool               // omit DiagnosisHeader from responses
	Lang   lang.Lang          // of Event.Diagnosis; "" means English
	Refs   reference.Resolver // resolves references in the values that the user set
}

// Emulator plays the vendors of [Options].Profiles. All its methods may be called
// concurrently.
type Emulator struct {
	opts        Options
	root        string           // path of Options.Address, without a trailing slash
	hosts       []string         // hosts that may use the administration API, besides loopback
	sites       map[string]*site // by the name of the profile
	names       []string         // names of the profiles, in the order of Options.Profiles
	known       *scrub.Scrubber  // removes the secret inputs of all vendors
	defaultUser User             // the default user, see Options.Approve
	closing     chan struct{}    // closed by Close
	closed      sync.Once

	clock  atomic.Pointer[clock]
	ledger ledger.Ledger

	mu      sync.Mutex // guards all below, and Options.Rand
	state   state
	pending pending
}

// New returns an emulator of o.Profiles. It returns an error if an option is missing
// or invalid, if a profile cannot be emulated, or if an input's value cannot be
// resolved, see [profile.Profile.Values]. If there are several built-in profiles, each is
// prepared at the first request for it, so that the others take little time and memory.
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
		sites: map[string]*site{}, closing: make(chan struct{}), state: newState(), pending: newPending(),
		known: &scrub.Scrubber{Stub: true},
	}
	if err := e.setUsers(); err != nil {
		return nil, err
	}
	e.clock.Store(&clock{})
	e.opts.Profiles = lean(o.Profiles)
	for _, p := range e.opts.Profiles {
		if err := e.add(p); err != nil {
			return nil, err
		}
	}
	if err := e.checkNumbers(o.Users); err != nil {
		return nil, err
	}
	return e, nil
}

// lean returns the profiles, with built-in ones in their [profile.Profile.Lean] form, because
// nobody needs the lines of errors in them.
func lean(profiles []*profile.Profile) []*profile.Profile {
	out := slices.Clone(profiles)
	for i, p := range out {
		if len(p.Files()) == 0 {
			out[i] = p.Lean()
		}
	}
	return out
}

// add serves one of the profiles. It prepares the vendor now if the profile may have errors,
// or if it is the only one, because it is then sure to be requested.
func (e *Emulator) add(p *profile.Profile) error {
	if !servable(p.Name) {
		return lang.Errorf(lang.Text{
			EN: "emulator: a profile named %q cannot be served: its name must be a single path segment",
			ZH: "不能模拟名为 %q 的接入配置：名字必须是单个路径段",
		}, p.Name)
	}
	if e.sites[p.Name] != nil {
		return lang.Errorf(lang.Text{EN: "emulator: two profiles are named %s", ZH: "有两个接入配置都叫 %s"}, p.Name)
	}
	s, err := newSite(p, e.opts, e.known)
	if err != nil {
		return err
	}
	if s.mayFail() || len(e.opts.Profiles) == 1 {
		if _, err := s.prepared(); err != nil {
			return err
		}
	}
	e.sites[p.Name], e.names = s, append(e.names, p.Name)
	return nil
}

// servable reports whether a profile's name can be the first segment of a path: it is
// one segment, does not belong to the administration API, and contains no braces, which
// templates use.
func servable(name string) bool {
	return name != "" && name != adminName && name != "." && name != ".." && !strings.ContainsAny(name, "/{}")
}

// ServeHTTP responds as the vendor that the first segment of the path names. Below
// /_/ it serves the administration API.
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
	var v *vendor
	if s := cmp.Or(e.sites[name], e.metadataOf(plain.URL.Path)); s != nil {
		v = s.vendor()
	}
	if v != nil && (v.preflight(w, plain) || e.background(w, plain, v)) {
		return
	}
	w.Header().Set("Date", e.now().UTC().Format(http.TimeFormat)) // lets clients notice a skewed clock
	x := e.begin(w, r)
	defer e.finish(x) // deferred because a fault may panic to cut the connection
	if v != nil {
		e.serve(x, plain, v)
	} else {
		x.body, _ = readBody(x, r)
		x.diagnose(noProfile)
		e.notFound(x)
	}
}

// Inputs returns the value that the emulator expects for each input of a profile. It
// omits inputs without a value and keys that the user set, of which the emulator has the
// public half. It returns nil if the profile is not served.
func (e *Emulator) Inputs(name string) recipe.Values {
	s := e.sites[name]
	if s == nil {
		return nil
	}
	out := recipe.Values{}
	for input, value := range s.inputs {
		if !s.isPublicKey(input) {
			out[input] = value
		}
	}
	return out
}

// Close ends event streams and the delays of faults, so that a server that shuts down
// does not wait for them.
func (e *Emulator) Close() { e.closed.Do(func() { close(e.closing) }) }

// find returns a profile that is served. Its error lists those that are.
func (e *Emulator) find(name string) (*site, error) {
	if s := e.sites[name]; s != nil {
		return s, nil
	}
	return nil, lang.Errorf(lang.Text{
		EN: "emulator: no profile %q is served here, only %s%s", ZH: "这里没有接入配置 %q，只有 %s%s",
	}, name, lang.List(e.names), suggestion.For(name, e.names))
}
