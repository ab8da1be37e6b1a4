package fleet

import (
	"ssoctl/pkg/failure"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// Choose returns the address in set, the key cache of the configuration. shared is false if tokens
// are cached on this machine alone. why is then a warning if the address is a reference that cannot
// be resolved, otherwise zero. refs resolves references, relative to the folder of the key's file.
func Choose(set profile.CacheAddress, refs reference.Resolver) (at Address, shared bool, why lang.Text, err error) {
	if set.Text == "" || set.Text == profile.NoCache {
		return at, false, lang.Text{}, nil
	}
	refs.Dir = set.Dir
	text, err := refs.Resolve(set.Text)
	if err != nil && reference.Is(set.Text) {
		return at, false, lang.Sprintf(lang.Text{
			EN: "tokens are cached on this machine alone: cache = %v",
			ZH: "令牌只缓存在本机：cache = %v",
		}, err), nil
	}
	if at, err = Parse(text.Reveal()); err == nil {
		return at, true, lang.Text{}, nil
	}
	if set.File == "" {
		return at, false, lang.Text{}, failure.Usagef(lang.Text{EN: "SSOCTL_CACHE: %v", ZH: "SSOCTL_CACHE：%v"}, err)
	}
	return at, false, lang.Text{}, set.Errorf(lang.Text{EN: "%v", ZH: "%v"}, err)
}
