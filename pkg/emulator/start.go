package emulator

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// T is the part of [testing.TB] that [Start] needs.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is an [Emulator] that runs until its test ends. [Start] returns it.
type Server struct {
	*Emulator
	URL string // such as http://127.0.0.1:40123; each profile is at URL/<name>
}

// Start runs an emulator on 127.0.0.1 until the test ends. It serves the built-in
// profiles with these names, or all of them if there are no names. If it cannot start,
// it calls t.Fatalf. To choose other options, use [StartWith].
func Start(t T, names ...string) *Server {
	t.Helper()
	return StartWith(t, Options{Profiles: load(t, profile.Sources{Builtin: profiles.FS}, names)})
}

// OwnProfiles reads profiles for [Options].Profiles from a configuration file such as
// ssoctl.toml: the profiles with these names, or all in the file if there are no names. If it
// fails, it calls t.Fatalf.
func OwnProfiles(t T, file string, names ...string) []*profile.Profile {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	f, err := profile.ParseFile(file, data)
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	return load(t, profile.Sources{Builtin: profiles.FS, User: f}, names)
}

// load loads the profiles with these names. Without names, it loads all of the user's
// profiles, or all built-in ones if the user has none.
func load(t T, from profile.Sources, names []string) []*profile.Profile {
	t.Helper()
	all := len(names) == 0
	if all {
		names = from.OwnNames()
	}
	if len(names) == 0 {
		names = from.BuiltinNames()
	}
	var out []*profile.Profile
	for _, name := range names {
		p, err := profile.Load(name, from)
		if err != nil {
			t.Fatalf("emulator: %v", err)
		}
		if !all || len(p.Steps()) > 0 { // profiles without steps exist to be extended
			out = append(out, p)
		}
	}
	return out
}

// StartWith is [Start] with options. It sets Address itself, and fills in Now and Rand
// if they are nil.
func StartWith(t T, o Options) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("emulator: %v", err)
	}
	o.Address = "http://" + l.Addr().String()
	o.Rand = cmp.Or(o.Rand, rand.Reader)
	if o.Now == nil {
		o.Now = time.Now
	}
	e, err := New(o)
	if err != nil {
		l.Close()
		t.Fatalf("%v", err)
	}
	t.Cleanup(Serve(l, ServeOptions{Handler: e}).Close)
	return &Server{Emulator: e, URL: o.Address}
}

// Config returns the inputs of a profile, such as client_id, client_secret and
// token_url, to configure a client with. Its secrets are not real. Config panics if
// the profile is not served.
func (s *Server) Config(name string) map[string]string {
	values := s.Inputs(name)
	if values == nil {
		panic(fmt.Sprintf("emulator: no profile %q is served here", name))
	}
	return texts(values)
}
