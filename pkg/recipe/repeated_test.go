package recipe_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
)

// TestRepeated builds and recognises members that have several values.
func TestRepeated(t *testing.T) {
	r := recipe.Recipe{
		Method: "POST", URL: "https://h.example/p?scope=old", Query: map[string]recipe.Template{"a": "1", "z": "2"},
		Form: map[string]recipe.Template{},
		Repeated: map[string][]recipe.Template{
			"query.scope": {"user:{name}", "{more?}", "b"},
			"form.x.y":    {"1", "{x}"},
		},
	}
	values := recipe.Values{"name": "n", "x": "a&b"}
	req := build(t, r, values)
	if got, want := req.URL.RawQuery+" "+string(req.Body), "a=1&scope=user%3An&scope=b&z=2 x.y=1&x.y=a%26b"; got != want {
		t.Errorf("built %s, want %s", got, want)
	}
	var keys []string
	r.EachTemplate(func(key string, t recipe.Template) { keys = append(keys, key+"="+string(t)) })
	if diff := cmp.Diff([]string{"url=https://h.example/p?scope=old", "query.a=1", "query.z=2", "query.scope=user:{name}", "query.scope={more?}", "query.scope=b", "form.x.y=1", "form.x.y={x}"}, keys); diff != "" {
		t.Errorf("templates (-want +got):\n%s", diff)
	}
	upper := r.Map(func(_ string, t recipe.Template) recipe.Template { return recipe.Template(strings.ToUpper(string(t))) })
	if diff := cmp.Diff(map[string][]recipe.Template{"query.scope": {"USER:{NAME}", "{MORE?}", "B"}, "form.x.y": {"1", "{X}"}}, upper.Repeated); diff != "" {
		t.Errorf("mapped (-want +got):\n%s", diff)
	}

	other := recipe.Recipe{Query: map[string]recipe.Template{}, Repeated: map[string][]recipe.Template{"query.q": {"1"}}}
	if diff := cmp.Diff(map[string][]recipe.Template{"query.q": {"1"}, "form.x.y": {"1", "{x}"}}, other.Over(r).Repeated); diff != "" {
		t.Errorf("over (-want +got):\n%s", diff)
	}
	if got := (recipe.Recipe{JSON: map[string]any{"a": "1"}}).Over(r); got.Form != nil || len(got.Repeated) != 1 {
		t.Errorf("JSON over a form: %+v", got)
	}

	for _, tt := range []struct {
		query, form string
		want        []string // problems
	}{
		{"a=1&scope=user%3An&scope=b&z=2", "x.y=1&x.y=a%26b", nil},
		{"a=1&scope=user%3An&scope=m&scope=b&z=2", "x.y=1&x.y=a%26b", nil},
		{"a=1&scope=user%3An&scope=c&z=2", "x.y=1&x.y=v", []string{"query.scope differs"}},
		{"a=1&scope=b&z=2", "x.y=1&x.y=v", []string{"query.scope malformed"}},
		{"a=1&z=2", "x.y=1&x.y=v", []string{"query.scope missing", "query.scope missing"}},
		{"a=1&scope=user%3An&scope=m&scope=b&scope=d&z=2", "x.y=1&x.y=v", []string{"query.scope malformed"}},
		{"a=1&scope=user%3An&scope=b&z=2", "x.y=1", []string{"form.x.y malformed"}},
		{"a=1&scope=user%3An&scope=b&z=2", "x.y=1&x.y=v&x.z=1", []string{"form.x.z unread"}},
	} {
		sent, err := http.NewRequest("POST", "https://h.example/p?"+tt.query, strings.NewReader(tt.form))
		if err != nil {
			t.Fatal(err)
		}
		sent.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		seen := r.Recognise(sent, []byte(tt.form), recipe.Expect{})
		var got []string
		for _, p := range seen.Problems {
			got = append(got, p.Member+" "+string(p.Kind))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tt.query, tt.form, diff)
		}
		if name, _ := seen.Text("name"); tt.want == nil && name != "n" {
			t.Errorf("%s: name is %q", tt.query, name)
		}
	}
}
