package emulator

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/profile"
)

// User is somebody who logs in. What a user lacks is empty in the answers that
// tell of it.
type User struct {
	// Subject tells users apart. Vendors that write it as a JSON number need digits.
	Subject  string `toml:"subject" json:"subject"`
	Name     string `toml:"name" json:"name"`
	Nickname string `toml:"nickname" json:"nickname"`
	Username string `toml:"username" json:"username"`
	Email    string `toml:"email" json:"email"`
	Phone    string `toml:"phone" json:"phone"`
	Avatar   string `toml:"avatar" json:"avatar"` // an address
	Tenant   Tenant `toml:"tenant" json:"tenant"`
}

// Tenant is the organisation that a user belongs to.
type Tenant struct {
	ID   string `toml:"id" json:"id"`
	Code string `toml:"code" json:"code"`
	Name string `toml:"name" json:"name"`
}

// DefaultUsers returns the people who log in unless the options name others. The
// first is ordinary but for a Chinese name. The second finds clients that lose
// digits, with a subject above 2⁵³ that no float64 holds, and clients that need an
// e-mail address or a telephone number, which it lacks. The third has an
// apostrophe in name and e-mail address. The first logs in by default.
func DefaultUsers() []User {
	return []User{
		{
			Subject:  "10086",
			Name:     "王小明",
			Nickname: "小明",
			Username: "emulated",
			Email:    "emulated@example.com",
			Phone:    "13800000000",
			Avatar:   "https://example.com/avatar/emulated.png",
			Tenant:   Tenant{ID: "10001", Code: "emulated-tenant", Name: "示例公司"},
		},
		{
			Subject:  "9007199254740993",
			Name:     "欧阳思远",
			Nickname: "思远",
			Username: "ouyang",
			Avatar:   "https://example.com/avatar/ouyang.png",
			Tenant:   Tenant{ID: "10002", Code: "branch", Name: "示例公司上海分公司"},
		},
		{
			Subject:  "42",
			Name:     "Grace O'Malley",
			Nickname: "Grace",
			Username: "grace",
			Email:    "grace.o'malley@example.com",
			Phone:    "+353851234567",
			Avatar:   "https://example.com/avatar/grace.png",
			Tenant:   Tenant{ID: "10001", Code: "emulated-tenant", Name: "示例公司"},
		},
	}
}

// ParseUsers reads people from TOML, one [[users]] table each, with User's
// fields as keys. The error is an *profile.Error or profile.Errors that says
// where in the file.
func ParseUsers(file string, data []byte) ([]User, error) {
	f, err := profile.ParseFile(file, data)
	if err != nil {
		return nil, err
	}
	var people struct {
		Users []User `toml:"users"`
	}
	if err := f.Decode(&people); err != nil {
		return nil, err
	}
	if len(people.Users) == 0 {
		return nil, &profile.Error{File: file, Problem: `nobody is here: a user is a table such as [[users]] with subject = "1001" and name = "…"`}
	}
	if at, err := checkUsers(people.Users); err != nil {
		key := fmt.Sprintf("users.%d", at)
		return nil, &profile.Error{File: file, Line: f.Line("users", fmt.Sprint(at)), Key: key, Problem: err.Error()}
	}
	return people.Users, nil
}

// ParseUser reads one user from KEY=VALUE pairs with commas between them, as CSV
// (RFC 4180): a pair with a comma in it stands in double quotes. The keys are
// those of ParseUsers, such as tenant.id.
func ParseUser(text string) (User, error) {
	pairs, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return User{}, errors.New("needs KEY=VALUE pairs with commas between them")
	}
	var u User
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		at := u.at(strings.TrimSpace(key))
		switch {
		case !ok:
			return User{}, fmt.Errorf("%s is no KEY=VALUE", shown(pair))
		case at == nil:
			return User{}, fmt.Errorf("%s: unknown key; it is one of %s", shown(key), strings.Join(fields, ", "))
		case *at != "":
			return User{}, fmt.Errorf("%s is there twice", key)
		}
		*at = strings.TrimSpace(value)
	}
	_, err = checkUsers([]User{u})
	return u, err
}

// checkUsers returns the index of the first user who cannot log in, and why.
func checkUsers(users []User) (int, error) {
	for i, u := range users {
		switch {
		case u.Subject == "":
			return i, errors.New("needs subject")
		case slices.ContainsFunc(users[:i], func(other User) bool { return other.Subject == u.Subject }):
			return i, fmt.Errorf("subject %s is another user's too", u.Subject)
		}
	}
	return 0, nil
}

// Label is what the user is called on a page.
func (u User) Label() string { return cmp.Or(u.Name, u.Nickname, u.Username, u.Subject) }

// Detail tells users of one name apart.
func (u User) Detail() string {
	parts := slices.DeleteFunc([]string{u.Username, u.Tenant.Name, u.Subject}, func(s string) bool { return s == "" || s == u.Label() })
	return strings.Join(parts, " · ")
}

// user returns the one whose subject, user name or name it is; "" is the one
// who logs in unless another is asked for.
func (e *Emulator) user(who string) (User, error) {
	if who == "" {
		return e.someone, nil
	}
	for _, of := range []func(User) string{
		func(u User) string { return u.Subject },
		func(u User) string { return u.Username },
		func(u User) string { return u.Name },
	} {
		var found []User
		for _, u := range e.opts.Users {
			if strings.EqualFold(of(u), who) {
				found = append(found, u)
			}
		}
		if len(found) > 1 {
			return User{}, fmt.Errorf("user %s: %d users are called that; say the subject", shown(who), len(found))
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	var names []string
	for _, u := range e.opts.Users {
		names = append(names, u.Label())
	}
	if len(names) > 10 {
		names = append(names[:10], "…")
	}
	return User{}, fmt.Errorf("there is no user %s, only %s", shown(who), strings.Join(names, ", "))
}

// field returns what an example's placeholder stands for.
func (u User) field(name string) (string, bool) {
	if at := u.at(name); at != nil {
		return *at, true
	}
	return "", false
}

// fields are the names that at knows.
var fields = []string{"subject", "name", "nickname", "username", "email", "phone", "avatar", "tenant.id", "tenant.code", "tenant.name"}

// at is where the field of that name is, nil when there is none.
func (u *User) at(name string) *string {
	switch name {
	case "subject":
		return &u.Subject
	case "name":
		return &u.Name
	case "nickname":
		return &u.Nickname
	case "username":
		return &u.Username
	case "email":
		return &u.Email
	case "phone":
		return &u.Phone
	case "avatar":
		return &u.Avatar
	case "tenant.id":
		return &u.Tenant.ID
	case "tenant.code":
		return &u.Tenant.Code
	case "tenant.name":
		return &u.Tenant.Name
	}
	return nil
}
