package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"ssoctl/pkg/recipe"
)

// tolerated reports whether a problem is reported without a refusal. These are unknown
// members, headers of content negotiation, and the form of a {uuid}, which only has to be
// new: no vendor is known to check them.
func tolerated(p recipe.Problem) bool {
	return p.Kind == recipe.Unread || p.Negotiates() || p.Placeholder == "uuid" && p.Kind == recipe.Malformed
}

// plainPath returns the request with each run of slashes in its path replaced by one, as
// web servers do. Such paths arise when a client joins a base with a trailing slash and a
// path with a leading one. Escaped slashes are kept.
func plainPath(r *http.Request) *http.Request {
	path := r.URL.EscapedPath()
	if !strings.Contains(path, "//") {
		return r
	}
	var b strings.Builder
	for i := range len(path) {
		if path[i] != '/' || i == 0 || path[i-1] != '/' {
			b.WriteByte(path[i])
		}
	}
	plain, err := url.PathUnescape(b.String())
	if err != nil {
		return r // unreachable: net/http has parsed the path
	}
	u := *r.URL
	u.Path, u.RawPath = plain, b.String()
	out := *r
	out.URL = &u
	return &out
}
