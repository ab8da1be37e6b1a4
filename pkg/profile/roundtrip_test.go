package profile_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
	"ssoctl/profiles"
)

// builtins returns the built-in profiles.
func builtins(t testing.TB) []*profile.Profile {
	src := profile.Sources{Builtin: profiles.FS}
	var out []*profile.Profile
	for _, name := range src.BuiltinNames() {
		p, err := profile.Load(name, src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out = append(out, p)
	}
	return out
}

// trip is a step's request, with the values that both sides know.
type trip struct {
	p      *profile.Profile
	s      *profile.Step
	values recipe.Values
	expect recipe.Expect
}

// trips returns all steps of all built-in profiles, with and without optional values,
// and with every method of client authentication.
func trips(t *testing.T) map[string]trip {
	out := map[string]trip{}
	for _, p := range builtins(t) {
		types := map[string]string{}
		for name, in := range p.Inputs {
			types[name] = in.Type
		}
		for _, s := range p.Requests() {
			for _, method := range []string{"", recipe.AuthMethodBasic, recipe.AuthMethodPost, recipe.AuthMethodNone} {
				if _, ok := p.Inputs[recipe.AuthMethod]; ok == (method == "") {
					continue
				}
				for _, full := range []bool{true, false} {
					v := valuesOf(p, s, full)
					if method != "" {
						v[recipe.AuthMethod] = method
						if method == recipe.AuthMethodNone {
							delete(v, "client_secret")
						}
					}
					name := p.Name + "/" + string(s.Name) + "/" + method + map[bool]string{true: "/all", false: "/required"}[full]
					out[name] = trip{p, s, v, recipe.Expect{Known: v, Types: types}}
				}
			}
		}
	}
	return out
}

// valuesOf returns a value for every placeholder: the one that is hardest to transport in its
// place.
func valuesOf(p *profile.Profile, s *profile.Step, full bool) recipe.Values {
	v := recipe.Values{"client_id": `id:&=+% 值"/`, "client_secret": secret.New(`s:&=+%{code} 值"/`)}
	if makes(s, "client_secret") {
		delete(v, "client_secret")
	}
	address, _, _ := strings.Cut(string(s.URL), "}")
	var header string
	for _, t := range s.Headers {
		header += string(t)
	}
	for _, ph := range s.Placeholders() {
		in := p.Inputs[ph.Name]
		nasty := ph.Name + `&=+%{code} 值"\/` + "\n<>"
		switch {
		case slices.Contains(recipe.Made, ph.Name), ph.Optional && !full, v[ph.Name] != nil, makes(s, ph.Name):
		case p.IsKey(ph.Name):
			v[ph.Name] = secret.New(p.ExampleKey(ph.Name))
		case "{"+ph.Name == address:
			v[ph.Name] = "http://h.example:1/pre%2Ffix/" + ph.Name + "/"
		case in.Type == "int":
			v[ph.Name] = json.Number("1")
		case in.Pattern != "":
			v[ph.Name] = "abcdefgh"
		case strings.Contains(header, "{"+ph.Name):
			v[ph.Name] = strings.ReplaceAll(nasty, "\n", "")
		default:
			v[ph.Name] = nasty
		}
	}
	return v
}

func makes(s *profile.Step, placeholder string) bool {
	_, made := s.Make(placeholder)
	return made
}

// sent is a request as a server reads it from the wire.
type sent struct {
	*http.Request
	body string
}

func (tr trip) send(t *testing.T) sent {
	t.Helper()
	req, err := tr.s.Build(t.Context(), tr.values, recipe.Fresh{Now: time.Now, Rand: strings.NewReader("sixteen bytes...")})
	if err != nil {
		t.Fatal(err)
	}
	var wire bytes.Buffer
	if err := req.Write(&wire); err != nil {
		t.Fatal(err)
	}
	in, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(in.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sent{in, string(body)}
}

func (tr trip) read(s sent) []string {
	var out []string
	for _, p := range tr.s.Recognise(s.Request, []byte(s.body), tr.expect).Problems {
		out = append(out, fault(p.Member, p.Placeholder, p.Kind))
	}
	slices.Sort(out)
	return out
}

func fault(member, placeholder string, kind recipe.ProblemKind) string {
	return strings.Join([]string{member, placeholder, string(kind)}, " ")
}

func TestEveryStepComesBack(t *testing.T) {
	for name, tr := range trips(t) {
		t.Run(name, func(t *testing.T) {
			in := tr.send(t)
			if got := tr.read(in); got != nil {
				t.Fatalf("%s %s %v %s: %v", in.Method, in.URL, in.Header, in.body, got)
			}
			if !tr.s.IsFor(in.Request, tr.values) {
				t.Error("the request is not recognised as this step")
			}
			seen := tr.s.Recognise(in.Request, []byte(in.body), tr.expect)
			for _, ph := range tr.s.Placeholders() {
				want, ok := tr.values.Text(ph.Name)
				inURL := strings.Contains(string(tr.s.URL), "{"+ph.Name) || ph.Name == recipe.AuthMethod
				// A value that is only in the signed text is not sent.
				if got := seen.Values[ph.Name].Reveal(); ok && !inURL && got != want && sends(tr.s, ph.Name) {
					t.Errorf("%s came back as %q", ph.Name, got)
				}
			}
		})
	}
}

func sends(s *profile.Step, name string) bool {
	found := false
	s.EachTemplate(func(key string, t recipe.Template) {
		found = found || !strings.HasPrefix(key, "sign.") && strings.Contains(string(t), "{"+name)
	})
	return found
}

// TestNoStepIsTakenForAnother: steps with the same address differ in literal text.
func TestNoStepIsTakenForAnother(t *testing.T) {
	all := trips(t)
	for name, tr := range all {
		in := tr.send(t)
		for _, other := range tr.p.Requests() {
			if other == tr.s || !other.IsFor(in.Request, tr.values) {
				continue
			}
			if len(other.Recognise(in.Request, []byte(in.body), tr.expect).Problems) == 0 {
				t.Errorf("the request of %s is also recognised as %s", name, other.Name)
			}
		}
	}
}
