package profile_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
	"ssoctl/pkg/secret"
)

func TestMembers(t *testing.T) {
	builtin := files{"base.toml": `title = "Base"
docs = ["https://a.example", "https://b.example"]
[inputs]
id = { required = true }
key = { secret = true, default = "not-so-secret" }
[token]
method = "POST"
url = "https://sso.example.com/token"
json = { id = "{id}", in = { key = "{key}" }, list = ["{id}", 2] }
read = { access_token = ".t", "tenant.id" = ".c" }
[[refusals]]
code = 1
kind = "denied"
en = "No."
`}
	user := `[profiles.own]
extends = "base"
key = "the-secret"
id = "env:ID"
[profiles.own.token]
headers = { Api-Key = "literal-secret", Accept = "text/plain" }
[[profiles.own.refusals]]
code = 1
kind = "expired_code"
en = "Old."
member = "id"
`
	p := load(t, "own", sources(t, builtin, user, ""))
	if err := p.Set("id", "7", profile.Origin{From: "flag"}); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"docs profiles/base.toml:2":                     []any{"https://a.example", "https://b.example"},
		"id own flag":                                   "7",
		"inputs.id.required profiles/base.toml:4":       true,
		"inputs.key.default profiles/base.toml:5":       secret.New("not-so-secret"),
		"inputs.key.secret profiles/base.toml:5":        true,
		"key own user.toml:3":                           secret.New("the-secret"),
		`refusals."1 #2".code profiles/base.toml:12`:    int64(1),
		`refusals."1 #2".en profiles/base.toml:14`:      "No.",
		`refusals."1 #2".kind profiles/base.toml:13`:    "denied",
		"refusals.1.code own user.toml:8":               int64(1),
		"refusals.1.en own user.toml:10":                "Old.",
		"refusals.1.kind own user.toml:9":               "expired_code",
		"refusals.1.member own user.toml:11":            "id",
		"title profiles/base.toml:1":                    "Base",
		"token.headers.Accept own user.toml:6":          "text/plain",
		"token.headers.Api-Key own user.toml:6":         secret.New("literal-secret"),
		"token.json.id profiles/base.toml:9":            "{id}",
		"token.json.in.key profiles/base.toml:9":        "{key}",
		"token.json.list profiles/base.toml:9":          []any{"{id}", int64(2)},
		"token.method profiles/base.toml:7":             "POST",
		`token.read."tenant.id" profiles/base.toml:10`:  ".c",
		"token.read.access_token profiles/base.toml:10": ".t",
		"token.url profiles/base.toml:8":                "https://sso.example.com/token",
	}
	got := map[string]any{}
	for _, m := range p.Members() {
		own := ""
		if m.Own {
			own = "own "
		}
		got[fmt.Sprintf("%s %s%s", m.Key(), own, m.From)] = m.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members (-want +got): %s", diff)
	}
}
