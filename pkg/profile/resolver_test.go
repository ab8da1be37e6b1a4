package profile_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/reference"
)

// answers is a resolver that has some values and records what it was asked for.
type answers struct {
	known map[string]string
	asked []string
}

func (a *answers) Resolve(input string) (string, profile.Origin, error) {
	a.asked = append(a.asked, input)
	if input == "broken" {
		return "", profile.Origin{}, errors.New("no document there")
	}
	return a.known[input], profile.Origin{From: "discovery"}, nil
}

func TestResolver(t *testing.T) {
	const text = `[inputs]
given = {}
issuer = { default = "https://i.example" }
endpoint = { pattern = "https://.*" }
number = { type = "int" }
command = {}
unknown = {}
broken = {}
[token]
url = "{endpoint}"
`
	values := func(known map[string]string, names ...string) (recipe.Values, []string, error) {
		p := load(t, "p", profile.Sources{Builtin: files{"p.toml": text}})
		if err := p.Set("given", "G", profile.Origin{From: "flag"}); err != nil {
			t.Fatal(err)
		}
		source := &answers{known: known}
		p.Resolver = source
		var ask []recipe.Placeholder
		for _, name := range names {
			ask = append(ask, recipe.Placeholder{Name: name, Optional: true})
		}
		got, err := p.Values(ask, reference.Resolver{})
		asked := slices.Clone(source.asked)
		again, _ := p.Values(ask, reference.Resolver{}) // the values are given now
		if diff := cmp.Diff(got, again); diff != "" {
			t.Errorf("the second time (-first +second):\n%s", diff)
		}
		if _, from := p.Given("endpoint"); known["endpoint"] != "" && err == nil && from.From != "discovery" {
			t.Errorf("the value comes from %q, want discovery", from.From)
		}
		return got, asked, err
	}
	got, asked, err := values(map[string]string{
		"given": "another", "issuer": "another", "endpoint": "https://e.example", "command": "env:PATH",
	}, "given", "issuer", "endpoint", "command", "unknown")
	want := recipe.Values{"given": "G", "issuer": "https://i.example", "endpoint": "https://e.example", "command": "env:PATH"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if diff := cmp.Diff([]string{"endpoint", "command", "unknown"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{
		"endpoint": `endpoint: "http://e.example" does not match https://.*`,
		"number":   `number: "http://e.example" is not a whole number`,
		"broken":   "broken: no document there",
	} {
		_, _, err := values(map[string]string{name: "http://e.example"}, name)
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
