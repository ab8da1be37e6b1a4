package cmd_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/fixture"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/profiles"
)

// documented is one exchange transcribed from a vendor's document, in the file
// testdata/vendors/PROFILE/STEP[-VARIANT].txtar.
type documented struct {
	name     string // such as acme/token-refused
	profile  string
	step     profile.StepName
	given    map[string]string // inputs, and what an earlier step would supply
	request  message
	response message // empty for authorize
	status   int     // of the response
	callback string  // the query of the redirect; only for authorize
	keys     string  // the issuer's JWKS, by which the id_token in the response is verified; "" if unknown
	want     map[string]any

	now      time.Time // the client's clock
	guess    string    // what in the file is not documented
	noState  bool      // the callback lacks the state that was sent
	optional []string  // documented members that the emulator's response may lack, such as json.scope
	signed   string    // the text whose signature the request contains, see signatureOf
}

// refusal returns the refusal that the fixture's want describes; ok is false if it
// describes a success.
func (f *documented) refusal() (want map[string]any, ok bool) {
	want, ok = f.want["refusal"].(map[string]any)
	return want, ok
}

// group returns the name of the group of the fixture: successes or refusals of one step.
// The emulator has to play at least one fixture of each group exactly.
func (f *documented) group() string {
	if _, refused := f.refusal(); refused {
		return f.profile + "/" + string(f.step) + " refused"
	}
	return f.profile + "/" + string(f.step)
}

// fixtures reads all fixtures below testdata/vendors.
func fixtures(t *testing.T) []*documented {
	t.Helper()
	root := os.DirFS(filepath.Join("..", "testdata", "vendors"))
	var out []*documented
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, path)
		if err != nil {
			return err
		}
		f, err := parseFixture(path, data)
		if err == nil && len(f.given) == 0 {
			err = errors.New("want the section given")
		}
		if err != nil {
			t.Errorf("%s: %v", path, err)
			return nil
		}
		out = append(out, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// parseFixture parses a fixture. A recorded one may lack the section given, if its step needs
// nothing.
func parseFixture(path string, data []byte) (*documented, error) {
	dir, file := filepath.Split(path)
	name, ok := strings.CutSuffix(file, ".txtar")
	if !ok {
		return nil, fmt.Errorf("not a .txtar file")
	}
	f := &documented{name: dir + name, profile: strings.TrimSuffix(dir, "/"), now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	x, err := fixture.Parse(data)
	if err != nil {
		return nil, err
	}
	if name != x.Step && !strings.HasPrefix(name, x.Step+"-") {
		return nil, fmt.Errorf("for the step %q, want the name %s.txtar or %s-….txtar", x.Step, x.Step, x.Step)
	}
	authorizes := x.Step == "authorize"
	if x.Want == nil || (x.Callback != "") != authorizes || (x.Response.Start != "") == authorizes {
		return nil, fmt.Errorf("want the sections request, want, and response (for authorize: callback)")
	}
	f.step, f.given, f.request, f.response, f.callback, f.want = profile.StepName(x.Step), x.Given, x.Request, x.Response, x.Callback, x.Want
	f.status, f.guess, f.noState, f.optional, f.signed, f.keys = x.Response.Status(), x.Guess, x.NoState, x.Optional, x.Signed, x.Keys
	if !x.Now.IsZero() {
		f.now = x.Now
	}
	return f, nil
}

// message is an HTTP message as in a fixture.
type message = fixture.Message

// builtinProfile returns a built-in profile.
func builtinProfile(t *testing.T, name string) *profile.Profile {
	t.Helper()
	p, err := profile.Load(name, profile.Sources{Builtin: profiles.FS})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// usableProfiles returns the built-in profiles that have steps.
func usableProfiles(t *testing.T) []*profile.Profile {
	t.Helper()
	return profiletest.Builtin(t)
}

// setInput sets an input as a flag does.
func setInput(t *testing.T, p *profile.Profile, name, value string) {
	t.Helper()
	if err := p.Set(name, value, profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
}
