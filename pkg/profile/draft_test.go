package profile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/profile"
)

func TestDraft(t *testing.T) {
	draft := profile.Draft{Name: "crm", Extends: "oauth2", Values: []profile.DraftValue{
		{"client_id", `a"b\c`}, {"scope", "one\ttwo\nthree\x00\x7f 中文"}, {"tenant.id", "T"},
	}}
	const table = `[profiles.crm]
extends     = "oauth2"
client_id   = "a\"b\\c"
scope       = "one\ttwo\nthree\u0000\u007F 中文"
"tenant.id" = "T"
`
	for before, between := range map[string]string{
		"":                                    "",
		"default_profile = \"a\"":             "\n\n",
		"# kept \r\n[profiles.a] # too\r\n":   "\n",
		"\ufeff[profiles.a.exchange]\n":       "\n",
		"profiles.a.client_id = \"dotted\"\n": "\n",
	} {
		got := string(draft.AppendTo([]byte(before)))
		if diff := cmp.Diff(before+between+table, got); diff != "" {
			t.Error(diff)
		}
		f, err := profile.ParseFile("x.toml", []byte(got))
		if err != nil {
			t.Errorf("%q: %v", before, err)
			continue
		}
		var read struct {
			Profiles map[string]map[string]any `toml:"profiles"`
			Default  string                    `toml:"default_profile"`
		}
		if err := f.Decode(&read); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"extends": "oauth2", "client_id": `a"b\c`, "scope": "one\ttwo\nthree\x00\x7f 中文", "tenant.id": "T"}
		if diff := cmp.Diff(want, read.Profiles["crm"]); diff != "" {
			t.Error(diff)
		}
	}
}

func TestIsBareKey(t *testing.T) {
	for key, want := range map[string]bool{
		"crm": true, "CRM-2_x": true, "0": true,
		"": false, "a.b": false, "a b": false, "纷享": false, "a\n": false, `"a"`: false, "a]": false, strings.Repeat("a", 9): true,
	} {
		if got := profile.IsBareKey(key); got != want {
			t.Errorf("%q: %v", key, got)
		}
	}
}
