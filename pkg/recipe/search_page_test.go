package recipe_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"ssoctl/pkg/recipe"
)

// TestSearchAddress searches for the recipes of signatures that cover another form of the
// page's address.
func TestSearchAddress(t *testing.T) {
	of := recipe.Recipe{Makes: map[string]recipe.Make{"sign": {Text: "ticket={ticket}&url={page}", Hash: "sha1"}}, Headers: map[string]recipe.Template{"X": "{sign}"}, URL: "https://h.example/"}
	for _, test := range []struct{ page, signed, how string }{
		{"https://h.example/a?x=1&y=2", "https://h.example/a?x=1&y=2", ""},
		{"https://h.example/a?x=1&y=2", "http://h.example/a?x=1&y=2", "with {page} as http"},
		{"http://h.example/a", "https://h.example/a", "with {page} as https"},
		{"https://h.example/a?x=1", "https://h.example:443/a?x=1", "with {page} with the port :443"},
		{"http://h.example/a", "http://h.example:80/a", "with {page} with the port :80"},
		{"http://h.example:8080/a", "http://h.example/a", "with {page} without the port"},
		{"http://[::1]:8080/a", "http://[::1]/a", "with {page} without the port"},
		{"https://[::1]/a", "https://[::1]:443/a", "with {page} with the port :443"},
		{"https://H.Example/A", "https://h.example/A", "with {page} with its host in lower case"},
		{"https://h.example/a?x=1", "https://h.example/a", "with {page} without its query"},
		{"https://h.example/a?x=1", "https://h.example", "with {page} without its path and query"},
		{"https://h.example/a?x=1", "/a?x=1", "with {page} without its scheme and host"},
		{"https://h.example/a?x=1", "https://h.example/a/?x=1", "with {page} with / after the path"},
		{"https://h.example/a/?x=1", "https://h.example/a?x=1", "with {page} without / after the path"},
		{"https://h.example/", "https://h.example", "with {page} without / after the path"},
		{"https://h.example/a", "https://h.example/a#", "with {page} with # at its end"},
		{"https://h.example/a", "https://h.example/a#/", "with {page} with #/ at its end"},
		{"https://h.example/a#/b", "https://h.example/a", "with {page} without # and what follows it"},
		{"https://h.example/a?x=1&y=2", "https://h.example/a?x=1&amp;y=2", "with {page} with &amp; for &"},
		{"https://h.example/a?y=2&x=1", "https://h.example/a?x=1&y=2", "with {page} with its query sorted"},
		{"https://h.example/a?x=1&y=2", "https://h.example/a?y=2&x=1", "with {page} with its query in reverse order"},
		{"https://h.example/a?x=1&from=m&y=2", "https://h.example/a?x=1&y=2", "with {page} without from in its query"},
		{"https://h.example/a?x=1", "https%3A%2F%2Fh.example%2Fa%3Fx%3D1", "with {page} percent-encoded as a whole"},
		{"https://h.example/a?x=1 2", "https%3A%2F%2Fh.example%2Fa%3Fx%3D1+2", "with {page} percent-encoded as a whole, with + for a space"},
		{"https://x.example/列表?q=a b", "https://x.example/%E5%88%97%E8%A1%A8?q=a b", "with {page} with its path percent-encoded"},
		{"https://x.example/列表?q=a b", "https://x.example/列表?q=a%20b", "with {page} with its query percent-encoded"},
		{"https://x.example/列表?q=a b", "https://x.example/%E5%88%97%E8%A1%A8?q=a%20b", "with {page} with its path and query percent-encoded"},
		{"https://x.example/列表?q=a b", "https://x.example/列表?q=a+b", "with {page} with + for a space in its query"},
		{"https://x.example:8443/列表?q=a b", "https://x.example/列表?q=a b", "with {page} without the port"},
		{"https://x.example/%E5%88%97?q=%E8%A1%A8", "https://x.example/列?q=%E8%A1%A8", "with {page} with its path percent-decoded"},
		{"https://x.example/%E5%88%97?q=%E8%A1%A8", "https://x.example/%E5%88%97?q=表", "with {page} with its query percent-decoded"},
		{"https://x.example/%E5%88%97?q=%E8%A1%A8", "https://x.example/列?q=表", "with {page} with its path and query percent-decoded"},
		{"https://x.example/%E5%88%97?q=1", "https://x.example/%e5%88%97?q=1", "with {page} with its percent-encoding in lower case"},
		{"https://x.example/%e5%88%97?q=1", "https://x.example/%E5%88%97?q=1", "with {page} with its percent-encoding in upper case"},
		{"https://h.example/a?q=b+c", "https://h.example/a?q=b%20c", "with {page} with %20 for + in its query"},
		{"https://h.example/a?q=b+c", "https://h.example/a?q=b c", "with {page} with a space for + in its query"},
		{"https://h.example/100%?x=1", "https://h.example/100%", "with {page} without its query"},
		{"https://h.example/a?x=1", "http://h.example/a", "with {page} as http and without its query"},
		{"https://h.example/a?x=1", "http://h.example:80/a?x=1", "with {page} as http and with the port :80"},
		{"https://h.example/a b?x=1", "http%3A%2F%2Fh.example%2Fa%20b%3Fx%3D1", "with {page} as http and percent-encoded as a whole"},
		{"https://h.example/a?x=1&from=m&to=n", "https://h.example/a?x=1", "with {page} without from in its query and without to in its query"},
		{"https://h.example/a?x=1", "http://h.example:8080/a", "nothing"},
		{"https://h.example/" + strings.Repeat("a", 8<<10), "http://h.example/" + strings.Repeat("a", 8<<10), "nothing"}, // no server accepts it
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
		if err != nil || got != test.how || len(found) > 1 || test.how != "" && len(found) > 0 && found[0].Beyond.IsZero() {
			t.Errorf("%s signed as %s: found %q, %v; want %q", test.page, test.signed, got, err, test.how)
		}
	}
}

// TestSearchAddressEnds searches for a digest of no form of an address.
func TestSearchAddressEnds(t *testing.T) {
	page := "https://h.example:8443/列表/x?" + strings.Repeat("p=a%20b&", 5)
	for i := range 40 {
		page += "p" + strconv.Itoa(i) + "=1&"
	}
	_, req, err := ofPairs.Compute(recipe.Values{"ticket": "T", "nonce": "N", "page": page}, recipe.Fresh{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	found, tried, err := ofPairs.Search(hexOf("something else"), req, "sign", isSecret)
	if err != nil || len(found) > 0 || tried < 1000 || tried > 200_000 {
		t.Errorf("found %v, %v after %d digests", found, err, tried)
	}
}
