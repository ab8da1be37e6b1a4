package recipe_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"testing"
	"time"

	"ssoctl/pkg/recipe"
)

// TestSearchAddress searches for the signatures of pages whose address was signed in another
// form.
func TestSearchAddress(t *testing.T) {
	of := recipe.Recipe{Makes: map[string]recipe.Make{"sign": {Text: "ticket={ticket}&url={page}", Hash: "sha1"}}, Headers: map[string]recipe.Template{"X": "{sign}"}, URL: "https://h.example/"}
	for _, test := range []struct{ page, signed, how string }{
		{"https://h.example/a?x=1&y=2", "https://h.example/a?x=1&y=2", ""},
		{"https://h.example/a?x=1&y=2", "http://h.example/a?x=1&y=2", "with {page} as http"},
		{"http://h.example/a", "https://h.example/a", "with {page} as https"},
		{"https://h.example/a?x=1", "https://h.example:443/a?x=1", "with {page} with the port :443"},
		{"http://h.example:8080/a", "http://h.example/a", "with {page} without the port"},
		{"https://h.example/a?x=1", "https://h.example/a", "with {page} without its query"},
		{"https://h.example/a?x=1", "https://h.example", "with {page} without its path and query"},
		{"https://h.example/a?x=1", "https://h.example/a/?x=1", "with {page} with / after the path"},
		{"https://h.example/a/?x=1", "https://h.example/a?x=1", "with {page} without / after the path"},
		{"https://h.example/a", "https://h.example/a#", "with {page} with # at its end"},
		{"https://h.example/a", "https://h.example/a#/", "with {page} with #/ at its end"},
		{"https://h.example/a?x=1&y=2", "https://h.example/a?x=1&amp;y=2", "with {page} with &amp; for &"},
		{"https://h.example/a?x=1", "https%3A%2F%2Fh.example%2Fa%3Fx%3D1", "with {page} percent-encoded"},
		{"https://h.example/a?x=%E4%B8%AD", "https://h.example/a?x=中", "with {page} percent-decoded"},
		{"https://h.example/a", "https://other.example/a", "nothing"},
		{"ftp://h.example/a?x", "ftp://h.example/a", "nothing"},
	} {
		req, err := of.Build(context.Background(), recipe.Values{"ticket": "T", "page": test.page}, recipe.Fresh{Now: func() time.Time { return time.Unix(1414587457, 0) }})
		if err != nil {
			t.Fatal(err)
		}
		h := sha1.New()
		_, _ = io.WriteString(h, "ticket=T&url="+test.signed)
		found, _, err := of.Search(hex.EncodeToString(h.Sum(nil)), req, "sign", isSecret)
		got := "nothing"
		if len(found) > 0 {
			got = found[0].How.EN
		}
		if err != nil || got != test.how || test.how != "" && len(found) > 0 && found[0].Beyond.IsZero() {
			t.Errorf("%s signed as %s: found %q, %v; want %q", test.page, test.signed, got, err, test.how)
		}
	}
}
