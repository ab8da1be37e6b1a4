package client

import (
	"testing"

	"ssoctl/pkg/recipe"
)

func TestBearerToken(t *testing.T) {
	for field, want := range map[recipe.Template]string{
		"Bearer {access_token}":   "access_token",
		"bearer  {app_token}":     "app_token",
		" BEARER {access_token?}": "access_token",
		"Bearer {other}":          "",
		"Bearer x{access_token}":  "",
		"Bearer{access_token}":    "",
		"Token {access_token}":    "",
		"{basic_auth?}":           "",
		"":                        "",
	} {
		if got := bearerToken(field); got != want {
			t.Errorf("%q: got %q, want %q", field, got, want)
		}
	}
}
