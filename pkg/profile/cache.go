package profile

import (
	"net/url"
	"strings"

	"ssoctl/pkg/lang"
)

// NoCache is the address that stands for no server: tokens are cached only in the folder of
// this machine.
const NoCache = "none"

// CacheAddress is the value of the key cache: where many machines cache their tokens.
type CacheAddress struct {
	Origin
	Text string // an address, or a reference to one; "" if there is none
	Dir  string // the base folder of a relative file: reference
}

// Errorf returns an error that points to the key.
func (a CacheAddress) Errorf(format lang.Text, args ...any) error {
	return &Error{File: a.File, Line: a.Line, Key: "cache", Problem: lang.Sprintf(format, args...)}
}

// Cache returns where tokens are cached. The user's file wins over the project's.
func (s Sources) Cache() CacheAddress {
	for _, f := range s.files() {
		if text, ok := f.raw["cache"].(string); ok {
			return CacheAddress{Origin: origin{file: f}.origin("cache"), Text: text, Dir: f.Dir}
		}
	}
	return CacheAddress{}
}

// checkCache returns what is wrong with the key cache, except for the form of the address.
func (f *File) checkCache() Errors {
	fail := func(problem, hint lang.Text) Errors {
		e := origin{file: f}.errorf([]string{"cache"}, verbatim, problem)
		e.Hint = hint
		return Errors{e}
	}
	instead := lang.Text{
		EN: "Write env:NAME or file:PATH, and put the address there.",
		ZH: "请写 env:NAME 或 file:路径，把地址放在那里。",
	}
	text, ok := f.raw["cache"].(string)
	if !ok {
		return fail(lang.Sprintf(expected, lang.Text{EN: "an address", ZH: "地址"}, found(f.raw["cache"])), lang.Text{})
	}
	if scheme, _, _ := strings.Cut(text, ":"); scheme == "cmd" || scheme == "keyring" {
		return fail(lang.Sprintf(lang.Text{EN: "a %s: reference is not allowed here", ZH: "这里不能用 %s:"}, scheme), instead)
	}
	u, err := url.Parse(text)
	if err != nil { // the text is not quoted: it may contain a password
		return fail(lang.Text{EN: "not an address", ZH: "不是地址"}, lang.Text{})
	}
	if _, has := u.User.Password(); has {
		return fail(lang.Text{EN: "contains a password", ZH: "包含密码"}, instead)
	}
	return nil
}
