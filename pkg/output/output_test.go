package output_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/client"
	"ssoctl/pkg/output"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/render"
	"ssoctl/pkg/secret"
)

func encoded(t *testing.T, r render.Result, f render.Format) string {
	t.Helper()
	var b strings.Builder
	if err := render.Write(t.Context(), &b, r, render.Options{Format: f}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestLogin: a result has the documented fields in the documented order, without unknown
// ones.
func TestLogin(t *testing.T) {
	got := output.Login("crm", "C", client.Login{
		Token: &client.Token{
			Profile: "crm", Step: profile.StepExchange, AccessToken: secret.New("A"), TokenType: "Bearer",
			ExpiresIn: 7200, ExpiresAt: time.Date(2026, 11, 22, 11, 0, 0, 0, time.FixedZone("", 8*3600)), ExpiresSource: client.SourceVendor,
			Raw: []byte(`{"t": "A"}`),
		},
		User: &client.User{
			Profile: "crm", Step: profile.StepUserInfo, Subject: "86", Tenant: client.Tenant{Code: "T"},
			Extra: map[string]any{"b": true, "a": "x"}, Raw: []byte("id=86"),
		},
	})
	const want = `{
  "profile": "crm",
  "code": "C",
  "token": {
    "profile": "crm",
    "step": "exchange",
    "access_token": "A",
    "token_type": "Bearer",
    "expires_in": 7200,
    "expires_at": "2026-11-22T03:00:00Z",
    "expires_source": "vendor",
    "raw": {
      "t": "A"
    }
  },
  "user": {
    "profile": "crm",
    "step": "userinfo",
    "subject": "86",
    "tenant": {
      "code": "T"
    },
    "extra": {
      "a": "x",
      "b": true
    },
    "raw": "id=86"
  }
}
`
	if diff := cmp.Diff(want, encoded(t, got, render.JSON)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("id=86", string(got.Raw)); diff != "" {
		t.Errorf("raw (-want +got):\n%s", diff)
	}
}

// TestRaw: numbers in a vendor's JSON are unchanged, other text is a string, and a page is
// left out.
func TestRaw(t *testing.T) {
	for raw, want := range map[string]string{
		"":                      `{"profile":"crm"}`,
		`{"id": 1.10}`:          `{"profile":"crm","raw":{"id":1.10}}`,
		"\ufeff" + `{"id": 1}`:  `{"profile":"crm","raw":{"id":1}}`,
		"callback({\"id\": 1})": `{"profile":"crm","raw":{"id":1}}`,
		"id=86":                 `{"profile":"crm","raw":"id=86"}`,
		"<p>busy":               `{"profile":"crm"}`,
	} {
		got := encoded(t, output.User(client.User{Profile: "crm", Raw: []byte(raw)}), render.JSON)
		if diff := cmp.Diff(want, compact(got)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", raw, diff)
		}
	}
}

// compact removes the indentation of JSON whose strings have no line ends.
func compact(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Replace(strings.TrimSpace(line), `": `, `":`, 1))
	}
	return b.String()
}

// TestCached: only the result of the application's token has cached.
func TestCached(t *testing.T) {
	for step, want := range map[profile.StepName]string{
		profile.StepToken:    `{"step":"token","cached":false}`,
		profile.StepExchange: `{"step":"exchange"}`,
	} {
		if diff := cmp.Diff(want, compact(encoded(t, output.Token(client.Token{Step: step}), render.JSON))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step, diff)
		}
	}
}

func TestWho(t *testing.T) {
	for _, c := range []struct {
		user *client.User
		want string
	}{
		{nil, ""},
		{&client.User{}, ""},
		{&client.User{Subject: "86", Name: "Li", Nickname: "L", Email: "li@example.com", Extra: map[string]any{"a": "x"}}, "86 Li li@example.com"},
		{&client.User{Subject: "86", Nickname: "L"}, "86 L"},
		{&client.User{Extra: map[string]any{"b": true, "a": "x"}}, "a x b true"},
	} {
		if got := output.Who(c.user); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.user, got, c.want)
		}
	}
}
