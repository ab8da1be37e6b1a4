package cmd_test

import (
	"bytes"
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/capture"
	"ssoctl/pkg/client"
	"ssoctl/pkg/emulator"
	"ssoctl/pkg/fixture"
	"ssoctl/pkg/oidc"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/profiletest"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
	"ssoctl/pkg/verify"
)

// TestRecording records every step of every profile, with the emulator as the vendor, and
// those of a few profiles with a recorder that does not know the secrets. The recorded
// exchanges must contain no secret, match the profile, and work as fixtures for the client.
func TestRecording(t *testing.T) {
	t.Parallel()
	all := usableProfiles(t)
	for known, some := range map[bool][]*profile.Profile{ // whether the recorder knows the secrets
		true: all, false: profiletest.Covering(all, profiletest.Mechanisms),
	} {
		for _, p := range some {
			name := p.Name
			if !known {
				name += "/secrets unknown"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				vendor := emulate(t, p.Name, nil, standingStill)
				dir, log := recordAll(t, vendor, known)
				for line := range strings.Lines(log.String()) {
					if !withoutProblems.MatchString(line) {
						t.Errorf("got the problems %q, want none", line)
					}
				}
				files, err := fixture.ReadFolder(dir)
				if err != nil || len(files) == 0 {
					t.Fatalf("recorded %d exchanges, want at least one; error %v", len(files), err)
				}
				checkKept(t, vendor, dir, files)
				playKept(t, p.Name, dir, files)
			})
		}
	}
}

// withoutProblems matches the recorder's line about a request that is kept and that matches
// the profile.
var withoutProblems = regexp.MustCompile(`^[A-Z]+ /\S* \d+ [a-z]+ [a-z]+-\d+\.txtar\n$`)

// recordAll runs every step with the real client through a recorder. It returns the folder
// of the recorded exchanges and the recorder's log.
func recordAll(t *testing.T, vendor *emulation, known bool) (string, *bytes.Buffer) {
	t.Helper()
	dir, name, log := t.TempDir(), vendor.vendor.Name, &bytes.Buffer{}
	inputs := vendor.Inputs(name)
	set := func(p *profile.Profile, secrets bool, move func(string) string) {
		for input := range inputs {
			value, _ := inputs.Text(input)
			if !secrets && (p.Inputs[input].Secret || input == "client_id") || input == "state" {
				continue
			}
			if input != oidc.IssuerInput { // the provider's name stays, whichever way requests take
				value = move(value)
			}
			setInput(t, p, input, value)
		}
	}
	server := httptest.NewUnstartedServer(nil)
	recorder := "http://" + server.Listener.Addr().String() + "/" + name
	folder, err := fixture.OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	recorded := builtinProfile(t, name)
	set(recorded, known, func(v string) string { return v })
	server.Config.Handler, err = capture.New(capture.Options{
		Profile: recorded, Prefix: "/" + name, HTTP: &http.Client{Transport: &http.Transport{}}, Timeout: 10 * time.Second,
		Now: func() time.Time { return standingStill }, Folder: folder, Log: log, // no lock: the client sends one request at a time
	})
	if err != nil {
		t.Fatal(err)
	}
	server.Start()
	t.Cleanup(server.Close)

	p := builtinProfile(t, name)
	_, hasBase := p.Inputs["base_url"]
	set(p, true, func(v string) string {
		if hasBase { // the recorder adds the path of base_url
			return strings.Replace(v, vendor.base, recorder, 1)
		}
		return strings.Replace(v, strings.TrimSuffix(vendor.base, "/"+name), recorder, 1)
	})
	c := client.New(p, client.Deps{
		HTTP: &http.Client{Transport: &http.Transport{}}, Now: func() time.Time { return standingStill }, Rand: rand.Reader, UserAgent: userAgent,
	})
	code := func() recipe.Values {
		if p.Authorize == nil {
			return recipe.Values{"code": vendor.code(t, emulator.Grant{})}
		}
		caught, err := vendor.caught(t, c)
		if err != nil {
			t.Fatal(err)
		}
		return caught.Given(caught.Code)
	}
	got, err := c.Login(t.Context(), code())
	if err == nil && p.Refresh != nil {
		_, err = c.Refresh(t.Context(), got.Token.RefreshToken)
	}
	if err == nil && p.Token != nil {
		_, err = c.AppToken(t.Context())
	}
	if err == nil && p.UserInfo != nil {
		_, err = c.UserInfo(t.Context(), code(), p.Details != nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, log
}

// checkKept checks that the recorded exchanges contain no secret or personal value, in any
// encoding, and that profile verify finds no difference.
func checkKept(t *testing.T, vendor *emulation, dir string, files []fixture.File) {
	t.Helper()
	hidden := &scrub.Scrubber{}
	values := vendor.Inputs(vendor.vendor.Name)
	for input, in := range vendor.vendor.Inputs {
		if text, ok := values.Text(input); ok && in.Secret {
			hidden.Add(secret.New(text))
		}
	}
	who := emulator.DefaultUsers()[0]
	for _, text := range []string{who.Subject, who.Name, who.Email, who.Phone, who.Avatar} {
		hidden.Add(secret.New(text))
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil {
			t.Fatal(err)
		}
		if text := hidden.Scrub(string(data)); text != string(data) || handedOut.MatchString(text) {
			t.Errorf("%s contains a secret:\n%s", f.Name, data)
		}
		got, err := verify.Verifier{Profile: builtinProfile(t, vendor.vendor.Name)}.Compare(t.Context(), f.Fixture)
		if err != nil || len(got) > 0 {
			t.Errorf("%s: got the differences %v, want none; error %v\n%s", f.Name, got, err, data)
		}
	}
}

// playKept plays the recorded exchanges to the client, as TestClientMeetsDocument plays
// fixtures.
func playKept(t *testing.T, name, dir string, files []fixture.File) {
	t.Helper()
	var all []*documented
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(dir, file.Name))
		if err != nil {
			t.Fatal(err)
		}
		if file.Step == "authorize" {
			continue // no fixture: the callback did not pass through the recorder
		}
		f, err := parseFixture(name+"/"+file.Name, data)
		if err != nil {
			t.Errorf("%s: %v\n%s", file.Name, err, data)
			continue
		}
		f.name = name + "/" + string(f.step)
		all = append(all, f)
	}
	for _, f := range all {
		t.Run(string(f.step), func(t *testing.T) { clientAsks(t, f, all) })
	}
}
