package person_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"ssoctl/pkg/emulator/person"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

func TestParseFile(t *testing.T) {
	const file = `
[[users]]
subject  = "9007199254740995"
name     = "李雷"
username = "lilei"
email    = "lilei@example.com"
tenant   = { id = "7", name = "二中" }

[[users]]
subject = "0"
name    = "Han \"Meimei\""
`
	want := []person.User{
		{Subject: "9007199254740995", Name: "李雷", Username: "lilei", Email: "lilei@example.com", Tenant: person.Tenant{ID: "7", Name: "二中"}},
		{Subject: "0", Name: `Han "Meimei"`},
	}
	got, err := person.ParseFile("people.toml", []byte(file))
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestParseFileErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                          `people.toml: no users: add a table such as [[users]] with subject = "1001" and name = "…"`,
		"[[users]]\nsubjct = \"1\"": "people.toml:2: users.0.subjct: unknown key; did you mean subject?",
		"[[user]]\nsubject = \"1\"": "people.toml:1: user: unknown key; did you mean users?",
		"[users]\nsubject = \"1\"":  "people.toml:1: users: expected a list, got a table",
		"[[users]]\nsubject = 1":    "people.toml:2: users.0.subject: expected a string, got a whole number",
		"[[users]]\nname = \"A\"":   "people.toml:1: users.0: needs subject",
		"[[users]]\nsubject = \"1\"\ntenant = \"x\"":               "people.toml:3: users.0.tenant: expected a table, got a string",
		"[[users]]\nsubject = \"1\"\n\n[[users]]\nsubject = \"1\"": "people.toml:4: users.1: subject 1 is used twice",
		"[[users]\n": "people.toml:1: ",
	} {
		_, err := person.ParseFile("people.toml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) || !errors.As(err, new(*profile.Error)) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestParse(t *testing.T) {
	got, err := person.Parse(`subject=1,"name=Li, Lei",tenant.id= 7`)
	if diff := cmp.Diff(person.User{Subject: "1", Name: "Li, Lei", Tenant: person.Tenant{ID: "7"}}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for text, want := range map[string]string{
		"":                    "expected KEY=VALUE pairs separated by commas",
		`subject="1`:          "expected KEY=VALUE pairs separated by commas",
		"subject":             "subject: expected KEY=VALUE",
		"subject=1,":          `"": expected KEY=VALUE`,
		"subjct=1":            "subjct: unknown key, expected one of subject, name, nickname, username, email, phone, avatar, tenant.id, tenant.code, tenant.name",
		"\x1b[2J=1":           `"\x1b[2J": unknown key, expected one of subject, name, nickname, username, email, phone, avatar, tenant.id, tenant.code, tenant.name`,
		"subject=1,subject=2": "subject is given twice",
		"name=x":              "needs subject",
	} {
		_, err := person.Parse(text)
		if err == nil || err.Error() != want || lang.Of(err).ZH == "" {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestFind(t *testing.T) {
	users := append(person.Defaults(), person.User{Subject: "43", Name: "王小明"}, person.User{Subject: "emulated"})
	for who, want := range map[string]string{"10086": "10086", "GRACE": "42", "欧阳思远": "9007199254740993", "emulated": "emulated"} {
		if u, err := person.Find(users, who); err != nil || u.Subject != want {
			t.Errorf("%s: %+v %v", who, u, err)
		}
	}
	for who, want := range map[string]string{
		"王小明":  "user 王小明: 2 users have this name; use the subject",
		"grac": "there is no user grac, only 王小明, 欧阳思远, Grace O'Malley, 王小明, emulated",
	} {
		if u, err := person.Find(users, who); err == nil || err.Error() != want {
			t.Errorf("%s: %+v\n got %v\nwant %s", who, u, err, want)
		}
	}
}

// TestDefaults checks that one default user has a Chinese name, one a subject that a float64
// rounds, and one an apostrophe.
func TestDefaults(t *testing.T) {
	var han, big, quoted bool
	for _, u := range person.Defaults() {
		var f float64
		_ = json.Unmarshal([]byte(u.Subject), &f)
		big = big || fmt.Sprintf("%.0f", f) != u.Subject
		han = han || strings.ContainsFunc(u.Name, func(r rune) bool { return unicode.Is(unicode.Han, r) })
		quoted = quoted || strings.Contains(u.Name, "'")
	}
	if !han || !big || !quoted || len(person.Defaults()) != 3 {
		t.Errorf("Chinese %v, beyond 2⁵³ %v, apostrophe %v", han, big, quoted)
	}
}

// TestFields checks that a user has every field that a profile can read.
func TestFields(t *testing.T) {
	for _, name := range profile.UserFields {
		if _, ok := (person.User{}).Field(name); !ok {
			t.Errorf("no field %s", name)
		}
	}
}
