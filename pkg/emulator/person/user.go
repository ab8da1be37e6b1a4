// Package person holds the people who can log in at an emulator: [Defaults] if nothing
// else is given, [ParseFile] and [Parse] for those of a user, and [Find] to choose one by
// subject, username or name.
package person

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/printable"
	"ssoctl/pkg/profile"
)

// User is a person who can log in. Empty fields are empty in the vendor's responses.
type User struct {
	// Subject identifies the user. Vendors that write it as a JSON number need digits.
	Subject  string `toml:"subject" json:"subject"`
	Name     string `toml:"name" json:"name"`
	Nickname string `toml:"nickname" json:"nickname"`
	Username string `toml:"username" json:"username"`
	Email    string `toml:"email" json:"email"`
	Phone    string `toml:"phone" json:"phone"`
	Avatar   string `toml:"avatar" json:"avatar"` // URL
	Tenant   Tenant `toml:"tenant" json:"tenant"`
}

// Tenant is the organisation that a [User] belongs to.
type Tenant struct {
	ID   string `toml:"id" json:"id"`
	Code string `toml:"code" json:"code"`
	Name string `toml:"name" json:"name"`
}

// Defaults returns the users of an emulator that is given none. The first has a Chinese
// name and is otherwise ordinary. The second has a subject above 2⁵³, which a float64
// rounds, and neither an e-mail address nor a phone number. The third has an apostrophe
// in name and e-mail address.
func Defaults() []User {
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

// ParseFile reads users from TOML, one [[users]] table for each, with the fields of
// [User] as keys. file is the name for errors. The error is a [*FileError].
func ParseFile(file string, data []byte) ([]User, error) {
	users, err := parseFile(file, data)
	if err != nil {
		return nil, &FileError{err}
	}
	return users, nil
}

// FileError is an error in a file of users. It wraps a [*profile.Error] or [profile.Errors]
// with the position in the file.
type FileError struct{ error }

func (e *FileError) Unwrap() error { return e.error }

// Hint says what to do about the error.
func (*FileError) Hint() lang.Text {
	return lang.Text{
		EN: `Each user is a table [[users]] with subject = "1001" and name = "Ada"; also nickname, username, email, phone, avatar, tenant = { id, code, name }.`,
		ZH: `每个用户写成一个 [[users]] 表，例如 subject = "1001"、name = "小明"；另有 nickname、username、email、phone、avatar 和 tenant = { id, code, name }。`,
	}
}

func parseFile(file string, data []byte) ([]User, error) {
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
		return nil, &profile.Error{File: file, Problem: lang.Text{
			EN: `no users: add a table such as [[users]] with subject = "1001" and name = "…"`,
			ZH: `没有用户：请添加表 [[users]]，例如 subject = "1001"，name = "…"`,
		}}
	}
	if at, err := Check(people.Users); err != nil {
		key := fmt.Sprintf("users.%d", at)
		return nil, &profile.Error{File: file, Line: f.Line("users", fmt.Sprint(at)), Key: key, Problem: lang.Of(err)}
	}
	return people.Users, nil
}

// Parse reads one user from KEY=VALUE pairs separated by commas, as CSV (RFC 4180):
// a pair with a comma in it is put in double quotes. The keys are those of [ParseFile],
// such as tenant.id.
func Parse(text string) (User, error) {
	pairs, err := csv.NewReader(strings.NewReader(text)).Read()
	if err != nil {
		return User{}, lang.Errorf(lang.Text{EN: "expected KEY=VALUE pairs separated by commas", ZH: "应为逗号分隔的 KEY=VALUE"})
	}
	var u User
	for _, pair := range pairs {
		key, value, ok := strings.Cut(pair, "=")
		at := u.at(strings.TrimSpace(key))
		switch {
		case !ok || key == "":
			return User{}, lang.Errorf(lang.Text{EN: "%s: expected KEY=VALUE", ZH: "%s：应为 KEY=VALUE"}, printable.Value(cmp.Or(pair, `""`)))
		case at == nil:
			return User{}, lang.Errorf(lang.Text{EN: "%s: unknown key, expected one of %s", ZH: "%s：没有这个键，应为 %s 之一"}, printable.Value(key), lang.List(profile.UserFields))
		case *at != "":
			return User{}, lang.Errorf(lang.Text{EN: "%s is given twice", ZH: "%s 重复"}, key)
		}
		*at = strings.TrimSpace(value)
	}
	_, err = Check([]User{u})
	return u, err
}

// Check returns the index of the first user who cannot log in, and why.
func Check(users []User) (int, error) {
	for i, u := range users {
		switch {
		case u.Subject == "":
			return i, lang.Errorf(lang.Text{EN: "needs subject", ZH: "缺少 subject"})
		case slices.ContainsFunc(users[:i], func(other User) bool { return other.Subject == u.Subject }):
			return i, lang.Errorf(lang.Text{EN: "subject %s is used twice", ZH: "subject %s 重复"}, u.Subject)
		}
	}
	return 0, nil
}

// Label returns the name to show for the user: the first of name, nickname, username and
// subject that is not empty.
func (u User) Label() string { return cmp.Or(u.Name, u.Nickname, u.Username, u.Subject) }

// Detail returns a second line that distinguishes users with the same [User.Label].
func (u User) Detail() string {
	parts := slices.DeleteFunc([]string{u.Username, u.Tenant.Name, u.Subject}, func(s string) bool { return s == "" || s == u.Label() })
	return strings.Join(parts, " · ")
}

// Field returns the user's value for an example's placeholder.
func (u User) Field(name string) (string, bool) {
	if at := u.at(name); at != nil {
		return *at, true
	}
	return "", false
}

// at returns a pointer to the field with this name of [profile.UserFields], or nil.
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
