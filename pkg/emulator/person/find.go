package person

import (
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
)

// Names returns what a user can be chosen by: subject, username and name.
func (u User) Names() []string { return []string{u.Subject, u.Username, u.Name} }

// Is reports whether who is one of the user's [User.Names], in any case.
func (u User) Is(who string) bool {
	return slices.ContainsFunc(u.Names(), func(name string) bool { return strings.EqualFold(name, who) })
}

// Find returns the user with this subject, username or name, in any case. The error lists
// the users, or says that several have this name.
func Find(users []User, who string) (User, error) {
	for i := range (User{}).Names() {
		var found []User
		for _, u := range users {
			if strings.EqualFold(u.Names()[i], who) {
				found = append(found, u)
			}
		}
		if len(found) > 1 {
			return User{}, lang.Errorf(lang.Text{EN: "user %s: %d users have this name; use the subject", ZH: "用户 %s：有 %d 个用户叫这个名字，请改用 subject"}, printable.Value(who), len(found))
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	var labels []string
	for _, u := range users {
		labels = append(labels, u.Label())
	}
	if len(labels) > 10 {
		labels = append(labels[:10], "…")
	}
	return User{}, lang.Errorf(lang.Text{EN: "there is no user %s, only %s", ZH: "没有用户 %s，只有 %s"}, printable.Value(who), lang.List(labels))
}
