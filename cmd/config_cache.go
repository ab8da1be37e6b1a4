package cmd

import (
	"context"

	"ssoctl/pkg/failure"
	"ssoctl/pkg/fleet"
	"ssoctl/pkg/lang"
	"ssoctl/pkg/profile"
	"ssoctl/pkg/reference"
)

// cacheVariable names where many machines cache tokens. It wins over the configuration.
const cacheVariable = "SSOCTL_CACHE"

// sharedCache returns the address at which many machines cache tokens; ok is false if there is
// none. It warns about a reference that cannot be resolved, and returns false, too.
func (o *config) sharedCache(ctx context.Context) (at fleet.Address, ok bool, err error) {
	set := o.cache
	if text, _ := o.env(cacheVariable); text != "" {
		set = profile.CacheAddress{Text: text}
	}
	if set.Text == "" || set.Text == profile.NoCache {
		return fleet.Address{}, false, nil
	}
	refs := o.refs(ctx)
	refs.Dir = set.Dir
	text, err := refs.Resolve(set.Text)
	if ctx.Err() != nil {
		return fleet.Address{}, false, ctx.Err()
	}
	if err != nil && reference.Is(set.Text) {
		o.out.warn(lang.Sprintf(lang.Text{
			EN: "tokens are cached on this machine alone: cache = %v",
			ZH: "令牌只缓存在本机：cache = %v",
		}, err))
		return fleet.Address{}, false, nil
	}
	if at, err = fleet.Parse(text.Reveal()); err == nil {
		return at, true, nil
	}
	if set.File == "" {
		return at, false, failure.Usagef(lang.Text{EN: cacheVariable + ": %v", ZH: cacheVariable + "：%v"}, err)
	}
	return at, false, set.Errorf(lang.Text{EN: "%v", ZH: "%v"}, err)
}
