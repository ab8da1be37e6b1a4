package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"ssoctl/pkg/recipe"
)

// tolerated reports whether a problem is told but refuses nothing, because no
// vendor is known to look at it: members that nothing reads, headers of content
// negotiation, and the form of a {uuid}, which only has to be new.
func tolerated(p recipe.Problem) bool {
	header, isHeader := strings.CutPrefix(p.Member, "headers.")
	return p.Kind == recipe.Unread || isHeader && negotiates(header) || p.Placeholder == "uuid" && p.Kind == recipe.Malformed
}

// negotiates reports whether a header only says what a client prefers. A profile
// may send one as a constant; foreign clients send their own.
func negotiates(header string) bool {
	switch name := http.CanonicalHeaderKey(header); name {
	case "Accept", "Cache-Control", "Connection", "Pragma", "User-Agent", "X-Requested-With":
		return true
	default:
		return strings.HasPrefix(name, "Accept-")
	}
}

// plainPath returns the request with one slash for each run of them in its path,
// as web servers read it: clients join a base that ends with a slash and a path that
// begins with one. Escaped slashes stay.
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
		return r // net/http has read the path already
	}
	u := *r.URL
	u.Path, u.RawPath = plain, b.String()
	out := *r
	out.URL = &u
	return &out
}
