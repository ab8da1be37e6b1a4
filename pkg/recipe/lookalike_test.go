package recipe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/recipe"
)

func TestLookalikes(t *testing.T) {
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"Bearer {access_token}{tenant.id?}", nil},
		{"{date|iso}", []string{"{date|iso}"}},
		{"at {date:iso} or {code??}", []string{"{date:iso}", "{code??}"}},
		{"{ code }", []string{"{ code }"}},
		{"a={code }&b={ state? }", []string{"{code }", "{ state? }"}},
		{"{{code}}", []string{"{{code}}"}},
		{"{{ code | upper }}", []string{"{{ code | upper }}"}},
		{"{1}{_x}{编号}", []string{"{1}", "{_x}", "{编号}"}},
		{"Bearer {access_token", []string{"{access_token"}},
		{"Bearer access_token}", []string{"Bearer access_token}"}},
		{"{code}}", []string{"{code}}"}},
		// Text in other languages.
		{"{}", nil},
		{`{"code":"{code}","n":{timestamp}}`, nil},
		{`{"a":{"b":{"c":"{code}"}},"d":[{"e":1},{}]}`, nil},
		{`callback( {"client_id":"{client_id}"} );`, nil},
		{"{ viewer { login } }", nil},
		{"query { me { id name } }", nil},
	} {
		if diff := cmp.Diff(tt.want, recipe.Template(tt.text).Lookalikes()); diff != "" {
			t.Errorf("%s: %s", tt.text, diff)
		}
	}
}
