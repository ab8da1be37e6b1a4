package project

import (
	"errors"
	"time"

	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
)

// UntrustedError means that the user has not trusted a project's configuration. It may come
// from a repository, so none of it is used. A command does not continue without it either: it
// might use a profile of the user where the project means its own profile of the same name.
type UntrustedError struct {
	Path    string
	Trusted time.Time // when an earlier version was trusted; zero for never
	Refused bool      // the user has just said no
}

// IsUntrusted reports whether err is or wraps an [*UntrustedError].
func IsUntrusted(err error) bool { return errors.As(err, new(*UntrustedError)) }

func (e *UntrustedError) Error() string { return e.Text().EN }

// Text is the error in both languages.
func (e *UntrustedError) Text() lang.Text {
	if !e.Trusted.IsZero() {
		day := e.Trusted.Format(time.DateOnly)
		return lang.Text{EN: e.Path + ": changed since you trusted it on " + day, ZH: e.Path + "：在 " + day + " 被信任之后有改动"}
	}
	return lang.Text{EN: e.Path + ": this project's configuration is not trusted", ZH: e.Path + "：这个项目的配置文件尚未被信任"}
}

// Unwrap makes it a profile error.
func (e *UntrustedError) Unwrap() error {
	hint := lang.Text{
		EN: "See what it would do, and trust it: ssoctl trust. To go on without it: --no-project. In CI, name it: SSOCTL_CONFIG=" + Name,
		ZH: "查看它会做什么，再决定是否信任：ssoctl trust；不使用它：--no-project；在 CI 里请指明它：SSOCTL_CONFIG=" + Name,
	}
	if e.Refused {
		hint = lang.Text{
			EN: "Nothing was changed. To go on without it: --no-project.", ZH: "没有任何改动。不使用它：--no-project。",
		}
	}
	return &profile.Error{File: e.Path, Problem: lang.Text{EN: "not trusted", ZH: "尚未被信任"}, Hint: hint}
}

// Unwritable is the error for a trusted file whose record cannot be written.
func (t Trust) Unwritable(path string, err error) error {
	return profile.Unwritable(t.Dir, err, lang.Text{
		EN: "Name the file in each call, which trusts it: --config " + path + ", or SSOCTL_CONFIG=" + path + ". Or set XDG_STATE_HOME to a folder that you own.",
		ZH: "每次调用时指明这个文件即表示信任：--config " + path + "，或 SSOCTL_CONFIG=" + path + "。也可以把 XDG_STATE_HOME 指向自己的目录。",
	})
}
