package recipe_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
	"ssoctl/pkg/secret"
)

func TestYield(t *testing.T) {
	r := recipe.Recipe{
		Yields: templates{"at": "{timestamp}", "once": "{once}", "signature": "v1 {digest}", "more": "{more?}"},
		Makes:  makes{"once": {Random: 8}, "digest": {Text: "ticket={ticket}&t={timestamp}", Hash: "sha1"}},
	}
	fresh := recipe.Fresh{Now: func() time.Time { return time.Unix(1414587457, 0) }, Rand: strings.NewReader(strings.Repeat("\x00", 64))}
	got, err := r.Yield(recipe.Values{"ticket": secret.New("K1")}, fresh)
	// printf %s 'ticket=K1&t=1414587457' | openssl sha1
	want := map[string]string{"at": "1414587457", "once": "AAAAAAAA", "signature": "v1 1e876ffaa543768396e10732b06b6ea1d967ebdc"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	var missing *recipe.MissingError
	if _, err := r.Yield(nil, fresh); !errors.As(err, &missing) || !cmp.Equal(missing.Names, []string{"ticket"}) {
		t.Errorf("without a ticket: %v", err)
	}
	r.Yields = templates{"big": recipe.Template(strings.Repeat("{ticket}", 9))}
	if _, err := r.Yield(recipe.Values{"ticket": strings.Repeat("x", 1<<20)}, fresh); err == nil {
		t.Error("9 MiB were yielded")
	}
}

func TestOver(t *testing.T) {
	base := recipe.Recipe{
		Method: "POST", URL: "u", Query: templates{"q": "1"}, Headers: templates{"h": "1"}, Form: templates{"f": "1"},
		Sign: &recipe.Make{Text: "a", Hash: "md5"}, Makes: makes{"m": {Random: 8}},
	}
	for _, tt := range []struct {
		name   string
		r      recipe.Recipe
		change func(*recipe.Recipe)
	}{
		{"nothing", recipe.Recipe{}, func(*recipe.Recipe) {}},
		{"an address", recipe.Recipe{Method: "PUT", URL: "v"}, func(w *recipe.Recipe) { w.Method, w.URL = "PUT", "v" }},
		{"JSON for the form", recipe.Recipe{JSON: map[string]any{"j": "1"}}, func(w *recipe.Recipe) { w.Form, w.JSON = nil, map[string]any{"j": "1"} }},
		{"no body, no query", recipe.Recipe{Form: templates{}, Query: templates{}}, func(w *recipe.Recipe) { w.Form, w.Query = nil, templates{} }},
		{"headers and a signature", recipe.Recipe{Headers: templates{"h": "2"}, Sign: &recipe.Make{Text: "b", Hash: "md5"}}, func(w *recipe.Recipe) {
			w.Headers, w.Sign = templates{"h": "2"}, &recipe.Make{Text: "b", Hash: "md5"}
		}},
	} {
		want := base
		tt.change(&want)
		if diff := cmp.Diff(want, tt.r.Over(base)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}
