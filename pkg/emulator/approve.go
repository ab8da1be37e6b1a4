package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"ssoctl/pkg/body"
	"ssoctl/pkg/emulator/person"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/recipe"
)

// Values of [Options.Approve]. Any other value names the user who agrees at once.
const (
	ApproveAuto = "auto" // the first user agrees at once
	ApproveAsk  = "ask"  // a page lets somebody choose a user, or deny the login
	ApproveDeny = "deny" // every login is denied at once
)

// setUsers checks Options.Users and Options.Approve, and fills in their defaults.
func (e *Emulator) setUsers() error {
	if len(e.opts.Users) == 0 {
		e.opts.Users = person.Defaults()
	}
	e.opts.Users = slices.Clone(e.opts.Users)
	if at, err := person.Check(e.opts.Users); err != nil {
		return lang.Errorf(lang.Text{EN: "emulator: user %d: %v", ZH: "第 %d 个用户：%v"}, at+1, err)
	}
	e.defaultUser = e.opts.Users[0]
	switch e.opts.Approve {
	case "":
		e.opts.Approve = ApproveAuto
	case ApproveAuto, ApproveAsk, ApproveDeny:
	default:
		var err error
		if e.defaultUser, err = e.user(e.opts.Approve); err != nil {
			return lang.Errorf(lang.Text{EN: "emulator: approve: expected auto, ask, deny or a user: %v", ZH: "approve：应为 auto、ask、deny 或某个用户：%v"}, err)
		}
	}
	return nil
}

// user returns the user with this subject, username or name, in any case, or the default
// user if who is "".
func (e *Emulator) user(who string) (User, error) {
	if who == "" {
		return e.defaultUser, nil
	}
	return person.Find(e.opts.Users, who)
}

// checkNumbers returns an error for the first user with a field that is not a
// number although a vendor's example writes it as a JSON number.
func (e *Emulator) checkNumbers(users []User) error {
	if len(users) == 0 {
		return nil
	}
	for _, name := range e.names {
		for _, step := range e.sites[name].requests {
			for _, field := range numbers(step) {
				for _, u := range users {
					if text, _ := u.Field(field); !isNumber(text) {
						return lang.Errorf(lang.Text{
							EN: "emulator: user %s: %s of %s writes %s as a JSON number, so it cannot be %s: use digits, or do not serve %[3]s",
							ZH: "用户 %[1]s：%[3]s 的 %[2]s 把 %[4]s 写成 JSON 数字，不能是 %[5]s：请改用数字，或不模拟 %[3]s",
						}, u.Label(), step.Name, name, field, orEmpty(text))
					}
				}
			}
		}
	}
	return nil
}

// numbers returns the user fields that the step's examples write as JSON numbers. There,
// digits give valid JSON and a word does not.
func numbers(step *profile.Step) (out []string) {
	examples := []recipe.Template{step.Example}
	for _, also := range step.Also {
		examples = append(examples, also.Example)
	}
	for _, text := range examples {
		example, _ := profile.ParseExample(step.Response, text) // lint reports what is wrong with it
		if example.Form() != body.JSON {
			continue
		}
		digits := trials(example)[0]
		for _, ph := range example.Placeholders() {
			word := maps.Clone(digits)
			word[ph.Name] = "word"
			if slices.Contains(profile.UserFields, ph.Name) && json.Valid([]byte(example.Fill(digits.text).Body)) && !json.Valid([]byte(example.Fill(word.text).Body)) {
				out = append(out, ph.Name)
			}
		}
	}
	return out
}

// orEmpty returns the text as [printable.Value] does, or a word for an empty one.
func orEmpty(text string) lang.Text {
	if text == "" {
		return lang.Text{EN: "empty", ZH: "空值"}
	}
	return lang.Text{EN: printable.Value(text)}
}

func isNumber(text string) bool {
	var n json.Number
	return json.Unmarshal([]byte(text), &n) == nil && n.String() == text
}

// Users returns the users who can log in. The default user, see [Options.Approve],
// comes first.
func (e *Emulator) Users() []User {
	out := []User{e.defaultUser}
	for _, u := range e.opts.Users {
		if u != e.defaultUser {
			out = append(out, u)
		}
	}
	return out
}

func (e *Emulator) listUsers(w http.ResponseWriter, _ *http.Request) (int, error) {
	writeJSON(w, http.StatusOK, map[string]any{"approve": e.opts.Approve, "users": e.Users()})
	return http.StatusOK, nil
}
