package fleet

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// Choose returns the address that the key cache of the configuration gives. alone is true if
// tokens are cached on this machine alone; why is the reason if the user should know it: the
// address is a reference that cannot be resolved. refs resolves references of the key's file.
func Choose(set profile.CacheAddress, refs reference.Resolver) (at Address, alone bool, why lang.Text, err error) {
	if set.Text == "" || set.Text == profile.NoCache {
		return at, true, lang.Text{}, nil
	}
	refs.Dir = set.Dir
	text, err := refs.Resolve(set.Text)
	if err != nil && reference.Is(set.Text) {
		return at, true, lang.Sprintf(lang.Text{
			EN: "tokens are cached on this machine alone: cache = %v",
			ZH: "令牌只缓存在本机：cache = %v",
		}, err), nil
	}
	if at, err = Parse(text.Reveal()); err == nil {
		return at, false, lang.Text{}, nil
	}
	if set.File == "" {
		return at, false, lang.Text{}, failure.Usagef(lang.Text{EN: "SSOCTL_CACHE: %v", ZH: "SSOCTL_CACHE：%v"}, err)
	}
	return at, false, lang.Text{}, set.Errorf(lang.Text{EN: "%v", ZH: "%v"}, err)
}
