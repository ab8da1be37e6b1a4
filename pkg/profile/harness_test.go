package profile_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// files are built-in profiles: text by file name.
type files map[string]string

func (f files) mapFS() fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range f {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

// Open makes files an [fs.FS].
func (f files) Open(name string) (fs.File, error) { return f.mapFS().Open(name) }

func parse(t *testing.T, path, text string) *profile.File {
	t.Helper()
	f, err := profile.ParseFile(path, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// sources returns the built-in profiles, the user's file and the project's; "" for
// none.
func sources(t *testing.T, builtin files, user, project string) profile.Sources {
	t.Helper()
	src := profile.Sources{Builtin: builtin}
	if user != "" {
		src.User = parse(t, "user.toml", user)
	}
	if project != "" {
		src.Project = parse(t, "ssoctl.toml", project)
	}
	return src
}

func load(t *testing.T, name string, src profile.Sources) *profile.Profile {
	t.Helper()
	p, err := profile.Load(name, src)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// message returns the English text of an error, "" for nil. It checks that each line of the
// Chinese text contains Chinese.
func message(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	text := lang.Of(err)
	lines := []string{text.ZH}
	if errors.As(err, new(profile.Errors)) {
		lines = strings.Split(text.ZH, "\n")
	}
	for _, line := range lines {
		if !strings.ContainsFunc(line, isHan) {
			t.Errorf("%v: no Chinese in %q", err, line)
		}
	}
	return text.EN
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// acme is a valid profile.
const acme = `title = "Acme"
[inputs]
base_url = { default = "https://sso.acme.example" }
client_id = { required = true, vendor = "app", help = "the application's id" }
client_secret = { required = true, secret = true, vendor = "app_key" }
redirect_uri = {}
[reply]
ok = ".errno == 0"
code = ".errno"
message = ".errmsg"
[authorize]
method = "GET"
url = "{base_url}/authorize"
query = { app = "{client_id}", back = "{redirect_uri}", state = "{state}" }
[exchange]
method = "POST"
url = "{base_url}/token"
form = { app = "{client_id}", key = "{client_secret}", code = "{code}" }
read = { access_token = ".token" }
[userinfo]
method = "GET"
url = "{base_url}/me"
headers = { Authorization = "Bearer {access_token}" }
read = { subject = ".id" }
[[refusals]]
code = 7
kind = "invalid_code"
en = "The code is not valid. Log in again."
`
