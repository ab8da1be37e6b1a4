package emulator

// User is somebody who logs in.
type User struct {
	// Subject is decimal digits, since an example may put it in as a JSON number.
	Subject  string
	Name     string
	Nickname string
	Username string
	Email    string
	Phone    string
	Avatar   string // an address
	Tenant   Tenant
}

// Tenant is the organisation that a user belongs to.
type Tenant struct{ ID, Code, Name string }

// DefaultUser returns the person who logs in everywhere: one whose subject no
// float64 holds (it is 2⁵³+1), and whose name is not ASCII, since both are what
// clients get wrong.
func DefaultUser() User {
	return User{
		Subject:  "9007199254740993",
		Name:     "王小明",
		Nickname: "小明",
		Username: "emulated",
		Email:    "emulated@example.com",
		Phone:    "13800000000",
		Avatar:   "https://example.com/avatar/emulated.png",
		Tenant:   Tenant{ID: "10001", Code: "emulated-tenant", Name: "示例公司"},
	}
}

// field returns what an example's placeholder stands for.
func (u User) field(name string) (string, bool) {
	switch name {
	case "subject":
		return u.Subject, true
	case "name":
		return u.Name, true
	case "nickname":
		return u.Nickname, true
	case "username":
		return u.Username, true
	case "email":
		return u.Email, true
	case "phone":
		return u.Phone, true
	case "avatar":
		return u.Avatar, true
	case "tenant.id":
		return u.Tenant.ID, true
	case "tenant.code":
		return u.Tenant.Code, true
	case "tenant.name":
		return u.Tenant.Name, true
	}
	return "", false
}
