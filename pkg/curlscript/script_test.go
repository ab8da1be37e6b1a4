package curlscript_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/curlscript"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
	"ssoctl/pkg/scrub"
	"ssoctl/pkg/secret"
)

// theProxy is the same for all requests.
type theProxy struct{}

func (theProxy) Proxy(string, string) (*url.URL, string) {
	return &url.URL{Scheme: "http", Host: "proxy.example.com", User: url.UserPassword("me", "pr0xy-s3cr3t")}, "HTTPS_PROXY"
}

// script returns a script of one request with values from the user, from a response and from
// the proxy's address. The texts that end up in comments contain commands.
func script(t *testing.T, lifted bool) *curlscript.Script {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, "https://sso.example.com/user", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = http.Header{"Authorization": {"Bearer MARKTWO"}, "X-Secret": {"MARKONE"}}
	exchange := &profile.Step{Name: profile.StepExchange, Read: map[string]string{"access_token": ".a |\nrm -rf ~"}}
	request := &recipe.Request{Request: req}
	s := &curlscript.Script{
		Profile: "crm\nrm -rf ~", Lang: lang.EN, Now: time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC), Scrub: &scrub.Scrubber{Lifted: lifted},
		Connection: curlscript.Connection{
			Proxies: theProxy{}, Env: func(string) (string, bool) { return "", false },
		},
	}
	s.Add([]client.Draft{{
		Step: &profile.Step{Name: profile.StepUserInfo}, Request: request, Signed: request,
		Marks: []client.Mark{
			{Name: "access_token", Text: "MARKTWO", From: exchange},
			{Name: "client_secret", Text: "MARKONE", Value: secret.New("it's-a-long-s3cr3t")},
		},
	}})
	return s
}

// TestText: no text of a profile becomes a command, a missing value stops the script, and
// only with --show-secrets does the script contain secrets.
func TestText(t *testing.T) {
	const start, rest = "# crm\\nrm -rf ~: what would be sent. Nothing was sent.\n", `

# 1/1 userinfo
# export SSOCTL_ACCESS_TOKEN='…'
#   from the response of exchange, with this jq: .a | rm -rf ~
# Signed at 2026-11-22T03:04:05Z, for this request only. The vendor may
# not accept it for long: run it soon.
: "${SSOCTL_ACCESS_TOKEN:?}" "${SSOCTL_CLIENT_SECRET:?}" &&
curl -sS --fail-with-body --proxy "${SSOCTL_HTTPS_PROXY:?}" --noproxy '' 'https://sso.example.com/user' \
  -H 'Authorization: Bearer '"$SSOCTL_ACCESS_TOKEN" \
  -H 'X-Secret: '"$SSOCTL_CLIENT_SECRET"`
	for _, c := range []struct {
		name   string
		lifted bool
		want   string
	}{
		{"redacted", false, `# export SSOCTL_CLIENT_SECRET='[redacted]'
# export SSOCTL_HTTPS_PROXY='http…m:80 (43)'`},
		{"with secrets", true, `export SSOCTL_CLIENT_SECRET='it'\''s-a-long-s3cr3t'
export SSOCTL_HTTPS_PROXY='http://me:pr0xy-s3cr3t@proxy.example.com:80'`},
	} {
		if diff := cmp.Diff(start+c.want+rest, script(t, c.lifted).Text()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
