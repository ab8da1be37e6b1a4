package emulator

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/profiles"
)

// T is what Start needs of a *testing.T, *testing.B or *testing.F.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is an emulator that serves while a test runs.
type Server struct {
	*Emulator
	URL string // such as http://127.0.0.1:40123; a profile is at URL/<name>
}

// Start serves an emulator on 127.0.0.1 until the test ends, for tests of
// programs that log in somewhere: the built-in profiles of these names, or all
// of them.
func Start(t T, names ...string) *Server {
	t.Helper()
	return StartWith(t, Options{Profiles: load(t, profile.Sources{Builtin: profiles.FS}, names)})
}

// OwnProfiles reads profiles of your own, for Options.Profiles: those of these
// names, or all, that a configuration file such as ssoctl.toml describes.
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

// load loads the profiles of these names; else all of the user's own, or all
// built-in ones.
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
		if !all || len(p.Steps()) > 0 { // some only serve to be extended
			out = append(out, p)
		}
	}
	return out
}

// StartWith is Start with options. Their Address is not used; a Now or Rand that
// is nil is the machine's.
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
	server := &http.Server{Handler: e, ReadTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		e.Close()
		server.Close()
		<-ended
	})
	return &Server{Emulator: e, URL: o.Address}
}

// Config are the inputs of a profile as a client has to be configured, secrets
// among them: they are not real. An unknown profile is a panic: the test names
// what it did not start.
func (s *Server) Config(name string) map[string]string {
	values := s.Inputs(name)
	if values == nil {
		panic(fmt.Sprintf("emulator: no profile %q is served here", name))
	}
	out := map[string]string{}
	for input := range values {
		out[input], _ = values.Text(input)
	}
	return out
}
