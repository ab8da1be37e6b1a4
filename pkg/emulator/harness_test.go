package emulator_test

import (
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ssoctl/pkg/browsertest"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/pkg/recipe"
)

// issued matches a code or a token of the emulator: letters and digits only.
var issued = regexp.MustCompile(`\bemulated[a-z2-7]{32}\b`)

func TestMain(m *testing.M) { os.Exit(browsertest.Main{M: m}.Run()) }

// world is one emulator behind a real server, with a clock that moves only by advance.
type world struct {
	*emulator.Emulator
	t        testing.TB
	address  string
	profiles []*profile.Profile
	edit     func(*emulator.Options)
	http     *http.Client
	rand     *rand.ChaCha8 // randomness of the clients

	mu    sync.Mutex
	clock time.Time
	event emulator.Event // the latest
}

// refuseNext makes the next request to a step fail with this kind of refusal.
func (w *world) refuseNext(name string, step profile.StepName, kind profile.Kind) error {
	return w.AddFault(emulator.Fault{Profile: name, Step: step, Kind: string(kind), Times: 1})
}

func builtins(t testing.TB) []*profile.Profile {
	t.Helper()
	return profiletest.Builtin(t)
}

func start(t testing.TB, served ...*profile.Profile) *world {
	t.Helper()
	return startWith(t, func(*emulator.Options) {}, served...)
}

func startWith(t testing.TB, edit func(*emulator.Options), served ...*profile.Profile) *world {
	t.Helper()
	w := &world{
		t: t, profiles: served, edit: edit, clock: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), rand: rand.NewChaCha8([32]byte{1}),
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Transport:     &http.Transport{},
		},
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.ServeHTTP(rw, r) }))
	w.address = "http://" + server.Listener.Addr().String()
	w.Emulator = w.emulator()
	server.Start()
	t.Cleanup(func() { w.http.CloseIdleConnections(); server.Close() })
	return w
}

func (w *world) emulator() *emulator.Emulator {
	w.t.Helper()
	o := emulator.Options{Profiles: w.profiles, Address: w.address, Now: w.now, Rand: rand.NewChaCha8([32]byte{2}), Report: w.note}
	w.edit(&o)
	e, err := emulator.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

func (w *world) note(e emulator.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.event = e
}

// last returns the event of the latest request.
func (w *world) last() emulator.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.event
}

// each runs f for every built-in profile.
func each(t *testing.T, f func(t *testing.T, c *party)) {
	eachOf(t, builtins(t), f)
}

// eachFew runs f for a few profiles that together have every mechanism of all profiles.
func eachFew(t *testing.T, f func(t *testing.T, c *party)) {
	eachOf(t, profiletest.Covering(builtins(t), profiletest.Mechanisms), f)
}

func eachOf(t *testing.T, served []*profile.Profile, f func(t *testing.T, c *party)) {
	w := start(t, served...)
	for _, p := range w.profiles {
		t.Run(p.Name, func(t *testing.T) { f(t, w.party(t, p)) })
	}
}

// eachStep runs f for a few steps that together have every mechanism of all steps except
// authorize, with a client that has the values that the step needs.
func eachStep(t *testing.T, f func(t *testing.T, c *party, s *profile.Step)) {
	runSteps(t, profiletest.Covering(steps(t), profiletest.Step.Mechanisms), f)
}

// everyStep is eachStep with every step of every profile, for tests of the profiles
// themselves.
func everyStep(t *testing.T, f func(t *testing.T, c *party, s *profile.Step)) {
	runSteps(t, steps(t), f)
}

// steps returns every step of every profile except authorize.
func steps(t *testing.T) []profiletest.Step {
	return slices.DeleteFunc(profiletest.Steps(t), func(s profiletest.Step) bool { return s.Name == "authorize" })
}

func runSteps(t *testing.T, all []profiletest.Step, f func(t *testing.T, c *party, s *profile.Step)) {
	w := start(t, profilesOf(all)...)
	for _, s := range all {
		t.Run(s.Of.Name+"/"+string(s.Name), func(t *testing.T) {
			c := w.party(t, s.Of)
			c.ready(s.Step)
			f(t, c, s.Step)
		})
	}
}

// profilesOf returns the profiles of steps, each once.
func profilesOf(steps []profiletest.Step) (all []*profile.Profile) {
	for _, s := range steps {
		if !slices.Contains(all, s.Of) {
			all = append(all, s.Of)
		}
	}
	return all
}

// members returns the step's members by key, without the URL and the signature.
func members(s *profile.Step) map[string]recipe.Template {
	out := map[string]recipe.Template{}
	s.EachTemplate(func(key string, t recipe.Template) {
		if group, _, _ := strings.Cut(key, "."); group != "url" && group != "sign" {
			out[key] = t
		}
	})
	return out
}

// holding returns the key of the member that consists of only this placeholder.
func holding(s *profile.Step, placeholder string) (string, bool) {
	for key, t := range members(s) {
		if t.Is(placeholder) {
			return key, true
		}
	}
	return "", false
}

func contains(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in %.3000s", part, text)
		}
	}
}
