package record

import (
	"net/http"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

// TestTraceWraps checks that all lines fit the terminal, and that wrapped text is indented
// below the text that it continues.
func TestTraceWraps(t *testing.T) {
	var out strings.Builder
	trace := Trace{W: &out, Columns: 60, Members: true}
	s := newStory(t)
	s.Observer = &trace
	req := request(t, "POST", "https://vendor.example/open-platform/SSO/v2/GetCurrentUser?code=short&lang=zh", "")
	x := s.Begin(Call{Step: "userinfo", Request: req, Members: []Member{
		{"url", "{base_url}/open-platform/SSO/v2/GetCurrentUser", "profiles/vendor.toml:32"},
		{"headers.xb-sign", "{sign}", "profiles/vendor.toml:34"},
		{"{base_url}", "", "SSOCTL_BASE_URL"},
	}})
	x.SetResponse(&http.Response{StatusCode: 200, Proto: "HTTP/1.1", Header: http.Header{
		"A-Name-That-Is-Longer-Than-Half-Of-It": {"and its value"},
	}}, []byte(`{"user":{"picture":"https://vendor.example/pictures/of/people/10001.png"}}`), false)
	x.End(nil, "")
	const want = `→ userinfo
  POST https://vendor.example/open-platform/SSO/v2/
       GetCurrentUser?code=short&lang=zh
  Host: vendor.example

  url              profiles/vendor.toml:32
    {base_url}/open-platform/SSO/v2/GetCurrentUser
  headers.xb-sign  profiles/vendor.toml:34  {sign}
  {base_url}       SSOCTL_BASE_URL

← userinfo  HTTP/1.1 200 OK
  A-Name-That-Is-Longer-Than-Half-Of-It: and its value

  {
    "user": {
      "picture": "https://vendor.example/pictures/of/
        people/10001.png"
    }
  }

`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
	for line := range strings.Lines(out.String()) {
		if ansi.StringWidth(line) >= 60 {
			t.Errorf("wider than the terminal: %s", line)
		}
	}
}
